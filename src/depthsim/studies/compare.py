"""Compare scenarios, paired by case: the same case has the same luck in each, so differences are the reforms'."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from depthsim.measures import Measure, measures_of
from depthsim.studies.exact import Exact, exact_means
from depthsim.studies.pairs import CaseValues, Pairs, pair_segments, with_itself
from depthsim.studies.precision import Clock, Outcome, Precision, Reached, Stop, judge, next_count
from depthsim.studies.run import Job, Progress, Setting, Wanted, run_job
from depthsim.studies.statistics import Interval, ratio, ratio_error
from depthsim.studies.summary import Summary, summarise
from depthsim.studies.sums import AddDifferences, add_differences
from depthsim.studies.tally import TICKS, PairSum, Sum, Tally, sums_of
from depthsim.studies.yearly import same_demand, yearly_difference


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure's mean difference a pair of cases, against the reference, in the measure's unit.

    `per_year` is that mean times the reference's cases a year to which it applies; where the demand of an item
    differs (one matter, say), the difference of all cases' totals a year instead, paired or not. `improved` and
    `worsened` are shares of the pairs. `exact` is theory's difference, None where theory has none.

    With several scenarios beside the reference, `simultaneous95` holds for a measure's differences of all of them
    together (Bonferroni); with one it is None. `savings` is the variance that the difference of independent runs
    would have, over that of the paired ones: how many times as many replications they would need. It is None for
    items, where nothing varies, and with fewer than two replications. `precision` is set where one was asked for.
    """

    mean: float | None
    ci95: Interval | None
    per_year: float | None
    per_year_ci95: Interval | None
    pairs: int
    improved: float | None
    worsened: float | None
    exact: float | None = None
    simultaneous95: Interval | None = None
    savings: float | None = None
    precision: Reached | None = None

    @property
    def interval(self) -> Interval | None:
        """Return the interval to show: the simultaneous one where there is one."""
        return self.ci95 if self.simultaneous95 is None else self.simultaneous95

    def to_json(self) -> dict[str, Any]:
        """Return it as in `interfaces`: `exact` and what belongs to several scenarios only where it is known."""
        found: dict[str, Any] = {
            "mean": self.mean,
            "ci95": _listed(self.ci95),
            "per_year": self.per_year,
            "per_year_ci95": _listed(self.per_year_ci95),
            "pairs": self.pairs,
            "improved": self.improved,
            "worsened": self.worsened,
        }
        if self.simultaneous95 is not None:
            found["simultaneous95"] = list(self.simultaneous95)
        if self.savings is not None:
            found["savings"] = self.savings
        if self.precision is not None:
            found["precision"] = self.precision.to_json()
        return found if self.exact is None else {**found, "exact": self.exact}


def _listed(interval: Interval | None) -> list[float] | None:
    return None if interval is None else list(interval)


@dataclass(frozen=True, slots=True)
class ComparedScenario:
    """One scenario beside the reference: its summary, and differences in total, by item and by segment.

    `pairs` counts the cases found on both sides; `only_reference` and `only_here` those without a partner.
    """

    setting: Setting
    summary: Summary
    difference: Mapping[str, Difference]
    items: Mapping[str, Mapping[str, Difference]]
    segments: Mapping[str, Mapping[str, Difference]]
    pairs: int
    only_reference: int
    only_here: int


@dataclass(frozen=True, slots=True)
class ComparisonStudy:
    """Scenarios compared with the first of them; `precision` says what came of a wish for precision."""

    scenarios: tuple[ComparedScenario, ...]
    replications: int
    precision: Outcome | None = None

    @property
    def comparisons(self) -> int:
        """Return how many scenarios are compared with the reference."""
        return max(1, len(self.scenarios) - 1)


