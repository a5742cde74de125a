"""A system to a workbook: guides and what they have several of, the city's inventory, findings, items, origins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from depthsim.exchange.cells import Cell, headings, neutral, rows
from depthsim.exchange.columns import MARK, SHEETS, Sheet
from depthsim.exchange.lists.workbook import WRITTEN
from depthsim.exchange.whole.exact import EXACT, MARK_OF_WHOLE, data_of_value, pieces, values_of
from depthsim.exchange.whole.inventory import COLLECTIONS, Data, rows_of
from depthsim.model.guide import ServiceGuide
from depthsim.model.provenance import number_origins
from depthsim.model.system import ServiceSystem
from depthsim.texts import Lang, text

if TYPE_CHECKING:
    from depthsim.exchange.whole.rows import RowSheet

_MOST = 32_000
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_NOTES = ("what", "edit", "hidden", "view", "risky")


def write_whole(system: ServiceSystem, path: Path, lang: Lang) -> None:
    """Write a system as a workbook, the same bytes for the same system; no cell is ever a formula."""
    import xlsxwriter

    from depthsim.exchange.whole.rows import RowSheet

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
               "strings_to_urls": False}  # fmt: skip
    book = xlsxwriter.Workbook(str(path), options)
    book.worksheet_class = RowSheet
    book.set_properties({"title": getattr(system.name, lang), "created": WRITTEN})
    writing = _Writing(book, lang)
    writing.notes(system)
    for sheet in SHEETS:
        widths = [c.width for c in sheet.columns]
        joined = [22, 30] if sheet.path else []
        lines = (cells for guide in system.guides.values() for cells in shown_rows(guide, sheet, lang))
        writing.sheet(sheet.title(lang), headings(sheet, lang), lines, [*joined, *widths])
    inventory = inventory_data(system)
    for collection in COLLECTIONS:
        lines = (shown(row) for row in rows_of(collection, inventory, lang))
        writing.sheet(collection.title(lang), collection.headings(lang), lines)
    _items(writing, system, lang)
    _origins_and_values(writing, system, lang)
    book.close()


def inventory_data(system: ServiceSystem) -> Data:
    """Return a city's inventory as plain data, with people's findings beside it."""
    city = data_of_value(system.city) if system.city is not None else {}
    return {**city, "evidence": {name: data_of_value(found) for name, found in system.evidence.items()}}


def shown_rows(guide: ServiceGuide, sheet: Sheet, lang: Lang) -> Iterator[list[Cell]]:
    """Yield the rows of a guide on a sheet as they are written."""
    return (shown(row) for row in rows(guide, sheet, lang))


def shown(row: Iterable[Cell]) -> list[Cell]:
    """Return cells as a spreadsheet can hold them: no formulas, no characters that XML lacks, not too long."""
    return [_fit(neutral(cell)) if isinstance(cell, str) else cell for cell in row]


def _fit(cell: str) -> str:
    cell = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", cell)
    return cell if 2 * len(cell) <= _MOST or len(cell.encode("utf-16-le")) <= 2 * _MOST else cell[: _MOST // 2] + "…"


class _Writing:
    def __init__(self, book: Any, lang: Lang) -> None:
        font = {"font_name": "宋体" if lang == "zh" else "Calibri", "font_size": 11, "valign": "top"}
        self._book, self._lang = book, lang
        self.cell = book.add_format(font)
        self._head = book.add_format(
            {**font, "bold": True, "border": 1, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "vcenter"}
        )

    def notes(self, system: ServiceSystem) -> None:
        """Write the first sheet: what this is, and how to edit it."""
        page = self._book.add_worksheet(text("columns.sheet.notes", self._lang))
        page.set_column(0, 0, 100)
        page.write_string(0, 0, MARK, self.cell)
        for row, name in enumerate(_NOTES, 1):
            page.write_string(row, 0, text(f"inventory.notes.{name}", self._lang, system=system.name), self.cell)

    def sheet(
        self, title: str, heads: Sequence[str], lines: Iterable[Sequence[Cell]], widths: Sequence[int] = ()
    ) -> None:
        """Write a sheet row by row."""
        sheet = self.headed(title, heads, widths)
        row = 0
        for row, line in enumerate(lines, 1):
            sheet.add_row(row, line, self.cell)
        sheet.autofilter(0, 0, max(row, 1), len(heads) - 1)

    def headed(self, title: str, heads: Sequence[str], widths: Sequence[int] = ()) -> RowSheet:
        """Return a new sheet that has its headings."""
        sheet: RowSheet = self._book.add_worksheet(title)
        for place, width in enumerate(widths or [16] * len(heads)):
            sheet.set_column(place, place, min(width, 60))
        sheet.freeze_panes(1, 1)
        for place, heading in enumerate(heads):
            sheet.write_string(0, place, heading, self._head)
        return sheet

    def hidden(self, title: str, heads: Sequence[Cell]) -> RowSheet:
        """Return a new sheet that nobody sees, with its first row."""
        sheet: RowSheet = self._book.add_worksheet(title)
        sheet.hide()
        sheet.add_row(0, heads)
        return sheet


def _items(writing: _Writing, system: ServiceSystem, lang: Lang) -> None:
    names = ("id", "zh", "en", "kind", "handling", "department")
    lines = (shown([i.id, i.name.zh, i.name.en, i.kind, i.handling, i.department]) for i in system.items.values())
    writing.sheet(text("inventory.sheet.items", lang), [text(f"inventory.item.{n}", lang) for n in names], lines)


def _origins_and_values(writing: _Writing, system: ServiceSystem, lang: Lang) -> None:
    """Write where the numbers of each file come from, each source or assumption once with how many it covers; and,
    where nobody sees it, every value exactly. Both of one pass: a value becomes plain data once."""
    names = ("file", "origin", "note", "numbers", "path")
    heads = [text(f"inventory.origin.{n}", lang) for n in names]
    seen = writing.headed(text("inventory.sheet.origins", lang), heads)
    exact = writing.hidden(EXACT, [MARK_OF_WHOLE, lang])
    row = exact_row = 0
    for kind, key, value in values_of(system):
        data = data_of_value(value)
        covered: dict[tuple[str | None, str | None], list[str]] = {}
        for number in number_origins(data):
            covered.setdefault((number.origin, number.note), []).append("/".join(map(str, number.path)))
        for (origin, note), places in covered.items():
            named = text(f"inventory.origin_{origin or 'none'}", lang)
            seen.add_row(row := row + 1, shown([f"{kind} {key}", named, note, len(places), places[0]]), writing.cell)
        for piece in pieces(data):
            exact.add_row(exact_row := exact_row + 1, [kind, key, piece])
    seen.autofilter(0, 0, max(row, 1), len(heads) - 1)
