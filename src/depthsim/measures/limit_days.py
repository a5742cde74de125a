"""Days of the limit used (办结用时), counted as the promised limit counts: working days, or dates.

Without a promised limit the statutory one says which; without any, working days.
"""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.model.log import CaseLog


def _of(case: CaseLog, facts: Facts) -> float | None:
    use = facts.limit_use(case)
    if use is None:
        return None
    in_unit = (use.promised_days, use.statutory_days, use.working_days)
    return float(next(days for days in in_unit if days is not None))


measure = Measure(_of, "days")
