"""The result comes by courier (结果快递): no collecting visit, some days and postage more."""

from __future__ import annotations

from depthsim.errors import Finding, information, warning
from depthsim.model.chance import Constant, Law
from depthsim.model.service import (
    AnyStep,
    ApplicantStep,
    Money,
    Option,
    ServiceItem,
    Share,
    StepPath,
    path_text,
    value_path,
    walk_steps,
)
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, Unit
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, each_item
from depthsim.reforms._surgery import map_steps, with_option, with_share

SENDS = ("collect", "deliver")


class ResultCourier(ItemParameters):
    """`uptake` of those who get a physical result choose the courier, which takes `delay` and costs `postage`."""

    uptake: Share = 0.7
    delay: Law = Constant(value=Duration(amount=2, unit=Unit.DAY))
    postage: Money | None = Money(amount=12, currency="CNY")


def _change(item: ServiceItem, _system: ServiceSystem, p: ResultCourier) -> ItemChange:
    from depthsim.analysis.flows import visited_steps

    if item.result is not None and item.result.form != "physical":
        return item, [information("DS514", ("result",), form=item.result.form)]
    findings: list[Finding] = []
    steps = [(path, s) for path, s in walk_steps(item.process) if s.role in SENDS]
    if not steps:
        return item, [warning("DS515", ("process",))]
    if item.handling == "immediate" and visited_steps(item).isdisjoint(path for path, _ in steps):
        return item, [information("DS516", ("process",))]

    def change(path: StepPath, step: AnyStep) -> AnyStep:
        if step.role not in SENDS or not isinstance(step, ApplicantStep):
            return step
        sent = {n for n, o in step.options.items() if o.channel == "post"}
        fetched = [o for o in step.options.values() if o.on_site]
        share = sum(step.shares()[n] for n in sent)
        if (sent and share >= p.uptake) or not (sent or fetched) or (not sent and p.uptake == 0):
            return step
        originals = [m for m in step.materials if m in item.materials and item.materials[m].original_shown]
        if originals:
            names = tuple(item.materials[m].name for m in originals)
            findings.append(information("DS517", value_path(path), step=path_text(path), materials=names))
        if sent:
            return with_share(step, sent, p.uptake)
        option = Option(
            channel="post",
            next=fetched[0].next,
            delay=p.delay,
            postage=p.postage,
            assumption="reform result_courier",  # type: ignore[arg-type]
        )
        return with_option(step, "courier", option, p.uptake)[0]

    process = map_steps(item.process, change)
    if process is item.process or process == item.process:
        findings.append(information("DS506", ("process",)))
    return item.model_copy(update={"process": process}), findings


reform = Reform(
    function=each_item(_change),
    parameters=ResultCourier,
    touches=frozenset({"options", "facts"}),
    source="level text IV of the 2018 assessment: 物流递送审批结果; default numbers are assumptions",
)
