"""Tables of quantiles, for laws whose distribution function has no inverse in closed form: gamma and PERT.

A table covers every number of luck. Both tails, from the median outwards, are cut into octaves of probability (from
1/2 to 1/4, from 1/4 to 1/8, and so on), each octave into CELLS cells of equal width, and in each cell a cubic runs
through four exact quantiles. The error is below ERROR of the quantile or of the mean, whichever is greater; up to a
coefficient of variation of 1.5 and for every PERT law it is below 1e-6.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from depthsim.files.cache import numbers

OCTAVES = 53
"""Of a tail: luck is never below 2^-53 and never above 1 - 2^-53."""
CELLS = 8
"""Of an octave."""
WORDS = 4
"""Of a cell: the coefficients of its cubic."""
TAIL = OCTAVES * CELLS * WORDS
"""Words of a tail; the upper one follows the lower one."""
ERROR = 2e-5
MOST_TABLES = 512
"""A process keeps so many, of 27 KB each."""

BELOW_HALF = math.nextafter(0.5, 0.0)


def tabled_quantile(u: float, low: float, width: float, cells: Sequence[float], first: int) -> float:
    """Return low + width times the quantile in a table, which begins at `first` in a sequence."""
    lower = u < 0.5
    tail = min(u if lower else 1.0 - u, BELOW_HALF)
    part, exponent = math.frexp(tail)
    place = (part - 0.5) * 16.0  # 2 * CELLS
    cell = int(place)
    t = place - cell
    at = first + 4 * (8 * (-1 - exponent) + cell) + (0 if lower else 1696)  # WORDS * (CELLS * … ), TAIL
    return low + width * (cells[at] + t * (cells[at + 1] + t * (cells[at + 2] + t * cells[at + 3])))


@lru_cache(maxsize=MOST_TABLES)
def gamma_table(shape: float) -> tuple[float, ...]:
    """Return the table of the gamma law with scale 1."""

    def made() -> tuple[float, ...]:
        from scipy import special

        return _table(
            lambda tail: special.gammaincinv(shape, tail),
            lambda tail: special.gammainccinv(shape, tail),
        )

    return numbers(f"gamma-{shape.hex()}", __file__, 2 * TAIL, made)


@lru_cache(maxsize=MOST_TABLES)
def beta_table(a: float, b: float) -> tuple[float, ...]:
    """Return the table of the beta law on [0, 1]."""

    def made() -> tuple[float, ...]:
        from scipy import special

        return _table(
            lambda tail: special.betaincinv(a, b, tail),
            lambda tail: 1.0 - special.betaincinv(b, a, tail),
        )

    return numbers(f"beta-{a.hex()}-{b.hex()}", __file__, 2 * TAIL, made)


_Quantiles = Callable[[NDArray[np.float64]], Any]


def _table(lower: _Quantiles, upper: _Quantiles) -> tuple[float, ...]:
    """Return a table from the quantiles at probabilities of the lower and of the upper tail."""
    cell = (np.arange(CELLS)[:, None] + np.arange(WORDS - 1) / (WORDS - 1)) / CELLS
    tails = np.ldexp(0.25 * (1.0 + cell)[None], -np.arange(OCTAVES)[:, None, None])
    a, b, c = np.moveaxis(np.stack([lower(tails), upper(tails)]), -1, 0)
    d = np.empty_like(a)  # a cell ends where the next one begins, an octave where the one before it does
    d[:, :, :-1], d[:, 1:, -1] = a[:, :, 1:], a[:, :-1, 0]
    d[:, 0, -1] = [lower(np.array(0.5)), upper(np.array(0.5))]
    cubics = [
        a,
        (-11.0 * a + 18.0 * b - 9.0 * c + 2.0 * d) / 2.0,
        4.5 * (2.0 * a - 5.0 * b + 4.0 * c - d),
        4.5 * (-a + 3.0 * b - 3.0 * c + d),
    ]
    return tuple(np.stack(cubics, axis=-1).ravel().tolist())
