"""Pure changes of processes that reforms share; a scope is the trunk `()` or one branch `("joint_review", "fire")`.

Nothing here knows a step by its name, nor a reform. Steps that change keep their names, so that their luck stays;
new steps are called `REFORM_step`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from immutabledict import immutabledict

from depthsim.model.chance import AnyLaw
from depthsim.model.provenance import Sourced
from depthsim.model.service import (
    BRANCH_ENDS,
    TRUNK_ENDS,
    AnyStep,
    ApplicantStep,
    Branch,
    OfficeStep,
    Option,
    ParallelStep,
    Process,
    StepPath,
)
from depthsim.model.time import Duration

Scope = tuple[str, ...]
Container = Process | Branch
C = TypeVar("C", bound=Process | Branch)
Q = TypeVar("Q", bound=Sourced)
ENDS = frozenset((*TRUNK_ENDS, *BRANCH_ENDS))


# Processes -----------------------------------------------------------------------------------------------------


def map_steps(container: C, change: Callable[[StepPath, AnyStep], AnyStep], prefix: StepPath = ()) -> C:
    """Return the container with every step changed, branches before the step that holds them."""
    steps: dict[str, AnyStep] = {}
    for name, step in container.steps.items():
        path: StepPath = (*prefix, name)
        if isinstance(step, ParallelStep):
            branches: dict[str, Branch] = {n: map_steps(b, change, (*path, n)) for n, b in step.branches.items()}
            if any(branches[n] is not b for n, b in step.branches.items()):
                step = step.model_copy(update={"branches": immutabledict(branches)})
        steps[name] = change(path, step)
    return with_steps(container, steps)


def map_scopes(container: C, change: Callable[[Scope, Any], Any], scope: Scope = ()) -> C:
    """Return the container with every scope (trunk and branches) changed, inner ones first."""
    steps: dict[str, AnyStep] = {}
    for name, step in container.steps.items():
        if isinstance(step, ParallelStep):
            inner = (*scope, name)
            branches = {n: map_scopes(b, change, (*inner, n)) for n, b in step.branches.items()}
            if any(branches[n] is not b for n, b in step.branches.items()):
                step = step.model_copy(update={"branches": immutabledict(branches)})
        steps[name] = step
    changed: C = change(scope, with_steps(container, steps))
    return changed


def edit(process: Process, scope: Scope, change: Callable[[Any], Any]) -> Process:
    """Return the process with one scope changed."""
    return map_scopes(process, lambda here, container: change(container) if here == scope else container)


def with_steps(container: C, steps: Mapping[str, AnyStep], start: str | None = None) -> C:
    """Return the container with these steps; the same value if nothing differs."""
    start = container.start if start is None else start
    same = start == container.start and list(steps) == list(container.steps)
    if same and all(steps[n] is s for n, s in container.steps.items()):
        return container
    return cast(C, container.model_copy(update={"steps": immutabledict(steps), "start": start}))


def with_step(container: C, name: str, step: AnyStep) -> C:
    """Return the container with one step replaced."""
    return with_steps(container, {**container.steps, name: step})


def add_step(container: C, name: str, step: AnyStep, *, before: str | None = None) -> C:
    """Return the container with one more step, listed before another one or last."""
    steps: dict[str, AnyStep] = {}
    for other, old in container.steps.items():
        if other == before:
            steps[name] = step
        steps[other] = old
    steps.setdefault(name, step)
    return with_steps(container, steps)


def without_step(container: C, name: str, then: str) -> C:
    """Return the container without a step; whatever led to it leads to `then`."""
    kept = {n: s for n, s in redirect(container, {name: then}).steps.items() if n != name}
    return with_steps(container, kept, then if container.start == name else container.start)


def redirect(container: C, to: Mapping[str, str], *, only: Callable[[str, str], bool] | None = None) -> C:
    """Return the container with moves redirected: old target -> new target, the start included.

    `only(step, move)` limits this to some moves; the start is then left alone.
    """

    def changed(name: str, step: AnyStep) -> AnyStep:
        return with_moves(
            step, {m: to[t] for m, t in moves(step).items() if t in to and (only is None or only(name, m))}
        )

    start = to.get(container.start, container.start) if only is None else container.start
    return with_steps(container, {n: changed(n, s) for n, s in container.steps.items()}, start)


def prune(container: C) -> C:
    """Return the container without the steps that its start cannot reach."""
    seen = reach(container, container.start)
    return with_steps(container, {n: s for n, s in container.steps.items() if n in seen})


def reach(container: Container, start: str, within: Callable[[str], bool] = lambda _: True) -> set[str]:
    """Return the steps that can be reached from `start`, itself included, through steps that are `within`."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name in container.steps and name not in seen and within(name):
            seen.add(name)
            todo += moves(container.steps[name]).values()
    return seen


def entries(container: Container, name: str) -> Iterator[tuple[str, str]]:
    """Yield every move into a step: (step, move)."""
    for other, step in container.steps.items():
        for move, target in moves(step).items():
            if target == name:
                yield other, move


def unused(container: Container, wanted: str) -> str:
    """Return `wanted`, or with a number behind it where a step has that name."""
    taken = {*container.steps, *ENDS}
    number, name = 2, wanted[:80]
    while name in taken:
        name, number = f"{wanted[:76]}_{number}", number + 1
    return name


# Steps ---------------------------------------------------------------------------------------------------------


