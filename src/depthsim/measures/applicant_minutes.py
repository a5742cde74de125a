"""The applicant's time (办事时间): minutes of travel, waiting in the hall, being served and filling in forms."""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.measures._time import spent
from depthsim.model.log import CaseLog


def _of(case: CaseLog, _facts: Facts) -> float:
    return spent(case)


measure = Measure(_of, "minutes")
