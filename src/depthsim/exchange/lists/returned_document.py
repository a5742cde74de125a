"""A list that comes back as a document: its tables with the hidden keys of their rows, and whose list it is."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from depthsim.errors import InputError, Location, error
from depthsim.exchange.lists.document import KEY
from depthsim.exchange.lists.table import group_of_heading
from depthsim.exchange.lists.workbook import MARKS

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PART = "word/document.xml"
MOST_BYTES = 512 * 2**20
"""A document whose text unpacks to more is not opened."""


@dataclass(frozen=True)
class DocumentRows:
    """The rows of a document's tables by column key (with the group that they stand under), added columns, marks."""

    rows: tuple[Mapping[str, str], ...]
    more: tuple[str, ...]
    marks: Mapping[str, str]


def read_document(path: Path, headings: Mapping[str, str], group: str) -> DocumentRows:
    """Return what stands in a document's tables. Raises InputError where it cannot be read.

    A table without headings, as one that was cut in two, has those of the table before it.
    """
    rows: list[Mapping[str, str]] = []
    more: dict[str, None] = {}
    marks: dict[str, str] = {}
    columns: dict[int, str] = {}
    name: str | None = None
    for part in _parts(path):
        if part.tag == f"{_W}p":
            words, hidden = _words(part)
            name = group_of_heading(words) or name
            if hidden.startswith(MARKS):
                marks = _marks(hidden)
            continue
        cells, key = _line(part)
        if (found := _columns(cells, headings)) is not None:
            columns = found
            more |= dict.fromkeys(c for c in columns.values() if c not in headings.values())
        elif row := {columns[n]: cell for n, cell in cells.items() if cell and n in columns}:
            rows.append({**({group: name} if name else {}), **row, **({KEY: key} if key else {})})
    return DocumentRows(tuple(rows), tuple(more), marks)


def _parts(path: Path) -> Iterator[ET.Element]:
    """Yield the paragraphs between tables and the rows of tables, each let go when the next one is asked for."""
    place = Location(str(path))
    try:
        with zipfile.ZipFile(path) as packed:
            size = packed.getinfo(_PART).file_size
            if size > MOST_BYTES:
                raise InputError(error("DS956", file=str(path), mebibytes=f"{size / 2**20:,.0f}").at(place))
            with packed.open(_PART) as content:
                depth = 0
                for event, part in ET.iterparse(content, ("start", "end")):
                    if part.tag == f"{_W}tbl":
                        depth += 1 if event == "start" else -1
                    elif event == "end" and part.tag == (f"{_W}tr" if depth == 1 else f"{_W}p") and depth <= 1:
                        yield part
                        part.clear()
    except (OSError, KeyError, zipfile.BadZipFile, ET.ParseError) as problem:
        reason = str(problem).splitlines()[0][:200]
        raise InputError(error("DS951", file=str(path), reason=reason).at(place)) from None


def _columns(cells: Mapping[int, str], headings: Mapping[str, str]) -> dict[int, str] | None:
    """Return the columns that a row of headings names, None for another row."""
    if sum(cell in headings for cell in cells.values()) < 3:
        return None
    found: dict[int, str] = {}
    for number, cell in cells.items():
        key = headings.get(cell, cell)
        if key and key not in found.values():
            found[number] = key
    return found


def _line(row: ET.Element) -> tuple[dict[int, str], str]:
    """Return a row's cells by the column that they begin in, and its hidden key."""
    cells: dict[int, str] = {}
    place, key = 0, ""
    for cell in row.iterfind(f".//{_W}tc"):
        words, hidden = _words(cell)
        cells[place] = words
        key = key or hidden
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        place += int(span.get(f"{_W}val", "1")) if span is not None else 1
    return cells, key


def _words(part: ET.Element) -> tuple[str, str]:
    """Return a part's text, a line a paragraph, and what is hidden in it. What a revision deleted is not there."""
    shown: list[str] = []
    hidden: list[str] = []
    for paragraph in part.iter(f"{_W}p"):
        line: list[str] = []
        for run in paragraph.iter(f"{_W}r"):
            text = "".join(_characters(run))
            (hidden if _vanished(run) else line).append(text)
        shown.append("".join(line))
    return "\n".join(shown).strip(), "".join(hidden).strip()


def _characters(run: ET.Element) -> Iterator[str]:
    for part in run:
        if part.tag == f"{_W}t":
            yield part.text or ""
        elif part.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif part.tag == f"{_W}tab":
            yield " "


def _vanished(run: ET.Element) -> bool:
    found = run.find(f"{_W}rPr/{_W}vanish")
    return found is not None and found.get(f"{_W}val", "1") not in ("0", "false", "off")


def _marks(hidden: str) -> dict[str, str]:
    try:
        found = json.loads(hidden.removeprefix(MARKS))
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
