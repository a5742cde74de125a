"""Steps in machine code: what `discrete_event` does between two pauses of a case, one small function a move.

A move first works everything out, asks whether a calendar has to be extended (then it returns AGAIN and nothing has
changed), and only then changes anything. It returns what the token does next at the same instant, or SLEEP: then
T_END says when to wake it, unless it waits for somebody.
"""

from __future__ import annotations

import math
from typing import Any

from depthsim.engines.compiled._jit import inlined, jit
from depthsim.engines.compiled.chance import minutes, uniform
from depthsim.engines.compiled.choices import chosen, enter, occurrence_of, outcome_of, way_to
from depthsim.engines.compiled.events import allocate, push, release
from depthsim.engines.compiled.hours import add_working, arrival_at_place, visiting_minute, worked
from depthsim.engines.compiled.layout import (
    APPLICANT,
    APPLICANT_DELAY_AT,
    APPLICANT_HOUR_AT,
    APPLICANT_SERVED_AT,
    APPLICANT_TAKES_AT,
    ASK,
    ASKED,
    BOOK,
    BRANCH_DEADLINE,
    BRANCH_HOURS,
    BRANCH_SIZE,
    BRANCH_START,
    BRANCH_TOKEN,
    C_KEY,
    C_LIVE,
    C_PLAN,
    CONSTANT,
    GO,
    HOLDS_EXPLICIT,
    HOLDS_KNOWN,
    HOLDS_NONE,
    J_ENDS,
    J_HELD,
    J_PARENT,
    J_WAITING,
    J_WORST,
    JOINED,
    K_NEED,
    K_TOKENS,
    K_TURN,
    LAW_A,
    LAW_KIND,
    OCCURRENCE_SHIFT,
    OFFICE,
    OFFICE_HOURS,
    OFFICE_LAG,
    OFFICE_LAG_AT,
    OFFICE_LAG_IN_DAYS,
    OFFICE_POOL,
    OFFICE_TAKES,
    OFFICE_TAKES_AT,
    OFFICE_WAITS,
    OPTION_AGAIN,
    OPTION_APPOINTMENT,
    OPTION_CLASS,
    OPTION_DELAY,
    OPTION_DELAY_HOURS,
    OPTION_FACT,
    OPTION_HOURS,
    OPTION_NEXT,
    OPTION_ON_SITE,
    OPTION_PLACE,
    OPTION_POOL,
    OPTION_SERVED,
    OPTION_TAKES,
    OPTION_VISITING,
    OUTCOME_AWAY,
    OUTCOME_COUNTER,
    OUTCOME_FACT,
    OUTCOME_NEXT,
    OUTCOME_SPOT,
    PARALLEL_BRANCHES,
    PARALLEL_COUNT,
    PARALLEL_DONE,
    PARALLEL_NEXT,
    PARALLEL_REFUSED,
    PARALLEL_WITHDRAWN,
    PLAN_CLASS,
    PLAN_USED,
    POOL_RANKED,
    POOL_STATE,
    PRESENT,
    Q_IDLE,
    SERVE,
    SESSION,
    STEP_KIND,
    T_BRANCH,
    T_CAME,
    T_CASE,
    T_END,
    T_ENTERED,
    T_HOLD,
    T_JOIN,
    T_MODE,
    T_OCCURRENCE,
    T_OPTION,
    T_ORDER,
    T_PAUSE,
    T_PLACE,
    T_POOL,
    T_PRESENT,
    T_REQUEST,
    T_SERVED,
    T_SIZE,
    T_SPOT,
    T_STEP,
    T_TAKES,
    T_VISIT,
    T_WAY,
    VISIT,
    WATCH,
)
from depthsim.engines.compiled.pools import book, enqueue, hold, let_go, unbook, work
from depthsim.engines.compiled.rows import add_row

SLEEP, AGAIN, QUIET = -1, -2, -3
DONE, REFUSED, WITHDRAWN = -4, -2, -3


@inlined
def _zero(tables: Any, values: Any, law: Any) -> Any:
    """Return whether a law is always 0."""
    return tables[law + LAW_KIND] == CONSTANT and values[law + LAW_A] == 0.0


