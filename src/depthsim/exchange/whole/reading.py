"""A system's workbook back to the system: exactly what was written, but for the cells that people edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from immutabledict import immutabledict
from pydantic import ValidationError

from depthsim.errors import Finding, InputError, Location, error, information
from depthsim.exchange.cells import Cell, headings, unguarded
from depthsim.exchange.columns import GUIDES, SHEETS, Sheet
from depthsim.exchange.formats import guide_table
from depthsim.exchange.imported import Options
from depthsim.exchange.whole.exact import EXACT, MARK_OF_WHOLE, data_of_value, joined, system_of
from depthsim.exchange.whole.inventory import COLLECTIONS, HEAD, Collection, Data, columns_of, data_of, rows_of
from depthsim.exchange.whole.writing import inventory_data, shown, shown_rows
from depthsim.exchange.workbook import Book, Grid
from depthsim.model.guide import ServiceGuide
from depthsim.model.system import ServiceSystem
from depthsim.texts import LANGS, Lang

Rows = list[list[str]]


@dataclass(frozen=True)
class Restored:
    """A system as its workbook says, and what was edited there."""

    system: ServiceSystem
    findings: tuple[Finding, ...] = ()


def is_whole(path: str | Path) -> bool:
    """Return whether a file is a workbook of a whole system. Raises InputError where it cannot be opened."""
    book = Book(path)
    return EXACT in book.sheets and _first(book.grid(EXACT)) == MARK_OF_WHOLE


def read_whole(path: str | Path) -> Restored:
    """Return the system of a workbook.

    Guides and sheets of the inventory that nobody edited come back exactly; others as their cells say. Raises
    InputError where the hidden sheet is damaged, or cells cannot be read.
    """
    book = Book(path)
    hidden = book.grid(EXACT)
    try:
        data = joined((str(r[0]), str(r[1]), str(r[2])) for r in hidden.rows[1:] if r[0])
        system = system_of(data)
        lang: Lang = "en" if str(hidden.rows[0][1]) == "en" else "zh"
    except (ValueError, KeyError, IndexError, StopIteration):
        raise InputError(error("DS993", file=book.file).at(hidden.at(0))) from None
    guides, findings = _guides(book, system, data.get("guide", {}), lang)
    system, more = _inventory(book, system.model_copy(update={"guides": immutabledict(guides)}), lang)
    return Restored(system, (*findings, *more))


def _first(grid: Grid) -> str:
    return str(grid.rows[0][0]) if grid.rows and grid.rows[0] else ""


# ----------------------------------------------------------------------------------------------- guides


def _guides(
    book: Book, system: ServiceSystem, before: Mapping[str, Data], lang: Lang
) -> tuple[Mapping[str, ServiceGuide], list[Finding]]:
    """Return the guides by id, in the order of their rows, with what was edited; `before` is their data."""
    sheets = {sheet.key: by_id(grid, sheet) for sheet in SHEETS if (grid := _grid(book, sheet)) is not None}
    order = list(sheets.get(GUIDES.key, before))
    changed: dict[str, list[str]] = {}
    for key in order:
        guide = system.guides.get(key)
        fields = ["id"] if guide is None else edited_fields(guide, {n: s.get(key, []) for n, s in sheets.items()}, lang)
        if fields:
            changed[key] = fields
    parsed: Mapping[str, ServiceGuide] = guide_table.read(book.path, Options(lang=lang)).guides if changed else {}
    found: dict[str, ServiceGuide] = {}
    for key in order:
        if key not in changed:
            found[key] = system.guides[key]
        elif key in parsed and (key not in before or "id" in changed[key]):
            found[key] = parsed[key]
        elif key in parsed:
            found[key] = ServiceGuide.model_validate(_edited(before[key], data_of_value(parsed[key]), changed[key]))
    place = Location(book.file)
    new, gone = [k for k in order if k not in before], [k for k in before if k not in found]
    say = information(
        "DS994", edited=len(changed) - len(new), new=len(new), gone=len(gone), ids=(list(changed) + gone)[:10]
    )
    return found, [say.at(place)] if changed or gone else []


def _edited(before: Data, now: Data, fields: Sequence[str]) -> Data:
    """Return a guide's data with other values of some of its fields."""
    found = {name: value for name, value in before.items() if name not in fields}
    return {**found, **{name: now[name] for name in fields if name in now}}


