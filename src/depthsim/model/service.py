"""A service item (政务服务事项): its guide's facts and its process as a state machine of steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StrictBool, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from depthsim.model.chance import Law
from depthsim.model.level import ON_SITE, Channel, Level, Role, Stage
from depthsim.model.provenance import Sourced
from depthsim.model.time import Duration, HourWeights, Limit, WeekdayWeights, plain_number
from depthsim.model.value import FrozenMap, Identifier, Named, Value

Kind = Literal[
    "licence", "penalty", "coercion", "levy", "payment", "inspection", "confirmation", "award", "adjudication",
    "other", "public_service",
]  # fmt: skip
Handling = Literal["immediate", "committed", "forwarded"]
Audience = Literal["natural_person", "legal_person", "other_organisation"]
Published = Literal["guide", "consultation", "complaint", "status_query"]
Special = Literal[
    "inspection", "assessment", "expert_review", "hearing", "testing", "quarantine", "appraisal", "tender",
    "auction", "public_notice",
]  # fmt: skip
STOPS_CLOCK: frozenset[str] = frozenset(
    {"hearing", "tender", "auction", "testing", "quarantine", "appraisal", "expert_review"}
)
OutcomeKind = Literal["normal", "correction", "refusal", "withdrawal"]
TRUNK_ENDS = ("delivered", "refused", "withdrawn")
BRANCH_ENDS = ("done", "refused", "withdrawn")

_MONEY = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]{3}|元)")


class Money(Value):
    """An amount of money; written `100 CNY` or `100 元`."""

    amount: float = Field(ge=0, strict=True)
    currency: str = Field(pattern="^[A-Z]{3}$")

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return data
        found = _MONEY.fullmatch(data.strip()) if isinstance(data, str) else None
        if found is None:
            raise PydanticCustomError("money", "not an amount of money: {given}", {"given": str(data)[:80]})
        return {"amount": float(found[1]), "currency": "CNY" if found[2] == "元" else found[2].upper()}

    @model_serializer
    def _text(self) -> str:
        return f"{plain_number(self.amount)} {self.currency}"


Share = Annotated[float, Field(ge=0, le=1, strict=True)]


class Material(Value):
    """An application material (申请材料). `source` says who issues it; `trust` A or B: usable without the original."""

    name: Named
    source: Literal["applicant", "government", "intermediary", "other"] | None = None
    issued_by: Named | None = None
    copies: int = Field(0, ge=0, le=1000, strict=True)
    originals: int = Field(0, ge=0, le=1000, strict=True)
    medium: tuple[Literal["paper", "electronic"], ...] = ("paper",)
    trust: Literal["A", "B", "C", "D"] | None = None
    required: Literal["always", "optional", "may_follow"] = "always"
    assumption: str | None = None

    @property
    def original_shown(self) -> bool:
        """Return whether its original must be shown to somebody: no electronic medium and no trusted record."""
        return self.originals > 0 and "electronic" not in self.medium and self.trust not in ("A", "B")


class StepAttributes(Value):
    """The six attributes that the assessment asks of a step, as the guide words them (C3-2)."""

    start: str | None = None
    end: str | None = None
    duration: str | None = None
    person: str | None = None
    window: str | None = None
    criteria: str | None = None


class _Step(Sourced):
    role: Role
    stage: Stage
    name: Named | None = None
    materials: tuple[Identifier, ...] = ()
    attributes: StepAttributes | None = None


PriorityClass = Annotated[int, Field(ge=0, le=100, strict=True)]
"""Where a pool serves by priority, the higher class goes first; 0 is everybody's."""


class Option(Sourced):
    """One way in which an applicant can act. Times: `takes` is the applicant's own, `served` at the counter.

    With `appointment` (预约) the applicant books a slot of the pool, waits at home and is served at the slot.
    """

    channel: Channel
    next: Identifier
    name: Named | None = None
    at: Identifier | None = None
    pool: Identifier | None = None
    uptake: Share | None = None
    takes: Law | None = None
    takes_again: Law | None = None
    delay: Law | None = None
    served: Law | None = None
    postage: Money | None = None
    priority: PriorityClass = 0
    appointment: StrictBool = False

    @property
    def on_site(self) -> bool:
        """Return whether the applicant acts at a place."""
        return self.channel in ON_SITE

    @property
    def goes_away(self) -> bool:
        """Return whether a delay, or an appointment, ends the applicant's presence before acting."""
        return self.appointment or (self.delay is not None and self.delay.mean_minutes(1.0) > 0)


