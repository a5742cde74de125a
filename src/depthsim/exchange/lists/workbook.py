"""A list as a workbook: landscape A4, repeated headings, filters, drop-downs; no cell is ever a formula."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from depthsim.exchange.lists.table import Cell, Column, Number, Row, Table, shown

MARKS = "depthsim"
"""The hidden sheet that says whose list it is."""
WRITTEN = datetime(2000, 1, 1)  # noqa: DTZ001 - files of offices know no time zones
"""The time that stands in every file as we wrote it: a spreadsheet that saves the file puts its own there."""
FONTS = {"zh": ("方正小标宋简体", "黑体", "仿宋"), "en": ("Times New Roman", "Times New Roman", "Times New Roman")}
"""Fonts of title, headings, text."""
PAGES = {"zh": "&C第 &P 页，共 &N 页", "en": "&Cpage &P of &N"}
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_MOST = 32_000
"""A cell holds 32,767 characters."""
_LINE, _HIGHEST = 13.0, 400.0
"""The height of a line, and the most that a row may have, in points."""
_ROOM_FOR_ROWS = 500
"""Rows below the list in which drop-downs work too."""
HEADINGS = 2
"""The row of the headings, from 0."""


def write_workbook(table: Table, path: Path) -> None:
    """Write a list as XLSX, the same bytes for the same list."""
    joined = any(c.joined for c in table.columns)
    book = xlsxwriter.Workbook(
        str(path),
        {"constant_memory": not joined, "strings_to_formulas": False, "strings_to_numbers": False,
         "strings_to_urls": False},
    )  # fmt: skip
    book.set_properties({"title": table.title, "created": WRITTEN})
    sheet = book.add_worksheet(table.sheet[:31])
    formats = _Formats(book, table.lang)
    _page(sheet, table)
    _top(sheet, table, formats)
    for number, row in enumerate(table.rows):
        sheet.set_row(HEADINGS + 1 + number, _height(table, row))
        for place, column in enumerate(table.columns):
            _put(sheet, HEADINGS + 1 + number, place, column, row.get(column.key), formats)
    for place, column in enumerate(table.columns):
        if column.joined:
            _join(sheet, table, place, formats)
    for number, note in enumerate(table.notes):
        sheet.write_string(HEADINGS + 2 + len(table.rows) + number, 0, note, formats.note)
    _marks(book, table)
    book.close()


def _page(sheet: Any, table: Table) -> None:
    last = len(table.rows) + HEADINGS
    seen = max(n for n, c in enumerate(table.columns) if c.width)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width, None, {} if column.width else {"hidden": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADINGS)
    sheet.print_area(0, 0, last + (len(table.notes) + 1 if table.notes else 0), seen)
    sheet.set_footer(PAGES[table.lang])
    sheet.freeze_panes(HEADINGS + 1, 1)
    sheet.autofilter(HEADINGS, 0, max(last, HEADINGS + 1), len(table.columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + _ROOM_FOR_ROWS}"})
    for place, column in enumerate(table.columns):
        if column.choices:
            choice = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            sheet.data_validation(HEADINGS + 1, place, last + _ROOM_FOR_ROWS, place, choice)


def _top(sheet: Any, table: Table, formats: _Formats) -> None:
    """Write title, the line under it and the headings."""
    places = [n for n, c in enumerate(table.columns) if c.width]
    first, last = places[0], places[-1]
    sheet.set_row(0, 36)
    sheet.merge_range(0, first, 0, last, table.title, formats.title)
    sheet.set_row(1, 20)
    bounds = [first, places[len(places) // 3], places[2 * len(places) // 3], last + 1]
    for said, form, left, right in zip(table.heads, formats.heads, bounds[:-1], bounds[1:], strict=True):
        if right - left > 1:
            sheet.merge_range(1, left, 1, right - 1, said, form)
        else:
            sheet.write_string(1, left, said, form)
    sheet.set_row(HEADINGS, 32)
    for place, column in enumerate(table.columns):
        sheet.write_string(HEADINGS, place, column.heading, formats.heading_entered if column.entered else
                           formats.heading)  # fmt: skip


def _height(table: Table, row: Row) -> float:
    """Return the height of a row in points: not every program finds it itself, and none does for paper."""
    most = 1
    for column in table.columns:
        if column.width and not column.joined:
            lines = shown(row.get(column.key)).split("\n")
            most = max(most, sum(max(1, math.ceil(_length(line) / (column.width - 0.5))) for line in lines))
    return min(_HIGHEST, most * _LINE + 4)


def _length(line: str) -> int:
    """Return the width of a text in characters of half a square."""
    return sum(2 if ord(c) > 0x2000 else 1 for c in line)


def _put(sheet: Any, row: int, place: int, column: Column, cell: Cell, formats: _Formats) -> None:
    form = formats.of(centred=column.centred, entered=column.entered)
    if cell is None or cell == "":
        sheet.write_blank(row, place, None, form)
    elif isinstance(cell, Number):
        sheet.write_number(row, place, cell.value, formats.of(centred=True, number=cell.form))
    elif column.key == "deadline" and (day := _day(cell)):
        sheet.write_datetime(row, place, day, formats.of(centred=True, entered=True, number="yyyy-mm-dd"))
    else:
        risky = cell.startswith(_RISKY)
        form = formats.of(centred=column.centred, entered=column.entered, risky=risky)
        sheet.write_string(row, place, cell if len(cell) <= _MOST else cell[: _MOST - 1] + "…", form)


def _day(cell: str) -> date | None:
    try:
        found = date.fromisoformat(cell)
    except ValueError:
        return None
    return found if found.year >= 1900 else None


def _join(sheet: Any, table: Table, place: int, formats: _Formats) -> None:
    key = table.columns[place].key
    for first, last in runs([shown(row.get(key)) for row in table.rows]):
        if last > first:
            top, bottom = HEADINGS + 1 + first, HEADINGS + 1 + last
            sheet.merge_range(top, place, bottom, place, shown(table.rows[first].get(key)), formats.of(centred=True))


def runs(values: list[str]) -> Iterator[tuple[int, int]]:
    """Yield first and last place of every run of equal values."""
    first = 0
    for n in range(1, len(values) + 1):
        if n == len(values) or values[n] != values[first]:
            yield first, n - 1
            first = n


def _marks(book: Any, table: Table) -> None:
    sheet = book.add_worksheet(MARKS)
    sheet.hide()
    for row, (name, value) in enumerate({"kind": table.kind, **table.marks}.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any, lang: str) -> None:
        title, heading, self._font = FONTS[lang]
        self._book = book
        self._made: dict[Any, Any] = {}
        head = {"font_name": heading, "font_size": 10, "bold": lang == "en", "border": 1, "text_wrap": True,
                "align": "center", "valign": "vcenter", "bg_color": "#DCE6F1"}  # fmt: skip
        self.heading = book.add_format(head)
        self.heading_entered = book.add_format({**head, "bg_color": "#FFF2CC"})
        self.title = book.add_format(
            {"font_name": title, "font_size": 18, "bold": lang == "en", "align": "center", "valign": "vcenter"}
        )
        self.heads = [
            book.add_format({"font_name": self._font, "font_size": 11, "align": side, "valign": "vcenter"})
            for side in ("left", "center", "right")
        ]
        self.note = book.add_format({"font_name": self._font, "font_size": 9})

    def of(self, *, centred: bool = False, entered: bool = False, risky: bool = False, number: str = "General") -> Any:
        """Return the format of a cell; a `risky` text starts like a formula and is marked as a text."""
        key = (centred, entered, risky, number)
        if key not in self._made:
            self._made[key] = self._book.add_format(
                {"font_name": self._font, "font_size": 10, "border": 1, "text_wrap": True, "valign": "vcenter",
                 "align": "center" if centred else "left", "num_format": number, "quote_prefix": risky}
            )  # fmt: skip
        return self._made[key]
