"""How text is laid out: clean, broken at the width of the screen, in columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

NARROW = 11
"""A heading that is wider than its column's cells may make the column this wide, then it goes over several lines."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, whether numbers stand in it, and whether it takes what width is left."""

    heading: str
    right: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a colour, and a second line under it."""

    text: str
    colour: str = ""
    under: str = ""


def table_lines(
    columns: Sequence[Column], rows: Iterable[Sequence[str | Cell]], width: int, *, framed: bool = False
) -> Iterator[list[Cell]]:
    """Yield a table's lines, each in pieces with their colours: `framed`, its headings are underlined.

    Headings go over several lines, wide columns take what is left. Where the width is too small for the rest, lines
    are longer: a number that is cut is a wrong one.
    """
    body = [[_cleaned(c if isinstance(c, Cell) else Cell(c)) for c in row] for row in rows]
    between = Cell("   " if framed else "  ")
    widths = _widths(columns, body, width - len(between.text) * len(columns))

    def beside(stacks: Sequence[list[Cell]]) -> Iterator[list[Cell]]:
        for line in zip_longest(*stacks, fillvalue=Cell("")):
            pieces = [between] * (2 * len(line) - 1)
            pieces[::2] = [_padded(c, n, column) for c, n, column in zip(line, widths, columns, strict=True)]
            yield pieces

    headings = [_stack(Cell(clean(c.heading), "bold"), n) for c, n in zip(columns, widths, strict=True)]
    highest = max(map(len, headings))
    yield from beside([[Cell("")] * (highest - len(stack)) + stack for stack in headings])
    if framed:
        yield [Cell("─" * (sum(widths) + len(between.text) * (len(widths) - 1)))]
    for row in body:
        yield from beside([_stack(cell, n) for cell, n in zip(row, widths, strict=True)])


def _cleaned(cell: Cell) -> Cell:
    return Cell(clean(cell.text), cell.colour, clean(cell.under))


def _stack(cell: Cell, width: int) -> list[Cell]:
    """Return a cell's lines, one under the other."""
    lines = [Cell(line, cell.colour) for part in wrapped(cell.text, width) for line in part.split("\n")]
    if cell.under:
        lines += [Cell(line, "dim") for part in wrapped(cell.under, width) for line in part.split("\n")]
    return lines


def _padded(cell: Cell, width: int, column: Column) -> Cell:
    """Return a line of a cell as wide as its column."""
    blanks = " " * (width - cells(cell.text))
    return Cell(blanks + cell.text if column.right else cell.text + blanks, cell.colour)


def _widths(columns: Sequence[Column], body: list[list[Cell]], most: int) -> list[int]:
    """Return each column's width: its longest cell, its heading up to a few words; wide columns share the rest."""
    longest = [
        max((cells(text) for row in body for text in (row[n].text, row[n].under)), default=0)
        for n in range(len(columns))
    ]
    widths = [
        max(found, min(cells(clean(column.heading)), NARROW)) for column, found in zip(columns, longest, strict=True)
    ]
    wide = [n for n, column in enumerate(columns) if column.wide]
    rest = most - sum(width for n, width in enumerate(widths) if n not in wide)
    for n in wide:
        widths[n] = max(min(widths[n], rest // len(wide)), NARROW)
    return widths


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a Chinese character."""
    if text.isascii() and text.isprintable():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines no wider than `width`: broken at blanks and between Chinese characters.

    No line begins with a closing mark or ends with an opening one; a longer word is cut.
    """
    if text.isprintable() and cells(text) <= width:
        return [text.rstrip()]
    lines, line = [], ""
    for part in _PARTS.findall(text):
        if cells((line + part).rstrip()) <= width:
            line += part
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = part.lstrip()
        while cells(line.rstrip()) > width:
            cut = max(n for n in range(1, len(line)) if cells(line[:n]) <= max(width, 2))
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f"
_CLOSING = "，。、；：？！）》」』】〕”’％"
_OPENING = "（《「『【〔“‘"
_PARTS = re.compile(rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)?[{_CLOSING}]*\s*|\s+")


def clean(text: str) -> str:
    """Return text without what a terminal would obey: control and direction marks are shown as U+FFFD."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\u3000" else "\N{REPLACEMENT CHARACTER}" for c in text)
