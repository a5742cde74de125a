"""What measures need to know of a system, resolved once: limits, fees, the legal calendar."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from depthsim.model.clock import Interval, LimitUse, limit_use, running_intervals
from depthsim.model.columns import CaseColumns, Floats
from depthsim.model.log import CaseLog, Row
from depthsim.model.service import ApplicantStep, Fee, OfficeStep, ServiceItem, path_text, walk_steps
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Limit, Unit
from depthsim.model.variants import variants

CURRENCY = "CNY"
BEFORE_ACCEPTANCE = ("preparation", "acceptance")
"""Stages in which a refusal is a refusal to accept (不予受理): the limit's clock has no value."""

Flag = Literal["has_external", "has_pay_step", "limit_by_date", "promised_by_date", "statutory_by_date"]
Number = Literal["fee", "promised_days", "statutory_days"]


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What measures need to know of one process; money in CNY, days NaN without such a limit.

    `..._by_date` says whether a limit counts every date, or legal working days only; `limit_by_date` is that of
    the promised limit, else of the statutory one.
    """

    has_external: bool
    has_pay_step: bool
    fee: float
    postage: Mapping[tuple[str, str], float]
    """(step path text, option) -> postage."""
    promised_days: float
    promised_by_date: bool
    statutory_days: float
    statutory_by_date: bool
    limit_by_date: bool


class Facts:
    """The facts of one system. Not shared between threads: it remembers what it looked up last (`facts_of`)."""

    def __init__(self, system: ServiceSystem) -> None:
        self.system = system
        self._processes = {(name, which): one for name, item in system.items.items() for which, one in variants(item)}
        self._items = {key: _item_facts(item) for key, item in self._processes.items()}
        wage = system.applicants.wage
        self.wage_per_minute = wage.amount / 60 if wage else None
        self._seen: tuple[tuple[str, str], ...] = ()
        self._columns: dict[str, NDArray[np.generic]] = {}

    @property
    def processes(self) -> tuple[tuple[str, str], ...]:
        """Return every process of the system as (item, variant)."""
        return tuple(self._processes)

    def of(self, case: CaseLog) -> ItemFacts:
        """Return the facts of the process that a case ran."""
        return self._items[case.item, case.variant]

    def flags(self, columns: CaseColumns, name: Flag) -> NDArray[np.bool_]:
        """Return a fact of the process that each case ran."""
        return self._column(columns, name).astype(np.bool_, copy=False)

    def numbers(self, columns: CaseColumns, name: Number) -> Floats:
        """Return a fact of the process that each case ran."""
        return self._column(columns, name).astype(np.float64, copy=False)

    def _column(self, columns: CaseColumns, name: str) -> NDArray[np.generic]:
        if columns.processes is not self._seen:
            self._seen, self._columns = columns.processes, {}
        if name not in self._columns:
            self._columns[name] = np.array([getattr(self._items[process], name) for process in columns.processes])
        return self._columns[name][columns.process]

    def running(self, case: CaseLog) -> tuple[Interval, ...] | None:
        """Return when the limit's clock of a case ran; None where it was never accepted, or withdrawn.

        A forwarded item's limit is that of our own part: time at another authority does not count.
        """
        if _never_accepted(case):
            return None
        item = self._processes[case.item, case.variant]
        return running_intervals(_own_part(case, item), item.limits.ends if item.limits else "completion")

    def limit_use(self, case: CaseLog) -> LimitUse | None:
        """Return the days of its limits that a case used; None as in `running`."""
        if _never_accepted(case):
            return None
        item = self._processes[case.item, case.variant]
        return limit_use(_own_part(case, item), item, self.system)


_KNOWN = threading.local()
MOST_SYSTEMS = 4


def facts_of(system: ServiceSystem) -> Facts:
    """Return a system's facts, this thread's own: those of the latest systems are at hand."""
    known: deque[Facts] = _KNOWN.__dict__.setdefault("facts", deque(maxlen=MOST_SYSTEMS))
    for found in known:
        if found.system is system:
            return found
    known.append(Facts(system))
    return known[-1]


def _never_accepted(case: CaseLog) -> bool:
    return case.outcome == "refused" and _last_of_trunk(case).stage in BEFORE_ACCEPTANCE


def _last_of_trunk(case: CaseLog) -> Row:
    return max((row for row in case.rows if row.token == 0), key=lambda row: row.sequence)


def _own_part(case: CaseLog, item: ServiceItem) -> CaseLog:
    if item.handling != "forwarded":
        return case
    return case._replace(rows=tuple(row for row in case.rows if not row.external or row.stops))


def _item_facts(item: ServiceItem) -> ItemFacts:
    steps = [(path_text(path), step) for path, step in walk_steps(item.process)]
    fee = item.fee.amount if isinstance(item.fee, Fee) else None
    promised = item.limits.promised if item.limits else None
    statutory = item.limits.statutory if item.limits else None
    return ItemFacts(
        has_external=any(isinstance(step, OfficeStep) and step.external is not None for _, step in steps),
        has_pay_step=any(step.role == "pay" for _, step in steps),
        fee=fee.amount if fee and fee.currency == CURRENCY else 0.0,
        postage={
            (path, name): option.postage.amount
            for path, step in steps
            if isinstance(step, ApplicantStep)
            for name, option in step.options.items()
            if option.postage and option.postage.currency == CURRENCY
        },
        promised_days=promised.days if promised else math.nan,
        promised_by_date=_by_date(promised),
        statutory_days=statutory.days if statutory else math.nan,
        statutory_by_date=_by_date(statutory),
        limit_by_date=_by_date(promised or statutory),
    )


def _by_date(limit: Limit | None) -> bool:
    return limit is not None and limit.unit is not Unit.WORKING_DAY
