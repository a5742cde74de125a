"""What an item is worth under a set of reforms is what the scenario of these reforms gives, exactly."""

from __future__ import annotations

import sys
from itertools import combinations

import pytest

from depthsim import reforms
from depthsim.analysis.chain import absorb
from depthsim.analysis.elapsed import mean_days
from depthsim.analysis.graph import positions
from depthsim.analysis.level import classify
from depthsim.analysis.minutes import mean_minutes
from depthsim.analysis.shape import skeleton
from depthsim.analysis.visits import analyse
from depthsim.model.scenario import Scenario
from depthsim.model.segments import item_for, segment_shares
from depthsim.model.system import Applicants
from depthsim.studies.plan import Objective, entries, search
from depthsim.studies.plan.worth import case_mean
from plan.prices import any_costs, fuzhou, scheme, searched, some

ITEMS = ("real_estate_transfer", "road_transport_licence", "lawyer_practice")


@pytest.mark.parametrize("item", ITEMS)
def test_tables_are_what_scenarios_give(item: str) -> None:
    system = some(item)
    costs = any_costs(5, 5)
    found = searched(system, costs)
    row = found.rows[0]
    for size in range(4):
        for chosen in combinations(range(len(found.entries)), size):
            uses = [found.entries[n].use((item,)) for n in chosen]
            after = reforms.apply(system, Scenario(id="s", name="s", reforms=tuple(uses))).system  # type: ignore[arg-type]
            worth = row.worth(chosen)
            one, shares = after[item], segment_shares(after, after[item])
            of = {n: analyse(item_for(one, after.applicants.segments[n])).expected for n in shares}
            assert worth.segments == pytest.approx(of, abs=1e-9)
            assert worth.mean == pytest.approx(sum(shares[n] * of[n] for n in shares), abs=1e-9)
            assert worth.level == classify(after[item], scheme(), after.published).level
    assert found.sets == sum(1 for size in range(4) for _ in combinations(range(len(found.entries)), size))
    assert found.analysed == len(row.table) <= found.sets


@pytest.mark.parametrize("item", list(fuzhou().items))
def test_means_are_those_of_the_exact_analysis(item: str) -> None:
    system, one = fuzhou(), fuzhou()[item]
    minutes = mean_minutes(one, system)
    assert case_mean("visits", one, system) == pytest.approx(analyse(one).expected)
    assert case_mean("applicant_minutes", one, system) == pytest.approx(minutes.active)
    graph = positions(one)
    assert case_mean("elapsed_days", one, system) == pytest.approx(mean_days(graph, absorb(graph).times, system))
    without = system.model_copy(update={"applicants": Applicants()})
    wage = system.applicants.wage
    assert wage is not None
    own = case_mean("money", one, system) - case_mean("money", one, without)
    assert own == pytest.approx(minutes.active * wage.amount / 60)


def test_equal_items_are_analysed_once() -> None:
    one = fuzhou()["road_occupation"]
    copies = {f"copy_{n}": one.model_copy(update={"id": f"copy_{n}"}) for n in range(20)}
    more = one.demand.model_copy(update={"per_year": 7.0}) if one.demand else None
    copies["copy_3"] = copies["copy_3"].model_copy(update={"demand": more})
    found = searched(fuzhou().with_items(copies), any_costs(2))
    assert found.different == 1
    assert found.rows[3].table is found.rows[0].table
    assert found.rows[3].per_year == 7.0


def test_an_item_that_may_not_have_a_reform_is_analysed_by_itself() -> None:
    one = fuzhou()["road_occupation"]
    two = {"copy_a": one.model_copy(update={"id": "copy_a"}), "copy_b": one.model_copy(update={"id": "copy_b"})}
    costs = any_costs(1)
    name = "online_payment"
    limited = costs.reforms[name].model_copy(update={"parameters": {"items": {"id": "copy_a"}}})
    found = searched(fuzhou().with_items(two), costs.model_copy(update={"reforms": {**costs.reforms, name: limited}}))
    assert found.different == 2


def test_numbers_do_not_decide_the_skeleton_but_chances_of_zero_do() -> None:
    one = fuzhou()["road_occupation"]
    other = one.model_copy(update={"demand": None, "name": fuzhou().name})
    assert skeleton(one) == skeleton(other)
    for item in fuzhou().items.values():
        assert hash(skeleton(item)) == hash(skeleton(item))


@pytest.mark.parametrize("objective", ["visits", "money"])
def test_several_processes_give_the_same(objective: Objective, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["depthsim.studies.plan.search"], "ALONE_UP_TO", 2)
    system = some(*list(fuzhou().items)[:6])
    alone = searched(system, any_costs(4), objective)
    found, _ = entries(system, any_costs(4))
    several = search(system, found, objective, scheme(), jobs=2)
    assert alone.rows == several.rows
    assert alone.analysed == several.analysed