@inlined
def _until(floats: Any, token: Any, instant: Any, now: Any) -> Any:
    """Go on at an instant: now, or when woken."""
    floats[token + T_END] = instant
    return SLEEP if instant > now else GO


@inlined
def _take(tables: Any, memory: Any, case: Any, token: Any, outcome: Any) -> None:
    """Let an outcome befall a case."""
    counter = tables[outcome + OUTCOME_COUNTER]
    if counter >= 0:
        memory[case + tables[memory[case + C_PLAN] + PLAN_USED] + counter] += 1
    if tables[outcome + OUTCOME_AWAY]:
        memory[token + T_PLACE] = -1
    memory[token + T_STEP] = tables[outcome + OUTCOME_NEXT]


@inlined
def applicant(tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, token: Any,
              now: Any) -> Any:  # fmt: skip
    """Let the applicant act: at home, or on the way to a place."""
    case, step = memory[token + T_CASE], memory[token + T_STEP]
    key, occurrence = memory[case + C_KEY], occurrence_of(tables, memory, case, step)
    option = chosen(tables, values, key, step, occurrence)
    delay = minutes(tables, values, tables[option + OPTION_DELAY], key, tables[step + APPLICANT_DELAY_AT], occurrence)
    law = tables[option + OPTION_AGAIN] if occurrence else tables[option + OPTION_TAKES]
    takes = minutes(tables, values, law, key, tables[step + APPLICANT_TAKES_AT], occurrence)
    acts, hours = now + delay, tables[option + OPTION_DELAY_HOURS]
    if hours >= 0:
        acts = add_working(tables, values, state, instants, hours, now, delay)
    ready = acts + takes
    if not tables[option + OPTION_ON_SITE]:
        head = tables[option + OPTION_FACT] | occurrence << OCCURRENCE_SHIFT
        add_row(
            tables, values, memory, floats, state, instants, token, head, now, acts, acts, ready, 0.0, takes, 0.0,
            delay, 0.0,
        )  # fmt: skip
        if state[K_NEED]:
            return AGAIN
        enter(tables, memory, case, step)
        memory[token + T_PLACE] = -1
        memory[token + T_STEP] = tables[option + OPTION_NEXT]
        return _until(floats, token, ready, now)
    place = memory[token + T_PLACE]
    if tables[option + OPTION_APPOINTMENT] or not _zero(tables, values, tables[option + OPTION_DELAY]):
        place = -1
    visit, way, request = 0, 0.0, ready
    if place != tables[option + OPTION_PLACE] and not tables[option + OPTION_APPOINTMENT]:
        visit, way = 1, way_to(tables, values, memory, floats, case, option)
        hour = visiting_minute(
            tables, values, tables[option + OPTION_VISITING], uniform(key, tables[step + APPLICANT_HOUR_AT], occurrence)
        )
        request = arrival_at_place(
            tables, values, state, instants, tables[option + OPTION_HOURS], ready + way, hour
        )  # fmt: skip
        way *= 2.0
        place = tables[option + OPTION_PLACE]
    served = minutes(
        tables, values, tables[option + OPTION_SERVED], key, tables[step + APPLICANT_SERVED_AT], occurrence
    )
    pool, end = tables[option + OPTION_POOL], request + served
    if pool < 0:
        head = tables[option + OPTION_FACT] | occurrence << OCCURRENCE_SHIFT | PRESENT | visit * VISIT
        add_row(
            tables, values, memory, floats, state, instants, token, head, now, request, request, end, way, takes,
            served, delay, 0.0,
        )  # fmt: skip
    if state[K_NEED]:
        return AGAIN
    enter(tables, memory, case, step)
    memory[token + T_PLACE] = place
    if pool < 0:
        memory[token + T_STEP] = tables[option + OPTION_NEXT]
        return _until(floats, token, end, now)
    memory[token + T_OPTION], memory[token + T_POOL] = option, pool
    memory[token + T_OCCURRENCE], memory[token + T_VISIT] = occurrence, visit
    memory[token + T_PRESENT] = 1
    floats[token + T_ENTERED], floats[token + T_REQUEST] = now, request
    floats[token + T_WAY], floats[token + T_TAKES] = way, takes
    floats[token + T_SERVED], floats[token + T_PAUSE] = served, delay
    mode = BOOK if tables[option + OPTION_APPOINTMENT] else ASK
    memory[token + T_MODE] = mode
    floats[token + T_END] = request
    return SLEEP if request > now else mode


