"""The recorder folds batches of finished cases, and lets them go: sums always, and rows where they are wanted."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from depthsim.measures import Facts, Measure, PoolTally, Reader
from depthsim.model.columns import POOL_FIELDS, CaseColumns
from depthsim.model.log import Batch, CaseLog, Row
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY
from depthsim.studies.tally import TICKS, WATCHED, DayTally, ItemTally, Sum, Tally

if TYPE_CHECKING:
    import polars as pl
    from polars import DataFrame

Record = Literal["summary", "cases", "events"]
RECORDS: tuple[Record, ...] = ("summary", "cases", "events")
"""What a run keeps: sums; one row a case beside; one row a passage through a step beside."""

EVENT_COLUMNS = (
    "case_id", "item", "step", "stage", "role", "by", "channel", "place", "pool", "entered", "request", "start",
    "end", "outcome", "kind", "visit", "token", "sequence", "occurrence", "travel", "takes", "served", "delay",
    "lag", "present", "asked", "external",
)  # fmt: skip
"""The columns of `events.parquet` after `replication`. Instants are local civil time, durations minutes."""

_INSTANTS = {"entered", "request", "start", "end", "arrival"}
_MICROSECONDS = 60_000_000


@dataclass(slots=True)
class ItemValues:
    """The numbers of every counted case of one item: `k`, and a row of numbers a case; None is NaN.

    `segment` is the place of a case's segment in the system's list, -1 without; None where the system has none.
    """

    k: NDArray[np.int64]
    numbers: NDArray[np.float64]
    segment: NDArray[np.int64] | None = None


@dataclass(slots=True)
class _Column:
    k: array[int] = field(default_factory=lambda: array("q"))
    numbers: array[float] = field(default_factory=lambda: array("d"))
    segment: array[int] = field(default_factory=lambda: array("q"))


class Recorder:
    """Folds the batches of one replication.

    `span` is [begin, end) in minutes, in which cases count. With `values` it keeps every case's numbers (8 bytes
    each) for pairing; with `record` cases or events it keeps those rows.
    """

    def __init__(
        self,
        system: ServiceSystem,
        measures: Sequence[Measure],
        span: tuple[float, float],
        *,
        record: Record = "summary",
        values: bool = False,
    ) -> None:
        self._system = system
        self._measures = measures
        self._facts = Facts(system)
        self._reader = Reader(self._facts, span)
        self._pools = {name: PoolTally() for name in system.pools}
        self._items: dict[str, ItemTally] = {}
        self._places = {name: n for n, name in enumerate(system.applicants.segments)}
        self._segments = {name: ItemTally(0, [Sum() for _ in measures]) for name in self._places}
        self._begin = span[0]
        places = {m.id: n for n, m in enumerate(measures)}
        self._watched = [places.get(name) for name in WATCHED]
        self._days: dict[int, DayTally] = {}
        self._values: dict[str, _Column] | None = {} if values else None
        self._cases: list[DataFrame] | None = [] if record != "summary" else None
        self._events: list[DataFrame] | None = [] if record == "events" else None
        self._last_end = 0.0

    def fold(self, batch: CaseColumns | Batch) -> None:
        """Take one batch of finished cases, read or as logs."""
        columns = self._reader.read(batch) if isinstance(batch, tuple) else batch
        for tally, row in zip(self._pools.values(), columns.pools.tolist(), strict=True):
            tally.add(PoolTally(**dict(zip(POOL_FIELDS, row, strict=True))))
        counted: list[CaseLog] = []
        numbers: list[list[float | None]] = []
        found = np.array([m.numbers(columns, self._facts) for m in self._measures]).T.tolist()
        for case, values in zip(columns.logs or (), found, strict=True):
            self._last_end = max(self._last_end, case.end)
            if case.counted:
                counted.append(case)
                numbers.append(self._fold(case, [None if np.isnan(n) else n for n in values]))
        if self._values is not None:
            for case, row in zip(counted, numbers, strict=True):
                column = self._values.setdefault(case.item, _Column())
                column.k.append(case.k)
                if self._places:
                    column.segment.append(-1 if case.segment is None else self._places[case.segment])
                column.numbers.extend(np.nan if n is None else n for n in row)
        if self._cases is not None and counted:
            self._cases.append(_case_rows(self._system, self._measures, counted, numbers))
        if self._events is not None and counted:
            self._events.append(_event_rows(self._system, counted))

    def _fold(self, case: CaseLog, row: list[float | None]) -> list[float | None]:
        tally = self._items.get(case.item)
        if tally is None:
            tally = self._items[case.item] = ItemTally(0, [Sum() for _ in row])
        _count(tally, row)
        if case.segment is not None:
            _count(self._segments[case.segment], row)
        self._arrived(case, row)
        return row

    def _arrived(self, case: CaseLog, row: Sequence[float | None]) -> None:
        day = self._days.setdefault(int((case.arrival - self._begin) // MINUTES_PER_DAY), DayTally())
        day.cases += 1
        for n, place in enumerate(self._watched):
            number = None if place is None else row[place]
            if number is not None:
                day.totals[n] += int(number * TICKS)

    def tally(self) -> Tally:
        """Return the sums, items in the system's order."""
        items = {name: self._items[name] for name in self._system.items if name in self._items}
        return Tally(items, self._pools, self._last_end, dict(sorted(self._days.items())), self._segments)

    def values(self) -> dict[str, ItemValues]:
        """Return every counted case's numbers by item, by rising k; empty unless `values` were asked for."""
        found = {}
        for name, column in (self._values or {}).items():
            k = np.frombuffer(column.k, dtype=np.int64)
            numbers = np.frombuffer(column.numbers, dtype=np.float64).reshape(len(k), len(self._measures))
            order = np.argsort(k, kind="stable")
            segment = np.frombuffer(column.segment, dtype=np.int64)[order] if self._places else None
            found[name] = ItemValues(k[order], numbers[order], segment)
        return found

    def case_rows(self, replication: int) -> DataFrame:
        """Return one row a counted case, in the order of arrival, item and k."""
        import polars as pl

        frames = self._cases or [_case_rows(self._system, self._measures, [], [])]
        number = pl.lit(replication, dtype=pl.Int32).alias("replication")
        return pl.concat(frames).sort("arrival", "item", "k").select(number, pl.all())

    def event_rows(self, replication: int) -> DataFrame:
        """Return one row a passage of a counted case, in the order of arrival, item, k, token and sequence."""
        import polars as pl

        frames = self._events or [_event_rows(self._system, [])]
        number = pl.lit(replication, dtype=pl.Int32).alias("replication")
        ordered = pl.concat(frames).sort("_arrival", "item", "_k", "token", "sequence")
        return ordered.select(number, pl.exclude("_arrival", "_k"))


