"""Arrivals: the points of a Poisson process in operational time, and the hours at which visitors come.

Operational time is profile-weighted open time; the k-th case of an item comes where operational time reaches the
sum of its first k gaps divided by the rate. So a shorter horizon is a prefix of a longer one.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from depthsim.engines._luck import Purpose, address, case_key, uniform
from depthsim.model.openings import Openings, any_day, openings, weighted_pieces
from depthsim.model.service import Demand, DemandProfile
from depthsim.model.time import MINUTES_PER_DAY, TICK, CalendarField, on_grid, weekdays_of

YEAR_DAYS = 365
_GAP = address("", Purpose.GAP)


class OperationalTime:
    """Time weighted by how many cases arrive in it, with its inverse.

    Open minutes of `hours`, each weighted by the profile's weekday (1 where none is given) and hour. A profile's
    hour weight is spread evenly over the open minutes of its time, per weekday.
    """

    def __init__(self, hours: Openings, profile: DemandProfile | None) -> None:
        weekday = [1.0] * 7
        if profile is not None and profile.weekdays is not None:
            for days, weight in profile.weekdays.items():
                for day in weekdays_of(days):
                    weekday[day] = weight
        weights = profile.hours if profile is not None else None
        self._pieces = [
            [(begin, end, weight * weekday[day]) for begin, end, weight in weighted_pieces(weights, openings)]
            for day, openings in enumerate(hours.weekly)
        ]
        self._segments = hours.segments(0.0)
        self._begin: list[float] = []
        self._end: list[float] = []
        self._weight: list[float] = []
        self._before: list[float] = [0.0]

    @property
    def empty(self) -> bool:
        """Return whether nothing can ever arrive."""
        return not any(weight > 0 for day in self._pieces for _, _, weight in day)

    def _add_opening(self) -> None:
        opens, closes, pattern = next(self._segments)
        midnight = opens - opens % MINUTES_PER_DAY
        for begin, end, weight in self._pieces[pattern]:
            begin, end = max(midnight + begin, opens), min(midnight + end, closes)
            if begin < end and weight > 0:
                self._begin.append(begin)
                self._end.append(end)
                self._weight.append(weight)
                self._before.append(self._before[-1] + (end - begin) * weight)
        self._reached = closes

    _reached: float = 0.0

    def table(self, minute: float) -> tuple[list[float], list[float], list[float], list[float]]:
        """Return begin, end, weight of every piece that begins before `minute`, and more, and the time before each."""
        while self._reached < minute:
            self._add_opening()
        return self._begin, self._end, self._weight, self._before

    def until(self, minute: float) -> float:
        """Return the operational time passed in [0, minute)."""
        while self._reached < minute:
            self._add_opening()
        i = bisect_right(self._begin, minute) - 1
        return self._before[i] + (min(minute, self._end[i]) - self._begin[i]) * self._weight[i] if i >= 0 else 0.0

    def instant(self, operational: float) -> float:
        """Return the instant, on the grid, at which this much operational time has passed."""
        while self._before[-1] <= operational:
            self._add_opening()
        i = bisect_right(self._before, operational) - 1
        found = on_grid(self._begin[i] + (operational - self._before[i]) / self._weight[i])
        return min(found, self._end[i] - TICK)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When the cases of one item arrive: unit gaps are divided by `rate` (cases per operational minute)."""

    time: OperationalTime
    rate: float

    def times(self, item: int, horizon: float) -> Iterator[tuple[float, int]]:
        """Yield (instant, k), k from 1, of every case of the item's luck that arrives in [0, horizon)."""
        total, k = 0.0, 0
        while True:
            k += 1
            total -= math.log(uniform(case_key(item, k), _GAP, 0))
            instant = self.time.instant(total / self.rate)
            if instant >= horizon:
                return
            yield instant, k


KnownTimes = dict[DemandProfile | Literal["flat"] | None, tuple[OperationalTime, float]]
"""Operational times that items share, by profile, and the operational minutes of a year."""


def arrivals(demand: Demand | None, hours: Openings, always: Openings, known: KnownTimes) -> Arrivals | None:
    """Return an item's arrivals in the system's hours, or in `always` if flat; None where no case ever comes.

    `known` are the times of the system's items so far. The rate is that of the 365 days from the start. These may
    lie beyond what a calendar knows, or beyond the horizon; for the rate alone they have the weekly pattern then,
    even with `beyond: refuse`.
    """
    if demand is None or demand.per_year == 0:
        return None
    if demand.profile not in known:
        known[demand.profile] = _time_and_year(demand.profile, hours, always)
    time, year = known[demand.profile]
    return None if time.empty else Arrivals(time, demand.per_year / year)


def _time_and_year(
    given: DemandProfile | Literal["flat"] | None, hours: Openings, always: Openings
) -> tuple[OperationalTime, float]:
    flat = given == "flat"
    profile = given if isinstance(given, DemandProfile) else None
    time = OperationalTime(always if flat else hours, profile)
    if time.empty:
        return time, 0.0
    year = time
    if not flat and hours.calendar != "always" and hours.calendar.beyond == "refuse":
        lenient = openings(hours.calendar.model_copy(update={"beyond": "weekly"}), hours.start)
        year = OperationalTime(lenient, profile)
    return time, year.until(YEAR_DAYS * MINUTES_PER_DAY)


class VisitingHours:
    """The hours of the day at which people come to a place, for one calendar of openings."""

    def __init__(self, weights: Mapping[str, float] | None, calendar: CalendarField) -> None:
        day: Sequence[tuple[int, int]] = any_day(calendar)
        pieces = weighted_pieces(weights, day)
        self._begin = [begin for begin, _, _ in pieces]
        self._end = [end for _, end, _ in pieces]
        self._weight = [weight for _, _, weight in pieces]
        self._before = [0.0]
        for begin, end, weight in pieces:
            self._before.append(self._before[-1] + (end - begin) * weight)

    @property
    def table(self) -> tuple[list[int], list[int], list[float], list[float]]:
        """Return begin, end, weight of every piece, and the mass before each."""
        return self._begin, self._end, self._weight, self._before

    def hour(self, u: float) -> float:
        """Return the minute of the day, on the grid, at one number in (0, 1)."""
        mass = u * self._before[-1]
        i = min(bisect_right(self._before, mass), len(self._begin)) - 1
        found = on_grid(self._begin[i] + (mass - self._before[i]) / self._weight[i])
        return min(found, self._end[i] - TICK)


def arrival_at_place(hours: Openings, earliest: float, minute_of_day: float) -> float:
    """Return the first instant from `earliest` on that is open and at this minute of the day."""
    found = math.floor(earliest / MINUTES_PER_DAY) * MINUTES_PER_DAY + minute_of_day
    if found < earliest:
        found += MINUTES_PER_DAY
    while not hours.is_open(found):
        opening = hours.next_open(found)
        day = math.floor(opening / MINUTES_PER_DAY) * MINUTES_PER_DAY + minute_of_day
        found = day if day > found else found + MINUTES_PER_DAY
    return found
