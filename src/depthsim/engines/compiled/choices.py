"""What a case meets by luck, in machine code: its process, options, outcomes, the way to a place, its next arrival."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from depthsim.engines.compiled._jit import inlined, jit
from depthsim.engines.compiled.chance import case_key, distance, minutes, on_grid, uniform
from depthsim.engines.compiled.layout import (
    A_K,
    A_PIECE,
    A_TOTAL,
    APPLICANT_ANEW,
    APPLICANT_COUNT,
    APPLICANT_OPTIONS,
    C_ENTERED,
    C_KEY,
    C_PLAN,
    CHECK_ADOPTION,
    CHECK_AT,
    CHECK_PLAN,
    CHECK_SIZE,
    CHECK_STARTS,
    ITEM_KEY,
    ITEM_RATE,
    ITEM_TIME,
    K_GAP_AT,
    OFFICE_COUNT,
    OFFICE_LIMITED,
    OFFICE_OUTCOME_AT,
    OFFICE_OUTCOMES,
    OPTION_AT,
    OPTION_PLACE,
    OPTION_SHARE,
    OPTION_SIZE,
    OPTION_TRAVEL,
    OPTION_TRAVEL_AT,
    OPTION_WAY,
    OUTCOME_CHANCE,
    OUTCOME_COUNTER,
    OUTCOME_LIMIT,
    OUTCOME_SIZE,
    PIECES_BEFORE,
    PIECES_BEGIN,
    PIECES_COUNT,
    PIECES_END,
    PIECES_WEIGHT,
    PLAN_CHECK_COUNT,
    PLAN_CHECKS,
    PLAN_SEGMENT_COUNT,
    PLAN_SEGMENTS,
    PLAN_TRAVEL,
    PLAN_USED,
    SEGMENT_AT,
    SEGMENT_PLAN,
    SEGMENT_SHARE,
    SEGMENT_SIZE,
    STEP_NUMBER,
    X_UNTIL,
)
from depthsim.model.time import TICK


@inlined
def next_arrival(tables: Any, values: Any, memory: Any, floats: Any, state: Any, instants: Any, item: Any,
                 stream: Any) -> Any:  # fmt: skip
    """Return when the next case of an item arrives, infinite without one."""
    k = memory[stream + A_K] + 1
    memory[stream + A_K] = k
    key = case_key(tables[item + ITEM_KEY], k)
    floats[stream + A_TOTAL] -= math.log(uniform(key, state[K_GAP_AT], 0))
    operational = floats[stream + A_TOTAL] / values[item + ITEM_RATE]
    time = tables[item + ITEM_TIME]
    count, before = tables[time + PIECES_COUNT], tables[time + PIECES_BEFORE]
    i = memory[stream + A_PIECE]
    while i < count and values[before + i + 1] <= operational:
        i += 1
    memory[stream + A_PIECE] = i
    if i >= count:
        return math.inf
    begin, weight = values[tables[time + PIECES_BEGIN] + i], values[tables[time + PIECES_WEIGHT] + i]
    found = on_grid(begin + (operational - values[before + i]) / weight)
    found = min(found, values[tables[time + PIECES_END] + i] - TICK)
    return found if found < instants[X_UNTIL] else math.inf


@jit
def plan_of(tables: Any, values: Any, plan: Any, key: Any, arrival: Any) -> Any:
    """Return the plan that a case runs: its segment's, then what its first failing check says."""
    count = tables[plan + PLAN_SEGMENT_COUNT]
    if count:
        first = tables[plan + PLAN_SEGMENTS]
        best, least = first, math.inf
        for n in range(count):
            one = first + n * SEGMENT_SIZE
            away = distance(key, tables[one + SEGMENT_AT], 0, values[one + SEGMENT_SHARE])
            if n == 0 or away < least:
                best, least = one, away
        plan = tables[best + SEGMENT_PLAN]
    found = -1
    while found != plan:
        found = plan
        for n in range(tables[plan + PLAN_CHECK_COUNT]):
            check = tables[plan + PLAN_CHECKS] + n * CHECK_SIZE
            late = arrival < values[check + CHECK_STARTS]
            if late or uniform(key, tables[check + CHECK_AT], 0) >= values[check + CHECK_ADOPTION]:
                plan = tables[check + CHECK_PLAN]
                break
    return plan


