"""How often a case meets each position, by plain arithmetic, so that a share may be any number that can be divided."""

from __future__ import annotations

from typing import Any

from depthsim.analysis.chain import endless, likely_moves
from depthsim.analysis.graph import Move, PositionGraph
from depthsim.errors import InputError, error
from depthsim.model.service import ServiceItem, StepPath


def sound_positions(item: ServiceItem) -> PositionGraph:
    """Return an item's positions. Raises InputError for a process in which a case may never end."""
    graph = PositionGraph(item)
    if stuck := endless(graph):
        raise InputError(error("DS202", graph.where(stuck[0]), step=graph.label(stuck[0])))
    return graph


def expected_visits(item: ServiceItem) -> Any:
    """Return an item's mean visits, and nothing else. Raises InputError for a process in which a case may never end."""
    graph = sound_positions(item)
    times = flows(graph)
    return sum((times[n] * move.share for n, node in enumerate(graph.nodes) for move in node.moves if move.visits), 0.0)


def visited_steps(item: ServiceItem) -> frozenset[StepPath]:
    """Return the steps at which an applicant makes a visit with positive chance."""
    graph = PositionGraph(item)
    likely = likely_moves(graph)
    return frozenset(graph.nodes[n].position.step for n, moves in likely.items() if any(m.visits for m in moves))


def flows(graph: PositionGraph) -> list[Any]:
    """Return the expected number of times each node is met: what `absorb` gives as `times`.

    The graph must have no endless node. Positions that lead back to each other are solved by elimination; a chain's
    matrix needs no pivots (Grassmann, Taksar, Heyman 1985).
    """
    likely = likely_moves(graph)
    times: list[Any] = [0.0] * len(graph.nodes)
    times[0] = 1.0
    for component in reversed(graph.components()):
        nodes = [n for n in component if n in likely]
        back = _back(nodes, likely)
        if any(back.values()):
            _settle(nodes, back, times)
        for n in nodes:
            for move in likely[n]:
                if isinstance(move.target, int) and move.target not in back:
                    times[move.target] = times[move.target] + times[n] * move.share
    return times


def _back(nodes: list[int], likely: dict[int, list[Move]]) -> dict[int, dict[int, Any]]:
    """Return for each node of a component the shares that come to it from the others."""
    found: dict[int, dict[int, Any]] = {n: {} for n in nodes}
    for n in nodes:
        for move in likely[n]:
            if isinstance(move.target, int) and move.target in found:
                found[move.target][n] = found[move.target].get(n, 0.0) + move.share
    return found


def _settle(nodes: list[int], back: dict[int, dict[int, Any]], times: list[Any]) -> None:
    """Solve t[n] = inflow[n] + sum of t[m] * back[n][m]; `times` holds the inflow, and then the solution."""
    for place, k in enumerate(nodes):
        row = back[k]
        leaves = 1.0 - row.pop(k, 0.0)
        times[k] = times[k] / leaves
        for m in row:
            row[m] = row[m] / leaves
        for n in nodes[place + 1 :]:
            if k in back[n]:
                share = back[n].pop(k)
                times[n] = times[n] + share * times[k]
                for m, through in row.items():
                    back[n][m] = back[n].get(m, 0.0) + share * through
    for k in reversed(nodes):
        times[k] = sum((share * times[m] for m, share in back[k].items()), times[k])
