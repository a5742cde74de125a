"""Accepted online (网上受理核验): the office accepts what was submitted online, without presence.

Where people now apply online and then bring originals to be accepted, that trip moves behind the decision: the
originals are shown when the result is collected. Where they can only apply on site, an online option is added.
"""

from __future__ import annotations

from collections.abc import Iterable

from immutabledict import immutabledict

from depthsim.errors import Finding, information, warning
from depthsim.model.chance import Constant, Law
from depthsim.model.level import ONLINE
from depthsim.model.service import (
    AnyStep,
    ApplicantStep,
    OfficeStep,
    Option,
    Outcome,
    Process,
    ServiceItem,
    Share,
    value_path,
)
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, Unit
from depthsim.model.value import Identifier
from depthsim.reforms._front import SUBMITS, Front, clone_names, file_pool, follow, front
from depthsim.reforms._names import unknown_pool
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, Reformed, each_item, refuse
from depthsim.reforms._surgery import (
    add_step,
    moves,
    normal_next,
    only_options,
    prune,
    redirect,
    unused,
    with_moves,
    with_option,
    with_options,
    with_share,
    with_step,
    with_steps,
)

TAKEN_OVER = ("verify_originals", *SUBMITS)
SENDS = ("collect", "deliver")
ONLINE_SHARE = 0.6


class OnlineAcceptance(ItemParameters):
    """The officers of `pool` accept after `lag`, working `takes` on it (both as at the window, if not given).

    `uptake` is the share of applicants who apply online; where online is new and it is not given, 0.6.
    """

    pool: Identifier | None = None
    lag: Law | None = Constant(value=Duration(amount=0.5, unit=Unit.WORKING_DAY))
    takes: Law | None = None
    uptake: Share | None = None


def _change(item: ServiceItem, system: ServiceSystem, p: OnlineAcceptance) -> ItemChange:
    before = front(item)
    if before.submission is None:
        return item, [warning("DS525", ("process",))]
    if p.pool is None and file_pool(item, system) is None:
        return item, [warning("DS532", ("process",))]
    findings: list[Finding] = []
    new = item
    if _applies_online(before):
        trips = _trips(before)
        findings += [
            information("DS528", value_path((name,)), step=name, role=before.step(name).role)
            for name in trips
            if before.step(name).role not in TAKEN_OVER
        ]
        taken = [name for name in trips if before.step(name).role in TAKEN_OVER]
        if not taken:
            return item, findings or [information("DS526", ("process",))]
        for name in taken:
            if name not in new.process.steps:  # it followed a trip that is gone
                continue
            new = _without_trip(new, name, p, system)
        new = _more_online(new, before.submission, p.uptake)
        new = new.model_copy(update={"process": _shown_later(item, new.process, taken, findings)})
    else:
        new = _with_online_option(new, before, p, system)
        new = new.model_copy(update={"process": _shown_at_collection(item, new.process, findings)})
    if "status_query" not in (*item.published, *system.published):
        new = new.model_copy(update={"published": (*item.published, "status_query")})
    return new, findings


def _applies_online(before: Front) -> bool:
    return before.submission in before.online and bool(_online(before.step(before.submission)))


def _online(step: AnyStep) -> set[str]:
    if not isinstance(step, ApplicantStep):
        return set()
    return {n for n, o in step.options.items() if o.channel in ONLINE}


def _trips(before: Front) -> list[str]:
    """Return the steps for which people who applied online must come before they are accepted."""
    found = []
    for name, step in before.process.steps.items():
        late = name in before.online and name != before.process.start
        if late and isinstance(step, ApplicantStep) and all(o.on_site for o in step.options.values()):
            found.append(name)
    return found


