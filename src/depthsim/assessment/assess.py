"""Every indicator of a scheme: what data says, joined with what people found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from depthsim.assessment import rules
from depthsim.assessment.indicators import deciders
from depthsim.assessment.outcome import Need, Outcome, Reading, Result, Status
from depthsim.assessment.points import points_of
from depthsim.assessment.subject import SEED, Subject
from depthsim.errors import Finding, information, warning
from depthsim.model.case_records import CaseRecords
from depthsim.model.evidence import Judgement
from depthsim.model.indicators import Indicator, IndicatorScheme
from depthsim.model.level import LevelScheme
from depthsim.model.system import ServiceSystem

VERDICTS = {"met": 1.0, "partly": 0.5, "not_met": 0.0}
"""What a verdict without a number counts."""
GUIDES = frozenset({"guides", "forms", "blanks", "samples"})
OF_GUIDES = GUIDES | {"power_list", "licences"}
"""Populations that a department has a part of."""


@dataclass(frozen=True)
class Assessment:
    """The results of all indicators, in the scheme's order, and what they were computed from."""

    subject: Subject
    results: tuple[Result, ...]
    judgements: tuple[tuple[Judgement, tuple[str | int, ...]], ...] = ()

    def __getitem__(self, code: str) -> Result:
        return next(r for r in self.results if r.code == code)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the findings of all indicators, each once."""
        return _once(f for r in self.results for f in r.findings)


def subject_of(
    system: ServiceSystem,
    scheme: IndicatorScheme,
    levels: LevelScheme,
    *,
    seed: int = SEED,
    sample: int | None = None,
    department: str | None = None,
    records: CaseRecords | None = None,
) -> Subject:
    """Return a system as it is to be assessed, with what the rules find in its guides; `records` are logs of cases."""
    lint: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in rules.findings(system):
        for code in rules.indicators(finding):
            lint[code][str(finding.path[1])].append(finding)
    found = {code: {name: tuple(some) for name, some in by_item.items()} for code, by_item in lint.items()}
    return Subject(scheme, levels, system, found, seed, sample, department, records)


def assess(subject: Subject) -> Assessment:
    """Return the result of every indicator of the subject's scheme.

    Findings of people come from the system's evidence; one of a department or an item counts for its part only.
    """
    judged = tuple(
        (judgement, ("evidence", file, "findings", number))
        for file, evidence in subject.system.evidence.items()
        for number, judgement in enumerate(evidence.findings)
    )
    found = [_result(subject, indicator, _of(subject, indicator, judged)) for indicator in subject.scheme.indicators]
    return Assessment(subject, tuple(found), judged)


def of_department(indicator: Indicator, subject: Subject) -> bool:
    """Return whether a department has a result of its own for an indicator: its population is of guides."""
    return subject.population(indicator).of in OF_GUIDES


_Judged = tuple[Judgement, tuple[str | int, ...]]


def _of(subject: Subject, indicator: Indicator, judged: Iterable[_Judged]) -> list[_Judged]:
    """Return the judgements on an indicator that concern what is assessed, in the order of their dates."""
    found = [j for j in judged if j[0].indicator == indicator.code and _concerns(subject, j[0])]
    return sorted(found, key=lambda j: j[0].date)


def _concerns(subject: Subject, judgement: Judgement) -> bool:
    if subject.department is None:
        return True
    if judgement.item is not None:
        return judgement.item in subject.guides
    return judgement.department == subject.department


def _result(subject: Subject, indicator: Indicator, judged: Sequence[_Judged]) -> Result:
    decide = deciders().get(indicator.code)
    if decide is None or (subject.department is not None and not of_department(indicator, subject)):
        outcome = Outcome(needs=(Need("person"),) if decide is None else ())
    else:
        outcome = decide(subject, indicator).saying(_by_rules(subject, indicator))
    status, value, numerator, denominator, notes = _decided(indicator, outcome, judged)
    outcome = replace(outcome, findings=_once((*outcome.findings, *notes)))
    if status != "not_assessed" and any(n.what == "person" for n in outcome.needs) and judged:
        outcome = replace(outcome, needs=tuple(n for n in outcome.needs if n.what != "person"))
    entered = tuple(j for j, _ in judged)
    points = points_of(subject.scheme, indicator, outcome, value)
    return Result(indicator, status, outcome, entered, value, numerator, denominator, points)


def _by_rules(subject: Subject, indicator: Indicator) -> Iterable[Finding]:
    """Yield what rules of an indicator find in the guides of its population (of all guides, where it has others)."""
    of_guides = subject.population(indicator).of in GUIDES
    names = [g.id for g in subject.members(indicator).guides] if of_guides else list(subject.guides)
    found = subject.lint.get(indicator.code, {})
    for name in names:
        yield from found.get(name, ())


_Decided = tuple[Status, float | None, float | None, float | None, list[Finding]]


def _decided(indicator: Indicator, outcome: Outcome, judged: Sequence[_Judged]) -> _Decided:
    """Return status and value: data decides what it can; a person what it cannot, or confirms a part."""
    by_data = outcome.denominator is not None
    person, notes = _by_people(judged, counts=indicator.value in ("days", "visits"))
    if by_data and (indicator.decided == "computed" or person is None):
        if person is not None and outcome.value is not None and abs(person[0] - outcome.value) > 0.005:
            at = judged[-1][1]
            shown = {"entered": f"{person[0]:.3g}", "computed": f"{outcome.value:.3g}"}
            notes.append(information("DS913", at, indicator=indicator.code, **shown))
        status: Status = "partial" if indicator.decided == "partial" or outcome.incomplete else "computed"
        return status, outcome.value, outcome.numerator, outcome.denominator, notes
    if person is None:
        return "not_assessed", None, outcome.numerator, outcome.denominator, notes
    verdict_alone = len(judged) == 1 and judged[0][0].value is None and judged[0][0].numerator is None
    if by_data and outcome.value is not None and verdict_alone and judged[0][0].verdict == "met":
        return "entered", outcome.value, outcome.numerator, outcome.denominator, notes
    return "entered", *person, notes


def _by_people(
    judged: Sequence[_Judged], *, counts: bool = False
) -> tuple[tuple[float, float, float] | None, list[Finding]]:
    """Return what people found as value, numerator and denominator; None where they gave no number.

    A share lies between 0 and 1; with `counts` any number will do. Of findings on the whole the last one counts;
    without any, each item's or department's last one counts once.
    """
    notes: list[Finding] = []
    numbers: dict[str, tuple[float, float]] = {}
    for judgement, at in judged:
        number = number_of(judgement)
        if number is None or not (counts or 0 <= number[0] <= number[1]):
            notes.append(warning("DS910", at, indicator=judgement.indicator))
            continue
        numbers[judgement.item or judgement.department or ""] = number
    if not numbers:
        return None, notes
    parts = [numbers[""]] if "" in numbers else list(numbers.values())
    numerator, denominator = sum(n for n, _ in parts), sum(d for _, d in parts)
    return (numerator / denominator, numerator, denominator), notes


def number_of(judgement: Judgement) -> tuple[float, float] | None:
    """Return a judgement's numerator and denominator; None where it gives neither number nor verdict."""
    if judgement.numerator is not None and judgement.denominator:
        return judgement.numerator, float(judgement.denominator)
    if judgement.value is not None:
        return judgement.value, 1.0
    return (VERDICTS[judgement.verdict], 1.0) if judgement.verdict else None


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings without repetitions, first ones first."""
    seen: dict[tuple[object, ...], Finding] = {}
    for f in findings:
        seen.setdefault((f.code, f.path, str(dict(f.values))), f)
    return tuple(seen.values())


def reading(result: Result, name: str) -> Reading | None:
    """Return a number beside a result's value, None where there is none of this name."""
    return next((r for r in result.outcome.readings if r.id == name), None)
