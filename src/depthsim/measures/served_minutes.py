"""Minutes in which the applicant is being served: at the counter, and while the office works before their eyes."""

from __future__ import annotations

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.measures._time import served
from depthsim.model.log import CaseLog


def _of(case: CaseLog, _facts: Facts) -> float:
    return served(case)


def _exact(_visits: Visits, minutes: Minutes) -> float:
    return minutes.served


measure = Measure(_of, "minutes", exact=_exact)
