"""A signed promise instead of a proof or a check (告知承诺): decided at once, checked afterwards.

The check moves behind the delivery as a step of the office without the applicant, in as many cases as met it before;
where it finds the promise broken, the decision is revoked and the case ends refused. The result is in the applicant's
hands before that, and the limit's clock has stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from immutabledict import immutabledict
from pydantic import Field, StrictBool

from depthsim.errors import Finding, InputError, information, warning
from depthsim.model.chance import Constant
from depthsim.model.level import Role
from depthsim.model.service import (
    AnyStep,
    ApplicantStep,
    OfficeStep,
    Outcome,
    ParallelStep,
    Process,
    ServiceItem,
    Share,
    StepPath,
    path_text,
    step_at,
    value_path,
    walk_steps,
)
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, Unit
from depthsim.model.value import Identifier
from depthsim.reforms._front import file_pool
from depthsim.reforms._guard import loss
from depthsim.reforms._materials import no_way_back, only_acceptance, without_outcomes, without_showing
from depthsim.reforms._names import unknown_materials
from depthsim.reforms._parts import GIVEN_UP, normal_exit, private_loop
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, Reformed, each_item, refuse
from depthsim.reforms._surgery import (
    add_step,
    edit,
    map_steps,
    moves,
    no_range,
    redirect,
    unused,
    with_moves,
    with_steps,
    without_step,
)

EARLIER = ("preparation", "acceptance", "review", "approval")
BY_LAW = ("hearing", "tender", "auction", "public_notice")
DRAWN = {"zh": "抽查名单", "en": "List of those to be checked"}


class NotifyAndCommit(ItemParameters):
    """The checks of these roles, and those that only the `materials` force, give way to a promise.

    `checked` is the share of delivered cases that are checked afterwards (as many as before, if not given), `revoked`
    the chance that a check then ends in revocation (the step's own chance of a refusal, if not given). `at_once`:
    lags of the office's own steps of review and approval vanish too.
    """

    roles: tuple[Literal["inspect", "expert_review", "examine", "review", "verify_originals"], ...] = ("inspect",)
    materials: tuple[Identifier, ...] = ()
    checked: Share | None = None
    revoked: Annotated[float, Field(ge=0, lt=1, strict=True)] | None = None
    at_once: StrictBool = True


def _change(item: ServiceItem, system: ServiceSystem, p: NotifyAndCommit) -> ItemChange:
    findings: list[Finding] = []
    new = item
    for path, step in _checks(item.process, p.roles):
        if isinstance(step, OfficeStep) and (step.stops_clock or step.special in BY_LAW):
            findings.append(warning("DS575", value_path(path), step=path_text(path), special=step.special or step.role))
            continue
        moved = _moved(new, path, p, system)
        if moved is None:
            findings.append(warning("DS524", value_path(path), step=path_text(path)))
        else:
            new, about = moved
            findings += about
    named = frozenset(p.materials) & set(item.materials)
    if named:
        process, done = without_showing(new.process, named, new.materials)
        new = _promised(new.model_copy(update={"process": process}), named)
        findings += [
            information(
                "DS523", value_path(path), step=path_text(path), materials=tuple(item.materials[m].name for m in names)
            )
            for path, names in done.kept
        ]
        findings += [warning("DS524", value_path(path), step=path_text(path)) for path in done.fixed]
    if new == item:
        return item, findings or [information("DS574", ("process",), roles=p.roles)]
    if p.at_once:
        new = new.model_copy(update={"process": map_steps(new.process, _at_once)})
    worse = loss(item, new, system)
    return (new, findings) if worse is None else (item, [*findings, worse])


def _checks(process: Process, roles: tuple[Role, ...]) -> list[tuple[StepPath, AnyStep]]:
    """Return the checks before the decision, in file order."""
    return [
        (path, step)
        for path, step in walk_steps(process)
        if step.role in roles
        and step.stage in EARLIER
        and (isinstance(step, OfficeStep) or (isinstance(step, ApplicantStep) and step.role == "verify_originals"))
    ]


def _at_once(_path: StepPath, step: AnyStep) -> AnyStep:
    own = isinstance(step, OfficeStep) and not (step.special or step.external)
    return step.model_copy(update={"lag": None}) if own and step.stage in ("review", "approval") else step


def _promised(item: ServiceItem, materials: frozenset[str]) -> ServiceItem:
    """Return the item with these materials replaced by the promise: no original, electronic."""
    changed = {
        m: v.model_copy(update={"originals": 0, "copies": 0, "medium": ("electronic",)}) if m in materials else v
        for m, v in item.materials.items()
    }
    return item.model_copy(update={"materials": immutabledict(changed)})


@dataclass(frozen=True, slots=True)
class _Check:
    """A check taken out of its place: itself, the steps of its own corrections, and where it led."""

    name: str
    step: OfficeStep
    mends: Mapping[str, AnyStep]
    then: str
    dropped: bool


def _moved(
    item: ServiceItem, path: StepPath, p: NotifyAndCommit, system: ServiceSystem
) -> tuple[ServiceItem, list[Finding]] | None:
    """Return the item with one check behind the delivery, or None where the process cannot do without it."""
    container = _scope(item.process, path[:-1])
    if container is None or path[-1] not in container.steps:
        return None
    taken = _taken(item, container, path[-1], system)
    if taken is None:
        return None
    process = _without(item.process, path, taken)
    if process is None:
        return None
    share = p.checked if p.checked is not None else _met(item, path, process)
    findings = []
    if taken.dropped:
        findings.append(information("DS576", value_path(path), step=path_text(path)))
    check = _revoking(taken.step, p.revoked)
    chances = check.chances()
    if not any(o.kind == "refusal" and chances[n] > 0 for n, o in check.outcomes.items()):
        findings.append(information("DS577", value_path(path), step=path_text(path)))
    old = step_at(item.process, path)
    new = item.model_copy(update={"process": _appended(process, taken, check, share)})
    if old.role == "verify_originals":
        shown = frozenset(m for m, v in item.materials.items() if v.original_shown)
        listed = frozenset(old.materials) or shown
        new = _promised(new, listed & shown)
    return new, findings


def _scope(process: Process, scope: StepPath) -> Any:
    container: Any = process
    for name, branch in zip(scope[::2], scope[1::2], strict=True):
        step = container.steps.get(name)
        if not isinstance(step, ParallelStep) or branch not in step.branches:
            return None
        container = step.branches[branch]
    return container


def _taken(item: ServiceItem, container: Any, name: str, system: ServiceSystem) -> _Check | None:
    step = container.steps[name]
    then = normal_exit(step)
    if then in (None, name, "delivered"):
        return None
    assert then is not None
    if isinstance(step, ApplicantStep):
        pool = file_pool(item, system)
        if pool is None or any(o.next in GIVEN_UP for o in step.options.values()):
            return None
        served = next((o.served or o.takes for o in step.options.values() if o.on_site), None)
        office = OfficeStep(
            role=step.role, stage="delivery", by="office", name=step.name, pool=pool,
            takes=served or Constant(value=Duration(amount=5, unit=Unit.MINUTE)),
            outcomes={"kept": Outcome(next="delivered")},
            assumption="reform notify_and_commit",  # type: ignore[arg-type]
        )  # fmt: skip
        return _Check(name, office, {}, then, dropped=False)
    if only_acceptance(container, name) or step.role == "accept":
        return None
    own, other = private_loop(container, name)
    kept = without_outcomes(step, lambda o: o.kind == "correction" and _name(step, o) in other)
    if other and len(kept.outcomes) == len(step.outcomes):
        return None
    mends = {n: container.steps[n] for found in own.values() for n in found}
    if then in mends:
        return None
    materials = () if step.role == "verify_originals" else step.materials
    kept = kept.model_copy(update={"applicant": "leaves", "stage": "delivery", "materials": materials})
    return _Check(name, _never_on_the_spot(kept), mends, then, dropped=bool(other))


def _name(step: OfficeStep, outcome: Outcome) -> str:
    return next(n for n, o in step.outcomes.items() if o is outcome)


def _never_on_the_spot(step: OfficeStep) -> OfficeStep:
    outcomes = {n: o.model_copy(update={"on_the_spot": False}) for n, o in step.outcomes.items()}
    return step.model_copy(update={"outcomes": immutabledict(outcomes)})


def _without(process: Process, path: StepPath, check: _Check) -> Process | None:
    """Return the process without the check; a branch that was nothing else goes too."""

    def change(container: Any) -> Any:
        container = without_step(no_way_back(container, check.name), check.name, check.then)
        return with_steps(container, {n: s for n, s in container.steps.items() if n not in check.mends})

    container = _scope(process, path[:-1])
    alone = container.start == check.name and check.then == "done"
    if not alone:
        return edit(process, path[:-1], change)
    parallel, branch = path[-3], path[-2]

    def without_branch(container: Any) -> Any:
        step = container.steps[parallel]
        left = {n: b for n, b in step.branches.items() if n != branch}
        if left:
            return with_steps(
                container, {**container.steps, parallel: step.model_copy(update={"branches": immutabledict(left)})}
            )
        if container.start == parallel and step.next not in container.steps:
            return container
        return without_step(container, parallel, step.next)

    changed = edit(process, path[:-3], without_branch)
    return None if changed == process else changed


def _met(item: ServiceItem, path: StepPath, without: Process) -> float:
    """Return which share of the delivered cases met the check: exact, from the chains with and without it."""
    from depthsim.analysis.visits import analyse

    def stopped(_path: StepPath, step: AnyStep) -> AnyStep:
        if _path != path:
            return step
        gone = {"gone": Outcome(kind="withdrawal", next="withdrawn")}
        return OfficeStep(role="inspect", stage="review", by="office", external="gone", outcomes=gone)  # type: ignore[arg-type]

    def delivered(process: Process) -> float:
        return analyse(item.model_copy(update={"process": process})).ends.get("delivered", 0.0)

    try:
        never = delivered(map_steps(item.process, stopped))
    except InputError:  # nobody is delivered without it
        never = 0.0
    try:
        return min(1.0, max(0.0, 1.0 - never / delivered(without)))
    except (InputError, ZeroDivisionError):
        return 1.0


def _revoking(step: OfficeStep, revoked: float | None) -> OfficeStep:
    """Return the check with this chance of revocation in all; the other outcomes keep their proportions."""
    if revoked is None:
        return step
    now = step.chances()
    refusals = [n for n, o in step.outcomes.items() if o.kind == "refusal"]
    others = [n for n in step.outcomes if n not in refusals]
    was, rest = sum(now[n] for n in refusals), sum(now[n] for n in others)
    if not others or rest <= 0:
        return step
    chances = {n: revoked * (now[n] / was if was > 0 else 1 / len(refusals)) for n in refusals}
    chances |= {n: (1 - revoked) * now[n] / rest for n in others}
    outcomes = {n: no_range(step.outcomes[n]).model_copy(update={"chance": chances[n]}) for n in step.outcomes}
    if not refusals:
        name = "revoked" if "revoked" not in outcomes else "revoked_afterwards"
        outcomes[name] = Outcome(
            kind="refusal", next="refused", chance=revoked, assumption="reform notify_and_commit",  # type: ignore[arg-type]
        )  # fmt: skip
    return step.model_copy(update={"outcomes": immutabledict(outcomes)})


def _appended(process: Process, taken: _Check, check: OfficeStep, share: float) -> Process:
    """Return the process with the check, and the steps of its corrections, behind whatever delivered."""
    names = {taken.name: unused(process, taken.name)}
    for mend in taken.mends:
        names[mend] = unused(process, mend) if mend != names[taken.name] else unused(process, f"{mend}_afterwards")
    to_end = {n: "delivered" for n, o in check.outcomes.items() if not o.exception}
    first = names[taken.name]
    for name in (*taken.mends, taken.name):
        step: AnyStep = check if name == taken.name else taken.mends[name]
        inside = {m: names[t] for m, t in moves(step).items() if t in names}
        step = with_moves(step, {**inside, **to_end} if name == taken.name else inside)
        process = add_step(process, names[name], step.model_copy(update={"stage": "delivery"}))
    if share < 1:
        draw = unused(process, "notify_and_commit_draw")
        outcomes = {
            "checked": Outcome(next=first, chance=share),
            "not_checked": Outcome(next="delivered"),
        }
        step = OfficeStep(
            role=check.role, stage="delivery", by="office", external=DRAWN, outcomes=outcomes,  # type: ignore[arg-type]
            lag=Constant(value=Duration(amount=0, unit=Unit.MINUTE)),
            assumption="reform notify_and_commit",  # type: ignore[arg-type]
        )  # fmt: skip
        process, first = add_step(process, draw, step), draw
    new = {*names.values(), first}
    return redirect(process, {"delivered": first}, only=lambda step, _move: step not in new)


_each = each_item(_change)


def _function(system: ServiceSystem, p: NotifyAndCommit) -> Reformed:
    if wrong := unknown_materials(system, p.materials):
        raise refuse(*wrong)
    return _each(system, p)


reform = Reform(
    function=_function,
    parameters=NotifyAndCommit,
    touches=frozenset({"steps", "outcomes", "options", "materials", "lags", "presence", "places"}),
    source="告知承诺: no clean figure of its effect was found; the mechanics are those of the published rules",
)
