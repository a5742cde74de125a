"""What holds for every reform on every process: nothing shared, sound results, write∘read, order of strangers."""

from __future__ import annotations

import random  # noqa: TID251 - it builds inputs; nothing is simulated with it
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depthsim import reforms
from depthsim.analysis import soundness
from depthsim.errors import Severity
from depthsim.files import load_system, write_system
from depthsim.model import references
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from random_items import random_system

HERE = Path(__file__).parent
NAMES = reforms.catalogue()
ROLES = ("submit", "fill_in", "pay", "collect", "deliver", "verify_originals", "supplement", "appear")
NEEDED: dict[str, dict[str, Any]] = {
    "uptake": {"share": 0.7},
    "shorter_limit": {"factor": 0.5},
    "cross_region": {"place": "corner", "pool": "corner_desk"},
}
SYSTEMS = ("canonical", "fuzhou", str(HERE / "two_halls"))


def parameters(name: str, system: ServiceSystem) -> dict[str, Any]:
    """Return parameters with which a reform can be used on this system."""
    front = [pool for pool, value in system.pools.items() if value.kind == "front"]
    given: dict[str, dict[str, Any]] = {
        **NEEDED,
        "one_window": {"pools": front},
        "capacity": {"pools": [*system.pools], "add": 1},
        "patch": {"set": {"name": {"zh": "新", "en": "New"}}},
    }
    return given.get(name, {})


@cache
def bundled(name: str) -> ServiceSystem:
    return load_system(name).system


def any_system(seed: int) -> ServiceSystem:
    """Return a random system whose steps have roles, materials and a fee that reforms can work on."""
    rng = random.Random(seed)
    system = random_system(seed)
    plain = system["item"].model_dump(mode="json", by_alias=True, exclude_none=True)
    grades = ("A", "B", "C", None)
    plain["materials"] = {
        f"m{i}": {
            "name": f"m{i}", "originals": rng.randint(0, 1), "medium": rng.choice((["paper"], ["paper", "electronic"])),
            "trust": rng.choice(grades), "required": rng.choice(("always", "optional")),
        }
        for i in range(3)
    }  # fmt: skip
    plain["fee"] = rng.choice(("none", {"amount": "10 CNY"}))
    plain["result"] = {"form": rng.choice(("physical", "electronic"))}
    plain["limits"] = {"promised": "7 working days"}
    for step in _steps(plain["process"]):
        if step["by"] == "applicant":
            step["role"] = rng.choice(ROLES)
            step["materials"] = [m for m in plain["materials"] if rng.random() < 0.4]
        if step["by"] == "office" and rng.random() < 0.3:
            step["role"], step["lag"] = "verify_originals", "1 working days"
            step["materials"] = [m for m in plain["materials"] if rng.random() < 0.4]
    return system.with_items({"item": ServiceItem.model_validate(plain)})


def _steps(process: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in process["steps"].values():
        yield step
        for branch in step.get("branches", {}).values():
            yield from _steps(branch)


def errors(system: ServiceSystem) -> list[Any]:
    found = references.system_findings(system)
    for item in system.items.values():
        found += references.item_findings(item, system)
        found += soundness.findings(item, system)
    return [f for f in found if f.severity is Severity.ERROR]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_result_is_sound_and_input_is_untouched(name: str, seed: int) -> None:
    system = any_system(seed)
    if errors(system):
        return
    before = system.model_dump_json()
    result = reforms.reform(system, name, **parameters(name, system))
    assert system.model_dump_json() == before
    assert not errors(result.system)
    again = ServiceSystem.model_validate(result.system.model_dump(mode="json", by_alias=True))
    assert again == result.system
    item = result.system["item"]
    if item == system["item"] and result.uses[0].chosen and name not in ("one_window", "capacity", "patch"):
        assert result.findings, "left alone without a word"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("where", SYSTEMS)
def test_result_can_be_written_and_read(where: str, name: str, tmp_path: Path) -> None:
    system = bundled(where)
    result = reforms.reform(system, name, **parameters(name, system)).system
    write_system(result, tmp_path / "out")
    loaded = load_system(tmp_path / "out")
    assert loaded.system == result
    assert all(f.severity is not Severity.ERROR for f in loaded.findings)


STRANGERS = [
    (a, b) for a, b in combinations(NAMES, 2) if not reforms.load(a).touches & reforms.load(b).touches
]  # fmt: skip


def test_there_are_strangers() -> None:
    assert len(STRANGERS) >= 20


@pytest.mark.parametrize(("first", "second"), STRANGERS)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_reforms_that_touch_different_things_commute(first: str, second: str, seed: int) -> None:
    _commute(any_system(seed), first, second)


@pytest.mark.parametrize(("first", "second"), STRANGERS)
def test_they_commute_on_real_items(first: str, second: str) -> None:
    _commute(bundled("canonical"), first, second)
    _commute(bundled(str(HERE / "two_halls")), first, second)


def _commute(system: ServiceSystem, first: str, second: str) -> None:
    def both(*names: str) -> ServiceSystem:
        after = system
        for name in names:
            after = reforms.reform(after, name, **parameters(name, system)).system
        return after

    one, other = both(first, second), both(second, first)
    assert one.model_dump() == other.model_dump()
