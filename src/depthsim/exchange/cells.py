"""Guides to cells: what stands in each cell of a guide table (`depthsim.exchange.reading` goes the other way)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from depthsim.exchange.columns import GUIDES, JOIN, NOTHING, PARTS, Column, Sheet, words_of
from depthsim.model.guide import ServiceGuide
from depthsim.texts import Lang, text

Cell = str | int | float | None
"""What a cell holds; dates are written as text, `2025-03-01`, so that no calendar of a spreadsheet moves them."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def neutral(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with `'` before it if it starts like one."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return a text without the `'` that `neutral` put before it."""
    return cell[1:] if _GUARDED.match(cell) else cell


def headings(sheet: Sheet, lang: Lang) -> list[str]:
    """Return the headings of a sheet: on sheets of parts the id and the name of the guide come first."""
    own = [sheet.heading(column, lang) for column in sheet.columns]
    return own if not sheet.path else [*(GUIDES.heading(column, lang) for column in JOIN[:2]), *own]


def rows(guide: ServiceGuide, sheet: Sheet, lang: Lang) -> Iterator[list[Cell]]:
    """Yield the rows of a guide on a sheet, cells in the order of `headings`; texts are not made `neutral` yet."""
    if not sheet.path:
        yield [_cell(guide, column, lang) for column in sheet.columns]
        return
    joined: list[Cell] = [guide.id, guide.name.zh]
    if sheet.key == "raw":
        yield from ([*joined, field, value] for field, value in guide.raw.items())
        return
    for part in _at(guide, sheet.path) or ():
        yield [*joined, *(_cell(part, column, lang) for column in sheet.columns)]


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for name in path:
        if value is None:
            return None
        value = value[name] if isinstance(name, int) else getattr(value, name)
    return value


def _cell(owner: Any, column: Column, lang: Lang) -> Cell:
    value = _at(owner, column.path)
    if column.kind == "amount" and value is None:
        period = _at(owner, column.path[:-1])
        return text("columns.word.unlimited", lang) if period is not None and period.unlimited else None
    if value is None or (column.path[-1] == "en" and value == _at(owner, (*column.path[:-1], "zh"))):
        return None
    if value == () and column.kind in ("rows", "words", "texts", "choices"):
        return NOTHING[lang]
    return _written(value, column, lang)


def _written(value: Any, column: Column, lang: Lang) -> Cell:
    """Return the cell of a value that is known."""
    choice = column.choice
    match column.kind:
        case "count" | "number" | "amount" | "bound":
            return int(value) if isinstance(value, float) and value.is_integer() else _plain(value)
        case "flag":
            return text(f"columns.word.flag.{'yes' if value else 'no'}", lang)
        case "choice" if choice:
            return words_of(choice, lang).get(str(value), str(value))
        case "choices" if choice:
            known = words_of(choice, lang)
            return lines(known.get(word, word) for word in value)
        case "words" | "texts":
            return lines(value)
        case "values":
            return lines(f"{field}={there}" for field, there in value.items())
        case "rows":
            sheet = next(part for part in PARTS if part.path == column.path)
            return text("columns.word.see", lang, sheet=sheet.title(lang))
        case "only_published":
            return text("columns.word.only_published", lang)
        case "money":
            return str(value.model_dump())
    return str(value)


def _plain(value: Any) -> Cell:
    return value if isinstance(value, (str, int, float)) else str(value)


_BREAK = "\N{DOWNWARDS ARROW WITH TIP LEFTWARDS}"
"""Stands for a line break inside one of several values of a cell."""


def lines(values: Any) -> str:
    """Return several values as one cell, a line each."""
    return "\n".join(str(value).replace("\n", _BREAK) for value in values)


def from_lines(cell: str) -> list[str]:
    """Return the values of a cell, a line each."""
    return [line.replace(_BREAK, "\n") for line in cell.split("\n")]
