"""Share of cases that were withdrawn (撤回), or ended without an answer."""

from __future__ import annotations

import numpy as np

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import WITHDRAWN, CaseColumns, Floats


def _column(columns: CaseColumns, _facts: Facts) -> Floats:
    return np.equal(columns.outcome, WITHDRAWN).astype(np.float64)


def _exact(visits: Visits, _minutes: Minutes) -> float:
    return visits.ends.get("withdrawn", 0.0)


measure = of_columns(_column, "share", exact=_exact, better="less")
