"""What measures need to know of a system, resolved once: limits, fees, the legal calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from depthsim.model.clock import LimitUse, limit_use
from depthsim.model.log import CaseLog, Row
from depthsim.model.service import ApplicantStep, Fee, OfficeStep, ServiceItem, path_text, walk_steps
from depthsim.model.system import ServiceSystem
from depthsim.model.variants import variants

CURRENCY = "CNY"
BEFORE_ACCEPTANCE = ("preparation", "acceptance")
"""Stages in which a refusal is a refusal to accept (不予受理): the limit's clock has no value."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What measures need to know of one item; money in CNY."""

    has_external: bool
    has_pay_step: bool
    fee: float
    postage: Mapping[tuple[str, str], float]
    """(step path text, option) -> postage."""


class Facts:
    """The facts of one system. Not shared between threads: it remembers the last case's use of its limits."""

    def __init__(self, system: ServiceSystem) -> None:
        self.system = system
        self._processes = {(name, which): one for name, item in system.items.items() for which, one in variants(item)}
        self._items = {key: _item_facts(item) for key, item in self._processes.items()}
        wage = system.applicants.wage
        self.wage_per_minute = wage.amount / 60 if wage else None
        self._last: tuple[CaseLog | None, LimitUse | None] = (None, None)

    def of(self, case: CaseLog) -> ItemFacts:
        """Return the facts of the process that a case ran."""
        return self._items[case.item, case.variant]

    def limit_use(self, case: CaseLog) -> LimitUse | None:
        """Return the days of its limits that a case used; None where it was never accepted, or withdrawn.

        A forwarded item's limit is that of our own part: time at another authority does not count.
        """
        if self._last[0] is not case:
            self._last = (case, self._limit_use(case))
        return self._last[1]

    def _limit_use(self, case: CaseLog) -> LimitUse | None:
        if case.outcome == "refused" and _last_of_trunk(case).stage in BEFORE_ACCEPTANCE:
            return None
        item = self._processes[case.item, case.variant]
        if item.handling == "forwarded":
            own = tuple(row for row in case.rows if not row.external or row.stops)
            return limit_use(case._replace(rows=own), item, self.system)
        return limit_use(case, item, self.system)


def _last_of_trunk(case: CaseLog) -> Row:
    return max((row for row in case.rows if row.token == 0), key=lambda row: row.sequence)


def _item_facts(item: ServiceItem) -> ItemFacts:
    steps = [(path_text(path), step) for path, step in walk_steps(item.process)]
    fee = item.fee.amount if isinstance(item.fee, Fee) else None
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
    )