def _accepting(
    process: Process,
    session: Iterable[str],
    names: dict[str, str],
    back: dict[str, str],
    p: OnlineAcceptance,
    pool: str | None,
) -> dict[str, AnyStep]:
    """Return the office's session as it is without the applicant, under new names; corrections lead `back`."""
    found: dict[str, AnyStep] = {}
    for name in session:
        step = process.steps[name]
        assert isinstance(step, OfficeStep)
        outcomes = {
            n: o.model_copy(update={"next": names.get(o.next, back.get(o.next, o.next)), "on_the_spot": False})
            for n, o in step.outcomes.items()
        }
        update: dict[str, object] = {"outcomes": immutabledict(outcomes), "applicant": "leaves"}
        if step.role == "accept":
            update |= {"pool": pool or step.pool, "lag": p.lag, "takes": p.takes or step.takes}
        found[names[name]] = step.model_copy(update=update)
    return found


def _with_acceptance(
    process: Process, then: str, p: OnlineAcceptance, pool: str | None, session: Iterable[str]
) -> tuple[Process, str]:
    """Return the process with a new accepting step before `then`, if the session has none, and where to go."""
    if any(process.steps[n].role == "accept" for n in session):
        return process, then
    name = unused(process, "online_acceptance_accept")
    step = OfficeStep(
        role="accept", stage="acceptance", by="office", pool=pool, lag=p.lag, takes=p.takes,
        outcomes={"accepted": Outcome(next=then)},
        assumption="reform online_acceptance",  # type: ignore[arg-type]
    )  # fmt: skip
    return add_step(process, name, step, before=then), name


def _without_trip(item: ServiceItem, trip: str, p: OnlineAcceptance, system: ServiceSystem) -> ServiceItem:
    """Return the item without the trip between an online submission and its acceptance."""
    found = front(item)
    process = item.process
    step = process.steps[trip]
    then = normal_next(step) or next(iter(moves(step).values()))
    session = found.office_session(then)
    pool = p.pool or file_pool(item, system)
    elsewhere = _met_on_site(found, trip)
    shared = bool(elsewhere & set(session))
    names = clone_names(process, session, "online_acceptance") if shared else {n: n for n in session}
    answers = [n for n in process.steps if n in found.online and _online(process.steps[n])]
    supplements = [n for n in answers if process.steps[n].role == "supplement"]
    back = {trip: (supplements or answers)[0]}
    new = _accepting(process, session, names, back, p, pool)
    if shared:
        for name in session:
            process = add_step(process, names[name], new[names[name]], before=name)
    else:
        process = with_steps(process, {**process.steps, **new})
    process, target = _with_acceptance(process, names.get(then, then), p, pool, [names[n] for n in session])
    process = redirect(process, {trip: target}, only=lambda name, _move: name not in elsewhere or name in new)
    return item.model_copy(update={"process": prune(process)})


def _met_on_site(found: Front, trip: str) -> set[str]:
    """Return the front's steps that people meet who came on site otherwise than for this trip."""
    met: set[str] = set()
    for name in found.process.steps:
        step = found.step(name)
        if name != trip and isinstance(step, ApplicantStep):
            for option in step.options.values():
                if option.on_site:
                    met |= follow(found, option.next)
    return met


def _more_online(item: ServiceItem, submission: str, uptake: float | None) -> ServiceItem:
    step = item.process.steps[submission]
    assert isinstance(step, ApplicantStep)
    online = _online(step)
    if uptake is None or not online or len(online) == len(step.options):
        return item
    return item.model_copy(update={"process": with_step(item.process, submission, with_share(step, online, uptake))})


