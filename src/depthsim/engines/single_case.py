"""One case on a `transitions` machine: the reference for legal moves, and what `depthsim walk` walks on.

States are the steps, nested by stage (`preparation/apply`), a parallel step's branches side by side inside it
(`review/joint_review/fire/survey`), and the three final states. Every move is a (step, option or outcome); it
is refused where the semantics refuse it: a correction that is used up, another option than at the first time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from transitions.extensions.nesting import HierarchicalMachine, NestedState

from depthsim.errors import Finding, IllegalMove, error
from depthsim.model.log import CaseLog, Row
from depthsim.model.service import (
    BRANCH_ENDS,
    TRUNK_ENDS,
    AnyStep,
    ApplicantStep,
    Branch,
    OfficeStep,
    Option,
    Outcome,
    ParallelStep,
    Process,
    ServiceItem,
    StepPath,
    path_text,
    step_at,
    value_path,
    walk_steps,
)
from depthsim.model.variants import variant

_SEVERITY = ("done", "withdrawn", "refused")


class _State(NestedState):
    separator = "/"


@dataclass(frozen=True, slots=True)
class MoveKey:
    """A move of the process, whether or not a case can make it now: `target` is a step path or an end's."""

    step: str
    move: str
    target: str


@dataclass(frozen=True, slots=True)
class PossibleMove:
    """A move that the case can make now. `visits`: 1 if it costs a visit to a place, else 0."""

    step: str
    move: str
    target: str
    visits: int
    what: Option | Outcome


@dataclass(slots=True)
class _Memory:
    presence: dict[StepPath, str | None] = field(default_factory=dict)
    chosen: dict[StepPath, str] = field(default_factory=dict)
    befallen: dict[tuple[StepPath, str], int] = field(default_factory=dict)
    late: set[StepPath] = field(default_factory=set)
    visits: int = 0
    made: list[tuple[str, str]] = field(default_factory=list)