@inlined
def occurrence_of(tables: Any, memory: Any, case: Any, step: Any) -> Any:
    """Return how often a case has entered a step before."""
    return memory[case + C_ENTERED + tables[step + STEP_NUMBER]]


@inlined
def enter(tables: Any, memory: Any, case: Any, step: Any) -> None:
    """Count that a case enters a step."""
    memory[case + C_ENTERED + tables[step + STEP_NUMBER]] += 1


@jit
def chosen(tables: Any, values: Any, key: Any, step: Any, occurrence: Any) -> Any:
    """Return the option of least -log(u) / share; the same each time unless the step says `choose: anew`."""
    best, count = tables[step + APPLICANT_OPTIONS], tables[step + APPLICANT_COUNT]
    if count == 1:
        return best
    draw = occurrence if tables[step + APPLICANT_ANEW] else 0
    least = distance(key, tables[best + OPTION_AT], draw, values[best + OPTION_SHARE])
    for n in range(1, count):
        option = tables[step + APPLICANT_OPTIONS] + n * OPTION_SIZE
        away = distance(key, tables[option + OPTION_AT], draw, values[option + OPTION_SHARE])
        if away < least:
            best, least = option, away
    return best


@inlined
def outcome_of(tables: Any, values: Any, memory: Any, case: Any, step: Any, occurrence: Any) -> Any:
    """Return the outcome at u on [0, 1), exceptions first; used-up ones are left out."""
    found, count = tables[step + OFFICE_OUTCOMES], tables[step + OFFICE_COUNT]
    if count == 1:
        return found
    u = uniform(memory[case + C_KEY], tables[step + OFFICE_OUTCOME_AT], occurrence)
    end = found + count * OUTCOME_SIZE
    if tables[step + OFFICE_LIMITED]:
        mass, left = 0.0, 0
        for outcome in range(found, end, OUTCOME_SIZE):
            if not _used_up(tables, memory, case, outcome):
                mass += values[outcome + OUTCOME_CHANCE]
                left += 1
        if left == 0:
            return end - OUTCOME_SIZE
        if left < count:
            return _among_left(tables, values, memory, case, found, end, u * mass)
    while u >= values[found + OUTCOME_CHANCE] and found + OUTCOME_SIZE < end:
        u -= values[found + OUTCOME_CHANCE]
        found += OUTCOME_SIZE
    return found


@inlined
def _used_up(tables: Any, memory: Any, case: Any, outcome: Any) -> Any:
    counter = tables[outcome + OUTCOME_COUNTER]
    if counter < 0:
        return False
    used = memory[case + tables[memory[case + C_PLAN] + PLAN_USED] + counter]
    return used >= tables[outcome + OUTCOME_LIMIT]


@inlined
def _among_left(tables: Any, values: Any, memory: Any, case: Any, first: Any, end: Any, u: Any) -> Any:
    """Return the outcome at u of those that are not used up."""
    found = first
    for outcome in range(first, end, OUTCOME_SIZE):
        if _used_up(tables, memory, case, outcome):
            continue
        found = outcome
        if u < values[outcome + OUTCOME_CHANCE]:
            break
        u -= values[outcome + OUTCOME_CHANCE]
    return found


@inlined
def way_to(tables: Any, values: Any, memory: Any, floats: Any, case: Any, option: Any) -> Any:
    """Return the minutes on the way to an option's place, drawn once a case and place."""
    if tables[option + OPTION_PLACE] < 0:
        return 0.0
    at = case + tables[memory[case + C_PLAN] + PLAN_TRAVEL] + tables[option + OPTION_WAY]
    if np.isnan(floats[at]):
        law, where = tables[option + OPTION_TRAVEL], tables[option + OPTION_TRAVEL_AT]
        floats[at] = minutes(tables, values, law, memory[case + C_KEY], where, 0)
    return floats[at]
