"""What a case costs its applicant in CNY: the fee, postage, and the own time at the wage that the system gives.

Offered only where the system has a wage. The fee is due once, when the paying step is passed (without such a step:
on delivery). Amounts in other currencies are left out.
"""

from __future__ import annotations

from depthsim.measures._facts import Facts
from depthsim.measures._plugin import Measure
from depthsim.measures._time import spent
from depthsim.model.log import CaseLog
from depthsim.model.system import ServiceSystem
from depthsim.model.time import on_grid


def _of(case: CaseLog, facts: Facts) -> float | None:
    if facts.wage_per_minute is None:
        return None
    item = facts.of(case)
    postage = sum(item.postage.get((row.step, row.outcome), 0.0) for row in case.rows) if item.postage else 0.0
    paid = any(row.role == "pay" for row in case.rows) if item.has_pay_step else case.outcome == "delivered"
    return on_grid((item.fee if paid else 0.0) + postage + spent(case) * facts.wage_per_minute)


def _offered(system: ServiceSystem) -> bool:
    return system.applicants.wage is not None


measure = Measure(_of, "CNY", offered=_offered)
