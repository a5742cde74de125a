"""Means with 95 % intervals over replications."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from depthsim.files.cache import numbers
from depthsim.studies.sketches import RELATIVE_ERROR
from depthsim.studies.tally import TICKS

CONFIDENCE = 0.95
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over cases, in the measure's unit.

    `mean` is None where the measure applied to no case; `ci95` is None with fewer than two replications; `cases`
    and `sum` are over all replications; `exact` is theory's mean, None where theory has none. `quantiles` (by name,
    as in `sketches.QUANTILES`) and `distribution` (cases with 0, 1, 2, …) are of all cases, where they are kept.
    """

    mean: float | None
    ci95: Interval | None
    cases: int
    sum: float
    exact: float | None = None
    quantiles: Mapping[str, float] | None = None
    distribution: tuple[int, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as in `interfaces`: `exact`, `quantiles` and `distribution` only where they are known."""
        found: dict[str, Any] = {
            "mean": self.mean,
            "ci95": None if self.ci95 is None else list(self.ci95),
            "sum": self.sum,
            "cases": self.cases,
        }
        if self.exact is not None:
            found["exact"] = self.exact
        if self.quantiles is not None:
            found["quantiles"] = {**self.quantiles, "relative_error": RELATIVE_ERROR}
        if self.distribution is not None:
            found["distribution"] = list(self.distribution)
        return found


def ratio(totals: Sequence[int], counts: Sequence[int], comparisons: int = 1) -> tuple[float | None, Interval | None]:
    """Return the mean, sum of `totals` over sum of `counts`, with its 95 % t-interval over replications.

    One total and one count a replication; the standard error is that of a ratio estimator (Cochran, Sampling
    Techniques, 1977, chapter 6): exact integers up to one square root. With several `comparisons` the interval is
    one of so many that hold together (Bonferroni). It is None with fewer than two replications, both are None where
    nothing was counted.
    """
    mean, error = ratio_error(totals, counts)
    if mean is None or error is None:
        return mean, None
    half = t_quantile(len(totals) - 1, comparisons) * error
    return mean, (mean - half, mean + half)


def ratio_error(totals: Sequence[int], counts: Sequence[int]) -> tuple[float | None, float | None]:
    """Return the mean and its standard error over replications; None as in `ratio`."""
    total, count, n = sum(totals), sum(counts), len(totals)
    if count == 0:
        return None, None
    mean = total / count
    if n < 2:
        return mean, None
    residuals = sum((t * count - total * c) ** 2 for t, c in zip(totals, counts, strict=True))
    return mean, math.sqrt(n / (n - 1)) * (math.isqrt(residuals << 40) / (1 << 20)) / count / count


@cache
def t_quantile(freedom: int, comparisons: int = 1) -> float:
    """Return the two-sided 95 % quantile of Student's t; with several comparisons that of 1 - 5 % / comparisons."""
    share = 1 - (1 - CONFIDENCE) / 2 / comparisons

    def made() -> tuple[float]:
        from scipy.special import stdtrit

        return (float(stdtrit(freedom, share)),)

    return numbers(f"t-{freedom}-{share.hex()}", __file__, 1, made)[0]


def estimate(totals: Sequence[int], counts: Sequence[int], divisor: float, exact: float | None = None) -> Estimate:
    """Return the estimate of a measure from its totals (ticks) and cases, one of each a replication."""
    unit = TICKS * divisor
    mean, interval = ratio(totals, counts)
    return Estimate(
        None if mean is None else mean / unit,
        None if interval is None else (interval[0] / unit, interval[1] / unit),
        sum(counts),
        sum(totals) / unit,
        exact,
    )
