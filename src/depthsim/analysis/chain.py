"""The absorbing Markov chain of positions: options by uptake, outcomes by chance. Exact means and distributions."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from depthsim.analysis.graph import Move, PositionGraph, positions
from depthsim.model.service import ServiceItem

if TYPE_CHECKING:
    import numpy as np

TAIL = 1e-15


@dataclass(frozen=True, slots=True)
class Chain:
    """What the chain gives.

    `times`: expected number of times each node is met; `ends`: visits -> probability, for each final state
    (their sum is 1 up to a tail of 1e-15 where visits are unbounded).
    """

    times: list[float]
    ends: dict[str, dict[int, float]]


def endless(graph: PositionGraph) -> list[int]:
    """Return the nodes that a case can come to with positive chance and from which it can never end."""
    likely = likely_moves(graph)
    before: dict[int, list[int]] = defaultdict(list)
    todo: list[int] = []
    for n in likely:
        for move in likely[n]:
            if isinstance(move.target, str):
                todo.append(n)
            else:
                before[move.target].append(n)
    ending: set[int] = set()
    while todo:
        n = todo.pop()
        if n not in ending:
            ending.add(n)
            todo += before[n]
    return [n for n in likely if n not in ending]


def likely_moves(graph: PositionGraph) -> dict[int, list[Move]]:
    """Return the nodes that a case can come to with positive chance, with its moves of positive chance."""
    found: dict[int, list[Move]] = {}
    todo = [0]
    while todo:
        n = todo.pop()
        if n not in found:
            found[n] = [m for m in graph.nodes[n].moves if m.share > 0]
            todo += [m.target for m in found[n] if isinstance(m.target, int)]
    return found


def absorb(graph: PositionGraph) -> Chain:
    """Return the chain's exact numbers. The graph must have no endless node (see `endless`)."""
    likely = likely_moves(graph)
    mass: list[dict[int, float]] = [defaultdict(float) for _ in graph.nodes]
    mass[0][0] = 1.0
    times = [0.0] * len(graph.nodes)
    ends: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))

    def pass_on(n: int, held: dict[int, float], inside: frozenset[int]) -> None:
        for move in likely[n]:
            if move.target in inside:
                continue
            goal = ends[move.target] if isinstance(move.target, str) else mass[move.target]
            for visits, p in held.items():
                goal[visits + move.visits] += p * move.share

    for component in reversed(graph.components()):
        nodes = [n for n in component if n in likely]
        members = frozenset(nodes)
        if not any(m.target in members for n in nodes for m in likely[n]):
            for n in nodes:
                times[n] = math.fsum(mass[n].values())
                pass_on(n, mass[n], frozenset())
            continue
        for n, held in _settle(nodes, likely, mass).items():
            pass_on(n, held, members)
        for n, t in zip(nodes, _occupation(nodes, likely, mass), strict=True):
            times[n] = t
    return Chain(times, {end: dict(sorted(d.items())) for end, d in ends.items()})


@lru_cache(maxsize=1024)
def chain_of(item: ServiceItem) -> Chain:
    """Return the exact numbers of an item that has no endless node."""
    return absorb(positions(item))


def _matrices(nodes: list[int], likely: dict[int, list[Move]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the transition matrices inside a component for moves without and with a visit."""
    import numpy as np  # heavy, and only needed where a process can loop

    index = {n: i for i, n in enumerate(nodes)}
    free, paid = np.zeros((len(nodes),) * 2), np.zeros((len(nodes),) * 2)
    for n in nodes:
        for move in likely[n]:
            if move.target in index:
                (paid if move.visits else free)[index[n], index[move.target]] += move.share
    return free, paid


def _occupation(nodes: list[int], likely: dict[int, list[Move]], mass: list[dict[int, float]]) -> list[float]:
    import numpy as np

    free, paid = _matrices(nodes, likely)
    inflow = np.array([math.fsum(mass[n].values()) for n in nodes])
    found: list[float] = np.linalg.solve(np.eye(len(nodes)) - (free + paid).T, inflow).tolist()
    return found


def _settle(
    nodes: list[int], likely: dict[int, list[Move]], mass: list[dict[int, float]]
) -> dict[int, dict[int, float]]:
    """Return the expected number of times each node of a component is met with k visits made so far."""
    import numpy as np

    free, paid = _matrices(nodes, likely)
    system = np.eye(len(nodes)) - free.T
    last = max((k for n in nodes for k in mass[n]), default=0)
    held: dict[int, dict[int, float]] = {n: {} for n in nodes}
    before = np.zeros(len(nodes))
    visits = 0
    while True:
        inflow = np.array([mass[n].get(visits, 0.0) for n in nodes]) + paid.T @ before
        if visits > last and inflow.sum() < TAIL:
            return held
        before = np.linalg.solve(system, inflow)
        for n, p in zip(nodes, before.tolist(), strict=True):
            if p > 0:
                held[n][visits] = p
        visits += 1