def edited_fields(guide: ServiceGuide, sheets: Mapping[str, Rows], lang: Lang) -> list[str]:
    """Return the fields of a guide whose cells are not as they were written, of sheets that are there."""
    found: dict[str, bool] = {}
    for sheet in SHEETS:
        if sheet.key not in sheets:
            continue
        wrote, read = list(shown_rows(guide, sheet, lang)), sheets[sheet.key]
        if sheet.path:
            if not same(wrote, read):
                found[sheet.path[0]] = True
        elif len(read) != 1:
            found["id"] = True
        else:
            for column, one, other in zip(sheet.columns, wrote[0], read[0], strict=False):
                if not _same(one, other):
                    found[str(column.path[0])] = True
    return list(found)


def _grid(book: Book, sheet: Sheet | Collection) -> Grid | None:
    name = next((title for lang in LANGS if (title := sheet.title(lang)) in book.sheets), None)
    return book.grid(name) if name is not None else None


def by_id(grid: Grid, sheet: Sheet) -> dict[str, Rows]:
    """Return the rows of a sheet by the guide's id, cells in the order of our headings, wherever they stand now."""
    for n, row in enumerate(grid.rows):
        for lang in LANGS:
            wanted = headings(sheet, lang)
            if wanted[0] in row and sum(h in row for h in wanted) > len(wanted) // 2:
                places = [list(row).index(h) if h in row else None for h in wanted]
                return _by_first([[_at(line, p) for p in places] for line in grid.rows[n + 1 :]])
    return {}


def _by_first(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in rows:
        if row and row[0]:
            found.setdefault(row[0], []).append(row)
    return found


def _at(row: Sequence[str | None], place: int | None) -> str:
    return (row[place] or "") if place is not None and place < len(row) else ""


def same(wrote: Sequence[Sequence[Cell]], read: Sequence[Sequence[str]]) -> bool:
    """Return whether rows read are as they were written."""
    return len(wrote) == len(read) and all(
        all(_same(one, other) for one, other in zip_longest(a, b, fillvalue=None))
        for a, b in zip(wrote, read, strict=True)
    )


def _same(one: Cell, other: str | None) -> bool:
    if one is None or one == "":
        return not other
    if isinstance(one, str):
        return one == other or one.replace("\r\n", "\n") == (other or "").replace("\r\n", "\n")
    try:
        return abs(float(other or "nan") - one) <= 1e-12 * max(1.0, abs(one))
    except ValueError:
        return False


# -------------------------------------------------------------------------------------------- inventory


def _inventory(book: Book, system: ServiceSystem, lang: Lang) -> tuple[ServiceSystem, list[Finding]]:
    """Return the system with the inventory that the sheets say, if they were edited. Raises InputError."""
    before = inventory_data(system)
    sheets: dict[str, list[dict[str, str]]] = {}
    changed: list[str] = []
    for collection in COLLECTIONS:
        grid = _grid(book, collection)
        if grid is None:
            continue
        rows = _plain_rows(grid, collection)
        if not same([shown(row) for row in rows_of(collection, before, lang)], rows):
            changed.append(grid.sheet or collection.key)
        names = [*(["first"] if collection.first else []), *(name for name, _ in columns_of(collection))]
        sheets[collection.key] = [dict(zip(names, map(unguarded, row), strict=True)) for row in rows]
    if not changed:
        return system, []
    place = Location(book.file)
    try:
        data = data_of(sheets, before)
        evidence = data.pop("evidence", {})
        kinds: Data = {"evidence": evidence}
        if any(name for name in data if name not in HEAD.without):
            kinds["city"] = {data.get("id", ""): data}
        values = system_of({"system": {system.id: data_of_value(system)}, **kinds})
    except ValidationError as problem:
        wrong = problem.errors()[0]
        where = "/".join(map(str, wrong["loc"]))
        raise InputError(error("DS996", sheets=changed, where=where, reason=wrong["msg"]).at(place)) from None
    except ValueError as problem:
        raise InputError(error("DS996", sheets=changed, where="", reason=str(problem)).at(place)) from None
    now = system.model_copy(update={"city": values.city, "evidence": values.evidence})
    return now, [information("DS995", sheets=changed).at(place)]


def _plain_rows(grid: Grid, collection: Collection) -> Rows:
    """Return the rows below the headings, cells in the order of our headings, without empty rows."""
    for lang in LANGS:
        wanted = collection.headings(lang)
        for n, row in enumerate(grid.rows[:30]):
            if all(h in row for h in wanted):
                places = [list(row).index(h) for h in wanted]
                found = [[_at(line, p) for p in places] for line in grid.rows[n + 1 :]]
                return [line for line in found if any(line)]
    return []
