"""Intervals and exact sums."""

from __future__ import annotations

import math

import numpy as np
import pytest

from depthsim.studies.statistics import estimate, ratio, t_quantile
from depthsim.studies.tally import TICKS


def test_equal_counts_give_the_textbook_interval() -> None:
    means = [3.0, 5.0, 4.0, 8.0]
    mean, interval = ratio([int(m * 100) for m in means], [100] * 4)
    half = 3.182446305 * np.std(means, ddof=1) / math.sqrt(4)
    assert mean == 5.0
    assert interval == pytest.approx((5.0 - half, 5.0 + half))


def test_unequal_counts_weigh_cases_not_replications() -> None:
    mean, interval = ratio([10, 400], [10, 100])
    assert mean == 410 / 110
    assert interval is not None
    r, n = 410 / 110, 55
    spread = math.sqrt(((10 - r * 10) ** 2 + (400 - r * 100) ** 2) / (2 * 1)) / n
    assert interval[1] - mean == pytest.approx(t_quantile(1) * spread)


def test_one_replication_has_no_interval_and_no_case_no_mean() -> None:
    assert ratio([7], [2]) == (3.5, None)
    assert ratio([0, 0], [0, 0]) == (None, None)
    assert estimate([0], [0], 1.0).to_json() == {"mean": None, "ci95": None, "sum": 0.0, "cases": 0}


def test_the_interval_covers_as_often_as_it_says() -> None:
    """Of 2,000 intervals over 8 replications of unequal size about 95 % hold the truth; 80 % or 99.5 % do not."""
    luck = np.random.default_rng(4)
    covered = 0
    for _ in range(2000):
        counts = luck.poisson(80, 8)
        totals = [int(luck.exponential(2.0, n).sum() * TICKS) for n in counts]
        mean, interval = ratio(totals, [int(n) for n in counts])
        assert mean is not None
        assert interval is not None
        covered += interval[0] <= 2.0 * TICKS <= interval[1]
    assert 0.935 < covered / 2000 < 0.965
