"""Calendar days at other authorities, of the cases of items that go to one; apart from the limit's days."""

from __future__ import annotations

import numpy as np

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import CaseColumns, Floats
from depthsim.model.time import MINUTES_PER_DAY


def _column(columns: CaseColumns, facts: Facts) -> Floats:
    return np.where(facts.flags(columns, "has_external"), columns.external, np.nan)


measure = of_columns(_column, "days", divisor=float(MINUTES_PER_DAY))
