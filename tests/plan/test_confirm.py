"""The exact gain is what the simulation finds where nobody waits."""

from __future__ import annotations

import pytest
from immutabledict import immutabledict

from depthsim import reforms
from depthsim.analysis.visits import analyse
from depthsim.model.system import ServiceSystem
from depthsim.studies import compare
from depthsim.studies.plan import Gain, Objective, Portfolio, Program, confirm, ranked, scenario
from depthsim.studies.run import Setting
from plan.prices import any_costs, searched, some

ITEMS = ("real_estate_transfer", "road_occupation", "lawyer_practice", "food_business_licence", "residence_permit")
NAME = {"zh": "x", "en": "x"}


def unlimited(system: ServiceSystem) -> ServiceSystem:
    """Return a system in which nobody waits for a server."""
    pools = {name: pool.model_copy(update={"servers": 10_000}) for name, pool in system.pools.items()}
    return system.model_copy(update={"pools": immutabledict(pools)})


def best(objective: Objective) -> tuple[ServiceSystem, Portfolio]:
    system = unlimited(some(*ITEMS))
    found = Program(searched(system, any_costs(1), objective)).best()
    assert found is not None
    assert found.gain > 0
    return system, found


def simulated(
    system: ServiceSystem, portfolio: Portfolio, objective: Objective, seed: int, days: float, replications: int
) -> Gain:
    after = reforms.apply(system, scenario(portfolio, NAME)).system
    settings = [Setting(s, "discrete_event", seed, days) for s in (system, after)]
    return confirm(settings, objective, replications).whole[0]


@pytest.mark.parametrize("objective", ["visits", "applicant_minutes", "money"])
def test_the_exact_gain_lies_inside_without_queues(objective: Objective) -> None:
    system, portfolio = best(objective)
    found = simulated(system, portfolio, objective, 3, 15.0, 4)
    assert found.ci95 is not None
    assert found.holds(portfolio.gain), (found, portfolio.gain)


@pytest.mark.slow
@pytest.mark.parametrize("objective", ["visits", "applicant_minutes", "money"])
def test_the_exact_gain_lies_inside_in_17_of_20_seeds(objective: Objective) -> None:
    system, portfolio = best(objective)
    inside = [simulated(system, portfolio, objective, seed, 20.0, 8).holds(portfolio.gain) for seed in range(20)]
    assert sum(inside) >= 17, inside


def test_steps_and_whole_are_those_of_compare() -> None:
    system = some(*ITEMS)
    portfolio = Program(searched(system, any_costs(1))).best()
    assert portfolio is not None
    steps = ranked(portfolio)
    systems = [system, *(reforms.apply(system, scenario(s.so_far, NAME)).system for s in steps)]
    settings = [Setting(s, "discrete_event", 1, 8.0) for s in systems]
    found = confirm(settings, "visits", 2)
    study = compare(settings, 2)
    for gain, other in zip(found.whole, study.scenarios[1:], strict=True):
        assert gain.mean == pytest.approx(-(other.difference["visits"].per_year or 0.0), rel=1e-9)
    assert sum(g.mean for g in found.steps) == pytest.approx(found.whole[-1].mean, rel=1e-9)
    assert found.steps[0] == found.whole[0]
    again = confirm(settings, "visits", 2, jobs=2)
    assert again == found


@pytest.mark.parametrize("objective", ["applicant_minutes", "money"])
def test_with_queues_the_difference_is_waiting_alone(objective: Objective) -> None:
    system = some(*ITEMS)
    portfolio = Program(searched(system, any_costs(1), objective)).best()
    assert portfolio is not None
    found = simulated(system, portfolio, objective, 5, 15.0, 4)
    assert found.ci95 is not None
    assert found.rest95 is not None
    assert found.waiting is not None
    assert not found.doubts(portfolio.gain), (found, portfolio.gain)
    middle = sum(found.rest95) / 2
    assert found.mean == pytest.approx(middle + found.waiting, rel=1e-6)
    with_queues_only = simulated(unlimited(system), portfolio, objective, 5, 15.0, 4)
    assert abs(with_queues_only.waiting or 0.0) < abs(found.waiting)


def test_items_handled_as_one_are_compared_by_totals_a_year() -> None:
    system = some("company_registration", "food_business_licence")
    merged = reforms.reform(system, "one_matter", share=0.5).system
    settings = [Setting(s, "discrete_event", 3, 30.0) for s in (system, merged)]
    found = confirm(settings, "visits", 4).whole[0]
    expected = sum(
        (item.demand.per_year if item.demand else 0.0) * sign * analyse(item).expected
        for sign, side in ((1, system), (-1, merged))
        for item in side.items.values()
    )
    assert expected > 0
    assert found.ci95 is not None
    half = (found.ci95[1] - found.ci95[0]) / 2
    assert abs(found.mean - expected) <= 2 * half
    assert found.rest95 is None
