"""The lists that offices circulate: what stands in workbook and document, and what comes back from an edited one."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import polars as pl
import pytest

from assessment.catalogue import SCHEME, city, guides, system
from assessment.test_rectification import faulty
from cli.commandline import run
from depthsim import files
from depthsim.errors import InputError
from depthsim.exchange.lists.returned import day, read_list, untouched
from depthsim.exchange.lists.table import ordinal
from depthsim.texts import LANGS, Lang, text
from depthsim.verbs.assess import Assessed, assess
from depthsim.verbs.lists import RECTIFICATION, headings

Cells = list[list[str | None]]
NAMES = {
    lang: {kind: text(f"lists.file.{kind}", lang) for kind in ("decomposition", "rectification")} for lang in LANGS
}


def cells(path: Path, sheet: str | None = None) -> Cells:
    """Return the cells of a workbook's first sheet, as texts."""
    found = pl.read_excel(path, sheet_name=sheet, has_header=False, infer_schema_length=0, drop_empty_rows=False)
    return [list(row) for row in found.iter_rows()]


def list_of(folder: Path, lang: Lang = "zh") -> Path:
    return folder / f"{NAMES[lang]['rectification']}.xlsx"


def edited(path: Path, change: Callable[[list[str | None], Cells], Cells]) -> None:
    """Save a list anew as an office's spreadsheet does: the same cells after a change, other formats, other times."""
    import xlsxwriter

    lines = cells(path)
    at = next(n for n, line in enumerate(lines) if line[0] in ("序号", "No."))
    table = [*lines[:at], *change(lines[at], lines[at + 1 :])]
    marks = cells(path, "depthsim")
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (("Sheet1", table), ("depthsim", marks)):
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                for m, cell in enumerate(row):
                    if cell is not None:
                        sheet.write_string(n, m, cell)


def filled(head: list[str | None], rows: Cells) -> Cells:
    """Fill in every row: owner, deadline as people write it, status, note; and sort the other way round."""
    place = {name: n for n, name in enumerate(head)}
    for n, row in enumerate(rows):
        if row[place["标识（请勿改动）"]]:
            row[place["责任人"]] = f"责任人{n}"
            row[place["整改期限"]] = "2018年12月5日"
            row[place["整改状态"]] = "整改中" if n % 2 else "待上会研究"
            row[place["备注"]] = f"=备注{n}"
    return [head, *reversed(rows)]


@pytest.fixture(scope="module")
def found() -> Assessed:
    return assess(faulty())


@pytest.fixture
def folder(found: Assessed, tmp_path: Path) -> Path:
    """Return a folder with lists in Chinese."""
    found.save(tmp_path / "out", lang="zh", when=date(2018, 12, 3))
    return tmp_path / "out"


