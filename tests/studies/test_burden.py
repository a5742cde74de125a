"""The burden: views of one result."""

from __future__ import annotations

import pytest

from depthsim.verbs.compare import compare
from depthsim.verbs.simulate import Simulation, simulate
from reference_hall import hall


@pytest.fixture(scope="module")
def found() -> Simulation:
    return simulate(hall(), replications=2, horizon_days=20, seed=1)


def test_minutes_first_and_no_money_without_a_wage(found: Simulation) -> None:
    burden = found.burden()
    assert burden.wage is None or burden.wage == hall().applicants.wage.amount  # type: ignore[union-attr]
    if burden.wage is None:
        assert burden.cost is None
    assert burden.staff_cost is None
    assert burden.to_json()["cost_per_transaction"]["staff_cost_per_year"] is None


def test_views_are_of_one_result(found: Simulation) -> None:
    burden = found.burden(wage=30, staff_wage=60)
    totals = found.summary.totals
    assert burden.minutes == pytest.approx(
        sum((totals[name].exact if totals[name].exact is not None else totals[name].mean) or 0 for name in (
            "form_minutes", "travel_minutes", "waiting_minutes", "served_minutes"
        ))
    )  # fmt: skip
    assert burden.staff_cost == pytest.approx(burden.staff.value)  # a CNY a minute
    said = burden.to_json()
    hours = said["burden_hours"]
    assert hours["respondents"] * hours["responses"] * hours["hours_per_response"] == pytest.approx(burden.hours)
    model = said["standard_cost_model"]
    parts = sum(a["cost_per_year"] for a in model["activities"])
    postage = model["postage"]["value"] * burden.cases
    assert model["cost_per_year"] == pytest.approx(parts + postage)
    assert parts == pytest.approx(burden.hours * 30)
    assert burden.cases == sum(i.demand.per_year for i in hall().items.values() if i.demand)


def test_exact_where_theory_gives_it_and_waiting_is_simulated(found: Simulation) -> None:
    burden = found.burden()
    assert {name for name, q in burden.activities.items() if not q.exact} == {"waiting_minutes"}
    for quantity in (burden.staff, burden.corrections, burden.repeat_visits, burden.visits_by_corrections):
        assert quantity is not None
        assert quantity.exact
    assert burden.visits_by_corrections is not None
    assert 0 <= burden.visits_by_corrections.value <= burden.visits.value


def test_every_scenario_has_its_burden() -> None:
    study = compare(hall(), "courier", replications=2, horizon_days=10)
    before, after = (s.burden() for s in study.scenarios)
    assert before.channels == after.channels  # the courier changes the end, not the beginning
    assert before.without_visit is not None
    assert after.without_visit is not None
    assert after.without_visit.value > before.without_visit.value
    assert after.postage is not None
    assert before.postage is not None
    assert after.postage.value > before.postage.value


def test_supply_is_not_take_up() -> None:
    """What begins online is what `uptake` says, and not the level."""
    found = simulate("canonical", replications=1, horizon_days=3).burden()
    assert found.online == pytest.approx(sum(found.channels.get(c, 0.0) for c in ("online", "mobile")))
    assert sum(found.channels.values()) == pytest.approx(1.0)
