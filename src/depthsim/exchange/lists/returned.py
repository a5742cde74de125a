"""A list that comes back from an office: its rows as they stand now, whatever was sorted, moved, added."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from depthsim.errors import InputError, Location, error
from depthsim.exchange.lists.returned_document import read_document
from depthsim.exchange.lists.workbook import MARKS, WRITTEN
from depthsim.exchange.workbook import Book

_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]00:00:00(?:\.0+)?")
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
Headings = Mapping[str, str]
"""What a column may be called, in any language: heading to key."""


@dataclass(frozen=True)
class Returned:
    """A list as read: its rows by column key, columns that people added (by their heading), whose list it is."""

    rows: tuple[Mapping[str, str], ...]
    more: tuple[str, ...]
    marks: Mapping[str, str]
    touched: bool
    """Whether somebody saved it since it was written."""


def read_list(path: Path, kind: str, headings: Headings) -> Returned:
    """Return a list with what people entered. Raises InputError where the file is none of ours or cannot be read."""
    return _of_document(path, kind, headings) if path.suffix == ".docx" else _of_workbook(path, kind, headings)


def _of_document(path: Path, kind: str, headings: Headings) -> Returned:
    try:
        found = read_document(path, headings, "department")
    except InputError as problem:
        raise InputError([*problem.findings, error("DS990", file=str(path)).at(Location(str(path)))]) from None
    if found.marks.get("kind") != kind:
        raise InputError(error("DS991", file=str(path)).at(Location(str(path))))
    return Returned(found.rows, found.more, found.marks, not untouched(path))


def _of_workbook(path: Path, kind: str, headings: Headings) -> Returned:
    try:
        book = Book(path)
        own = MARKS in book.sheets
        marks = {str(row[0]): str(row[1] or "") for row in book.grid(MARKS).rows if len(row) > 1} if own else {}
        sheets = [book.grid(name).rows for name in book.sheets if name != MARKS] if marks.get("kind") == kind else []
    except InputError as problem:
        raise InputError([*problem.findings, error("DS990", file=str(path)).at(Location(str(path)))]) from None
    for sheet in sheets:
        if (found := _rows([[_plain(cell) for cell in row] for row in sheet], headings)) is not None:
            rows, more = found
            return Returned(rows, more, marks, not untouched(path))
    raise InputError(error("DS991", file=str(path)).at(Location(str(path))))


def untouched(path: Path) -> bool:
    """Return whether a workbook or document is as depthsim wrote it: every program that saves one sets the time."""
    try:
        with zipfile.ZipFile(path) as packed:
            core = packed.read("docProps/core.xml").decode("utf-8", "replace")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
    found = re.search(r"<dcterms:modified[^>]*>([^<]*)<", core)
    return found is not None and found[1].startswith(WRITTEN.isoformat())


def day(entered: str) -> str:
    """Return a date as `2018-12-31` however it was entered, or the text as it is."""
    found = _DAY.fullmatch(entered.strip())
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else entered


def _plain(cell: str | None) -> str:
    if cell is None:
        return ""
    midnight = _MIDNIGHT.fullmatch(cell)
    return midnight[1] if midnight else cell.replace("\r\n", "\n").strip()


def _rows(
    lines: Sequence[Sequence[str]], headings: Headings
) -> tuple[tuple[Mapping[str, str], ...], tuple[str, ...]] | None:
    """Return the rows under the headings and the columns that were added, None where there are no headings."""
    at = next((n for n, line in enumerate(lines) if "key" in (headings.get(cell) for cell in line)), None)
    if at is None:
        return None
    keys: dict[int, str] = {}
    for n, cell in enumerate(lines[at]):
        key = headings.get(cell, cell)
        if key and key not in keys.values():
            keys[n] = key
    rows = [{keys[n]: cell for n, cell in enumerate(line) if cell and n in keys} for line in lines[at + 1 :]]
    known = set(headings.values())
    return tuple(row for row in rows if row), tuple(key for key in keys.values() if key not in known)