def moves(step: AnyStep) -> dict[str, str]:
    """Return a step's moves: option, outcome or `next` -> where it leads."""
    if isinstance(step, ApplicantStep):
        return {name: option.next for name, option in step.options.items()}
    if isinstance(step, OfficeStep):
        return {name: outcome.next for name, outcome in step.outcomes.items()}
    return {"next": step.next}


def with_moves(step: AnyStep, targets: Mapping[str, str]) -> AnyStep:
    """Return the step with some of its moves leading elsewhere."""
    if not targets:
        return step
    if isinstance(step, ApplicantStep):
        options = {n: o.model_copy(update={"next": targets[n]}) if n in targets else o for n, o in step.options.items()}
        return step.model_copy(update={"options": immutabledict(options)})
    if isinstance(step, OfficeStep):
        outcomes = {
            n: o.model_copy(update={"next": targets[n]}) if n in targets else o for n, o in step.outcomes.items()
        }
        return step.model_copy(update={"outcomes": immutabledict(outcomes)})
    return step.model_copy(update={"next": targets["next"]})


def normal_next(step: AnyStep) -> str | None:
    """Return where a step leads when nothing goes wrong, or None where that is not one place."""
    if isinstance(step, ApplicantStep):
        found = {option.next for option in step.options.values()}
    elif isinstance(step, OfficeStep):
        found = {outcome.next for outcome in step.outcomes.values() if not outcome.exception}
    else:
        found = {step.next}
    return found.pop() if len(found) == 1 else None


def with_options(step: ApplicantStep, options: Mapping[str, Option]) -> ApplicantStep:
    """Return the step with these options."""
    return step.model_copy(update={"options": immutabledict(options)})


def with_share(step: ApplicantStep, names: set[str], share: float) -> ApplicantStep:
    """Return the step whose named options have `share` in all; these, and the others, keep their proportions."""
    now = step.shares()
    parts = {True: names & set(now), False: set(now) - names}
    whole = {True: share if parts[False] else 1.0, False: 1.0 - share}

    def part(name: str) -> float:
        mine = name in names
        total = sum(now[n] for n in parts[mine])
        weight = now[name] / total if total > 0 else 1.0 / len(parts[mine])
        return min(1.0, max(0.0, whole[mine] * weight))

    def changed(name: str, option: Option) -> Option:
        same = abs(part(name) - now[name]) < 1e-12
        return (option if same else no_range(option)).model_copy(update={"uptake": part(name)})

    return with_options(step, {n: changed(n, o) for n, o in step.options.items()})


def with_option(step: ApplicantStep, wanted: str, option: Option, share: float) -> tuple[ApplicantStep, str]:
    """Return the step with one more option that wins `share` of everybody, and the option's name."""
    name, number = wanted, 2
    while name in step.options:
        name, number = f"{wanted}_{number}", number + 1
    now = step.shares()
    shared = {n: o.model_copy(update={"uptake": now[n]}) for n, o in step.options.items()}
    wider = with_options(step, {**shared, name: option.model_copy(update={"uptake": 0.0})})
    return with_share(wider, {name}, share), name


def only_options(step: ApplicantStep, names: set[str]) -> ApplicantStep:
    """Return the step with some of its options only, in their proportions."""
    kept = with_share(step, names, 1.0)
    return with_options(kept, {n: o for n, o in kept.options.items() if n in names})


def rarer_corrections(step: OfficeStep, factor: float) -> OfficeStep:
    """Return the step with its corrections' chances times `factor`; the normal outcomes gain in proportion."""
    chances = step.chances()
    exceptions = {n for n, o in step.outcomes.items() if o.exception}
    corrections = {n for n in exceptions if step.outcomes[n].kind == "correction"}
    normal = [n for n in step.outcomes if n not in exceptions]
    if not corrections or not normal:
        return step
    new = {n: c * factor if n in corrections else c for n, c in chances.items()}
    open_, old = 1.0 - sum(new[n] for n in exceptions), sum(chances[n] for n in normal)
    for name in normal:
        new[name] = open_ * (chances[name] / old if old > 0 else 1.0 / len(normal))
    alone = len(normal) == 1 and step.outcomes[normal[0]].chance is None
    outcomes = {}
    for name, outcome in step.outcomes.items():
        kept = no_range(outcome) if name in corrections and factor != 1 else outcome
        if not (alone and name in normal):
            kept = kept.model_copy(update={"chance": new[name]})
        outcomes[name] = kept
    return step.model_copy(update={"outcomes": immutabledict(outcomes)})


# Laws ----------------------------------------------------------------------------------------------------------


def scaled(law: AnyLaw, factor: float) -> AnyLaw:
    """Return the law of `factor` times the duration; shape and coefficient of variation stay."""

    def times(value: Any) -> Any:
        if isinstance(value, Duration):
            return value.model_copy(update={"amount": round(value.amount * factor, 9)})
        return tuple(times(v) for v in value) if isinstance(value, tuple) else value

    return no_range(law.model_copy(update={n: times(getattr(law, n)) for n in type(law).model_fields}))


def no_range(value: Q) -> Q:
    """Return a value whose number was changed without the range that was plausible for the old one."""
    if value.assumption is None or (value.assumption.low is None and value.assumption.high is None):
        return value
    note = value.assumption.model_copy(update={"low": None, "high": None})
    return value.model_copy(update={"assumption": note})