class CaseMachine(HierarchicalMachine):
    """A `transitions` machine of one case of an item; it is its own model, so `.state` is where the case is.

    `.state` is a state's name, or a (nested) list of names while branches run side by side.
    """

    state_cls = _State

    def __init__(self, item: ServiceItem) -> None:
        self.item = item
        self._memory = _Memory()
        self._moves: dict[tuple[StepPath, str], MoveKey] = {}
        self._levels: dict[StepPath, Process | Branch] = {(): item.process}
        for path, step in walk_steps(item.process):
            if isinstance(step, ParallelStep):
                self._levels.update({(*path, name): branch for name, branch in step.branches.items()})
        start = item.process.start
        super().__init__(
            model="self",
            states=self._state_tree(),
            initial=self._state_name((start,)),
            auto_transitions=False,
            send_event=False,
        )
        for path, step in walk_steps(item.process):
            self._connect(path, step)
        self.restart()

    # -- what a user of the machine does -------------------------------------------------------------------

    def restart(self) -> None:
        """Put a new case at the start."""
        self._memory = _Memory()
        self.set_state(self._first_states((self.item.process.start,)))
        self._enter_level(())

    @property
    def steps(self) -> tuple[str, ...]:
        """Return where the case is: the path of its step, of several while branches run; () when it has ended."""
        return tuple(path_text(path) for path in self._here())

    @property
    def outcome(self) -> str | None:
        """Return `delivered`, `refused` or `withdrawn` when the case has ended, else None."""
        state: Any = self.state
        return state if isinstance(state, str) and state in TRUNK_ENDS else None

    @property
    def visits(self) -> int:
        """Return the visits so far."""
        return self._memory.visits

    @property
    def moves_made(self) -> tuple[tuple[str, str], ...]:
        """Return the moves so far, as (step path, move)."""
        return tuple(self._memory.made)

    @property
    def every_move(self) -> tuple[MoveKey, ...]:
        """Return all moves of the process, in file order; joins of parallel steps happen by themselves."""
        return tuple(self._moves.values())

    def presence(self, step: str | None = None) -> str | None:
        """Return the place where the applicant is (at the only step, or at `step` while branches run), or None."""
        here = self._here()
        path = _path(step) if step is not None else here[0] if len(here) == 1 else None
        return self._memory.presence.get(path[:-1]) if path in here and path is not None else None

    def possible(self) -> tuple[PossibleMove, ...]:
        """Return the legal moves, in file order of the steps and their moves."""
        found = []
        for path in self._here():
            step = step_at(self.item.process, path)
            for name, what in _ways(step).items():
                if self._refusal(path, name) is None:
                    key = self._moves[path, name]
                    found.append(PossibleMove(key.step, name, key.target, self._cost(path, what), what))
        return tuple(found)

    def move(self, name: str, *, step: str | None = None) -> CaseMachine:
        """Make a move; `step` (a path such as `joint_review/fire/survey`) says where, if that is not clear.

        Returns the machine. Raises IllegalMove, with what is possible, and stays where it is.
        """
        here = self._here()
        if not here:
            raise IllegalMove(self._finding("DS653", (), move=name, outcome=self.outcome))
        if step is None:
            able = [p for p in here if name in _ways(step_at(self.item.process, p))]
            if len(able) > 1:
                raise IllegalMove(self._finding("DS654", able[0], move=name, steps=[path_text(p) for p in able]))
            path = able[0] if able else here[0]
        else:
            path = _path(step)
        if path not in here:
            where = [path_text(p) for p in here]
            raise IllegalMove(self._finding("DS655", (), move=name, step=step, here=where))
        refused = self._refusal(path, name)
        if refused is not None:
            code, values = refused
            raise IllegalMove(self._finding(code, value_path(path), move=name, step=path_text(path), **values))
        self.trigger(_trigger(path, name))
        return self

    def miss_deadline(self, branch: str) -> None:
        """Say that a branch (`joint_review/fire`) ends after its deadline: it counts as withdrawn at the join."""
        path = _path(branch)
        level = self._levels.get(path)
        running = any(here[: len(path)] == path for here in self._here())
        if not isinstance(level, Branch) or level.deadline is None or not running:
            raise IllegalMove(self._finding("DS656", (), branch=branch))
        self._memory.late.add(path)

    def replay(
        self,
        trace: CaseLog | Iterable[Row | tuple[str, str]],
        *,
        visits: int | None = None,
        outcome: str | None = None,
    ) -> CaseMachine:
        """Follow the trace of a case from the start, and return the machine where the trace ends.

        `trace` is a case of a log, or rows of one, or (step path, move) pairs, in order within each branch. A case
        that ran what the item was before a reform is followed on a machine of that process, which is returned.
        Raises IllegalMove at the first row that the process does not allow, and where the visits or the outcome
        differ from the log's or from those given.
        """
        if isinstance(trace, CaseLog) and trace.variant:
            plain = trace._replace(variant="")
            return CaseMachine(variant(self.item, trace.variant)).replay(plain, visits=visits, outcome=outcome)
        if isinstance(trace, CaseLog):
            rows: Iterable[Any] = trace.rows
            visits = sum(row.visit for row in trace.rows) if visits is None else visits
            outcome = trace.outcome if outcome is None else outcome
        else:
            rows = trace
        self.restart()
        waiting: dict[StepPath, deque[str]] = {}
        lates: dict[StepPath, deque[str]] = {}
        for row in rows:
            step, name = (row.step, row.outcome) if isinstance(row, Row) else row
            path = _path(step)
            self._known(path)
            parallel = isinstance(step_at(self.item.process, path), ParallelStep)
            if parallel:
                lates.setdefault(path, deque()).append(name)
            else:
                waiting.setdefault(path[:-1], deque()).append(f"{path_text(path)}:{name}")
        self._follow(waiting, lates)
        left = [row for queue in waiting.values() for row in queue]
        if left:
            step, _, name = left[0].rpartition(":")
            where = list(self.steps) or [str(self.outcome)]
            raise IllegalMove(self._finding("DS655", (), move=name, step=step, here=where))
        for said, found in (("visits", visits), ("outcome", outcome)):
            if found is not None and getattr(self, said) != found:
                raise IllegalMove(self._finding("DS657", (), what=said, trace=found, machine=getattr(self, said)))
        return self

    # -- building ------------------------------------------------------------------------------------------

    def _state_tree(self) -> list[Any]:
        stages: dict[str, list[Any]] = {}
        for name, step in self.item.process.steps.items():
            stages.setdefault(step.stage, []).append(_state(name, step))
        trees: list[Any] = [{"name": stage, "children": states} for stage, states in stages.items()]
        return [*trees, *({"name": end, "final": True} for end in TRUNK_ENDS)]

    def _state_name(self, path: StepPath) -> str:
        if len(path) == 1 and path[0] not in self.item.process.steps:
            return path[0]
        return path_text((self.item.process.steps[path[0]].stage, *path))

    def _first_states(self, path: StepPath) -> Any:
        """Return the state, or the nested list of states, in which a case is that comes to a step."""
        step = step_at(self.item.process, path)
        if not isinstance(step, ParallelStep):
            return self._state_name(path)
        inside = [self._first_states((*path, name, branch.start)) for name, branch in step.branches.items()]
        return inside if len(inside) > 1 else inside[0]

    def _connect(self, path: StepPath, step: AnyStep) -> None:
        prefix = path[:-1]
        source = self._state_name(path)
        if isinstance(step, ParallelStep):
            worse = TRUNK_ENDS[1:] if not prefix else BRANCH_ENDS[1:]
            for end in ("next", *worse):
                target = (*prefix, step.next if end == "next" else end)
                self.add_transition(_trigger(path, f"join {end}"), source, self._state_name(target))
            return
        for name, what in _ways(step).items():
            target = (*prefix, what.next)
            self._moves[path, name] = MoveKey(path_text(path), name, path_text(target))
            self.add_transition(
                _trigger(path, name),
                source,
                self._state_name(target),
                conditions=[partial(self._legal, path, name)],
                before=[partial(self._remember, path, name)],
                after=[partial(self._enter_level, prefix)],
            )

    # -- one case ------------------------------------------------------------------------------------------

    def _here(self) -> tuple[StepPath, ...]:
        """Return the steps where something is to be done, in file order; ended branches only wait."""
        found = []
        for name in _flat(self.state):
            path = tuple(name.split("/"))[1:]
            level = self._levels.get(path[:-1])
            if path and level is not None and path[-1] in level.steps:
                found.append(path)
        order = {path: n for n, (path, _) in enumerate(walk_steps(self.item.process))}
        return tuple(sorted(found, key=order.__getitem__))

    def _legal(self, path: StepPath, name: str) -> bool:
        return self._refusal(path, name) is None

    def _refusal(self, path: StepPath, name: str) -> tuple[str, dict[str, Any]] | None:
        """Return why (a finding's code and values) a move from a step cannot be made, or None if it can."""
        step = step_at(self.item.process, path)
        ways = _ways(step)
        if name not in ways:
            return "DS650", {}
        what = ways[name]
        if isinstance(what, Option):
            before = self._memory.chosen.get(path, name)
            return None if before == name else ("DS652", {"before": before})
        if what.limit is not None and self._memory.befallen.get((path, name), 0) >= what.limit:
            return "DS651", {"most": what.limit}
        if isinstance(step, OfficeStep) and step.chances()[name] <= 0:
            return "DS658", {}
        return None

    def _cost(self, path: StepPath, what: Option | Outcome) -> int:
        if not isinstance(what, Option) or not what.on_site:
            return 0
        here = None if what.goes_away else self._memory.presence.get(path[:-1])
        return int(here != what.at)

    def _remember(self, path: StepPath, name: str) -> None:
        step, memory = step_at(self.item.process, path), self._memory
        what = _ways(step)[name]
        token = path[:-1]
        memory.visits += self._cost(path, what)
        memory.made.append((path_text(path), name))
        if isinstance(what, Option):
            memory.presence[token] = what.at if what.on_site else None
            if isinstance(step, ApplicantStep) and step.choose == "as_before":
                memory.chosen[path] = name
            return
        waits = isinstance(step, OfficeStep) and step.applicant == "waits"
        if not waits or (what.exception and not what.on_the_spot):
            memory.presence[token] = None
        memory.befallen[path, name] = memory.befallen.get((path, name), 0) + 1

    def _enter_level(self, prefix: StepPath) -> None:
        """Settle what happens by itself after a move at one level: presence ends, branches start, branches join."""
        states = [tuple(name.split("/"))[1:] for name in _flat(self.state)]
        for path in states:
            if path[: len(prefix)] != prefix or not path:
                continue
            for cut in range(len(prefix) + 1, len(path) + 1, 2):
                self._arrive(path[:cut])
        if prefix:
            self._join(prefix[:-1])

    def _arrive(self, path: StepPath) -> None:
        level = self._levels[path[:-1]]
        if path[-1] not in level.steps:
            return
        step = level.steps[path[-1]]
        if isinstance(step, ParallelStep):
            self._memory.presence[path[:-1]] = None
            for name in step.branches:
                self._memory.presence[(*path, name)] = None
                self._memory.late.discard((*path, name))
        elif isinstance(step, OfficeStep) and step.applicant == "leaves":
            self._memory.presence[path[:-1]] = None

    def _join(self, path: StepPath) -> None:
        """Leave a parallel step if all its branches have ended: the worst end wins."""
        step = step_at(self.item.process, path)
        assert isinstance(step, ParallelStep)
        inside = [tuple(n.split("/"))[1:] for n in _flat(self.state)]
        inside = [p for p in inside if p[: len(path)] == path]
        if any(len(p) != len(path) + 2 or p[-1] not in BRANCH_ENDS for p in inside):
            return
        ends = ["withdrawn" if p[:-1] in self._memory.late else p[-1] for p in inside]
        worst = max(ends, key=_SEVERITY.index)
        self.trigger(_trigger(path, f"join {'next' if worst == 'done' else worst}"))
        self._enter_level(path[:-1])

    # -- traces --------------------------------------------------------------------------------------------

    def _follow(self, waiting: dict[StepPath, deque[str]], lates: dict[StepPath, deque[str]]) -> None:
        moved = True
        while moved:
            moved = False
            for path in self._here():
                self._late(path, lates)
                queue = waiting.get(path[:-1])
                if queue:
                    step, _, name = queue[0].rpartition(":")
                    self.move(name, step=step)
                    queue.popleft()
                    moved = True
                    break

    def _late(self, path: StepPath, lates: dict[StepPath, deque[str]]) -> None:
        """Note late branches: a trace whose parallel step ended `withdrawn` may have missed a deadline."""
        for cut in range(1, len(path) - 1, 2):
            queue = lates.get(path[:cut])
            if queue:
                ended = queue.popleft()
                parallel = step_at(self.item.process, path[:cut])
                assert isinstance(parallel, ParallelStep)
                if ended == "withdrawn":
                    late = [n for n, branch in parallel.branches.items() if branch.deadline is not None]
                    self._memory.late.update((*path[:cut], name) for name in late)

    def _known(self, path: StepPath) -> None:
        try:
            step_at(self.item.process, path)
        except (KeyError, ValueError, IndexError):
            where = list(self.steps)
            raise IllegalMove(self._finding("DS655", (), move="", step=path_text(path), here=where)) from None

    def _finding(self, code: str, path: StepPath, **values: Any) -> Finding:
        possible = [f"{m.step}: {m.move}" for m in self.possible()] if code in _SAYS_POSSIBLE else []
        return error(code, ("items", self.item.id, *path), item=self.item.id, possible=possible, **values)


