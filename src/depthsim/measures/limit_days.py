"""Days of the limit used (办结用时), counted as the promised limit counts: working days, or dates.

Without a promised limit the statutory one says which; without any, working days.
"""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._limit import days_used
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import CaseColumns, Floats


def _column(columns: CaseColumns, facts: Facts) -> Floats:
    return days_used(columns, facts.flags(columns, "limit_by_date"))


measure = of_columns(_column, "days")
