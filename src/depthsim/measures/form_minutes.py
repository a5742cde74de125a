"""Minutes that the applicant spends on forms and materials: the own minutes of every applicant step."""

from __future__ import annotations

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.measures._time import form
from depthsim.model.log import CaseLog


def _of(case: CaseLog, _facts: Facts) -> float:
    return form(case)


def _exact(_visits: Visits, minutes: Minutes) -> float:
    return minutes.form


measure = Measure(_of, "minutes", exact=_exact)
