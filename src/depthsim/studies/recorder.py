"""The recorder folds batches of finished cases, and lets them go: sums always, and rows where they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from depthsim.measures import Measure, PoolTally, Reader, facts_of
from depthsim.model.columns import POOL_FIELDS, CaseColumns, Floats
from depthsim.model.log import Batch
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY
from depthsim.studies.pairs import CaseValues
from depthsim.studies.rows import EVENT_COLUMNS, Rows, numbered, without_order
from depthsim.studies.sketches import SKETCHED, AddBins, SketchTable, add_bins
from depthsim.studies.sums import AddSums, GroupSums, add_sums
from depthsim.studies.tally import TICKS, WATCHED, DayTally, ItemTally, Tally

if TYPE_CHECKING:
    from polars import DataFrame

__all__ = ["EVENT_COLUMNS", "RECORDS", "Record", "Recorder"]

Record = Literal["summary", "cases", "events"]
RECORDS: tuple[Record, ...] = ("summary", "cases", "events")
"""What a run keeps: sums; one row a case beside; one row a passage through a step beside."""

PIECE = 1 << 16
"""So many cases are folded at once: their columns stay in the processor's cache."""
_BY_CASE = (
    "item", "k", "process", "segment", "counted", "arrival", "end", "handed", "outcome", "visits", "corrections",
    "travel", "waiting", "served", "form", "work", "external", "postage", "paid", "limit_working", "limit_calendar",
)  # fmt: skip


