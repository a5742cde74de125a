"""Faults typed into the cells of raw workbooks: import, check and assess find each of them, and none without it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import pytest
import xlsxwriter

from assessment.planting import OF_INDICATORS, OF_RULES, Fault, Raw, Way, faultless, raw
from assessment.workbooks import Workbook, retype, retype_inventory, set_cell
from depthsim import check, new
from depthsim.assessment.outcome import Result
from depthsim.assessment.rules import RULES
from depthsim.errors import Severity
from depthsim.exchange.columns import GUIDES, SHEETS
from depthsim.exchange.whole.exact import EXACT
from depthsim.exchange.whole.reading import read_whole
from depthsim.files.assessment import read_indicators
from depthsim.model.guide import ServiceGuide
from depthsim.verbs.assess import Assessed, assess
from depthsim.verbs.export import export
from depthsim.verbs.import_ import import_

ITEMS = 150


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbook")
    made = new("system", "city", folder=folder, items=ITEMS, seed=1, lang="zh")
    export(made.path, output=folder / "city.xlsx", lang="zh")
    return folder / "city.xlsx"


def found(file: Path, folder: Path) -> set[tuple[str, str]]:
    import_(file, output=folder)
    return {(str(f.path[1]), f.code) for f in check(folder).findings if f.path and f.path[0] == "guides"}


def test_every_rule_finds_its_fault_typed_into_the_raw_workbook(workbook: Path, tmp_path: Path) -> None:
    city, clean = raw(ITEMS), raw(ITEMS)
    book = Workbook(workbook)
    typed: dict[str, str] = {}
    for code, fault in OF_RULES.items():
        if code == "DS814":
            typed[code] = another_guide(book, next(iter(clean.guides)))
            continue
        fault(city)
        key = city.latest
        before, after = (ServiceGuide.model_validate(where.guides[key]) for where in (clean, city))
        assert retype(book, before, after), code
        typed[code] = key
    book.save(tmp_path / "faulty.xlsx")
    there = found(tmp_path / "faulty.xlsx", tmp_path / "faulty")
    assert [(code, key) for code, key in typed.items() if (key, code) not in there] == []


def another_guide(book: Workbook, key: str) -> str:
    """Type the row of a guide once more under a new id: a guide that has no process."""
    sheet = GUIDES.title("zh")
    cells, row = list(book.rows_of(sheet, key)[0]), book.add(sheet)
    for cell in cells:
        row.append(deepcopy(cell))
        row[-1].set("r", str(cell.get("r")).rstrip("0123456789") + str(row.get("r")))
    set_cell(row, 0, "typed_in")
    return "typed_in"


def test_nothing_is_found_in_the_raw_workbook_without_faults(workbook: Path, tmp_path: Path) -> None:
    codes = {code for _, code in found(workbook, tmp_path / "clean")}
    assert codes == set()


# --------------------------------------------------------------------------------------------- indicators


FEW = 40
OF_PROCESSES = ("C3-3", "D1-1", "D1-2", "D1-3", "D1-4", "E2-5")
"""What follows from processes: no cell of a whole workbook holds them, but a bare table of guides tells of them."""
OF_CASES = ("E1-1", "E1-2")
"""What follows from the log of cases, a file of its own."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    made = new("system", "city", folder=folder, items=FEW, seed=1, lang="zh")
    export(made.path, output=folder / "city.xlsx", lang="zh")
    return folder / "city.xlsx"


def test_every_indicator_that_data_decide_has_its_fault_typed_here() -> None:
    rest = [c for c in OF_INDICATORS if c not in (*OF_PROCESSES, *OF_CASES)]
    decided = {i.code for i in read_indicators().scheme.indicators if i.decided != "person"}
    assert {*rest, *IN_BARE_TABLES, *OF_CASES} == decided
    assert set(OF_RULES) == set(RULES)


def assessed(file: Path) -> Assessed:
    return assess(read_whole(file).system)


@pytest.fixture(scope="module")
def before(small: Path) -> Assessed:
    return assessed(small)


def test_nothing_above_information_is_found_by_assessing_the_raw_workbook_without_faults(before: Assessed) -> None:
    assert [f.code for f in before.findings if f.severity is not Severity.INFORMATION] == []


