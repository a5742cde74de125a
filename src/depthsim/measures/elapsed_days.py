"""Elapsed calendar days, from the first action to the result in hand (or to the refusal, or the withdrawal).

Checks of the office behind the delivery (告知承诺: decided at once, checked afterwards) come when the result is in
hand already; they do not count, whatever they find.
"""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import CaseColumns, Floats
from depthsim.model.time import MINUTES_PER_DAY


def _column(columns: CaseColumns, _facts: Facts) -> Floats:
    return columns.handed - columns.arrival


measure = of_columns(_column, "days", divisor=float(MINUTES_PER_DAY))
