"""What the replications of one scenario come to: totals, by item, by pool, and what is to be known about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from typing import Any

from depthsim.analysis.load import load_findings
from depthsim.errors import Finding, warning
from depthsim.measures import Measure, PoolTally, load
from depthsim.model.openings import calendar_findings, openings
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY
from depthsim.model.value import Name
from depthsim.studies.exact import Exact
from depthsim.studies.run import Setting
from depthsim.studies.sketches import QUANTILES, SKETCHED, WHOLE, together
from depthsim.studies.statistics import Estimate, Interval, estimate, ratio
from depthsim.studies.tally import TICKS, ItemTally, Sum, Tally
from depthsim.studies.warm_up import WarmUp, warming_up
from depthsim.texts import LANGS

VISITS = "visits"
"""The measure whose whole distribution is kept."""
NOTEWORTHY_SHARE = 0.01
"""Overtime or overnight visits above this share are a finding, and so are first days that move a mean by more."""


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """One item: counted cases of all replications, cases a year, and its measures."""

    id: str
    name: Name
    department: str | None
    cases: int
    per_year: float
    measures: Mapping[str, Estimate]

    def to_json(self) -> dict[str, Any]:
        """Return it as in `interfaces`."""
        return {
            "id": self.id,
            "name": self.name.model_dump(),
            "department": self.department,
            "cases": self.cases,
            "per_year": self.per_year,
            **{name: found.to_json() for name, found in self.measures.items()},
        }


@dataclass(frozen=True, slots=True)
class SegmentSummary:
    """One segment of applicants, over all items: counted cases, cases a year, and its measures."""

    id: str
    name: Name
    cases: int
    per_year: float
    measures: Mapping[str, Estimate]

    def to_json(self) -> dict[str, Any]:
        """Return it as in `interfaces`."""
        return {
            "id": self.id,
            "name": self.name.model_dump(),
            "cases": self.cases,
            "per_year": self.per_year,
            **{name: found.to_json() for name, found in self.measures.items()},
        }


@dataclass(frozen=True, slots=True)
class PoolSummary:
    """One pool.

    `utilisation`: work in the span over servers x open minutes; overtime included, so windows may exceed 1.
    `mean_wait_present` is in calendar minutes, of requests where a person stands and waits; `mean_wait_file` in
    the pool's working minutes, of those where a file does; `mean_wait_minutes` is the one of `waits`, the kind
    that the pool mostly does. None where there was no request. `overtime_minutes` is a replication's mean;
    `overtime_share` is of all work, `overnight_share` of the visits that begin here. `staff_minutes` is work a
    case of the whole system. `ci95` holds the intervals of the means.
    """

    id: str
    name: Name
    kind: str
    servers: int
    requests: int
    utilisation: float
    offered_load: float | None
    waits: str | None
    mean_wait_minutes: float | None
    mean_wait_present: float | None
    mean_wait_file: float | None
    overtime_minutes: float
    overtime_share: float
    overnight_share: float
    staff_minutes: Estimate
    ci95: Mapping[str, Interval | None]

    def to_json(self) -> dict[str, Any]:
        """Return it as in `interfaces`."""
        found = asdict(self)
        found["name"] = self.name.model_dump()
        found["staff_minutes"] = self.staff_minutes.to_json()
        found["ci95"] = {name: None if ci is None else list(ci) for name, ci in self.ci95.items()}
        return found


@dataclass(frozen=True, slots=True)
class Summary:
    """The replications of one scenario together."""

    cases: int
    totals: Mapping[str, Estimate]
    items: tuple[ItemSummary, ...]
    pools: tuple[PoolSummary, ...]
    findings: tuple[Finding, ...]
    warming_up: tuple[WarmUp, ...] = ()
    segments: tuple[SegmentSummary, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return cases, totals, items and pools as in `interfaces`, and what the first days do to the means."""
        return {
            "cases": self.cases,
            "totals": {name: found.to_json() for name, found in self.totals.items()},
            "items": [item.to_json() for item in self.items],
            **({"segments": [segment.to_json() for segment in self.segments]} if self.segments else {}),
            "pools": [pool.to_json() for pool in self.pools],
            "warming_up": {found.measure: found.to_json() for found in self.warming_up},
        }


