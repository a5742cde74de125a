"""The limit's clock in machine code: `model.clock`, row by row, or on all rows of a case whose steps may overlap."""

from __future__ import annotations

import math
from typing import Any

from depthsim.engines.compiled._jit import inlined, jit
from depthsim.engines.compiled.hours import day_of, legal_days
from depthsim.engines.compiled.layout import (
    ACCEPTS,
    BEFORE,
    BY_APPLICANT,
    BY_OFFICE,
    BY_PARALLEL,
    C_BEGIN,
    C_COMPLETED,
    C_DAYS,
    C_DAYS_COMPLETED,
    C_DAYS_DECIDED,
    C_DECIDED,
    C_EARLY,
    C_OFFICE,
    C_OUTCOME,
    C_PLAN,
    COMPLETES,
    DATES,
    DECIDES,
    EXTERNAL,
    FACT_FLAGS,
    FACT_MASK,
    FACT_SIZE,
    FACT_TOKEN,
    FACT_TOP,
    K_FACTS,
    K_LEGAL,
    PLAN_DECISION,
    PLAN_FORWARDED,
    PLAN_TOKENS,
    R_END,
    R_ENTERED,
    R_HEAD,
    R_REQUEST,
    R_START,
    STOPS,
)

NO_DAYS = -1
REFUSED, WITHDRAWN = -2, -3


@inlined
def fact_of(memory: Any, state: Any, row: Any) -> Any:
    """Return the fact of a row."""
    return state[K_FACTS] + (memory[row + R_HEAD] & FACT_MASK) * FACT_SIZE


@inlined
def _own(flags: Any, forwarded: Any) -> Any:
    """Return whether a row counts: of a forwarded item, what another authority does not do."""
    return not forwarded or not flags & EXTERNAL or flags & STOPS


@inlined
def days_of(
    tables: Any, memory: Any, floats: Any, state: Any, instants: Any, case: Any, flags: Any, entered: Any,
    request: Any, start: Any, end: Any,
) -> Any:  # fmt: skip
    """Return the days that an office step takes of a running clock, where steps follow each other; see C_DAYS."""
    if floats[case + C_BEGIN] < 0.0 or not _own(flags, tables[memory[case + C_PLAN] + PLAN_FORWARDED]):
        return 0
    a, b = entered, end
    if flags & STOPS:
        a, b = request, start
    if a >= b:
        return 0
    working, dates = _days(tables, state, instants, a, b)
    return working + dates * DATES


@inlined
def count_days(
    tables: Any, memory: Any, floats: Any, case: Any, fact: Any, flags: Any, end: Any, days: Any
) -> None:  # fmt: skip
    """Let a row act on its case's clock. It starts with the last acceptance: what was counted before is dropped."""
    memory[case + C_DAYS] += days
    trunk = tables[fact + FACT_TOKEN] == 0
    if trunk:
        memory[case + C_EARLY] = flags & BEFORE
    if not _own(flags, tables[memory[case + C_PLAN] + PLAN_FORWARDED]):
        return
    if flags & ACCEPTS:
        floats[case + C_BEGIN] = max(floats[case + C_BEGIN], end)
        memory[case + C_DAYS] = memory[case + C_DAYS_DECIDED] = memory[case + C_DAYS_COMPLETED] = 0
    if flags & DECIDES:
        floats[case + C_DECIDED] = max(floats[case + C_DECIDED], end)
        memory[case + C_DAYS_DECIDED] = memory[case + C_DAYS]
    if flags & COMPLETES:
        floats[case + C_COMPLETED] = max(floats[case + C_COMPLETED], end)
        memory[case + C_DAYS_COMPLETED] = memory[case + C_DAYS]
    if trunk and not flags & BY_APPLICANT:
        floats[case + C_OFFICE] = max(floats[case + C_OFFICE], end)


@inlined
def _span(tables: Any, memory: Any, floats: Any, case: Any) -> tuple[Any, Any, Any]:
    """Return when the clock of a case starts and ends, and its days between, where steps follow each other.

    It starts never (infinite) where it has no value.
    """
    begin, outcome = floats[case + C_BEGIN], memory[case + C_OUTCOME]
    if begin < 0.0 or (outcome == REFUSED and memory[case + C_EARLY]):
        return math.inf, 0.0, 0
    if tables[memory[case + C_PLAN] + PLAN_DECISION] and floats[case + C_DECIDED] >= 0.0:
        return begin, floats[case + C_DECIDED], memory[case + C_DAYS_DECIDED]
    if floats[case + C_COMPLETED] >= 0.0:
        return begin, floats[case + C_COMPLETED], memory[case + C_DAYS_COMPLETED]
    if outcome == WITHDRAWN:
        return math.inf, 0.0, 0
    return begin, floats[case + C_OFFICE], memory[case + C_DAYS]


