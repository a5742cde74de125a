"""Calendars in machine code: the functions of `model.openings` and the hours of visits, on tables.

A question beyond a table's end sets K_NEED, and its answer means nothing: the kernel then returns before anything
has changed, the table is extended by a year, and the same step runs again.
"""

from __future__ import annotations

import math
from typing import Any

from depthsim.engines.compiled._jit import inlined, jit
from depthsim.engines.compiled.chance import on_grid
from depthsim.engines.compiled.layout import (
    HOURS_ALWAYS,
    HOURS_BEFORE,
    HOURS_CLOSES,
    HOURS_COUNT,
    HOURS_DAYS,
    HOURS_LEGAL,
    HOURS_OPENS,
    HOURS_TOTAL,
    HOURS_UNTIL,
    K_NEED,
    PIECES_BEFORE,
    PIECES_BEGIN,
    PIECES_COUNT,
    PIECES_END,
    PIECES_WEIGHT,
    X_NEED,
)
from depthsim.model.time import TICK

NO_INSTANT = math.inf
FEW = 24


@inlined
def day_of(t: Any) -> Any:
    """Return the number of the day of an instant."""
    return int(t) // 1440


@inlined
def need(state: Any, instants: Any, hours: Any, t: Any) -> None:
    """Note that a calendar must be extended; `t`: from where an opening is looked for, else infinite."""
    state[K_NEED] = hours
    instants[X_NEED] = t


@inlined
def locate(tables: Any, values: Any, hours: Any, t: Any) -> Any:
    """Return the number of the last opening that begins by an instant within the table, -1 without."""
    opens, count = tables[hours + HOURS_OPENS], tables[hours + HOURS_COUNT]
    i = tables[tables[hours + HOURS_DAYS] + day_of(t)]
    while i < count and values[opens + i] <= t:
        i += 1
    return i - 1


@jit
def next_open(tables: Any, values: Any, state: Any, instants: Any, hours: Any, t: Any) -> Any:
    """Return `t` if open then, else the next opening."""
    if tables[hours + HOURS_ALWAYS]:
        return t
    if t >= tables[hours + HOURS_UNTIL]:
        need(state, instants, hours, NO_INSTANT)
        return t
    i = locate(tables, values, hours, t)
    if i >= 0 and t < values[tables[hours + HOURS_CLOSES] + i]:
        return t
    if i + 1 >= tables[hours + HOURS_COUNT]:
        need(state, instants, hours, t)
        return t
    return values[tables[hours + HOURS_OPENS] + i + 1]


@jit
def is_open(tables: Any, values: Any, state: Any, instants: Any, hours: Any, t: Any) -> Any:
    """Return whether it is open at an instant; True where the table must be extended."""
    if tables[hours + HOURS_ALWAYS]:
        return True
    if t >= tables[hours + HOURS_UNTIL]:
        need(state, instants, hours, NO_INSTANT)
        return True
    i = locate(tables, values, hours, t)
    return i >= 0 and t < values[tables[hours + HOURS_CLOSES] + i]


@jit
def working(tables: Any, values: Any, state: Any, instants: Any, hours: Any, t: Any) -> Any:
    """Return the open minutes in [0, t)."""
    if tables[hours + HOURS_ALWAYS]:
        return t
    if t > tables[hours + HOURS_UNTIL]:
        need(state, instants, hours, NO_INSTANT)
        return t
    return _before(tables, values, hours, t, locate(tables, values, hours, t))


@inlined
def _before(tables: Any, values: Any, hours: Any, t: Any, i: Any) -> Any:
    """Return the open minutes before an instant, given the last opening that begins by it, -1 without."""
    if i < 0:
        return 0.0
    closes, opens = values[tables[hours + HOURS_CLOSES] + i], values[tables[hours + HOURS_OPENS] + i]
    return values[tables[hours + HOURS_BEFORE] + i] + min(closes, t) - opens


