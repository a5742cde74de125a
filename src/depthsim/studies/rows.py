"""Rows of `cases.parquet` and `events.parquet`, made of columns: counted cases only, instants as civil time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from depthsim.measures import Facts, Measure, Reader
from depthsim.model.columns import STATIC_FIELDS, CaseColumns, Floats, RowColumns
from depthsim.model.log import Row
from depthsim.model.system import ServiceSystem
from depthsim.studies.parquet import merge_parquet, write_parquet

if TYPE_CHECKING:
    import polars as pl
    from polars import DataFrame

EVENT_COLUMNS = (
    "case_id", "item", "step", "stage", "role", "by", "channel", "place", "pool", "entered", "request", "start",
    "end", "outcome", "kind", "visit", "token", "sequence", "occurrence", "travel", "takes", "served", "delay",
    "lag", "present", "asked", "external",
)  # fmt: skip
"""The columns of `events.parquet` after `replication`. Instants are local civil time, durations minutes."""
CASE_ORDER = ("arrival", "item", "k")
"""The order of `cases.parquet` within a replication."""
EVENT_ORDER = ("_arrival", "item", "_k", "token", "sequence")
"""The order of `events.parquet` within a replication: the case's arrival and number are no columns of it."""

_INSTANTS = {"entered", "request", "start", "end"}
_MICROSECONDS = 60_000_000
_OUTCOMES = ("delivered", "refused", "withdrawn")
"""Names of the outcomes -1, -2 and -3."""
RUN_ROWS = 400_000
"""So many rows are held before they are sorted and written."""


class Rows:
    """The rows of one task, as they come: held, or with a `folder` written there in sorted runs.

    With a folder, memory does not grow with the number of rows; `close` merges the runs into one file a kind.
    """

    def __init__(
        self,
        system: ServiceSystem,
        measures: Sequence[Measure],
        facts: Facts,
        record: str,
        folder: Path | None = None,
        name: str = "",
    ) -> None:
        self._system = system
        self._measures = measures
        self._facts = facts
        self._cases = _Runs(CASE_ORDER, folder, f"{name}.cases")
        self._events = _Runs(EVENT_ORDER, folder, f"{name}.events") if record == "events" else None

    @property
    def with_events(self) -> bool:
        """Return whether rows of events are wanted."""
        return self._events is not None

    def add_cases(self, columns: CaseColumns, numbers: Sequence[Floats]) -> None:
        """Take counted cases, and their numbers by measure. Raises InputError where rows cannot be written."""
        self._cases.add(case_rows(self._system, self._measures, columns, numbers))

    def add_events(self, columns: CaseColumns) -> None:
        """Take a batch with its logs or rows, where events are wanted. Raises InputError as `add_cases`."""
        if self._events is not None:
            self._events.add(event_rows(self._system, columns))

    def _shape(self) -> None:
        """Have at least an empty table of each kind."""
        none = Reader(self._facts, (0.0, 0.0)).read(())
        self.add_cases(none, [np.zeros(0) for _ in self._measures])
        self.add_events(none)

    def cases(self) -> DataFrame:
        """Return the rows of all cases, in order, where none was written."""
        self._shape()
        return self._cases.held()

    def events(self) -> DataFrame:
        """Return the rows of all passages, in order, where none was written."""
        self._shape()
        return (self._events or self._cases).held()

    def close(self, replication: int) -> None:
        """Write the files. Raises InputError where they cannot be written."""
        self._shape()
        self._cases.close(replication)
        if self._events is not None:
            self._events.close(replication)


class _Runs:
    def __init__(self, order: Sequence[str], folder: Path | None, name: str) -> None:
        self._order = order
        self._folder = folder
        self._name = name
        self._frames: list[DataFrame] = []
        self._rows = 0
        self._written: list[Path] = []

    def add(self, rows: DataFrame) -> None:
        self._frames.append(rows)
        self._rows += rows.height
        if self._folder is not None and self._rows >= RUN_ROWS:
            path = self._folder / f".{self._name}.{len(self._written):05d}.run"
            write_parquet(self.held(), path, compression="lz4")
            self._written.append(path)
            self._frames, self._rows = [], 0

    def held(self) -> DataFrame:
        import polars as pl

        return pl.concat(self._frames).sort(self._order)

    def close(self, replication: int) -> None:
        assert self._folder is not None
        path = self._folder / f"{self._name}.parquet"
        if self._written:
            last = self._folder / f".{self._name}.last.run"
            write_parquet(self.held(), last, compression="lz4")
            runs = [*self._written, last]
            merge_parquet([runs], path, self._order, add={"replication": replication})
            for run in runs:
                run.unlink(missing_ok=True)
        else:
            write_parquet(numbered(self.held(), replication), path)
        self._frames = []


def join_rows(kind: str, replications: Sequence[Sequence[Path]], path: Path) -> None:
    """Write the files that tasks left, of one kind (`cases` or `events`) and by replication, to one.

    Replications follow one another, each in the order of its kind, whatever its tasks. Raises InputError where it
    cannot be written; then nothing is left.
    """
    order = {"cases": CASE_ORDER, "events": EVENT_ORDER}[kind]
    merge_parquet(replications, path, order, drop=[name for name in order if name.startswith("_")])


