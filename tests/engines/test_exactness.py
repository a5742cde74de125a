"""SimPy against exact analysis and the single-case machine, on random processes with fixed seeds."""

from __future__ import annotations

import math
from functools import cache

import pytest
from tests.random_items import random_system

from depthsim.analysis.visits import analyse
from depthsim.engines import discrete_event, single_case
from depthsim.errors import InputError
from depthsim.model.system import ServiceSystem

RANDOM_PROCESSES = 50
DAYS = 14


@cache
def sound_seeds() -> tuple[int, ...]:
    """Return the first seeds whose item is sound, with visits that are neither rare nor constant."""
    found = []
    seed = 0
    while len(found) < RANDOM_PROCESSES:
        try:
            visits = analyse(random_system(seed)["item"])
        except InputError:
            visits = None
        if visits is not None and visits.expected >= 0.4 and len(visits.distribution) > 1:
            found.append(seed)
        seed += 1
    return tuple(found)


def busy(seed: int, per_year: int) -> ServiceSystem:
    """Return the random system with so many cases a year."""
    system = random_system(seed)
    item = system["item"]
    assert item.demand is not None
    demand = item.demand.model_copy(update={"per_year": per_year})
    return system.with_items({"item": item.model_copy(update={"demand": demand})})


@pytest.mark.parametrize("number", range(RANDOM_PROCESSES))
def test_simulated_mean_visits_agree_with_the_exact_ones(number: int) -> None:
    seed = sound_seeds()[number]
    exact = analyse(random_system(seed)["item"])
    mean = exact.expected
    variance = math.fsum(p * (k - mean) ** 2 for k, p in exact.distribution.items())
    wanted = int(1.1 * variance * (4 / (0.05 * mean)) ** 2) + 400
    system = busy(seed, int(wanted / DAYS * 365))
    visits = [
        sum(r.visit for r in case.rows)
        for batch in discrete_event.run(system, seed=7, horizon_days=DAYS)
        for case in batch
    ]
    n = len(visits)
    simulated = sum(visits) / n
    se = math.sqrt(sum((v - simulated) ** 2 for v in visits) / (n - 1) / n)
    assert 4 * se <= 0.05 * mean
    assert abs(simulated - mean) <= 4 * se


@pytest.mark.parametrize("number", range(0, RANDOM_PROCESSES, 2))
def test_every_simulated_trace_is_a_legal_walk_with_the_same_visits(number: int) -> None:
    seed = sound_seeds()[number]
    system = busy(seed, 6000)
    cases = [case for batch in discrete_event.run(system, seed=3, horizon_days=3) for case in batch]
    assert len(cases) > 20
    for case in cases:
        machine = single_case.machine(system["item"])
        machine.replay(case.rows)
        assert machine.outcome == case.outcome
        assert machine.visits == sum(r.visit for r in case.rows)