def compare(
    settings: Sequence[Setting],
    replications: int,
    *,
    precision: Precision | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
    clock: Clock = time.monotonic,
) -> ComparisonStudy:
    """Return the settings compared with the first one; all have the same seed and span.

    Two that are equal are run once. The numbers of single cases are held by whoever works on them, for one part of
    one replication at a time, and sums of their pairs come back. With a `precision`, blocks of
    replications follow the first `replications` until every difference of the totals has it or a limit is reached;
    a result is the same as that of as many replications asked for at once. Raises InputError for a system that
    cannot run.
    """
    distinct = list(dict.fromkeys(settings))
    places = [distinct.index(setting) for setting in settings]
    work = _Work(distinct, max(1, len(settings) - 1), _Where(jobs, cluster, progress))
    if precision is None:
        work.extend(replications)
        return _study(work, places, None)
    began = clock()

    def late() -> bool:
        return precision.seconds is not None and clock() - began >= precision.seconds

    blocks: list[int] = []
    goal = min(replications, precision.most)
    while True:
        work.extend(goal, late)
        blocks.append(work.done)
        found = [r for place in range(1, len(distinct)) for r in work.reached(place, precision.share).values()]
        stopped: Stop | None = None
        if all(r.reached for r in found):
            stopped = "reached"
        elif work.done < goal or late():
            stopped = "time"
        elif work.done >= precision.most:
            stopped = "replications"
        if stopped is not None:
            return _study(work, places, Outcome(precision, stopped, tuple(blocks)))
        goal = next_count(work.done, precision.most, found)


@dataclass(frozen=True, slots=True)
class _Where:
    """Where the work is done, and who hears of it."""

    jobs: int
    cluster: str | None
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class _Pairing:
    """Pairs of each other setting with the first: by item, and by segment.

    `shared` are the measures' places on both sides, of every setting.
    """

    shared: tuple[tuple[tuple[int, int], ...], ...]
    segments: tuple[str, ...]

    def __call__(
        self, values: Sequence[CaseValues], adding: AddDifferences = add_differences
    ) -> list[tuple[dict[str, Pairs], dict[str, Pairs]]]:
        reference = values[0]
        return [
            pair_segments(reference, here, shared, self.segments, adding)
            for here, shared in zip(values[1:], self.shared[1:], strict=True)
        ]


