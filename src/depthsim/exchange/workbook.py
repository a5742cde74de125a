"""Workbooks and CSV files as grids of texts, opened with care: nothing in a file is trusted, nothing is run."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, overload

from depthsim.errors import InputError, Location, error
from depthsim.files.bundled import shown
from depthsim.texts.suggestions import did_you_mean

Row = Sequence[str | None]

MOST_BYTES = 768 * 2**20
"""A workbook that unpacks to more is not opened."""
MOST_PACKED = 200
"""Nor one of which a part above 8 MiB unpacks to more than so many times its size: office files reach 30 or 40."""
_SMALL = 8 * 2**20
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Grid:
    """One sheet: rows of texts, None where a cell is empty; merged cells hold their text in every row they cover."""

    file: str
    sheet: str | None
    rows: Sequence[Row]

    def below(self, row: int) -> Iterator[tuple[int, Row]]:
        """Yield the rows below one, with their numbers."""
        after = self.rows.after(row + 1) if isinstance(self.rows, FrameRows) else islice(self.rows, row + 1, None)
        return enumerate(after, row + 1)

    def at(self, row: int, column: int | None = None) -> Location:
        """Return a cell's place (both count from 0) as people name it: `guides.xlsx[办事指南]!C7`."""
        if self.sheet is None:
            return Location(self.file, row + 1, (column or 0) + 1)
        cell = f"{letters(column)}{row + 1}" if column is not None else f"{row + 1}:{row + 1}"
        return Location(f"{self.file}[{self.sheet}]!{cell}")


@cache
def letters(column: int) -> str:
    """Return the letters of a column that counts from 0: A, B, …, Z, AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


class Book:
    """A workbook, or a CSV file as a workbook of one sheet. Raises InputError where it cannot be opened."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.file = shown(self.path)
        head = _head(self.path, self.file)
        self._csv = not head.startswith((b"PK", _OLD_FORMAT)) and self.path.suffix.lower() not in (".xlsx", ".xlsm")
        self._reader: Any = None
        self._merged: dict[str, list[tuple[int, int, int, int]]] = {}
        if not self._csv:
            self._reader = self._opened(head)

    @property
    def sheets(self) -> tuple[str, ...]:
        """Return the names of the sheets, in order; a CSV file has one without a name."""
        return ("",) if self._csv else tuple(self._reader.sheet_names)

    def grid(self, sheet: str) -> Grid:
        """Return a sheet. Raises InputError for one that does not exist."""
        if self._csv:
            return Grid(self.file, None, _csv_rows(self.path, self.file))
        if sheet not in self.sheets:
            near = did_you_mean(sheet, self.sheets)
            raise InputError(self._error("DS955", given=sheet, known=self.sheets, suggestion=near))
        try:
            loaded = self._reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
            frame, columns = loaded.to_polars(), loaded.available_columns()
        except Exception as problem:  # noqa: BLE001 - whatever a broken file makes of a reader
            raise InputError(self._error("DS951", reason=_first_line(problem))) from None
        before = (None,) * min((c.absolute_index for c in columns), default=0)  # the used range may begin in column C
        return Grid(self.file, sheet, FrameRows(frame, before, self._merges(sheet)))

    def _error(self, code: str, **values: Any) -> Any:
        return error(code, file=self.file, **values).at(Location(self.file))

    def _opened(self, head: bytes) -> Any:
        import fastexcel

        if head.startswith(_OLD_FORMAT):
            protected = _ENCRYPTED in self.path.read_bytes()
            raise InputError(self._error("DS953" if protected else "DS954"))
        if not zipfile.is_zipfile(self.path):
            raise InputError(self._error("DS952"))
        try:
            with zipfile.ZipFile(self.path) as archive:
                self._inspect(archive)
            return fastexcel.read_excel(self.path)
        except InputError:
            raise
        except Exception as problem:  # noqa: BLE001 - whatever a broken file makes of a reader
            raise InputError(self._error("DS951", reason=_first_line(problem))) from None

    def _inspect(self, archive: zipfile.ZipFile) -> None:
        """Refuse what unpacks to too much, by what the archive says and then by unpacking it bit by bit."""
        parts = archive.infolist()
        total = sum(part.file_size for part in parts)
        packed = [p for p in parts if p.file_size > _SMALL and p.file_size > MOST_PACKED * max(1, p.compress_size)]
        if total > MOST_BYTES or packed:
            raise InputError(self._error("DS956", mebibytes=f"{total / 2**20:,.0f}"))
        if not any(part.filename == "xl/workbook.xml" for part in parts):
            raise InputError(self._error("DS952"))
        for part in parts:
            with archive.open(part) as content:  # its checksum is compared at the end
                merged = _merged_cells(content) if part.filename.startswith("xl/worksheets/") else _drained(content)
            if merged:
                self._merged[part.filename] = merged

    def _merges(self, sheet: str) -> list[tuple[int, int, int, int]]:
        """Return the merged ranges of a sheet, None of them where the workbook names its parts strangely."""
        if not self._merged:
            return []
        with zipfile.ZipFile(self.path) as archive:
            book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            try:
                links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
            except KeyError:
                return []
        targets = {
            _attribute(tag, "Id"): _attribute(tag, "Target") for tag in re.findall(r"<Relationship\s[^>]*>", links)
        }
        ids = [_attribute(tag, "r:id") for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book)]
        if len(ids) != len(self.sheets):
            return []
        target = targets.get(ids[self.sheets.index(sheet)], "").lstrip("/")
        return self._merged.get(target if target.startswith("xl/") else f"xl/{target}", [])


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{re.escape(name)}="([^"]*)"', tag)
    return found[1] if found else ""


