"""Calendar days at other authorities, of the cases of items that go to one; apart from the limit's days."""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.model.log import CaseLog
from depthsim.model.time import MINUTES_PER_DAY


def _of(case: CaseLog, facts: Facts) -> float | None:
    if not facts.of(case).has_external:
        return None
    return sum((row.end - row.entered for row in case.rows if row.external), 0.0)


measure = Measure(_of, "days", divisor=float(MINUTES_PER_DAY))
