"""Pre-reviewed online (网上预审): materials are uploaded and checked before people come.

Those who choose it come to the window with a complete file: they are served faster and sent back more rarely.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from depthsim.errors import information, warning
from depthsim.model.chance import Constant, Law
from depthsim.model.level import ONLINE
from depthsim.model.service import ApplicantStep, OfficeStep, Option, Outcome, Process, ServiceItem, Share
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, Unit
from depthsim.model.value import Identifier
from depthsim.reforms._front import Front, clone_names, file_pool, follow, front
from depthsim.reforms._names import unknown_pool
from depthsim.reforms._plugin import Factor, ItemChange, ItemParameters, Reform, Reformed, each_item, refuse
from depthsim.reforms._surgery import (
    add_step,
    moves,
    only_options,
    rarer_corrections,
    scaled,
    unused,
    with_moves,
    with_option,
    with_options,
    with_step,
    with_steps,
)

CHECKS = ("prereview", "accept", "verify_originals")


class OnlinePrereview(ItemParameters):
    """`uptake` of the applicants upload (`takes`; as for the paper form, if not given) and correct (`takes_again`).

    The officers of `pool` check after `lag`, working `check` on it; `incomplete` is the chance that something is
    missing. At the window there remains `served` of the minutes and `corrections` of the chance of a correction.
    """

    uptake: Share = 0.6
    takes: Law | None = None
    takes_again: Law | None = Constant(value=Duration(amount=10, unit=Unit.MINUTE))
    pool: Identifier | None = None
    lag: Law | None = Constant(value=Duration(amount=0.5, unit=Unit.WORKING_DAY))
    check: Law = Constant(value=Duration(amount=15, unit=Unit.MINUTE))
    incomplete: Annotated[float, Field(ge=0, lt=1)] = 0.2
    served: Factor = 0.6
    corrections: Factor = 0.25


def _change(item: ServiceItem, system: ServiceSystem, p: OnlinePrereview) -> ItemChange:
    before = front(item)
    if before.submission is None:
        return item, [warning("DS525", ("process",))]
    if any(s.role in CHECKS for s in (before.step(n) for n in before.online) if isinstance(s, OfficeStep)):
        return item, [information("DS530", ("process",))]
    name = before.submission
    step = item.process.steps[name]
    assert isinstance(step, ApplicantStep)
    online = {n for n, o in step.options.items() if o.channel in ONLINE}
    on_site = {n for n, o in step.options.items() if o.on_site}
    if not online and not on_site:
        return item, [warning("DS531", ("process",), step=name)]
    pool = p.pool or file_pool(item, system)
    if pool is None:
        return item, [warning("DS532", ("process",))]
    if online:
        process = _checked_before(item.process, before, name, online, pool, p)
    else:
        process = _with_upload(item.process, before, name, on_site, pool, p)
    return item.model_copy(update={"process": process}), []


def _checking(pool: str | None, p: OnlinePrereview, then: str, back: str) -> OfficeStep:
    outcomes = {"passed": Outcome(next=then)}
    if p.incomplete:
        outcomes["incomplete"] = Outcome(next=back, chance=p.incomplete, kind="correction")
    return OfficeStep(
        role="prereview", stage="preparation", by="office", pool=pool, lag=p.lag, takes=p.check,
        outcomes=outcomes,
        assumption="reform online_prereview",  # type: ignore[arg-type]
    )  # fmt: skip


def _with_upload(
    process: Process, before: Front, name: str, on_site: set[str], pool: str | None, p: OnlinePrereview
) -> Process:
    """Return the process with an online option that leads through a check to a shorter session on site."""
    step = process.steps[name]
    assert isinstance(step, ApplicantStep)
    session = [n for n in process.steps if any(n in before.office_session(step.options[o].next) for o in on_site)]
    names = clone_names(process, session, "online_prereview")
    check, bring = unused(process, "online_prereview_check"), unused(process, "online_prereview_bring")
    names[name] = bring
    short = only_options(step, on_site)
    short = with_options(short, {n: _short(o, p, names) for n, o in short.options.items()})
    coming = short.model_copy(update={"role": "verify_originals", "stage": "acceptance"})
    anchor = next(iter(session), None)
    process = add_step(process, check, _checking(pool, p, bring, name), before=anchor)
    process = add_step(process, bring, coming, before=anchor)
    for old in session:
        office = process.steps[old]
        assert isinstance(office, OfficeStep)
        office = rarer_corrections(office, p.corrections)
        process = add_step(process, names[old], with_moves(office, _renamed(moves(office), names)), before=anchor)
    like = step.options[next(n for n in step.options if n in on_site)]
    option = Option(
        channel="online", next=check, takes=p.takes or like.takes, takes_again=p.takes_again,
        assumption="reform online_prereview",  # type: ignore[arg-type]
    )  # fmt: skip
    return with_step(process, name, with_option(step, "online", option, p.uptake)[0])


def _checked_before(
    process: Process, before: Front, name: str, online: set[str], pool: str | None, p: OnlinePrereview
) -> Process:
    """Return the process with a check between what is already filled in online and the trip."""
    step = process.steps[name]
    assert isinstance(step, ApplicantStep)
    on_site = {o.next for o in step.options.values() if o.on_site}
    shared = {n for target in on_site for n in follow(before, target)}
    for then in sorted({step.options[n].next for n in online}):
        check = unused(process, "online_prereview_check")
        process = add_step(process, check, _checking(pool, p, then, name), before=then)
        targets = {n: check for n in online if step.options[n].next == then}
        process = with_step(process, name, with_moves(process.steps[name], targets))
        trip = process.steps.get(then)
        if isinstance(trip, ApplicantStep) and then not in shared:
            shorter = {n: o.model_copy(update={"served": _served(o, p)}) for n, o in trip.options.items()}
            process = with_step(process, then, with_options(trip, shorter))
            session = {n for o in trip.options.values() for n in before.office_session(o.next)} - shared
            rarer = {
                n: rarer_corrections(s, p.corrections) if n in session and isinstance(s, OfficeStep) else s
                for n, s in process.steps.items()
            }
            process = with_steps(process, rarer)
    return process


def _short(option: Option, p: OnlinePrereview, names: dict[str, str]) -> Option:
    """Return an option on site as it is for those whose file is complete: the form is filled in already."""
    then = names.get(option.next, option.next)
    return option.model_copy(update={"takes": None, "takes_again": None, "served": _served(option, p), "next": then})


def _served(option: Option, p: OnlinePrereview) -> Law | None:
    return scaled(option.served, p.served) if option.served else None


def _renamed(targets: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    return {move: names[target] for move, target in targets.items() if target in names}


_each = each_item(_change)


def _function(system: ServiceSystem, p: OnlinePrereview) -> Reformed:
    if wrong := unknown_pool(system, p.pool):
        raise refuse(*wrong)
    return _each(system, p)


reform = Reform(
    function=_function,
    parameters=OnlinePrereview,
    touches=frozenset({"options", "steps", "outcomes", "times", "lags"}),
    source="level text II of the 2018 assessment: 审核机构在平台对提交材料进行预审; default numbers are assumptions",
)
