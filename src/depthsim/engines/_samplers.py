"""Inverse distribution functions: one scalar function a law, over plain floats, with `math` functions only.

Every law is sampled by inverting its distribution function at one number in (0, 1). The functions are written so
that a compiler of scalar code (numba) can take them as they are and give the same bits. Results are minutes,
not yet on the time grid; `Draw` rounds once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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

LARGE_SHAPE = 1e4
_TINY = 1e-300
_EPS = 1.1e-16


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
    return -mean * math.log1p(-u)


def weibull_quantile(u: float, scale: float, power: float) -> float:
    """Return the quantile of the Weibull law; `power` is 1 / shape."""
    return scale * math.pow(-math.log1p(-u), power)


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


def gamma_quantile(u: float, shape: float, scale: float, log_gamma: float) -> float:
    """Return the quantile of the gamma law; `log_gamma` is lgamma(shape).

    Halley's steps on the incomplete gamma function from Wilson and Hilferty's value; above shape 10,000 the
    Cornish-Fisher series (relative error below 1e-12 there).
    """
    if shape > LARGE_SHAPE:
        return scale * _gamma_cornish_fisher(normal_quantile(u), shape)
    # The start: for small results the leading term of the series, else Wilson and Hilferty's cube.
    log_small = (math.log(u) + log_gamma + math.log(shape)) / shape
    if log_small < -700.0:
        return 0.0
    cube = 1.0 - 1.0 / (9.0 * shape) + normal_quantile(u) / (3.0 * math.sqrt(shape))
    x = shape * cube * cube * cube if cube > 0.0 else 0.0
    if x <= 0.0 or (shape < 1.0 and log_small < 0.0) or x < 0.05 * shape:
        x = math.exp(log_small)
        if x > shape + 1.0:
            x = shape + 1.0
    low, high = 0.0, math.inf
    for _ in range(60):
        log_density = (shape - 1.0) * math.log(x) - x - log_gamma
        if x < shape + 1.0:
            excess = _gamma_lower(x, shape, log_gamma) - u
        else:
            excess = (1.0 - u) - _gamma_upper(x, shape, log_gamma)
        if excess > 0.0:
            high = x
        else:
            low = x
        step = excess * math.exp(-log_density) if log_density > -700.0 else math.inf
        bend = 0.5 * step * ((shape - 1.0) / x - 1.0)
        step = step / (1.0 - bend) if bend < 0.5 else step * 2.0
        after = x - step
        if not low <= after <= high or after == 0.0:
            after = 0.5 * (low + high) if high < math.inf else x * 2.0
        moved = math.fabs(after - x)
        x = after
        if moved <= 1e-5 * x * _halley_margin(bend):
            break
    return scale * x


def _halley_margin(bend: float) -> float:
    """Return how much of the usual stopping distance is safe, given how much the last step was bent."""
    return 1.0 if math.fabs(bend) < 1e-3 else 1e-6


def _gamma_cornish_fisher(z: float, shape: float) -> float:
    root = math.sqrt(shape)
    z2 = z * z
    third = (z2 - 1.0) / 3.0
    fourth = z * (z2 - 7.0) / (36.0 * root)
    fifth = -((3.0 * z2 + 7.0) * z2 - 16.0) / (810.0 * shape)
    sixth = z * ((9.0 * z2 + 256.0) * z2 - 433.0) / (38880.0 * shape * root)
    return shape + root * z + third + fourth + fifth + sixth


def _gamma_lower(x: float, shape: float, log_gamma: float) -> float:
    """Return the regularised lower incomplete gamma function by its series."""
    term = 1.0 / shape
    total = term
    n = shape
    while term > total * _EPS:
        n += 1.0
        term *= x / n
        total += term
    return total * math.exp(shape * math.log(x) - x - log_gamma)


def _gamma_upper(x: float, shape: float, log_gamma: float) -> float:
    """Return the regularised upper incomplete gamma function by its continued fraction (Lentz)."""
    b = x + 1.0 - shape
    c = 1.0 / _TINY
    d = 1.0 / b
    h = d
    i = 0.0
    while True:
        i += 1.0
        a = -i * (i - shape)
        b += 2.0
        d = a * d + b
        if math.fabs(d) < _TINY:
            d = _TINY
        c = b + a / c
        if math.fabs(c) < _TINY:
            c = _TINY
        d = 1.0 / d
        change = c * d
        h *= change
        if math.fabs(change - 1.0) <= 3.0 * _EPS or i > 10000.0:
            return h * math.exp(shape * math.log(x) - x - log_gamma)


def beta_quantile(u: float, a: float, b: float, log_beta: float) -> float:
    """Return the quantile of the beta law on [0, 1] for a, b >= 1; `log_beta` is ln B(a, b).

    Halley's steps, kept inside a shrinking bracket.
    """
    low, high = 0.0, 1.0
    mean = a / (a + b)
    x = mean + normal_quantile(u) * math.sqrt(mean * (1.0 - mean) / (a + b + 1.0))
    small = math.exp((math.log(u) + log_beta + math.log(a)) / a)
    large = 1.0 - math.exp((math.log1p(-u) + log_beta + math.log(b)) / b)
    if x <= 0.02 or u < 1e-4:
        x = small
    elif x >= 0.98 or u > 0.9999:
        x = large
    if not 0.0 < x < 1.0:
        x = 0.5
    for _ in range(200):
        left = x <= mean
        excess = _beta_lower(x, a, b, log_beta) - u if left else (1.0 - u) - _beta_lower(1.0 - x, b, a, log_beta)
        if excess > 0.0:
            high = x
        else:
            low = x
        density = math.exp((a - 1.0) * math.log(x) + (b - 1.0) * math.log1p(-x) - log_beta)
        step = excess / density if density > 0.0 else math.inf
        bend = 0.5 * step * ((a - 1.0) / x - (b - 1.0) / (1.0 - x))
        after = x - (step / (1.0 - bend) if bend < 0.5 else step * 2.0)
        if not low <= after <= high or after in (0.0, 1.0):
            after = 0.5 * (low + high)
        moved = math.fabs(after - x)
        x = after
        if moved <= 1e-5 * min(x, 1.0 - x) * _halley_margin(bend) or not 0.0 < x < 1.0:
            break
    return x


def _beta_lower(x: float, a: float, b: float, log_beta: float) -> float:
    """Return the regularised incomplete beta function by its continued fraction (Lentz)."""
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    if math.fabs(d) < _TINY:
        d = _TINY
    d = 1.0 / d
    h = d
    m = 0.0
    while m < 10000.0:
        m += 1.0
        for_even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        d = 1.0 + for_even * d
        if math.fabs(d) < _TINY:
            d = _TINY
        c = 1.0 + for_even / c
        if math.fabs(c) < _TINY:
            c = _TINY
        d = 1.0 / d
        h *= d * c
        for_odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        d = 1.0 + for_odd * d
        if math.fabs(d) < _TINY:
            d = _TINY
        c = 1.0 + for_odd / c
        if math.fabs(c) < _TINY:
            c = _TINY
        d = 1.0 / d
        change = d * c
        h *= change
        if math.fabs(change - 1.0) <= 3.0 * _EPS:
            break
    return h * math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta) / a


def pert_quantile(u: float, low: float, width: float, a: float, b: float, log_beta: float) -> float:
    """Return the quantile of the PERT law: a beta law on [low, low + width]."""
    return low + width * beta_quantile(u, a, b, log_beta)


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
    gamma_quantile, _halley_margin, _gamma_cornish_fisher, _gamma_lower, _gamma_upper, beta_quantile, _beta_lower,
    pert_quantile, empirical_quantile,
)  # fmt: skip
"""All of these functions, for a compiler: there is one source of every law."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A law ready to be drawn from: minutes on the time grid, never below `least`.

    `constant` is the value of a law without chance, else None; then `law` is its name, `parameters` those of its
    quantile function.
    """

    law: str
    parameters: tuple[float, ...]
    least: float
    constant: float | None
    quantile: Callable[[float], float]

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
    name, parameters, quantile = _prepared(law, working_day)
    return Draw(name, parameters, least, None, quantile)


def _certain(minutes: float, least: float) -> Draw:
    value = max(on_grid(minutes), least)
    return Draw("constant", (value,), least, value, lambda _u: value)


def _prepared(law: AnyLaw, working_day: float) -> tuple[str, tuple[float, ...], Callable[[float], float]]:
    p: tuple[float, ...]
    mean = law.mean_minutes(working_day)
    if isinstance(law, Uniform):
        low, high = p = (law.low.minutes(working_day), law.high.minutes(working_day))
        return "uniform", p, lambda u: uniform_quantile(u, low, high)
    if isinstance(law, (Triangular, Pert)):
        return _peaked(law, working_day)
    if isinstance(law, Exponential):
        return "exponential", (mean,), lambda u: exponential_quantile(u, mean)
    if isinstance(law, Lognormal):
        variance = math.log1p(law.cv * law.cv)
        mu, sigma = p = (math.log(mean) - variance / 2.0, math.sqrt(variance))
        return "lognormal", p, lambda u: lognormal_quantile(u, mu, sigma)
    if isinstance(law, Gamma):
        shape = 1.0 / (law.cv * law.cv)
        scale, log_gamma = mean / shape, math.lgamma(shape)
        return "gamma", (shape, scale, log_gamma), lambda u: gamma_quantile(u, shape, scale, log_gamma)
    if isinstance(law, Weibull):
        power = 1.0 / law.shape
        reach = mean / math.gamma(1.0 + power)
        return "weibull", (reach, power), lambda u: weibull_quantile(u, reach, power)
    assert isinstance(law, Empirical)
    given = tuple(q.minutes(working_day) for q in law.quantiles)
    return "empirical", given, lambda u: empirical_quantile(u, given, 0, len(given))


def _peaked(law: Triangular | Pert, working_day: float) -> tuple[str, tuple[float, ...], Callable[[float], float]]:
    low, mode, high = (d.minutes(working_day) for d in (law.low, law.mode, law.high))
    width = high - low
    if width <= 0.0:
        return "uniform", (low, low), lambda _u: low
    if isinstance(law, Triangular):
        return "triangular", (low, mode, high), lambda u: triangular_quantile(u, low, mode, high)
    a, b = 1.0 + 4.0 * (mode - low) / width, 1.0 + 4.0 * (high - mode) / width
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return "pert", (low, width, a, b, log_beta), lambda u: pert_quantile(u, low, width, a, b, log_beta)
