"""Share of cases that were withdrawn (撤回), or ended without an answer."""

from __future__ import annotations

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.model.log import CaseLog


def _of(case: CaseLog, _facts: Facts) -> float:
    return float(case.outcome == "withdrawn")


def _exact(visits: Visits, _minutes: Minutes) -> float:
    return visits.ends.get("withdrawn", 0.0)


measure = Measure(_of, "share", exact=_exact, better="less")
