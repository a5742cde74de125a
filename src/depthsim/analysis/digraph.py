"""Two facts about directed graphs: what can be reached from where, and what can be reached from each other.

A library for them would take longer to import than to ask a whole system's items.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def reachable(edges: Mapping[T, Iterable[T]], start: T) -> frozenset[T]:
    """Return the nodes that at least one edge after `start` leads to; `start` itself only where a loop returns."""
    found: set[T] = set()
    todo = list(edges[start])
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += edges[node]
    return frozenset(found)


def strong_components(edges: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the strongly connected components of nodes 0 … n-1, each sorted; what an edge leads to comes first.

    Tarjan, Depth-first search and linear graph algorithms (1972), without recursion.
    """
    unseen = -1
    order, low = [unseen] * len(edges), [0] * len(edges)
    open_nodes: list[int] = []
    is_open = [False] * len(edges)
    found: list[list[int]] = []
    seen = 0
    for root in range(len(edges)):
        if order[root] != unseen:
            continue
        path = [(root, iter(edges[root]))]
        order[root] = low[root] = seen
        seen += 1
        open_nodes.append(root)
        is_open[root] = True
        while path:
            node, rest = path[-1]
            for target in rest:
                if order[target] == unseen:
                    order[target] = low[target] = seen
                    seen += 1
                    open_nodes.append(target)
                    is_open[target] = True
                    path.append((target, iter(edges[target])))
                    break
                if is_open[target]:
                    low[node] = min(low[node], order[target])
            else:
                path.pop()
                if path:
                    before = path[-1][0]
                    low[before] = min(low[before], low[node])
                if low[node] == order[node]:
                    component = []
                    while is_open[node]:
                        component.append(open_nodes.pop())
                        is_open[component[-1]] = False
                    found.append(sorted(component))
    return found
