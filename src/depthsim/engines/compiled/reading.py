"""Reading a finished case in machine code: what `measures` read of its rows, into one entry of the columns."""

from __future__ import annotations

from typing import Any

from depthsim.engines.compiled._jit import inlined, jit
from depthsim.engines.compiled.clock import days_used, fact_of
from depthsim.engines.compiled.hours import day_of, open_minutes
from depthsim.engines.compiled.layout import (
    AFTERWARDS,
    ASKED,
    BY_APPLICANT,
    BY_OFFICE,
    C_ARRIVAL,
    C_COUNTED,
    C_END,
    C_FIRST,
    C_K,
    C_OUTCOME,
    C_PLAN,
    C_ROWS,
    CHUNK_ROWS,
    CHUNK_SIZE,
    CORRECTS,
    EXTERNAL,
    FACT_FLAGS,
    FACT_POOL,
    FACT_POSTAGE,
    FACT_TOKEN,
    HOURS_ALWAYS,
    K_FULL,
    K_KEEP,
    K_OUT,
    K_ROWS,
    O_ARRIVAL,
    O_CALENDAR_DAYS,
    O_CORRECTIONS,
    O_COUNTED,
    O_END,
    O_EXTERNAL,
    O_FORM,
    O_HANDED,
    O_ITEM,
    O_K,
    O_OUTCOME,
    O_PAID,
    O_POSTAGE,
    O_PROCESS,
    O_SEGMENT,
    O_SERVED,
    O_TRAVEL,
    O_VISITS,
    O_WAITING,
    O_WORK,
    O_WORKING_DAYS,
    P_FILE_WAIT,
    P_FILES,
    P_OVERNIGHT,
    P_OVERTIME,
    P_PRESENT,
    P_PRESENT_WAIT,
    P_SIZE,
    P_VISITS,
    P_WITHIN,
    P_WORK,
    PAYS,
    PLAN_BLOCK,
    PLAN_ITEM,
    PLAN_PROCESS,
    PLAN_SEGMENT,
    PLAN_TOKENS,
    POOL_FRONT,
    POOL_HOURS,
    POOL_NUMBER,
    PRESENT,
    R_END,
    R_ENTERED,
    R_HEAD,
    R_REQUEST,
    R_SERVED,
    R_SIZE,
    R_START,
    R_TAKES,
    R_TRAVEL,
    VISIT,
    X_COUNTED,
    X_COUNTED_END,
)

TICKS = 1048576.0
ALMOST_FULL = 1 << 61


@inlined
def collect(tables: Any, memory: Any, state: Any, case: Any, rows: Any) -> None:
    """List the places of a case's rows by (token, sequence)."""
    count, chunk, at = memory[case + C_ROWS], memory[case + C_FIRST], 0
    for n in range(count):
        rows[n] = chunk + 1 + at * R_SIZE
        at += 1
        if at == CHUNK_ROWS:
            chunk, at = memory[chunk], 0
    if tables[memory[case + C_PLAN] + PLAN_TOKENS] > 1:
        for n in range(1, count):
            row, m = rows[n], n
            token = tables[fact_of(memory, state, row) + FACT_TOKEN]
            while m > 0 and tables[fact_of(memory, state, rows[m - 1]) + FACT_TOKEN] > token:
                rows[m] = rows[m - 1]
                m -= 1
            rows[m] = row


