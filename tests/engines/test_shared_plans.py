"""Plans of items are shared by systems that differ in other items, and by none whose surroundings differ."""

from __future__ import annotations

from typing import Any

import pytest

from depthsim.engines import _plan, discrete_event
from depthsim.files import load_system
from depthsim.model.system import ServiceSystem


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    _plan._KNOWN.__dict__.clear()


def _other_item(system: ServiceSystem) -> ServiceSystem:
    name, item = next((n, i) for n, i in system.items.items() if i.demand)
    assert item.demand is not None
    busier = item.demand.model_copy(update={"per_year": item.demand.per_year * 2})
    return system.with_items({**system.items, name: item.model_copy(update={"demand": busier})})


def _more_servers(system: ServiceSystem) -> ServiceSystem:
    pools = {n: p.model_copy(update={"servers": p.servers + 1}) for n, p in system.pools.items()}
    return system.model_copy(update={"pools": type(system.pools)(pools)})


def _log(system: ServiceSystem) -> list[Any]:
    return [case for batch in discrete_event.run(system, seed=1, horizon_days=20) for case in batch]


def test_systems_that_differ_in_one_item_share_the_plans_of_the_others() -> None:
    system = load_system("canonical").system
    other = _other_item(system)
    first, second = _plan.plan(system), _plan.plan(other)
    shared = [a is b for a, b in zip(first.items, second.items, strict=True)]
    assert shared.count(False) == 1


@pytest.mark.parametrize("change", [_other_item, _more_servers])
def test_what_was_planned_before_changes_no_log(change: Any) -> None:
    system = load_system("canonical").system
    other = change(system)
    alone = _log(other)
    _plan._KNOWN.__dict__.clear()
    assert _log(system) != alone
    assert _log(other) == alone


def test_other_servers_are_other_plans() -> None:
    system = load_system("canonical").system
    before, after = _plan.plan(system), _plan.plan(_more_servers(system))
    assert [p.servers + 1 for p in before.pools] == [p.servers for p in after.pools]
