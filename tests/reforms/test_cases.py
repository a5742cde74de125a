"""Each reform, in experts' terms: level, visits, path, a quantity that changes and one that does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from depthsim import reforms
from depthsim.analysis.level import classify
from depthsim.analysis.load import offered_loads
from depthsim.analysis.minutes import mean_minutes
from depthsim.analysis.visits import analyse
from depthsim.files import load_scheme, load_system
from depthsim.model.scenario import Scenario
from depthsim.model.service import (
    ApplicantStep,
    Branch,
    OfficeStep,
    ParallelStep,
    Process,
    ServiceItem,
    path_text,
    walk_steps,
)
from depthsim.model.system import ServiceSystem

HERE = Path(__file__).parent
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted((HERE / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


def quantities(system: ServiceSystem, id_: str) -> dict[str, float]:
    """Return what cases may speak of: minutes, money, days, loads (per server), all exact."""
    item = system[id_]
    minutes = mean_minutes(item, system)
    met = analyse(item).occurrences
    lags = [
        met[path_text(path)] * step.lag.mean_minutes(420)
        for path, step in walk_steps(item.process)
        if isinstance(step, OfficeStep) and step.lag and not step.external
    ]
    found = {
        "visits": analyse(item).expected,
        "form": minutes.form,
        "served": minutes.served,
        "travel": minutes.travel,
        "external": minutes.external,
        "postage": sum(minutes.postage.values()),
        "lag": sum(lags),
        "slowest_lag": slowest_lag(item.process),
        "promised": item.limits.promised.days if item.limits and item.limits.promised else 0,
        "statutory": item.limits.statutory.days if item.limits and item.limits.statutory else 0,
    }
    alone = system.with_items({id_: item})
    for pool, load in offered_loads(alone).items():
        found[f"load.{pool}"] = load
        found[f"load_times_servers.{pool}"] = load * system.pools[pool].servers
    return found


def slowest_lag(process: Process | Branch) -> float:
    """Return the lags of a case in which nothing goes wrong, of parallel branches the slowest one's."""
    total = 0.0
    for name in happy_path(process):
        step = process.steps[name]
        if isinstance(step, OfficeStep) and step.lag:
            total += step.lag.mean_minutes(420)
        if isinstance(step, ParallelStep):
            total += max(slowest_lag(branch) for branch in step.branches.values())
    return total


def system_of(name: str) -> ServiceSystem:
    return load_system(HERE / name if (HERE / name).exists() else name).system


def level_of(system: ServiceSystem, id_: str) -> str:
    return classify(system[id_], load_scheme("depth_2018"), system.published).level.value


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    before, id_ = system_of(case["system"]), case["item"]
    copy = before.model_dump_json()
    scenario = Scenario.model_validate({"id": "case", "name": "case", "reforms": case["reforms"]})
    result = reforms.apply(before, scenario)
    assert before.model_dump_json() == copy
    assert (result[id_] != before[id_]) == case["changed"]
    assert (id_ in {i for use in result.uses for i in use.changed}) == case["changed"]
    if not case["changed"] and not case.get("system_changed"):
        assert result.findings
    about = {f.code for f in result.findings if f.path[:2] == ("items", id_)}
    assert set(case.get("findings", ())) <= about
    check_level(case, before, result.system)
    check_steps(case, before[id_], result[id_])
    check_numbers(case, result.system)
    if "same" in case:
        check_quantities(case, before, result.system)


def check_level(case: dict[str, Any], before: ServiceSystem, after: ServiceSystem) -> None:
    for key, system in (("before", before), ("level", after)):
        if key in case:
            assert level_of(system, case["item"]) == case[key]
    for name, value in case.get("visits", {}).items():
        assert getattr(analyse(after[case["item"]]), name) == pytest.approx(value, abs=1e-9), name


def check_steps(case: dict[str, Any], before: ServiceItem, after: ServiceItem) -> None:
    steps = [path_text(path) for path, _ in walk_steps(after.process)]
    if case.get("same_steps"):
        assert steps == [path_text(path) for path, _ in walk_steps(before.process)]
    if "path" in case:
        assert happy_path(after.process) == case["path"]
    assert set(case.get("has_steps", ())) <= set(steps)
    assert not set(case.get("lacks_steps", ())) & set(steps)
    assert not set(case.get("lacks_materials", ())) & set(after.materials)


def check_numbers(case: dict[str, Any], after: ServiceSystem) -> None:
    item = after[case["item"]]
    steps: dict[str, Any] = {path_text(path): step for path, step in walk_steps(item.process)}
    for path, shares in case.get("shares", {}).items():
        assert steps[path].shares() == pytest.approx(shares)
    for path, lag in case.get("lags", {}).items():
        assert steps[path].lag.model_dump() == lag
    for pool, servers in case.get("pools", {}).items():
        assert after.pools[pool].servers == servers
    assert not set(case.get("lacks_pools", ())) & set(after.pools)
    if "promised" in case:
        assert quantities(after, item.id)["promised"] == case["promised"]


def check_quantities(case: dict[str, Any], before: ServiceSystem, after: ServiceSystem) -> None:
    old, new = quantities(before, case["item"]), quantities(after, case["item"])
    for name in case.get("up", ()):
        assert new[name] > old.get(name, 0.0) + 1e-9, name
    for name in case.get("down", ()):
        assert new.get(name, 0.0) < old[name] - 1e-9, name
    for name in case["same"]:
        assert new[name] == pytest.approx(old[name], abs=1e-9), name


def happy_path(process: Process | Branch) -> list[str]:
    """Return the steps in the order of a case without exceptions, by the first option and outcome."""
    found, name = [], process.start
    while name in process.steps:
        found.append(name)
        step = process.steps[name]
        if isinstance(step, ApplicantStep):
            name = next(iter(step.options.values())).next
        elif isinstance(step, OfficeStep):
            name = next(o.next for o in step.outcomes.values() if not o.exception)
        else:
            name = step.next
    return found


def test_every_reform_has_a_case() -> None:
    used = {name for param in CASES for use in param.values[0]["reforms"] for name in use}  # type: ignore[index]
    assert used == set(reforms.catalogue())