class Recorder:
    """Folds the batches of one replication.

    `span` is [begin, end) in minutes, in which cases count. With `values` it keeps every case's numbers (8 bytes
    each) for pairing; with `record` cases or events it keeps those rows, or writes them into `folder` as they come.
    What else it keeps does not grow with the number of cases. `adding` are other ways to add up and to count.
    """

    def __init__(
        self,
        system: ServiceSystem,
        measures: Sequence[Measure],
        span: tuple[float, float],
        *,
        record: Record = "summary",
        values: bool = False,
        folder: Path | None = None,
        name: str = "",
        adding: tuple[AddSums, AddBins] = (add_sums, add_bins),
    ) -> None:
        self._system = system
        self._adding = adding[0]
        self._measures = measures
        self._facts = facts_of(system)
        self._reader = Reader(self._facts, span)
        self._begin = span[0]
        self._items = tuple(system.items)
        self._segments = tuple(system.applicants.segments)
        self._groups = len(self._segments) + 1
        self._sums = GroupSums(len(self._items) * self._groups, len(measures), adding[0])
        places = {m.id: n for n, m in enumerate(measures)}
        self._sketches = {name: SketchTable(len(self._items), adding[1]) for name in SKETCHED if name in places}
        self._sketched = {places[name]: table for name, table in self._sketches.items()}
        self._watched = [places.get(name) for name in WATCHED]
        self._visits = np.zeros((len(self._items), 1), np.int64)
        self._pools = np.zeros((len(system.pools), len(POOL_FIELDS)), np.int64)
        self._days = np.zeros((1 + len(WATCHED), 0), np.int64)
        """Cases by day of arrival, and the sums of what is watched, in ticks."""
        self._values: list[tuple[Any, ...]] | None = [] if values else None
        self._rows = None if record == "summary" else Rows(system, measures, self._facts, record, folder, name)
        self._last_end = 0.0
        self._named: tuple[tuple[str, ...], NDArray[np.int64]] = ((), np.zeros(0, np.int64))

    @property
    def needs_logs(self) -> bool:
        """Return whether a measure reads the log itself, so that batches must carry it."""
        return any(measure.column is None for measure in self._measures)

    @property
    def needs_rows(self) -> bool:
        """Return whether events are kept, so that batches must carry their logs or their rows."""
        return self._rows is not None and self._rows.with_events

    def fold(self, batch: CaseColumns | Batch) -> None:
        """Take one batch of finished cases, as columns or as logs. Raises InputError where rows cannot be written."""
        columns = self._reader.read(batch) if isinstance(batch, tuple) else batch
        self._pools += columns.pools
        if not len(columns.k):
            return
        self._last_end = max(self._last_end, float(columns.end.max()))
        for begin in range(0, len(columns.k), PIECE):
            piece = _counted(columns, slice(begin, begin + PIECE))
            if len(piece.k):
                self._fold(piece)
        if self._rows is not None:
            self._rows.add_events(columns)

    def _fold(self, columns: CaseColumns) -> None:
        item = self._place(columns)
        numbers = [np.ascontiguousarray(m.numbers(columns, self._facts), np.float64) for m in self._measures]
        group = item * self._groups + columns.segment + 1 if self._segments else item
        self._sums.add(group, numbers)
        for n, table in self._sketched.items():
            table.add(item, numbers[n])
        self._visited(item, columns.visits)
        self._arrived(columns.arrival, [None if n is None else numbers[n] for n in self._watched])
        if self._values is not None:
            self._keep(columns, item, numbers)
        if self._rows is not None:
            self._rows.add_cases(columns, numbers)

    def _place(self, columns: CaseColumns) -> NDArray[np.int64]:
        """Return the place of each case's item in the system."""
        if columns.items is not self._named[0]:
            places = {name: n for n, name in enumerate(self._items)}
            self._named = columns.items, np.array([places[name] for name in columns.items], np.int64)
        return self._named[1][columns.item]

    def _visited(self, item: NDArray[np.int64], visits: NDArray[np.int32]) -> None:
        more = int(visits.max()) + 1 - self._visits.shape[1]
        if more > 0:
            self._visits = np.pad(self._visits, ((0, 0), (0, more)))
        width = self._visits.shape[1]
        self._visits += np.bincount(item * width + visits, minlength=self._visits.size).reshape(self._visits.shape)

    def _arrived(self, arrival: Floats, watched: Sequence[Floats | None]) -> None:
        day = np.floor((arrival - self._begin) / MINUTES_PER_DAY).astype(np.int64)  # `//` is many times slower
        first = int(day.min())
        day -= first
        cases = np.bincount(day)
        totals = [self._ticks_by(day, n, len(cases)) for n in watched]
        more = first + len(cases) - self._days.shape[1]
        if more > 0:
            self._days = np.pad(self._days, ((0, 0), (0, more)))
        self._days[:, first : first + len(cases)] += np.stack([cases, *totals])

    def _ticks_by(self, day: NDArray[np.int64], numbers: Floats | None, days: int) -> NDArray[np.int64]:
        """Return the sums of numbers by day, in ticks; NaN counts nothing."""
        cases, whole, rest = np.zeros((3, days), np.int64)
        if numbers is not None:
            self._adding(day, numbers, cases, whole, rest)
        return whole * TICKS + rest

    def _keep(self, columns: CaseColumns, item: NDArray[np.int64], numbers: Sequence[Floats]) -> None:
        assert self._values is not None
        self._values.append((item, columns.k, columns.segment, numbers))

    def tally(self) -> Tally:
        """Return the sums, items in the system's order."""
        items = {}
        for n, name in enumerate(self._items):
            mine = range(n * self._groups, (n + 1) * self._groups)
            if size := self._sums.size(mine):
                visits = np.trim_zeros(self._visits[n], "b").tolist()
                sketches = {measure: table.sketch(n) for measure, table in self._sketches.items()}
                items[name] = ItemTally(size, self._sums.of(mine), visits, sketches)
        segments = {}
        for place, name in enumerate(self._segments, start=1):
            mine = range(place, len(self._items) * self._groups, self._groups)
            segments[name] = ItemTally(self._sums.size(mine), self._sums.of(mine))
        pools = {
            name: PoolTally(**dict(zip(POOL_FIELDS, row, strict=True)))
            for name, row in zip(self._system.pools, self._pools.tolist(), strict=True)
        }
        return Tally(items, pools, self._last_end, self._by_day(), segments)

    def _by_day(self) -> dict[int, DayTally]:
        days = np.flatnonzero(self._days[0]).tolist()
        return {
            n: DayTally(cases, totals) for n, (cases, *totals) in zip(days, self._days[:, days].T.tolist(), strict=True)
        }

    def values(self) -> CaseValues | None:
        """Hand over every counted case's numbers; None unless `values` were asked for."""
        if self._values is None:
            return None
        item, k, segment, numbers = zip(*self._values, strict=True) if self._values else ((), (), (), ())
        self._values.clear()
        columns = list(zip(*numbers, strict=True)) or [() for _ in self._measures]
        return CaseValues(
            self._items,
            _joined(item, np.int64),
            _joined(k, np.int64),
            [_joined(column, np.float64) for column in columns],
            _joined(segment, np.int64) if self._segments else None,
        )

    def case_rows(self, replication: int) -> DataFrame:
        """Return one row a counted case, in the order of arrival, item and k."""
        assert self._rows is not None
        return numbered(self._rows.cases(), replication)

    def event_rows(self, replication: int) -> DataFrame:
        """Return one row a passage of a counted case, in the order of arrival, item, k, token and sequence."""
        assert self._rows is not None
        return without_order(numbered(self._rows.events(), replication))

    def write_rows(self, replication: int) -> None:
        """Write the rows into the folder as `NAME.cases.parquet` and `NAME.events.parquet`, sorted.

        The columns that only their order needs are still there (`rows.EVENT_ORDER`). Raises InputError.
        """
        if self._rows is not None:
            self._rows.close(replication)


def _joined(pieces: Sequence[NDArray[Any]], kind: type[Any]) -> NDArray[Any]:
    """Return pieces of a column as one; a single one as it is."""
    if len(pieces) == 1:
        return pieces[0].astype(kind, copy=False)
    return np.concatenate([np.zeros(0, kind), *pieces], dtype=kind)


def _counted(columns: CaseColumns, piece: slice) -> CaseColumns:
    """Return the counted cases of a piece, without pools and rows."""
    counted = columns.counted[piece]
    everyone = bool(counted.all())
    arrays: dict[str, Any] = {}
    for name in _BY_CASE:
        some = getattr(columns, name)[piece]
        arrays[name] = some if everyone else some[counted]
    logs = columns.logs
    if logs is not None:
        logs = tuple(log for log in logs[piece] if log.counted)
    return replace(columns, **arrays, logs=logs, rows=None)