def numbered(rows: DataFrame, replication: int) -> DataFrame:
    """Return rows with the number of their replication before them."""
    import polars as pl

    return rows.select(pl.lit(replication, dtype=pl.Int32).alias("replication"), pl.all())


def without_order(rows: DataFrame) -> DataFrame:
    """Return rows without the columns that only their order needs."""
    import polars as pl

    return rows.select(pl.exclude("^_.*$"))


def case_rows(
    system: ServiceSystem, measures: Sequence[Measure], columns: CaseColumns, numbers: Sequence[Floats]
) -> DataFrame:
    """Return one row a case, in their order; `numbers` are theirs by measure."""
    import polars as pl

    found = {
        "case_id": _case_ids(columns.items, columns.item, columns.k),
        "item": _named(columns.items, columns.item),
        "k": pl.Series(columns.k, dtype=pl.Int64),
        "arrival": _instants(system, columns.arrival),
        "end": _instants(system, columns.end),
        "outcome": _named(_OUTCOMES, -1 - columns.outcome),
    }
    if any(item.before for item in system.items.values()):
        found["variant"] = _named([variant for _, variant in columns.processes], columns.process)
    if system.applicants.segments:
        found["segment"] = _named(columns.segments, columns.segment)
    for measure, values in zip(measures, numbers, strict=True):
        found[measure.id] = pl.Series(values / measure.divisor, dtype=pl.Float64, nan_to_null=True)
    return pl.DataFrame(found)


def event_rows(system: ServiceSystem, columns: CaseColumns) -> DataFrame:
    """Return one row a passage of a counted case, in the batch's order, with the case's arrival and number."""
    import polars as pl

    case, by_name = _from_logs(columns) if columns.rows is None else _from_rows(columns.rows)
    some = np.flatnonzero(columns.counted[case])
    case = case[some]
    found: dict[str, pl.Series] = {}
    for name in EVENT_COLUMNS:
        if name == "case_id":
            found[name] = _case_ids(columns.items, columns.item[case], columns.k[case])
        elif name in _INSTANTS:
            found[name] = _instants(system, np.asarray(by_name[name], np.float64)[some])
        else:
            found[name] = _series(name, by_name[name])[some]
    found["_arrival"] = pl.Series(columns.arrival[case], dtype=pl.Float64)
    found["_k"] = pl.Series(columns.k[case], dtype=pl.Int64)
    return pl.DataFrame(found)


def _from_logs(columns: CaseColumns) -> tuple[NDArray[np.int64], dict[str, Any]]:
    """Return the case of every row, and the rows by column."""
    logs = columns.logs or ()
    rows = [row for log in logs for row in log.rows]
    case = np.repeat(np.arange(len(logs)), [len(log.rows) for log in logs])
    return case, dict(zip(Row._fields, zip(*rows, strict=True) if rows else ((),) * len(Row._fields), strict=True))


def _from_rows(rows: RowColumns) -> tuple[NDArray[np.int64], dict[str, Any]]:
    """Return the case of every row, and the rows by column."""
    found: dict[str, Any] = {name: getattr(rows, name) for name in EVENT_COLUMNS if hasattr(rows, name)}
    for n, name in enumerate(STATIC_FIELDS):
        if name in EVENT_COLUMNS:
            found[name] = _series(name, [static[n] for static in rows.statics])[rows.static]
    return rows.case.astype(np.int64), found


def _series(name: str, values: Any) -> pl.Series:
    import polars as pl

    if name in ("travel", "takes", "served", "delay", "lag"):
        return pl.Series(values, dtype=pl.Float64)
    if name in ("visit", "present", "asked", "external"):
        return pl.Series(values, dtype=pl.Int8)
    return pl.Series(values, dtype=pl.Int32 if name in ("token", "sequence", "occurrence") else pl.String)


def _named(names: Sequence[str], number: NDArray[Any]) -> pl.Series:
    """Return names by number, null for -1."""
    import polars as pl

    missing = number < 0
    found = pl.Series([*names, None], dtype=pl.String)
    return found[np.where(missing, len(names), number).astype(np.uint32)]


def _case_ids(items: Sequence[str], item: NDArray[np.int32], k: NDArray[np.int64]) -> pl.Series:
    import polars as pl

    return _named([f"{name}/" for name in items], item) + pl.Series(k, dtype=pl.Int64).cast(pl.String)


def _instants(system: ServiceSystem, minutes: Floats) -> pl.Series:
    """Return instants as local civil time, to the microsecond: finer than a tick, so nothing is lost."""
    import polars as pl

    since = np.datetime64(datetime.combine(system.start, time()), "us")
    return pl.Series(since + np.rint(minutes * _MICROSECONDS).astype("timedelta64[us]"), dtype=pl.Datetime("us"))