def _count(tally: ItemTally, row: Sequence[float | None]) -> None:
    tally.cases += 1
    for number, found in zip(row, tally.sums, strict=True):
        if number is not None:
            n = int(number * TICKS)
            found.cases += 1
            found.total += n
            found.squares += n * n


def _case_rows(
    system: ServiceSystem,
    measures: Sequence[Measure],
    cases: Sequence[CaseLog],
    numbers: Sequence[Sequence[float | None]],
) -> DataFrame:
    import polars as pl

    columns = {
        "case_id": pl.Series([c.case_id for c in cases], dtype=pl.String),
        "item": pl.Series([c.item for c in cases], dtype=pl.String),
        "k": pl.Series([c.k for c in cases], dtype=pl.Int64),
        "arrival": _instants(system, [c.arrival for c in cases]),
        "end": _instants(system, [c.end for c in cases]),
        "outcome": pl.Series([c.outcome for c in cases], dtype=pl.String),
    }
    if any(item.before for item in system.items.values()):
        columns["variant"] = pl.Series([c.variant for c in cases], dtype=pl.String)
    if system.applicants.segments:
        columns["segment"] = pl.Series([c.segment for c in cases], dtype=pl.String)
    for place, measure in enumerate(measures):
        found = [row[place] for row in numbers]
        columns[measure.id] = pl.Series([None if n is None else n / measure.divisor for n in found], dtype=pl.Float64)
    return pl.DataFrame(columns)


def _event_rows(system: ServiceSystem, cases: Sequence[CaseLog]) -> DataFrame:
    import polars as pl

    rows = [row for case in cases for row in case.rows]
    by_name = dict(zip(Row._fields, zip(*rows, strict=True), strict=False)) if rows else {}
    columns = {}
    for name in EVENT_COLUMNS:
        found = by_name.get(name, ())
        columns[name] = _instants(system, found) if name in _INSTANTS else pl.Series(found, dtype=_event_type(name))
    columns["_arrival"] = pl.Series([c.arrival for c in cases for _ in c.rows], dtype=pl.Float64)
    columns["_k"] = pl.Series([c.k for c in cases for _ in c.rows], dtype=pl.Int64)
    return pl.DataFrame(columns)


def _event_type(name: str) -> type[pl.DataType]:
    import polars as pl

    if name in ("travel", "takes", "served", "delay", "lag"):
        return pl.Float64
    if name in ("visit", "present", "asked", "external"):
        return pl.Int8
    return pl.Int32 if name in ("token", "sequence", "occurrence") else pl.String


def _instants(system: ServiceSystem, minutes: Sequence[float]) -> pl.Series:
    """Return instants as local civil time, to the microsecond: finer than a tick, so nothing is lost."""
    import polars as pl

    since = np.datetime64(datetime.combine(system.start, time()), "us")
    passed = np.rint(np.asarray(minutes, dtype=np.float64) * _MICROSECONDS).astype("timedelta64[us]")
    return pl.Series(since + passed, dtype=pl.Datetime("us"))
