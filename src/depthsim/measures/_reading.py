"""The reading of the log: what it means to measures, said once. Engines that read their own are tested against it."""

from __future__ import annotations

from typing import Any

import numpy as np

from depthsim.measures._facts import Facts
from depthsim.measures._pool import PoolMeter, work
from depthsim.model.clock import used_days
from depthsim.model.columns import DELIVERED, NO_DAYS, REFUSED, WITHDRAWN, CaseColumns
from depthsim.model.level import AFTERWARDS
from depthsim.model.log import Batch, CaseLog, Row
from depthsim.model.openings import openings
from depthsim.model.system import ServiceSystem
from depthsim.model.time import on_grid

Span = tuple[float, float]
"""[begin, end) in minutes, in which cases count."""

_OUTCOMES = {"delivered": DELIVERED, "refused": REFUSED, "withdrawn": WITHDRAWN}
_TYPES = {
    "item": np.int32, "k": np.int64, "process": np.int32, "segment": np.int32, "counted": np.bool_,
    "arrival": np.float64, "end": np.float64, "handed": np.float64, "outcome": np.int8, "visits": np.int32,
    "corrections": np.int32, "travel": np.float64, "waiting": np.float64, "served": np.float64, "form": np.float64,
    "work": np.float64, "external": np.float64, "postage": np.float64, "paid": np.bool_, "limit_working": np.int64,
    "limit_calendar": np.int64,
}  # fmt: skip


def read(batch: Batch, system: ServiceSystem, span: Span) -> CaseColumns:
    """Return finished cases as columns, items, processes and segments in the system's order, with their logs."""
    return Reader(Facts(system), span).read(batch)


class Reader:
    """Reads batches of the log of one system; `span` is [begin, end) in minutes, in which cases count."""

    def __init__(self, facts: Facts, span: Span) -> None:
        self._facts = facts
        self._pools = PoolMeter(facts.system, *span)
        self._hours = openings(facts.system.calendar, facts.system.start)
        self._items = tuple(facts.system.items)
        self._processes = facts.processes
        self._segments = tuple(facts.system.applicants.segments)
        self._item = {name: n for n, name in enumerate(self._items)}
        self._process = {name: n for n, name in enumerate(self._processes)}
        self._segment: dict[str | None, int] = {None: -1, **{name: n for n, name in enumerate(self._segments)}}

    def read(self, batch: Batch) -> CaseColumns:
        """Return finished cases as columns."""
        for case in batch:
            self._pools.read(case)
        entries = [self._entry(case) for case in batch]
        values: list[tuple[Any, ...]] = list(zip(*entries, strict=True)) if entries else [()] * len(_TYPES)
        arrays: dict[str, Any] = {name: np.array(v, dtype=_TYPES[name]) for name, v in zip(_TYPES, values, strict=True)}
        return CaseColumns(
            self._items, self._processes, self._segments, **arrays, pools=self._pools.taken(), logs=tuple(batch)
        )

    def _entry(self, case: CaseLog) -> tuple[Any, ...]:
        """Return what one case has in each of the columns `_TYPES`."""
        visits = corrections = 0
        travel = waiting = served = form = staff = external = postage = 0.0
        paid = False
        charges = self._facts.of(case).postage
        for row in case.rows:
            visits += row.visit
            corrections += row.kind == "correction"
            travel += row.travel
            if row.by == "applicant":
                form += row.takes
            if row.present:
                waiting += _unserved(row)
                served += row.served if row.by == "applicant" else row.takes
            if row.pool is not None:
                staff += work(row)
            if row.external:
                external += row.end - row.entered
            if charges:
                postage += on_grid(charges.get((row.step, row.outcome), 0.0))
            paid = paid or row.role == "pay"
        return (
            self._item[case.item],
            case.k,
            self._process[case.item, case.variant],
            self._segment[case.segment],
            case.counted,
            case.arrival,
            case.end,
            _handed(case),
            _OUTCOMES[case.outcome],
            visits,
            corrections,
            travel,
            waiting,
            served,
            form,
            staff,
            external,
            postage,
            paid,
            *self._limit_days(case),
        )

    def _limit_days(self, case: CaseLog) -> tuple[int, int]:
        running = self._facts.running(case)
        if running is None:
            return NO_DAYS, NO_DAYS
        return used_days(running, self._hours), used_days(running, self._hours, working=False)


def _unserved(row: Row) -> float:
    """Return the minutes that the applicant stands in the hall unserved: for a server, a lag, a work that rests."""
    if row.by == "applicant":
        return row.start - row.request
    return row.end - row.entered - row.takes


def _handed(case: CaseLog) -> float:
    """Return when the result was in hand: checks of the office behind the delivery come after that.

    (告知承诺: decided at once, checked afterwards; whatever the check finds.)
    """
    trunk = [row for row in case.rows if not row.token]
    last = len(trunk)
    while last and _afterwards(trunk[last - 1]):
        last -= 1
    return trunk[last - 1].end if 0 < last < len(trunk) else case.end


def _afterwards(row: Row) -> bool:
    """Return whether this row is a check of the office behind the delivery, or mends what one found."""
    if row.stage != "delivery" or row.present:
        return False
    return row.role in AFTERWARDS if row.by == "office" else row.role == "supplement"