def planted(small: Path, code: str, file: Path) -> None:
    """Write the workbook again with the fault of an indicator typed into it."""
    city, clean, book = raw(FEW), raw(FEW), Workbook(small)
    OF_INDICATORS[code][0](city)
    typed = retype_inventory(book, clean.city, city.city)
    for key in city.changed:
        typed += retype(book, *(ServiceGuide.model_validate(where.guides[key]) for where in (clean, city)))
    assert typed
    book.save(file)


@pytest.mark.parametrize("code", [c for c in OF_INDICATORS if c not in (*OF_PROCESSES, *OF_CASES)])
def test_an_indicator_moves_with_its_fault_typed_into_the_raw_workbook(
    code: str, small: Path, before: Assessed, tmp_path: Path
) -> None:
    planted(small, code, tmp_path / "faulty.xlsx")
    moved(assessed(tmp_path / "faulty.xlsx")[code], before[code], OF_INDICATORS[code][1], OF_INDICATORS[code][2])


def _other_level(level: str, other: str) -> Fault:
    """Return the fault that a guide of one level is entered as of another."""

    def plant(city: Raw) -> None:
        guide = city.guide(depth={"codes": [level]})
        guide["depth"]["codes"] = [other]
        guide["online_handling"] = other != "I"

    return plant


IN_BARE_TABLES: Mapping[str, tuple[Fault, Way, str | None]] = {
    "C3-3": OF_INDICATORS["C3-3"],
    "D1-1": (_other_level("I", "II"), "falls", None),
    "D1-2": (_other_level("II", "III"), "falls", None),
    "D1-3": (_other_level("III", "II"), "falls", None),
    "D1-4": (OF_RULES["DS866"], "falls", "DS301"),
    "E2-5": (OF_RULES["DS866"], "rises", "DS909"),
}


@pytest.fixture(scope="module")
def bare(small: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Assessed]:
    folder, book = tmp_path_factory.mktemp("bare"), Workbook(small)
    for sheet in (EXACT, next(s for s in SHEETS if s.key == "published_on").title("zh")):
        book.without(sheet)
    book.save(folder / "bare.xlsx")
    import_(folder / "bare.xlsx", output=folder / "bare")
    return folder / "bare.xlsx", assess(folder / "bare")


@pytest.mark.parametrize("code", OF_PROCESSES)
def test_an_indicator_of_processes_moves_with_its_fault_typed_into_a_bare_table_of_guides(
    code: str, bare: tuple[Path, Assessed], tmp_path: Path
) -> None:
    fault, way, finding = IN_BARE_TABLES[code]
    city, clean, book = raw(FEW), raw(FEW), Workbook(bare[0])
    fault(city)
    assert retype(book, *(ServiceGuide.model_validate(where.guides[city.latest]) for where in (clean, city)))
    book.save(tmp_path / "faulty.xlsx")
    import_(tmp_path / "faulty.xlsx", output=tmp_path / "faulty")
    moved(assess(tmp_path / "faulty")[code], bare[1][code], way, finding)


@pytest.mark.parametrize("code", OF_CASES)
def test_an_indicator_of_cases_moves_with_its_fault_typed_into_a_raw_log(code: str, tmp_path: Path) -> None:
    city, clean, system = raw(FEW), raw(FEW), faultless()
    book = xlsxwriter.Workbook(str(tmp_path / "log.xlsx"))
    sheet = book.add_worksheet("办件")
    for number, row in enumerate(clean.log):
        sheet.write_row(number, 0, row)
    book.close()
    fault, way, finding = OF_INDICATORS[code]
    fault(city)
    edited = Workbook(tmp_path / "log.xlsx")
    for there, was, cells in zip(edited.all_rows("办件"), clean.log, city.log, strict=True):
        for column in (n for n, cell in enumerate(cells) if cell != was[n]):
            set_cell(there, column, cells[column])
    edited.save(tmp_path / "faulty.xlsx")
    after, before = (assess(system, cases=tmp_path / name) for name in ("faulty.xlsx", "log.xlsx"))
    moved(after[code], before[code], way, finding)


def moved(after: Result, before: Result, way: str, finding: str | None) -> None:
    """Check that a value has moved as a fault moves it, and that the finding is there that was not before."""
    assert after.value is not None
    if before.value is None:
        assert after.value < 1
    else:
        assert after.value < before.value if way == "falls" else after.value > before.value
    if finding is not None:
        assert finding in {code for code, *_ in _keys(after) - _keys(before)}


def _keys(result: Result) -> set[tuple[str, object, str]]:
    return {(f.code, f.path, str(dict(f.values))) for f in result.findings}
