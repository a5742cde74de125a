"""Decided while the applicant waits (即办): the promised limit is 0, and lags until completion vanish."""

from __future__ import annotations

from depthsim.errors import Finding, information, warning
from depthsim.model.service import (
    AnyStep,
    Limits,
    OfficeStep,
    ParallelStep,
    ServiceItem,
    StepPath,
    path_text,
    value_path,
    walk_steps,
)
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Limit, Unit
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, each_item
from depthsim.reforms._surgery import map_steps

AT_ONCE = ("acceptance", "review", "approval", "completion")


class Immediate(ItemParameters):
    """Applies to items without special, external or parallel steps between acceptance and completion."""


def _change(item: ServiceItem, _system: ServiceSystem, _p: Immediate) -> ItemChange:
    findings: list[Finding] = [
        warning("DS571", value_path(path), step=path_text(path))
        for path, step in walk_steps(item.process)
        if step.stage in AT_ONCE
        and (isinstance(step, ParallelStep) or (isinstance(step, OfficeStep) and (step.special or step.external)))
    ]
    if findings:
        return item, findings

    def change(_path: StepPath, step: AnyStep) -> AnyStep:
        if not isinstance(step, OfficeStep) or step.stage not in AT_ONCE:
            return step
        return step.model_copy(update={"lag": None, "applicant": "waits"})

    limits = (item.limits or Limits()).model_copy(update={"promised": Limit(days=0, unit=Unit.WORKING_DAY)})
    process = map_steps(item.process, change)
    new = item.model_copy(update={"handling": "immediate", "limits": limits, "process": process})
    return new, [] if new != item else [information("DS506")]


reform = Reform(
    function=each_item(_change),
    parameters=Immediate,
    touches=frozenset({"facts", "limits", "lags", "presence"}),
    source="hall census 2017: 179,000 items are decided at once",
)
