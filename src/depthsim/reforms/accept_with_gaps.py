"""Accepted with gaps (容缺受理): secondary materials follow while the review goes on, within a deadline.

Of the corrections at acceptance, the share that is due to secondary materials becomes an acceptance with gaps: the
review and the supplement then run side by side, and the decision waits for both. Who misses the deadline counts as
withdrawn. Corrections of main materials stay. The cases without gaps go on as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from immutabledict import immutabledict

from depthsim.errors import Finding, error, information, warning
from depthsim.model.chance import Constant, Law, Lognormal
from depthsim.model.level import STAGES
from depthsim.model.service import (
    ApplicantStep,
    Branch,
    Limits,
    OfficeStep,
    Option,
    Outcome,
    ParallelStep,
    Process,
    ServiceItem,
    Share,
    value_path,
)
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, Unit
from depthsim.model.value import Identifier
from depthsim.reforms._front import file_pool
from depthsim.reforms._guard import loss
from depthsim.reforms._names import unknown_materials
from depthsim.reforms._parts import before, gates, part
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, Reformed, each_item, refuse
from depthsim.reforms._surgery import add_step, no_range, normal_next, unused, with_step

SECONDARY = ("may_follow", "optional")
CALENDAR_PER_WORKING_DAY = 7 / 5
NO_PROMISE = Duration(amount=5, unit=Unit.WORKING_DAY)
Way = Literal["online", "post", "window"]


class AcceptWithGaps(ItemParameters):
    """`share` of the corrections at acceptance concern secondary `materials` (by default those that may follow).

    They follow after `delay`, `post` of them by post and `window` at the window, the others online; the applicant
    needs `takes`, the office `check`. The `deadline` is the promised limit, or earlier.
    """

    share: Share = 0.3
    materials: tuple[Identifier, ...] = ()
    deadline: Duration | None = None
    post: Share = 0.1
    window: Share = 0.0
    delay: Law = Lognormal(law="lognormal", mean=Duration(amount=2, unit=Unit.DAY), cv=0.8)
    takes: Law = Constant(value=Duration(amount=10, unit=Unit.MINUTE))
    check: Law = Constant(value=Duration(amount=5, unit=Unit.MINUTE))


@dataclass(frozen=True, slots=True)
class _Gap:
    """A step that accepts: its corrections that can become gaps, and where accepted cases go."""

    step: str
    corrections: tuple[str, ...]
    then: str


def _change(item: ServiceItem, system: ServiceSystem, p: AcceptWithGaps) -> ItemChange:
    secondary = tuple(m for m, v in item.materials.items() if m in p.materials or v.required in SECONDARY)
    if p.materials:
        secondary = tuple(m for m in secondary if m in p.materials)
    if not secondary:
        return item, [warning("DS582", ("materials",))]
    promised = item.limits.promised if item.limits else None
    if item.handling == "immediate" or (promised is not None and promised.days == 0):
        return item, [information("DS583", ("handling",))]
    found = _gaps(item.process)
    if not found or p.share == 0:
        return item, [information("DS584", ("process",))]
    if file_pool(item, system) is None:
        return item, [warning("DS532", ("process",))]
    deadline, findings = _deadline(item, p)
    new = item
    for then in dict.fromkeys(gap.then for gap in found):
        mine = [gap for gap in found if gap.then == then]
        process = _beside(new, system, p, then, mine, secondary, deadline)
        if process is None:
            findings.append(warning("DS585", value_path((then,)), step=then))
        else:
            new = new.model_copy(update={"process": process})
    if new == item:
        return item, findings
    materials = {
        m: v.model_copy(update={"required": "may_follow"}) if m in secondary else v for m, v in item.materials.items()
    }
    new = new.model_copy(update={"materials": immutabledict(materials)})
    worse = loss(item, new, system)
    return (new, findings) if worse is None else (item, [*findings, worse])


def _gaps(process: Process) -> list[_Gap]:
    found = []
    for name in gates(process):
        step = process.steps[name]
        assert isinstance(step, OfficeStep)
        chances = step.chances()
        corrections = tuple(
            n for n, o in step.outcomes.items() if o.kind == "correction" and not o.on_the_spot and chances[n] > 0
        )
        then = normal_next(step)
        if corrections and then in process.steps and then != name:
            assert then is not None
            found.append(_Gap(name, corrections, then))
    return found


def _deadline(item: ServiceItem, p: AcceptWithGaps) -> tuple[Duration, list[Finding]]:
    """Return the deadline, at the promised limit at the latest, and what there is to say about it."""
    promised = (item.limits or Limits()).promised
    if promised is None:
        return p.deadline or NO_PROMISE, [] if p.deadline else [information("DS586", ("limits",), days=NO_PROMISE)]
    latest = Duration(amount=promised.days, unit=promised.unit)
    if p.deadline is None:
        return latest, []
    if _calendar_days(p.deadline) <= _calendar_days(latest) + 1e-9:
        return p.deadline, []
    return latest, [information("DS587", ("limits", "promised"), given=p.deadline, promised=latest)]


def _calendar_days(duration: Duration) -> float:
    return duration.amount * CALENDAR_PER_WORKING_DAY if duration.working else duration.minutes(0.0) / 1440


def _beside(
    item: ServiceItem,
    system: ServiceSystem,
    p: AcceptWithGaps,
    then: str,
    accepting: list[_Gap],
    secondary: tuple[str, ...],
    deadline: Duration,
) -> Process | None:
    """Return the process with the review and the supplement side by side for cases with gaps, or None."""
    process = item.process
    ahead = before(process, tuple(g.step for g in accepting))
    early = STAGES[: STAGES.index("approval")]

    def is_review(name: str) -> bool:
        step = process.steps[name]
        return name not in ahead and step.stage in early and step.role != "approve"

    review = part(process, then, is_review)
    if len(review.exits) != 1 or review.exits[0] in ahead:
        return None
    branches = {}
    if review.steps:
        branch = review.branch()
        if branch is None:
            return None
        branches["review"] = branch
    branches["gaps"] = _supplement(item, system, p, secondary, deadline)
    name = unused(process, "accept_with_gaps_review")
    joint = ParallelStep(
        role="countersign", stage="review", by="parallel", branches=branches, next=review.exits[0],
        name={"zh": "审核与补交同时进行", "en": "Review while a paper follows"},  # type: ignore[arg-type]
    )  # fmt: skip
    process = add_step(process, name, joint, before=then)
    for gap in accepting:
        step = process.steps[gap.step]
        assert isinstance(step, OfficeStep)
        process = with_step(process, gap.step, _accepts_gaps(step, gap.corrections, p.share, name))
    return process


def _accepts_gaps(step: OfficeStep, corrections: tuple[str, ...], share: float, then: str) -> OfficeStep:
    """Return the accepting step with `share` of its corrections turned into an acceptance with gaps."""
    chances = step.chances()
    gap = sum(chances[n] for n in corrections) * share
    outcomes: dict[str, Outcome] = {}
    name = "accepted_with_gaps"
    while name in step.outcomes:
        name += "_too"
    accepted = Outcome(next=then, chance=gap, assumption="reform accept_with_gaps")  # type: ignore[arg-type]
    for other, outcome in step.outcomes.items():
        if not outcome.exception and name not in outcomes:
            outcomes[name] = accepted
        if other not in corrections:
            outcomes[other] = outcome
        elif share < 1:
            outcomes[other] = no_range(outcome).model_copy(update={"chance": chances[other] * (1 - share)})
    return step.model_copy(update={"outcomes": immutabledict(outcomes)})


def _supplement(
    item: ServiceItem, system: ServiceSystem, p: AcceptWithGaps, secondary: tuple[str, ...], deadline: Duration
) -> Branch:
    counter = _counter(item)
    shares: dict[Way, float] = {"post": p.post, "window": p.window if counter else 0.0}
    shares["online"] = max(0.0, 1.0 - sum(shares.values()))
    options = {
        way: Option(
            channel=way, uptake=shares[way], takes=p.takes, delay=p.delay, next="check",
            at=counter.at if counter and way == "window" else None,
            pool=counter.pool if counter and way == "window" else None,
            served=p.check if way == "window" else None,
            assumption="reform accept_with_gaps",  # type: ignore[arg-type]
        )
        for way in ("online", "post", "window")
        if shares[way] > 0
    }  # fmt: skip
    follow = ApplicantStep(role="supplement", stage="review", by="applicant", materials=secondary, options=options)
    check = OfficeStep(
        role="examine", stage="review", by="office", pool=file_pool(item, system), takes=p.check, materials=secondary,
        outcomes={"complete": Outcome(next="done")}, assumption="reform accept_with_gaps",  # type: ignore[arg-type]
    )  # fmt: skip
    name = {"zh": "容缺后补", "en": "Missing paper follows"}
    steps = {"supplement": follow, "check": check}
    return Branch(start="supplement", steps=steps, deadline=deadline, name=name)  # type: ignore[arg-type]


def _counter(item: ServiceItem) -> Option | None:
    """Return the first option at a window that the item has, or None."""
    for step in item.process.steps.values():
        if isinstance(step, ApplicantStep):
            for option in step.options.values():
                if option.channel == "window" and option.at is not None:
                    return option
    return None


_each = each_item(_change)


def _function(system: ServiceSystem, p: AcceptWithGaps) -> Reformed:
    wrong = unknown_materials(system, p.materials)
    if p.post + p.window > 1 + 1e-9:
        wrong.append(error("DS159", ("window",), total=f"{p.post + p.window:.6g}"))
    if wrong:
        raise refuse(*wrong)
    return _each(system, p)


reform = Reform(
    function=_function,
    parameters=AcceptWithGaps,
    touches=frozenset({"steps", "outcomes", "options", "materials", "facts", "limits", "presence", "places"}),
    source="rules of Xi'an, Fuxin, Sanya: secondary materials follow in parallel, no later than promised",
)