@inlined
def give_back(tables: Any, memory: Any, case: Any) -> None:
    """Give the memory of a case back."""
    chunk = memory[case + C_FIRST]
    for _ in range((memory[case + C_ROWS] + CHUNK_ROWS - 1) // CHUNK_ROWS):
        following = memory[chunk]
        memory[chunk] = memory[CHUNK_SIZE]
        memory[CHUNK_SIZE] = chunk
        chunk = following
    size = tables[memory[case + C_PLAN] + PLAN_BLOCK]
    memory[case] = memory[size]
    memory[size] = case


@inlined
def _ticks(minutes: Any) -> Any:
    return int(minutes * TICKS)


@inlined
def _add(sums: Any, state: Any, pool: Any, field: Any, ticks: Any) -> None:
    """Add to a pool's sum; where it comes near the end of its range the batch is closed."""
    total = sums[pool * P_SIZE + field] + ticks
    sums[pool * P_SIZE + field] = total
    if total > ALMOST_FULL:
        state[K_FULL] = 1


@inlined
def _within(
    tables: Any, values: Any, floats: Any, state: Any, instants: Any, row: Any, pool: Any, worked: Any
) -> Any:  # fmt: skip
    """Return the minutes that a server of a pool worked for a row inside the counted span."""
    start, end = floats[row + R_START], floats[row + R_END]
    begin, until = instants[X_COUNTED], instants[X_COUNTED_END]
    first, last = max(start, begin), min(end, until)
    if first >= last:
        return 0.0
    if tables[pool + POOL_FRONT]:
        return last - first
    if first == start and last == end:
        return worked  # in hours, and begun when it was open: just its open minutes
    return open_minutes(tables, values, state, instants, tables[pool + POOL_HOURS], first, last)


@jit
def read_pools(
    tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, case: Any, rows: Any, count: Any,
    sums: Any, commit: Any,
) -> None:  # fmt: skip
    """Add a case to the sums of its pools; without `commit` only ask for the calendars that this takes."""
    counted = memory[case + C_COUNTED]
    for n in range(count):
        row = rows[n]
        fact = fact_of(memory, state, row)
        pool = tables[fact + FACT_POOL]
        if pool < 0:
            continue
        office = tables[fact + FACT_FLAGS] & BY_OFFICE
        worked = floats[row + R_TAKES] if office else floats[row + R_SERVED]
        within = _within(tables, values, floats, state, instants, row, pool, worked)
        number, hours, front = tables[pool + POOL_NUMBER], tables[pool + POOL_HOURS], tables[pool + POOL_FRONT]
        if commit:
            _add(sums, state, number, P_WITHIN, _ticks(within))
        if not counted:
            continue
        start, end, head = floats[row + R_START], floats[row + R_END], memory[row + R_HEAD]
        overtime = 0.0
        if front and not tables[hours + HOURS_ALWAYS]:
            overtime = end - start - open_minutes(tables, values, state, instants, hours, start, end)
        waited = start - floats[row + R_REQUEST]
        if head & ASKED and not head & PRESENT and waited > 0.0:
            waited = open_minutes(tables, values, state, instants, hours, floats[row + R_REQUEST], start)
        if not commit:
            continue
        _add(sums, state, number, P_WORK, _ticks(worked))
        sums[number * P_SIZE + P_OVERTIME] += _ticks(overtime)
        if head & ASKED:
            files = not head & PRESENT
            sums[number * P_SIZE + (P_FILES if files else P_PRESENT)] += 1
            _add(sums, state, number, P_FILE_WAIT if files else P_PRESENT_WAIT, _ticks(waited))
        if head & VISIT:
            leaves = _leaves(tables, memory, floats, state, rows, n, count)
            sums[number * P_SIZE + P_VISITS] += 1
            if day_of(leaves) > day_of(floats[row + R_REQUEST]):
                sums[number * P_SIZE + P_OVERNIGHT] += 1


@inlined
def _leaves(tables: Any, memory: Any, floats: Any, state: Any, rows: Any, n: Any, count: Any) -> Any:
    """Return when somebody leaves the place that they came to in a row."""
    token = tables[fact_of(memory, state, rows[n]) + FACT_TOKEN]
    leaves = floats[rows[n] + R_END]
    for m in range(n + 1, count):
        head = memory[rows[m] + R_HEAD]
        if not head & PRESENT or head & VISIT or tables[fact_of(memory, state, rows[m]) + FACT_TOKEN] != token:
            break
        leaves = floats[rows[m] + R_END]
    return leaves


@inlined
def _handed(tables: Any, memory: Any, floats: Any, state: Any, case: Any, rows: Any, count: Any) -> Any:
    """Return when the result was in hand: the end without the checks behind the delivery."""
    trunk = 0
    while trunk < count and tables[fact_of(memory, state, rows[trunk]) + FACT_TOKEN] == 0:
        trunk += 1
    last = trunk
    while last > 0:
        row = rows[last - 1]
        behind = tables[fact_of(memory, state, row) + FACT_FLAGS] & AFTERWARDS
        if not behind or memory[row + R_HEAD] & PRESENT:
            break
        last -= 1
    return floats[rows[last - 1] + R_END] if 0 < last < trunk else floats[case + C_END]


@inlined
def read_case(
    tables: Any, memory: Any, floats: Any, state: Any, instants: Any, case: Any, rows: Any, count: Any, scratch: Any,
    half: Any, reals: Any, longs: Any, ints: Any, small: Any, size: Any,
) -> None:  # fmt: skip
    """Fill the next entry of the columns; it becomes valid once K_OUT is raised."""
    at, plan = state[K_OUT], memory[case + C_PLAN]
    visits, corrections, paid = 0, 0, 0
    travel = waiting = served = form = work = external = postage = 0.0
    for n in range(count):
        row = rows[n]
        fact = fact_of(memory, state, row)
        flags, head = tables[fact + FACT_FLAGS], memory[row + R_HEAD]
        entered, end, takes = floats[row + R_ENTERED], floats[row + R_END], floats[row + R_TAKES]
        visits += 1 if head & VISIT else 0
        corrections += 1 if flags & CORRECTS else 0
        paid |= 1 if flags & PAYS else 0
        travel += floats[row + R_TRAVEL]
        if flags & EXTERNAL:
            external += end - entered
        if flags & BY_APPLICANT:
            form += takes
            postage += tables[fact + FACT_POSTAGE] / TICKS  # kept as a whole number of ticks
            takes, waits = floats[row + R_SERVED], floats[row + R_START] - floats[row + R_REQUEST]
        else:
            waits = end - entered - takes
        if head & PRESENT:
            served += takes
            waiting += waits
        if tables[fact + FACT_POOL] >= 0:
            work += takes
    working, dates = days_used(tables, memory, floats, state, instants, case, rows, count, scratch, half)
    reals[O_ARRIVAL * size + at], reals[O_END * size + at] = floats[case + C_ARRIVAL], floats[case + C_END]
    reals[O_HANDED * size + at] = _handed(tables, memory, floats, state, case, rows, count)
    reals[O_TRAVEL * size + at], reals[O_WAITING * size + at], reals[O_SERVED * size + at] = travel, waiting, served
    reals[O_FORM * size + at], reals[O_WORK * size + at] = form, work
    reals[O_EXTERNAL * size + at], reals[O_POSTAGE * size + at] = external, postage
    longs[O_K * size + at], longs[O_WORKING_DAYS * size + at], longs[O_CALENDAR_DAYS * size + at] = (
        memory[case + C_K],
        working,
        dates,
    )
    ints[O_ITEM * size + at], ints[O_PROCESS * size + at] = tables[plan + PLAN_ITEM], tables[plan + PLAN_PROCESS]
    ints[O_SEGMENT * size + at] = tables[plan + PLAN_SEGMENT]
    ints[O_VISITS * size + at], ints[O_CORRECTIONS * size + at] = visits, corrections
    small[O_COUNTED * size + at], small[O_PAID * size + at] = memory[case + C_COUNTED], paid
    small[O_OUTCOME * size + at] = memory[case + C_OUTCOME]


@jit
def keep_rows(memory: Any, state: Any, rows: Any, count: Any, kept: Any) -> None:
    """Copy a case's rows, each with the place of its case in the batch."""
    if state[K_KEEP]:
        at = state[K_ROWS]
        for n in range(count):
            place = at * (1 + R_SIZE)
            kept[place] = state[K_OUT]
            for word in range(R_SIZE):
                kept[place + 1 + word] = memory[rows[n] + word]
            at += 1
        state[K_ROWS] = at
