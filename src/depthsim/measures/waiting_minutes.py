"""Minutes in which the applicant stands in the hall and waits: for a server, a lag or a work that rests."""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import CaseColumns, Floats


def _column(columns: CaseColumns, _facts: Facts) -> Floats:
    return columns.waiting


measure = of_columns(_column, "minutes")
