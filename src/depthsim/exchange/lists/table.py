"""A list to circulate, before it is a workbook or a document: title, columns, rows, and whose list it is."""

from __future__ import annotations

import re
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


def heading_of_group(number: int, name: str, rows: int, lang: Lang) -> str:
    """Return what stands over the table of a group, in a document."""
    return f"{ordinal(number)}、{name}（{rows} 条）" if lang == "zh" else f"{number}. {name} ({rows})"


def group_of_heading(heading: str) -> str | None:
    """Return the group that a heading names, in either language; None for other words."""
    found = _GROUP.fullmatch(heading.strip())
    return (found[1] or found[2]) if found else None


_GROUP = re.compile(r"[零一二三四五六七八九十\d]+、(.+)（\d+ 条）|\d+\. (.+) \(\d+\)")
_DIGITS = "零一二三四五六七八九"


def ordinal(number: int) -> str:
    """Return a number from 1 to 99 in Chinese characters; larger ones in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[ones] if ones else "")


def shown(cell: Cell) -> str:
    """Return a cell as people read it."""
    return "" if cell is None else cell.shown if isinstance(cell, Number) else cell
