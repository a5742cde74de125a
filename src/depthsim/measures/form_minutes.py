"""Minutes that the applicant spends on forms and materials: the own minutes of every applicant step."""

from __future__ import annotations

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import CaseColumns, Floats


def _column(columns: CaseColumns, _facts: Facts) -> Floats:
    return columns.form


def _exact(_visits: Visits, minutes: Minutes) -> float:
    return minutes.form


measure = of_columns(_column, "minutes", exact=_exact)
