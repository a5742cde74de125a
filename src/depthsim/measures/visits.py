"""On-site visits (到现场次数)."""

from __future__ import annotations

import numpy as np

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import CaseColumns, Floats


def _column(columns: CaseColumns, _facts: Facts) -> Floats:
    return columns.visits.astype(np.float64)


def _exact(visits: Visits, _minutes: Minutes) -> float:
    return visits.expected


measure = of_columns(_column, "visits", exact=_exact)
