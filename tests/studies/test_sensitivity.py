"""Assumptions varied over their ranges on the exact model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from depthsim import reforms
from depthsim.errors import UsageError
from depthsim.files import load_system, read_scenario
from depthsim.model.provenance import assumed_numbers
from depthsim.model.scenario import BASELINE, Scenario
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.studies.exact import exact_means
from depthsim.studies.sensitivity import Alternative, Draws, ExactModel, drawn, parameters_of, ranked, screened, swings
from depthsim.texts import LANGS, Lang, room
from depthsim.verbs.assumption_words import in_two_lines
from depthsim.verbs.sensitivity import Sensitivity, sensitivity


def item(**demand: Any) -> dict[str, Any]:
    return {
        "schema": "depthsim/service/1", "id": "permit", "name": "Permit", "kind": "licence", "handling": "committed",
        "fee": "none", "result": {"form": "physical"},
        "demand": {"per_year": 1000, "assumption": {"note": "guess", "low": 500, "high": 2000}, **demand},
        "process": {
            "start": "apply",
            "steps": {
                "apply": {
                    "role": "submit", "stage": "preparation", "by": "applicant",
                    "options": {
                        "online": {
                            "channel": "online", "takes": {"law": "constant", "value": "10 min"}, "uptake": 0.4,
                            "next": "check", "assumption": {"note": "one share, one time", "low": 0.1, "high": 0.9},
                        },
                        "window": {"channel": "window", "at": "hall", "served": "5 min", "next": "check"},
                    },
                },
                "check": {
                    "role": "accept", "stage": "acceptance", "by": "office", "pool": "desk", "takes": "5 min",
                    "outcomes": {
                        "fine": {"next": "collect"},
                        "lacking": {"next": "apply", "kind": "correction", "chance": 0.2, "assumption": "no rate"},
                    },
                },
                "collect": {
                    "role": "collect", "stage": "delivery", "by": "applicant",
                    "options": {"window": {"channel": "window", "at": "hall", "served": "2 min", "next": "delivered"}},
                },
            },
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def town() -> ServiceSystem:
    travel = {"law": "lognormal", "mean": "20 min", "cv": 0.5, "assumption": {"note": "g", "low": 10, "high": "0.5 h"}}
    return ServiceSystem.model_validate(
        {
            "schema": "depthsim/system/1", "id": "town", "name": "Town",
            "places": {"hall": {"name": "Hall", "travel": travel}},
            "pools": {"desk": {"name": "Desk", "kind": "back", "servers": 2, "assumption": "g"}},
            "items": {"permit": ServiceItem.model_validate(item())},
        }
    )  # fmt: skip


def courier(name: str = "courier", uptake: float = 0.8) -> Scenario:
    use = {"result_courier": {"items": "all", "uptake": uptake, "delay": "2 days", "postage": "12 CNY"}}
    return Scenario.model_validate({"id": name, "name": name, "assumption": "guess", "reforms": [use]})


def model(town: ServiceSystem, measure: Any = "visits") -> ExactModel:
    scenario = courier()
    parameters, _ = parameters_of(town, [BASELINE, scenario], measure)
    return ExactModel(town, BASELINE, [Alternative("courier", scenario, (0,))], parameters, measure)


def test_a_number_belongs_to_its_nearest_assumption_and_a_law_is_one_number() -> None:
    found = {a.path: a for a in assumed_numbers(item()["process"]["steps"]["apply"])}
    assert set(found) == {("options", "online", "takes"), ("options", "online", "uptake")}
    assert (found["options", "online", "takes"].low, found["options", "online", "takes"].high) == (None, None)
    assert (found["options", "online", "uptake"].low, found["options", "online", "uptake"].high) == (0.1, 0.9)
    both = {"a": 1, "b": 2, "assumption": {"note": "n", "low": 0, "high": 3}}
    assert all((a.low, a.high) == (None, None) for a in assumed_numbers(both))
    timed = {"a": 1, "b": "2 min", "c": "3 min", "assumption": {"note": "n", "low": "1 min", "high": "5 min"}}
    assert all((a.low, a.high) == (None, None) for a in assumed_numbers(timed))
    assert [a.high for a in assumed_numbers(timed | {"c": 3, "a": 2})] == [None, "5 min", None]
    assert assumed_numbers({"a": 1, "assumption": {"note": "n", "low": 0, "high": 2}})[0].high == 2
    assert assumed_numbers({"a": {"b": 1, "source": "s"}, "assumption": "n"}) == []


def test_ranges_are_the_files_or_the_default_ones(town: ServiceSystem) -> None:
    found = {p.id: p for p in model(town, "active_minutes").parameters}
    demand = found["permit/demand/per_year"]
    assert (demand.low, demand.value, demand.high, demand.own_range) == (500, 1000, 2000, True)
    travel = found["system/places/hall/travel"]
    assert (travel.low, travel.value, travel.high, travel.unit) == pytest.approx((10, 20, 30, "min"), abs=1e-9)
    correction = found["permit/process/steps/check/outcomes/lacking/chance"]
    assert (correction.low, correction.high, correction.own_range) == (0.05, 0.5, False)
    uptake = found["permit/process/steps/apply/options/online/uptake"]
    assert (uptake.low, uptake.high, uptake.own_range) == (0.1, 0.9, True)
    assert found["scenario courier/reforms/0/result_courier/uptake"].high == 1.0
    assert "permit/process/steps/apply/options/online/takes" in found
    assert all(p.kind not in ("minutes", "travel") for p in model(town).parameters)


def test_as_assumed_it_is_what_theory_says(town: ServiceSystem) -> None:
    """1,000 cases of which 80 % need not collect."""
    assert model(town).answer(model(town).nominal) == pytest.approx([-800])


def test_one_item_at_a_time_is_the_whole_system() -> None:
    system, scenario = load_system("fuzhou").system, read_scenario("full_package").scenario
    one_by_one = ExactModel(system, BASELINE, [Alternative("x", scenario, tuple(range(12)))], (), "visits")
    assert len(one_by_one.groups) == len(system.items)
    sums = []
    for one in (system, reforms.apply(system, scenario).system):
        from depthsim.measures import measures_of

        exact = exact_means(one, measures_of(one))
        sums.append(sum(exact.items[n]["visits"] * exact.per_year[n] for n in exact.items))
    assert one_by_one.answer(()) == pytest.approx([sums[1] - sums[0]])


def test_each_assumption_by_itself_does_what_it_must(town: ServiceSystem) -> None:
    found = {s.parameter.id: s for s in swings(model(town))}
    demand = found["permit/demand/per_year"]
    assert (demand.at_low, demand.at_high) == pytest.approx((-400, -1600))
    uptake = found["scenario courier/reforms/0/result_courier/uptake"]
    assert (uptake.at_low, uptake.at_high) == pytest.approx((-400, -1000))
    assert found["permit/process/steps/check/outcomes/lacking/chance"].width == pytest.approx(0)  # before the end
    widths = [s.width for s in swings(model(town))]
    assert widths == sorted(widths, reverse=True)


def test_shares_beside_a_varied_one_make_room(town: ServiceSystem) -> None:
    """Minutes of travel follow the online share, also where all shares are given."""
    whole = item()
    whole["process"]["steps"]["apply"]["options"]["window"]["uptake"] = 0.6
    given = town.with_items({"permit": ServiceItem.model_validate(whole)})
    other = given.with_items({"permit": ServiceItem.model_validate(item())})
    for measure in ("visits", "active_minutes"):
        ends = []
        for system in (given, other):
            place = "permit/process/steps/apply/options/online/uptake"
            ends.append([(s.at_low, s.at_high) for s in swings(model(system, measure)) if s.parameter.id == place])
        assert ends[0] == [pytest.approx(ends[1][0])]


def test_draws_are_addressed_by_the_seed(town: ServiceSystem) -> None:
    one, two = drawn(model(town), 20, 7), drawn(model(town), 20, 7)
    assert one == two
    assert one != drawn(model(town), 20, 8)
    low, high = one.interval()
    assert -2000 <= low < -800 < high <= -200
    assert one.same_sign(-800) == 1.0
    assert one.refused == 0


def test_rankings_count_the_draws_in_which_they_hold() -> None:
    draws = Draws(((-3.0, -2.0, 0.0), (-3.0, -4.0, 0.0), (-1.0, -1.0, 0.0), (-5.0, -2.0, 0.0)), 0)
    found = ranked((-3.0, -2.0, 0.0), draws)
    assert found is not None
    assert found.order == (0, 1)
    assert (found.whole, found.first, found.pairs) == (0.75, 0.75, 0.75)
    assert ranked((-3.0, 0.0), draws) is None


def test_screening_finds_what_matters(town: ServiceSystem) -> None:
    effects = screened(model(town), 4, 1)
    assert {e.parameter.id for e in effects[:2]} == {
        "permit/demand/per_year",
        "scenario courier/reforms/0/result_courier/uptake",
    }
    assert effects[-1].size == pytest.approx(0)
    assert effects[0].spread > 0  # the two multiply


@pytest.fixture(scope="module")
def two(town: ServiceSystem) -> Sensitivity:
    return sensitivity(town, [BASELINE, courier(), courier("some", 0.3)], draws=30)


def test_the_ranking_of_scenarios(two: Sensitivity) -> None:
    said = two.to_json()
    assert said["ranking"]["order"] == ["courier", "some"]
    assert 0.9 <= said["ranking"]["first"] <= 1.0
    assert said["headline"]["nominal"] == pytest.approx(-800)
    assert said["assumptions"]["not_varied"] > 0
    assert len(two.table()) == said["assumptions"]["varied"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_tornado_is_a_picture(two: Sensitivity, lang: Lang, tmp_path: Path) -> None:
    svg = two.save(tmp_path / "a.svg", lang=lang).read_bytes()
    assert svg.startswith(b"<?xml")
    assert svg == two.save(tmp_path / "b.svg", lang=lang).read_bytes()
    assert two.save(tmp_path / "a.png", lang=lang).read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError):
        two.save(tmp_path / "a.gif")


def test_a_single_scenario_ranks_its_reforms() -> None:
    found = sensitivity("canonical", "courier", draws=4)
    assert found.ranking is None  # one reform
    assert sensitivity("canonical", "courier", draws=4, headline_only=True).swings == ()


def test_parameters_of_reforms_have_words(two: Sensitivity) -> None:
    mine = next(p for p in two.parameters if p.kind == "reform")
    assert two.label(mine, "en").endswith("1 Results by courier: uptake")
    assert two.label(mine, "zh").endswith("1 结果快递：采用比例")
    known = room("sensitivity")
    for name in reforms.catalogue():
        for field, about in reforms.load(name).parameters.model_fields.items():
            numeric = re.search(r"\b(float|int|Constant|Money)\b", str(about.annotation))
            assert not numeric or f"parameter_{field}" in known, (name, field)


def test_numbers_of_segments_have_words(town: ServiceSystem) -> None:
    segments = {
        "old": {"name": {"zh": "老年人", "en": "Elderly"}, "share": 0.3, "uptake": {"online": 0.4}, "travel": 1.5},
        "rest": {"name": "Others"},
    }
    whole = town.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    whole["applicants"] = {"segments": segments, "assumption": "guess"}
    found = sensitivity(ServiceSystem.model_validate(whole), courier(), draws=2, measure="active_minutes")
    labels = {found.label(p, "zh") for p in found.parameters if p.kind == "segment"}
    assert labels == {"老年人：占申请人的比例", "老年人：网上渠道的系数", "老年人：路程"}
    assert "Elderly: factor for online" in {found.label(p, "en") for p in found.parameters}


def test_requests_that_make_no_sense(town: ServiceSystem) -> None:
    for wrong in ({"measure": "money"}, {"draws": 1}, {"trajectories": -1}, {"seed": -1}):
        with pytest.raises(UsageError):
            sensitivity(town, courier(), **wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        sensitivity(town, [])


def test_long_labels_go_over_two_lines() -> None:
    assert in_two_lines("short: one") == "short: one"
    assert in_two_lines("a" * 30 + ": " + "b" * 30) == "a" * 30 + ":\n" + "b" * 30
