"""Synthetic cities: the same for the same seed, clean, staffed for their demand, of every level."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cli.commandline import run, run_json
from depthsim import check, classify, load, new
from depthsim.analysis.load import offered_loads
from depthsim.errors import Severity, UsageError
from depthsim.files.reader import load_system
from depthsim.model.service import Option, ServiceItem, walk_steps
from depthsim.synthesis import City, synthetic_city
from depthsim.synthesis.city import BUSIEST
from depthsim.synthesis.organisation import departments


@pytest.fixture(scope="module")
def city() -> City:
    return synthetic_city("city", items=240, seed=1)


def files(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*.yaml"))}


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_items(tmp_path: Path) -> None:
    for place, seed in (("a", 4), ("b", 4), ("c", 5)):
        new("system", "city", folder=tmp_path / place, items=50, seed=seed)
    a, b, c = (files(tmp_path / place / "city") for place in "abc")
    assert a == b
    assert set(a) == set(c)
    assert sum(a[name] != c[name] for name in a) > 90


def test_an_item_is_the_same_in_a_larger_city(city: City) -> None:
    larger = synthetic_city("city", items=480, seed=1)

    def process(found: City, item: str) -> Any:
        return found.item_data[item]["process"]

    same = [i for i in city.item_data if process(city, i) == process(larger, i)]
    assert len(same) > 0.8 * len(city.item_data)  # but for countersigning with departments that were not there


def test_nothing_to_complain_of_and_every_number_an_assumption(tmp_path: Path) -> None:
    made = new("system", "city", folder=tmp_path, items=120, seed=2, lang="zh")
    found = check(made.path)
    assert found.items == 120
    assert not [f for f in found.findings if f.severity is not Severity.INFORMATION]
    assert found.numbers.sourced == found.numbers.bare == 0
    assert found.numbers.assumed > 2000
    assert load(made.path) == made.city


def test_levels_are_what_items_declare_and_spread(city: City) -> None:
    found = classify(city.system)
    assert all(c.agrees for c in found)
    levels = Counter(c.level.value for c in found)
    assert all(levels[level] >= 0.03 * len(found) for level in ("I", "II", "III", "IV"))
    assert max(levels, key=levels.__getitem__) == "IV"


def test_every_pool_is_staffed_for_its_load(city: City) -> None:
    loads = offered_loads(city.system)
    assert max(loads.values()) <= BUSIEST
    assert all(
        load >= 0.55 for pool, load in loads.items() if city.system.pools[pool].servers > 2 and "desks" not in pool
    )
    fewer = {n: p for n, p in city.system.pools.items() if p.servers > 2 and p.slot is None}
    smaller = {n: p.model_copy(update={"servers": p.servers - 1}) for n, p in fewer.items()}
    tight = city.system.model_copy(update={"pools": type(city.system.pools)({**city.system.pools, **smaller})})
    assert all(load > BUSIEST for pool, load in offered_loads(tight).items() if pool in fewer)


def test_demand_adds_up_and_is_spread_unevenly(city: City) -> None:
    cases = sorted((i.demand.per_year for i in city.system.items.values() if i.demand), reverse=True)
    assert sum(cases) == pytest.approx(3300 * 240, rel=0.001)
    assert sum(cases[:24]) > 0.35 * sum(cases)
    wanted = synthetic_city("city", items=40, seed=1, cases=8000)
    assert sum(i.demand.per_year for i in wanted.system.items.values() if i.demand) == pytest.approx(8000, abs=40)


def test_every_kind_of_process_occurs(city: City) -> None:
    steps = [step for item in city.system.items.values() for _, step in walk_steps(item.process)]
    seen = Counter(step.role for step in steps)
    assert {"prereview", "inspect", "countersign", "pay", "collect", "deliver", "verify_originals"} <= set(seen)
    options = [o for step in steps for o in getattr(step, "options", {}).values() if isinstance(o, Option)]
    assert any(o.appointment for o in options)
    assert any(getattr(step, "external", None) for step in steps)
    assert any(b.deadline for step in steps for b in getattr(step, "branches", {}).values())
    handling = Counter(item.handling for item in city.system.items.values())
    assert handling["immediate"] > 10
    assert any("promise" in item.materials for item in city.system.items.values())


def test_names_are_distinct_in_both_languages() -> None:
    system = synthetic_city("city", items=2000, seed=1).system
    for lang in ("zh", "en"):
        names = Counter(getattr(item.name, lang) for item in system.items.values())
        assert not [n for n, times in names.items() if times > 1]
        pools = Counter(getattr(pool.name, lang) for pool in system.pools.values() if pool.kind == "back")
        assert not [n for n, times in pools.items() if times > 1]


def test_there_are_departments_enough() -> None:
    found = list(departments())
    assert len({d.id for d in found}) == len(found) >= 500


def test_the_smallest_city() -> None:
    system = synthetic_city("village", items=1, seed=0, cases=1).system
    (item,) = system.items.values()
    assert isinstance(item, ServiceItem)
    assert item.demand is not None
    assert item.demand.per_year == 1


@pytest.mark.parametrize("wrong", [
    {"kind": "item", "items": 3}, {"kind": "system", "seed": 3}, {"kind": "system", "cases": 3},
    {"kind": "system", "items": 0}, {"kind": "system", "items": 20_001}, {"kind": "system", "items": 5, "cases": 4},
    {"kind": "system", "items": 5, "seed": -1},
])  # fmt: skip
def test_numbers_that_make_no_sense_are_refused(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        new(wrong.pop("kind"), "city", folder=tmp_path, **wrong)
    assert not list(tmp_path.iterdir())


def test_the_command_line(tmp_path: Path) -> None:
    made = run_json("new", "system", "town", "--items", 20, "--seed", 3, "-o", tmp_path)
    assert len(made["files"]) == 43
    assert len(load_system(tmp_path / "town").system.items) == 20
    again = run("new", "system", "town", "--items", 20, "-o", tmp_path)
    assert again.exit_code == 1
    assert run("new", "item", "town", "--items", 20, "-o", tmp_path).exit_code == 2
    said = run("new", "system", "village", "--items", 2, "-o", tmp_path, lang="zh").output
    assert "合成" in said
