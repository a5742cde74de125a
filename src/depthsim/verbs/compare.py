"""Compare (比较): scenarios paired by case under common luck, against the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from depthsim.errors import Finding, UsageError, error
from depthsim.files import LoadedScenario
from depthsim.measures import load
from depthsim.model.scenario import BASELINE, Scenario
from depthsim.model.system import ServiceSystem
from depthsim.studies import ComparedScenario, ComparisonStudy, Difference, Estimate, Progress
from depthsim.studies import compare as _compare
from depthsim.studies.burden import Burden, burden
from depthsim.studies.precision import MOST_REPLICATIONS, Precision, share_of
from depthsim.studies.run import processes
from depthsim.texts import Lang, text
from depthsim.verbs.inputs import (
    GivenScenario,
    GivenSystem,
    Reformed,
    Span,
    at_least,
    given_scenario,
    span,
    system_to_run,
    under,
)
from depthsim.verbs.simulate import REPLICATIONS
from depthsim.verbs.wording import finding_json

if TYPE_CHECKING:
    from depthsim.views.charts.differences import Figure

SHOWN = ("visits", "applicant_minutes", "elapsed_days")
"""The measures that a figure shows unless others are asked for."""


@dataclass(frozen=True)
class Compared:
    """One scenario of a comparison; `findings` have their places."""

    reformed: Reformed
    study: ComparedScenario
    findings: tuple[Finding, ...]

    @property
    def scenario(self) -> Scenario:
        """Return the scenario."""
        return self.reformed.scenario

    def burden(self, *, wage: float | None = None, staff_wage: float | None = None) -> Burden:
        """Return the scenario's burden: minutes, and money at wages in CNY an hour (`wage` else the system's)."""
        return burden(self.study.setting, self.study.summary, wage=wage, staff_wage=staff_wage)

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return the scenario's object: the totals of `simulate`, with `difference` in total and by item."""
        found = self.study
        summary = found.summary.to_json()
        for item in summary["items"]:
            item["difference"] = _differences(found.items.get(item["id"], {}).items())
        for segment in summary.get("segments", ()):
            segment["difference"] = _differences(found.segments.get(segment["id"], {}).items())
        return {
            "scenario": self.scenario.id,
            "name": self.scenario.name.model_dump(),
            **summary,
            "difference": _differences(found.difference.items()),
            "pairs": found.pairs,
            "only_reference": found.only_reference,
            "only_here": found.only_here,
            "findings": [finding_json(f, lang) for f in self.findings],
        }


def _differences(found: Any) -> dict[str, Any]:
    return {name: difference.to_json() for name, difference in found}


