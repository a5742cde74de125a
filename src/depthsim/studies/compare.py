"""Compare scenarios, paired by case: the same case has the same luck in each, so differences are the reforms'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from depthsim.measures import Measure, measures_of
from depthsim.studies.exact import Exact, exact_means
from depthsim.studies.pairs import Pairs, PairSum, pair
from depthsim.studies.recorder import ItemValues
from depthsim.studies.run import Progress, Setting, Task, Wanted, run_tasks
from depthsim.studies.statistics import Interval, ratio
from depthsim.studies.summary import Summary, summarise
from depthsim.studies.tally import TICKS, Tally


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure's mean difference a pair of cases, against the reference, in the measure's unit.

    `per_year` is that mean times the reference's cases a year to which it applies. `improved` and `worsened` are
    shares of the pairs. `exact` is theory's difference, None where theory has none.
    """

    mean: float | None
    ci95: Interval | None
    per_year: float | None
    per_year_ci95: Interval | None
    pairs: int
    improved: float | None
    worsened: float | None
    exact: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as in `interfaces`: `exact` only where it is known."""
        found: dict[str, Any] = {
            "mean": self.mean,
            "ci95": _listed(self.ci95),
            "per_year": self.per_year,
            "per_year_ci95": _listed(self.per_year_ci95),
            "pairs": self.pairs,
            "improved": self.improved,
            "worsened": self.worsened,
        }
        return found if self.exact is None else {**found, "exact": self.exact}


def _listed(interval: Interval | None) -> list[float] | None:
    return None if interval is None else list(interval)


@dataclass(frozen=True, slots=True)
class ComparedScenario:
    """One scenario beside the reference: its own summary, and differences in total and by item.

    `pairs` counts the cases found on both sides; `only_reference` and `only_here` those without a partner.
    """

    setting: Setting
    summary: Summary
    difference: Mapping[str, Difference]
    items: Mapping[str, Mapping[str, Difference]]
    pairs: int
    only_reference: int
    only_here: int


@dataclass(frozen=True, slots=True)
class ComparisonStudy:
    """Scenarios compared with the first of them."""

    scenarios: tuple[ComparedScenario, ...]
    replications: int


def compare(
    settings: Sequence[Setting], replications: int, *, jobs: int = 1, progress: Progress | None = None
) -> ComparisonStudy:
    """Return the settings compared with the first one; all have the same seed and span.

    Two that are equal are run once. The numbers of single cases are held for one replication at a time. Raises
    InputError for a system that cannot run.
    """
    distinct = list(dict.fromkeys(settings))
    places = [distinct.index(setting) for setting in settings]
    measures = [measures_of(setting.system) for setting in distinct]
    exact = [exact_means(setting.system, ms) for setting, ms in zip(distinct, measures, strict=True)]
    shared = [_columns(measures[0], ms) for ms in measures]
    tallies: list[list[Tally]] = [[] for _ in distinct]
    pairs: list[list[dict[str, Pairs]]] = [[] for _ in distinct]
    tasks = [Task(s, r) for r in range(replications) for s in range(len(distinct))]
    reference: dict[str, ItemValues] = {}
    for result in run_tasks(distinct, tasks, Wanted(values=True), jobs=jobs, progress=progress):
        place = result.task.setting
        if place == 0:
            reference = result.values
        tallies[place].append(result.tally)
        pairs[place].append(pair(reference, result.values, shared[place]))
    summaries = [summarise(*found) for found in zip(distinct, measures, exact, tallies, strict=True)]
    compared = [
        _compared(distinct[n], summaries[n], (measures[0], shared[n]), (exact[0], exact[n]), pairs[n])
        for n in range(len(distinct))
    ]
    return ComparisonStudy(tuple(compared[place] for place in places), replications)


def _columns(reference: Sequence[Measure], here: Sequence[Measure]) -> list[tuple[int, int]]:
    places = {m.id: n for n, m in enumerate(here)}
    return [(n, places[m.id]) for n, m in enumerate(reference) if m.id in places]


def _compared(
    setting: Setting,
    summary: Summary,
    measured: tuple[Sequence[Measure], Sequence[tuple[int, int]]],
    exact: tuple[Exact, Exact],
    pairs: Sequence[Mapping[str, Pairs]],
) -> ComparedScenario:
    measures = [measured[0][n] for n, _ in measured[1]]
    before, after = exact
    common = {name: n for name, n in before.per_year.items() if name in after.per_year}
    whole = [_together(replication, len(measures)) for replication in pairs]
    difference = {
        m.id: _difference(
            m,
            n,
            whole,
            sum(common.values()),
            _minus(after.total(m.id, common), before.total(m.id, common)),
        )
        for n, m in enumerate(measures)
    }
    items: dict[str, Mapping[str, Difference]] = {}
    nothing = Pairs(sums=[PairSum() for _ in measures])
    for name, per_year in common.items():
        mine = [replication.get(name, nothing) for replication in pairs]
        known = (after.items.get(name, {}), before.items.get(name, {}))
        items[name] = {
            m.id: _difference(m, n, mine, per_year, _minus(known[0].get(m.id), known[1].get(m.id)))
            for n, m in enumerate(measures)
        }
    all_of_them = _together({str(n): found for n, found in enumerate(whole)}, len(measures))
    return ComparedScenario(
        setting,
        summary,
        difference,
        items,
        all_of_them.pairs,
        all_of_them.only_reference,
        all_of_them.only_here,
    )


def _together(pairs: Mapping[str, Pairs], measures: int) -> Pairs:
    found = Pairs(sums=[PairSum() for _ in range(measures)])
    for part in pairs.values():
        found.add(part)
    return found


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _difference(
    measure: Measure, place: int, pairs: Sequence[Pairs], per_year: float, exact: float | None
) -> Difference:
    sums = [p.sums[place] for p in pairs]
    unit = TICKS * measure.divisor
    mean, interval = ratio([s.total for s in sums], [s.cases for s in sums])
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
    )
