"""The result is electronic (电子批文): it is downloaded instead of collected or sent."""

from __future__ import annotations

from depthsim.errors import Finding, information, warning
from depthsim.model.chance import Constant, Law
from depthsim.model.level import ONLINE
from depthsim.model.service import (
    AnyStep,
    ApplicantStep,
    Option,
    Result,
    ServiceItem,
    StepPath,
    path_text,
    value_path,
)
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, Unit
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, each_item
from depthsim.reforms._surgery import map_steps, only_options, with_option

SENDS = ("collect", "deliver")


class EResult(ItemParameters):
    """Downloading the result takes the applicant `takes`."""

    takes: Law = Constant(value=Duration(amount=2, unit=Unit.MINUTE))


def _change(item: ServiceItem, _system: ServiceSystem, p: EResult) -> ItemChange:
    if item.result is not None and item.result.form != "physical":
        return item, [information("DS514", ("result",), form=item.result.form)]
    findings: list[Finding] = []

    def change(path: StepPath, step: AnyStep) -> AnyStep:
        if step.role not in SENDS or not isinstance(step, ApplicantStep):
            return step
        originals = [m for m in step.materials if m in item.materials and item.materials[m].original_shown]
        if originals:
            names = tuple(item.materials[m].name for m in originals)
            findings.append(warning("DS518", value_path(path), step=path_text(path), materials=names))
            return step
        online = {n for n, o in step.options.items() if o.channel in ONLINE}
        if online:
            return only_options(step, online)
        then = next(iter(step.options.values())).next
        option = Option(channel="online", next=then, takes=p.takes, assumption="reform e_result")  # type: ignore[arg-type]
        wider, name = with_option(step, "download", option, 1.0)
        return only_options(wider, {name})

    process = map_steps(item.process, change)
    if findings:
        return item, findings
    result = (item.result or Result(form="electronic")).model_copy(update={"form": "electronic"})
    return item.model_copy(update={"process": process, "result": result}), findings


reform = Reform(
    function=each_item(_change),
    parameters=EResult,
    touches=frozenset({"options", "facts"}),
    source="level IV needs the result sent or electronic; the default minutes are an assumption",
)
