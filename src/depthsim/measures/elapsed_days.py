"""Elapsed calendar days, from the first action to the result in hand (or to the refusal, or the withdrawal)."""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.model.log import CaseLog
from depthsim.model.time import MINUTES_PER_DAY


def _of(case: CaseLog, _facts: Facts) -> float:
    return case.end - case.arrival


measure = Measure(_of, "days", divisor=float(MINUTES_PER_DAY))
