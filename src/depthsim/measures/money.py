"""What a case costs its applicant in CNY: the fee, postage, and the own time at the wage that the system gives.

Offered only where the system has a wage. The fee is due once, when the paying step is passed (without such a step:
on delivery). Amounts in other currencies are left out.
"""

from __future__ import annotations

import numpy as np

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import of_columns
from depthsim.measures.applicant_minutes import spent
from depthsim.model.columns import DELIVERED, CaseColumns, Floats
from depthsim.model.system import ServiceSystem
from depthsim.model.time import TICK


def _column(columns: CaseColumns, facts: Facts) -> Floats:
    if facts.wage_per_minute is None:
        return np.full(len(columns.k), np.nan)
    due = np.where(facts.flags(columns, "has_pay_step"), columns.paid, columns.outcome == DELIVERED)
    fee = np.where(due, facts.numbers(columns, "fee"), 0.0)
    amount = fee + columns.postage + spent(columns) * facts.wage_per_minute
    return np.asarray(np.floor(amount / TICK + 0.5) * TICK, dtype=np.float64)


def _offered(system: ServiceSystem) -> bool:
    return system.applicants.wage is not None


measure = of_columns(_column, "CNY", offered=_offered)
