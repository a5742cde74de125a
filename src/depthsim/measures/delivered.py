"""Share of cases whose result was delivered (已送达)."""

from __future__ import annotations

import numpy as np

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import DELIVERED, CaseColumns, Floats


def _column(columns: CaseColumns, _facts: Facts) -> Floats:
    return np.equal(columns.outcome, DELIVERED).astype(np.float64)


def _exact(visits: Visits, _minutes: Minutes) -> float:
    return visits.ends.get("delivered", 0.0)


measure = of_columns(_column, "share", exact=_exact, better="more")
