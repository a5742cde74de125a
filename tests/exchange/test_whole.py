"""A whole system as one workbook: back without loss, edited cells taken over, never a formula."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from immutabledict import immutabledict

from assessment.catalogue import city, guides, system
from cli.commandline import run, run_json
from depthsim import files
from depthsim.errors import InputError, UsageError
from depthsim.exchange.cells import Cell, headings
from depthsim.exchange.columns import SHEETS
from depthsim.exchange.whole.exact import MODELS, data_of_value, joined, pieces, values_of
from depthsim.exchange.whole.inventory import COLLECTIONS, columns_of, data_of, rows_of
from depthsim.exchange.whole.reading import is_whole, read_whole
from depthsim.exchange.whole.rows import RowSheet
from depthsim.exchange.whole.writing import inventory_data, write_whole
from depthsim.files.published import with_published
from depthsim.model.city import City
from depthsim.model.guide import ServiceGuide
from depthsim.model.system import ServiceSystem
from depthsim.texts import LANGS, Lang
from depthsim.verbs.export import export
from published import cities, evidence
from published import guides as any_guides
from strategies import SYSTEM, systems

Sheets = dict[str, list[list[str | None]]]
AWKWARD = [
    "=1+1",
    "+86 591",
    "-",
    "@x",
    "'=kept",
    "''",
    "_x000D_",
    "两\u2028行",
    "\ufffe",
    "x" * 20_000,
    "a\x0bb",
    "|",
    "😀" * 17_000,
]


@pytest.fixture(scope="module")
def example() -> ServiceSystem:
    return system(guides(), city())


def cells(path: Path) -> Sheets:
    """Return every cell of a workbook as text."""
    found = pl.read_excel(path, sheet_id=0, has_header=False, infer_schema_length=0, drop_empty_rows=False,
                          raise_if_empty=False)  # fmt: skip
    return {name: [list(row) for row in frame.iter_rows()] for name, frame in found.items()}


def saved(path: Path, change: Callable[[Sheets], None]) -> Path:
    """Save a workbook anew as another program would, after a change of its cells."""
    sheets = cells(path)
    change(sheets)
    target = path.with_name("edited.xlsx")
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                for m, cell in enumerate(row):
                    if cell is not None:
                        sheet.write_string(n, m, cell)
    return target


def written(value: ServiceSystem, folder: Path, lang: Lang = "zh") -> Path:
    path = folder / "system.xlsx"
    write_whole(value, path, lang)
    return path


def with_guide(value: ServiceSystem, **fields: Any) -> ServiceSystem:
    guide = ServiceGuide.model_validate({"id": "odd", "name": "奇怪", "process": "none", **fields})
    return value.model_copy(update={"guides": immutabledict({"odd": guide})})


@pytest.mark.parametrize("lang", LANGS)
def test_the_bundled_city_comes_back_equal(tmp_path: Path, lang: Lang) -> None:
    there = with_published(files.load_system("fuzhou")).system
    back = read_whole(written(there, tmp_path, lang))
    assert back.findings == ()
    assert back.system == there
    assert dict(back.system.guides) == dict(there.guides)
    assert (back.system.city, dict(back.system.evidence)) == (there.city, dict(there.evidence))


def round_trip(path: Path, value: ServiceSystem, lang: Lang) -> None:
    write_whole(value, path, lang)
    back = read_whole(path)
    assert back.findings == ()
    assert back.system == value
    assert list(back.system.guides.items()) == list(value.guides.items())
    assert back.system.city == value.city
    assert dict(back.system.evidence) == dict(value.evidence)


whole_systems = st.builds(
    lambda base, some, there, found: base.model_copy(
        update={
            "guides": immutabledict({g.id: g for g in some}),
            "city": there,
            "evidence": immutabledict({"found": found} if found else {}),
        }
    ),
    systems() | st.just(SYSTEM),
    st.lists(any_guides(), max_size=3),
    st.none() | cities(),
    st.none() | evidence(),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=whole_systems, lang=st.sampled_from(LANGS))
def test_any_system_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, value: ServiceSystem, lang: Lang
) -> None:
    round_trip(tmp_path_factory.getbasetemp() / "any.xlsx", value, lang)


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=whole_systems, lang=st.sampled_from(LANGS))
def test_many_systems_come_back_equal(
    tmp_path_factory: pytest.TempPathFactory, value: ServiceSystem, lang: Lang
) -> None:
    round_trip(tmp_path_factory.getbasetemp() / "many.xlsx", value, lang)


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_come_back_and_are_no_formulas(tmp_path: Path, text: str) -> None:
    text = text[:20_000]
    value = with_guide(SYSTEM, quota=text, conditions=[text, "b"], raw={"字段": text})
    path = written(value, tmp_path)
    assert dict(read_whole(path).system.guides) == dict(value.guides)
    with zipfile.ZipFile(path) as packed:
        sheets = [packed.read(n).decode("utf-8") for n in packed.namelist() if n.startswith("xl/worksheets/")]
    assert not any(re.search(r"<f[ >]", sheet) for sheet in sheets)
    if text[0] in "=+-@":
        row = cells(path)["办事指南"][1]
        assert f"'{text}" in row
        assert text not in row


def test_what_a_formula_would_do_is_shown_as_text_in_every_sheet(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x","y")'
    there = city()
    there["departments"]["agency"]["name"] = evil
    there["accounts"][0]["network"] = "@SUM(1)"
    found = with_guide(system(guides(), there), name=evil, steps=[{"name": evil, "criteria": "-2+3"}])
    sheets = cells(written(found, tmp_path))
    for name, rows in sheets.items():
        assert not [c for row in rows for c in row if c and c[0] in "=+-@"], name
    assert read_whole(tmp_path / "system.xlsx").system.city == found.city


def test_the_same_system_is_the_same_bytes(example: ServiceSystem, tmp_path: Path) -> None:
    first = written(example, tmp_path).read_bytes()
    assert written(example, tmp_path).read_bytes() == first


@pytest.mark.parametrize("lang", LANGS)
def test_headings_and_sheets_are_told_apart(lang: Lang) -> None:
    for sheet in SHEETS:
        assert len(set(headings(sheet, lang))) == len(headings(sheet, lang)), sheet.key
    for collection in COLLECTIONS:
        assert len(set(collection.headings(lang))) == len(collection.headings(lang)), collection.key
    titles = [*(s.title(lang) for s in SHEETS), *(c.title(lang) for c in COLLECTIONS)]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 31


def test_an_edited_cell_is_taken_over_and_all_else_stays(example: ServiceSystem, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        head, *rows = sheets["办事指南"]
        rows[1][head.index("数量限制")] = "每年 20 件"
        materials = sheets["申请材料"]
        place = next(n for n, row in enumerate(materials) if row[0] == "level_iii")
        materials[place][materials[0].index("材料名称")] = "营业执照"
        sheets["办事指南"] = [head, *reversed(rows)]

    edited = read_whole(saved(written(example, tmp_path), change))
    before, now = example.guides, edited.system.guides
    assert now["level_ii"] == before["level_ii"].model_copy(update={"quota": "每年 20 件"})
    assert now["level_i"] == before["level_i"]
    third = now["level_iii"]
    assert third.materials is not None
    assert before["level_iii"].materials is not None
    assert third.materials[0].name.zh == "营业执照"
    assert third.materials[1:] == before["level_iii"].materials[1:]
    assert third.model_copy(update={"materials": None}) == before["level_iii"].model_copy(update={"materials": None})
    assert list(now) == list(reversed(list(before)))
    assert edited.system.city == example.city
    (said,) = edited.findings
    assert (said.code, said.values["edited"], said.values["gone"]) == ("DS994", 2, 0)


def test_guides_can_be_added_and_removed(example: ServiceSystem, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        rows = sheets["办事指南"]
        del rows[4]
        new: list[str | None] = [None] * len(rows[0])
        new[0], new[1], new[rows[0].index("数量限制")] = "added", "新增事项", "无"
        rows.append(new)

    edited = read_whole(saved(written(example, tmp_path), change))
    assert list(edited.system.guides) == ["level_i", "level_ii", "level_iii", "added"]
    assert (edited.system.guides["added"].name.zh, edited.system.guides["added"].quota) == ("新增事项", "无")
    assert edited.findings[0].values["ids"] == ["added", "level_iv"]


def test_an_edited_inventory_is_taken_from_its_sheets(example: ServiceSystem, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        counties = sheets["区县"]
        counties[1][counties[0].index("是否进驻省级平台")] = "否"
        sheets["网站首页链接"].append(["portal", "platform", "text", "是", None, "2018-11-20"])
        cases = sheets["办件统计"]
        cases[1][cases[0].index("平均办结工作日")] = "2.5"

    edited = read_whole(saved(written(example, tmp_path), change))
    there, before = edited.system.city, example.city
    assert there is not None
    assert before is not None
    first = next(iter(before.counties))
    assert there.counties[first].on_platform is False
    links = there.portals["portal"].links
    assert links is not None
    assert (links[-1].to, links[-1].form, str(links[-1].checked)) == ("platform", "text", "2018-11-20")
    assert there.cases is not None
    assert there.cases[0].mean_working_days == 2.5
    unchanged = {"departments", "apps", "accounts", "lists", "e_licences", "name", "area_code"}
    assert all(getattr(there, name) == getattr(before, name) for name in unchanged)
    assert edited.system.guides == example.guides
    assert [f.code for f in edited.findings] == ["DS995"]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(there=cities())
def test_sheets_alone_give_the_inventory(there: City) -> None:
    data = json.loads(json.dumps(inventory_data(SYSTEM.model_copy(update={"city": there}))))
    sheets: dict[str, list[dict[str, str]]] = {}
    for one in COLLECTIONS:
        names = [*(["first"] if one.first else []), *(name for name, _ in columns_of(one))]
        rows = rows_of(one, data, "zh")
        sheets[one.key] = [{n: str(c) for n, c in zip(names, row, strict=True) if c is not None} for row in rows]
    back = data_of(sheets, data)
    back.pop("evidence")
    assert City.model_validate(back) == there


def test_a_cell_that_makes_no_sense_is_an_error(example: ServiceSystem, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        portals = sheets["网站"]
        portals[1][portals[0].index("种类")] = "论坛"

    with pytest.raises(InputError) as caught:
        read_whole(saved(written(example, tmp_path), change))
    (finding,) = caught.value.findings
    assert finding.code == "DS996"
    assert "网站" in str(finding.values["sheets"])


def exactly(system: ServiceSystem) -> list[tuple[str, str, str]]:
    """Return the rows of the hidden sheet."""
    return [(kind, key, piece) for kind, key, value in values_of(system) for piece in pieces(data_of_value(value))]


@pytest.mark.parametrize("spoil", [lambda rows: rows.pop(2), lambda rows: rows[1].__setitem__(2, "{")])
def test_a_damaged_hidden_sheet_is_an_error(example: ServiceSystem, tmp_path: Path, spoil: Callable[..., Any]) -> None:
    def change(sheets: Sheets) -> None:
        rows = sheets["depthsim"]
        long = [list(row) for row in exactly(with_guide(example, conditions=["长" * 19_000, "长" * 19_000]))]
        rows[1:] = long
        spoil(rows)
        if rows[1][2] != "{":
            rows[:] = [row for row in rows if row[0] != "system"]

    with pytest.raises(InputError) as caught:
        read_whole(saved(written(example, tmp_path), change))
    assert [f.code for f in caught.value.findings] == ["DS993"]


def test_long_values_take_several_cells() -> None:
    value = with_guide(SYSTEM, conditions=["长" * 19_000, "_x000D_" * 2_000])
    rows = exactly(value)
    assert len([row for row in rows if row[0] == "guide"]) > 1
    assert max(len(row[2]) for row in rows) < 32_767
    assert not any("_x" in row[2] for row in rows)
    again = MODELS["guide"].model_validate(joined(rows)["guide"]["odd"])
    assert again == value.guides["odd"]


def test_a_sheet_of_rows_is_the_one_that_xlsxwriter_writes(tmp_path: Path) -> None:
    odd: list[Cell] = ["a&b<c>", " 前后 ", "_x0041_", "_x", "第一行\n第二行", "𠮷", "=1+1", None, 3, 2.5, -1e-7]
    parts = []
    for kind in (RowSheet, xlsxwriter.worksheet.Worksheet):
        with xlsxwriter.Workbook(tmp_path / "t.xlsx", {"constant_memory": True, "strings_to_formulas": False}) as book:
            page = book.add_worksheet("表", worksheet_class=kind)
            page.write_string(0, 0, "headed")
            style = book.add_format({"bold": True})
            for row in (1, 3):
                if isinstance(page, RowSheet):
                    page.add_row(row, odd, style)
                else:
                    for column, cell in enumerate(odd):
                        page.write(row, column, cell, style) if cell is not None else None
        with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
            parts.append(archive.read("xl/worksheets/sheet1.xml").decode())
    assert parts[0].replace("-1e-07", "-1E-07") == parts[1]


def test_other_workbooks_are_none_of_ours(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "other.xlsx") as book:
        book.add_worksheet("depthsim").write_string(0, 0, "something else")
    assert not is_whole(tmp_path / "other.xlsx")


# ------------------------------------------------------------------------------------------- the commands


def test_export_and_import_as_commands(tmp_path: Path) -> None:
    there = system(guides(), city())
    files.write_system(there, tmp_path / "city")
    book = tmp_path / "city.xlsx"
    assert run_json("export", tmp_path / "city", "-o", book) == {
        "file": str(book), "format": "xlsx", "system": there.id, "items": 4, "guides": 4, "evidence": 0,
        "inventory": True, "findings": [],
    }  # fmt: skip
    done = run("import", book, "-o", tmp_path / "back", lang="zh")
    assert done.exit_code == 0, done.output
    back = with_published(files.load_system(tmp_path / "back")).system
    before = with_published(files.load_system(tmp_path / "city")).system
    assert (back, back.city, dict(back.guides)) == (before, before.city, dict(before.guides))
    names = sorted(p.relative_to(tmp_path / "city") for p in (tmp_path / "city").rglob("*.yaml"))
    assert [(tmp_path / "back" / n).read_text(encoding="utf-8") for n in names] == [
        (tmp_path / "city" / n).read_text(encoding="utf-8") for n in names
    ]


def test_only_what_was_edited_is_written_into_a_system_that_is_there(tmp_path: Path) -> None:
    there = system(guides(), city())
    files.write_system(there, tmp_path / "city")

    def change(sheets: Sheets) -> None:
        head, *rows = sheets["办事指南"]
        rows[0][head.index("数量限制")] = "每年 5 件"

    book = saved(written(with_published(files.load_system(tmp_path / "city")).system, tmp_path), change)
    before = {p: p.read_bytes() for p in (tmp_path / "city").rglob("*.yaml")}
    refused = run("import", book, "-o", tmp_path / "city", lang="en")
    assert refused.exit_code == 1
    assert "DS981" in refused.output
    assert {p: p.read_bytes() for p in before} == before
    done = run_json("import", book, "-o", tmp_path / "city", "--overwrite")
    assert [Path(name).name for name in done["files"]] == ["level_i.yaml"]
    changed = {p.name for p, content in before.items() if p.read_bytes() != content}
    assert changed == {"level_i.yaml"}


def test_an_edited_export_is_not_overwritten(example: ServiceSystem, tmp_path: Path) -> None:
    first = export(example, output=tmp_path / "system.xlsx").file
    assert first is not None
    assert export(example, output=first).file == first
    saved(first, lambda _sheets: None).replace(first)
    kept = first.read_bytes()
    with pytest.raises(InputError) as caught:
        export(example, output=first)
    assert [f.code for f in caught.value.findings] == ["DS997"]
    assert first.read_bytes() == kept
    with pytest.raises(UsageError):
        export(example, format="bpmn")


@pytest.mark.parametrize("lang", LANGS)
def test_files_that_a_workbook_does_not_hold_are_named_when_it_is_written_and_read(
    example: ServiceSystem, tmp_path: Path, lang: Lang
) -> None:
    assert example.city is not None
    logged = example.model_copy(update={"city": example.city.model_copy(update={"case_log": "cases.csv"})})
    folder = files.write_system(logged, tmp_path / "city")
    assert export(folder, output=tmp_path / "without.xlsx").findings == ()  # the log was not there before either
    (folder / "cases.csv").write_text("x\n", encoding="utf-8")
    (folder / "imports").mkdir()
    (folder / "imports" / "default.yaml").write_text("schema: depthsim/import/1\n", encoding="utf-8")
    done = run("export", folder, "-o", tmp_path / "city.xlsx", lang=lang)
    assert "DS791" in done.stdout
    assert "cases.csv" in done.stdout
    assert "imports/default.yaml" in done.stdout
    document = run("export", folder, "--format", "json", lang=lang)
    assert json.loads(document.stdout)["city"]["case_log"] == "cases.csv"
    assert "DS791" in document.stderr
    back = run("import", tmp_path / "city.xlsx", "-o", tmp_path / "back", lang=lang)
    assert "DS900" in back.stdout
    (tmp_path / "back" / "cases.csv").write_text("x\n", encoding="utf-8")
    assert "DS900" not in run("import", tmp_path / "city.xlsx", "-o", tmp_path / "back", lang=lang).stdout


def test_json_holds_everything(example: ServiceSystem, tmp_path: Path) -> None:
    files.write_system(example, tmp_path / "city")
    printed = json.loads(run("export", tmp_path / "city", "--format", "json").stdout)
    assert set(printed) == {"schema", "system", "items", "guides", "city", "evidence"}
    assert ServiceGuide.model_validate(printed["guides"]["level_i"]) == example.guides["level_i"]
    assert City.model_validate(printed["city"]) == example.city
    run("export", tmp_path / "city", "--format", "json", "-o", tmp_path / "city.json")
    assert json.loads((tmp_path / "city.json").read_text(encoding="utf-8")) == printed
