"""Logs of cases (办件记录), CSV, XLSX or Parquet: one row a case, after the case items of GB/T 39046-2020.

Which item, when it was accepted and completed must be there; application, channel and number of the case may be. A
row that cannot be read is left out and said, with its place. Cases of a run (`cases.parquet`) are kept apart: what a
model does is no record of what an office did.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from depthsim.errors import Finding, InputError, Location, error, information, warning
from depthsim.exchange.headings import plain
from depthsim.exchange.reading import half_width, listed
from depthsim.exchange.workbook import Book, Grid
from depthsim.files.bundled import shown
from depthsim.model.case_records import CaseRecords, ItemRecords, SimulatedRecords
from depthsim.model.openings import openings
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY, Unit
from depthsim.texts import LANGS, Lang, label
from depthsim.texts.suggestions import did_you_mean

if TYPE_CHECKING:
    from polars import DataFrame

RUN = "cases.parquet"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "case": ("case_id", "case number", "办件编号", "申办流水号", "业务流水号", "受理编号", "projid", "project_no"),
    "item": ("item", "item id", "item code", "事项编码", "实施编码", "事项实施编码", "实施清单编码", "事项代码",
             "基本编码", "事项标识", "task_code", "item_code"),
    "name": ("item name", "task_name", "事项", "政务服务事项名称"),
    "applied": ("applied", "application time", "申请日期", "申报时间", "apply_date", "apply_time", "收件时间"),
    "accepted": ("accepted", "acceptance time", "受理日期", "accept_date", "accept_time"),
    "completed": ("completed", "completion time", "办结日期", "办理完成时间", "result_date", "finish_time",
                  "transact_time"),
    "channel": ("channel", "申报来源", "申请来源", "办理渠道", "apply_type", "项目来源"),
    "synthetic": ("synthetic", "是否虚构", "虚构", "合成"),
}  # fmt: skip
"""What the columns may be called, beside our own headings in both languages."""
NEEDED = ("accepted", "completed")
ONLINE = frozenset({"computer", "mobile"})
MOST_PLACES = 20
"""So many rows are named for each thing that is wrong; of the rest only how many there are."""
_ROWS_LOOKED_AT = 30
_YEARS = range(1990, 2101)
_INSTANT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?.*)?"
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - civil time
_YES = frozenset({"是", "yes", "y", "true", "1"})


def read_case_log(path: str | Path, system: ServiceSystem) -> CaseRecords:
    """Return what a log says of a system's items; of a run's folder or `cases.parquet`, what was simulated.

    Items are known by their id, their codes, or their name. Raises InputError where the file cannot be read, where
    it lacks a column that is needed, or where none of its rows can be read.
    """
    file = Path(path) / RUN if Path(path).is_dir() else Path(path)
    table = _opened(file)
    if isinstance(table, _Run):
        return _simulated(table, system)
    return _Reading(table, system).records()


@dataclass(frozen=True)
class _Table:
    """A log's rows of texts by field, each with its number (from 0), and where a cell stands."""

    file: str
    rows: Iterable[tuple[int, Mapping[str, str]]]
    columns: Mapping[str, int]
    at: Callable[[int, int | None], Location]

    def place(self, row: int, field: str) -> Location:
        return self.at(row, self.columns.get(field))


@dataclass(frozen=True)
class _Run:
    file: str
    frame: DataFrame


def _opened(path: Path) -> _Table | _Run:
    name = shown(path)
    if path.suffix.lower() == ".parquet":
        return _parquet(path, name)
    book = Book(path)
    grids = [book.grid(sheet) for sheet in book.sheets]
    for grid in grids:
        if (header := _header(grid)) is not None:
            columns = _columns(grid.rows[header])
            return _Table(name, _by_field(grid.below(header), columns), columns, grid.at)
    seen = [cell for grid in grids[:1] for row in list(grid.rows)[:1] for cell in row if cell]
    raise InputError(_without(name, _columns(seen)))


def _parquet(path: Path, name: str) -> _Table | _Run:
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except FileNotFoundError:
        raise InputError(error("DS001", file=name).at(Location(name))) from None
    except (OSError, pl.exceptions.PolarsError) as problem:
        said = str(problem).splitlines()[0][:200]
        raise InputError(error("DS951", file=name, reason=said).at(Location(name))) from None
    if {"replication", "item", "arrival", "limit_days"} <= set(frame.columns):
        return _Run(name, frame)
    columns = _columns(frame.columns)
    if not _enough(columns):
        raise InputError(_without(name, columns))
    texts = frame.select(pl.all().cast(pl.String, strict=False))
    rows = _by_field(enumerate(texts.iter_rows(), 0), columns)
    return _Table(name, rows, columns, lambda row, column: Location(name, row + 1, (column or 0) + 1))


