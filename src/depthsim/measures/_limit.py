"""Days of limits as columns: those that the clock ran, counted as a limit counts, and whether they kept to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from depthsim.model.columns import NO_DAYS, CaseColumns, Floats


def days_used(columns: CaseColumns, by_date: NDArray[np.bool_]) -> Floats:
    """Return the days that the limit's clock ran in each case, by date or in legal working days; NaN without."""
    days = np.where(by_date, columns.limit_calendar, columns.limit_working).astype(np.float64)
    days[days == NO_DAYS] = np.nan
    return days


def kept(columns: CaseColumns, limit: Floats, by_date: NDArray[np.bool_]) -> Floats:
    """Return 1 where a case kept to a limit (days), 0 where it did not, NaN where either is missing."""
    left = limit - days_used(columns, by_date)
    found = (left >= 0.0).astype(np.float64)
    found[np.isnan(left)] = np.nan
    return found