@inlined
def office(tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, token: Any,
           now: Any) -> Any:  # fmt: skip
    """Let the office begin: a lag, then a request to its pool; without a pool the work itself."""
    case, step = memory[token + T_CASE], memory[token + T_STEP]
    key, occurrence = memory[case + C_KEY], occurrence_of(tables, memory, case, step)
    place = memory[token + T_PLACE] if tables[step + OFFICE_WAITS] else -1
    lag = minutes(tables, values, tables[step + OFFICE_LAG], key, tables[step + OFFICE_LAG_AT], occurrence)
    takes = minutes(tables, values, tables[step + OFFICE_TAKES], key, tables[step + OFFICE_TAKES_AT], occurrence)
    hours, request = tables[step + OFFICE_HOURS], now
    if lag != 0.0:
        request = now + lag
        if not tables[step + OFFICE_LAG_IN_DAYS]:
            request = add_working(tables, values, state, instants, hours, now, lag)
    pool = tables[step + OFFICE_POOL]
    if pool >= 0:
        if state[K_NEED]:
            return AGAIN
        enter(tables, memory, case, step)
        memory[token + T_PLACE], memory[token + T_OPTION] = place, -1
        memory[token + T_POOL], memory[token + T_OCCURRENCE] = pool, occurrence
        memory[token + T_PRESENT] = 1 if place >= 0 else 0
        floats[token + T_ENTERED], floats[token + T_REQUEST] = now, request
        floats[token + T_TAKES], floats[token + T_PAUSE] = takes, lag
        memory[token + T_MODE] = ASK
        floats[token + T_END] = request
        return SLEEP if request > now else ASK
    start = end = request
    if takes != 0.0 and not state[K_NEED]:
        start, end = worked(tables, values, state, instants, hours, request, takes)
    outcome = outcome_of(tables, values, memory, case, step, occurrence)
    head = tables[outcome + OUTCOME_FACT] | occurrence << OCCURRENCE_SHIFT | (PRESENT if place >= 0 else 0)
    add_row(
        tables, values, memory, floats, state, instants, token, head, now, request, start, end, 0.0, takes, 0.0, 0.0,
        lag,
    )  # fmt: skip
    if state[K_NEED]:
        return AGAIN
    enter(tables, memory, case, step)
    memory[token + T_PLACE] = place
    _take(tables, memory, case, token, outcome)
    return _until(floats, token, end, now)


@inlined
def ask(tables: Any, memory: Any, floats: Any, token: Any, now: Any) -> Any:
    """Ask for a server. The earliest free one is known at once, but where a queue is explicit."""
    pool = memory[token + T_POOL]
    place = tables[pool + POOL_STATE]
    if not tables[pool + POOL_RANKED]:
        memory[token + T_HOLD] = HOLDS_KNOWN
        free = floats[place]
        floats[token + T_END] = max(free, now)
        return SERVE
    memory[token + T_HOLD] = HOLDS_EXPLICIT
    if memory[place + Q_IDLE]:
        memory[place + Q_IDLE] -= 1
        floats[token + T_END] = now
        return SERVE
    memory[token + T_MODE] = SERVE
    case, option = memory[token + T_CASE], memory[token + T_OPTION]
    rank = tables[memory[case + C_PLAN] + PLAN_CLASS]
    if option >= 0:
        rank = max(rank, tables[option + OPTION_CLASS])
    enqueue(tables, memory, pool, rank, token)
    return QUIET


