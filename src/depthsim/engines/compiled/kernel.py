"""The loop of the compiled engine: the next event or arrival, and a token's moves until it sleeps.

It returns when a batch is full, and whenever Python has to make room or extend a calendar; all of its state is in
arrays, so that it goes on where it stopped.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from depthsim.engines.compiled._jit import digest, entry, floats_of, inlined, items_of, jit
from depthsim.engines.compiled.chance import case_key
from depthsim.engines.compiled.choices import next_arrival, plan_of
from depthsim.engines.compiled.events import ENTRY, ROOT, allocate, drop_root, open_buckets, push, release
from depthsim.engines.compiled.layout import (
    A_K,
    A_SIZE,
    APPLICANT,
    ASK,
    BATCH,
    BOOK,
    BOOKINGS,
    C_ARRIVAL,
    C_BEGIN,
    C_COUNTED,
    C_DAYS,
    C_END,
    C_K,
    C_KEY,
    C_LIVE,
    C_OUTCOME,
    C_PLAN,
    C_ROWS,
    FINISHED,
    GO,
    HOLDS_EXPLICIT,
    HOLDS_NONE,
    ITEM_KEY,
    ITEM_PLAN,
    ITEM_SIZE,
    JOINED,
    K_AHEAD,
    K_ARRIVALS,
    K_BOOKINGS,
    K_FULL,
    K_HEAP,
    K_ITEMS,
    K_KEEP,
    K_LACKS,
    K_LATER,
    K_NEED,
    K_OUT,
    K_RANK,
    K_RESERVE,
    K_ROOM,
    K_ROWS,
    K_STALE,
    K_STARTED,
    K_STREAMS,
    K_TOKEN,
    K_TOKENS,
    K_TOP,
    K_TURN,
    MEMORY,
    OFFICE,
    PARALLEL,
    PLAN_BLOCK,
    PLAN_START,
    PLAN_TRAVEL,
    ROWS,
    SCRATCH,
    SERVE,
    SESSION,
    STEP_KIND,
    T_BRANCH,
    T_CAME,
    T_CASE,
    T_END,
    T_HOLD,
    T_JOIN,
    T_MODE,
    T_ORDER,
    T_PLACE,
    T_SIZE,
    T_STEP,
    X_COUNTED,
    X_COUNTED_END,
    X_NOW,
)
from depthsim.engines.compiled.reading import collect, give_back, keep_rows, read_case
from depthsim.engines.compiled.steps import (
    AGAIN,
    QUIET,
    SLEEP,
    WITHDRAWN,
    applicant,
    appoint,
    arrive,
    ask,
    branch_out,
    drop_join,
    joined,
    office,
    pass_on,
    serve,
    session,
)

ENDED = -4
"""What remains of a token: to end."""


@jit
def start_arrivals(
    tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, arrivals: Any, comings: Any
) -> None:  # fmt: skip
    """Let the first case of every item come; `comings` are their instants, a heap by (instant, item)."""
    for n in range(state[K_STREAMS]):
        item, stream = state[K_ITEMS] + n * ITEM_SIZE, state[K_ARRIVALS] + n * A_SIZE
        coming = next_arrival(tables, values, memory, floats, state, instants, item, stream)
        i = n
        while i > 0:
            parent = (i - 1) // 2
            if comings[parent] <= coming:
                break
            comings[i], arrivals[i] = comings[parent], arrivals[parent]
            i = parent
        comings[i], arrivals[i] = coming, n


@inlined
def _replace_arrival(arrivals: Any, comings: Any, count: Any, coming: Any, n: Any) -> None:
    i = 0
    while True:
        child = 2 * i + 1
        if child >= count:
            break
        other = min(child + 1, count - 1)
        sooner, tied = comings[other] < comings[child], comings[other] == comings[child]
        sooner |= tied & (arrivals[other] < arrivals[child])
        child = other if sooner else child  # no branch: nobody can foretell it
        if coming < comings[child] or (coming == comings[child] and n < arrivals[child]):
            break
        comings[i], arrivals[i] = comings[child], arrivals[child]
        i = child
    comings[i], arrivals[i] = coming, n


@inlined
def new_case(
    tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, arrivals: Any, comings: Any
) -> Any:  # fmt: skip
    """Let the next case arrive, and return its trunk."""
    n, arrival = arrivals[0], comings[0]
    item, stream = state[K_ITEMS] + n * ITEM_SIZE, state[K_ARRIVALS] + n * A_SIZE
    k = memory[stream + A_K]
    key = case_key(tables[item + ITEM_KEY], k)
    plan = plan_of(tables, values, tables[item + ITEM_PLAN], key, arrival)
    size = tables[plan + PLAN_BLOCK]
    case = allocate(memory, state, size)
    memory[case + T_CASE], memory[case + T_ORDER] = case, state[K_RANK] * state[K_TOKENS]
    state[K_RANK] += 1
    memory[case + T_MODE], memory[case + T_STEP] = GO, tables[plan + PLAN_START]
    memory[case + T_PLACE], memory[case + T_JOIN], memory[case + T_HOLD] = -1, 0, HOLDS_NONE
    memory[case + C_KEY], memory[case + C_PLAN], memory[case + C_K] = key, plan, k
    floats[case + C_ARRIVAL] = arrival
    memory[case + C_COUNTED] = 1 if instants[X_COUNTED] <= arrival < instants[X_COUNTED_END] else 0
    memory[case + C_LIVE], memory[case + C_ROWS], memory[case + T_CAME] = 1, 0, -1
    for word in range(C_BEGIN, C_DAYS):
        floats[case + word] = -math.inf
    for word in range(C_DAYS, tables[plan + PLAN_TRAVEL]):
        memory[case + word] = 0
    for word in range(tables[plan + PLAN_TRAVEL], size):
        floats[case + word] = np.nan
    coming = next_arrival(tables, values, memory, floats, state, instants, item, stream)
    _replace_arrival(arrivals, comings, state[K_STREAMS], coming, n)
    return case


@inlined
def _next_token(
    tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, heap: Any, times: Any,
    arrivals: Any, comings: Any,
) -> Any:  # fmt: skip
    """Return the token whose event is next, 0 without any; X_NOW is then the instant."""
    turn = state[K_TURN]
    if turn:
        state[K_TURN] = 0
        instants[X_NOW] = floats[turn + T_END]
        return turn
    if state[K_STALE]:
        drop_root(heap, times, memory, state)
    coming = comings[0]
    if state[K_HEAP] == 0 and state[K_LATER]:
        open_buckets(heap, times, memory, state, instants, coming)
    event = times[ENTRY * ROOT] if state[K_HEAP] else math.inf
    if event <= coming and event < math.inf:
        state[K_STALE] = 1
        instants[X_NOW] = event
        return heap[ENTRY * ROOT + 2]
    if coming == math.inf:
        return 0
    instants[X_NOW] = coming
    return new_case(tables, values, memory, floats, state, instants, arrivals, comings)


@inlined
def go(
    tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, heap: Any, times: Any, token: Any,
    now: Any,
) -> Any:  # fmt: skip
    """Enter the next step, or end."""
    if memory[token + T_HOLD] != HOLDS_NONE:
        pass_on(tables, memory, floats, state, token, now)
    step = memory[token + T_STEP]
    if step < 0:
        return ENDED
    kind = tables[step + STEP_KIND]
    if kind == OFFICE:
        return office(tables, values, memory, floats, state, instants, token, now)
    if kind == APPLICANT:
        return applicant(tables, values, memory, floats, state, instants, token, now)
    return branch_out(tables, values, memory, floats, state, instants, heap, times, token, now)


@jit
def watch(memory: Any, state: Any, instants: Any, heap: Any, times: Any, token: Any, now: Any) -> Any:
    """Count a branch as withdrawn whose deadline has passed."""
    join = memory[token + T_JOIN]
    arrive(memory, state, instants, heap, times, join, memory[token + T_BRANCH], WITHDRAWN, now)
    drop_join(memory, join)
    release(memory, token, T_SIZE)
    return QUIET


@inlined
def end_token(
    tables: Any, memory: Any, floats: Any, state: Any, instants: Any, heap: Any, times: Any, rows: Any,
    scratch: Any, reals: Any, longs: Any, ints: Any, small: Any, kept: Any, rooms: Any, token: Any, now: Any,
) -> Any:  # fmt: skip
    """End a token; with the last one of a case, read the case and let it go."""
    case = memory[token + T_CASE]
    last = memory[case + C_LIVE] == 1
    if token == case:
        floats[case + C_END], memory[case + C_OUTCOME] = now, memory[token + T_STEP]
    if last:
        count = memory[case + C_ROWS]
        room, half, size, keep = rooms
        if count > room or (state[K_KEEP] and state[K_ROWS] + count > keep):
            state[K_LACKS] = SCRATCH if count > room else ROWS
            return AGAIN
        collect(tables, memory, state, case, rows)
        read_case(
            tables, memory, floats, state, instants, case, rows, count, scratch, half, reals, longs, ints, small, size
        )  # fmt: skip
        if state[K_NEED]:
            return AGAIN
        keep_rows(memory, state, rows, count, kept)
        state[K_OUT] += 1
    if token != case:
        join = memory[token + T_JOIN]
        arrive(memory, state, instants, heap, times, join, memory[token + T_BRANCH], memory[token + T_STEP], now)
        drop_join(memory, join)
        release(memory, token, T_SIZE)
    memory[case + C_LIVE] -= 1
    if last:
        give_back(tables, memory, case)
    return QUIET


@inlined
def _alone(tables: Any, memory: Any, token: Any) -> Any:
    """Return whether the next move of a token concerns nobody else, so that it need not wait for its instant.

    Others are concerned by requests to pools, servers let go, and what branches tell each other.
    """
    if memory[token + T_MODE] != GO or memory[token + T_HOLD] == HOLDS_EXPLICIT:
        return False
    step = memory[token + T_STEP]
    return token == memory[token + T_CASE] or (step >= 0 and tables[step + STEP_KIND] != PARALLEL)


@inlined
def _lacking(state: Any, memory: Any, booked: Any, size: Any) -> Any:
    """Return what there is too little of for the next move, else 0 (FINISHED); all but the first are lengths."""
    if state[K_TOP] + state[K_RESERVE] > memory or state[K_HEAP] + state[K_LATER] > state[K_ROOM]:
        return MEMORY
    if state[K_OUT] >= size or state[K_FULL]:
        return BATCH
    return BOOKINGS if 4 * state[K_BOOKINGS] >= booked else FINISHED


def _entry(digest: str) -> Callable[..., Any]:  # noqa: C901 - one loop, one branch a kind of move
    """Return the loop. numba tells kept code apart by the names that a function closes over, among others."""

    @entry
    def run_on(  # noqa: C901
        tables_words: Any, memory_words: Any, state_words: Any, instants_words: Any, heap_words: Any,
        arrivals_words: Any, comings_words: Any, booked: Any, rows_words: Any, scratch_words: Any, reals_words: Any,
        longs_words: Any, ints_words: Any, small_words: Any, kept_words: Any,
    ) -> int:  # fmt: skip
        """Run until there is nothing left to do, or something is lacking; return which."""
        _ = digest
        tables, values = items_of(tables_words), floats_of(tables_words)
        memory, floats = items_of(memory_words), floats_of(memory_words)
        heap, times = items_of(heap_words), floats_of(heap_words)
        state, instants = items_of(state_words), items_of(instants_words)
        arrivals, comings = items_of(arrivals_words), items_of(comings_words)
        rows, scratch, kept = items_of(rows_words), items_of(scratch_words), items_of(kept_words)
        reals, longs, ints, small = (
            items_of(reals_words),
            items_of(longs_words),
            items_of(ints_words),
            items_of(small_words),
        )
        size = reals_words.shape[1]
        rooms = (len(rows_words), scratch_words.shape[1], size, len(kept_words))
        token, mode, ahead = state[K_TOKEN], GO, state[K_AHEAD] != 0
        if token:
            mode = memory[token + T_MODE]
        if not state[K_STARTED]:
            state[K_STARTED] = 1
            start_arrivals(tables, values, memory, floats, state, instants, arrivals, comings)
        while True:
            if token == 0:
                lacking = _lacking(state, len(memory_words), len(booked), size)
                if lacking != FINISHED:
                    state[K_TOKEN] = 0
                    return int(lacking)
                token = _next_token(tables, values, memory, floats, state, instants, heap, times, arrivals, comings)
                if token == 0:
                    return FINISHED
                mode, ahead = memory[token + T_MODE], False
            elif state[K_TOP] + state[K_RESERVE] > len(memory_words):
                state[K_TOKEN], state[K_AHEAD] = token, ahead
                memory[token + T_MODE] = mode
                return MEMORY
            now = instants[X_NOW]
            if mode == GO:
                mode_after = go(tables, values, memory, floats, state, instants, heap, times, token, now)
            elif mode == ASK:
                mode_after = ask(tables, memory, floats, token, now)
            elif mode == SERVE:
                mode_after = serve(tables, values, memory, floats, state, instants, token)
            elif mode == SESSION:
                mode_after = session(tables, values, memory, floats, state, instants, token)
            elif mode == JOINED:
                mode_after = joined(tables, values, memory, floats, state, instants, token, now)
            elif mode == BOOK:
                mode_after = appoint(tables, values, memory, floats, state, instants, booked, token, now)
            else:
                mode_after = watch(memory, state, instants, heap, times, token, now)
            if mode_after == ENDED:
                mode_after = end_token(
                    tables, memory, floats, state, instants, heap, times, rows, scratch, reals, longs, ints, small,
                    kept, rooms, token, now,
                )  # fmt: skip
            goes_on = mode_after == SLEEP or (ahead and mode_after == GO)
            if goes_on and _alone(tables, memory, token):
                mode, ahead, instants[X_NOW] = GO, True, floats[token + T_END]
            elif goes_on or (ahead and mode_after in (ASK, BOOK)):
                push(heap, times, memory, state, instants, floats[token + T_END], token)
                token = 0
            elif mode_after == QUIET:
                token = 0
            elif mode_after == AGAIN:
                state[K_TOKEN], state[K_AHEAD] = token, ahead
                memory[token + T_MODE] = mode
                return int(state[K_LACKS])
            else:
                mode = mode_after

    return run_on


run_on = _entry(digest())
