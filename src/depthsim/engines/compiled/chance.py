"""Luck and laws in machine code: the addressed number, and every law's quantile function from its one source."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from depthsim.engines import _luck, _samplers
from depthsim.engines._quantiles import tabled_quantile
from depthsim.engines._samplers import (
    empirical_quantile,
    exponential_quantile,
    lognormal_quantile,
    triangular_quantile,
    uniform_quantile,
    weibull_quantile,
)
from depthsim.engines.compiled._jit import inlined, jit, shared
from depthsim.engines.compiled.layout import (
    CONSTANT,
    EXPONENTIAL,
    LAW_A,
    LAW_B,
    LAW_C,
    LAW_COUNT,
    LAW_KIND,
    LAW_LEAST,
    LAW_TABLE,
    LOGNORMAL,
    TABLED,
    TRIANGULAR,
    UNIFORM,
    WEIBULL,
)

for _function in _samplers.SCALARS:
    shared(_function)

GOLDEN = np.uint64(_luck.GOLDEN)
MIX_1 = np.uint64(_luck.MIX_1)
MIX_2 = np.uint64(_luck.MIX_2)
S12, S27, S30, S31 = np.uint64(12), np.uint64(27), np.uint64(30), np.uint64(31)
UNIT = _luck.UNIT
TICKS = 1048576.0


@inlined
def mix(z: Any) -> Any:
    """Return 64 well-mixed bits of 64 bits."""
    z = (z ^ (z >> S30)) * MIX_1
    z = (z ^ (z >> S27)) * MIX_2
    return z ^ (z >> S31)


@inlined
def case_key(item: Any, k: Any) -> Any:
    """Return the key of the k-th case of an item, as a signed word, from the item's key."""
    return np.int64(mix(np.uint64(item) + np.uint64(k) * GOLDEN))


@inlined
def uniform(case: Any, where: Any, occurrence: Any) -> Any:
    """Return the number in (0, 1) of a case's key, an address and an occurrence."""
    z = mix((np.uint64(case) ^ np.uint64(where)) + np.uint64(occurrence) * GOLDEN)
    return (np.float64(np.int64(z >> S12)) + 0.5) * UNIT


@inlined
def on_grid(minutes: Any) -> Any:
    """Return minutes rounded to the time grid."""
    return np.floor(minutes * TICKS + 0.5) / TICKS


@jit
def quantile(tables: Any, values: Any, law: Any, u: Any) -> Any:
    """Return a law's quantile in minutes, not yet on the grid."""
    kind = tables[law + LAW_KIND]
    a, b = values[law + LAW_A], values[law + LAW_B]
    if kind == TABLED:
        return tabled_quantile(u, a, b, values, tables[law + LAW_TABLE])
    if kind == UNIFORM:
        return uniform_quantile(u, a, b)
    if kind == LOGNORMAL:
        return lognormal_quantile(u, a, b)
    if kind == TRIANGULAR:
        return triangular_quantile(u, a, b, values[law + LAW_C])
    if kind == WEIBULL:
        return weibull_quantile(u, a, b)
    return empirical_quantile(u, values, tables[law + LAW_TABLE], tables[law + LAW_COUNT])


@inlined
def minutes(tables: Any, values: Any, law: Any, key: Any, where: Any, occurrence: Any) -> Any:
    """Return the minutes of a law at one address of luck, on the grid."""
    kind = tables[law + LAW_KIND]
    if kind == CONSTANT:
        return values[law + LAW_A]
    u = uniform(key, where, occurrence)
    a = values[law + LAW_A]
    found = exponential_quantile(u, a) if kind == EXPONENTIAL else quantile(tables, values, law, u)
    found = np.floor(found * TICKS + 0.5) / TICKS
    least = values[law + LAW_LEAST]
    return max(least, found)


@inlined
def distance(key: Any, where: Any, draw: Any, share: Any) -> Any:
    """Return what the chosen one of several has least of: -log(u) / share."""
    return -math.log(uniform(key, where, draw)) / share
