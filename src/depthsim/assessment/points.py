"""From a value to points (0 to 100), by the rule that the scheme states for the indicator."""

from __future__ import annotations

import math

from depthsim.assessment.outcome import Outcome
from depthsim.model.indicators import Indicator, IndicatorScheme
from depthsim.model.level import Level


def points_of(scheme: IndicatorScheme, indicator: Indicator, outcome: Outcome, value: float | None) -> float | None:
    """Return the points of a value; None where there is no value to go by.

    The levels' shares are one distribution: all of its indicators get the same points, the mean over the levels,
    those of which the level is not known left out.
    """
    rule = indicator.score
    if rule.rule == "points":
        shares = {r.id: r.numerator or 0.0 for r in outcome.readings}
        counts = {level: shares.get(f"level_{level.value}", 0.0) for level in Level}
        total = math.fsum(counts.values())
        return math.fsum(scheme.points.levels[level] * n for level, n in counts.items()) / total if total else None
    if value is None:
        return None
    if rule.rule == "falling":
        return 100.0 * _within((rule.worst - value) / (rule.worst - rule.best))
    return 100.0 * _within(value)


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
