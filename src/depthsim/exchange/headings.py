"""Which column of a sheet is which: our headings, other names, numbered ones, and those that hold names of staff."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from depthsim.errors import Location
from depthsim.exchange.columns import FLAT, GUIDES, JOIN, PARTS, Column, Sheet
from depthsim.exchange.reading import half_width
from depthsim.exchange.staff import staff_heading
from depthsim.exchange.synonyms import HEADINGS, NO_DATA, NUMBERED, SHEET_NAMES
from depthsim.exchange.workbook import Grid, letters
from depthsim.texts import LANGS
from depthsim.texts.suggestions import did_you_mean

_ROWS_LOOKED_AT = 30
_REMARK = re.compile(r"[（(\[【].*?[）)\]】]")
_MARKS = re.compile(r"[\s*＊:：_]+")
_NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}


@dataclass(frozen=True)
class Table:
    """A sheet with its headings understood: columns by their number, others by what they are called."""

    grid: Grid
    sheet: Sheet
    header: int
    columns: Mapping[int, Column]
    unknown: Mapping[int, str] = field(default_factory=dict)
    staff: Mapping[int, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[int, str]:
        """Return the headings as they stand."""
        return {n: cell.strip() for n, cell in enumerate(self.grid.rows[self.header]) if cell and cell.strip()}

    def place(self, row: Location, field: str) -> Location:
        """Return the cell of a guide's field, by the place of its row; the row where no column holds the field."""
        column = next((n for n, column in self.columns.items() if column.path[0] == field), None)
        if column is None:
            return row
        if self.grid.sheet is None:
            return Location(row.file, row.line, column + 1)
        return Location(f"{row.file.rpartition('!')[0]}!{letters(column)}{row.file.rpartition(':')[2]}")


def plain(heading: str) -> str:
    """Return a heading without blanks and marks, in half width and lower case."""
    return _MARKS.sub("", half_width(heading)).lower()


def _bare(heading: str) -> str:
    return _MARKS.sub("", _REMARK.sub("", half_width(heading))).lower()


@cache
def _known(sheet: str) -> dict[str, Column]:
    """Return the columns of a sheet by everything they may be called."""
    mine = next(s for s in (GUIDES, *PARTS) if s.key == sheet)
    found: dict[str, Column] = {}
    groups: list[tuple[Sheet, tuple[Column, ...]]] = [(mine, mine.columns)]
    if mine is GUIDES:
        groups.append((FLAT, FLAT.columns))
    else:
        groups.append((GUIDES, JOIN))
    for of, columns in groups:
        for column in columns:
            target = replace(column, path=("@", *column.path)) if of is GUIDES and mine is not GUIDES else column
            for lang in LANGS:
                found.setdefault(plain(of.heading(column, lang)), target)
            found.setdefault(plain(column.key), target)
    for of, columns in groups:
        for column in columns:
            target = replace(column, path=("@", *column.path)) if of is GUIDES and mine is not GUIDES else column
            key = f"{'guides' if of is FLAT or of is GUIDES else of.key}.{column.key}"
            for name in HEADINGS.get(key, ()):
                found.setdefault(plain(name), target)
    return found


@cache
def _by_field() -> dict[str, Column]:
    """Return columns by the names that profiles give them."""
    found = {column.key: column for sheet in (GUIDES, FLAT) for column in sheet.columns}
    for sheet in PARTS:
        found |= {f"{sheet.key}.{c.key}": replace(c, path=(sheet.key, "*", *c.path)) for c in sheet.columns}
    return found


def understood(grid: Grid, sheet: Sheet, mapping: Mapping[str, str | None]) -> Table | None:
    """Return a sheet's table: its headings stand in the row, of the first thirty, in which most are known.

    None where no row has a heading that is known and needed: a name or a code of the item.
    """
    best: Table | None = None
    for number, row in enumerate(grid.rows[:_ROWS_LOOKED_AT]):
        cells = {n: cell for n, cell in enumerate(row) if cell and cell.strip() and len(cell) <= 60}
        if not cells:
            continue
        table = _table(grid, sheet, number, cells, mapping)
        if _joined(table) and (best is None or len(table.columns) > len(best.columns)):
            best = table
    return best


def _joined(table: Table) -> bool:
    keys = {column.path[-2:] for column in table.columns.values()} | {c.path for c in table.columns.values()}
    own = {("name", "zh"), ("id",), ("code",), ("business_code",)}
    if table.sheet is GUIDES:
        return bool(own & keys)
    return bool({("@", *path) for path in own} & {c.path for c in table.columns.values()}) and len(table.columns) > 1


def _table(grid: Grid, sheet: Sheet, header: int, cells: Mapping[int, str], mapping: Mapping[str, str | None]) -> Table:
    columns: dict[int, Column] = {}
    unknown: dict[int, str] = {}
    staff: dict[int, str] = {}
    given = {plain(heading): field for heading, field in mapping.items()}
    parts = sheet is GUIDES and _in_one_sheet(cells)
    taken: set[tuple[str | int, ...]] = set()
    for number, heading in sorted(cells.items(), key=lambda cell: plain(cell[1]) not in given):  # what is mapped first
        column = None
        if plain(heading) in given:
            wanted = given[plain(heading)]
            column = _mapped(wanted, heading, sheet) if wanted else None
        elif staff_heading(heading):
            staff[number] = heading.strip()
            continue
        else:
            column = _column(heading, sheet, parts)
        if column is None or column.path in taken:
            unknown[number] = heading.strip()
        else:
            columns[number] = column
            taken.add(column.path)
    return Table(grid, sheet, header, columns, unknown, staff)