def summarise(setting: Setting, measures: Sequence[Measure], exact: Exact, tallies: Sequence[Tally]) -> Summary:
    """Return what the tallies of all replications (at least one) come to."""
    system = setting.system
    whole = [tally.total(len(measures)) for tally in tallies]
    totals = {m.id: _estimate(m, n, whole, exact.total(m.id)) for n, m in enumerate(measures)}
    items = tuple(_item(system, name, measures, exact, tallies) for name in system.items)
    work, cases = exact.pools_work(), [t.cases for t in whole]
    pools = tuple(
        _pool(setting, name, exact.loads.get(name), None if work is None else work.get(name, 0.0), tallies, cases)
        for name in system.pools
    )
    start = warming_up(tallies, measures, setting.horizon_days)
    findings = before_the_run(system) + _after(setting, tallies, pools) + _unsettled(setting, start)
    segments = tuple(_segment(system, name, measures, exact, tallies) for name in system.applicants.segments)
    return Summary(sum(t.cases for t in whole), totals, items, pools, tuple(findings), start, segments)


def _estimate(measure: Measure, place: int, tallies: Sequence[ItemTally], exact: float | None) -> Estimate:
    sums = [tally.sums[place] for tally in tallies]
    found = estimate([s.total for s in sums], [s.cases for s in sums], measure.divisor, exact)
    if measure.id == VISITS:
        counts = tuple(map(sum, zip_longest(*(tally.visits for tally in tallies), fillvalue=0)))
        return replace(found, distribution=counts or None)
    if measure.id in SKETCHED:
        return replace(found, quantiles=_quantiles(measure, tallies))
    return found


def _quantiles(measure: Measure, tallies: Sequence[ItemTally]) -> dict[str, float] | None:
    """Return the quantiles over the cases of all replications, in the measure's unit; None where there are none."""
    whole = together([tally.sketches[measure.id] for tally in tallies if measure.id in tally.sketches])
    known = {name: number for name, share in QUANTILES.items() if (number := whole.quantile(share)) is not None}
    if measure.id in WHOLE:
        known = {name: float(round(number)) for name, number in known.items()}
    return {name: number / measure.divisor for name, number in known.items()} or None


def _item(
    system: ServiceSystem, name: str, measures: Sequence[Measure], exact: Exact, tallies: Sequence[Tally]
) -> ItemSummary:
    none = ItemTally(0, [Sum() for _ in measures])
    mine = [tally.items.get(name, none) for tally in tallies]
    known = exact.items.get(name, {})
    found = {m.id: _estimate(m, n, mine, known.get(m.id)) for n, m in enumerate(measures)}
    item = system.items[name]
    return ItemSummary(name, item.name, item.department, sum(t.cases for t in mine), exact.per_year[name], found)


def _segment(
    system: ServiceSystem, name: str, measures: Sequence[Measure], exact: Exact, tallies: Sequence[Tally]
) -> SegmentSummary:
    mine = [tally.segments[name] for tally in tallies]
    found = {m.id: _estimate(m, n, mine, exact.segment(name, m.id)) for n, m in enumerate(measures)}
    per_year = sum(exact.segment_per_year[name].values())
    about = system.applicants.segments[name]
    return SegmentSummary(name, about.name, sum(t.cases for t in mine), per_year, found)


