"""The verb: findings, determinism, the scenario and the picture that it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from depthsim import reforms
from depthsim.analysis.visits import analyse
from depthsim.errors import InputError, UsageError
from depthsim.files import load_costs, load_scenario, read_costs
from depthsim.model.costs import Costs
from depthsim.model.segments import item_for, segment_shares
from depthsim.model.system import Applicants
from depthsim.texts import LANGS
from depthsim.verbs.plan import Plan, plan
from depthsim.views import typeface
from plan.prices import any_costs, fuzhou, some

ITEMS = ("real_estate_transfer", "road_occupation", "lawyer_practice", "food_business_licence")


def planned(**more: Any) -> Plan:
    return plan(some(*ITEMS), costs=any_costs(1), simulate=False, **more)


def codes(problem: InputError | UsageError) -> set[str]:
    return {f.code for f in problem.findings}


def test_a_budget_of_nothing_gives_nothing_and_says_so() -> None:
    costs = any_costs(1)
    dear = {
        n: c.model_copy(update={"per_item": c.per_item or None, "fixed": "9 CNY"}) for n, c in costs.reforms.items()
    }
    paid = Costs.model_validate(
        {
            "id": "a",
            "name": "a",
            "reforms": {n: {"fixed": "9 CNY", "parameters": dict(c.parameters)} for n, c in dear.items()},
        }
    )
    found = plan(some(*ITEMS), budget=0, costs=paid, simulate=False)
    assert found.ranking == ()
    assert found.portfolio.gain == found.portfolio.cost == 0
    assert "DS673" in {f.code for f in found.findings}
    assert found.to_json()["portfolio"] == []


def test_the_answer_is_the_same_every_time() -> None:
    first, second = (json.dumps(planned(budget=30).to_json()) for _ in range(2))
    assert first == second


def test_json_is_as_the_interface_says() -> None:
    found = planned(budget=40).to_json()
    assert found["portfolio"]
    for entry in found["portfolio"]:
        assert {"reform", "items", "cost", "gain"} <= set(entry)
    assert all({"cost", "gain"} <= set(point) for point in found["frontier"])
    costs = [point["cost"] for point in found["frontier"]]
    gains = [point["gain"] for point in found["frontier"]]
    assert costs == sorted(costs)
    assert gains == sorted(gains)
    assert found["total"]["cost"] <= 40
    assert {"cost": found["total"]["cost"], "gain": found["total"]["gain"]} in [
        {"cost": p["cost"], "gain": p["gain"]} for p in found["frontier"]
    ]


def test_the_written_scenario_gives_the_exact_gain(tmp_path: Path) -> None:
    system = some(*ITEMS)
    found = planned(budget=40)
    files = found.write(tmp_path / "out")
    assert {f.name for f in files} == {"portfolio.yaml", "frontier.svg", "plan.json"}
    scenario = load_scenario(tmp_path / "out" / "portfolio.yaml")
    assert scenario == found.scenario
    after = reforms.apply(system, scenario).system
    gain = sum(
        item.demand.per_year * sign * share * analyse(item_for(item, side.applicants.segments[segment])).expected
        for sign, side in ((1, system), (-1, after))
        for item in side.items.values()
        if item.demand
        for segment, share in segment_shares(side, item).items()
    )
    assert gain == pytest.approx(found.portfolio.gain)
    with pytest.raises(InputError) as full:
        found.write(tmp_path / "out")
    assert codes(full.value) == {"DS030"}


@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_is_static_and_has_every_character(lang: str, tmp_path: Path) -> None:
    from depthsim.views.charts import png, svg

    found = planned(budget=40)
    first, second = (svg(found.plot(lang=lang)) for _ in range(2))  # type: ignore[arg-type]
    assert first == second
    assert first.startswith(b"<?xml")
    assert b"<script" not in first
    assert png(found.plot(lang=lang)).startswith(b"\x89PNG")  # type: ignore[arg-type]
    words = found._words(lang)  # type: ignore[arg-type]
    assert not typeface.missing("".join(words.values()))


@pytest.mark.parametrize(
    ("targets", "wanted"),
    [(["IV:1"], {"DS665", "DS677"}), (["III:1"], {"DS665", "DS677"}), (["licence=IV:100%"], {"DS665", "DS677"})],
)
def test_targets_out_of_reach_say_how_far_they_can_be_reached(targets: list[str], wanted: set[str]) -> None:
    with pytest.raises(InputError) as refused:
        plan("fuzhou", targets=targets, costs=any_costs(1), budget=10_000, simulate=False)
    assert codes(refused.value) <= wanted
    (first,) = (f for f in refused.value.findings if f.code == "DS665")
    assert 0 < first.values["reached"] < first.values["needed"] <= first.values["items"]


def test_a_target_that_only_money_is_missing_for_says_how_much() -> None:
    with pytest.raises(InputError) as refused:
        planned(targets=["IV:0.5"], budget=0)
    values = next(f.values for f in refused.value.findings if f.code == "DS676")
    cost = float(str(values["cost"]).replace(",", ""))
    assert planned(targets=["IV:0.5"], budget=cost).portfolio.cost <= cost * 100
    with pytest.raises(InputError):
        planned(targets=["IV:0.5"], budget=cost - 1)


@pytest.mark.parametrize(
    ("given", "code"),
    [("V:0.5", "DS661"), ("IV", "DS661"), ("IV:1.5", "DS661"), ("IV:120%", "DS661"), ("licences=IV:0.5", "DS662"),
     ("penalty=IV:0.5", "DS663")],
)  # fmt: skip
def test_targets_that_make_no_sense(given: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        planned(targets=[given])
    assert codes(refused.value) == {code}


@pytest.mark.parametrize(
    ("more", "code"),
    [({"objective": "joy"}, "DS672"), ({"budget": -1}, "DS610"), ({"budget": float("nan")}, "DS610")],
)
def test_requests_that_make_no_sense(more: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as refused:
        planned(**more)
    assert codes(refused.value) == {code}


def test_what_the_system_lacks_is_said() -> None:
    poor = some(*ITEMS).model_copy(update={"applicants": Applicants()})
    for more, code in (({"objective": "money"}, "DS667"), ({"fair": True}, "DS671")):
        with pytest.raises(InputError) as refused:
            plan(poor, costs=any_costs(1), simulate=False, **more)  # type: ignore[arg-type]
        assert codes(refused.value) == {code}


def test_nobody_may_lose(tmp_path: Path) -> None:
    segments = {
        "young": {"name": "young", "share": 0.7, "uptake": {"online": 2.0}},
        "old": {"name": "old", "share": 0.3, "uptake": {"online": 0.1}},
    }
    applicants = Applicants.model_validate({"segments": segments})
    system = some(*ITEMS).model_copy(update={"applicants": applicants})
    found = plan(system, costs=any_costs(1), fair=True, simulate=False)
    assert set(found.portfolio.segment_gains()) == {"young", "old"}
    assert all(gain >= 0 for gain in found.portfolio.segment_gains().values())
    mixed = found.portfolio.segment_gains()
    assert 0.7 * mixed["young"] + 0.3 * mixed["old"] == pytest.approx(found.portfolio.gain)


def test_reforms_of_the_system_that_do_not_fit_it_are_left_out_with_a_reason() -> None:
    found = plan("canonical", simulate=False)
    assert {"DS679"} <= {f.code for f in found.findings}
    assert not found.alone


def test_costs_say_what_is_wrong_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "schema: depthsim/costs/1\nid: mine\nname: mine\nreforms:\n"
        "  result_currier: {fixed: 1 CNY}\n"
        "  online_payment: {fixed: 1 CNY, parameters: {uptakes: 0.4}}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as refused:
        plan("fuzhou", costs=file, simulate=False)
    found = {(f.code, f.location.line if f.location else 0) for f in refused.value.findings}
    assert found == {("DS501", 5), ("DS102", 6)}


@pytest.mark.parametrize(
    ("reforms_text", "code"),
    [
        ("  e_result: {}\n", "DS180"),
        ("  e_result: {fixed: 1 CNY, per_item: 1 EUR}\n", "DS181"),
        ("  e_result: {fixed: -1 CNY}\n", "DS125"),
        ("  e_result: {fixed: 1 CNY, most_items: -1}\n", "DS113"),
        ("  e_result: {price: 1 CNY}\n", "DS102"),
        ("  {}\n", "DS112"),
    ],
)
def test_costs_that_make_no_sense(reforms_text: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    head = "schema: depthsim/costs/1\nid: mine\nname: mine\nreforms:\n"
    file.write_text(head + reforms_text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_costs(file)
    assert code in codes(refused.value)
    assert all(f.location for f in refused.value.findings)


def test_missing_costs_are_a_finding() -> None:
    with pytest.raises(InputError) as refused:
        plan("fuzhou", costs="gold", simulate=False)
    assert codes(refused.value) == {"DS026"}


def test_the_bundled_costs_name_where_every_number_comes_from() -> None:
    from depthsim.model.provenance import number_origins

    document = read_costs("illustrative").document
    assert document is not None
    assert all(n.origin for n in number_origins(document.data))
    costs = load_costs("illustrative")
    found = plan(fuzhou(), simulate=False, budget=500_000)
    assert set(costs.reforms) >= {r.step.entry.key for r in found.ranking}


def test_costs_are_checked_like_every_file(tmp_path: Path) -> None:
    from depthsim.verbs.check import check

    file = tmp_path / "mine.yaml"
    text = "schema: depthsim/costs/1\nid: mine\nname: mine\nreforms:\n"
    file.write_text(text + "  e_result: {fixed: 1 CNY, parameters: {take: 1 min}}\n  e_resul: {fixed: 1 CNY}\n")
    assert {(f.code, f.location.line if f.location else 0) for f in check(file).findings} == {
        ("DS102", 5),
        ("DS501", 6),
    }