@inlined
def serve(tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, token: Any) -> Any:
    """Serve a token by the server that it has from T_END on."""
    case, step, pool = memory[token + T_CASE], memory[token + T_STEP], memory[token + T_POOL]
    option, occurrence = memory[token + T_OPTION], memory[token + T_OCCURRENCE]
    since, present = floats[token + T_END], memory[token + T_PRESENT]
    takes = floats[token + T_TAKES] if option < 0 else floats[token + T_SERVED]
    start, end = work(tables, values, state, instants, pool, since, takes, present)
    entered, request = floats[token + T_ENTERED], floats[token + T_REQUEST]
    way, takes, served, delay, lag = 0.0, floats[token + T_TAKES], 0.0, 0.0, 0.0
    head, outcome = occurrence << OCCURRENCE_SHIFT | ASKED | present * PRESENT, 0
    if option >= 0:
        way, served, delay = floats[token + T_WAY], floats[token + T_SERVED], floats[token + T_PAUSE]
        head |= tables[option + OPTION_FACT] | memory[token + T_VISIT] * VISIT
    else:
        lag = floats[token + T_PAUSE]
        outcome = outcome_of(tables, values, memory, case, step, occurrence)
        head |= tables[outcome + OUTCOME_FACT]
    add_row(
        tables, values, memory, floats, state, instants, token, head, entered, request, start, end, way, takes,
        served, delay, lag,
    )  # fmt: skip
    if state[K_NEED]:
        return AGAIN
    if option >= 0:
        memory[token + T_STEP], memory[token + T_SPOT] = tables[option + OPTION_NEXT], 0
    else:
        memory[token + T_SPOT] = tables[outcome + OUTCOME_SPOT]
        _take(tables, memory, case, token, outcome)
    floats[token + T_END] = end
    return SESSION if present else leave(tables, memory, floats, token)


@jit
def appoint(tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, booked: Any, token: Any,
            now: Any) -> Any:  # fmt: skip
    """Book a slot, wait at home, and be served at it."""
    case, option = memory[token + T_CASE], memory[token + T_OPTION]
    way = way_to(tables, values, memory, floats, case, option)
    start = book(tables, values, state, instants, booked, memory[token + T_POOL], now + way)
    if state[K_NEED]:
        return AGAIN
    takes, served, delay = floats[token + T_TAKES], floats[token + T_SERVED], floats[token + T_PAUSE]
    entered, end = floats[token + T_ENTERED], start + floats[token + T_SERVED]
    head = tables[option + OPTION_FACT] | memory[token + T_OCCURRENCE] << OCCURRENCE_SHIFT | ASKED | PRESENT | VISIT
    add_row(
        tables, values, memory, floats, state, instants, token, head, entered, start, start, end, 2.0 * way, takes,
        served, delay, 0.0,
    )  # fmt: skip
    if state[K_NEED]:
        unbook(tables, booked, state, memory[token + T_POOL], start)
        return AGAIN
    memory[token + T_PLACE] = tables[option + OPTION_PLACE]
    memory[token + T_STEP] = tables[option + OPTION_NEXT]
    memory[token + T_HOLD], memory[token + T_SPOT] = HOLDS_NONE, 0
    floats[token + T_END] = end
    return SESSION


