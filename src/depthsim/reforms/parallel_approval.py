"""Serial opinions become parallel (联审联办 / 并联审批): the time is that of the slowest, not the sum."""

from __future__ import annotations

from typing import Any

from depthsim.errors import information
from depthsim.model.level import Role
from depthsim.model.service import AnyStep, Branch, OfficeStep, ParallelStep, ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, each_item
from depthsim.reforms._surgery import (
    Container,
    Scope,
    entries,
    map_scopes,
    normal_next,
    redirect,
    unused,
    with_moves,
    with_steps,
)


class ParallelApproval(ItemParameters):
    """Office steps of these roles that follow each other and can otherwise only end go side by side."""

    roles: tuple[Role, ...] = ("review", "examine", "countersign", "expert_review", "inspect", "forward")


def _change(item: ServiceItem, _system: ServiceSystem, p: ParallelApproval) -> ItemChange:
    def side_by_side(_scope: Scope, container: Any) -> Any:
        while run := _serial(container, frozenset(p.roles)):
            container = _joined(container, run)
        return container

    process = map_scopes(item.process, side_by_side)
    if process is item.process or process == item.process:
        return item, [information("DS572", ("process",))]
    return item.model_copy(update={"process": process}), []


def _serial(container: Container, roles: frozenset[str]) -> list[str]:
    """Return the first run of two or more steps that can go side by side, in their order."""
    for first in container.steps:
        if not _fits(container, first, roles):
            continue
        before = {s for s, _ in entries(container, first)}
        alone = len(before) == 1 and container.start != first
        if alone and all(_fits(container, s, roles) and normal_next(container.steps[s]) == first for s in before):
            continue
        run = [first]
        while (then := normal_next(container.steps[run[-1]])) in container.steps and then not in run:
            assert then is not None
            if not _fits(container, then, roles) or {s for s, _ in entries(container, then)} != {run[-1]}:
                break
            run.append(then)
        if len(run) > 1:
            return run
    return []


def _fits(container: Container, name: str, roles: frozenset[str]) -> bool:
    step = container.steps[name]
    return (
        isinstance(step, OfficeStep)
        and step.role in roles
        and step.applicant == "leaves"
        and normal_next(step) is not None
        and all(o.next in ("refused", "withdrawn") for o in step.outcomes.values() if o.exception)
    )


def _joined(container: Container, run: list[str]) -> Container:
    then = normal_next(container.steps[run[-1]])
    assert then is not None
    branches = {}
    for name in run:
        step = container.steps[name]
        assert isinstance(step, OfficeStep)
        done = {m: "done" for m, o in step.outcomes.items() if not o.exception}
        branches[name] = Branch(start=name, steps={name: with_moves(step, done)}, name=step.name)
    first = container.steps[run[0]]
    joint = unused(container, "parallel_approval_joint")
    step_ = ParallelStep(role="countersign", stage=first.stage, by="parallel", branches=branches, next=then)
    moved = redirect(container, {run[0]: joint}, only=lambda step, _move: step not in run)
    steps: dict[str, AnyStep] = {}
    for name, step in moved.steps.items():
        if name == run[0]:
            steps[joint] = step_
        elif name not in run:
            steps[name] = step
    return with_steps(moved, steps, joint if container.start == run[0] else container.start)


reform = Reform(
    function=each_item(_change),
    parameters=ParallelApproval,
    touches=frozenset({"steps", "outcomes"}),
    source="construction pilots 2018: from over 200 to 120 working days in 15 cities and Zhejiang",
)
