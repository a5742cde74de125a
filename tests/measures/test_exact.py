"""Every measure with a formula: simulation and formula agree, and the test would notice if they did not."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from depthsim.engines import discrete_event
from depthsim.files import load_system
from depthsim.measures import Facts, catalogue, load, read
from depthsim.model.columns import CaseColumns
from depthsim.model.system import ServiceSystem
from depthsim.studies.exact import exact_means
from reference_hall import hall, permit

EXAMPLE = Path(__file__).parents[1] / "examples" / "demo_hall"
EXACT = [name for name in catalogue() if load(name).exact]


def agrees(mean: float, exact: float, error: float) -> bool:
    return abs(mean - exact) <= 4 * error


def simulated(system: ServiceSystem, seed: int) -> CaseColumns:
    run = discrete_event.run(system, seed=seed, horizon_days=365)
    return read(tuple(case for batch in run for case in batch), system, (0.0, 365 * 1440.0))


@cache
def reference() -> tuple[ServiceSystem, CaseColumns]:
    busy = permit(demand={"per_year": 32000})
    system = hall(busy, servers=16)
    return system, simulated(system, 5)


def means(system: ServiceSystem, columns: CaseColumns, item: str, measure: str) -> tuple[float, float, int]:
    """Return mean, standard error, and how many cases the measure applies to."""
    mine = load(measure).numbers(columns, Facts(system))[columns.item == columns.items.index(item)]
    numbers = mine[~np.isnan(mine)] / load(measure).divisor
    mean = math.fsum(numbers) / len(numbers)
    variance = math.fsum((n - mean) ** 2 for n in numbers) / (len(numbers) - 1)
    return mean, math.sqrt(variance / len(numbers)), len(mine)


@pytest.mark.parametrize("measure", EXACT)
def test_simulation_agrees_with_the_formula(measure: str) -> None:
    system, columns = reference()
    exact = exact_means(system, [load(measure)]).items["permit"][measure]
    mean, error, _ = means(system, columns, "permit", measure)
    assert 4 * error <= 0.04 * exact, "too few cases to say anything"
    assert agrees(mean, exact, error)
    assert not agrees(1.08 * mean, exact, error)
    assert not agrees(0.92 * mean, exact, error)


@pytest.mark.parametrize("measure", EXACT)
def test_the_examples_agree_too(measure: str) -> None:
    system, columns = example()
    exact = exact_means(system, [load(measure)])
    for item in system.items:
        mean, error, cases = means(system, columns, item, measure)
        # an event of chance p is not seen in n cases with probability (1 - p)^n: allow for 9 / n
        assert abs(mean - exact.items[item][measure]) <= 4 * error + (9 / cases if error == 0 else 1e-9)


@cache
def example() -> tuple[ServiceSystem, CaseColumns]:
    system = load_system(EXAMPLE).system
    return system, simulated(system, 2)


def test_a_year_s_mix_weighs_items_by_their_cases() -> None:
    system = hall()
    exact = exact_means(system, [load("visits")])
    permit_, register = (exact.items[i]["visits"] for i in ("permit", "register"))
    assert register == 0
    assert exact.total("visits") == pytest.approx((2000 * permit_ + 400 * register) / 2400)
    work = exact.pools_work()
    assert work is not None
    assert work["registrars"] == pytest.approx(15 * 400 / 2400)
    assert exact.total("waiting_minutes") is None
