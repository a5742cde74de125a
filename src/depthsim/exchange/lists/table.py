"""A list to circulate, before it is a workbook or a document: title, columns, rows, and whose list it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from depthsim.texts import Lang


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a workbook counts with (`form` is its number format) and a document shows as `shown`."""

    value: float
    shown: str
    form: str = "General"


Cell = str | Number | None
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key, heading, width (in characters of half a square), the words that its cells are chosen from.

    `width` 0 hides it; `paper` is its width in a document, 0 leaves it out there. Equal neighbours of `joined` columns
    are one cell. `entered`: for people to fill in, so that it is read back.
    """

    key: str
    heading: str
    width: float
    paper: float = 0
    centred: bool = False
    joined: bool = False
    entered: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A list: `heads` stand under the title, left, in the middle and right; `marks` say whose list it is.

    With `group` a document has a table for each value of that column, which then is its heading.
    """

    kind: str
    title: str
    sheet: str
    lang: Lang
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    heads: tuple[str, str, str] = ("", "", "")
    group: str | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """Sentences under the table, of a document under its title."""


def shown(cell: Cell) -> str:
    """Return a cell as people read it."""
    return "" if cell is None else cell.shown if isinstance(cell, Number) else cell
