"""Inverse distribution functions: one scalar function a law, over plain floats, with `math` functions only.

Every law is sampled by inverting its distribution function at one number in (0, 1). The functions are written so
that a compiler of scalar code (numba) can take them as they are and give the same bits. Results are minutes,
not yet on the time grid; `Draw` rounds once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from depthsim.engines._quantiles import beta_table, gamma_table, tabled_quantile
from depthsim.model.chance import (
    AnyLaw,
    Constant,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Pert,
    Triangular,
    Uniform,
    Weibull,
)
from depthsim.model.time import TICK, on_grid


def uniform_quantile(u: float, low: float, high: float) -> float:
    """Return the quantile of the uniform law."""
    return low + u * (high - low)


def triangular_quantile(u: float, low: float, mode: float, high: float) -> float:
    """Return the quantile of the triangular law."""
    width = high - low
    if width <= 0.0:
        return low
    if u * width <= mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1.0 - u) * width * (high - mode))


def exponential_quantile(u: float, mean: float) -> float:
    """Return the quantile of the exponential law."""
    return -mean * math.log(1.0 - u)  # u is a multiple of 2^-53: nothing is lost


def weibull_quantile(u: float, scale: float, power: float) -> float:
    """Return the quantile of the Weibull law; `power` is 1 / shape."""
    return scale * math.pow(-math.log(1.0 - u), power)


def normal_quantile(u: float) -> float:
    """Return the quantile of the standard normal law: Wichura's AS241 (PPND16), relative error about 1e-16."""
    q = u - 0.5
    if math.fabs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
                + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
                + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)  # fmt: skip
        bottom = (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
                   + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
                   + 4.2313330701600911252e1) * r + 1.0)  # fmt: skip
        return q * top / bottom
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        top = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
                + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r
                + 5.76949722146069140550e0) * r + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)  # fmt: skip
        bottom = (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
                   + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1) * r
                   + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
                   + 2.05319162663775882187e0) * r + 1.0)  # fmt: skip
    else:
        r -= 5.0
        top = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2) * r
                + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
                + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)  # fmt: skip
        bottom = (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
                   + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4) * r
                   + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                   + 5.99832206555887937690e-1) * r + 1.0)  # fmt: skip
    return -top / bottom if q < 0.0 else top / bottom


def lognormal_quantile(u: float, mu: float, sigma: float) -> float:
    """Return the quantile of the lognormal law; `mu` and `sigma` are those of the logarithm."""
    return math.exp(mu + sigma * normal_quantile(u))


def empirical_quantile(u: float, quantiles: Sequence[float], first: int, count: int) -> float:
    """Return the value at probability u between evenly spaced quantiles, joined by straight lines.

    They are `count` of a sequence, from its place `first` on.
    """
    place = u * (count - 1)
    i = min(int(place), count - 2)
    low, high = quantiles[first + i], quantiles[first + i + 1]
    return low + (place - i) * (high - low)


SCALARS = (
    uniform_quantile, triangular_quantile, exponential_quantile, weibull_quantile, normal_quantile, lognormal_quantile,
    tabled_quantile, empirical_quantile,
)  # fmt: skip
"""All of these functions, for a compiler: there is one source of every law."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A law ready to be drawn from: minutes on the time grid, never below `least`.

    `constant` is the value of a law without chance, else None; then `law` is its name, `parameters` those of its
    quantile function; `table` is the table of quantiles that it reads, if any.
    """

    law: str
    parameters: tuple[float, ...]
    least: float
    constant: float | None
    quantile: Callable[[float], float]
    table: tuple[float, ...] = ()

    @property
    def zero(self) -> bool:
        """Return whether it is always 0."""
        return self.constant == 0.0

    def at(self, u: float) -> float:
        """Return the value at one number in (0, 1)."""
        if self.constant is not None:
            return self.constant
        found = math.floor(self.quantile(u) * 1048576.0 + 0.5) * TICK
        return found if found > self.least else self.least  # noqa: FURB136  (quicker than max)


def draw(law: AnyLaw | None, working_day: float, least: float = 0.0) -> Draw:
    """Return a law (None: always 0) ready to be drawn from, given the minutes of a working day."""
    if law is None:
        return _certain(0.0, least)
    if law.mean_minutes(working_day) <= 0.0:
        return _certain(0.0, least)
    if isinstance(law, Constant):
        return _certain(law.mean_minutes(working_day), least)
    if isinstance(law, (Gamma, Pert)):
        return _tabled(law, working_day, least)
    name, parameters, quantile = _prepared(law, working_day)
    return Draw(name, parameters, least, None, quantile, parameters if isinstance(law, Empirical) else ())


def _certain(minutes: float, least: float) -> Draw:
    value = max(on_grid(minutes), least)
    return Draw("constant", (value,), least, value, lambda _u: value)


def _tabled(law: Gamma | Pert, working_day: float, least: float) -> Draw:
    """Return a law that has no inverse in closed form."""
    if isinstance(law, Gamma):
        shape = 1.0 / (law.cv * law.cv)
        low, width, table = 0.0, law.mean_minutes(working_day) / shape, gamma_table(shape)
    else:
        low, mode, high = (d.minutes(working_day) for d in (law.low, law.mode, law.high))
        width = high - low
        rise = (mode - low) / width if width > 0.0 else 0.0
        table = beta_table(1.0 + 4.0 * rise, 5.0 - 4.0 * rise)
    return Draw("tabled", (low, width), least, None, lambda u: tabled_quantile(u, low, width, table, 0), table)


def _prepared(law: AnyLaw, working_day: float) -> tuple[str, tuple[float, ...], Callable[[float], float]]:
    p: tuple[float, ...]
    mean = law.mean_minutes(working_day)
    if isinstance(law, Uniform):
        low, high = p = (law.low.minutes(working_day), law.high.minutes(working_day))
        return "uniform", p, lambda u: uniform_quantile(u, low, high)
    if isinstance(law, Triangular):
        low, mode, high = p = tuple(d.minutes(working_day) for d in (law.low, law.mode, law.high))
        return "triangular", p, lambda u: triangular_quantile(u, low, mode, high)
    if isinstance(law, Exponential):
        return "exponential", (mean,), lambda u: exponential_quantile(u, mean)
    if isinstance(law, Lognormal):
        variance = math.log1p(law.cv * law.cv)
        mu, sigma = p = (math.log(mean) - variance / 2.0, math.sqrt(variance))
        return "lognormal", p, lambda u: lognormal_quantile(u, mu, sigma)
    if isinstance(law, Weibull):
        power = 1.0 / law.shape
        reach = mean / math.gamma(1.0 + power)
        return "weibull", (reach, power), lambda u: weibull_quantile(u, reach, power)
    assert isinstance(law, Empirical)
    given = tuple(q.minutes(working_day) for q in law.quantiles)
    return "empirical", given, lambda u: empirical_quantile(u, given, 0, len(given))