@jit
def session(tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, token: Any) -> Any:
    """Stay with the same server for one more step, or leave."""
    case, step, pool = memory[token + T_CASE], memory[token + T_STEP], memory[token + T_POOL]
    if step < 0 or memory[token + T_PLACE] < 0:
        return leave(tables, memory, floats, token)
    end, key = floats[token + T_END], memory[case + C_KEY]
    occurrence = occurrence_of(tables, memory, case, step)
    if tables[step + STEP_KIND] == OFFICE:
        waits = tables[step + OFFICE_POOL] == pool and tables[step + OFFICE_WAITS]
        if not waits or not _zero(tables, values, tables[step + OFFICE_LAG]):
            return leave(tables, memory, floats, token)
        takes = minutes(tables, values, tables[step + OFFICE_TAKES], key, tables[step + OFFICE_TAKES_AT], occurrence)
        start, finish = work(tables, values, state, instants, pool, end, takes, True)
        outcome = outcome_of(tables, values, memory, case, step, occurrence)
        head = tables[outcome + OUTCOME_FACT] | occurrence << OCCURRENCE_SHIFT | PRESENT
        add_row(
            tables, values, memory, floats, state, instants, token, head, end, end, start, finish, 0.0, takes, 0.0,
            0.0, 0.0,
        )  # fmt: skip
        if state[K_NEED]:
            return AGAIN
        enter(tables, memory, case, step)
        _take(tables, memory, case, token, outcome)
        memory[token + T_SPOT] = tables[outcome + OUTCOME_SPOT]
        floats[token + T_END] = finish
        return SESSION
    if tables[step + STEP_KIND] != APPLICANT or not memory[token + T_SPOT]:
        return leave(tables, memory, floats, token)
    option = chosen(tables, values, key, step, occurrence)
    if not _goes_on(tables, values, memory, token, option, pool, occurrence):
        return leave(tables, memory, floats, token)
    served = minutes(
        tables, values, tables[option + OPTION_SERVED], key, tables[step + APPLICANT_SERVED_AT], occurrence
    )
    start, finish = work(tables, values, state, instants, pool, end, served, True)
    head = tables[option + OPTION_FACT] | occurrence << OCCURRENCE_SHIFT | PRESENT
    add_row(
        tables, values, memory, floats, state, instants, token, head, end, end, start, finish, 0.0, 0.0, served, 0.0,
        0.0,
    )  # fmt: skip
    if state[K_NEED]:
        return AGAIN
    enter(tables, memory, case, step)
    memory[token + T_STEP], memory[token + T_SPOT] = tables[option + OPTION_NEXT], 0
    floats[token + T_END] = finish
    return SESSION


@inlined
def _goes_on(
    tables: Any, values: Any, memory: Any, token: Any, option: Any, pool: Any, occurrence: Any
) -> Any:  # fmt: skip
    """Return whether an option can be taken on the spot: at the same place and pool, without own time."""
    if tables[option + OPTION_POOL] != pool or tables[option + OPTION_PLACE] != memory[token + T_PLACE]:
        return False
    law = tables[option + OPTION_AGAIN] if occurrence else tables[option + OPTION_TAKES]
    if tables[option + OPTION_APPOINTMENT] or not _zero(tables, values, law):
        return False
    return _zero(tables, values, tables[option + OPTION_DELAY])


@inlined
def leave(tables: Any, memory: Any, floats: Any, token: Any) -> Any:
    """End the time at a server: it is known when it is free, or it is let go when the token wakes."""
    if memory[token + T_HOLD] == HOLDS_KNOWN:
        hold(tables, floats, memory[token + T_POOL], floats[token + T_END])
    memory[token + T_MODE] = GO
    return SLEEP


@inlined
def pass_on(tables: Any, memory: Any, floats: Any, state: Any, token: Any, now: Any) -> None:
    """Let go of a server that is held until now; the next in the queue has its turn after this event."""
    if memory[token + T_HOLD] == HOLDS_EXPLICIT:
        following = let_go(tables, memory, state, memory[token + T_POOL])
        if following:
            floats[following + T_END] = now
        state[K_TURN] = following
    memory[token + T_HOLD] = HOLDS_NONE


