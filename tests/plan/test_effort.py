"""How long a plan is simulated follows from the number of cases."""

from __future__ import annotations

import pytest

from depthsim.studies.parts import predicted_cases
from depthsim.studies.plan import effort
from depthsim.verbs.plan import plan
from plan.prices import any_costs, fuzhou, some

RUNS = 7


def grown(times: float) -> float:
    return times * predicted_cases(fuzhou(), 30.0) * 5 * RUNS


def test_small_systems_are_simulated_as_usual() -> None:
    found = effort(fuzhou(), RUNS, "compiled")
    assert (found.replications, found.horizon_days, found.shortened) == (5, 30.0, False)
    assert found.cases == pytest.approx(grown(1))


@pytest.mark.parametrize("times", [3, 12, 60, 200])
def test_more_cases_mean_fewer_replications_then_fewer_days(times: float) -> None:
    system = fuzhou()
    items = {
        name: item.model_copy(
            update={"demand": item.demand.model_copy(update={"per_year": item.demand.per_year * times})}
        )
        for name, item in system.items.items()
        if item.demand
    }
    found = effort(system.with_items(items), RUNS, "compiled")
    assert found.shortened == (grown(times) > 2_500_000)
    assert found.cases <= 2_500_000 or (found.replications, found.horizon_days) == (3, 5.0)
    assert found.replications == 3 or found.horizon_days == 30
    assert found.horizon_days == int(found.horizon_days) >= 5
    assert effort(system.with_items(items), RUNS, "discrete_event").cases <= found.cases


def test_what_is_given_stays() -> None:
    many = effort(fuzhou(), 7000, "compiled", replications=8, horizon_days=90.0)
    assert (many.replications, many.horizon_days, many.shortened) == (8, 90.0, False)
    assert effort(fuzhou(), 7000, "compiled", horizon_days=90.0).replications == 3
    days = effort(fuzhou(), 7000, "compiled", replications=8)
    assert (days.replications, days.horizon_days, days.shortened) == (8, 5.0, True)


def test_the_result_says_how_long() -> None:
    system = some("road_occupation", "lawyer_practice")
    found = plan(system, costs=any_costs(1), replications=2, horizon_days=3.0).to_json()["simulation"]
    assert (found["replications"], found["horizon_days"], found["shortened"]) == (2, 3.0, False)
    usual = plan(system, costs=any_costs(1), replications=2).to_json()["simulation"]
    assert usual["horizon_days"] == 30.0
    assert usual["predicted_cases"] == pytest.approx(10 * found["predicted_cases"], rel=0.1)
