"""Items handled as one by a share of the cases: who moves, totals a year, and reforms that only some adopted before."""

from __future__ import annotations

import pytest

from depthsim import reforms
from depthsim.analysis.mixture import parts
from depthsim.analysis.visits import analyse
from depthsim.errors import InputError
from depthsim.files import load_system
from depthsim.model.scenario import Scenario
from depthsim.model.system import ServiceSystem
from depthsim.model.variants import variants

PAIR = ("company_registration", "food_business_licence")
MERGED = "company_registration_one_matter"


def two() -> ServiceSystem:
    whole = load_system("fuzhou").system
    return whole.with_items({name: whole[name] for name in PAIR})


def under(system: ServiceSystem, *uses: object) -> ServiceSystem:
    return reforms.apply(system, Scenario.model_validate({"id": "s", "name": "s", "reforms": list(uses)})).system


def bundled(system: ServiceSystem, share: float) -> ServiceSystem:
    return reforms.reform(system, "one_matter", share=share).system


def per_year(system: ServiceSystem) -> dict[str, float]:
    return {name: item.demand.per_year for name, item in system.items.items() if item.demand}


def visits(system: ServiceSystem, name: str) -> float:
    found = parts(system.items[name], system, lambda _day: True)
    return sum(p.share * analyse(p.item).expected for p in found or ())


def a_year(system: ServiceSystem) -> float:
    """Return the exact visits a year."""
    return sum(cases * visits(system, name) for name, cases in per_year(system).items())


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 1.0])
def test_a_share_of_the_rarest_item_moves(share: float) -> None:
    before, after = per_year(two()), per_year(bundled(two(), share))
    moved = share * min(before.values())
    assert after[MERGED] == pytest.approx(moved)
    for name in PAIR:
        assert after[name] + after[MERGED] == pytest.approx(before[name])


def test_visits_a_year_fall_in_proportion_to_the_share() -> None:
    """Every moved case saves what both items cost apart less what they cost as one."""
    one = sum(visits(two(), name) for name in PAIR) - visits(bundled(two(), 0.5), MERGED)
    assert one > 0
    for share in (0.0, 0.1, 0.5, 1.0):
        saved = a_year(two()) - a_year(bundled(two(), share))
        assert saved == pytest.approx(share * min(per_year(two()).values()) * one, abs=1e-6)


@pytest.mark.parametrize("adoption", [0.3, 0.8])
def test_who_did_not_adopt_a_reform_of_an_item_does_not_as_one_either(adoption: float) -> None:
    courier = {"items": {"id": "company_registration"}, "uptake": 0.95}
    some = bundled(under(two(), {"result_courier": {**courier, "adoption": adoption}}), 0.5)
    every = bundled(under(two(), {"result_courier": courier}), 0.5)
    none = bundled(two(), 0.5)
    assert dict(variants(some.items[MERGED])).keys() == {"", "result_courier"}
    assert visits(every, MERGED) != visits(none, MERGED)
    mixed = adoption * visits(every, MERGED) + (1 - adoption) * visits(none, MERGED)
    assert visits(some, MERGED) == pytest.approx(mixed)
    assert a_year(some) == pytest.approx(adoption * a_year(every) + (1 - adoption) * a_year(none))


def test_reforms_of_both_items_that_some_adopted_are_told_apart() -> None:
    more = {"items": {"id": "food_business_licence"}, "role": "submit", "channel": "online", "share": 1.0}
    system = under(
        two(),
        {"result_courier": {"items": {"id": "company_registration"}, "uptake": 0.95, "adoption": 0.5}},
        {"uptake": {**more, "adoption": 0.4}},
    )
    assert all(system.items[name].before for name in PAIR)
    found = dict(variants(bundled(system, 0.5).items[MERGED]))
    assert found.keys() == {"", "result_courier", "uptake", "result_courier/uptake"}
    assert all(sum(analyse(item).ends.values()) == pytest.approx(1.0) for item in found.values())


def test_it_takes_no_adoption_of_its_own() -> None:
    with pytest.raises(InputError) as refused:
        reforms.reform(two(), "one_matter", adoption=0.5)
    assert [f.code for f in refused.value.findings] == ["DS509"]
