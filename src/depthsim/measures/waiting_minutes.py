"""Minutes in which the applicant stands in the hall and waits: for a server, a lag or a work that rests."""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.measures._time import waiting
from depthsim.model.log import CaseLog


def _of(case: CaseLog, _facts: Facts) -> float:
    return waiting(case)


measure = Measure(_of, "minutes")