_SAYS_POSSIBLE = frozenset({"DS650", "DS651", "DS652", "DS654", "DS655", "DS658"})


def machine(item: ServiceItem) -> CaseMachine:
    """Return a machine with one case of the item at its start."""
    return CaseMachine(item)


def _state(name: str, step: AnyStep) -> Any:
    if not isinstance(step, ParallelStep):
        return name
    branches = [
        {
            "name": branch_name,
            "initial": branch.start,
            "children": [
                *(_state(n, s) for n, s in branch.steps.items()),
                *BRANCH_ENDS,
            ],
        }
        for branch_name, branch in step.branches.items()
    ]
    return {"name": name, "parallel": branches}


def _ways(step: AnyStep) -> dict[str, Option | Outcome]:
    if isinstance(step, ApplicantStep):
        return dict(step.options)
    return dict(step.outcomes) if isinstance(step, OfficeStep) else {}


def _trigger(path: StepPath, name: str) -> str:
    return f"{path_text(path)}:{name}"


def _path(text: str) -> StepPath:
    return tuple(text.split("/"))


def _flat(state: Any) -> list[str]:
    """Return the names of a (nested) list of states, in order."""
    if isinstance(state, (list, tuple)):
        return [name for part in state for name in _flat(part)]
    return [str(state)]