class _Work:
    """Replications of settings that differ, as they come in: sums of each setting, and of its pairs."""

    def __init__(self, settings: Sequence[Setting], comparisons: int, where: _Where) -> None:
        self.settings = settings
        self.comparisons = comparisons
        self.measures = [measures_of(setting.system) for setting in settings]
        self.exact: list[Exact] = []
        self.shared = [_columns(self.measures[0], ms) for ms in self.measures]
        self.tallies: list[list[Tally]] = [[] for _ in settings]
        self.totals: list[list[list[Sum]]] = [[] for _ in settings]
        """Each replication's sums over all items, by measure."""
        self.pairs: list[list[dict[str, Pairs]]] = [[] for _ in settings]
        self.segments = tuple(settings[0].system.applicants.segments)
        self.by_segment: list[list[dict[str, Pairs]]] = [[] for _ in settings]
        self._where = where
        self._job = Job(tuple(settings), Wanted(pairing=_Pairing(tuple(map(tuple, self.shared)), self.segments)))

    @property
    def done(self) -> int:
        """Return how many replications every setting has."""
        return len(self.pairs[-1])

    def extend(self, goal: int, late: Callable[[], bool] = lambda: False) -> None:
        """Run replications until there are `goal`, or, from the second one on, until it is late."""
        before, where = self.done, self._where

        def told(done: int, total: int) -> None:
            if where.progress is not None:
                known = total * before // (goal - before)
                where.progress(known + done, known + total)

        whole = run_job(
            self._job,
            range(before, goal),
            jobs=where.jobs,
            cluster=where.cluster,
            progress=told,
            meanwhile=self._theory,
        )
        with closing(whole):
            for replication in whole:
                for place, tally in enumerate(replication.tallies):
                    self.tallies[place].append(tally)
                    self.totals[place].append(sums_of(tally.items.values(), len(self.measures[place])))
                    parts = [part[place - 1] for part in replication.paired] if place else [with_itself(tally)]
                    self.pairs[place].append({name: pairs for items, _ in parts for name, pairs in items.items()})
                    self.by_segment[place].append(_added([segments for _, segments in parts]))
                if self.done > 1 and late():
                    return

    def _theory(self) -> None:
        if not self.exact:
            found = zip(self.settings, self.measures, strict=True)
            self.exact = [exact_means(s.system, measures, s.span) for s, measures in found]

    def common(self, place: int) -> list[Measure]:
        """Return the measures that a setting shares with the reference."""
        return [self.measures[0][n] for n, _ in self.shared[place]]

    def reached(self, place: int, share: float) -> dict[str, Reached]:
        """Return how precise a setting's differences of the totals are, by measure; those of no case are left out."""
        measures = self.common(place)
        whole = [_together(replication, len(measures)) for replication in self.pairs[place]]
        found = {}
        for n, (measure, (here, there)) in enumerate(zip(measures, self.shared[place], strict=True)):
            sums = [p.sums[n] for p in whole]
            mean, interval = ratio([s.total for s in sums], [s.cases for s in sums], self.comparisons)
            if mean is not None:
                sides = (self._error(0, here)[0], self._error(place, there)[0])
                known = judge(share, self.done, mean, interval, sides)
                half = None if known.half_width is None else known.half_width / TICKS / measure.divisor
                found[measure.id] = replace(known, half_width=half)
        return found

    def savings(self, place: int) -> dict[str, float]:
        """Return by measure the variance of independent runs' difference over that of the paired ones."""
        measures = self.common(place)
        whole = [_together(replication, len(measures)) for replication in self.pairs[place]]
        found = {}
        for n, (measure, (here, there)) in enumerate(zip(measures, self.shared[place], strict=True)):
            sums = [p.sums[n] for p in whole]
            paired = ratio_error([s.total for s in sums], [s.cases for s in sums])[1]
            before, after = self._error(0, here)[1], self._error(place, there)[1]
            if paired and before is not None and after is not None:
                found[measure.id] = (before**2 + after**2) / paired**2
        return found

    def _error(self, place: int, column: int) -> tuple[float | None, float | None]:
        whole = [sums[column] for sums in self.totals[place]]
        return ratio_error([s.total for s in whole], [s.cases for s in whole])


def _study(work: _Work, places: Sequence[int], outcome: Outcome | None) -> ComparisonStudy:
    summaries = [
        summarise(*found) for found in zip(work.settings, work.measures, work.exact, work.tallies, strict=True)
    ]
    compared = [_compared(work, n, summaries[n], outcome) for n in range(len(summaries))]
    return ComparisonStudy(tuple(compared[place] for place in places), work.done, outcome)


def _added(parts: Sequence[Mapping[str, Pairs]]) -> dict[str, Pairs]:
    found: dict[str, Pairs] = {}
    for part in parts:
        for name, pairs in part.items():
            found.setdefault(name, Pairs()).add(pairs)
    return found


def _columns(reference: Sequence[Measure], here: Sequence[Measure]) -> list[tuple[int, int]]:
    places = {m.id: n for n, m in enumerate(here)}
    return [(n, places[m.id]) for n, m in enumerate(reference) if m.id in places]


