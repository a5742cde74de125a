"""Elapsed calendar days, from the first action to the result in hand (or to the refusal, or the withdrawal).

Checks of the office behind the delivery (告知承诺: decided at once, checked afterwards) come when the result is in
hand already; they do not count, whatever they find.
"""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.model.level import AFTERWARDS
from depthsim.model.log import CaseLog, Row
from depthsim.model.time import MINUTES_PER_DAY


def _of(case: CaseLog, _facts: Facts) -> float:
    trunk = [row for row in case.rows if not row.token]
    last = len(trunk)
    while last and _afterwards(trunk[last - 1]):
        last -= 1
    end = trunk[last - 1].end if 0 < last < len(trunk) else case.end
    return end - case.arrival


def _afterwards(row: Row) -> bool:
    """Return whether this row is a check of the office behind the delivery, or mends what one found."""
    if row.stage != "delivery" or row.present:
        return False
    return row.role in AFTERWARDS if row.by == "office" else row.role == "supplement"


measure = Measure(_of, "days", divisor=float(MINUTES_PER_DAY))
