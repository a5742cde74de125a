"""Share of cases done within the promised limit (承诺时限), of those that have one and were accepted."""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.model.log import CaseLog


def _of(case: CaseLog, facts: Facts) -> float | None:
    use = facts.limit_use(case)
    return None if use is None or use.on_time_promised is None else float(use.on_time_promised)


measure = Measure(_of, "share", better="more")
