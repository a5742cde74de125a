"""Corrections (补正): how often a case was sent back."""

from __future__ import annotations

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.model.log import CaseLog


def _of(case: CaseLog, _facts: Facts) -> float:
    return float(sum(row.kind == "correction" for row in case.rows))


def _exact(visits: Visits, _minutes: Minutes) -> float:
    return visits.corrections


measure = Measure(_of, "corrections", exact=_exact)