def _mapped(field: str, heading: str, sheet: Sheet) -> Column | None:
    """Return the column of a field that a heading is mapped to; on a sheet of parts only its own fields and whose
    part it is: a heading mapped to another field means there what it says."""
    if sheet is GUIDES:
        return _by_field().get(field)
    own = next((c for c in sheet.columns if f"{sheet.key}.{c.key}" == field), None)
    join = next((replace(c, path=("@", *c.path)) for c in JOIN if c.key == field), None)
    return own or _column(heading, sheet, parts=False) or join


def _column(heading: str, sheet: Sheet, parts: bool) -> Column | None:
    """Return the column that a heading means, None where it is not known."""
    known = _known(sheet.key)
    if parts:
        materials = _known("materials")
        for said in (plain(heading), _bare(heading)):
            found = materials.get(said)
            if found is not None and found.path[0] != "@" and ("材料" in heading or said not in known):
                return replace(found, path=("materials", "*", *found.path))
    for said in (plain(heading), _bare(heading)):
        if said in known:
            return known[said]
    return (_numbered(heading) or _stage(heading)) if sheet is GUIDES else None


def _in_one_sheet(cells: Mapping[int, str]) -> bool:
    """Return whether a sheet of guides has a row a material: columns of materials beside their names."""
    own = {
        plain(word)
        for word in ("材料类型", "原件份数", "复印件份数", "材料形式", "材料必要性", "来源渠道", "份数", "材料份数")
    }
    said = {_bare(cell) for cell in cells.values()}
    return bool(own & said) and bool({"材料名称", "申请材料名称", "申请材料"} & said)


def _numbered(heading: str) -> Column | None:
    """Return the column of a heading such as 材料1 or 环节2时限."""
    found = NUMBERED.fullmatch(half_width(heading).strip())
    if not found:
        return None
    place = int(found[2]) if found[2].isdigit() else _NUMERALS.get(found[2], 0)
    key = "materials" if found[1] == "材料" else "steps"
    rest = found[3].strip("名称- —_") or "名称"
    known = _known(key)
    names = (plain(found[1] + rest), plain(rest), plain("环节" + rest))
    column = next((known[name] for name in names if name in known and known[name].path[0] != "@"), None)
    if rest == "名称":
        column = next(c for s in PARTS if s.key == key for c in s.columns if c.key == "name.zh")
    return replace(column, path=(key, place - 1, *column.path)) if column and place else None


_OF_A_STAGE = re.compile(
    "((?:网上|在线)?(?:预审|受理|审核|审查|审批|决定|制证|送达)|办结)(?:环节(?:办理)?(?:时限|时间|天数)?|时限)"
)
_STAGES = ("预审", "受理", "审核", "审查", "审批", "决定", "办结", "制证", "送达")
_AFTER_NUMBERED = 100


def stage_of(heading: str) -> str | None:
    """Return the step whose time a column of the guides' sheet holds: 受理环节时限, 网上预审时限; None for others."""
    found = _OF_A_STAGE.fullmatch(_bare(heading))
    return None if not found or _bare(heading) == "办结时限" else found[1]


def _stage(heading: str) -> Column | None:
    step = stage_of(heading)
    if step is None:
        return None
    duration = next(c for s in PARTS if s.key == "steps" for c in s.columns if c.key == "duration.amount")
    place = next(n for n, stage in enumerate(_STAGES) if step.endswith(stage))
    return replace(duration, path=("steps", _AFTER_NUMBERED + place, *duration.path))


def sheet_of(name: str) -> Sheet | None:
    """Return the sheet of parts that a sheet's name means, None where it means none."""
    for sheet in PARTS:
        if name in (sheet.title("zh"), sheet.title("en")):
            return sheet
    for key, pattern in SHEET_NAMES.items():
        if pattern.search(name):
            return next(sheet for sheet in PARTS if sheet.key == key)
    return None


def holds_none(name: str) -> bool:
    """Return whether a sheet's name says that it holds notes or lists."""
    return name not in (GUIDES.title("zh"), GUIDES.title("en")) and bool(NO_DATA.search(name))


def nearest_heading(heading: str, sheet: Sheet) -> dict[str, str]:
    """Return "Did you mean …?" for a heading that is not known."""
    mine = FLAT if sheet is GUIDES else sheet
    known = [of.heading(c, lang) for of in (sheet, mine) for c in of.columns for lang in LANGS]
    return did_you_mean(_bare(heading) or heading, dict.fromkeys(known))


_UNIT_IN_HEADING = (
    ("工作日", "working days"),
    ("自然日", "days"),
    ("日历日", "days"),
    ("小时", "h"),
    ("working day", "working days"),
)


def unit_in(heading: str) -> str | None:
    """Return the unit that a heading names: 承诺时限（工作日）."""
    return next((unit for word, unit in _UNIT_IN_HEADING if word in heading.lower()), None)
