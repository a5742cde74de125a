"""Share of cases done within the promised limit (承诺时限), of those that have one and were accepted."""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._limit import kept
from depthsim.measures._plugin import of_columns
from depthsim.model.columns import CaseColumns, Floats


def _column(columns: CaseColumns, facts: Facts) -> Floats:
    return kept(columns, facts.numbers(columns, "promised_days"), facts.flags(columns, "promised_by_date"))


measure = of_columns(_column, "share", better="more")