def _header(grid: Grid) -> int | None:
    """Return the row of a sheet that holds the headings, None where there is none."""
    rows = list(grid.rows[:_ROWS_LOOKED_AT])
    return next((n for n, row in enumerate(rows) if _enough(_columns(row))), None)


def _enough(columns: Mapping[str, int]) -> bool:
    return all(name in columns for name in NEEDED) and ("item" in columns or "name" in columns)


def _columns(cells: Sequence[str | None]) -> dict[str, int]:
    """Return the fields that headings name, with the column of each."""
    known = {plain(name): field for field, names in COLUMNS.items() for name in names}
    known |= {plain(heading): field for lang in LANGS for field, heading in headings(lang).items()}
    found: dict[str, int] = {}
    for number, cell in enumerate(cells):
        field = known.get(plain(cell)) if cell else None
        if field is not None:
            found.setdefault(field, number)
    return found


def headings(lang: Lang) -> dict[str, str]:
    """Return what the columns of a log are called, by field."""
    return {field: label(f"case_{field}", lang) for field in COLUMNS}


def _without(name: str, columns: Mapping[str, int]) -> list[Finding]:
    """Return which columns a log lacks."""
    lacking = [field for field in NEEDED if field not in columns]
    if "item" not in columns and "name" not in columns:
        lacking.insert(0, "item")
    said = tuple({lang: headings(lang)[field] for lang in LANGS} for field in lacking)
    return [error("DS984", file=name, columns=said).at(Location(name))]


