"""The applicant's time (办事时间): minutes of travel, waiting in the hall, being served and filling in forms."""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import CaseColumns, Floats


def spent(columns: CaseColumns) -> Floats:
    """Return the applicant's minutes in each case."""
    return columns.travel + columns.waiting + columns.served + columns.form


def _column(columns: CaseColumns, _facts: Facts) -> Floats:
    return spent(columns)


measure = of_columns(_column, "minutes")
