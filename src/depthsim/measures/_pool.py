"""What is read off a pool: work, waits, overtime and visits that end on another day. Rules C3 and C7."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from depthsim.model.columns import POOL_FIELDS
from depthsim.model.log import CaseLog, Row
from depthsim.model.openings import Openings, openings
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY

TICKS_PER_MINUTE = 1 << 20


def ticks(minutes: float) -> int:
    """Return minutes on the grid as a whole number of ticks: exact, and so is every sum of such numbers."""
    return int(minutes * TICKS_PER_MINUTE)


def work(row: Row) -> float:
    """Return the working minutes of the server of a row with a pool."""
    return row.takes if row.by == "office" else row.served


@dataclass(slots=True)
class PoolTally:
    """Sums over the rows of one pool in one replication; times in ticks (2^-20 minute). They merge exactly.

    `within` is work inside the counted span, of every case; all else is of counted cases alone. A session at a
    window is one request.
    """

    within: int = 0
    work: int = 0
    present_requests: int = 0
    present_wait: int = 0
    file_requests: int = 0
    file_wait: int = 0
    overtime: int = 0
    visits: int = 0
    overnight: int = 0

    def add(self, other: PoolTally) -> None:
        """Add another tally to this one."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


class _Desk(NamedTuple):
    tally: PoolTally
    front: bool
    hours: Openings


class PoolMeter:
    """Reads finished cases into one tally a pool. The counted span is [begin, end) in minutes."""

    def __init__(self, system: ServiceSystem, begin: float, end: float) -> None:
        self._span = (begin, end)
        self._desks = {
            name: _Desk(PoolTally(), pool.kind == "front", openings(system.pool_calendar(name), system.start))
            for name, pool in system.pools.items()
        }

    @property
    def tallies(self) -> dict[str, PoolTally]:
        """Return the tallies so far, by pool."""
        return {name: desk.tally for name, desk in self._desks.items()}

    def taken(self) -> NDArray[np.int64]:
        """Return the sums since the last time, one row a pool and `POOL_FIELDS` across, and begin anew."""
        rows = [[getattr(tally, name) for name in POOL_FIELDS] for tally in self.tallies.values()]
        self._desks = {name: desk._replace(tally=PoolTally()) for name, desk in self._desks.items()}
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(POOL_FIELDS))

    def read(self, case: CaseLog) -> None:
        """Read one finished case."""
        for row in case.rows:
            if row.pool is not None:
                self._read(row, self._desks[row.pool], case.counted)
        if case.counted:
            self._visits(case.rows)

    def _read(self, row: Row, desk: _Desk, counted: bool) -> None:
        begin, end = self._span
        tally = desk.tally
        first, last = max(row.start, begin), min(row.end, end)
        if first < last:
            tally.within += ticks(last - first if desk.front else desk.hours.open_minutes(first, last))
        if not counted:
            return
        tally.work += ticks(work(row))
        if desk.front and not desk.hours.always:
            tally.overtime += ticks(row.end - row.start - desk.hours.open_minutes(row.start, row.end))
        if row.asked:
            if row.present:
                tally.present_requests += 1
                tally.present_wait += ticks(row.start - row.request)
            else:
                tally.file_requests += 1
                tally.file_wait += ticks(desk.hours.open_minutes(row.request, row.start))

    def _visits(self, rows: tuple[Row, ...]) -> None:
        for n, row in enumerate(rows):
            if not row.visit or row.pool is None:
                continue
            leaves = row.end
            for later in rows[n + 1 :]:
                if later.token != row.token or not later.present or later.visit:
                    break
                leaves = later.end
            tally = self._desks[row.pool].tally
            tally.visits += 1
            tally.overnight += leaves // MINUTES_PER_DAY > row.request // MINUTES_PER_DAY
