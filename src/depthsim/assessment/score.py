"""Scores: the weighted mean of points by second level, first level, city and department, and what a scenario moves.

The scheme has no weights: without a file all sisters weigh the same, and the score is unofficial. What is not assessed
is left out of the mean, and named.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from depthsim.assessment.assess import Assessment, assess, of_department
from depthsim.assessment.outcome import Result
from depthsim.assessment.points import points_of
from depthsim.errors import Severity
from depthsim.model.indicators import IndicatorScheme, Weights

NO_FAULT = "DS946"
"""As information: a kind of items that no list of the city has either, which no fix can publish."""


@dataclass(frozen=True, slots=True)
class Score:
    """Points from 0 to 100: total, by code of the first and second level; None where nothing is assessed.

    `left_out` are the codes of indicators without points; `weights` names the file, None: all equal.
    """

    total: float | None
    groups: Mapping[str, float | None]
    left_out: tuple[str, ...]
    weights: Weights | None = None


def score(results: Iterable[Result], scheme: IndicatorScheme, weights: Weights | None = None) -> Score:
    """Return the score of results; of those that are missing, nothing is known."""
    points = {r.code: r.points for r in results}
    given: Mapping[str, float] = weights.weights if weights else {}
    groups: dict[str, float | None] = {}
    for first in scheme.groups:
        for second in first.groups:
            groups[second.code] = _mean([(given.get(i.code, 1.0), points.get(i.code)) for i in second.indicators])
        groups[first.code] = _mean([(given.get(s.code, 1.0), groups[s.code]) for s in first.groups])
    total = _mean([(given.get(first.code, 1.0), groups[first.code]) for first in scheme.groups])
    ordered = {code: groups[code] for code in scheme.codes() if code in groups}
    left_out = tuple(i.code for i in scheme.indicators if points.get(i.code) is None)
    return Score(total, ordered, left_out, weights)


def _mean(parts: Sequence[tuple[float, float | None]]) -> float | None:
    known = [(weight, points) for weight, points in parts if points is not None and weight > 0]
    whole = math.fsum(weight for weight, _ in known)
    return math.fsum(weight * points for weight, points in known) / whole if whole else None


@dataclass(frozen=True, slots=True)
class DepartmentScore:
    """A department's score over its own guides: only of indicators about guides."""

    department: str
    guides: int
    score: Score


def by_department(found: Assessment, weights: Weights | None = None) -> tuple[DepartmentScore, ...]:
    """Return the score of every department that has guides, best first."""
    subject = found.subject
    numbers: dict[str, int] = {}
    for guide in subject.guides.values():
        name = subject.department_of(guide)
        if name is not None:
            numbers[name] = numbers.get(name, 0) + 1
    scores = []
    for name, number in numbers.items():
        part = assess(subject.of(name))
        results = [r for r in part.results if of_department(r.indicator, subject)]
        scores.append(DepartmentScore(name, number, score(results, subject.scheme, weights)))
    return tuple(sorted(scores, key=lambda d: (-(d.score.total if d.score.total is not None else -1), d.department)))


@dataclass(frozen=True, slots=True)
class Move:
    """An indicator that a scenario moves: its results before and after."""

    before: Result
    after: Result

    @property
    def by(self) -> float | None:
        """Return by how much its value moves; None where one side has none."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def points(self) -> float | None:
        """Return by how many points it moves."""
        if self.before.points is None or self.after.points is None:
            return None
        return self.after.points - self.before.points


def mended(found: Assessment, codes: Sequence[str]) -> Assessment:
    """Return an assessment as if what fails under some indicators (of any level; `all`) were put right.

    Only what is counted one by one can be: a share of guides, forms, sites. What is not known stays unknown, and
    what is measured (levels, visits, days, sums of limits) moves by reforms alone.
    """
    chosen = [r.code for r in found.results if "all" in codes or any(_under(r.code, code) for code in codes)]
    scheme = found.subject.scheme
    return replace(found, results=tuple(_mended(r, scheme) if r.code in chosen else r for r in found.results))


def _under(code: str, group: str) -> bool:
    return code == group or code.startswith(f"{group}-") or (len(group) == 1 and code.startswith(group))


def _mended(result: Result, scheme: IndicatorScheme) -> Result:
    facts = result.outcome.facts
    failing = sum(f.holds is False for f in facts)
    one_by_one = result.denominator == len(facts) and result.numerator == sum(f.holds is True for f in facts)
    wrong = [f for f in result.findings if f.code != NO_FAULT or f.severity is not Severity.INFORMATION]
    if not failing or not one_by_one or not wrong or result.denominator is None:
        return result
    numerator = len(facts) - sum(f.holds is None for f in facts)
    value = numerator / result.denominator
    outcome = replace(result.outcome, findings=())
    points = points_of(scheme, result.indicator, outcome, value)
    return replace(result, value=value, numerator=numerator, points=points, outcome=outcome)


def moves(before: Assessment, after: Assessment) -> tuple[Move, ...]:
    """Return the indicators whose value, points or status a scenario or a fix changes, in the scheme's order.

    A scenario changes processes. What guides declare stays as published: an indicator of declared fields moves only
    where it compares them with the process.
    """
    found = []
    for one, other in zip(before.results, after.results, strict=True):
        if (one.value, one.points, one.status) != (other.value, other.points, other.status):
            found.append(Move(one, other))
    return tuple(found)
