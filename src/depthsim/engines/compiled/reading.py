"""Reading a finished case in machine code: what its rows came to, into one entry of the columns."""

from __future__ import annotations

from typing import Any

from depthsim.engines.compiled._jit import inlined, jit
from depthsim.engines.compiled.clock import days_used, fact_of
from depthsim.engines.compiled.layout import (
    C_ARRIVAL,
    C_BEHIND,
    C_COUNTED,
    C_COUNTS,
    C_END,
    C_EXTERNAL,
    C_FIRST,
    C_FORM,
    C_HANDED,
    C_K,
    C_OUTCOME,
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
    FACT_TOKEN,
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
    PAID,
    PLAN_BLOCK,
    PLAN_ITEM,
    PLAN_PROCESS,
    PLAN_SEGMENT,
    PLAN_TOKENS,
    R_SIZE,
)


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
def read_case(
    tables: Any, memory: Any, floats: Any, state: Any, instants: Any, case: Any, rows: Any, count: Any, scratch: Any,
    half: Any, reals: Any, longs: Any, ints: Any, small: Any, size: Any,
) -> None:  # fmt: skip
    """Fill the next entry of the columns; it becomes valid once K_OUT is raised."""
    at, plan, counts = state[K_OUT], memory[case + C_PLAN], memory[case + C_COUNTS]
    working, dates = days_used(tables, memory, floats, state, instants, case, rows, count, scratch, half)
    end, handed = floats[case + C_END], floats[case + C_HANDED]
    reals[O_ARRIVAL * size + at], reals[O_END * size + at] = floats[case + C_ARRIVAL], end
    reals[O_HANDED * size + at] = handed if memory[case + C_BEHIND] and handed >= 0.0 else end
    reals[O_TRAVEL * size + at], reals[O_WAITING * size + at] = floats[case + C_TRAVEL], floats[case + C_WAITING]
    reals[O_SERVED * size + at], reals[O_FORM * size + at] = floats[case + C_SERVED], floats[case + C_FORM]
    reals[O_WORK * size + at], reals[O_EXTERNAL * size + at] = floats[case + C_WORK], floats[case + C_EXTERNAL]
    reals[O_POSTAGE * size + at] = floats[case + C_POSTAGE]
    longs[O_K * size + at] = memory[case + C_K]
    longs[O_WORKING_DAYS * size + at], longs[O_CALENDAR_DAYS * size + at] = working, dates
    ints[O_ITEM * size + at], ints[O_PROCESS * size + at] = tables[plan + PLAN_ITEM], tables[plan + PLAN_PROCESS]
    ints[O_SEGMENT * size + at] = tables[plan + PLAN_SEGMENT]
    ints[O_VISITS * size + at] = counts & (CORRECTION - 1)
    ints[O_CORRECTIONS * size + at] = (counts & (PAID - 1)) // CORRECTION
    small[O_COUNTED * size + at], small[O_PAID * size + at] = memory[case + C_COUNTED], counts // PAID
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