def _compared(work: _Work, place: int, summary: Summary, outcome: Outcome | None) -> ComparedScenario:
    measures, pairs, several = work.common(place), work.pairs[place], work.comparisons
    before, after = work.exact[0], work.exact[place]
    common = {name: n for name, n in before.per_year.items() if name in after.per_year}
    whole = [_together(replication, len(measures)) for replication in pairs]
    savings = work.savings(place)
    reached = work.reached(place, outcome.wanted.share) if outcome else {}
    difference = {
        m.id: replace(
            _difference(
                m,
                n,
                whole,
                sum(common.values()),
                _minus(after.total(m.id, common), before.total(m.id, common)),
                several,
            ),
            savings=savings.get(m.id),
            precision=reached.get(m.id),
        )
        for n, m in enumerate(measures)
    }
    if not same_demand(before.per_year, after.per_year):
        difference = {
            m.id: _a_year(difference[m.id], work, place, n, before.per_year, after.per_year)
            for n, m in enumerate(measures)
        }
    items: dict[str, Mapping[str, Difference]] = {}
    nothing = Pairs(sums=[PairSum() for _ in measures])
    for name, per_year in common.items():
        mine = [replication.get(name, nothing) for replication in pairs]
        known = (after.items.get(name, {}), before.items.get(name, {}))
        items[name] = {
            m.id: _difference(m, n, mine, per_year, _minus(known[0].get(m.id), known[1].get(m.id)), several)
            for n, m in enumerate(measures)
        }
        if per_year != after.per_year[name]:
            moved = ({name: per_year}, {name: after.per_year[name]})
            items[name] = {m.id: _a_year(items[name][m.id], work, place, n, *moved) for n, m in enumerate(measures)}
    segments: dict[str, Mapping[str, Difference]] = {}
    for name in work.segments:
        mine = [replication[name] for replication in work.by_segment[place]]
        cases = {i: n for i, n in before.segment_per_year[name].items() if i in common}
        segments[name] = {
            m.id: _difference(m, n, mine, sum(cases.values()), _segment(after, before, name, m.id, cases), several)
            for n, m in enumerate(measures)
        }
    all_of_them = _together({str(n): found for n, found in enumerate(whole)}, len(measures))
    return ComparedScenario(
        work.settings[place],
        summary,
        difference,
        items,
        segments,
        all_of_them.pairs,
        all_of_them.only_reference,
        all_of_them.only_here,
    )


def _a_year(
    found: Difference, work: _Work, place: int, n: int, before: Mapping[str, float], after: Mapping[str, float]
) -> Difference:
    """Return the difference with totals a year instead of the pairs' mean times the reference's demand."""
    here, there = work.shared[place][n]
    reference, other = (work.tallies[0], here, before), (work.tallies[place], there, after)
    total, interval = yearly_difference(reference, other, work.measures[0][here].divisor)
    return replace(found, per_year=total, per_year_ci95=interval)


def _together(pairs: Mapping[str, Pairs], measures: int) -> Pairs:
    found = Pairs(sums=[PairSum() for _ in range(measures)])
    for part in pairs.values():
        found.add(part)
    return found


def _segment(after: Exact, before: Exact, name: str, measure: str, cases: Mapping[str, float]) -> float | None:
    return _minus(after.segment(name, measure, cases), before.segment(name, measure, cases))


def _minus(after: float | None, before: float | None) -> float | None:
    """Return the difference of two exact means: 0 where it is rounding alone."""
    if after is None or before is None:
        return None
    return 0.0 if math.isclose(after, before, rel_tol=1e-12, abs_tol=0.0) else after - before


def _difference(
    measure: Measure, place: int, pairs: Sequence[Pairs], per_year: float, exact: float | None, comparisons: int
) -> Difference:
    sums = [p.sums[place] for p in pairs]
    unit = TICKS * measure.divisor
    totals, counts = [s.total for s in sums], [s.cases for s in sums]
    mean, interval = ratio(totals, counts)
    together = ratio(totals, counts, comparisons)[1] if comparisons > 1 else None
    count, all_pairs = sum(s.cases for s in sums), sum(p.pairs for p in pairs)
    if mean is None:
        return Difference(None, None, None, None, 0, None, None, exact)
    less, more = sum(s.less for s in sums) / count, sum(s.more for s in sums) / count
    cases = per_year * count / all_pairs / unit
    return Difference(
        mean=mean / unit,
        ci95=None if interval is None else (interval[0] / unit, interval[1] / unit),
        per_year=mean * cases,
        per_year_ci95=None if interval is None else (interval[0] * cases, interval[1] * cases),
        pairs=count,
        improved=less if measure.better == "less" else more,
        worsened=more if measure.better == "less" else less,
        exact=exact,
        simultaneous95=None if together is None else (together[0] / unit, together[1] / unit),
    )
