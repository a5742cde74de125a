"""Scenarios whose demand differs: totals a year, since pairs of cases cannot show what moves from item to item."""

from __future__ import annotations

import pytest

from depthsim.files import load_system
from depthsim.measures import measures_of
from depthsim.model.scenario import Scenario
from depthsim.model.system import ServiceSystem
from depthsim.reforms import apply
from depthsim.studies.exact import exact_means
from depthsim.studies.tally import TICKS, ItemTally, Sum, Tally
from depthsim.studies.yearly import same_demand, yearly_difference
from depthsim.verbs.compare import compare
from reference_hall import hall

PAIR = {"id": ["company_registration", "food_business_licence"]}


def scenario(*reforms: object) -> Scenario:
    return Scenario.model_validate({"id": "moved", "name": "moved", "reforms": list(reforms)})


def two_items() -> ServiceSystem:
    whole = load_system("fuzhou").system
    return whole.with_items({name: whole[name] for name in PAIR["id"]})


def a_year(system: ServiceSystem, measure: str) -> float:
    """Return the exact total of a measure a year."""
    exact = exact_means(system, measures_of(system))
    return sum(cases * exact.items[name][measure] for name, cases in exact.per_year.items() if cases)


def test_demand_is_the_same_where_nothing_moved() -> None:
    assert same_demand({"a": 1.0, "b": 0.0}, {"a": 1.0})
    assert not same_demand({"a": 1.0}, {"a": 0.5, "new": 0.5})


@pytest.mark.parametrize("measure", ["visits", "form_minutes", "staff_minutes", "travel_minutes"])
def test_one_matter_is_compared_by_totals_a_year(measure: str) -> None:
    before, moved = two_items(), scenario({"one_matter": {"items": PAIR, "share": 0.5}})
    expected = a_year(apply(before, moved).system, measure) - a_year(before, measure)
    study = compare(before, moved, replications=5, seed=3, horizon_days=60)["moved"].study
    found = study.difference[measure]
    assert found.per_year is not None
    assert found.per_year_ci95 is not None
    half = (found.per_year_ci95[1] - found.per_year_ci95[0]) / 2
    assert abs(found.per_year - expected) <= 2 * half
    assert expected < 0
    assert study.only_here > 0
    assert "company_registration_one_matter" not in study.items
    assert study.summary.items[-1].id == "company_registration_one_matter"


def test_fewer_cases_alone_save_what_these_cases_cost() -> None:
    fewer = scenario({"patch": {"items": {"id": "permit"}, "set": {"demand/per_year": 600}}})
    before = hall()
    expected = a_year(apply(before, fewer).system, "visits") - a_year(before, "visits")
    assert expected < 0
    found = compare(before, fewer, replications=6, seed=1, horizon_days=200)["moved"].study
    total, own = found.difference["visits"], found.items["permit"]["visits"]
    assert total.per_year == pytest.approx(expected, rel=0.15)
    assert own.per_year == pytest.approx(expected, rel=0.15)
    assert found.items["register"]["visits"].per_year == 0.0


def test_no_total_where_an_item_that_has_demand_had_no_case() -> None:
    some = Tally({"a": ItemTally(2, [Sum(2, 6 * TICKS)])})
    assert yearly_difference(([some], 0, {"a": 10.0}), ([some], 0, {"a": 5.0}), 1.0) == (-15.0, None)
    assert yearly_difference(([some], 0, {"a": 10.0}), ([some], 0, {"b": 5.0}), 1.0) == (None, None)