@dataclass(frozen=True)
class Comparison:
    """Scenarios compared with the first of them, the reference."""

    system: ServiceSystem
    how: Span
    scenarios: tuple[Compared, ...]
    study: ComparisonStudy

    @property
    def reference(self) -> Compared:
        """Return the scenario that the others are compared with."""
        return self.scenarios[0]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what concerns the comparison as a whole."""
        return self.how.findings

    def __getitem__(self, scenario: str) -> Compared:
        return next(s for s in self.scenarios if s.scenario.id == scenario)

    def to_json(self, lang: Lang = "en") -> dict[str, Any]:
        """Return the result as in `interfaces`."""
        return {
            "system": self.system.id,
            "reference": self.reference.scenario.id,
            "engine": self.how.engine,
            "seed": self.how.seed,
            "replications": self.study.replications,
            "horizon_days": self.how.horizon_days,
            "warm_up_days": self.how.warm_up_days,
            "simultaneous": self._simultaneous(),
            "precision": self._precision(),
            "scenarios": [found.to_json(lang) for found in self.scenarios],
            "findings": [finding_json(f, lang) for f in self.findings],
        }

    def _simultaneous(self) -> dict[str, Any] | None:
        several = self.study.comparisons
        return None if several == 1 else {"method": "bonferroni", "comparisons": several, "family": "measure"}

    def _precision(self) -> dict[str, Any] | None:
        outcome = self.study.precision
        if outcome is None:
            return None
        missed = [
            {"scenario": s.scenario.id, "measure": name, **d.precision.to_json()}
            for s, name, d in self.too_wide()
            if d.precision is not None
        ]
        return {**outcome.to_json(), "not_reached": missed}

    def too_wide(self) -> list[tuple[Compared, str, Difference]]:
        """Return the differences of totals that did not reach the precision asked for, with scenario and measure."""
        return [
            (found, name, d)
            for found in self.scenarios[1:]
            for name, d in found.study.difference.items()
            if d.precision is not None and not d.precision.reached
        ]

    def table(self) -> list[dict[str, Any]]:
        """Return flat rows: one for each scenario, item (None for all together) and measure."""
        rows = []
        for found in self.scenarios:
            study = found.study
            totals = study.summary.totals
            rows += [_row(found, None, name, totals[name], d) for name, d in study.difference.items()]
            for item in study.summary.items:
                differences = study.items.get(item.id, {})
                rows += [_row(found, item.id, name, item.measures[name], d) for name, d in differences.items()]
        return rows

    def plot(self, measures: Sequence[str] = SHOWN, *, lang: Lang = "en") -> Figure:
        """Return a figure of the paired differences with their 95 % intervals, one row a scenario.

        Measures that apply to no case are left out. Raises InputError for a measure that does not exist.
        """
        from depthsim.views.charts import Bar, differences

        chosen = [load(name) for name in measures]
        bars = []
        for found in self.scenarios[1:]:
            row = getattr(found.scenario.name, lang)
            for measure in chosen:
                d = found.study.difference.get(measure.id)
                if d is not None and d.mean is not None:
                    bars.append(Bar(measure.name(lang), row, d.mean, d.interval, measure.better == "less"))
        words = {"system": self.system.name, "reference": self.reference.scenario.name}
        return differences(bars, text("charts.differences", lang, **words))


def _row(found: Compared, item: str | None, measure: str, mean: Estimate, difference: Difference) -> dict[str, Any]:
    low, high = mean.ci95 or (None, None)
    less, more = difference.ci95 or (None, None)
    least, most = difference.interval or (None, None)
    return {
        "scenario": found.scenario.id,
        "item": item,
        "measure": measure,
        "mean": mean.mean,
        "low": low,
        "high": high,
        "exact": mean.exact,
        "difference": difference.mean,
        "difference_low": less,
        "difference_high": more,
        "difference_simultaneous_low": least,
        "difference_simultaneous_high": most,
        "difference_exact": difference.exact,
        "difference_per_year": difference.per_year,
        "improved": difference.improved,
        "worsened": difference.worsened,
        "savings": difference.savings,
    }


def compare(
    system: GivenSystem,
    scenarios: Sequence[GivenScenario] | GivenScenario,
    *,
    engine: str = "auto",
    replications: int = REPLICATIONS,
    seed: int | None = None,
    horizon_days: float | None = None,
    warm_up_days: float | None = None,
    precision: float | str | None = None,
    most_replications: int = MOST_REPLICATIONS,
    most_seconds: float | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Return scenarios compared with the first one; a single one is compared with the baseline.

    Numbers are as in `simulate`, and the same for all scenarios. With a `precision` (0.02, or `"2%"`) replications
    are added to the first `replications` until half of the 95 % interval of every difference of the totals is at
    most that share of the difference (where it cannot be told from 0: of the mean), or `most_replications` or
    `most_seconds` are used up. Raises UsageError where no scenario is given or a number makes no sense, and as
    `simulate` does; InputError for everything that is wrong with the input.
    """
    wanted = None
    if precision is not None:
        at_least("most_replications", most_replications, 2)
        if most_seconds is not None and not most_seconds > 0:
            raise UsageError(error("DS610", option="most_seconds", given=most_seconds, least=1))
        wanted = Precision(share_of(precision), most_replications, most_seconds)
        replications = max(2, replications)
    at_least("replications", replications, 1)
    workers = processes(jobs)
    if isinstance(scenarios, (Scenario, LoadedScenario, str, Path)):
        scenarios = [scenarios]
    given = [given_scenario(scenario) for scenario in scenarios]
    if not given:
        raise UsageError(error("DS615"))
    if len(given) == 1:
        given.insert(0, LoadedScenario(BASELINE))
    how = span(
        [g.scenario for g in given],
        engine=engine,
        seed=seed,
        horizon_days=horizon_days,
        warm_up_days=warm_up_days,
    )
    base, loaded = system_to_run(system)
    reformed = [under(base, g) for g in given]
    how = how.on([r.system for r in reformed], replications)
    settings = [how.setting(r.system) for r in reformed]
    study = _compare(settings, replications, precision=wanted, jobs=workers, cluster=cluster, progress=progress)
    found = []
    for one, done in zip(reformed, study.scenarios, strict=True):
        after = done.summary.findings
        found.append(Compared(one, done, (*one.findings, *(loaded.located(after) if loaded else after))))
    return Comparison(base, how, tuple(found), study)
