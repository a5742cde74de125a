"""On-site visits (到现场次数)."""

from __future__ import annotations

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.model.log import CaseLog


def _of(case: CaseLog, _facts: Facts) -> float:
    return float(sum(row.visit for row in case.rows))


def _exact(visits: Visits, _minutes: Minutes) -> float:
    return visits.expected


measure = Measure(_of, "visits", exact=_exact)
