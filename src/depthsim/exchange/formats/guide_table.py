"""Guide tables (办事指南表): XLSX or CSV, a row a guide, with sheets for what a guide has several of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from depthsim.errors import Finding, InputError, Location, error, information, warning
from depthsim.exchange.building import Data, basis_of, guide_of, part_of_text, put
from depthsim.exchange.columns import GUIDES, MARK, Column
from depthsim.exchange.gathering import Found, says_who, words_in
from depthsim.exchange.headings import Table, holds_none, nearest_heading, sheet_of, stage_of, understood, unit_in
from depthsim.exchange.ids import department_id, guide_id
from depthsim.exchange.imported import Format, GivenDepartment, Imported, Options, Packed
from depthsim.exchange.levels import depth_of
from depthsim.exchange.reading import Unreadable, half_width, value_of
from depthsim.exchange.staff import is_name, staff_heading, without_names
from depthsim.exchange.template import is_example
from depthsim.exchange.workbook import Book, Grid, Row
from depthsim.model.guide import ServiceGuide
from depthsim.texts import LANGS, text

_MOST_FINDINGS_ALIKE = 20
_LONGEST_NAME = 120
_MOST_OF_A_NAME = 2000
"""What a guide takes for a name; of longer ones only the beginning stays one."""
_FOOTER = re.compile(
    "(合计|小计|总计|填表人|制表人|填报人|审核人|负责人|填表日期|备注|注|说明|total)s?([:：\\s].*)?$", re.IGNORECASE
)
"""What stands below tables, in one cell of a row."""
_PHONES = frozenset({"contact_phones", "supervision_phones", "phone"})


def read(path: Path, options: Options) -> Imported:
    """Return the guides of a table. Raises InputError where no sheet holds any, with the reason."""
    book = Book(path)
    return _Reading(book, options).imported()


format = Format((".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".xls"), read)  # noqa: A001 - the plug-in's name


class _Reading:
    """One table while it is read."""

    def __init__(self, book: Book, options: Options) -> None:
        self._book = book
        self._options = options
        self._findings: list[Finding] = []
        self._alike: dict[str, int] = {}
        self._dropped = 0
        self._exact = False
        self._departments: dict[str, GivenDepartment] = {}
        self._taken: dict[str, bool] = {}

    def imported(self) -> Imported:
        """Return what the table holds."""
        tables = self._tables()
        main = next(table for table in tables if table.sheet is GUIDES)
        parts = [table for table in tables if table.sheet is not GUIDES]
        guides = Packed()
        places: dict[str, Location] = {}
        rows: Iterable[Found] = self._guides(main)  # one at a time, unless other sheets have to be joined first
        if parts:
            rows = list(rows)
            self._parts(rows, parts)
        for found in rows:
            guide = self._guide(found)
            if guide is not None:
                guides.add(guide)
                places[guide.id] = main.grid.at(found.row)
        if not guides:
            raise InputError(
                [*self._findings, error("DS960", sheet=main.grid.sheet or "").at(main.grid.at(main.header))]
            )
        said: dict[str, set[str | None]] = {}
        for table in tables:
            for number, name in table.names.items():
                column = table.columns.get(number)
                said.setdefault(name, set()).add(_field(table, column) if column else None)
        headings = {name: field for name, (field, *others) in said.items() if not others}  # others: each by its sheet
        return Imported(
            guides,
            places,
            self._departments,
            tuple(self._findings),
            headings,
            main.grid.sheet,
            self._dropped,
            self._exact,
            main.place,
        )

    def _say(self, finding: Finding) -> None:
        """Keep a finding; of one kind only the first twenty, and then how many more there were."""
        seen = self._alike[finding.code] = self._alike.get(finding.code, 0) + 1
        if seen <= _MOST_FINDINGS_ALIKE:
            self._findings.append(finding)
            return
        place = Location(self._book.file)
        more = Finding(
            "DS972", finding.severity, (), {"number": seen - _MOST_FINDINGS_ALIKE, "code": finding.code}, place
        )
        self._findings = [f for f in self._findings if not (f.code == "DS972" and f.values["code"] == finding.code)]
        self._findings.append(more)

    # --------------------------------------------------------------------------------------- sheets

    def _tables(self) -> list[Table]:
        wanted = self._options.sheet or self._options.profile.sheet
        grids = [self._book.grid(name) for name in self._book.sheets]
        self._exact = any(grid.rows and grid.rows[0] and grid.rows[0][0] == MARK for grid in grids)
        found: list[Table] = []
        candidates: list[Table] = []
        for grid in grids:
            name = grid.sheet or ""
            if wanted is not None and grid.sheet == wanted:
                continue
            part = sheet_of(name) if grid.sheet is not None else None
            table = understood(grid, part, self._options.profile.columns) if part is not None else None
            if table is not None:
                found.append(table)
            elif not holds_none(name) and (own := self._main(grid)) is not None:
                candidates.append(own)
        main = self._chosen(wanted, candidates, grids)
        for table in (main, *found):
            self._tell_unknown(table)
        for table in candidates:
            if table is not main:
                self._say(
                    information("DS973", sheet=table.grid.sheet or "", used=main.grid.sheet or "").at(table.grid.at(0))
                )
        return [main, *found]

    def _main(self, grid: Grid) -> Table | None:
        return understood(grid, GUIDES, self._options.profile.columns)

    def _chosen(self, wanted: str | None, candidates: list[Table], grids: list[Grid]) -> Table:
        if wanted is not None:
            table = self._main(self._book.grid(wanted))
            if table is None:
                raise InputError(error("DS959", sheets=(wanted,)).at(Location(self._book.file)))
            return table
        if not candidates:
            sheets = tuple(grid.sheet or self._book.path.name for grid in grids)
            raise InputError(error("DS959", sheets=sheets).at(Location(self._book.file)))
        titled = [t for t in candidates if t.grid.sheet in (GUIDES.title("zh"), GUIDES.title("en"))]
        return titled[0] if titled else max(candidates, key=lambda t: len(t.columns))

    def _tell_unknown(self, table: Table) -> None:
        ignored = {heading for heading, field in self._options.profile.columns.items() if field is None}
        for number, heading in table.unknown.items():
            if heading not in ignored:
                near = nearest_heading(heading, table.sheet)
                self._say(
                    information("DS961", heading=heading, suggestion=near).at(table.grid.at(table.header, number))
                )

    # --------------------------------------------------------------------------------------- rows

    def _guides(self, table: Table) -> Iterator[Found]:
        last: Found | None = None
        names, units = table.names, {n: unit_in(name) for n, name in table.names.items()}
        for number, row in self._rows(table):
            one = Found(number, table)
            part = self._row(row, one, names, units)
            if not says_who(one.data):
                if last and part:
                    last.add(part)
                elif one.data or one.raw or part:
                    self._say(warning("DS968", cells="、".join(words_in(row))[:80]).at(table.grid.at(number)))
                continue
            if len(said := words_in(row)) == 1 and len(names) > 2 and _FOOTER.match(said[0]):
                if staff_heading(said[0]):
                    self._dropped += 1
                else:
                    self._say(warning("DS968", cells=said[0][:80]).at(table.grid.at(number)))
                continue
            if is_example(one.data):
                self._say(information("DS974").at(table.grid.at(number)))
                continue
            if part and last and last.same(one):
                last.add(part)
                continue
            if part:
                one.add(part)
            if last is not None:
                yield last
            last = one
        if last is not None:
            yield last

    def _row(self, row: Row, one: Found, names: Mapping[int, str], units: Mapping[int, str | None]) -> Data:
        """Fill a guide with the cells of its row, and return the part of it that stands in the row, if there is one."""
        part: Data = {}
        for n, column in one.table.columns.items():
            value = self._cell(one.table, one.row, row, n, column, names, one.raw)
            if value is None:
                continue
            if len(column.path) > 2 and column.path[1] == "*":
                put(part, (column.path[0], *column.path[2:]), value)
                continue
            if column.kind == "amount" and "amount" in value and "unit" not in value and units.get(n):
                value = {**value, "unit": units[n]}
            put(one.data, column.path, value)
            if column.path[0] == "steps" and (step := stage_of(names[n])) is not None:
                named = one.data["steps"][column.path[1]]
                named.setdefault("name", {"zh": step, "en": step})
                if step.endswith("预审"):
                    named.setdefault("counted", False)  # limits run from acceptance
        self._others(one.table, row, one)
        return part

    def _rows(self, table: Table) -> Iterable[tuple[int, Row]]:
        """Yield the rows below the headings that say something, with their numbers."""
        heading = list(table.names.values())
        for number, row in table.grid.below(table.header):
            said = words_in(row)
            if said and said != heading:
                yield number, row

    def _others(self, table: Table, row: Row, one: Found) -> None:
        """Keep the cells of unknown columns, and leave out those with names of staff."""
        for number, heading in table.unknown.items():
            if number < len(row) and (cell := row[number]) and cell.strip():
                one.raw[heading] = cell
        for number in table.staff:
            if number < len(row) and (cell := row[number]) and cell.strip():
                self._dropped += 1

    def _cell(
        self, table: Table, number: int, row: Row, n: int, column: Column, names: Mapping[int, str], raw: dict[str, str]
    ) -> Any:
        cell = row[n] if n < len(row) else None
        if cell is None or not (cell.strip() or self._exact):
            return None
        last = column.path[-1]
        if last in _PHONES and (bare := without_names(cell)) != cell:
            self._dropped += 1
            cell = bare
        elif last == "person" and is_name(cell):
            self._dropped += 1
            return None
        value = value_of(cell, column, self._exact) if cell else None
        if isinstance(value, Unreadable):
            raw[names[n]] = cell
            self._say(warning(value.code, heading=names[n], given=cell[:60]).at(table.grid.at(number, n)))
            return None
        if not self._exact and column.kind in ("choice", "choices") and value is not None and value != cell:
            raw.setdefault(names[n], cell)
        if column.kind == "rows" and value:
            return {i: part_of_text(str(column.path[-1]), line) for i, line in enumerate(value)}
        return list(value) if isinstance(value, tuple) else value

    def _parts(self, rows: list[Found], tables: list[Table]) -> None:
        """Join the rows of other sheets to their guides by id, code or name."""
        index: dict[str, Found] = {}
        for found in rows:
            for key in found.called():
                index.setdefault(key, found)
        for table in tables:
            names = table.names
            for number, row in self._rows(table):
                joined: Data = {}
                part: Data = {}
                raw: dict[str, str] = {}
                for n, column in table.columns.items():
                    value = self._cell(table, number, row, n, column, names, raw)
                    if value is not None:
                        at = column.path
                        put(*((joined, at[1:]) if at[0] == "@" else (part, at)), value)
                one = Found(number, table, joined)
                owner = next((index[key] for key in one.called() if key in index), None)
                if owner is None:
                    if not is_example(joined):
                        self._say(warning("DS967", given="、".join(words_in(row))[:80]).at(table.grid.at(number)))
                    continue
                self._others(table, row, one)
                owner.add_part(table, part, {**raw, **one.raw}, number)

    # --------------------------------------------------------------------------------------- guides

    def _guide(self, found: Found) -> ServiceGuide | None:
        data = found.whole()
        table, at = found.table, found.table.grid.at(found.row)
        wanted = data.get("id")
        data["id"] = guide_id(data, self._taken)
        if data["id"] != (first := guide_id({**data, "id": wanted}, {})) or (wanted and wanted != first):
            self._say(warning("DS975", given=str(wanted or first), used=data["id"]).at(at))
        self._taken[data["id"]] = True
        self._department(data)
        self._county(data)
        if not self._exact:
            data |= {"basis": [_clauses(basis) for basis in data["basis"]]} if data.get("basis") else {}
            self._meant(data, at)
            if "source" not in data and "assumption" not in data:
                where = " ".join(filter(None, (self._book.path.name, table.grid.sheet)))
                data["source"] = text("exchange.source", self._options.lang, place=where, row=found.row + 1)
        self._short_name(data, at)
        guide, findings = guide_of(data, found.located)
        for finding in findings:
            self._say(finding)
        if guide is None:
            self._say(error("DS968", cells=str(data.get("name", ""))[:80]).at(at))
        return guide

    def _department(self, data: Data) -> None:
        """Give the guide its department's id; the name stays with the department."""
        name = data.get("department")
        body = data.get("body") or {}
        code = body.get("credit_code") or _credit_code(data.get("code"))
        called = str(name or (body.get("name") or {}).get("zh") or "")
        if not called:
            return
        if len(called) > _LONGEST_NAME:
            data.setdefault("raw", {})["department"], called = called, called[:_LONGEST_NAME]
        id_ = department_id(called, code)
        data["department"] = id_
        if id_ not in self._departments:
            self._departments[id_] = GivenDepartment(id_, called, code)

    def _short_name(self, data: Data, at: Location) -> None:
        """Shorten a name that no guide can have: the whole is kept, since an item without a name would be lost."""
        name = data.get("name") or {}
        if len(whole := str(name.get("zh", ""))) > _MOST_OF_A_NAME:
            data.setdefault("raw", {})["name"] = whole
            data["name"] = {lang: f"{str(name.get(lang, whole))[:_LONGEST_NAME]}…" for lang in LANGS}
            self._say(warning("DS966", ("name",), field="name", given=data["name"]["zh"]).at(at))

    def _county(self, data: Data) -> None:
        if (county := data.get("county")) is not None and not re.fullmatch("[a-z][a-z0-9_]*", str(county)):
            data.setdefault("raw", {})[GUIDES.heading(_COUNTY, "zh")] = data.pop("county")

    def _meant(self, data: Data, at: Location) -> None:
        """Say what a number of visits means and how depth is coded, where the table does not."""
        profile = self._options.profile
        visits = data.get("visits")
        if visits and "count" in visits and profile.visits and "meaning" not in visits:
            visits["meaning"] = profile.visits
        if depth := data.get("depth"):
            codes = [str(code) for code in depth.get("codes") or ()]
            if codes and "map" not in depth:
                found = depth_of(codes, profile.depth_codes)
                if found is None:
                    found = {"codes": codes, "map": "unknown"}
                    self._say(warning("DS976", given="、".join(codes)).at(at))
                elif found["codes"] != codes:
                    data.setdefault("raw", {})[GUIDES.heading(_DEPTH, "zh")] = "、".join(codes)
                data["depth"] = found
            elif not codes:
                del data["depth"]


_COUNTY = next(c for c in GUIDES.columns if c.key == "county")
_DEPTH = next(c for c in GUIDES.columns if c.key == "depth.codes")


def _credit_code(code: Any) -> str | None:
    bare = half_width(str(code or ""))
    return bare[:18] if len(bare) in (31, 33) else None


def _field(table: Table, column: Column) -> str:
    """Return a column's name in a profile."""
    path = [p for p in column.path if p not in ("@", "*")]
    key = ".".join(map(str, path))
    return key if table.sheet is GUIDES or column.path[0] == "@" else f"{table.sheet.key}.{key}"


def _clauses(basis: Data) -> Data:
    """Return a legal basis whose title holds the clause too with both apart."""
    return (
        {**basis_of(basis["title"]), **{k: v for k, v in basis.items() if k != "title"}} if "title" in basis else basis
    )
