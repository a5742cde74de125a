"""Shorter promised limits (时限压缩), and shorter lags of the office's own steps.

The statutory limit stays, and so do lags that no agency can cut by promising: other authorities, public notices and
special procedures that stop the clock.
"""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field

from depthsim.errors import Finding, information
from depthsim.model.service import AnyStep, OfficeStep, ServiceItem, StepPath
from depthsim.model.system import ServiceSystem
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, each_item
from depthsim.reforms._surgery import map_steps, scaled


class ShorterLimit(ItemParameters):
    """What remains of the promised limit (rounded up to whole days, never to 0) and of the lags."""

    factor: Annotated[float, Field(gt=0, le=1)]


def _change(item: ServiceItem, _system: ServiceSystem, p: ShorterLimit) -> ItemChange:
    findings: list[Finding] = []
    limits = item.limits
    promised = limits.promised if limits else None
    if limits is None or promised is None:
        findings.append(information("DS550", ("limits",)))
    elif promised.days == 0:
        findings.append(information("DS551", ("limits", "promised")))
    else:
        days = max(1, math.ceil(promised.days * p.factor - 1e-9))
        limits = limits.model_copy(update={"promised": promised.model_copy(update={"days": days})})
    process = map_steps(item.process, lambda path, step: _quicker(path, step, p.factor))
    if limits == item.limits and process == item.process:
        return item, [*findings, information("DS506")]
    return item.model_copy(update={"limits": limits, "process": process}), findings


def _quicker(_path: StepPath, step: AnyStep, factor: float) -> AnyStep:
    if (
        not isinstance(step, OfficeStep)
        or step.external is not None
        or step.lag is None
        or step.special == "public_notice"
        or step.stops_clock
    ):
        return step
    return step.model_copy(update={"lag": scaled(step.lag, factor)})


reform = Reform(
    function=each_item(_change),
    parameters=ShorterLimit,
    touches=frozenset({"limits", "lags"}),
    source="Fuzhou housing bureau 2022: limits of 96 items from 2,042 to 237 days",
)
