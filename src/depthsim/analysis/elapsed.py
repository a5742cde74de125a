"""Mean elapsed days of a case without queues: mean durations along the process, working time as calendar time.

Exact for a process of calendar times. Working time is stretched by the year's calendar (what a start at any open
moment takes on average), a visit waits for the mean next visiting hour, and of parallel branches the one with the
longest mean counts, which is less than the mean of the longest. So it ranks reforms; days are for the simulation.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from depthsim.analysis.graph import Node, PositionGraph
from depthsim.analysis.minutes import mean_of, office_calendar
from depthsim.model.level import AFTERWARDS
from depthsim.model.openings import any_day, openings, weighted_pieces
from depthsim.model.service import OfficeStep, Option, StepPath
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY, CalendarField

YEAR_DAYS = 365
_POINTS = 24


def mean_days(graph: PositionGraph, times: Sequence[float], system: ServiceSystem) -> float:
    """Return the mean elapsed calendar days of a case that meets each node of a graph so many times."""
    by_step: dict[StepPath, float] = defaultdict(float)
    for n, node in enumerate(graph.nodes):
        if times[n] and not _afterwards(node):
            by_step[node.position.step] += _minutes(node, times[n], system)
    return _longest(by_step, ()) / MINUTES_PER_DAY


def _afterwards(node: Node) -> bool:
    """Return whether this is a check behind the delivery, or mends what one found: the result is in hand already."""
    step = node.step
    if step.stage != "delivery" or len(node.position.step) > 1 or node.position.presence is not None:
        return False
    return step.role in AFTERWARDS if isinstance(step, OfficeStep) else step.role == "supplement"


def _longest(by_step: Mapping[StepPath, float], prefix: StepPath) -> float:
    """Return the minutes of one process level: its steps, and of each parallel step its longest branch."""
    depth = len(prefix)
    total = 0.0
    branches: dict[str, dict[str, None]] = defaultdict(dict)
    for path, minutes in by_step.items():
        if path[:depth] != prefix:
            continue
        if len(path) == depth + 1:
            total += minutes
        else:
            branches[path[depth]][path[depth + 1]] = None
    for parallel, names in branches.items():
        total += max(_longest(by_step, (*prefix, parallel, name)) for name in names)
    return total


def _minutes(node: Node, times: float, system: ServiceSystem) -> float:
    step = node.step
    if isinstance(step, OfficeStep):
        calendar = office_calendar(step, system)
        stretch = _stretch(calendar, system.start)
        lag, takes = mean_of(step.lag, calendar), mean_of(step.takes, calendar)
        if step.lag is not None and not step.lag.in_days:
            lag *= stretch
        front = step.pool in system.pools and system.pools[step.pool].kind == "front"
        return times * (lag + takes * (1.0 if front else stretch))
    found = 0.0
    for move in node.moves:
        if isinstance(move.what, Option):
            option = move.what
            law = option.takes_again if node.again and option.takes_again else option.takes
            own = mean_of(law, "always") + mean_of(option.delay, "always") + mean_of(option.served, "always")
            if move.visits and option.at in system.places:
                own += mean_of(system.places[option.at].travel, "always") + _next_visit(option, system)
            found += times * move.share * own
    return found


def _next_visit(option: Option, system: ServiceSystem) -> float:
    assert option.at is not None
    calendar = system.pool_calendar(option.pool) if option.pool in system.pools else system.place_calendar(option.at)
    weights = system.places[option.at].arrivals
    return _gap(calendar, None if weights is None else tuple(weights.items()))


@lru_cache(maxsize=1024)
def _stretch(calendar: CalendarField, start: date) -> float:
    """Return how many calendar minutes an open minute stands for, over the year from `start`."""
    year = float(YEAR_DAYS * MINUTES_PER_DAY)
    open_minutes = openings(calendar, start, YEAR_DAYS).open_minutes(0.0, year)
    return year / open_minutes if open_minutes else math.inf


@lru_cache(maxsize=1024)
def _gap(calendar: CalendarField, weights: tuple[tuple[str, float], ...] | None) -> float:
    """Return the mean minutes from a moment at which the place is open to the hour at which people then come."""
    day: Sequence[tuple[int, int]] = any_day(calendar)
    open_days = 7 if calendar == "always" else sum(bool(d) for d in calendar.weekly())
    ready = _moments([(begin, end, 1.0) for begin, end in day])
    hours = _moments(weighted_pieces(None if weights is None else dict(weights), day))
    gaps = [h - r if h >= r else h - r + MINUTES_PER_DAY * 7 / open_days for r in ready for h in hours]
    return sum(gaps) / len(gaps)


def _moments(pieces: Sequence[tuple[Any, Any, float]]) -> list[float]:
    """Return moments that stand for equal shares of a day's weight."""
    mass = sum((end - begin) * weight for begin, end, weight in pieces)
    found: list[float] = []
    passed = 0.0
    for begin, end, weight in pieces:
        while len(found) < _POINTS and (aim := (len(found) + 0.5) / _POINTS * mass) <= passed + (end - begin) * weight:
            found.append(begin + (aim - passed) / weight)
        passed += (end - begin) * weight
    return found
