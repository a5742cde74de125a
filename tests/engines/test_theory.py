"""Simulated waits against queueing theory: |mean - exact| <= 4 se and 4 se <= 4 % of exact, and it could fail.

One long run is cut into batches of consecutive cases; the known means of service and arrival gaps, and the known
share of returns, serve as control variates, which keep the samples short.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from depthsim.analysis.theory import jackson_waits, mg1_wait, mmc_wait
from depthsim.engines.discrete_event import run
from depthsim.model.openings import openings
from depthsim.model.system import ServiceSystem
from engines.small_systems import OFFICE, cases, item, office, system

Array = NDArray[np.float64]
BATCHES = 100
WARM_UP = 3000
YEAR = 525600


def exponential(mean: float) -> dict[str, Any]:
    return {"law": "exponential", "mean": f"{mean} min"}


def open_system(rate: float, steps: dict[str, Any], servers: dict[str, int]) -> ServiceSystem:
    """Return a system that is always open, with arrivals at `rate` a minute."""
    pools = {name: {"name": name, "kind": "back", "servers": n} for name, n in servers.items()}
    demand = {"per_year": rate * YEAR, "profile": "flat"}
    return system(item(steps, demand=demand), calendar="always", pools=pools)


def measure(of: ServiceSystem, rate: float, n: int, returns: float = 0.0) -> dict[str, tuple[float, float]]:
    """Return mean wait and its standard error at each step, from about `n` cases."""
    services = {name: step.takes.mean_minutes(1440) for name, step in of["matter"].process.steps.items()}  # type: ignore[union-attr]
    arrived = np.zeros(n + 20 * math.isqrt(n))
    sums = {name: np.zeros((len(arrived), 3)) for name in services}  # waits, work, passages of each case
    count = 0
    for batch in run(of, seed=5, horizon_days=n / rate / 1440):
        for case in batch:
            count += 1
            arrived[case.k - 1] = case.arrival
            for row in case.rows:
                sums[row.step][case.k - 1] += (row.wait, row.takes, 1)
    kept = slice(WARM_UP, WARM_UP + (count - WARM_UP) // BATCHES * BATCHES)
    gaps = np.diff(arrived, prepend=0.0)[kept].reshape(BATCHES, -1).mean(1)
    totals = {name: values[kept].reshape(BATCHES, -1, 3).sum(1) for name, values in sums.items()}
    controls = [gaps - 1 / rate, *(t[:, 1] / t[:, 2] - services[name] for name, t in totals.items())]
    if returns:
        size = len(arrived[kept]) / BATCHES
        controls.append(next(iter(totals.values()))[:, 2] / size - 1 / (1 - returns))
    return {name: controlled(t[:, 0] / t[:, 2], controls) for name, t in totals.items()}


def controlled(values: Array, controls: list[Array]) -> tuple[float, float]:
    """Return the mean of values at controls 0 and its standard error, by least squares."""
    design = np.column_stack([np.ones_like(values), *controls])
    found = np.linalg.lstsq(design, values, rcond=None)[0]
    spread = float(((values - design @ found) ** 2).sum()) / (len(values) - design.shape[1])
    return float(found[0]), math.sqrt(spread * float(np.linalg.inv(design.T @ design)[0, 0]))


def agrees(mean: float, error: float, exact: float) -> bool:
    return abs(mean - exact) <= 4 * error


def hold(measured: tuple[float, float], exact: float) -> None:
    mean, error = measured
    assert 4 * error <= 0.04 * exact, (mean, error, exact)
    assert agrees(mean, error, exact), (mean, error, exact)
    assert not agrees(mean * 1.08, error, exact)
    assert not agrees(mean * 0.92, error, exact)


def test_mm1() -> None:
    of = open_system(0.06, {"serve": office("desk", exponential(10))}, {"desk": 1})
    hold(measure(of, 0.06, 260_000)["serve"], mmc_wait(0.06, 10))


def test_mg1_lognormal() -> None:
    law = {"law": "lognormal", "mean": "10 min", "cv": 0.5}
    of = open_system(0.06, {"serve": office("desk", law)}, {"desk": 1})
    hold(measure(of, 0.06, 240_000)["serve"], mg1_wait(0.06, 10, 125))


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "rate", "n"), [(2, 0.13, 500_000), (5, 0.35, 1_250_000)])
def test_mmc(servers: int, rate: float, n: int) -> None:
    of = open_system(rate, {"serve": office("desk", exponential(10))}, {"desk": servers})
    hold(measure(of, rate, n)["serve"], mmc_wait(rate, 10, servers))


@pytest.mark.slow
@pytest.mark.parametrize("cv", [1.2, 0.2])
def test_mg1_lognormal_of_other_spread(cv: float) -> None:
    law = {"law": "lognormal", "mean": "10 min", "cv": cv}
    of = open_system(0.065, {"serve": office("desk", law)}, {"desk": 1})
    hold(measure(of, 0.065, 1_000_000 if cv > 1 else 250_000)["serve"], mg1_wait(0.065, 10, 100 * (1 + cv**2)))


NETWORK = {"window": (3, 9.6), "reviewer": (4, 12.8), "approver": (2, 8.0)}
RETURNS = 0.2


def network(rate: float) -> ServiceSystem:
    """Return a Jackson network: window, reviewer (20 % go back to the window), approver."""
    again = {"ok": {"next": "approver"}, "back": {"chance": RETURNS, "next": "window"}}
    mean = {name: exponential(minutes) for name, (_, minutes) in NETWORK.items()}
    steps = {
        "window": office("window", mean["window"], "reviewer"),
        "reviewer": office("reviewer", mean["reviewer"], outcomes=again),
        "approver": office("approver", mean["approver"]),
    }
    return open_system(rate, steps, {name: servers for name, (servers, _) in NETWORK.items()})


def network_waits(rate: float) -> dict[str, float]:
    routing = [[0, 1, 0], [RETURNS, 0, 1 - RETURNS], [0, 0, 0]]
    servers, services = [s for s, _ in NETWORK.values()], [m for _, m in NETWORK.values()]
    return dict(zip(NETWORK, jackson_waits([rate, 0, 0], routing, services, servers), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "n"), [(0.1625, 700_000), (0.2, 1_500_000)])
def test_jackson_network_with_feedback(rate: float, n: int) -> None:
    """Utilisation 0.65 and 0.8 at every station; the latter has the waits 10.355, 9.543 and 14.222."""
    exact = network_waits(rate)
    if rate == 0.2:
        assert [round(wait, 3) for wait in exact.values()] == [10.355, 9.543, 14.222]
    found = measure(network(rate), rate, n, RETURNS)
    for name, wait in exact.items():
        hold(found[name], wait)


# ---------------------------------------------------------------------------------------------- calendar


def hall(calendar: Any, demand: dict[str, Any], kind: str = "back") -> ServiceSystem:
    """Return back pools that share one calendar, with lags, returns and a parallel step, at a load of about 0.8."""
    pools = {name: {"name": name, "kind": kind, "servers": n} for name, n in (("desk", 2), ("chief", 1))}
    again = {"ok": {"next": "joint"}, "back": {"chance": 0.3, "kind": "correction", "next": "check"}}
    steps: dict[str, Any] = {
        "check": office("desk", exponential(9), lag="200 min", outcomes=again),
        "joint": {
            "role": "review", "stage": "review", "by": "parallel", "next": "sign",
            "branches": {
                "a": {"start": "look", "steps": {"look": office("desk", exponential(4), "done")}},
                "b": {"start": "see", "steps": {"see": office("chief", "3 min", "done", lag="7 min")}},
            },
        },
        "sign": office("chief", {"law": "gamma", "mean": "5 min", "cv": 1.4}),
    }  # fmt: skip
    return system(item(steps, demand=demand), calendar=calendar, pools=pools)


def test_calendar_identity() -> None:
    """Back pools all on one calendar have, in working minutes, exactly the waits of the system without calendar.

    10,962 cases a year over 109,620 open minutes arrive at the very rate (0.1 a minute) of 52,560 over the whole
    year, so the k-th case arrives at the same operational time in both.
    """
    closing = hall(OFFICE, {"per_year": 10_962})
    open_ = hall("always", {"per_year": 52_560, "profile": "flat"})
    hours = openings(closing.calendar, closing.start)
    with_calendar = cases(closing, days=250)
    without = cases(open_, days=hours.working(250 * 1440) / 1440)
    assert len(with_calendar) > 7000
    assert [case.case_id for case in with_calendar] == [case.case_id for case in without]
    waited = 0
    for case, plain in zip(with_calendar, without, strict=True):
        assert hours.working(case.arrival) == plain.arrival
        for row, bare in zip(case.rows, plain.rows, strict=True):
            times = [hours.working(t) for t in (row.entered, row.request, row.start, row.end)]
            assert times == [bare.entered, bare.request, bare.start, bare.end]
            assert hours.open_minutes(row.request, row.start) == bare.wait
            waited += bare.wait > 0
    assert waited > 5000


def test_the_identity_could_fail() -> None:
    """Front pools finish what they have begun, outside their hours too: their working minutes are others."""
    closing = hall(OFFICE, {"per_year": 10_962}, kind="front")
    open_ = hall("always", {"per_year": 52_560, "profile": "flat"}, kind="front")
    hours = openings(closing.calendar, closing.start)
    with_calendar, without = cases(closing, days=20), cases(open_, days=hours.working(20 * 1440) / 1440)
    pairs = list(zip(with_calendar, without, strict=True))
    assert all(hours.working(case.arrival) == plain.arrival for case, plain in pairs)
    assert any(hours.working(case.end) != plain.end for case, plain in pairs)
