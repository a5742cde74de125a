"""Warming up: a run begins with empty halls. How much do its first days differ from the later ones?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from depthsim.measures import Measure
from depthsim.studies.statistics import Interval, t_quantile
from depthsim.studies.tally import TICKS, WATCHED, DayTally, Tally

FIRST_DAYS = 14
"""The days at the beginning that are held against the later ones: two weeks, so that every weekday counts twice."""
LEAST_WEEKS = 4
"""Shorter spans are not judged."""


@dataclass(frozen=True, slots=True)
class WarmUp:
    """One measure's mean over cases that arrive in the first days counted, and over the later ones, in its unit.

    `effect` is what the first days add to the mean of all: the mean of all less that of the later cases. `ci95` is
    the interval of `effect` over replications.
    """

    measure: str
    days: int
    first: float
    later: float
    effect: float
    ci95: Interval

    @property
    def told_apart(self) -> bool:
        """Return whether the interval excludes 0."""
        return not self.ci95[0] <= 0 <= self.ci95[1]

    @property
    def relative(self) -> float:
        """Return the effect as a share of the later mean; 0 where both are 0."""
        return abs(self.effect / self.later) if self.later else math.inf if self.effect else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "first_days": self.days,
            "first": self.first,
            "later": self.later,
            "effect": self.effect,
            "ci95": list(self.ci95),
        }


def warming_up(tallies: Sequence[Tally], measures: Sequence[Measure], horizon_days: float) -> tuple[WarmUp, ...]:
    """Return what the first days do to the means that queues move.

    Nothing for spans under four weeks, fewer than two replications, and where the first or the later days have no
    cases.
    """
    if horizon_days < 7 * LEAST_WEEKS or len(tallies) < 2:
        return ()
    parts = [_parts(tally) for tally in tallies]
    units = {m.id: TICKS * m.divisor for m in measures}
    if any(not first.cases or not later.cases for first, later in parts):
        return ()
    return tuple(_judged(name, n, parts, units[name]) for n, name in enumerate(WATCHED) if name in units)


def _parts(tally: Tally) -> tuple[DayTally, DayTally]:
    first, later = DayTally(), DayTally()
    for day, found in tally.days.items():
        (first if day < FIRST_DAYS else later).add(found)
    return first, later


def _judged(name: str, place: int, parts: Sequence[tuple[DayTally, DayTally]], unit: float) -> WarmUp:
    effects = []
    for a, b in parts:
        every = (a.totals[place] + b.totals[place]) / (a.cases + b.cases)
        effects.append((every - b.totals[place] / b.cases) / unit)
    n = len(effects)
    mean = math.fsum(effects) / n
    spread = math.sqrt(math.fsum((e - mean) ** 2 for e in effects) / (n - 1) / n)
    half = t_quantile(n - 1) * spread
    first, later = (
        sum(part[side].totals[place] for part in parts) / sum(part[side].cases for part in parts) / unit
        for side in (0, 1)
    )
    return WarmUp(name, FIRST_DAYS, first, later, mean, (mean - half, mean + half))
