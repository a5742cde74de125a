"""Minutes in which the applicant is being served: at the counter, and while the office works before their eyes."""

from __future__ import annotations

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import CaseColumns, Floats


def _column(columns: CaseColumns, _facts: Facts) -> Floats:
    return columns.served


def _exact(_visits: Visits, minutes: Minutes) -> float:
    return minutes.served


measure = of_columns(_column, "minutes", exact=_exact)