def _pool(
    setting: Setting,
    name: str,
    load: float | None,
    exact_work: float | None,
    tallies: Sequence[Tally],
    cases: Sequence[int],
) -> PoolSummary:
    system = setting.system
    pool = system.pools[name]
    mine = [tally.pools.get(name, PoolTally()) for tally in tallies]
    hours = openings(system.pool_calendar(name), system.start)
    capacity = int(hours.open_minutes(*setting.span) * pool.servers * TICKS)
    utilisation, busy = ratio([t.within for t in mine], [capacity] * len(mine))
    present, present_ci = _wait([t.present_wait for t in mine], [t.present_requests for t in mine])
    file, file_ci = _wait([t.file_wait for t in mine], [t.file_requests for t in mine])
    people, files = sum(t.present_requests for t in mine), sum(t.file_requests for t in mine)
    waits = None if not people + files else "present" if people >= files else "file"
    work, overtime = sum(t.work for t in mine), sum(t.overtime for t in mine)
    visits = sum(t.visits for t in mine)
    return PoolSummary(
        id=name,
        name=pool.name,
        kind=pool.kind,
        servers=pool.servers,
        requests=people + files,
        utilisation=utilisation or 0.0,
        offered_load=load,
        waits=waits,
        mean_wait_minutes=file if waits == "file" else present,
        mean_wait_present=present,
        mean_wait_file=file,
        overtime_minutes=overtime / TICKS / len(mine),
        overtime_share=overtime / work if work else 0.0,
        overnight_share=sum(t.overnight for t in mine) / visits if visits else 0.0,
        staff_minutes=estimate([t.work for t in mine], cases, 1.0, exact_work),
        ci95={"utilisation": busy, "mean_wait_minutes": file_ci if waits == "file" else present_ci},
    )


def _wait(totals: Sequence[int], requests: Sequence[int]) -> tuple[float | None, Interval | None]:
    found = estimate(totals, requests, 1.0)
    return found.mean, found.ci95


def before_the_run(system: ServiceSystem) -> list[Finding]:
    """Return what is known before any run: pools with an offered load of 1 or more, and no demand at all."""
    found = load_findings(system)
    if not any(item.demand and item.demand.per_year for item in system.items.values()):
        found.append(warning("DS620", system=system.name))
    return found


def _after(setting: Setting, tallies: Sequence[Tally], pools: Sequence[PoolSummary]) -> list[Finding]:
    system = setting.system
    days = max(setting.span[1], *(tally.last_end for tally in tallies)) / MINUTES_PER_DAY
    found: dict[tuple[str, str], Finding] = {}
    calendars = [(("calendar",), system.calendar)] + [
        (("pools", name), system.pool_calendar(name)) for name in system.pools
    ]
    for path, calendar in calendars:
        for finding in calendar_findings(calendar, system.start, days, path):
            found.setdefault((finding.code, str(finding.values.get("years"))), finding)
    return [
        *found.values(),
        *_above("DS621", [(pool, pool.overtime_share) for pool in pools]),
        *_above("DS622", [(pool, pool.overnight_share) for pool in pools]),
    ]


def _unsettled(setting: Setting, start: Sequence[WarmUp]) -> list[Finding]:
    """Return one finding that names the means that the first days move noticeably, the most moved first."""
    moved = sorted(
        (w for w in start if w.told_apart and w.relative > NOTEWORTHY_SHARE), key=lambda w: w.relative, reverse=True
    )
    if not moved:
        return []
    listed = {
        lang: ("、" if lang == "zh" else ", ").join(
            f"{load(w.measure).name(lang)} {'+' if w.effect > 0 else '-'}{min(w.relative, 9.99):.1%}" for w in moved
        )
        for lang in LANGS
    }
    return [warning("DS631", days=moved[0].days, measures=listed, warm_up=f"{setting.warm_up_days:g}")]


def _above(code: str, shares: Sequence[tuple[PoolSummary, float]]) -> list[Finding]:
    """Return one finding that names the pools whose share is noteworthy, the greatest first."""
    high = sorted(((s, p) for p, s in shares if s > NOTEWORTHY_SHARE), key=lambda found: -found[0])
    if not high:
        return []
    listed = {
        "zh": "、".join(f"{pool.name.zh} {share:.1%}" for share, pool in high),
        "en": ", ".join(f"{pool.name.en} {share:.1%}" for share, pool in high),
    }
    only = high[0][1].id
    return [warning(code, ("pools", only) if len(high) == 1 else ("pools",), pools=listed)]
