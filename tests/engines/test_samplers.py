"""Inverse distribution functions against scipy's, over the whole range of numbers that luck can give."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from depthsim.engines import _samplers as samplers
from depthsim.engines._quantiles import ERROR, gamma_table, tabled_quantile
from depthsim.engines._samplers import Draw, draw
from depthsim.model.chance import AnyLaw, Law
from depthsim.model.time import TICK

LAW: TypeAdapter[AnyLaw] = TypeAdapter(Law)
NUMBERS = [
    *(10.0**-n for n in range(1, 16)), *(1 - 10.0**-n for n in range(1, 16)), *np.linspace(0.001, 0.999, 97).tolist(),
    2.0**-53, 1 - 2.0**-53,
]  # fmt: skip
SPREAD = (2.0 ** -np.linspace(1.001, 52, 400)).tolist()
SPREAD += [1 - u for u in SPREAD]


def agree(ours: Callable[[float], float], theirs: Callable[[float], float], bound: float = 1e-9) -> None:
    for u in NUMBERS:
        assert ours(u) == pytest.approx(float(theirs(u)), rel=bound, abs=1e-290), u


def test_normal() -> None:
    agree(samplers.normal_quantile, stats.norm.ppf, 1e-14)


def near(made: Draw, known: stats.rv_frozen, bound: float) -> None:
    """Hold a table against the law: the bound is of the quantile or of the mean, whichever is greater."""
    mean = float(known.mean())
    for u in [*NUMBERS, *SPREAD]:
        exact = float(known.ppf(u)) if u < 0.5 else float(known.isf(1 - u))  # 1 - u is exact, and so is the tail
        assert abs(made.quantile(u) - exact) <= bound * max(exact, mean), u


@pytest.mark.parametrize("cv", [0.0001, 0.002, 0.05, 0.2, 0.5, 0.7, 0.99, 1.0, 1.01, 1.5, 3.0, 10.0])
def test_gamma(cv: float) -> None:
    law = LAW.validate_python({"law": "gamma", "mean": "1 h", "cv": cv})
    shape = 1 / cv**2
    near(draw(law, 420), stats.gamma(shape, scale=60 / shape), 1e-6 if 0.002 <= cv <= 1.5 else ERROR)


@pytest.mark.parametrize("mode", [0.0, 0.001, 0.05, 0.3, 0.5, 0.9, 1.0])
def test_pert(mode: float) -> None:
    law = LAW.validate_python({"law": "pert", "low": "0 min", "mode": f"{mode} h", "high": "1 h"})
    near(draw(law, 420), stats.beta(1 + 4 * mode, 5 - 4 * mode, scale=60), 1e-6)


def test_cells_of_tables_join() -> None:
    """At the edges of cells and octaves, and at the median, both sides give the same."""
    table = gamma_table(4.0)
    edges = [2.0**-octave * (1 + cell / 8) for octave in range(2, 20) for cell in range(8)]
    for edge in (*edges, *(1 - edge for edge in edges)):
        before, after = math.nextafter(edge, 0), math.nextafter(edge, 1)
        at = tabled_quantile(before, 0, 1, table, 0), tabled_quantile(after, 0, 1, table, 0)
        assert at[0] == pytest.approx(at[1], rel=1e-9)


@pytest.mark.parametrize(
    ("law", "known"),
    [
        ({"law": "uniform", "low": "10 min", "high": "30 min"}, stats.uniform(10, 20)),
        ({"law": "triangular", "low": "10 min", "mode": "25 min", "high": "60 min"}, stats.triang(0.3, 10, 50)),
        ({"law": "triangular", "low": "10 min", "mode": "10 min", "high": "60 min"}, stats.triang(0, 10, 50)),
        ({"law": "exponential", "mean": "8 min"}, stats.expon(scale=8)),
        (
            {"law": "lognormal", "mean": "12 min", "cv": 0.6},
            stats.lognorm(math.sqrt(math.log(1.36)), scale=12 / math.sqrt(1.36)),
        ),
        (
            {"law": "weibull", "mean": "20 min", "shape": 1.7},
            stats.weibull_min(1.7, scale=20 / math.gamma(1 + 1 / 1.7)),
        ),
    ],
)  # fmt: skip
def test_laws(law: dict[str, object], known: stats.rv_frozen) -> None:
    made = draw(LAW.validate_python(law), 420)
    agree(lambda u: made.quantile(_luck(u)), lambda u: known.ppf(_luck(u)))


def _luck(u: float) -> float:
    """Return the nearest number that luck can give."""
    return (math.floor(u * 2**52) + 0.5) * 2.0**-52


@pytest.mark.parametrize(
    "law", [{"law": "gamma", "mean": "15 min", "cv": 0.7}, {"law": "lognormal", "mean": "12 min", "cv": 0.6}]
)
def test_minutes_are_on_the_grid(law: dict[str, object]) -> None:
    made = draw(LAW.validate_python(law), 420)
    for u in NUMBERS:
        assert abs(made.at(u) - made.quantile(u)) <= TICK / 2
        assert (made.at(u) / TICK).is_integer()


def test_empirical_joins_quantiles_with_lines() -> None:
    made = draw(LAW.validate_python({"law": "empirical", "quantiles": ["0 min", "10 min", "40 min"]}), 420)
    assert [made.at(u) for u in (0.25, 0.5, 0.75)] == [5, 10, 25]
    assert made.at(1 - 2.0**-53) == pytest.approx(40)


@pytest.mark.parametrize(
    "law",
    [
        {"law": "uniform", "low": "1 working days", "high": "3 working days"},
        {"law": "triangular", "low": "1 h", "mode": "2 h", "high": "5 h"},
        {"law": "pert", "low": "1 h", "mode": "2 h", "high": "5 h"},
        {"law": "exponential", "mean": "1 h"},
        {"law": "lognormal", "mean": "1 h", "cv": 0.8},
        {"law": "gamma", "mean": "1 h", "cv": 1.3},
        {"law": "weibull", "mean": "1 h", "shape": 1.5},
        {"law": "empirical", "quantiles": ["0 min", "10 min", "40 min"]},
    ],
)
def test_sampled_moments_are_the_laws_own(law: dict[str, object]) -> None:
    """The mean over 20,000 evenly spread numbers is the exact mean to 0.2 %, the second moment to 2 %."""
    exact = LAW.validate_python(law)
    made = draw(exact, 420)
    values = [made.at((i + 0.5) / 20_000) for i in range(20_000)]
    assert np.mean(values) == pytest.approx(exact.mean_minutes(420), rel=2e-3)
    assert np.mean(np.square(values)) == pytest.approx(exact.second_moment(420), rel=2e-2)


def test_constants_need_no_luck_and_work_lasts_a_tick() -> None:
    assert draw(None, 420).constant == 0
    assert draw(LAW.validate_python("0.5 working days"), 420).constant == 210
    assert draw(None, 420, least=TICK).constant == TICK
    tiny = draw(LAW.validate_python({"law": "exponential", "mean": "1 min"}), 420, least=TICK)
    assert tiny.at(2.0**-53) == TICK
