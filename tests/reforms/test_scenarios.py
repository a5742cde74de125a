"""Scenarios: every bundled one applies, and every wrong word in one is found, with its place and a guess."""

from __future__ import annotations

from typing import Any

import pytest

from depthsim import reforms
from depthsim.catalogue import Catalogue, closest
from depthsim.errors import InputError, Severity
from depthsim.files import load_scenario, load_system, names
from depthsim.model.scenario import Scenario
from depthsim.model.system import ServiceSystem
from depthsim.reforms import Reform
from depthsim.texts import LANGS, finding_line, room, text


@pytest.fixture(scope="module")
def fuzhou() -> ServiceSystem:
    return load_system("fuzhou").system


def scenario(*uses: Any) -> Scenario:
    return Scenario.model_validate({"id": "trial", "name": "trial", "reforms": list(uses)})


@pytest.mark.parametrize("name", names("scenarios"))
def test_bundled_scenarios_apply(name: str, fuzhou: ServiceSystem) -> None:
    result = reforms.apply(fuzhou, load_scenario(name))
    assert all(f.severity is not Severity.ERROR for f in result.findings)
    assert len(result.uses) == len(load_scenario(name).reforms)
    for use in result.uses:
        assert set(use.changed) <= set(use.chosen)
    for finding in result.findings:
        for lang in LANGS:
            assert finding_line(finding, lang)


def test_baseline_is_the_system_itself(fuzhou: ServiceSystem) -> None:
    assert reforms.apply(fuzhou, scenario()).system is fuzhou


@pytest.mark.parametrize(
    ("use", "code", "path"),
    [
        ({"result_currier": {}}, "DS501", ("reforms", 1, "result_currier")),
        ({"uptake": {"share": 1.5}}, "DS113", ("reforms", 1, "uptake", "share")),
        ({"uptake": {}}, "DS101", ("reforms", 1, "uptake")),
        ({"uptake": {"share": 0.5, "chanel": "online"}}, "DS102", ("reforms", 1, "uptake", "chanel")),
        ({"uptake": {"share": 0.5, "channel": "on line"}}, "DS103", ("reforms", 1, "uptake", "channel")),
        ({"result_courier": {"delay": "two days"}}, "DS115", ("reforms", 1, "result_courier", "delay")),
        ({"result_courier": {"postage": "12"}}, "DS125", ("reforms", 1, "result_courier", "postage")),
        ({"result_courier": 3}, "DS502", ("reforms", 1, "result_courier")),
        (
            {"result_courier": {"items": {"id": "food_licence"}}},
            "DS503",
            ("reforms", 1, "result_courier", "items", "id"),
        ),
        (
            {"result_courier": {"items": {"kind": "license"}}},
            "DS504",
            ("reforms", 1, "result_courier", "items", "kind"),
        ),
        ({"one_window": {"pools": ["nobody"]}}, "DS508", ("reforms", 1, "one_window", "pools", 0)),
        ({"one_window": {"pools": ["market_officers"]}}, "DS541", ("reforms", 1, "one_window", "pools", 0)),
        ({"online_acceptance": {"pool": "nobody"}}, "DS508", ("reforms", 1, "online_acceptance", "pool")),
        ({"online_prereview": {"pool": "nobody"}}, "DS508", ("reforms", 1, "online_prereview", "pool")),
        ({"e_certificate": {"materials": ["nothing"]}}, "DS508", ("reforms", 1, "e_certificate", "materials")),
        ({"capacity": {"pools": ["market_officers"], "add": -999}}, "DS544", ("reforms", 1, "capacity", "add")),
        (
            {"patch": {"set": {"pools/market_officers/servers": 0}}},
            "DS113",
            ("reforms", 1, "patch", "set", "pools/market_officers/servers"),
        ),
        (
            {"patch": {"items": {"id": "food_business_licence"}, "set": {"process/start": "nowhere"}}},
            None,
            ("reforms", 1, "patch", "items", "food_business_licence"),
        ),
    ],
)  # fmt: skip
def test_wrong_words_are_located(use: Any, code: str | None, path: tuple[Any, ...], fuzhou: ServiceSystem) -> None:
    with pytest.raises(InputError) as raised:
        reforms.apply(fuzhou, scenario("e_certificate", use))
    found = [f for f in raised.value.findings if f.path[: len(path)] == path]
    assert found
    assert code is None or found[0].code == code
    for lang in LANGS:
        assert finding_line(found[0], lang)


def test_all_findings_at_once(fuzhou: ServiceSystem) -> None:
    with pytest.raises(InputError) as raised:
        reforms.apply(fuzhou, scenario({"uptak": {}}, {"uptake": {}}, {"one_window": {"pools": ["nobody"]}}))
    assert {f.path[1] for f in raised.value.findings} == {0, 1, 2}


def test_unknown_name_has_a_guess() -> None:
    with pytest.raises(InputError) as raised:
        reforms.load("result_currier")
    assert raised.value.findings[0].values["closest"] == ("result_courier",)
    assert closest("zzz", ["b", "a"]) == ("a", "b")


def test_choosing_nobody_is_a_warning(fuzhou: ServiceSystem) -> None:
    result = reforms.reform(fuzhou, "e_certificate", items={"kind": "coercion"})
    assert [f.code for f in result.findings] == ["DS505"]
    assert result.system is fuzhou


def test_items_are_chosen_by_derived_level() -> None:
    canonical = load_system("canonical").system
    result = reforms.reform(canonical, "online_acceptance", items={"level": ["II", "III"]})
    assert result.uses[0].chosen == ("level_ii", "level_iii")
    assert result.uses[0].changed == ("level_ii",)


@pytest.mark.parametrize("name", reforms.catalogue())
def test_every_reform_has_its_words(name: str) -> None:
    reform = reforms.load(name)
    assert isinstance(reform, Reform)
    assert reform.id == name
    assert reform.touches
    assert reform.source
    for lang in LANGS:
        assert reform.name(lang)
        assert reform.summary(lang)
        for parameter in reform.parameters.model_fields:
            assert reform.parameter(parameter, lang)


def test_no_words_for_what_is_not_there() -> None:
    known = {"items", "adoption", "starts"}
    for name in reforms.catalogue():
        known |= {name, f"{name}.summary", *(f"{name}.{p}" for p in reforms.load(name).parameters.model_fields)}
    assert set(room("reforms")) <= known
    assert text("reforms.items", "zh")


def test_listing_imports_no_plugin() -> None:
    found = Catalogue("depthsim.reforms", "reform", Reform)
    assert "uptake" in found
    assert not [name for name in found if name.startswith("_")]
    assert len(found) >= 9
