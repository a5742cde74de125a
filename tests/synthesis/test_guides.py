"""Guides and inventories of synthetic cities: nothing wrong in them, statistics near published ones."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from depthsim import assess, check, new
from depthsim.analysis.level import classify
from depthsim.assessment import rules
from depthsim.errors import Severity, UsageError
from depthsim.files import load_scheme
from depthsim.model.city import City
from depthsim.model.guide import ServiceGuide
from depthsim.model.item_code import check_character, parts
from depthsim.synthesis import synthetic_city, with_faults
from depthsim.synthesis.codes import item_code
from depthsim.synthesis.faults import FAULTS
from depthsim.synthesis.guides import shares
from depthsim.synthesis.inventory import filed_online
from depthsim.synthesis.items import sketches, staffed


@pytest.mark.parametrize(("seed", "lang"), [(2, "zh"), pytest.param(1, "en", marks=pytest.mark.slow)])
def test_two_hundred_items_give_no_finding_above_information(seed: int, lang: str, tmp_path: Path) -> None:
    made = new("system", "city", folder=tmp_path, items=200, seed=seed, lang=lang)  # type: ignore[arg-type]
    found = check(made.path)
    assert found.items == 200
    assert not [f for f in found.findings if f.severity is not Severity.INFORMATION]
    assessed = assess(made.path).assessment
    assert not [f for f in assessed.findings if f.severity is not Severity.INFORMATION]
    status = Counter(r.status for r in assessed.results)
    assert status["computed"] == 53
    assert {r.code for r in assessed.results if r.status == "not_assessed"} == {"C4-4", "E3-1", "E3-2"}


def test_statistics_are_near_the_published_ones() -> None:
    city = synthetic_city("city", items=400, seed=1)
    scheme = load_scheme("depth_2018")
    levels = Counter(classify(i, scheme, city.system.published).level.value for i in city.system.items.values())
    assert levels["IV"] / 400 == pytest.approx(0.7823, abs=0.05)
    cases = city.city_data["cases"]
    assert sum(c["filed_online"] for c in cases) / sum(c["filed"] for c in cases) == pytest.approx(0.5904, abs=0.06)
    assert all(c["synthetic"] for c in cases)
    assert len(city.city_data["lists"][0]["entries"]) / len(city.departments) == pytest.approx(42, abs=3)


def test_statistics_agree_with_themselves() -> None:
    city = synthetic_city("city", items=120, seed=3)
    inventory = City.model_validate(city.city_data)
    for row in inventory.cases or ():
        item = city.system.items[row.item]
        assert (row.filed or 0) >= (row.accepted or 0) >= (row.completed or 0) >= (row.rated or 0)
        assert (row.filed_online or 0) == pytest.approx((row.filed or 0) * filed_online(item), abs=1)
        assert (row.accepted or 0) >= (row.accepted_online or 0)


def test_codes_check_and_are_all_different_beyond_the_city_itself() -> None:
    codes = [parts(item_code(sketch)) for sketch in sketches(1700, staffed(1700))]
    assert all(c and check_character(c.credit_code[:17]) == c.credit_code[17] for c in codes)
    assert len({c.basic_code for c in codes if c}) == 1700
    assert {c.level for c in codes if c} == {"3", "4"}


def test_a_guide_follows_its_process() -> None:
    city = synthetic_city("city", items=80, seed=5)
    whole = city.system.model_copy(
        update={"guides": {key: ServiceGuide.model_validate(g) for key, g in city.guide_data.items()}}
    )
    assert not [f for f in rules.findings(whole) if f.code == "DS812"]
    for key, guide in whole.guides.items():
        item = city.system.items[key]
        assert [m.id for m in guide.materials or ()] == list(item.materials)
        assert guide.promised is not None
        assert item.limits is not None
        assert item.limits.promised is not None
        assert guide.promised.amount == item.limits.promised.days


@pytest.mark.parametrize("days", [0, 1, 2, 3, 4, 5, 7, 8, 12, 20, 60])
def test_the_stages_fill_the_promise(days: int) -> None:
    assert sum(shares(days)) == days
    assert min(shares(days)) >= 0


def test_planted_faults_are_listed_and_found(tmp_path: Path) -> None:
    made = new("system", "city", folder=tmp_path, items=120, seed=4, faults=0.25)
    listed = list(csv.DictReader(io.StringIO((made.path / "faults.csv").read_text(encoding="utf-8-sig"))))
    assert {row["rule"] for row in listed} == {fault.rule for fault in FAULTS}
    found = {(str(f.path[1]), f.code) for f in check(made.path).findings if f.code.startswith("DS8")}
    assert {(row["item"], row["rule"]) for row in listed} <= found
    assert all(row["before"] != row["after"] for row in listed)
    again = new("system", "city", folder=tmp_path / "again", items=120, seed=4, faults=0.25)
    assert (again.path / "faults.csv").read_bytes() == (made.path / "faults.csv").read_bytes()


def test_faults_stand_in_about_as_many_guides_as_asked_for() -> None:
    guides = synthetic_city("city", items=300, seed=6).guide_data
    kept, none = with_faults(guides, 6, 0.0)
    assert kept == guides
    assert none == []
    _, planted = with_faults(guides, 6, 0.1)
    for rule in ("DS808", "DS835", "DS887"):
        assert 0.04 * 300 <= sum(p.rule == rule for p in planted) <= 0.17 * 300


@pytest.mark.parametrize("faults", [-0.1, 1.1, float("nan")])
def test_a_chance_of_faults_is_a_chance(faults: float, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        new("system", "city", folder=tmp_path, items=3, faults=faults)
    assert not list(tmp_path.iterdir())


def test_the_names_of_other_files_are_no_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        new("item", "catalogue", folder=tmp_path)


def test_an_unreadable_inventory_is_one_finding_not_hundreds(tmp_path: Path) -> None:
    made = new("system", "city", folder=tmp_path, items=10)
    inventory = made.path / "catalogue.yaml"
    inventory.write_text(inventory.read_text(encoding="utf-8").replace("powers: true", "powers: maybe", 1), "utf-8")
    assert len([f for f in check(made.path).findings if f.severity is Severity.ERROR]) == 1
