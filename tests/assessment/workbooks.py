"""Workbooks edited as they are: cells of the XML inside, found by the guide's id in the first column."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

from depthsim.exchange.cells import Cell, neutral, rows
from depthsim.exchange.columns import SHEETS
from depthsim.exchange.whole.inventory import COLLECTIONS, Data, rows_of
from depthsim.model.guide import ServiceGuide

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Row = dict[str, ET.Element]


class Workbook:
    """A workbook's parts by name; sheets are parsed when they are edited."""

    def __init__(self, file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        links = {r.get("Id"): r.get("Target") for r in ET.fromstring(self.parts["xl/_rels/workbook.xml.rels"])}
        sheets = ET.fromstring(self.parts["xl/workbook.xml"]).iter(f"{MAIN}sheet")
        self.files = {str(s.get("name")): f"xl/{links[s.get(LINK)]}" for s in sheets}
        self.sheets: dict[str, ET.Element] = {}

    def rows_of(self, sheet: str, key: str) -> list[ET.Element]:
        """Return the rows of a sheet whose first cell holds a key."""
        return [row for row in self._data(sheet) if (first := _cells(row).get("A")) is not None and _text(first) == key]

    def all_rows(self, sheet: str) -> list[ET.Element]:
        """Return the rows of a sheet."""
        return list(self._data(sheet))

    def without(self, sheet: str) -> None:
        """Take a sheet out of the workbook."""
        book = ET.fromstring(self.parts["xl/workbook.xml"])
        sheets = book.find(f"{MAIN}sheets")
        assert sheets is not None
        sheets.remove(next(s for s in sheets if s.get("name") == sheet))
        for names in book.findall(f"{MAIN}definedNames"):  # ranges of filters, by the number of the sheet
            book.remove(names)
        self.parts["xl/workbook.xml"] = ET.tostring(book, encoding="UTF-8", xml_declaration=True)

    def add(self, sheet: str) -> ET.Element:
        """Return a new row below the others."""
        data = self._data(sheet)
        return ET.SubElement(data, f"{MAIN}row", r=str(int(data[-1].get("r") or 0) + 1))

    def save(self, file: Path) -> None:
        """Write the workbook."""
        for name, root in self.sheets.items():
            self.parts[self.files[name]] = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in self.parts.items():
                archive.writestr(part, content)

    def _data(self, sheet: str) -> ET.Element:
        if sheet not in self.sheets:
            self.sheets[sheet] = ET.fromstring(self.parts[self.files[sheet]])
        found = self.sheets[sheet].find(f"{MAIN}sheetData")
        assert found is not None
        return found


def set_cell(row: ET.Element, column: int, value: Cell) -> None:
    """Write a text or number into a cell of a row, or empty it."""
    letters = _letters(column)
    old = _cells(row).get(letters)
    if old is not None:
        row.remove(old)
    if value is None:
        return
    cell = ET.Element(f"{MAIN}c", r=f"{letters}{row.get('r')}")
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        ET.SubElement(ET.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = neutral(value)
    else:
        ET.SubElement(cell, f"{MAIN}v").text = str(value)
    after = [n for n, c in enumerate(row) if _number(str(c.get("r")).rstrip("0123456789")) < column]
    row.insert(after[-1] + 1 if after else 0, cell)


def retype(workbook: Workbook, before: ServiceGuide, after: ServiceGuide) -> int:
    """Change the cells in which two versions of a guide differ, and return how many cells or rows changed."""
    changed = 0
    for sheet in SHEETS:
        old, new = list(rows(before, sheet, "zh")), list(rows(after, sheet, "zh"))
        if old == new:
            continue
        there = workbook.rows_of(sheet.title("zh"), before.id)
        for number, cells in enumerate(new):
            row = there[number] if number < len(there) else workbook.add(sheet.title("zh"))
            was = old[number] if number < len(old) else [None] * len(cells)
            for column, (one, other) in enumerate(zip(was, cells, strict=True)):
                if one != other:
                    set_cell(row, column, other)
                    changed += 1
        for row in there[len(new) :]:
            for cell in list(row):
                row.remove(cell)
            changed += 1
    return changed


def retype_inventory(workbook: Workbook, before: Data, after: Data) -> int:
    """Change the cells in which two versions of a city's inventory differ, and return how many changed."""
    changed = 0
    for sheet in COLLECTIONS:
        old, new = (list(rows_of(sheet, {**data, "evidence": {}}, "zh")) for data in (before, after))
        title = sheet.title("zh")
        there = workbook.all_rows(title)[1:] if old != new else []
        for number in range(max(len(old), len(new))):
            was = old[number] if number < len(old) else [None] * len(new[number])
            cells = new[number] if number < len(new) else [None] * len(was)
            if was == cells:
                continue
            row = there[number] if number < len(there) else workbook.add(title)
            for column, (one, other) in enumerate(zip(was, cells, strict=True)):
                if one != other:
                    set_cell(row, column, other)
                    changed += 1
    return changed


def _cells(row: ET.Element) -> Row:
    return {str(cell.get("r")).rstrip("0123456789"): cell for cell in row}


def _text(cell: ET.Element) -> str:
    return "".join(cell.itertext())


def _letters(column: int) -> str:
    high, low = divmod(column, 26)
    return (_letters(high - 1) if high else "") + chr(ord("A") + low)


def _number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1
