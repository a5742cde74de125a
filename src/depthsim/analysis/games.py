"""Games on positions: the applicant chooses options, the office outcomes; the score is the number of visits.

`required` is min over options and max over outcomes under strategies that keep a final state reachable: nobody
saves visits by never finishing, and a loop that only the office can prolong, without visits, costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Literal

from depthsim.analysis.graph import Move, Node, PositionGraph
from depthsim.model.service import ApplicantStep

Admits = Callable[[Node, Move], bool]
Side = Literal["min", "max"]


def ordinary(_node: Node, move: Move) -> bool:
    """Admit every move that is no exception."""
    return not move.exception


def anything(_node: Node, _move: Move) -> bool:
    """Admit every move."""
    return True


def play(
    graph: PositionGraph,
    *,
    applicant: Side,
    office: Side,
    admits: Admits,
    ends: Iterable[str] = ("delivered",),
) -> list[float]:
    """Return the value of every node: visits until one of `ends` is reached.

    `inf`: can be forced to grow without bound, or (where the applicant minimises) cannot be reached at all;
    `-inf` (both maximise): cannot be reached.
    """
    goal = frozenset(ends)
    nowhere = -math.inf if applicant == "max" else math.inf
    value = [nowhere] * len(graph.nodes)

    def worth(move: Move) -> float:
        if isinstance(move.target, str):
            return float(move.visits) if move.target in goal else nowhere
        return move.visits + value[move.target]

    for component in graph.components():
        moves = {n: [m for m in graph.nodes[n].moves if admits(graph.nodes[n], m)] for n in component}
        members = set(component)
        inside = any(m.target in members for n in component for m in moves[n])
        chooses = {n: isinstance(graph.nodes[n].step, ApplicantStep) for n in component}
        if not inside:
            for n in component:
                pick = min if (applicant if chooses[n] else office) == "min" else max
                value[n] = pick(map(worth, moves[n]), default=nowhere)
        elif applicant == office == "max":
            best = max((worth(m) for n in component for m in moves[n] if m.target not in members), default=nowhere)
            costly = any(m.visits for n in component for m in moves[n] if m.target in members)
            for n in component:
                value[n] = math.inf if costly and best > -math.inf else best
        elif applicant == office == "min":
            _shortest(component, moves, worth, value)
        else:
            _forced(component, moves, chooses, worth, value)
    return value


def _shortest(
    component: list[int], moves: dict[int, list[Move]], worth: Callable[[Move], float], value: list[float]
) -> None:
    """Settle a component where both sides minimise: Bellman's iteration (components are small)."""
    changed = True
    while changed:
        changed = False
        for n in component:
            best = min(map(worth, moves[n]), default=math.inf)
            if best < value[n]:
                value[n], changed = best, True


def _forced(  # noqa: C901 - two nested fixed points, read as one
    component: list[int],
    moves: dict[int, list[Move]],
    chooses: dict[int, bool],
    worth: Callable[[Move], float],
    value: list[float],
) -> None:
    """Settle a component where the applicant minimises and a fair office maximises, budget by budget.

    With budget k the nodes won are the greatest set from which the applicant reaches the goal almost surely
    without ever spending more than k: a greatest fixed point of least fixed points.
    """
    members = set(component)
    exits = [worth(m) for n in component for m in moves[n] if m.target not in members]
    finite = [e for e in exits if e < math.inf]
    if not finite:
        return
    steps = sum(m.visits for n in component for m in moves[n] if m.target in members)
    open_ = set(component)
    for budget in range(int(min(finite)), int(max(finite)) + steps + 1):
        settled = {n for n in component if value[n] <= budget}

        def within(move: Move, near: set[int], budget: int = budget) -> bool:
            if move.target not in members:
                return worth(move) <= budget
            assert isinstance(move.target, int)
            return move.target in near if move.visits == 0 else value[move.target] + move.visits <= budget

        keep = set(component)
        while True:
            reached = set(settled)
            grew = True
            while grew:
                grew = False
                for n in keep - reached:
                    if chooses[n]:
                        ok = any(within(m, reached) for m in moves[n])
                    else:
                        ok = all(within(m, keep) for m in moves[n]) and any(within(m, reached) for m in moves[n])
                    if ok:
                        reached.add(n)
                        grew = True
            if reached == keep:
                break
            keep = reached
        for n in keep:
            value[n] = min(value[n], budget)
        open_ -= keep
        if not open_:
            return


def strategy(
    graph: PositionGraph, value: list[float], admits: Admits, ends: Iterable[str] = ("delivered",)
) -> dict[int, str]:
    """Return the applicant's best option at every node that can be won, such that play always comes nearer the end.

    `value` is the outcome of `play` with the applicant minimising and the office maximising.
    """
    goal = frozenset(ends)
    chosen: dict[int, str] = {}
    ranked: set[int] = set()

    def arrives(move: Move, budget: float) -> bool:
        if isinstance(move.target, str):
            return move.target in goal and move.visits <= budget
        return move.target in ranked and move.visits + value[move.target] <= budget

    grew = True
    while grew:
        grew = False
        for n, node in enumerate(graph.nodes):
            if n in ranked or value[n] == math.inf:
                continue
            found = next((m for m in node.moves if admits(node, m) and arrives(m, value[n])), None)
            if found is not None:
                ranked.add(n)
                grew = True
                if isinstance(node.step, ApplicantStep):
                    chosen[n] = found.name
    return chosen
