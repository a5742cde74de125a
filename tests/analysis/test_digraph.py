"""Reachability and strong components against networkx."""

from __future__ import annotations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.analysis.digraph import reachable, strong_components


@st.composite
def graphs(draw: st.DrawFn) -> list[list[int]]:
    size = draw(st.integers(1, 12))
    return draw(st.lists(st.lists(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size))


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_the_same_as_networkx(edges: list[list[int]]) -> None:
    graph = nx.DiGraph((a, b) for a, targets in enumerate(edges) for b in targets)
    graph.add_nodes_from(range(len(edges)))
    found = strong_components(edges)
    assert {frozenset(c) for c in found} == set(map(frozenset, nx.strongly_connected_components(graph)))
    assert all(c == sorted(c) for c in found)
    place = {node: n for n, component in enumerate(found) for node in component}
    assert all(place[b] <= place[a] for a, b in graph.edges)
    for node in range(len(edges)):
        reached = {b for a in {node, *nx.descendants(graph, node)} for b in graph[a]}
        assert reachable(dict(enumerate(edges)), node) == reached


def test_a_path_of_many_nodes_needs_no_recursion() -> None:
    size = 50_000
    edges = [[n + 1] for n in range(size)] + [[0]]
    assert strong_components(edges) == [list(range(size + 1))]
    assert strong_components([*edges[:-1], []]) == [[n] for n in reversed(range(size + 1))]
