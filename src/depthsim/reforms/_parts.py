"""Parts of a process: what lies before acceptance, what lies behind it, and a part made a parallel branch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from depthsim.model.service import AnyStep, ApplicantStep, Branch, OfficeStep, ParallelStep, Process
from depthsim.reforms._front import FRONT
from depthsim.reforms._surgery import ENDS, Container, moves, normal_next, reach, with_moves

GIVEN_UP = ("refused", "withdrawn")


def gates(process: Process) -> tuple[str, ...]:
    """Return the trunk's office steps that accept for good: none of stage acceptance follows without an exception."""
    accepting = [n for n, s in process.steps.items() if s.stage == "acceptance" and isinstance(s, OfficeStep)]
    return tuple(n for n in accepting if not _ahead(process, n) & (set(accepting) - {n}))


def _ahead(process: Process, gate: str) -> set[str]:
    """Return the steps of the front that follow a step, exceptions left out."""
    seen: set[str] = set()
    todo = [gate]
    while todo:
        step = process.steps[todo.pop()]
        for target in _ordinary(step):
            if target in process.steps and target not in seen and process.steps[target].stage in FRONT:
                seen.add(target)
                todo.append(target)
    return seen


def _ordinary(step: AnyStep) -> list[str]:
    if isinstance(step, OfficeStep):
        return [o.next for o in step.outcomes.values() if not o.exception]
    return [t for t in moves(step).values() if t not in GIVEN_UP]


def before(process: Process, accepting: tuple[str, ...]) -> set[str]:
    """Return the steps met up to and with acceptance: from the start, the gates' normal outcomes not taken."""
    seen: set[str] = set()
    todo = [process.start]
    while todo:
        name = todo.pop()
        if name in seen or name not in process.steps:
            continue
        seen.add(name)
        step = process.steps[name]
        if name in accepting and isinstance(step, OfficeStep):
            todo += [o.next for o in step.outcomes.values() if o.exception]
        else:
            todo += moves(step).values()
    return seen


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a trunk that is entered at `start`: its steps, and where it leads (not counting its exceptions)."""

    process: Process
    start: str
    steps: frozenset[str]
    exits: tuple[str, ...]

    def branch(self) -> Branch | None:
        """Return the part as a branch: its exits are `done`. None where it cannot be one.

        A correction that leads to an applicant's step outside is answered in the branch, by a copy of that step
        from which the case comes back to the step that asked.
        """
        steps: dict[str, AnyStep] = {}
        copies: dict[str, AnyStep] = {}
        taken = set(self.steps) | set(ENDS)
        for name in self.process.steps:
            if name not in self.steps:
                continue
            step = self.process.steps[name]
            to: dict[str, str] = {}
            for move, target in moves(step).items():
                if target in self.steps or target in GIVEN_UP:
                    continue
                if not (isinstance(step, OfficeStep) and step.outcomes[move].kind == "correction"):
                    to[move] = "done"
                    continue
                asked = self.process.steps.get(target)
                if not isinstance(asked, ApplicantStep):
                    return None
                copy = _free(target, taken)
                taken.add(copy)
                back = with_moves(asked, dict.fromkeys(asked.options, name))
                copies[copy] = back.model_copy(update={"role": "supplement", "stage": step.stage})
                to[move] = copy
            steps[name] = with_moves(step, to)
        return Branch(start=self.start, steps={**steps, **copies}) if self.start in steps else None


def _free(wanted: str, taken: set[str]) -> str:
    number, name = 2, wanted
    while name in taken:
        name, number = f"{wanted[:76]}_{number}", number + 1
    return name


def part(process: Process, start: str, within: Callable[[str], bool]) -> Part:
    """Return the part that is met from `start` through steps that are `within`."""
    steps = frozenset(reach(process, start, within))
    exits: dict[str, None] = {} if start in steps else {start: None}
    for name in process.steps:
        if name not in steps:
            continue
        step = process.steps[name]
        for move, target in moves(step).items():
            mended = isinstance(step, OfficeStep) and step.outcomes[move].kind == "correction"
            if target not in steps and target not in GIVEN_UP and not mended:
                exits[target] = None
    return Part(process, start, steps, tuple(exits))


def private_loop(container: Container, check: str) -> tuple[dict[str, set[str]], set[str]]:
    """Return the corrections of a check that lead back to nothing else, with their steps, and all the others."""
    step = container.steps[check]
    own: dict[str, set[str]] = {}
    other: set[str] = set()
    if not isinstance(step, OfficeStep):
        return own, other
    for move, outcome in step.outcomes.items():
        if outcome.kind != "correction":
            continue
        steps = reach(container, outcome.next, lambda n: n != check)
        inside = steps | {check, *GIVEN_UP}
        leaves = any(t not in inside for n in steps for t in moves(container.steps[n]).values())
        met = (
            any(t in steps for n, s in container.steps.items() if n not in inside for t in moves(s).values())
            or container.start in steps
        )
        shared = any(o.next in steps and o.kind != "correction" for o in step.outcomes.values())
        if leaves or met or shared or any(isinstance(container.steps[n], ParallelStep) for n in steps):
            other.add(move)
        else:
            own[move] = steps
    return own, other


def normal_exit(step: AnyStep) -> str | None:
    """Return where a step leads when nothing goes wrong, if that is one step or `delivered`."""
    then = normal_next(step)
    return None if then in GIVEN_UP else then
