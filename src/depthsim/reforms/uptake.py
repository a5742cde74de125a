"""More applicants choose a channel that is already offered (网办引导): supply is not take-up."""

from __future__ import annotations

from depthsim.errors import Finding, information, warning
from depthsim.model.level import Channel, Role
from depthsim.model.service import AnyStep, ApplicantStep, ServiceItem, Share, StepPath, path_text, value_path
from depthsim.model.system import ServiceSystem
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, each_item
from depthsim.reforms._surgery import map_steps, with_share


class Uptake(ItemParameters):
    """`share` of the applicants, at steps of `role`, choose `channel`; those in other channels keep proportions."""

    role: Role = "submit"
    channel: Channel = "online"
    share: Share


def _change(item: ServiceItem, _system: ServiceSystem, p: Uptake) -> ItemChange:
    findings: list[Finding] = []
    meant = False

    def change(path: StepPath, step: AnyStep) -> AnyStep:
        nonlocal meant
        if not isinstance(step, ApplicantStep) or step.role != p.role:
            return step
        meant = True
        names = {n for n, o in step.options.items() if o.channel == p.channel}
        values = {"step": path_text(path), "channel": p.channel}
        if not names:
            findings.append(warning("DS511", value_path(path), **values))
        elif len(names) == len(step.options):
            findings.append(information("DS512", value_path(path), **values))
        elif abs(sum(step.shares()[n] for n in names) - p.share) < 1e-12:
            findings.append(information("DS506", value_path(path)))
        else:
            return with_share(step, names, p.share)
        return step

    process = map_steps(item.process, change)
    if not meant:
        findings.append(warning("DS510", ("process",), role=p.role))
    return item.model_copy(update={"process": process}), findings


reform = Reform(
    function=each_item(_change),
    parameters=Uptake,
    touches=frozenset({"options"}),
    source="Fuzhou 2023: 78.23 % of items fully online, 59.04 % of cases filed online",
)
