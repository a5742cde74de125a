"""Pools that serve by priority: the highest class first, nobody interrupted; against Cobham's formula."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from depthsim.analysis.theory import mg1_wait, mmc_wait, priority_waits
from depthsim.engines.discrete_event import run
from depthsim.model.system import ServiceSystem
from engines.small_systems import applicant, cases, item, office, system
from engines.test_theory import BATCHES, YEAR, agrees, controlled

SHARE, RATE, MEAN, N = 0.5, 0.05, 10.0, 260_000


def ward(discipline: str, servers: int = 1, **segments: Any) -> ServiceSystem:
    """Return M/M/c, always open, at load 0.5; half of the cases are urgent."""
    groups = {"urgent": {"name": "urgent", "share": SHARE, "priority": 2}, "usual": {"name": "usual"}}
    step = office("desk", {"law": "exponential", "mean": f"{MEAN} min"})
    demand = {"per_year": RATE * servers * YEAR, "profile": "flat"}
    pools = {"desk": {"name": "desk", "kind": "back", "servers": servers, "discipline": discipline}}
    people = {"segments": segments or groups}
    return system(item({"work": step}, demand=demand), calendar="always", pools=pools, applicants=people)


@pytest.fixture(scope="module")
def waits() -> dict[str, tuple[float, float]]:
    """Return the mean wait and its standard error of each class in one long run, of about `N` cases."""
    logs = [case for batch in run(ward("priority"), seed=5, horizon_days=N / RATE / 1440) for case in batch]
    logs.sort(key=lambda case: case.arrival)
    means = {}
    table = np.array([[c.segment == "urgent", c.arrival, c.rows[0].wait, c.rows[0].takes] for c in logs[3000:]])
    size = len(table) // BATCHES
    table = table[: size * BATCHES]
    gaps = np.diff(table[:, 1], prepend=table[0, 1]).reshape(BATCHES, size).mean(1) - 1 / RATE
    parts = table.reshape(BATCHES, size, 4)
    urgent = parts[:, :, 0].sum(1) / size - SHARE
    work = parts[:, :, 3].mean(1) - MEAN
    squares = (parts[:, :, 3] ** 2).mean(1) - 2 * MEAN**2
    for name, which in (("urgent", 1.0), ("usual", 0.0)):
        mine = parts[:, :, 0] == which
        wait = (parts[:, :, 2] * mine).sum(1) / mine.sum(1)
        means[name] = controlled(wait, [gaps, urgent, work, squares])
    return means


@pytest.mark.parametrize(("name", "place"), [("urgent", 0), ("usual", 1)])
def test_waits_of_two_classes_are_cobhams(waits: dict[str, tuple[float, float]], name: str, place: int) -> None:
    rates = [SHARE * RATE, (1 - SHARE) * RATE]
    exact = priority_waits(rates, [MEAN, MEAN], [2 * MEAN**2, 2 * MEAN**2])[place]
    mean, error = waits[name]
    assert 4 * error <= 0.04 * exact
    assert agrees(mean, error, exact)
    assert not agrees(mean * 1.08, error, exact)
    assert not agrees(mean * 0.92, error, exact)


def test_the_formula_knows_its_limits() -> None:
    assert priority_waits([0.05], [10], [200]) == [pytest.approx(mg1_wait(0.05, 10, 200))]
    assert priority_waits([0.05], [10], [200]) == [pytest.approx(mmc_wait(0.05, 10))]
    first, second = priority_waits([0.03, 0.03], [10, 10], [200, 200])
    both = priority_waits([0.06], [10], [200])[0]
    assert (first + second) / 2 == pytest.approx(both)
    assert first < both < second
    assert priority_waits([0.03, 0.08], [10, 10], [200, 200])[1] == math.inf
    assert priority_waits([0.03, 0.08], [10, 10], [200, 200])[0] < math.inf


def test_the_higher_class_goes_first_and_nobody_is_interrupted() -> None:
    rows = [(c.segment, c.rows[0]) for c in cases(ward("priority"), 30)]
    overtaken = 0
    for segment, row in rows:
        for other, later in rows:
            if row.request < later.start < row.start:
                assert not (segment == "urgent" and other == "usual"), (
                    "an urgent case waits for the one in service only"
                )
            overtaken += (
                segment == "usual" and other == "urgent" and row.request < later.request < later.start < row.start
            )
    assert overtaken > 20
    busy = sorted((row.start, row.end) for _, row in rows)
    assert all(end <= start for (_, end), (start, _) in pairwise(busy))


def test_within_a_class_the_first_goes_first() -> None:
    for name in ("urgent", "usual"):
        mine = [c.rows[0] for c in cases(ward("priority"), 30) if c.segment == name]
        assert [r.start for r in mine] == sorted(r.start for r in mine)


def test_without_the_discipline_classes_have_no_effect() -> None:
    plain = {"urgent": {"name": "urgent", "share": SHARE}, "usual": {"name": "usual"}}
    assert cases(ward("first_come"), 30) == cases(ward("first_come", **plain), 30)


def test_one_class_for_all_is_first_come_first_served() -> None:
    equal = {"urgent": {"name": "urgent", "share": SHARE, "priority": 3}, "usual": {"name": "usual", "priority": 3}}
    for servers in (1, 3):
        assert cases(ward("priority", servers, **equal), 30) == cases(ward("first_come", servers, **equal), 30)


def test_work_is_neither_made_nor_lost() -> None:
    """Servers are as busy at every moment; only who waits changes."""
    by_class, in_turn = (cases(ward(d), 60) for d in ("priority", "first_come"))
    assert sum(c.rows[0].takes for c in by_class) == sum(c.rows[0].takes for c in in_turn)
    assert max(c.end for c in by_class) == max(c.end for c in in_turn)


def test_an_option_has_a_class_of_its_own_at_the_window() -> None:
    """绿色通道: those who take the green lane at the window are served before the others there."""
    window: dict[str, Any] = {"channel": "window", "at": "hall", "pool": "window", "served": "30 min"}
    steps = {"go": applicant(usual={**window, "uptake": 0.8}, green={**window, "priority": 1})}
    desks = {"window": {"name": "w", "kind": "front", "at": "hall", "servers": 1, "discipline": "priority"}}
    found = [r for c in cases(system(item(steps, per_year=3000), pools=desks), 60) for r in c.rows]
    mean = {n: np.mean([r.wait for r in found if r.outcome == n]) for n in ("usual", "green")}
    assert mean["green"] < mean["usual"] / 2
    assert all(r.asked and r.present for r in found)


def test_a_kiosk_with_a_pool_queues_and_an_agent_costs_no_visit() -> None:
    kiosk = {"channel": "kiosk", "at": "hall", "pool": "window", "served": "40 min", "uptake": 0.5}
    agent = {"channel": "agent", "takes": "5 min", "delay": "1 days", "postage": "80 CNY", "uptake": 0.5}
    found = [r for c in cases(system(item({"go": applicant(kiosk=kiosk, agent=agent)})), 60) for r in c.rows]
    machines = [r for r in found if r.channel == "kiosk"]
    agents = [r for r in found if r.channel == "agent"]
    assert all(r.visit == 1 and r.asked and r.travel == 60 for r in machines)
    assert any(r.wait > 0 for r in machines)
    assert all(r.visit == 0 and not r.asked and r.travel == 0 and r.end - r.entered == 1445 for r in agents)
