"""What theory gives before any run: every measure's exact mean, by item and over a year's mix of items."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from depthsim.analysis.load import offered_loads
from depthsim.analysis.minutes import Minutes, mean_minutes
from depthsim.analysis.mixture import Part, parts, within
from depthsim.analysis.visits import Visits, analyse
from depthsim.errors import InputError
from depthsim.measures import Measure
from depthsim.model.segments import segment_shares
from depthsim.model.system import ServiceSystem

TOO_LARGE = "DS219"


@dataclass(frozen=True, slots=True)
class Exact:
    """Exact means a case: `items[item][measure]` in the measure's unit, and `work[item][pool]` in minutes.

    An item is missing that is too large for an exact analysis, or whose reforms start while cases arrive.
    `segments[segment][item]` holds the same by segment of applicants, `segment_per_year` their cases a year.
    `loads` are the pools' offered loads; there are none where an item is missing.
    """

    items: Mapping[str, Mapping[str, float]]
    work: Mapping[str, Mapping[str, float]]
    per_year: Mapping[str, float]
    segments: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    segment_per_year: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    loads: Mapping[str, float] = field(default_factory=dict)

    def total(self, measure: str, only: Mapping[str, float] | None = None) -> float | None:
        """Return the mean over a year's cases of all items, or of those in `only` (item -> cases a year)."""
        found = {name: means.get(measure) for name, means in self.items.items()}
        return _mixed(found, self.per_year if only is None else only)

    def segment(self, segment: str, measure: str, only: Mapping[str, float] | None = None) -> float | None:
        """Return the mean over a segment's cases of a year, of all items or of those in `only`."""
        found = {name: means.get(measure) for name, means in self.segments.get(segment, {}).items()}
        return _mixed(found, self.segment_per_year.get(segment, {}) if only is None else only)

    def pools_work(self) -> dict[str, float] | None:
        """Return the mean minutes of work in each pool that has any over a year's cases; None if an item is missing."""
        coming = {name: n for name, n in self.per_year.items() if n > 0}
        if not coming or any(name not in self.work for name in coming):
            return None
        found: dict[str, list[float]] = {pool: [] for work in self.work.values() for pool in work}
        for name, n in coming.items():
            for pool, minutes in self.work[name].items():
                found[pool].append(n * minutes)
        cases = math.fsum(self.per_year.values())
        return {pool: math.fsum(minutes) / cases for pool, minutes in found.items()}


def _mixed(means: Mapping[str, float | None], per_year: Mapping[str, float]) -> float | None:
    cases = math.fsum(per_year.values())
    parts = [(per_year[name], means.get(name)) for name in per_year if per_year[name] > 0]
    if cases == 0 or any(mean is None for _, mean in parts):
        return None
    return math.fsum(n * mean for n, mean in parts if mean is not None) / cases


def demand_per_year(system: ServiceSystem) -> dict[str, float]:
    """Return the cases a year of every item; 0 without demand."""
    return {name: item.demand.per_year if item.demand else 0.0 for name, item in system.items.items()}


def exact_means(
    system: ServiceSystem, measures: Sequence[Measure], span: tuple[float, float] = (0.0, math.inf)
) -> Exact:
    """Return what theory gives for the cases that arrive in a span (minutes).

    Raises InputError for a process in which a case may never end.
    """
    per_year = demand_per_year(system)
    found = Exact({}, {}, per_year, *_empty(system, per_year))
    for name, item in system.items.items():
        if item.before or system.applicants.segments:
            mixture = parts(item, system, within(system, *span))
        else:
            mixture = (Part(1.0, item, system),)
        try:
            known = [(p, analyse(p.item), mean_minutes(p.item, p.system)) for p in mixture or ()]
        except InputError as problem:
            if any(f.code != TOO_LARGE for f in problem.findings):
                raise
            continue
        if known:
            _add(found, name, known, [m for m in measures if m.exact])
    return replace(found, loads=offered_loads(system)) if len(found.items) == len(system.items) else found


_Known = tuple[Part, Visits, Minutes]


def _add(found: Exact, name: str, known: Sequence[_Known], measures: Sequence[Measure]) -> None:
    """Put the means of an item in, those of its segments beside."""
    items, work = cast("dict[str, Any]", found.items), cast("dict[str, Any]", found.work)
    items[name] = _means(known, measures)
    if len(known) == 1:
        work[name] = known[0][2].work
    else:
        pools = dict.fromkeys(pool for _, _, minutes in known for pool in minutes.work)
        work[name] = {pool: math.fsum(p.share * m.work.get(pool, 0.0) for p, _, m in known) for pool in pools}
    for segment, by_item in found.segments.items():
        mine = [entry for entry in known if entry[0].segment == segment]
        if mine:
            cast("dict[str, Any]", by_item)[name] = _means(mine, measures)


def _means(known: Sequence[_Known], measures: Sequence[Measure]) -> dict[str, float]:
    if len(known) == 1:
        _, visits, minutes = known[0]
        return {m.id: m.exact(visits, minutes) for m in measures if m.exact}
    whole = math.fsum(p.share for p, _, _ in known)
    return {m.id: math.fsum(p.share * m.exact(v, t) for p, v, t in known) / whole for m in measures if m.exact}


def _empty(
    system: ServiceSystem, per_year: Mapping[str, float]
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, float]]]:
    segments = system.applicants.segments
    cases: dict[str, dict[str, float]] = {name: {} for name in segments}
    for id_, item in system.items.items() if segments else ():
        for name, share in segment_shares(system, item).items():
            cases[name][id_] = share * per_year[id_]
    return {name: {} for name in segments}, cases
