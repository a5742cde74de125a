"""The bundled city is what it says it is: varied, sound, sourced, not overloaded."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest

from depthsim import reforms
from depthsim.analysis.graph import layout, next_steps
from depthsim.analysis.level import classify
from depthsim.analysis.load import offered_loads
from depthsim.analysis.soundness import system_findings
from depthsim.files import bundled, load_scenario, load_scheme, load_system, names
from depthsim.files.document import read
from depthsim.model.level import Level
from depthsim.model.provenance import number_origins
from depthsim.model.service import OfficeStep, ParallelStep, ServiceItem, walk_steps

FUZHOU = load_system("fuzhou").system
SCHEME = load_scheme("depth_2018")


def bundled_files() -> list[Path]:
    found = [bundled(kind, name) for kind in ("workflows", "scenarios", "standards") for name in names(kind)]
    return [file for path in found for file in ([path] if path.is_file() else sorted(path.rglob("*.yaml")))]


def step_graph(item: ServiceItem) -> nx.DiGraph:
    """Return an item's steps, told apart by who acts, with what follows what, branches included."""
    graph: nx.DiGraph = nx.DiGraph()
    for path, step in walk_steps(item.process):
        graph.add_node(path, who=step.by)
        prefix = path[:-1]
        for name in next_steps(step):
            target = (*prefix, name)
            graph.add_node(target, **({} if target in graph else {"who": name}))
            graph.add_edge(path, target)
        if isinstance(step, ParallelStep):
            for name, branch in step.branches.items():
                graph.add_edge(path, (*path, name, branch.start))
    return graph


def test_no_two_items_share_a_step_graph() -> None:
    graphs = {name: step_graph(item) for name, item in FUZHOU.items.items()}
    assert all(layout(i.process) for i in FUZHOU.items.values())
    for (one, first), (other, second) in itertools.combinations(graphs.items(), 2):
        same = nx.is_isomorphic(first, second, node_match=lambda a, b: a.get("who") == b.get("who"))
        assert not same, f"{one} and {other} are the same process under other names"


def test_the_city_is_varied() -> None:
    items = list(FUZHOU.items.values())
    assert len(items) >= 16
    assert len({i.department for i in items}) >= 8
    levels = Counter(classify(i, SCHEME, FUZHOU.published).level for i in items)
    assert all(levels[level] >= 2 for level in (Level.I, Level.II, Level.III, Level.IV))
    handling = Counter(i.handling for i in items)
    assert handling["immediate"] >= 1
    assert handling["committed"] >= 1
    assert handling["forwarded"] >= 2
    kinds = Counter(i.kind for i in items)
    assert kinds["public_service"] >= 2
    assert kinds["confirmation"] >= 2
    assert {i.fee == "none" for i in items} == {True, False}
    steps = [step for i in items for _, step in walk_steps(i.process)]
    assert any(isinstance(s, OfficeStep) and s.special for s in steps)
    assert any(isinstance(s, ParallelStep) for s in steps)


def test_no_pool_is_overloaded() -> None:
    loads = offered_loads(FUZHOU)
    assert max(loads.values()) < 0.8
    assert sum(load > 0.3 for load in loads.values()) > len(loads) / 2


@pytest.mark.parametrize("system", ["fuzhou", "canonical"])
def test_nothing_bundled_is_at_fault(system: str) -> None:
    found = load_system(system)
    assert not [f for f in system_findings(found.system, SCHEME) if f.severity == "error"]


@pytest.mark.parametrize("file", bundled_files(), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_number_has_a_source_or_an_assumption(file: Path) -> None:
    bare = [number.path for number in number_origins(read(file).data) if number.origin is None]
    if file.parent.name == "standards":  # the caps of a scheme are the scheme's, whose source stands on top
        assert "source" in read(file).data
    assert not bare


@pytest.mark.parametrize("item", [f for f in bundled_files() if f.parent.name == "fuzhou" and f.stem in FUZHOU.items])
def test_every_item_opens_with_the_guide_it_follows(item: Path) -> None:
    head = item.read_text(encoding="utf-8").split("schema:", 1)[0]
    comments = [line for line in head.splitlines() if line.startswith("#")]
    assert len(comments) >= 2


@pytest.mark.parametrize("name", names("scenarios"))
def test_every_scenario_applies_and_does_something(name: str) -> None:
    scenario = load_scenario(name)
    done = reforms.apply(FUZHOU, scenario)
    assert (done.system != FUZHOU) == bool(scenario.reforms)


def test_there_are_a_baseline_and_four_packages() -> None:
    assert "baseline" in names("scenarios")
    assert len(names("scenarios")) >= 5
