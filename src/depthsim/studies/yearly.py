"""Totals a year of two scenarios whose demand differs (one matter, say): what pairs of cases cannot show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from depthsim.studies.statistics import Interval, t_quantile
from depthsim.studies.tally import TICKS, Tally

Side = tuple[Sequence[Tally], int, Mapping[str, float]]
"""The tallies of a scenario's replications, a measure's column in them, and its items' cases a year."""


def same_demand(before: Mapping[str, float], after: Mapping[str, float]) -> bool:
    """Return whether every item has as many cases a year on both sides; none is the same as no item."""
    return all(before.get(name, 0.0) == after.get(name, 0.0) for name in {*before, *after})


def yearly_difference(reference: Side, here: Side, divisor: float) -> tuple[float | None, Interval | None]:
    """Return the second side's total a year less the first's, in the measure's unit, with its 95 % t-interval.

    An item's total a year is its mean case times its cases a year (never a sum over the span that was simulated).
    None where a replication has no case of an item that should have some; no interval with fewer than two.
    """
    found = []
    for a, b in zip(_totals(reference), _totals(here), strict=True):
        if a is None or b is None:
            return None, None
        found.append((b - a) / TICKS / divisor)
    mean, n = math.fsum(found) / len(found), len(found)
    if n < 2:
        return mean, None
    spread = math.sqrt(math.fsum((x - mean) ** 2 for x in found) / (n - 1) / n)
    half = t_quantile(n - 1) * spread
    return mean, (mean - half, mean + half)


def _totals(side: Side) -> list[float | None]:
    tallies, column, per_year = side
    return [_total(tally, column, per_year) for tally in tallies]


def _total(tally: Tally, column: int, per_year: Mapping[str, float]) -> float | None:
    parts = []
    for name, cases in per_year.items():
        if cases <= 0:
            continue
        mine = tally.items.get(name)
        if mine is None or not mine.cases:
            return None
        parts.append(cases * mine.sums[column].total / mine.cases)
    return math.fsum(parts)