def _with_online_option(item: ServiceItem, before: Front, p: OnlineAcceptance, system: ServiceSystem) -> ServiceItem:
    """Return the item with an online option at the submission, accepted by the office without presence."""
    name = before.submission
    assert name is not None
    process = item.process
    step = process.steps[name]
    assert isinstance(step, ApplicantStep)
    like = next((o for o in step.options.values() if o.on_site), next(iter(step.options.values())))
    session = before.office_session(like.next)
    names = clone_names(process, session, "online_acceptance")
    pool = p.pool or file_pool(item, system)
    for clone, office in _accepting(process, session, names, {}, p, pool).items():
        process = add_step(process, clone, office, before=session[0])
    process, target = _with_acceptance(process, names.get(like.next, like.next), p, pool, names.values())
    option = Option(
        channel="online", next=target, takes=like.takes, takes_again=like.takes_again,
        assumption="reform online_acceptance",  # type: ignore[arg-type]
    )  # fmt: skip
    wider, _ = with_option(step, "online", option, ONLINE_SHARE if p.uptake is None else p.uptake)
    return item.model_copy(update={"process": with_step(process, name, wider)})


def _originals(item: ServiceItem) -> tuple[str, ...]:
    return tuple(m for m, material in item.materials.items() if material.original_shown)


def _shown_later(item: ServiceItem, process: Process, trips: list[str], findings: list[Finding]) -> Process:
    """Return the process with the trips behind the decision, straight before the result is handed over.

    A trip that people on site still make (it was not removed) stays; then the originals go with the collection.
    """
    if not _originals(item):
        return process
    if any(trip in process.steps for trip in trips) or any(
        o.on_site for s in process.steps.values() if s.stage in ("preparation", "acceptance") and s.role in TAKEN_OVER
        for o in (s.options.values() if isinstance(s, ApplicantStep) else ())
    ):  # fmt: skip
        return _shown_at_collection(item, process, findings)
    names = tuple(item.materials[m].name for m in _originals(item))
    for trip in trips:
        old = item.process.steps[trip]
        assert isinstance(old, ApplicantStep)
        target = next((n for n, s in process.steps.items() if s.role in SENDS), "delivered")
        step = with_moves(old.model_copy(update={"stage": "delivery"}), dict.fromkeys(old.options, target))
        process = redirect(process, {target: trip})
        process = add_step(process, trip, step, before=target)
        after = process.steps.get(target)
        places = {o.at for o in old.options.values()}
        if isinstance(after, ApplicantStep):
            there = {n for n, o in after.options.items() if o.on_site and o.at in places}
            if there:
                process = with_step(process, target, _taken_along(after, there))
        findings.append(information("DS527", value_path((trip,)), step=trip, materials=names))
    return process


def _taken_along(step: ApplicantStep, there: set[str]) -> ApplicantStep:
    """Return the collecting step for people who are at the place already: they take the result along."""
    kept = only_options(step, there) if there != set(step.options) else step
    return with_options(kept, {n: o.model_copy(update={"delay": None}) for n, o in kept.options.items()})


def _shown_at_collection(item: ServiceItem, process: Process, findings: list[Finding]) -> Process:
    """Return the process with the originals listed where the result is collected; by post, they travel too."""
    originals = _originals(item)
    if not originals:
        return process
    names = tuple(item.materials[m].name for m in originals)
    steps = dict(process.steps)
    collects = [n for n, s in steps.items() if s.role in SENDS and isinstance(s, ApplicantStep)]
    for name in collects:
        listed = dict.fromkeys((*steps[name].materials, *originals))
        steps[name] = steps[name].model_copy(update={"materials": tuple(listed)})
        findings.append(information("DS527", value_path((name,)), step=name, materials=names))
    if not collects:
        findings.append(warning("DS529", ("process",), materials=names))
    return with_steps(process, steps)


_each = each_item(_change)


def _function(system: ServiceSystem, p: OnlineAcceptance) -> Reformed:
    if wrong := unknown_pool(system, p.pool):
        raise refuse(*wrong)
    return _each(system, p)


reform = Reform(
    function=_function,
    parameters=OnlineAcceptance,
    touches=frozenset({"options", "steps", "lags", "times", "presence", "materials", "facts"}),
    source="level text III of the 2018 assessment: 材料符合办理条件直接进入办理程序",
)