@inlined
def _days(tables: Any, state: Any, instants: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """Return the legal working days and the dates passed in an interval."""
    hours = state[K_LEGAL]
    dates = day_of(b) - day_of(a)
    if dates == 0:
        return 0, 0
    return legal_days(tables, state, instants, hours, b) - legal_days(tables, state, instants, hours, a), dates


@inlined
def days_used(
    tables: Any, memory: Any, floats: Any, state: Any, instants: Any, case: Any, rows: Any, count: Any, scratch: Any,
    half: Any,
) -> tuple[Any, Any]:  # fmt: skip
    """Return the days of its limit that a case used, in legal working days and in calendar days."""
    begin, finish, days = _span(tables, memory, floats, case)
    if begin == math.inf:
        return NO_DAYS, NO_DAYS
    if tables[memory[case + C_PLAN] + PLAN_TOKENS] > 1:
        return _days_of_branches(
            tables, memory, floats, state, instants, case, rows, count, scratch, half, begin, finish
        )
    return days & (DATES - 1), days // DATES


@jit
def _days_of_branches(
    tables: Any, memory: Any, floats: Any, state: Any, instants: Any, case: Any, rows: Any, count: Any, scratch: Any,
    half: Any, begin: Any, finish: Any,
) -> tuple[Any, Any]:  # fmt: skip
    """Return the days used where steps may overlap: the union of office steps without the union of stops.

    `scratch` holds intervals, begin and end: runs in its first half, stops in its second.
    """
    forwarded = tables[memory[case + C_PLAN] + PLAN_FORWARDED]
    runs, stops = 0, 0
    for n in range(count):
        row = rows[n]
        fact = fact_of(memory, state, row)
        flags = tables[fact + FACT_FLAGS]
        if not flags & BY_OFFICE or not _own(flags, forwarded):
            continue
        until = finish
        if tables[fact + FACT_TOKEN]:
            until = min(finish, _window_end(tables, memory, floats, state, rows, count, row, fact))
        runs = _add(scratch, 0, runs, floats[row + R_ENTERED], floats[row + R_END], begin, until)
        if flags & STOPS:
            stops = _add(scratch, half, stops, floats[row + R_ENTERED], floats[row + R_REQUEST], begin, until)
            stops = _add(scratch, half, stops, floats[row + R_START], floats[row + R_END], begin, until)
    runs, stops = _union(scratch, 0, runs), _union(scratch, half, stops)
    working, dates = 0, 0
    for n in range(runs):
        a, b = scratch[2 * n], scratch[2 * n + 1]
        for m in range(stops):
            c, d = scratch[half + 2 * m], scratch[half + 2 * m + 1]
            if d <= a or c >= b:
                continue
            if a < c:
                more, passed = _days(tables, state, instants, a, c)
                working, dates = working + more, dates + passed
            a = max(a, d)
        if a < b:
            more, passed = _days(tables, state, instants, a, b)
            working, dates = working + more, dates + passed
    return working, dates


@inlined
def _window_end(
    tables: Any, memory: Any, floats: Any, state: Any, rows: Any, count: Any, row: Any, fact: Any
) -> Any:  # fmt: skip
    """Return when the parallel step that a branch's row belongs to went on."""
    found, entered = -math.inf, floats[row + R_ENTERED]
    for n in range(count):
        other = fact_of(memory, state, rows[n])
        if tables[other + FACT_TOKEN] or not tables[other + FACT_FLAGS] & BY_PARALLEL:
            continue
        if tables[other + FACT_TOP] == tables[fact + FACT_TOP] and floats[rows[n] + R_ENTERED] <= entered:
            found = max(found, floats[rows[n] + R_END])
    return entered if found < 0.0 else found


@inlined
def _add(intervals: Any, first: Any, count: Any, a: Any, b: Any, begin: Any, until: Any) -> Any:
    """Add an interval, cut to [begin, until), in its place by begin; return how many there are."""
    a, b = max(a, begin), min(b, until)
    if a >= b:
        return count
    n = count
    while n > 0 and intervals[first + 2 * n - 2] > a:
        intervals[first + 2 * n], intervals[first + 2 * n + 1] = (
            intervals[first + 2 * n - 2],
            intervals[first + 2 * n - 1],
        )
        n -= 1
    intervals[first + 2 * n], intervals[first + 2 * n + 1] = a, b
    return count + 1


@inlined
def _union(intervals: Any, first: Any, count: Any) -> Any:
    """Merge intervals that touch; return how many are left."""
    left = 0
    for n in range(count):
        a, b = intervals[first + 2 * n], intervals[first + 2 * n + 1]
        if left and a <= intervals[first + 2 * left - 1]:
            intervals[first + 2 * left - 1] = max(intervals[first + 2 * left - 1], b)
        else:
            intervals[first + 2 * left], intervals[first + 2 * left + 1] = a, b
            left += 1
    return left