def rows_of(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "rectification.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_the_decomposition_has_the_schemes_columns_in_its_order(found: Assessed, tmp_path: Path, lang: Lang) -> None:
    found.save(tmp_path, lang=lang)
    lines = cells(tmp_path / f"{NAMES[lang]['decomposition']}.xlsx")
    wanted = {
        "zh": ["一级指标", "二级指标", "三级指标", "评估要点", "牵头单位", "责任部门"],
        "en": ["First level", "Second level", "Third level", "What is assessed", "Lead", "Responsible"],
    }
    assert lines[2][:6] == wanted[lang]
    rows = lines[3 : 3 + 69]
    assert [str(row[2]).split("\n")[1] for row in rows] == [i.code for i in SCHEME.indicators]
    assert [row[4] for row in rows] == [getattr(SCHEME.units[i.lead], lang) for i in SCHEME.indicators]
    if lang == "zh":
        assert lines[0][0] == "福州市2018年网上政务服务能力第三方评估任务分解表"
    document = docx.Document(str(tmp_path / f"{NAMES[lang]['decomposition']}.docx"))
    (table,) = document.tables
    assert len(table.rows) == 70
    assert [c.text for c in table.rows[0].cells[:6]] == wanted[lang]
    section = document.sections[0]
    assert section.page_width > section.page_height
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert "PAGE" in section.footer._element.xml


def test_the_list_has_a_row_for_each_finding_and_its_words(found: Assessed, folder: Path) -> None:
    lines = cells(list_of(folder))
    assert lines[0][0] == "福州市2018年网上政务服务能力第三方评估整改清单"
    assert "2018年12月3日" in "".join(str(c) for c in lines[1])
    head = lines[2]
    rows = [dict(zip(head, line, strict=True)) for line in lines[3 : 3 + len(found.rectification.tasks)]]
    assert [r["标识（请勿改动）"] for r in rows] == [t.key for t in found.rectification.tasks]
    quota = next(r for r in rows if str(r["指标"]).startswith("C1-3"))
    assert (quota["责任单位"], quota["事项"], quota["依据"], quota["整改状态"]) == (
        "审批机构", "许可事项1", "数量限制：未写明", "待整改"
    )  # fmt: skip
    effect = next(r["可选改革及预计成效"] for r in rows if r["可选改革及预计成效"])
    assert re.search(r"办理深度：.*→.*\n必到现场：.*→.*\n申请人每件用时：\d+ → \d+ 分钟", str(effect))


def test_the_document_has_a_table_for_each_department(found: Assessed, folder: Path) -> None:
    document = docx.Document(str(list_of(folder).with_suffix(".docx")))
    titles = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert titles == ["一、审批机构（9 条）", "二、市级统筹（11 条）"]
    assert [len(t.rows) - 1 for t in document.tables] == [9, 11]
    assert len(found.rectification.tasks) == 20


def test_no_cell_is_a_formula_and_status_is_chosen(folder: Path) -> None:
    for path in folder.glob("*.xlsx"):
        with zipfile.ZipFile(path) as packed:
            sheets = [packed.read(n).decode() for n in packed.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(re.search(r"<f[ >]", sheet) for sheet in sheets)
        assert 'orientation="landscape"' in sheets[0]
    with zipfile.ZipFile(list_of(folder)) as packed:
        assert "待整改,整改中,已完成,不予整改" in packed.read("xl/worksheets/sheet1.xml").decode()
        assert "_xlnm.Print_Titles" in packed.read("xl/workbook.xml").decode()


def test_the_same_lists_are_the_same_bytes(found: Assessed, folder: Path, tmp_path: Path) -> None:
    found.save(tmp_path / "again", lang="zh", when=date(2018, 12, 3))
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name
    assert all(untouched(p) for p in folder.glob("*.*x"))


def test_what_an_office_entered_survives(found: Assessed, folder: Path) -> None:
    edited(list_of(folder), filled)
    assert not untouched(list_of(folder))
    before = list_of(folder).read_bytes()
    found.save(folder, lang="zh")
    rows = rows_of(folder)
    assert len(rows) == 20
    assert {r["deadline"] for r in rows} == {"2018-12-05"}
    assert {r["status"] for r in rows} == {"in_progress", "待上会研究"}
    assert {r["change"] for r in rows} == {"remaining"}
    assert {r["owner"] for r in rows} == {f"责任人{n}" for n in range(20)}
    assert all(r["note"] == r["owner"].replace("责任人", "=备注") for r in rows)
    (kept,) = (folder / "旧稿").iterdir()
    assert kept.read_bytes() == before
    shown = cells(list_of(folder))
    again = read_list(list_of(folder), RECTIFICATION, headings())
    assert [r["owner"] for r in again.rows if "key" in r] == [r["owner"] for r in rows]
    assert "整改中" in [line[14] for line in shown]
    found.save(folder, lang="zh")
    assert rows_of(folder) == rows
    assert len(list((folder / "旧稿").iterdir())) == 1


def document_of(folder: Path) -> Path:
    return list_of(folder).with_suffix(".docx")


def saved(path: Path, change: Callable[[Any], None]) -> None:
    """Save a document after a change, as an office program does: with the time."""
    document = docx.Document(str(path))
    change(document)
    document.core_properties.modified = datetime(2019, 1, 2, 3, 4, 5)  # noqa: DTZ001 - as the library takes it
    document.save(str(path))


def place_of(table: Any, heading: str) -> int:
    return [c.text for c in table.rows[0].cells].index(heading)


def entered_in(folder: Path, row: int, **values: str) -> str:
    """Fill in cells of a row of the document's first table; return the row's hidden key."""
    names = {"owner": "责任人", "deadline": "整改期限", "status": "整改状态", "note": "备注"}
    keys: list[str] = []

    def change(document: Any) -> None:
        table = document.tables[0]
        keys.append(table.rows[row].cells[0].paragraphs[0].runs[-1].text)
        for name, value in values.items():
            table.rows[row].cells[place_of(table, names[name])].text = value

    saved(document_of(folder), change)
    return keys[0]


def test_what_an_office_entered_in_the_document_survives(found: Assessed, folder: Path) -> None:
    key = entered_in(folder, 3, owner="王科长", deadline="2018.12.9", status="已完成", note="已改\n见附件")
    before = document_of(folder).read_bytes()
    for _ in range(2):
        found.save(folder, lang="zh")
        (row,) = [r for r in rows_of(folder) if r["key"] == key]
        assert (row["owner"], row["deadline"], row["status"]) == ("王科长", "2018-12-09", "done")
        assert (row["note"], row["change"]) == ("已改\n见附件", "remaining")
    assert sum(r["owner"] is not None for r in rows_of(folder)) == 1
    (kept,) = (folder / "旧稿").iterdir()
    assert kept.read_bytes() == before
    assert untouched(document_of(folder))


def test_a_document_alone_is_read_and_other_words_cleared_there_are_cleared(found: Assessed, folder: Path) -> None:
    edited(list_of(folder), filled)
    found.save(folder, lang="zh")
    entered_in(folder, 1, owner="", note="改由科室办理")
    found.save(folder, lang="zh")
    rows = rows_of(folder)
    assert [r["owner"] for r in rows].count(None) == 1
    list_of(folder).unlink()
    entered_in(folder, 2, owner="李四")
    found.save(folder, lang="zh")
    assert [r["owner"] for r in rows_of(folder)].count("李四") == 1
    assert len(rows_of(folder)) == len(rows)


def test_where_both_were_edited_nothing_is_lost(found: Assessed, folder: Path) -> None:
    edited(list_of(folder), filled)
    key = entered_in(folder, 1, owner="王科长", status="已完成", note="文档备注")
    found.save(folder, lang="zh")
    (row,) = [r for r in rows_of(folder) if r["key"] == key]
    assert row["owner"].startswith("责任人")
    assert row["note"].startswith("=备注")
    assert "文档中另填责任人：王科长" in row["note"]
    assert "文档中另填整改状态：已完成" in row["note"]
    assert row["note"].endswith("文档备注")
    assert len(list((folder / "旧稿").iterdir())) == 2


def test_rows_that_people_added_to_the_document_stay_once(found: Assessed, folder: Path) -> None:
    def change(document: Any) -> None:
        table = document.tables[1]
        cells = table.add_row().cells
        cells[place_of(table, "存在问题")].text = "窗口人员反映指南字号太小"
        cells[place_of(table, "责任人")].text = "李科"

    saved(document_of(folder), change)
    for _ in range(2):
        found.save(folder, lang="zh")
        (own,) = [r for r in rows_of(folder) if r["key"] is None]
        assert (own["message"], own["owner"], own["change"]) == ("窗口人员反映指南字号太小", "李科", "added")
        assert own["department"] == "市级统筹"
        assert len(rows_of(folder)) == 21
        saved(document_of(folder), lambda document: None)


def test_rows_that_moved_in_the_document_keep_what_is_theirs(found: Assessed, folder: Path) -> None:
    def turned(document: Any) -> None:
        body = document.tables[0]._tbl
        for row in list(document.tables[0].rows)[1:]:
            body.insert(body.index(document.tables[0].rows[0]._tr) + 1, row._tr)

    key = entered_in(folder, 3, owner="王科长")
    saved(document_of(folder), turned)
    found.save(folder, lang="zh")
    assert [r["owner"] for r in rows_of(folder) if r["key"] == key] == ["王科长"]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.write_bytes(b"PK\x03\x04 torn"), "DS990"),
        (lambda path: shutil.copy(path.with_name("任务分解表.docx"), path), "DS991"),
        (lambda path: saved(path, lambda d: d.element.body.remove(d.paragraphs[-1]._p)), "DS991"),
    ],
)
def test_a_document_that_is_no_list_of_ours_is_never_overwritten(
    found: Assessed, folder: Path, spoil: Callable[[Path], Any], code: str
) -> None:
    spoil(document_of(folder))
    before = {p: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(InputError) as caught:
        found.save(folder, lang="zh")
    assert code in [f.code for f in caught.value.findings]
    assert {p: p.read_bytes() for p in folder.iterdir()} == before


def test_vanished_findings_stay_and_new_ones_are_new(folder: Path) -> None:
    edited(list_of(folder), filled)
    every = guides()
    del every[1]["quota"]
    assess(system(every, city())).save(folder, lang="zh")
    rows = rows_of(folder)
    quota = {r["item"]: r for r in rows if r["indicator"] == "C1-3"}
    assert quota["level_ii"]["change"] == "new"
    assert quota["level_ii"]["owner"] is None
    gone = quota["level_i"]
    assert (gone["change"], gone["deadline"], gone["department"]) == ("cleared", "2018-12-05", "审批机构")
    assert gone["owner"].startswith("责任人")
    assert "数量限制" in gone["message"]
    assess(faulty()).save(folder, lang="en")
    (back,) = [r for r in rows_of(folder) if r["indicator"] == "C1-3" and r["item"] == "level_i"]
    assert (back["change"], back["owner"]) == ("again", gone["owner"])
    assert list_of(folder, "en").exists()


def test_rows_and_columns_that_people_added_stay(found: Assessed, folder: Path) -> None:
    def add(head: list[str | None], rows: Cells) -> Cells:
        own: list[str | None] = [None] * len(head)
        own[head.index("存在问题")] = "窗口人员反映指南字号太小"
        own[head.index("责任人")] = "李科"
        table = [[*head, "分管领导"], [*own, "王局"], *([*row, None] for row in rows)]
        table[3][-1] = "陈局"
        return table

    edited(list_of(folder), add)
    for _ in range(2):
        found.save(folder, lang="zh")
        rows = rows_of(folder)
        (own,) = [r for r in rows if r["key"] is None]
        assert (own["message"], own["owner"], own["change"]) == ("窗口人员反映指南字号太小", "李科", "added")
        assert own["more"] == {"分管领导": "王局"}
        assert [r["more"] for r in rows if r["more"]] == [{"分管领导": "陈局"}, {"分管领导": "王局"}]
        assert len(rows) == 21


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.write_bytes(b"PK\x03\x04 torn"), "DS990"),
        (lambda path: path.write_text("序号,责任人\n", encoding="utf-8"), "DS990"),
        (lambda path: edited(path, lambda head, rows: [[c for c in head if c and "标识" not in c], *rows]), "DS991"),
        (lambda path: shutil.copy(path.with_name("任务分解表.xlsx"), path), "DS991"),
    ],
)
def test_a_file_that_is_no_list_of_ours_is_never_overwritten(
    found: Assessed, folder: Path, spoil: Callable[[Path], Any], code: str
) -> None:
    spoil(list_of(folder))
    before = {p: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(InputError) as caught:
        found.save(folder, lang="zh")
    assert code in [f.code for f in caught.value.findings]
    assert {p: p.read_bytes() for p in folder.iterdir()} == before


def test_another_systems_list_is_not_merged(folder: Path) -> None:
    other = faulty().model_copy(update={"id": "elsewhere"})
    with pytest.raises(InputError) as caught:
        assess(other).save(folder, lang="zh")
    assert [f.code for f in caught.value.findings] == ["DS992"]


def test_a_department_has_its_own_list(folder: Path) -> None:
    assess(faulty(), department="agency").save(folder, lang="zh")
    path = folder / "整改清单_审批机构.xlsx"
    assert "责任单位：审批机构" in str(cells(path)[1][0])
    assert all(r["department"] == "agency" for r in rows_of(folder))
    assert cells(list_of(folder))[3][1] == "审批机构"


def test_the_command_writes_lists_with_a_date(tmp_path: Path) -> None:
    files.write_system(faulty(), tmp_path / "city")
    done = run("assess", tmp_path / "city", "-o", tmp_path / "out", "--date", "2018-12-03", lang="zh")
    assert done.exit_code == 0, done.output
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "assessment.json", "rectification.json", "任务分解表.xlsx", "任务分解表.docx", "整改清单.xlsx", "整改清单.docx"
    }  # fmt: skip
    assert "2018年12月3日" in "".join(map(str, cells(tmp_path / "out" / "整改清单.xlsx")[1]))
    wrong = run("assess", tmp_path / "city", "--date", "tomorrow", lang="en")
    assert wrong.exit_code == 2
    assert "2018-12-31" in wrong.output


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("2018年12月5日", "2018-12-05"), ("2018.1.5", "2018-01-05"), ("2018/12/31", "2018-12-31"), ("年底前", "年底前")],
)
def test_dates_are_read_as_people_write_them(given: str, wanted: str) -> None:
    assert day(given) == wanted


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 10, 11, 20, 35, 99, 100)] == ["一", "十", "十一", "二十", "三十五", "九十九", "100"]