def _by_field(
    rows: Iterable[tuple[int, Sequence[str | None]]], columns: Mapping[str, int]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    for number, row in rows:
        found = {
            field: cell.strip()
            for field, column in columns.items()
            if column < len(row) and (cell := row[column]) is not None and cell.strip()
        }
        if found:
            yield number, found


# ------------------------------------------------------------------------------------------- rows


class _Reading:
    """Reads a log's rows one after the other, keeping sums and what is wrong."""

    def __init__(self, table: _Table, system: ServiceSystem) -> None:
        self._table, self._system = table, system
        self._names = names_of(system)
        self._wrong: list[Finding] = []
        self._more: Counter[str] = Counter()
        self._strange: Counter[str] = Counter()
        self._cases: set[str] = set()
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._spans: list[tuple[str, date, date]] = []
        self._first: date | None = None
        self._last: date | None = None

    def records(self) -> CaseRecords:
        for number, row in self._table.rows:
            self._read(number, row)
        self._count_days()
        items = {name: _summed(counts) for name, counts in self._counts.items()}
        if not items:
            raise InputError(self._findings() or [error("DS985", file=self._table.file).at(Location(self._table.file))])
        return CaseRecords(self._table.file, items, self._first, self._last, None, tuple(self._findings()))

    def _read(self, number: int, row: Mapping[str, str]) -> None:
        given = row.get("item") or row.get("name")
        if given is None:
            return self._say("DS986", number, "item", warning, field="case_item")
        item = self._names.get(_key(given)) or self._names.get(_key(row.get("name", "")))
        if item is None:
            self._strange[given] += 1
            if self._strange[given] == 1:
                self._say("DS987", number, "item", information, given=given,
                          suggestion=did_you_mean(given, self._system.items))  # fmt: skip
            return None
        case = row.get("case")
        if case is not None:
            if case in self._cases:
                return self._say("DS988", number, "case", warning, given=case)
            self._cases.add(case)
        instants = {field: self._instant(number, row, field) for field in ("applied", "accepted", "completed")}
        if _UNREADABLE in instants.values():
            return None
        applied, accepted, completed = instants.values()
        if accepted is None:
            if completed is not None:
                self._say("DS986", number, "accepted", warning, field="case_accepted")
            return None  # applied for, never accepted: no case of this indicator
        for before, earlier, field, later in (
            ("applied", applied, "accepted", accepted), ("accepted", accepted, "completed", completed)
        ):  # fmt: skip
            if earlier is not None and later is not None and _before(later, earlier):
                return self._say("DS989", number, field, warning, earlier=str(earlier), later=str(later),
                                 field=f"case_{field}", other=f"case_{before}")  # fmt: skip
        self._take(item, row, accepted, completed)
        return None

    def _take(self, item: str, row: Mapping[str, str], accepted: datetime, completed: datetime | None) -> None:
        counts = self._counts[item]
        counts["accepted"] += 1
        counts["synthetic"] += row.get("synthetic", "").lower() in _YES
        channel = row.get("channel")
        if channel is not None:
            counts["told"] += 1
            counts["online"] += _online(channel)
        day = accepted.date()
        self._first = min(self._first or day, day)
        self._last = max(self._last or day, day)
        if completed is not None:
            self._spans.append((item, day, completed.date()))

    def _instant(self, number: int, row: Mapping[str, str], field: str) -> datetime | None:
        cell = row.get(field)
        if cell is None:
            return None
        found = instant(cell)
        if found is None:
            self._say("DS950", number, field, warning, given=cell[:60], field=f"case_{field}")
            return _UNREADABLE
        return found

    def _count_days(self) -> None:
        """Count legal working days from acceptance to completion, by the system's calendar."""
        if not self._spans:
            return
        begin = min(day for _, day, _ in self._spans)
        hours = openings(self._system.calendar, begin)
        days: dict[tuple[date, date], int] = {}
        for item, accepted, completed in self._spans:
            if (accepted, completed) not in days:
                a, b = ((day - begin).days * MINUTES_PER_DAY for day in (accepted, completed))
                days[accepted, completed] = hours.legal_days(b) - hours.legal_days(a)
            self._counts[item]["completed"] += 1
            self._counts[item]["days"] += days[accepted, completed]

    def _say(self, code: str, number: int, column: str, said: Callable[..., Finding], /, **values: Any) -> None:
        self._more[code] += 1
        if self._more[code] <= MOST_PLACES:
            self._wrong.append(said(code, (), **values).at(self._table.place(number, column)))

    def _findings(self) -> list[Finding]:
        """Return what is wrong; of many rows with the same fault, the first, and how many more there are."""
        rest = {code: n - MOST_PLACES for code, n in self._more.items() if n > MOST_PLACES}
        file = self._table.file
        more = [information("DS999", (), file=file, given=c, number=n).at(Location(file)) for c, n in rest.items()]
        return [*self._wrong, *more]


@lru_cache(maxsize=10_000)
def _online(channel: str) -> bool:
    return listed(channel, "forms") in ONLINE


_UNREADABLE = datetime.min  # noqa: DTZ901 - no instant at all


def _before(later: datetime, earlier: datetime) -> bool:
    """Return whether an instant is before one that it should follow; one without a time of day is a whole day."""
    whole = later.time() == datetime.min.time() or earlier.time() == datetime.min.time()
    return later.date() < earlier.date() if whole else later < earlier


def _summed(counts: Counter[str]) -> ItemRecords:
    return ItemRecords(
        accepted=counts["accepted"],
        accepted_online=counts["online"] if counts["told"] else None,
        completed=counts["completed"],
        working_days=counts["days"],
        synthetic=counts["synthetic"],
    )


def names_of(system: ServiceSystem) -> dict[str, str]:
    """Return the items by everything that a log may call them: id, codes, names. A name of two items is nobody's."""
    found: dict[str, str | None] = {}
    for guide in system.guides.values():
        for said in (guide.code, guide.basic_code, guide.name.zh, guide.name.en):
            if said:
                key = _key(said)
                found[key] = guide.id if found.get(key, guide.id) == guide.id else None
    for item in system.items.values():
        for said in (item.name.zh, item.name.en):
            key = _key(said)
            found[key] = item.id if found.get(key, item.id) == item.id else None
    found |= {_key(name): name for name in (*system.guides, *system.items)}
    return {key: name for key, name in found.items() if name is not None}


@lru_cache(maxsize=100_000)
def _key(said: str) -> str:
    return "".join(half_width(said).split()).casefold()


@lru_cache(maxsize=100_000)
def instant(cell: str) -> datetime | None:
    """Return the instant that a cell says, a day's first minute where it says no time, None where it says none."""
    bare = (cell if cell.isascii() else half_width(cell)).strip()
    if _SERIAL.fullmatch(bare):
        return _EPOCH + timedelta(days=float(bare))
    found = _INSTANT.fullmatch(bare) or _DIGITS.fullmatch(bare)
    if found is None:
        return None
    numbers = [int(part) if part else 0 for part in found.groups()]
    try:
        said = datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - civil time
    except ValueError:
        return None
    return said if said.year in _YEARS else None


# ------------------------------------------------------------------------------------------- runs


def _simulated(run: _Run, system: ServiceSystem) -> CaseRecords:
    """Return the days that a run's cases used of limits in working days; what counts by date is left out."""
    import polars as pl

    def by_date(name: str) -> bool:
        limits = system.items[name].limits
        limit = (limits.promised or limits.statutory) if limits else None
        return limit is not None and limit.unit is not Unit.WORKING_DAY

    rows = run.frame.filter(pl.col("limit_days").is_not_null()).group_by("item").agg(
        pl.len().alias("cases"), pl.col("limit_days").sum().alias("days")
    )  # fmt: skip
    found = {
        name: SimulatedRecords(cases, days)
        for name, cases, days in rows.iter_rows()
        if name in system.items and not by_date(name)
    }
    if not found:
        raise InputError(error("DS985", file=run.file).at(Location(run.file)))
    return CaseRecords(run.file, {}, simulated=found)
