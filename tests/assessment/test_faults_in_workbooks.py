"""Faults typed into the cells of a raw workbook: import and check find each of them, and none in the one without."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessment.planting import OF_RULES, raw
from assessment.workbooks import Workbook, retype
from depthsim import check, new
from depthsim.model.guide import ServiceGuide
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
        if code in ELSEWHERE:
            continue
        fault(city)
        key = city.latest
        before, after = (ServiceGuide.model_validate(where.guides[key]) for where in (clean, city))
        assert retype(book, before, after), code
        typed[code] = key
    book.save(tmp_path / "faulty.xlsx")
    there = found(tmp_path / "faulty.xlsx", tmp_path / "faulty")
    assert [(code, key) for code, key in typed.items() if (key, code) not in there] == []


def test_nothing_is_found_in_the_raw_workbook_without_faults(workbook: Path, tmp_path: Path) -> None:
    codes = {code for _, code in found(workbook, tmp_path / "clean")}
    assert codes == set()


ELSEWHERE = {"DS814"}
"""What no cell of a workbook says: that there is no process file."""
