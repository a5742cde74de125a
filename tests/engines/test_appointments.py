"""Appointments (预约): slots of a pool of their own, booked when ready; wait at home, no queue."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from depthsim.analysis.visits import analyse
from depthsim.engines.single_case import machine
from depthsim.model.system import ServiceSystem
from depthsim.studies.tally import TICKS
from depthsim.verbs.simulate import simulate
from engines.small_systems import applicant, cases, item, office, system

BOOKED: dict[str, Any] = {
    "channel": "window", "at": "hall", "pool": "booked", "appointment": True, "served": "12 min", "next": "check",
}  # fmt: skip


def hall(per_year: float = 2000, slot: str = "15 min", servers: int = 1, **others: Any) -> ServiceSystem:
    """Return a hall with a desk for appointments, at which an officer then checks while one waits."""
    pools = {
        "booked": {"name": "b", "kind": "front", "at": "hall", "servers": servers, "slot": slot},
        "window": {"name": "w", "kind": "front", "at": "hall", "servers": 1},
    }
    check = office("booked", "3 min", applicant="waits")
    return system(item({"go": applicant(booked=BOOKED, **others), "check": check}, per_year=per_year), pools=pools)


@pytest.mark.parametrize(("slot", "servers", "per_year"), [("15 min", 1, 2000), ("20 min", 2, 9000), ("7 min", 1, 500)])
def test_nobody_queues_and_no_slot_is_given_twice(slot: str, servers: int, per_year: float) -> None:
    of = hall(per_year, slot, servers)
    length = float(slot.split(maxsplit=1)[0])
    hours = of.pool_calendar("booked")
    assert hours != "always"
    taken: Counter[float] = Counter()
    for case in cases(of, 60):
        first, second = case.rows
        assert first.request == first.start
        assert first.visit == 1
        assert first.present == 1
        assert first.travel == 60
        assert first.start >= first.entered + 30
        assert second.start == first.end
        assert not second.asked
        minute = first.start % 1440
        opens = 540 if minute < 720 else 780
        assert (minute - opens) % length == 0
        assert minute + length <= (720 if opens == 540 else 1020)
        taken[first.start] += 1
    assert max(taken.values()) <= servers
    assert max(taken.values()) == servers or per_year < 1000


def test_each_gets_the_first_slot_left_when_ready() -> None:
    """Booked in the order of arrival: replayed by hand on one desk."""
    free: set[float] = set()
    for case in cases(hall(12000), 20):
        row = case.rows[0]
        day = row.entered // 1440
        slots = (
            d * 1440 + opens + 15 * n
            for d in range(int(day), int(day) + 400)
            for opens, many in ((540, 12), (780, 16))
            for n in range(many)
            if d % 7 < 5  # the run starts on a Monday
        )
        wanted = next(s for s in slots if s >= row.entered + 30 and s not in free)
        assert row.start == wanted
        free.add(wanted)


def test_the_wait_is_at_home() -> None:
    found = simulate(hall(9000), replications=1, horizon_days=60).summary
    assert found.totals["waiting_minutes"].mean == 0
    assert (found.totals["elapsed_days"].mean or 0) > 1
    assert found.totals["served_minutes"].mean == 15
    pool = next(p for p in found.pools if p.id == "booked")
    assert pool.mean_wait_present == 0
    assert pool.overtime_minutes == 0
    assert found.totals["visits"].mean == found.totals["visits"].exact == 1


def test_walk_ins_have_windows_of_their_own() -> None:
    walk = {"channel": "window", "at": "hall", "pool": "window", "served": "12 min", "uptake": 0.5}
    rows = [r for c in cases(hall(6000, walk=walk), 60) for r in c.rows if r.channel]
    walked = [r for r in rows if r.outcome == "walk"]
    assert any(r.wait > 0 for r in walked)
    assert all(r.pool == "window" for r in walked)
    assert all(r.wait == 0 for r in rows if r.outcome == "booked")


def test_whoever_has_an_appointment_goes_home_first_so_it_costs_a_visit() -> None:
    first = {"channel": "window", "at": "hall", "pool": "window", "served": "5 min", "next": "later"}
    pools = hall().model_dump(mode="json", by_alias=True, exclude_none=True)["pools"]
    steps = {"ask": applicant(window=first), "later": applicant(booked={**BOOKED, "next": "delivered"})}
    of = system(item(steps), pools=pools)
    assert analyse(of.items["matter"]).required == 2
    for case in cases(of, 20):
        assert sum(row.visit for row in case.rows) == 2
        assert machine(of.items["matter"]).replay(case).outcome == "delivered"


def test_booking_begins_when_the_form_is_done() -> None:
    slow = {**BOOKED, "takes": "40 min", "delay": "2 days", "next": "delivered"}
    pools = hall().model_dump(mode="json", by_alias=True, exclude_none=True)["pools"]
    for case in cases(system(item({"go": applicant(booked=slow)}), pools=pools), 30):
        assert case.rows[0].start >= case.arrival + 2 * 1440 + 40 + 30
        assert case.rows[0].takes * TICKS == 40 * TICKS