class ApplicantStep(_Step):
    """A step in which the applicant chooses one of its options; the same at each return, unless `choose: anew`."""

    by: Literal["applicant"]
    options: FrozenMap[Identifier, Option]
    choose: Literal["as_before", "anew"] = "as_before"

    def shares(self) -> dict[str, float]:
        """Return each option's share; options without an uptake share the rest equally."""
        return _shared({name: option.uptake for name, option in self.options.items()})


class Outcome(Sourced):
    """One way in which an office step can end."""

    next: Identifier
    name: Named | None = None
    chance: Share | None = None
    kind: OutcomeKind = "normal"
    at_most: int | None = Field(None, ge=1, le=100, strict=True)
    on_the_spot: StrictBool = False

    @property
    def exception(self) -> bool:
        """Return whether it is a correction, a refusal or a withdrawal."""
        return self.kind != "normal"

    @property
    def limit(self) -> int | None:
        """Return how often it can befall a case: corrections once unless said otherwise, others without limit."""
        return (self.at_most or 1) if self.kind == "correction" else self.at_most


class OfficeStep(_Step):
    """A step of the office, in one of its pools, or of another authority (`external`, only a lag)."""

    by: Literal["office"]
    outcomes: FrozenMap[Identifier, Outcome]
    pool: Identifier | None = None
    external: Named | None = None
    takes: Law | None = None
    lag: Law | None = None
    applicant: Literal["waits", "leaves"] = "leaves"
    special: Special | None = None
    clock: Literal["stops", "runs"] | None = None

    @property
    def stops_clock(self) -> bool:
        """Return whether the limit's clock stands still in its lag and its work (特别程序)."""
        return self.clock == "stops" if self.clock else self.special in STOPS_CLOCK

    def chances(self) -> dict[str, float]:
        """Return each outcome's chance; outcomes without one share the rest equally."""
        return _shared({name: outcome.chance for name, outcome in self.outcomes.items()})


class Branch(Sourced):
    """A small process beside others; past its `deadline` it counts as withdrawn."""

    start: Identifier
    steps: FrozenMap[Identifier, Step]
    name: Named | None = None
    deadline: Duration | None = None


class ParallelStep(_Step):
    """Branches that run side by side (并联, 联审联办); goes on when the last one has ended."""

    by: Literal["parallel"]
    branches: FrozenMap[Identifier, Branch]
    next: Identifier
    join: Literal["all"] = "all"


Step = Annotated[ApplicantStep | OfficeStep | ParallelStep, Discriminator("by")]


class Process(Sourced):
    """A process: its steps and where it starts."""

    start: Identifier
    steps: FrozenMap[Identifier, Step]


class Declared(Sourced):
    """What the published guide says: level, and visits with what the number means."""

    level: Level | None = None
    visits: int | None = Field(None, ge=0, le=1000, strict=True)
    meaning: Literal["least", "greatest"] | None = None
    channel: Channel | None = None
    reason: str | None = None


class Result(Sourced):
    """What the applicant gets."""

    form: Literal["physical", "electronic", "none"]
    name: Named | None = None


class Basis(Value):
    """The legal basis of a fee or an item."""

    title: str = Field(min_length=1)
    article: str | None = None
    text: str | None = None


class Fee(Sourced):
    """A fee: an amount or a standard by which it is computed, and its basis."""

    amount: Money | None = None
    standard: str | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _known(self) -> Fee:
        if self.amount is None and self.standard is None:
            raise PydanticCustomError("fee", "neither amount nor standard")
        return self


