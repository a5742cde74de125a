"""Working minutes of our own staff, in all pools together."""

from __future__ import annotations

import math

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.measures._time import work
from depthsim.model.log import CaseLog


def _of(case: CaseLog, _facts: Facts) -> float:
    return sum((work(row) for row in case.rows if row.pool is not None), 0.0)


def _exact(_visits: Visits, minutes: Minutes) -> float:
    return math.fsum(minutes.work.values())


measure = Measure(_of, "minutes", exact=_exact)
