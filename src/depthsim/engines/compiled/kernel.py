"""The loop of the compiled engine: the next event or arrival, and a token's moves until it sleeps.

It returns when a batch is full, and whenever Python has to make room or extend a calendar; all of its state is in
arrays, so that it goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from depthsim.engines import _samplers
from depthsim.engines.compiled._jit import entry, inlined, jit
from depthsim.engines.compiled.chance import case_key
from depthsim.engines.compiled.choices import next_arrival, plan_of
from depthsim.engines.compiled.events import ROOT, allocate, drop_root, push, release
from depthsim.engines.compiled.layout import (
    A_K,
    A_SIZE,
    APPLICANT,
    ASK,
    BATCH,
    BOOK,
    BOOKINGS,
    C_ARRIVAL,
    C_COUNTED,
    C_END,
    C_ENTERED,
    C_K,
    C_KEY,
    C_LIVE,
    C_OUTCOME,
    C_PLAN,
    C_ROWS,
    FINISHED,
    GO,
    HOLDS_NONE,
    ITEM_KEY,
    ITEM_PLAN,
    ITEM_SIZE,
    JOINED,
    K_ARRIVALS,
    K_BOOKINGS,
    K_EVENTS,
    K_FULL,
    K_HEAP,
    K_ITEMS,
    K_KEEP,
    K_LACKS,
    K_NEED,
    K_OUT,
    K_RANK,
    K_RESERVE,
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
    PLAN_BLOCK,
    PLAN_START,
    PLAN_TRAVEL,
    ROWS,
    SCRATCH,
    SERVE,
    SESSION,
    STEP_KIND,
    T_BRANCH,
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
    X_SAFE,
)
from depthsim.engines.compiled.reading import collect, give_back, keep_rows, read_case, read_pools
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
        other = child + 1
        if other < count and (
            comings[other] < comings[child] or (comings[other] == comings[child] and arrivals[other] < arrivals[child])
        ):
            child = other
        if coming < comings[child] or (coming == comings[child] and n < arrivals[child]):
            break
        comings[i], arrivals[i] = comings[child], arrivals[child]
        i = child
    comings[i], arrivals[i] = coming, n


@jit
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
    memory[case + C_LIVE], memory[case + C_ROWS] = 1, 0
    for word in range(C_ENTERED, tables[plan + PLAN_TRAVEL]):
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
        return turn
    if state[K_STALE]:
        drop_root(heap, times, memory, state)
    event = times[2 * ROOT] if state[K_HEAP] else math.inf
    coming = comings[0]
    if event <= coming and event < math.inf:
        state[K_STALE] = 1
        instants[X_NOW] = event
        return heap[2 * ROOT + 1]
    if coming == math.inf:
        return 0
    instants[X_NOW] = coming
    return new_case(tables, values, memory, floats, state, instants, arrivals, comings)


@jit
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
def watch(memory: Any, state: Any, heap: Any, times: Any, token: Any, now: Any) -> Any:
    """Count a branch as withdrawn whose deadline has passed."""
    join = memory[token + T_JOIN]
    arrive(memory, state, heap, times, join, memory[token + T_BRANCH], WITHDRAWN, now)
    drop_join(memory, join)
    release(memory, token, T_SIZE)
    return QUIET


@jit
def end_token(
    tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, heap: Any, times: Any, rows: Any,
    scratch: Any, reals: Any, longs: Any, ints: Any, small: Any, sums: Any, kept: Any, token: Any, now: Any,
) -> Any:  # fmt: skip
    """End a token; with the last one of a case, read the case and let it go."""
    case = memory[token + T_CASE]
    last = memory[case + C_LIVE] == 1
    if token == case:
        floats[case + C_END], memory[case + C_OUTCOME] = now, memory[token + T_STEP]
    if last:
        count = memory[case + C_ROWS]
        if count > len(rows) or (state[K_KEEP] and state[K_ROWS] + count > len(kept)):
            state[K_LACKS] = SCRATCH if count > len(rows) else ROWS
            return AGAIN
        collect(tables, memory, state, case, rows)
        if now >= instants[X_SAFE]:
            read_pools(tables, values, memory, floats, state, instants, case, rows, count, sums, False)
        read_case(
            tables, memory, floats, state, instants, case, rows, count, scratch, reals, longs, ints, small
        )  # fmt: skip
        if state[K_NEED]:
            return AGAIN
        read_pools(tables, values, memory, floats, state, instants, case, rows, count, sums, True)
        keep_rows(memory, state, rows, count, kept)
        state[K_OUT] += 1
    if token != case:
        join = memory[token + T_JOIN]
        arrive(memory, state, heap, times, join, memory[token + T_BRANCH], memory[token + T_STEP], now)
        drop_join(memory, join)
        release(memory, token, T_SIZE)
    memory[case + C_LIVE] -= 1
    if last:
        give_back(tables, memory, case)
    return QUIET


@inlined
def _lacking(memory: Any, state: Any, heap: Any, booked: Any, reals: Any) -> Any:
    """Return what there is too little of for the next move, else 0 (FINISHED)."""
    if state[K_TOP] + state[K_RESERVE] > len(memory) or 2 * (state[K_HEAP] + state[K_EVENTS] + ROOT + 1) > len(heap):
        return MEMORY
    if state[K_OUT] >= reals.shape[1] or state[K_FULL]:
        return BATCH
    return BOOKINGS if 4 * state[K_BOOKINGS] >= len(booked) else FINISHED


def _digest() -> str:
    """Return a digest of everything that is compiled: code kept on disk is that of these sources."""
    here = Path(__file__).parent
    sources = [*sorted(here.glob("*.py")), Path(_samplers.__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _entry(digest: str) -> Callable[..., Any]:  # noqa: C901 - one loop, one branch a kind of move
    """Return the loop. numba tells kept code apart by the names that a function closes over, among others."""

    @entry
    def run_on(  # noqa: C901
        tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, heap: Any, times: Any,
        arrivals: Any, comings: Any, booked: Any, rows: Any, scratch: Any, reals: Any, longs: Any, ints: Any,
        small: Any, sums: Any, kept: Any,
    ) -> int:  # fmt: skip
        """Run until there is nothing left to do, or something is lacking; return which."""
        token = state[K_TOKEN]
        mode = memory[token + T_MODE] if token else GO
        _ = digest
        if not state[K_STARTED]:
            state[K_STARTED] = 1
            start_arrivals(tables, values, memory, floats, state, instants, arrivals, comings)
        while True:
            lacking = _lacking(memory, state, heap, booked, reals)
            if lacking != FINISHED:
                state[K_TOKEN] = token
                if token:
                    memory[token + T_MODE] = mode
                return int(lacking)
            if token == 0:
                token = _next_token(tables, values, memory, floats, state, instants, heap, times, arrivals, comings)
                if token == 0:
                    return FINISHED
                mode = memory[token + T_MODE]
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
                mode_after = joined(tables, memory, floats, state, token, now)
            elif mode == BOOK:
                mode_after = appoint(tables, values, memory, floats, state, instants, booked, token, now)
            else:
                mode_after = watch(memory, state, heap, times, token, now)
            if mode_after == ENDED:
                mode_after = end_token(
                    tables, values, memory, floats, state, instants, heap, times, rows, scratch, reals, longs, ints,
                    small, sums, kept, token, now,
                )  # fmt: skip
            if mode_after == SLEEP:
                push(heap, times, memory, state, floats[token + T_END], token)
                token = 0
            elif mode_after == QUIET:
                token = 0
            elif mode_after == AGAIN:
                state[K_TOKEN] = token
                memory[token + T_MODE] = mode
                return int(state[K_LACKS])
            else:
                mode = mode_after

    return run_on


run_on = _entry(_digest())
