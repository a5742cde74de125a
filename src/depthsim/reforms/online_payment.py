"""The fee can be paid online (网上缴费).

Where applicants now pay during the trip on which they fetch the result, paying moves ahead of that trip: to pay
online between two counters would send them away from the hall.
"""

from __future__ import annotations

from depthsim.errors import Finding, information, warning
from depthsim.model.chance import Constant, Law
from depthsim.model.level import ONLINE
from depthsim.model.service import (
    ApplicantStep,
    OfficeStep,
    Option,
    ServiceItem,
    Share,
    path_text,
    value_path,
    walk_steps,
)
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, Unit
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, each_item
from depthsim.reforms._surgery import (
    Container,
    edit,
    entries,
    moves,
    normal_next,
    redirect,
    with_moves,
    with_option,
    with_share,
    with_step,
    with_steps,
)

LATE = ("completion", "delivery")


class OnlinePayment(ItemParameters):
    """`uptake` of those who pay choose to pay online, which takes them `takes`."""

    uptake: Share = 0.9
    takes: Law = Constant(value=Duration(amount=3, unit=Unit.MINUTE))


def _change(item: ServiceItem, _system: ServiceSystem, p: OnlinePayment) -> ItemChange:
    if item.fee == "none":
        return item, [information("DS519", ("fee",))]
    from depthsim.analysis.flows import expected_visits

    findings: list[Finding] = []
    new = item
    steps = [(path, s) for path, s in walk_steps(item.process) if s.role == "pay" and isinstance(s, ApplicantStep)]
    for path, step in steps:
        online = {n for n, o in step.options.items() if o.channel in ONLINE}
        if len(online) == len(step.options) or (online and sum(step.shares()[n] for n in online) >= p.uptake):
            continue
        tried = new.model_copy(
            update={"process": edit(new.process, path[:-1], lambda c, n=path[-1]: _payable(c, n, p))}  # type: ignore[misc]
        )
        if expected_visits(tried) > expected_visits(new) + 1e-9:
            findings.append(warning("DS521", value_path(path), step=path_text(path)))
        else:
            new = tried
    if not steps:
        findings.append(warning("DS520", ("process",)))
    elif new == item and not findings:
        findings.append(information("DS506", ("process",)))
    return new, findings


def _payable(container: Container, name: str, p: OnlinePayment) -> Container:
    """Return the container with an online option at the paying step."""
    container = _ahead_of_the_trip(container, name)
    step = container.steps[name]
    assert isinstance(step, ApplicantStep)
    online = {n for n, o in step.options.items() if o.channel in ONLINE}
    if online:
        return with_step(container, name, with_share(step, online, p.uptake))
    then = next(iter(step.options.values())).next
    option = Option(channel="online", next=then, takes=p.takes, assumption="reform online_payment")  # type: ignore[arg-type]
    return with_step(container, name, with_option(step, "online", option, p.uptake)[0])


def _ahead_of_the_trip(container: Container, name: str) -> Container:
    """Return the container with the paying step before the counters that lead straight to it, if there are any.

    [… -> show -> pay -> collect] becomes [… -> pay -> show -> collect]. Only counters after the decision that
    nothing else enters or leaves are passed.
    """
    then = normal_next(container.steps[name])
    first = name
    while then is not None:
        before = {step for step, _ in entries(container, first)}
        if len(before) != 1 or container.start == first:
            break
        (previous,) = before
        if not _counter(container, previous):
            break
        first = previous
    if first == name or then is None:
        return container
    last = next(step for step, _ in entries(container, name))
    ahead = redirect(container, {first: name})
    steps = dict(ahead.steps)
    steps[last] = with_moves(steps[last], {m: then for m, t in moves(steps[last]).items() if t == name})
    steps[name] = with_moves(steps[name], dict.fromkeys(moves(steps[name]), first))
    return with_steps(ahead, steps)


def _counter(container: Container, name: str) -> bool:
    """Return whether a step after the decision only happens at a counter, and leads to one next step."""
    step = container.steps[name]
    if step.stage not in LATE or normal_next(step) is None or container.start == name:
        return False
    if isinstance(step, ApplicantStep):
        return all(o.on_site for o in step.options.values())
    return (
        isinstance(step, OfficeStep)
        and step.applicant == "waits"
        and not any(o.exception for o in step.outcomes.values())
    )


reform = Reform(
    function=each_item(_change),
    parameters=OnlinePayment,
    touches=frozenset({"options", "steps", "presence"}),
    source="level text IV of the 2018 assessment: 网上缴费; default numbers are assumptions",
)