class Limits(Sourced):
    """The statutory (法定) and promised (承诺) limits; the clock ends at completion, or at the decision."""

    statutory: Limit | None = None
    promised: Limit | None = None
    ends: Literal["completion", "decision"] = "completion"


class DemandProfile(Value):
    """Relative weights of hours and weekdays."""

    hours: HourWeights | None = None
    weekdays: WeekdayWeights | None = None


class Demand(Sourced):
    """Cases a year (of 365 days), and how they spread over the week; `flat` spreads over all minutes.

    `segments` are shares of applicants' segments at this item; those not named share the rest as in the system.
    """

    per_year: float = Field(ge=0, le=1e9, strict=True)
    profile: Literal["flat"] | DemandProfile | None = None
    segments: FrozenMap[Identifier, Share] = Field(default_factory=dict, validate_default=True)


class ServiceItem(Sourced):
    """A service item as its guide states it, with its process; `schema: depthsim/service/1`.

    `replaces` names the items of which an applicant needs none any more who uses this one (一件事一次办).
    """

    schema_: Literal["depthsim/service/1"] = Field("depthsim/service/1", alias="schema")
    id: Identifier
    name: Named
    kind: Kind
    handling: Handling
    process: Process
    department: Identifier | None = None
    code: str | None = Field(None, max_length=40)
    audience: tuple[Audience, ...] = ()
    published: tuple[Published, ...] = ()
    declared: Declared | None = None
    result: Result | None = None
    fee: Literal["none"] | Fee | None = None
    limits: Limits | None = None
    demand: Demand | None = None
    materials: FrozenMap[Identifier, Material] = Field(default_factory=dict, validate_default=True)
    replaces: tuple[Identifier, ...] = ()
    before: tuple[Before, ...] = ()

    @property
    def alone(self) -> ServiceItem:
        """Return the item without what it was before."""
        return self.model_copy(update={"before": ()}) if self.before else self


class Before(Sourced):
    """What an item was before a reform that not everybody adopts, or that starts on a day.

    A case that arrives before `starts`, or whose luck for `reform` is not below `adoption`, runs `item`.
    """

    reform: Identifier
    adoption: Share = 1.0
    starts: date | None = None
    item: ServiceItem


StepPath = tuple[str, ...]
"""A step's place in its process: `("apply",)`, or `("joint_review", "fire", "survey")` inside a branch."""


def path_text(path: StepPath) -> str:
    """Return a step path as text: `joint_review/fire/survey`."""
    return "/".join(path)


def walk_steps(process: Process | Branch, prefix: StepPath = ()) -> Iterator[tuple[StepPath, AnyStep]]:
    """Yield every step with its path, in file order, branches depth-first."""
    for name, step in process.steps.items():
        path = (*prefix, name)
        yield path, step
        if isinstance(step, ParallelStep):
            for branch_name, branch in step.branches.items():
                yield from walk_steps(branch, (*path, branch_name))


def step_at(process: Process, path: StepPath) -> AnyStep:
    """Return the step at a path; raises KeyError."""
    step: AnyStep = process.steps[path[0]]
    for branch, name in zip(path[1::2], path[2::2], strict=True):
        if not isinstance(step, ParallelStep):
            raise KeyError(path)
        step = step.branches[branch].steps[name]
    return step


def value_path(path: StepPath) -> tuple[str, ...]:
    """Return the path of a step inside an item's value: `("process", "steps", "apply")`."""
    found: tuple[str, ...] = ("process", "steps", path[0])
    for branch, name in zip(path[1::2], path[2::2], strict=True):
        found += ("branches", branch, "steps", name)
    return found


AnyStep = ApplicantStep | OfficeStep | ParallelStep


def _shared(given: Mapping[str, float | None]) -> dict[str, float]:
    named = sum(v for v in given.values() if v is not None)
    open_ = [k for k, v in given.items() if v is None]
    rest = max(0.0, 1.0 - named) / len(open_) if open_ else 0.0
    return {k: rest if v is None else v for k, v in given.items()}


Branch.model_rebuild()
ParallelStep.model_rebuild()
Process.model_rebuild()
ServiceItem.model_rebuild()
