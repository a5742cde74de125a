"""The graph of positions of one item: the ground of every exact number.

A position is where a case stands: its step, the applicant's presence, and the memory that still matters
(corrections used, options chosen at steps that can be met again). Branches of a parallel step do not interact,
so they are played one after the other: visits add up, and the worst end so far is kept in `ends`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from depthsim.analysis.digraph import reachable, strong_components
from depthsim.errors import InputError, error
from depthsim.model.service import (
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
    value_path,
)

MOST_POSITIONS = 200_000
_WORSE = {"done": 0, "withdrawn": 1, "refused": 2}

MemoryKey = tuple[StepPath, str]
"""A step and what is remembered of it: `?` the option chosen, `+` that it was met, else a correction's name."""
Memory = tuple[tuple[MemoryKey, Any], ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands. `facts` is what the caller chose to track (see `Tracker`)."""

    step: StepPath
    presence: str | None = None
    memory: Memory = ()
    ends: tuple[str, ...] = ()
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """A move out of a position: an option, an outcome, or the fork of a parallel step.

    `target` is a node number, or the name of a final state; `visits` is 0 or 1; `share` the chance that it is taken.
    """

    name: str
    target: int | str
    visits: int
    share: float
    exception: bool
    what: Option | Outcome | None


@dataclass(slots=True)
class Node:
    """A position with its moves; `again` says whether the case has met this step before (where it matters)."""

    position: Position
    step: AnyStep
    again: bool = False
    moves: list[Move] = field(default_factory=list)


Tracker = Callable[[frozenset[str], AnyStep, "Option | Outcome | None", bool, bool], frozenset[str]]
"""(facts, step, what was taken, whether it cost a visit, whether the applicant is present) -> facts after."""


class Layout:
    """The static graph of one process level: what follows what, what can be met again."""

    def __init__(self, process: Process | Branch, prefix: StepPath = ()) -> None:
        self.process = process
        self.prefix = prefix
        edges = {name: [n for n in next_steps(step) if n in process.steps] for name, step in process.steps.items()}
        self.reach = {name: reachable(edges, name) for name in edges}
        self.inner: dict[tuple[str, str], Layout] = {
            (name, branch_name): Layout(branch, (*prefix, name, branch_name))
            for name, step in process.steps.items()
            if isinstance(step, ParallelStep)
            for branch_name, branch in step.branches.items()
        }

    def met_again(self, path: StepPath) -> bool:
        """Return whether a case can come to this step more than once."""
        return path[0] in self.reach[path[0]] or (len(path) > 2 and self.inner[path[0], path[1]].met_again(path[2:]))

    def matters(self, key: StepPath, here: StepPath) -> bool:
        """Return whether a case that stands `here` can still come to the step `key` (or stands there)."""
        if key[0] != here[0] or key[0] in self.reach[key[0]]:
            return key == here or key[0] in self.reach[here[0]]
        if len(key) == 1 or len(here) == 1:
            return key == here
        return key[1] == here[1] and self.inner[key[0], key[1]].matters(key[2:], here[2:])


def next_steps(step: AnyStep) -> Iterable[str]:
    """Return the names of the steps and final states that a step can lead to."""
    if isinstance(step, ApplicantStep):
        return [o.next for o in step.options.values()]
    if isinstance(step, OfficeStep):
        return [o.next for o in step.outcomes.values()]
    return [step.next]


class PositionGraph:
    """All positions that a case can come to, with their moves. Node 0 is the start.

    Raises InputError where there are more than 200,000 positions.
    """

    def __init__(self, item: ServiceItem, track: Tracker | None = None) -> None:
        self.item = item
        self.layout = layout(item.process)
        self._track = track
        self._index: dict[Position, int] = {}
        self.nodes: list[Node] = []
        self._todo: list[int] = []
        self._components: list[list[int]] | None = None
        start = self._enter(item.process, (), item.process.start, None, {}, (), frozenset())
        assert start == 0 or isinstance(start, str)
        while self._todo:
            self._expand(self.nodes[self._todo.pop()])

    # -- building ------------------------------------------------------------------------------------------

    def _enter(
        self,
        process: Process | Branch,
        prefix: StepPath,
        name: str,
        presence: str | None,
        memory: dict[MemoryKey, Any],
        ends: tuple[str, ...],
        facts: frozenset[str],
    ) -> int | str:
        """Return the node (or final state) that a case comes to when it goes to `name` at this level."""
        if name not in process.steps:
            return self._end(prefix, name, memory, ends, facts)
        step, path = process.steps[name], (*prefix, name)
        if isinstance(step, ParallelStep) or (isinstance(step, OfficeStep) and step.applicant == "leaves"):
            presence = None
        matters = self.layout.matters
        kept = tuple(sorted((k, v) for k, v in memory.items() if matters(k[0], path)))
        position = Position(path, presence, kept, ends, facts)
        number = self._index.get(position)
        if number is None:
            number = self._index[position] = len(self.nodes)
            if number >= MOST_POSITIONS:
                raise InputError(error("DS219", ("items", self.item.id, "process"), most=MOST_POSITIONS))
            self.nodes.append(Node(position, step, again=any(k[0] == path and k[1] in "?+" for k, _ in kept)))
            self._todo.append(number)
        return number

    def _end(
        self,
        prefix: StepPath,
        name: str,
        memory: dict[MemoryKey, Any],
        ends: tuple[str, ...],
        facts: frozenset[str],
    ) -> int | str:
        """Return where a case comes to when one process level has ended in `name`."""
        if not prefix:
            return name
        worst = max(ends[-1], name, key=_WORSE.__getitem__)
        outer, parallel_name, branch_name = prefix[:-2], prefix[-2], prefix[-1]
        process = level_of(self.item.process, outer)
        parallel = process.steps[parallel_name]
        assert isinstance(parallel, ParallelStep)
        names = list(parallel.branches)
        position = names.index(branch_name) + 1
        if position < len(names):
            following = (*outer, parallel_name, names[position])
            branch = parallel.branches[names[position]]
            return self._enter(branch, following, branch.start, None, memory, (*ends[:-1], worst), facts)
        if worst != "done":
            return self._end(outer, worst, memory, ends[:-1], facts)
        return self._enter(process, outer, parallel.next, None, memory, ends[:-1], facts)

    def _expand(self, node: Node) -> None:
        position, step, path = node.position, node.step, node.position.step
        memory = dict(position.memory)
        prefix = path[:-1]
        process = level_of(self.item.process, prefix)
        if isinstance(step, ParallelStep):
            name, branch = next(iter(step.branches.items()))
            ends = (*position.ends, "done")
            target = self._enter(branch, (*path, name), branch.start, None, memory, ends, position.facts)
            node.moves.append(Move("fork", target, 0, 1.0, False, None))
        elif isinstance(step, ApplicantStep):
            self._options(node, step, process, prefix, memory)
        else:
            self._outcomes(node, step, process, prefix, memory)

    def _options(
        self,
        node: Node,
        step: ApplicantStep,
        process: Process | Branch,
        prefix: StepPath,
        memory: dict[MemoryKey, Any],
    ) -> None:
        position, path = node.position, node.position.step
        again = self.layout.met_again(path)
        chosen = memory.get((path, "?"))
        shares = step.shares()
        for name, option in step.options.items():
            if chosen is not None and name != chosen:
                continue
            after = dict(memory)
            if again:
                after[(path, "?") if step.choose == "as_before" else (path, "+")] = (
                    name if step.choose == "as_before" else 1
                )
            here = None if option.goes_away else position.presence
            visits = int(option.on_site and here != option.at)
            presence = option.at if option.on_site else None
            facts = self._facts(position.facts, step, option, bool(visits), presence is not None)
            target = self._enter(process, prefix, option.next, presence, after, position.ends, facts)
            share = 1.0 if chosen is not None else shares[name]
            gives_up = option.next in ("refused", "withdrawn")
            node.moves.append(Move(name, target, visits, share, gives_up, option))

    def _outcomes(
        self,
        node: Node,
        step: OfficeStep,
        process: Process | Branch,
        prefix: StepPath,
        memory: dict[MemoryKey, Any],
    ) -> None:
        position, path = node.position, node.position.step
        again = self.layout.met_again(path)
        chances = step.chances()
        open_ = {
            name: chances[name]
            for name, outcome in step.outcomes.items()
            if chances[name] > 0 and (outcome.limit is None or memory.get((path, name), 0) < outcome.limit)
        }
        total = sum(open_.values())
        for name, chance in open_.items():
            outcome = step.outcomes[name]
            after = dict(memory)
            if outcome.limit is not None and again:
                after[path, name] = memory.get((path, name), 0) + 1
            stays = step.applicant == "waits" and (not outcome.exception or outcome.on_the_spot)
            presence = position.presence if stays else None
            facts = self._facts(position.facts, step, outcome, False, position.presence is not None)
            target = self._enter(process, prefix, outcome.next, presence, after, position.ends, facts)
            node.moves.append(Move(name, target, 0, chance / total, outcome.exception, outcome))

    def _facts(
        self, facts: frozenset[str], step: AnyStep, what: Option | Outcome | None, visit: bool, present: bool
    ) -> frozenset[str]:
        return self._track(facts, step, what, visit, present) if self._track else facts

    # -- reading -------------------------------------------------------------------------------------------

    def components(self) -> list[list[int]]:
        """Return the strongly connected components, each node list sorted, last ones (sinks) first."""
        if self._components is None:
            edges = [[m.target for m in node.moves if isinstance(m.target, int)] for node in self.nodes]
            self._components = strong_components(edges)
        return self._components

    def where(self, number: int) -> tuple[str, ...]:
        """Return the path of a node's step inside a system's value."""
        return ("items", self.item.id, *value_path(self.nodes[number].position.step))

    def label(self, number: int) -> str:
        """Return a node's step as text."""
        return path_text(self.nodes[number].position.step)


def level_of(process: Process, prefix: StepPath) -> Process | Branch:
    """Return the process level (trunk or branch) that a prefix leads to."""
    found: Process | Branch = process
    for name, branch in zip(prefix[::2], prefix[1::2], strict=True):
        step = found.steps[name]
        assert isinstance(step, ParallelStep)
        found = step.branches[branch]
    return found


@lru_cache(maxsize=4096)
def layout(process: Process) -> Layout:
    """Return a process's static graph."""
    return Layout(process)


@lru_cache(maxsize=1024)
def positions(item: ServiceItem) -> PositionGraph:
    """Return an item's positions, without further facts tracked."""
    return PositionGraph(item)


def attended(item: ServiceItem) -> frozenset[StepPath]:
    """Return the office steps at which an applicant can be present: that they may wait there is not enough."""
    nodes = positions(item).nodes
    return frozenset(n.position.step for n in nodes if isinstance(n.step, OfficeStep) and n.position.presence)
