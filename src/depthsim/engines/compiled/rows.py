"""Rows of the log in machine code: what `measures` read of a row is added to its case and pool as soon as it is made.

The row itself is written down only where it is needed later: where the log is kept, and where steps may overlap.
"""

from __future__ import annotations

from typing import Any

from depthsim.engines.compiled._jit import inlined, jit
from depthsim.engines.compiled.clock import count_days, days_of
from depthsim.engines.compiled.events import allocate
from depthsim.engines.compiled.hours import day_of, open_minutes
from depthsim.engines.compiled.layout import (
    AFTERWARDS,
    ASKED,
    BY_APPLICANT,
    BY_OFFICE,
    C_BEHIND,
    C_COUNTED,
    C_COUNTS,
    C_EXTERNAL,
    C_FIRST,
    C_FORM,
    C_HANDED,
    C_LAST,
    C_PLAN,
    C_POSTAGE,
    C_ROWS,
    C_SERVED,
    C_TRAVEL,
    C_WAITING,
    C_WORK,
    CHUNK_ROWS,
    CHUNK_SIZE,
    CORRECTION,
    CORRECTS,
    EXTERNAL,
    FACT_FLAGS,
    FACT_MASK,
    FACT_POOL,
    FACT_POSTAGE,
    FACT_SIZE,
    FACT_TOKEN,
    HOURS_ALWAYS,
    K_FACTS,
    K_FULL,
    K_KEEP,
    K_NEED,
    P_FILE_WAIT,
    P_FILES,
    P_OVERNIGHT,
    P_OVERTIME,
    P_PRESENT,
    P_PRESENT_WAIT,
    P_VISITS,
    P_WITHIN,
    P_WORK,
    PAID,
    PAYS,
    PLAN_TOKENS,
    POOL_FRONT,
    POOL_HOURS,
    POOL_SUMS,
    PRESENT,
    R_DELAY,
    R_END,
    R_ENTERED,
    R_HEAD,
    R_LAG,
    R_REQUEST,
    R_SERVED,
    R_SIZE,
    R_START,
    R_TAKES,
    R_TRAVEL,
    T_CAME,
    T_CAME_TO,
    T_CASE,
    VISIT,
    X_COUNTED,
    X_COUNTED_END,
)

TICKS = 1048576.0
ALMOST_FULL = 1 << 61


@jit
def add_row(
    tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, token: Any, head: Any,
    entered: Any, request: Any, start: Any, end: Any, way: Any, takes: Any, served: Any, delay: Any, lag: Any,
) -> None:  # fmt: skip
    """Add a row to a token's case. Where a calendar has to be extended (K_NEED) nothing has changed."""
    if state[K_NEED]:
        return
    case = memory[token + T_CASE]
    fact = state[K_FACTS] + (head & FACT_MASK) * FACT_SIZE
    flags, pool = tables[fact + FACT_FLAGS], tables[fact + FACT_POOL]
    several, counted = tables[memory[case + C_PLAN] + PLAN_TOKENS] > 1, memory[case + C_COUNTED]
    minutes = takes if flags & BY_OFFICE else served
    within = overtime = waited = 0.0
    if pool >= 0:
        within = _within(tables, values, state, instants, pool, start, end, minutes)
        if counted:
            waited = _waited(tables, values, state, instants, pool, head, request, start)
            overtime = _overtime(tables, values, state, instants, pool, start, end)
    days = 0
    if flags & BY_OFFICE and not several:
        days = days_of(tables, memory, floats, state, instants, case, flags, entered, request, start, end)
    if state[K_NEED]:
        return
    if pool >= 0:
        _count_work(tables, memory, state, pool, head, counted, within, minutes, overtime, waited)
    _stay(tables, memory, token, head, pool, counted, request, end)
    _count_row(tables, memory, floats, case, fact, flags, head, entered, request, start, end, way, takes, minutes)
    count_days(tables, memory, floats, case, fact, flags, end, days)
    if several or state[K_KEEP]:
        row = _place(memory, state, case)
        memory[row + R_HEAD] = head
        floats[row + R_ENTERED], floats[row + R_REQUEST] = entered, request
        floats[row + R_START], floats[row + R_END] = start, end
        floats[row + R_TRAVEL], floats[row + R_TAKES], floats[row + R_SERVED] = way, takes, served
        floats[row + R_DELAY], floats[row + R_LAG] = delay, lag


@inlined
def _within(
    tables: Any, values: Any, state: Any, instants: Any, pool: Any, start: Any, end: Any, minutes: Any
) -> Any:  # fmt: skip
    """Return the minutes that a server of a pool works inside the counted span, of `minutes` in [start, end)."""
    begin, until = instants[X_COUNTED], instants[X_COUNTED_END]
    first, last = max(start, begin), min(end, until)
    if first >= last:
        return 0.0
    if tables[pool + POOL_FRONT]:
        return last - first
    if first == start and last == end:
        return minutes  # in hours, and begun when it was open: just its open minutes
    return open_minutes(tables, values, state, instants, tables[pool + POOL_HOURS], first, last)


