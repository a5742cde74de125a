"""What theory gives before any run: every measure's exact mean, by item and over a year's mix of items."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from depthsim.analysis.minutes import mean_minutes
from depthsim.analysis.visits import analyse
from depthsim.errors import InputError
from depthsim.measures import Measure
from depthsim.model.system import ServiceSystem

TOO_LARGE = "DS219"


@dataclass(frozen=True, slots=True)
class Exact:
    """Exact means a case: `items[item][measure]` in the measure's unit, and `work[item][pool]` in minutes.

    An item that is too large for an exact analysis is missing.
    """

    items: Mapping[str, Mapping[str, float]]
    work: Mapping[str, Mapping[str, float]]
    per_year: Mapping[str, float]

    def total(self, measure: str, only: Mapping[str, float] | None = None) -> float | None:
        """Return the mean over a year's cases of all items, or of those in `only` (item -> cases a year)."""
        found = {name: means.get(measure) for name, means in self.items.items()}
        return _mixed(found, self.per_year if only is None else only)

    def pool_work(self, pool: str) -> float | None:
        """Return the mean minutes of work in a pool over a year's cases of all items."""
        found: dict[str, float | None] = {name: work.get(pool, 0.0) for name, work in self.work.items()}
        return _mixed(found, self.per_year)


def _mixed(means: Mapping[str, float | None], per_year: Mapping[str, float]) -> float | None:
    cases = math.fsum(per_year.values())
    parts = [(per_year[name], means.get(name)) for name in per_year if per_year[name] > 0]
    if cases == 0 or any(mean is None for _, mean in parts):
        return None
    return math.fsum(n * mean for n, mean in parts if mean is not None) / cases


def demand_per_year(system: ServiceSystem) -> dict[str, float]:
    """Return the cases a year of every item; 0 without demand."""
    return {name: item.demand.per_year if item.demand else 0.0 for name, item in system.items.items()}


def exact_means(system: ServiceSystem, measures: Sequence[Measure]) -> Exact:
    """Return what theory gives. Raises InputError for a process in which a case may never end."""
    items: dict[str, dict[str, float]] = {}
    work: dict[str, Mapping[str, float]] = {}
    for name, item in system.items.items():
        try:
            visits, minutes = analyse(item), mean_minutes(item, system)
        except InputError as problem:
            if any(f.code != TOO_LARGE for f in problem.findings):
                raise
            continue
        items[name] = {m.id: m.exact(visits, minutes) for m in measures if m.exact}
        work[name] = minutes.work
    return Exact(items, work, demand_per_year(system))