@jit
def branch_out(
    tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, heap: Any, times: Any, token: Any,
    now: Any,
) -> Any:  # fmt: skip
    """Start the branches of a parallel step, and the watches over their deadlines."""
    case, step = memory[token + T_CASE], memory[token + T_STEP]
    first, count = tables[step + PARALLEL_BRANCHES], tables[step + PARALLEL_COUNT]
    for n in range(count):
        _deadline(tables, values, state, instants, first + n * BRANCH_SIZE, now)
    if state[K_NEED]:
        return AGAIN
    memory[token + T_OCCURRENCE] = occurrence_of(tables, memory, case, step)
    enter(tables, memory, case, step)
    memory[token + T_PLACE] = -1
    floats[token + T_ENTERED] = now
    join = allocate(memory, state, J_ENDS + count)
    memory[join + J_PARENT], memory[join + J_WAITING] = token, count
    memory[join + J_WORST], memory[join + J_HELD] = DONE, count
    memory[token + T_OPTION] = join
    memory[case + C_LIVE] += count
    trunk = memory[case + T_ORDER]
    for n in range(count):
        branch = first + n * BRANCH_SIZE
        memory[join + J_ENDS + n] = 0
        strand = _strand(memory, state, case, trunk + tables[branch + BRANCH_TOKEN], join, n)
        memory[strand + T_STEP], memory[strand + T_MODE] = tables[branch + BRANCH_START], GO
        push(heap, times, memory, state, instants, now, strand)
        if values[branch + BRANCH_DEADLINE] < math.inf:
            memory[join + J_HELD] += 1
            watch = _strand(memory, state, case, trunk + state[K_TOKENS] - 1, join, n)
            memory[watch + T_MODE] = WATCH
            deadline = _deadline(tables, values, state, instants, branch, now)
            push(heap, times, memory, state, instants, deadline, watch)
    memory[token + T_MODE] = JOINED
    return QUIET


@inlined
def _strand(memory: Any, state: Any, case: Any, order: Any, join: Any, number: Any) -> Any:
    """Return a new token of a case."""
    strand = allocate(memory, state, T_SIZE)
    memory[strand + T_CASE], memory[strand + T_ORDER] = case, order
    memory[strand + T_JOIN], memory[strand + T_BRANCH] = join, number
    memory[strand + T_PLACE], memory[strand + T_HOLD], memory[strand + T_CAME] = -1, HOLDS_NONE, -1
    return strand


@inlined
def _deadline(tables: Any, values: Any, state: Any, instants: Any, branch: Any, now: Any) -> Any:
    """Return when a branch's deadline has passed, infinite without one."""
    hours, allowed = tables[branch + BRANCH_HOURS], values[branch + BRANCH_DEADLINE]
    if hours < 0:
        return now + allowed
    return add_working(tables, values, state, instants, hours, now, allowed)


@jit
def arrive(
    memory: Any, state: Any, instants: Any, heap: Any, times: Any, join: Any, branch: Any, end: Any, now: Any
) -> None:  # fmt: skip
    """Note how a branch ended; the first word counts. The last one lets the whole go on."""
    if memory[join + J_ENDS + branch] == 0:
        memory[join + J_ENDS + branch] = end
        worst = memory[join + J_WORST]
        if end == REFUSED or (end == WITHDRAWN and worst != REFUSED):
            memory[join + J_WORST] = end
        memory[join + J_WAITING] -= 1
        if memory[join + J_WAITING] == 0:
            push(heap, times, memory, state, instants, now, memory[join + J_PARENT])


@jit
def drop_join(memory: Any, join: Any) -> None:
    """Let go of a join: the last branch or watch gives it back, once the whole went on."""
    memory[join + J_HELD] -= 1
    if memory[join + J_HELD] == 0 and memory[join + J_PARENT] == 0:
        release(memory, join, memory[join + J_WAITING])


@jit
def joined(tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, token: Any,
           now: Any) -> Any:  # fmt: skip
    """Go on after a parallel step."""
    step, join = memory[token + T_STEP], memory[token + T_OPTION]
    result = memory[join + J_WORST]
    fact = tables[step + PARALLEL_DONE]
    if result == REFUSED:
        fact = tables[step + PARALLEL_REFUSED]
    elif result == WITHDRAWN:
        fact = tables[step + PARALLEL_WITHDRAWN]
    head = fact | memory[token + T_OCCURRENCE] << OCCURRENCE_SHIFT
    entered = floats[token + T_ENTERED]
    add_row(
        tables, values, memory, floats, state, instants, token, head, entered, entered, entered, now, 0.0, 0.0, 0.0,
        0.0, 0.0,
    )  # fmt: skip
    memory[token + T_STEP] = tables[step + PARALLEL_NEXT] if result == DONE else result
    memory[token + T_MODE] = GO
    memory[join + J_PARENT] = 0
    memory[join + J_WAITING] = J_ENDS + tables[step + PARALLEL_COUNT]
    memory[join + J_HELD] += 1
    drop_join(memory, join)
    return GO