@inlined
def _waited(
    tables: Any, values: Any, state: Any, instants: Any, pool: Any, head: Any, request: Any, start: Any
) -> Any:  # fmt: skip
    """Return how long a request waited: somebody who stands there by the clock, a file in the pool's hours."""
    if not head & ASKED or head & PRESENT or start == request:
        return start - request
    return open_minutes(tables, values, state, instants, tables[pool + POOL_HOURS], request, start)


@inlined
def _overtime(tables: Any, values: Any, state: Any, instants: Any, pool: Any, start: Any, end: Any) -> Any:
    """Return the minutes of work outside the hours of a pool."""
    hours = tables[pool + POOL_HOURS]
    if not tables[pool + POOL_FRONT] or tables[hours + HOURS_ALWAYS]:
        return 0.0
    return end - start - open_minutes(tables, values, state, instants, hours, start, end)


@inlined
def _add(memory: Any, state: Any, place: Any, minutes: Any) -> None:
    """Add to a pool's sum; where it comes near the end of its range the batch is closed."""
    total = memory[place] + int(minutes * TICKS)
    memory[place] = total
    if total > ALMOST_FULL:
        state[K_FULL] = 1


@inlined
def _count_work(
    tables: Any, memory: Any, state: Any, pool: Any, head: Any, counted: Any, within: Any, minutes: Any,
    overtime: Any, waited: Any,
) -> None:  # fmt: skip
    """Add a row to the sums of its pool."""
    sums = tables[pool + POOL_SUMS]
    _add(memory, state, sums + P_WITHIN, within)
    if counted:
        _add(memory, state, sums + P_WORK, minutes)
        memory[sums + P_OVERTIME] += int(overtime * TICKS)
        if head & ASKED:
            files = not head & PRESENT
            memory[sums + (P_FILES if files else P_PRESENT)] += 1
            _add(memory, state, sums + (P_FILE_WAIT if files else P_PRESENT_WAIT), waited)


@inlined
def _stay(
    tables: Any, memory: Any, token: Any, head: Any, pool: Any, counted: Any, request: Any, end: Any
) -> None:  # fmt: skip
    """Count a visit, and once it lasts longer than its day one over night. It lasts until somebody leaves the place."""
    if head & VISIT or not head & PRESENT:
        memory[token + T_CAME] = -1
    if head & VISIT and pool >= 0 and counted:
        sums = tables[pool + POOL_SUMS]
        memory[sums + P_VISITS] += 1
        memory[token + T_CAME], memory[token + T_CAME_TO] = day_of(request), sums
    came = memory[token + T_CAME]
    if came >= 0 and day_of(end) > came:
        memory[memory[token + T_CAME_TO] + P_OVERNIGHT] += 1
        memory[token + T_CAME] = -1


@inlined
def _count_row(
    tables: Any, memory: Any, floats: Any, case: Any, fact: Any, flags: Any, head: Any, entered: Any, request: Any,
    start: Any, end: Any, way: Any, takes: Any, minutes: Any,
) -> None:  # fmt: skip
    """Add a row to the sums of its case."""
    waited = end - entered - takes
    if flags & BY_APPLICANT:
        floats[case + C_FORM] += takes
        floats[case + C_POSTAGE] += tables[fact + FACT_POSTAGE] / TICKS  # kept as a whole number of ticks
        floats[case + C_TRAVEL] += way
        waited = start - request
    if head & PRESENT:
        floats[case + C_SERVED] += minutes
        floats[case + C_WAITING] += waited
    if tables[fact + FACT_POOL] >= 0:
        floats[case + C_WORK] += minutes
    if flags & EXTERNAL:
        floats[case + C_EXTERNAL] += end - entered
    counts = 1 if head & VISIT else 0
    counts += CORRECTION if flags & CORRECTS else 0
    memory[case + C_COUNTS] = memory[case + C_COUNTS] + counts | (PAID if flags & PAYS else 0)
    if tables[fact + FACT_TOKEN] == 0:
        behind = flags & AFTERWARDS and not head & PRESENT
        memory[case + C_BEHIND] = 1 if behind else 0
        if not behind:
            floats[case + C_HANDED] = end


@inlined
def _place(memory: Any, state: Any, case: Any) -> Any:
    """Return where the next row of a case stands."""
    n = memory[case + C_ROWS]
    memory[case + C_ROWS] = n + 1
    slot = n % CHUNK_ROWS
    if slot == 0:
        chunk = allocate(memory, state, CHUNK_SIZE)
        if n == 0:
            memory[case + C_FIRST] = chunk
        else:
            memory[memory[case + C_LAST]] = chunk
        memory[case + C_LAST] = chunk
    return memory[case + C_LAST] + 1 + slot * R_SIZE
