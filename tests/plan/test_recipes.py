"""explain --target: no smaller set does, the cheapest first, and what a blocker costs in visits."""

from __future__ import annotations

from itertools import combinations, permutations
from math import comb

import pytest

from depthsim import reforms
from depthsim.analysis.level import classify
from depthsim.analysis.visits import analyse
from depthsim.errors import InputError
from depthsim.files import load_costs, load_system
from depthsim.model.level import Level
from depthsim.studies.recipes import candidates, recipes, vanishing
from depthsim.verbs.explain import explain
from plan.prices import any_costs, everybody, fuzhou, scheme, some

COSTS = load_costs("illustrative")


@pytest.mark.parametrize("item", list(fuzhou().items))
def test_every_recipe_works_and_no_smaller_set_does(item: str) -> None:
    system = some(item)
    offered = candidates(system, item, COSTS)
    if classify(system[item], scheme(), system.published).level is Level.IV:
        return
    found = recipes(system, item, Level.IV, scheme(), offered, most=2)
    assert found.sets == sum(comb(len(offered), n) for n in range(found.largest + 1))
    size = min((len(r.candidates) for r in found.recipes), default=3)
    working = set()
    for count in range(3):
        for chosen in combinations(offered, count):
            for order in permutations(chosen):
                after = system
                for c in order:
                    try:
                        after = reforms.reform(after, c.reform.id, **{**_given(c.key), "items": {"id": item}}).system
                    except InputError:
                        break
                else:
                    if classify(after[item], scheme(), after.published).level is Level.IV:
                        assert count >= size
                        if count == size:
                            working.add(frozenset(c.key for c in chosen))
    assert {frozenset(c.key for c in r.candidates) for r in found.recipes} == working
    costs = [r.cents if r.cents is not None else float("inf") for r in found.recipes]
    assert costs == sorted(costs)


def _given(key: str) -> dict[str, object]:
    from depthsim.model.value import thaw

    return dict(thaw(COSTS.reforms[key].parameters)) if key in COSTS.reforms else {}


def test_real_estate_needs_two_reforms() -> None:
    found = explain("fuzhou/real_estate_transfer", target="IV")
    target = found.target
    assert target is not None
    assert target.search is not None
    assert target.recipes[0].reforms == ("online_payment", "online_acceptance")
    assert target.recipes[0].cents == 71_400_000
    assert target.search.smaller == 1 + target.search.candidates
    assert {b.step for b in target.blockers} == {"show_and_answer", "pay_tax"}


def test_a_five_star_item_needs_the_courier_alone() -> None:
    target = explain("fuzhou/outdoor_advertising", target="IV").target
    assert target is not None
    assert target.recipes[0].reforms == ("result_courier",)


def test_a_level_that_holds_needs_nothing_and_one_out_of_reach_says_why() -> None:
    reached = explain("canonical/level_iv", target="II").target
    assert reached is not None
    assert reached.reached
    assert reached.recipes == ()
    far = explain("fuzhou/marriage_registration", target="IV").target
    assert far is not None
    assert not far.recipes
    assert far.remaining
    assert far.search is not None
    assert far.search.sets == sum(comb(far.search.candidates, n) for n in range(5))


def test_what_a_blocker_costs_in_visits() -> None:
    system = everybody(fuzhou())
    item = system["road_occupation"]  # pay at one hall, collect at another: two trips that do not depend on each other
    for r in analyse(item).reasons:
        gone = vanishing(item, tuple(r.step.split("/")), system, scheme())
        assert gone == pytest.approx(sum(x.expected for x in analyse(item).reasons if x.step == r.step))
    canonical = load_system("canonical").system
    item = canonical["level_iii"]  # one trip to show originals and to collect: neither step alone saves it
    (step,) = {r.step for r in analyse(item).reasons}
    assert vanishing(item, (step,), canonical, scheme()) == 0


def test_visits_that_serve_two_steps_do_not_vanish_with_one() -> None:
    for item in fuzhou().items.values():
        expected = analyse(item).expected
        for r in analyse(item).reasons:
            assert vanishing(item, tuple(r.step.split("/")), fuzhou(), scheme()) <= expected + 1e-9


def test_costs_decide_the_parameters_and_what_is_offered() -> None:
    system = some("road_occupation")
    keys = {c.key for c in candidates(system, "road_occupation", any_costs(1))}
    assert {"online_payment", "e_result"} <= keys
    assert "shorter_limit" not in keys  # it changes no level
    unknown = next(c for c in candidates(system, "road_occupation", any_costs(1)) if c.key == "e_result")
    assert unknown.cents is None