def _head(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(8)
    except FileNotFoundError:
        raise InputError(error("DS001", file=file).at(Location(file))) from None
    except OSError as problem:
        raise InputError(
            error("DS951", file=file, reason=problem.strerror or str(problem)).at(Location(file))
        ) from None


def _first_line(problem: Exception) -> str:
    return (str(problem) or type(problem).__name__).splitlines()[0][:200]


def _drained(content: Any) -> list[tuple[int, int, int, int]]:
    while content.read(_CHUNK):
        pass
    return []


_REFERENCE = re.compile(rb'ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def _merged_cells(content: Any) -> list[tuple[int, int, int, int]]:
    """Return the merged ranges of a sheet's XML (first row, first column, last row, last column), reading it once."""
    kept = b""
    inside = False
    while chunk := content.read(_CHUNK):
        kept += chunk
        if not inside:
            start = kept.find(b"<mergeCells")
            inside = start >= 0
            kept = kept[start:] if inside else kept[-16:]
        if inside and (end := kept.find(b"</mergeCells>")) >= 0:
            kept = kept[:end]
            _drained(content)
            break
        if len(kept) > 16 * _CHUNK:
            break
    if not inside:
        return []
    return [(int(r1) - 1, _number(c1), int(r2) - 1, _number(c2)) for c1, r1, c2, r2 in _REFERENCE.findall(kept)]


def _number(column: bytes) -> int:
    found = 0
    for letter in column:
        found = found * 26 + letter - 64
    return found - 1


class FrameRows(Sequence[Row]):
    """The rows of a sheet, made when they are asked for: a frame of texts is a tenth of the size of its rows.

    Cells merged downwards hold their text in each row; those merged sideways keep it in the first, as a title above
    the table does.
    """

    def __init__(self, frame: Any, before: tuple[None, ...], merged: Iterable[tuple[int, int, int, int]]) -> None:
        self._frame, self._before = frame, before
        self._filled: dict[int, dict[int, str]] = {}
        for first, column, last, _ in merged:
            value = self._row(first)[column] if first < len(self) and column < len(self._row(first)) else None
            for row in range(first + 1, min(last + 1, len(self))) if value is not None else ():
                self._filled.setdefault(row, {})[column] = str(value)

    def __len__(self) -> int:
        return int(self._frame.height)

    def _row(self, number: int) -> tuple[str | None, ...]:
        return self._before + tuple(self._frame.row(number))

    def _whole(self, number: int, row: tuple[str | None, ...]) -> Row:
        filled = self._filled.get(number)
        return [filled.get(n, cell) for n, cell in enumerate(row)] if filled else row

    def __iter__(self) -> Iterator[Row]:
        return self.after(0)

    def after(self, first: int) -> Iterator[Row]:
        """Yield the rows from one on."""
        for number, row in enumerate(self._frame.slice(first).iter_rows(), first):
            yield self._whole(number, self._before + row)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        number = at % len(self)
        return self._whole(number, self._row(number))


_ENCODINGS = ("utf-8-sig", "gb18030")
_MOST_CELL = 64 * 2**20


def _csv_rows(path: Path, file: str) -> list[Row]:
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise InputError(
            error("DS951", file=file, reason=problem.strerror or str(problem)).at(Location(file))
        ) from None
    if raw[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise InputError(error("DS799", file=file).at(Location(file)))
    if b"\0" in raw[:4096]:
        encoding = _of_two_bytes(raw)
        if encoding is None:
            raise InputError(error("DS952", file=file).at(Location(file)))
        return list(_parsed(raw.decode(encoding, "replace").lstrip("\ufeff"), file))
    for encoding in _ENCODINGS:
        try:
            return list(_parsed(raw.decode(encoding), file))
        except UnicodeDecodeError:
            continue
    raise InputError(error("DS957", file=file).at(Location(file)))


def _of_two_bytes(raw: bytes) -> str | None:
    """Return which UTF-16 a text is, by its mark or by where its commas and line ends have their empty half."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding, mark in (("utf-16-le", slice(1, None, 2)), ("utf-16-be", slice(0, None, 2))):
        head = raw[:4096]
        if head.count(b"\0") == head[mark].count(b"\0") and not len(raw) % 2:
            return encoding
    return None


def _parsed(content: str, file: str) -> Iterator[Row]:
    head = content[:20_000]
    delimiter = max(",\t;", key=head.count)
    previous = csv.field_size_limit(_MOST_CELL)
    last = 0
    try:
        rows = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
        for row in rows:
            last = rows.line_num
            yield [cell or None for cell in row]
    except csv.Error as problem:
        if "field larger" in str(problem):
            raise InputError(error("DS951", file=file, reason=str(problem)).at(Location(file, last + 1, 1))) from None
        raise InputError(error("DS798", file=file, line=last + 1).at(Location(file, last + 1, 1))) from None
    finally:
        csv.field_size_limit(previous)