@jit
def worked(tables: Any, values: Any, state: Any, instants: Any, hours: Any, t: Any, minutes: Any) -> tuple[Any, Any]:
    """Return next_open(t), and the earliest instant at which `minutes` of working time have passed since then."""
    if tables[hours + HOURS_ALWAYS]:
        return t, t + minutes
    if t >= tables[hours + HOURS_UNTIL]:
        need(state, instants, hours, NO_INSTANT)
        return t, t
    i = locate(tables, values, hours, t)
    opens, closes = tables[hours + HOURS_OPENS], tables[hours + HOURS_CLOSES]
    first = t
    if i < 0 or t >= values[closes + i]:
        i += 1
        if i >= tables[hours + HOURS_COUNT]:
            need(state, instants, hours, t)
            return t, t
        first = values[opens + i]
    if first + minutes <= values[closes + i]:
        return first, first + minutes
    before = tables[hours + HOURS_BEFORE]
    target = values[before + i] + (first - values[opens + i]) + minutes
    if values[hours + HOURS_TOTAL] < target:
        need(state, instants, hours, NO_INSTANT)
        return first, first
    i = _last_below(values, before, i, tables[hours + HOURS_COUNT], target)
    return first, values[opens + i] + (target - values[before + i])


@inlined
def add_working(tables: Any, values: Any, state: Any, instants: Any, hours: Any, t: Any, minutes: Any) -> Any:
    """Return the earliest instant at which `minutes` of working time have passed since next_open(t)."""
    _, end = worked(tables, values, state, instants, hours, t, minutes)
    return end


@inlined
def _last_below(values: Any, before: Any, i: Any, count: Any, target: Any) -> Any:
    """Return the last opening, from `i` on, before which less than `target` was open."""
    few = min(count, i + FEW)
    while i + 1 < few and values[before + i + 1] < target:
        i += 1
    if i + 1 < count and values[before + i + 1] < target:
        beyond = count
        while beyond - i > 1:
            middle = (i + beyond) // 2
            if values[before + middle] < target:
                i = middle
            else:
                beyond = middle
    return i


@jit
def open_minutes(tables: Any, values: Any, state: Any, instants: Any, hours: Any, begin: Any, end: Any) -> Any:
    """Return the open minutes in [begin, end)."""
    if not tables[hours + HOURS_ALWAYS] and begin < tables[hours + HOURS_UNTIL]:
        i = locate(tables, values, hours, begin)
        if i >= 0 and end <= values[tables[hours + HOURS_CLOSES] + i]:
            return end - begin  # within one opening
        after = working(tables, values, state, instants, hours, end)
        return after - _before(tables, values, hours, begin, i)
    after = working(tables, values, state, instants, hours, end)
    return after - working(tables, values, state, instants, hours, begin)


@inlined
def legal_days(tables: Any, state: Any, instants: Any, hours: Any, t: Any) -> Any:
    """Return the number of legal working days up to and including the date of an instant."""
    if t >= tables[hours + HOURS_UNTIL]:
        need(state, instants, hours, NO_INSTANT)
        return 0
    return tables[tables[hours + HOURS_LEGAL] + day_of(t)]


@jit
def visiting_minute(tables: Any, values: Any, pieces: Any, u: Any) -> Any:
    """Return the minute of the day at which somebody comes, at one number in (0, 1)."""
    count, before = tables[pieces + PIECES_COUNT], tables[pieces + PIECES_BEFORE]
    mass = u * values[before + count]
    i = 0
    while i + 1 < count and values[before + i + 1] <= mass:
        i += 1
    begin, end = values[tables[pieces + PIECES_BEGIN] + i], values[tables[pieces + PIECES_END] + i]
    found = on_grid(begin + (mass - values[before + i]) / values[tables[pieces + PIECES_WEIGHT] + i])
    return min(found, end - TICK)


@jit
def arrival_at_place(
    tables: Any, values: Any, state: Any, instants: Any, hours: Any, earliest: Any, minute_of_day: Any
) -> Any:
    """Return the first instant from `earliest` on that is open and at this minute of the day."""
    found = day_of(earliest) * 1440.0 + minute_of_day
    if found < earliest:
        found += 1440.0
    while not is_open(tables, values, state, instants, hours, found):
        opening = next_open(tables, values, state, instants, hours, found)
        if state[K_NEED]:
            return found
        day = day_of(opening) * 1440.0 + minute_of_day
        found = day if day > found else found + 1440.0
    return found
