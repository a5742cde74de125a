"""What assessing one indicator gives: value, numerator and denominator, facts, readings beside it, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from depthsim.errors import Finding
from depthsim.model.evidence import Judgement
from depthsim.model.indicators import Indicator

Status = Literal["computed", "partial", "entered", "not_assessed"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing looked at: whose (an item, a department, a portal), which field, what it says, whether it holds.

    `holds` is None where it is not known. `of` says what `id` names.
    """

    id: str
    field: str
    value: Any = None
    holds: bool | None = True
    of: Literal["guide", "item", "department", "county", "portal", "list", "entry", "licence", "case", "city"] = "guide"

    def __str__(self) -> str:
        shown = "—" if self.value is None else str(self.value)
        return f"{self.id}.{self.field} = {shown if len(shown) <= 60 else shown[:59] + '…'}"


@dataclass(frozen=True, slots=True)
class Reading:
    """Another number beside an indicator's value, by its id in the texts; `value` is None where nothing is known."""

    id: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What is missing: a `field` of guides, a part of the city's `inventory`, a `process`, `cases`, a `person`…"""

    what: Literal["guides", "field", "unclear", "inventory", "process", "cases", "case_log", "before", "person"]
    names: tuple[str, ...] = ()
    number: int = 0
    """How many lack it; 0: all of them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A seeded spot check: `taken` of `population`; the same seed takes the same ones."""

    seed: int
    population: int
    taken: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return how many were taken."""
        return len(self.taken)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What data says about an indicator; without a value nothing is assessed.

    `numerator` and `denominator` are of the indicator's population; a mean has its sum and its number.
    """

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    facts: tuple[Fact, ...] = ()
    readings: tuple[Reading, ...] = ()
    findings: tuple[Finding, ...] = ()
    needs: tuple[Need, ...] = ()
    sample: Sample | None = None
    incomplete: bool = False

    def having(self, *readings: Reading) -> Outcome:
        """Return it with more readings beside it."""
        return replace(self, readings=(*self.readings, *readings))

    def saying(self, findings: Iterable[Finding]) -> Outcome:
        """Return it with more findings."""
        return replace(self, findings=(*self.findings, *findings))


def counted(facts: Iterable[Fact], findings: Iterable[Finding] = (), **more: Any) -> Outcome:
    """Return the share of facts that hold, over all facts; facts of which nothing is known make it incomplete."""
    every = tuple(facts)
    holding = sum(f.holds is True for f in every)
    if not every:
        return Outcome(findings=tuple(findings), **more)
    more.setdefault("incomplete", any(f.holds is None for f in every))
    return Outcome(holding / len(every), holding, len(every), every, findings=tuple(findings), **more)


@dataclass(frozen=True, slots=True)
class Result:
    """One indicator's result: status, value with numerator and denominator, what data and people say, points.

    `points` (0 to 100) follow the scheme's rule for the value; None where nothing is assessed.
    """

    indicator: Indicator
    status: Status
    outcome: Outcome
    entered: tuple[Judgement, ...] = ()
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    points: float | None = None

    @property
    def code(self) -> str:
        """Return the indicator's code."""
        return self.indicator.code

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the findings."""
        return self.outcome.findings
