"""Reforms of one scenario that get in each other's way are reported, in the words of both languages."""

from __future__ import annotations

from typing import Any

import pytest

from depthsim import reforms
from depthsim.errors import Finding, Severity
from depthsim.files import load_scenario, load_system, names
from depthsim.model.scenario import Scenario
from depthsim.texts import LANGS, finding_line

CODES = {"DS552", "DS553", "DS554", "DS555", "DS556"}
WINDOWS = ["market_windows"]


def conflicts(*uses: Any) -> list[Finding]:
    scenario = Scenario.model_validate({"id": "trial", "name": "trial", "reforms": list(uses)})
    found = [f for f in reforms.apply(load_system("fuzhou").system, scenario).findings if f.code in CODES]
    for finding in found:
        for lang in LANGS:
            assert finding_line(finding, lang)
    return found


@pytest.mark.parametrize(
    ("uses", "code"),
    [
        ([{"result_courier": {}}, {"e_result": {}}], "DS552"),
        ([{"e_result": {}}, {"result_courier": {}}], "DS553"),
        ([{"shorter_limit": {"factor": 0.5}}, {"immediate": {}}], "DS552"),
        ([{"immediate": {}}, {"shorter_limit": {"factor": 0.5}}], "DS553"),
        ([{"uptake": {"share": 0.9}}, {"uptake": {"channel": "window", "share": 0.9}}], "DS554"),
        ([{"capacity": {"pools": WINDOWS, "add": 2}}, {"capacity": {"pools": WINDOWS, "add": -1}}], "DS554"),
        ([{"capacity": {"pools": WINDOWS, "servers": 5}}, {"capacity": {"pools": WINDOWS, "servers": 6}}], "DS552"),
        ([{"uptake": {"share": 0.7}}, {"uptake": {"share": 0.9}}], "DS552"),
        (
            [
                {"result_courier": {"items": {"kind": "licence"}}},
                {"patch": {"items": {"id": "food_business_licence"}, "set": {"process/steps/collect/options": {
                    "window": {"channel": "window", "at": "city_hall", "pool": "market_windows", "uptake": 1.0,
                               "next": "delivered"},
                    "courier": None, "kiosk": None}}}},
            ],
            "DS552",
        ),
        ([{"one_matter": {"items": {"id": ["company_registration", "food_business_licence"]}}},
          {"uptake": {"share": 0.9}}], "DS556"),
    ],
)  # fmt: skip
def test_two_that_get_in_each_others_way(uses: list[Any], code: str) -> None:
    found = conflicts(*uses)
    assert [f.code for f in found] == [code]
    assert found[0].values["first"].endswith("#1")
    assert found[0].values["second"].endswith("#2")
    assert found[0].severity is not Severity.ERROR


@pytest.mark.parametrize(
    "uses",
    [
        [{"e_certificate": {}}, {"shorter_limit": {"factor": 0.5}}],
        [{"result_courier": {}}, {"capacity": {"pools": WINDOWS, "add": 2}}],
        [{"result_courier": {"items": {"id": "road_occupation"}}}, {"e_result": {"items": {"id": "drainage_permit"}}}],
        [{"accept_with_gaps": {}}, {"capacity": {"pools": WINDOWS, "add": 2}}],
        [{"uptake": {"share": 0.9}}],
        [],
    ],
)
def test_strangers_are_no_conflict(uses: list[Any]) -> None:
    assert conflicts(*uses) == []


def test_a_conflict_is_found_behind_adoption_and_a_start_too() -> None:
    uses = [{"result_courier": {"adoption": 0.5}}, {"e_result": {"starts": "2025-06-01"}}]
    assert [f.code for f in conflicts(*uses)] == ["DS552"]


@pytest.mark.parametrize("name", names("scenarios"))
def test_bundled_scenarios_do_not_fight_themselves(name: str) -> None:
    found = reforms.apply(load_system("fuzhou").system, load_scenario(name)).findings
    assert not {f.code for f in found} & {"DS552", "DS554"}
