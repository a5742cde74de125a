"""Guide tables and national records come in as they are meant, nothing is lost, and what is wrong is said."""

# ruff: noqa: E501 - tables as offices make them
from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cli.commandline import run, run_json
from depthsim.errors import Finding, InputError, Severity, UsageError
from depthsim.exchange import formats
from depthsim.exchange.columns import FLAT, SHEETS
from depthsim.exchange.imported import Options
from depthsim.exchange.inference import facts_of, shape_for
from depthsim.exchange.shapes import candidates, derived
from depthsim.exchange.staff import is_name, without_names
from depthsim.model.guide import ServiceGuide
from depthsim.model.level import Level
from depthsim.texts import LANGS
from depthsim.verbs.check import check
from depthsim.verbs.import_ import ImportDone, import_
from depthsim.verbs.new import new

from .sheets import HEADINGS, ROW, row, table, write

RECORD = Path(__file__).parents[3] / "shared" / "data" / "national_records" / "energy_review.json"


def only(done: ImportDone) -> ServiceGuide:
    (guide,) = done.guides.values()
    return guide


def codes(findings: tuple[Finding, ...], least: Severity = Severity.WARNING) -> list[str]:
    wanted = {Severity.ERROR, Severity.WARNING} if least is Severity.WARNING else set(Severity)
    return sorted(f.code for f in findings if f.severity in wanted)


def refused(path: Path, **options: Any) -> Finding:
    with pytest.raises(InputError) as problem:
        import_(path, **options)
    return problem.value.findings[-1]


# ------------------------------------------------------------------------------------------- reading


def test_a_table_of_an_office(tmp_path: Path) -> None:
    guide = only(import_(table(tmp_path / "t.xlsx", ROW, above=3)))
    assert guide.name.zh == "占道许可"
    assert (guide.type, guide.handling, guide.forms) == ("licence", "committed", ("window", "computer"))
    assert guide.audience == ("natural_person", "enterprise")
    assert str(guide.statutory.model_dump()) == "20 working days"  # type: ignore[union-attr]
    assert guide.declared.level is Level.III
    assert guide.declared.visits == 1
    assert guide.basis is not None
    assert (guide.basis[0].title, guide.basis[0].clause) == ("《中华人民共和国行政许可法》", "第十二条")
    assert [m.name.zh for m in guide.materials or ()] == ["申请表", "平面图"]
    assert guide.charged is False
    assert guide.source is not None
    assert "第 5 行" in only(import_(tmp_path / "t.xlsx", lang="zh")).source.title  # type: ignore[union-attr]


def test_full_width_digits_serials_dates_and_blank_rows(tmp_path: Path) -> None:
    headings = [*HEADINGS, "更新日期", "版本"]
    rows = [
        headings,
        [],
        [*row(跑动="２", 承诺="１０"), 45717, "３"],
        ["", " ", "\u3000"],
        [],
        [*row(事项名称="二"), "2025年3月1日"],
    ]
    first, second = import_(write(tmp_path / "t.xlsx", {"表": rows})).guides.values()
    assert first.visits is not None
    assert first.visits.count == 2
    assert first.promised is not None
    assert first.promised.amount == 10
    assert str(first.updated) == str(second.updated) == "2025-03-01"
    assert first.version == "3"


def test_what_rules_find_is_said_with_its_cell(tmp_path: Path) -> None:
    done = import_(table(tmp_path / "t.xlsx", ROW, row(事项名称="另一项", 咨询电话="0591—80000001")))
    assert [str(f.location).rpartition("!")[2] for f in done.broken if f.code == "DS832"] == ["K3"]
    assert all(re.fullmatch(r"[A-Z]+\d+|\d+:\d+", str(f.location).rpartition("!")[2]) for f in done.broken)


def test_what_cannot_be_read_is_said_with_its_cell_and_kept(tmp_path: Path) -> None:
    done = import_(table(tmp_path / "t.xlsx", row(跑动="一两次", 是否收费="看情况")))
    places = {f.code: str(f.location) for f in done.findings}
    assert places == {"DS962": f"{tmp_path}/t.xlsx[事项清单]!O2", "DS963": f"{tmp_path}/t.xlsx[事项清单]!Q2"}
    assert only(done).raw["跑动次数"] == "一两次"
    assert only(done).raw["是否收费"] == "看情况"


def test_unknown_columns_are_kept_and_a_mapping_says_what_they_are(tmp_path: Path) -> None:
    rows = [[*HEADINGS, "办结天数上限", "备注甲"], [*row(承诺=""), "6", "=1+1"]]
    path = write(tmp_path / "t.xlsx", {"表": rows})
    done = import_(path, output=tmp_path / "new")
    assert only(done).raw == {
        "办结天数上限": "6",
        "备注甲": "=1+1",
        **{k: v for k, v in only(done).raw.items() if k in HEADINGS},
    }
    assert codes(done.findings, Severity.INFORMATION) == ["DS961", "DS961"]
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "schema: depthsim/import/1\ncolumns: {办结天数上限: promised.amount, 备注甲: null}\n", encoding="utf-8"
    )
    mapped = import_(path, mapping=mapping, output=tmp_path / "mapped")
    assert only(mapped).promised is not None
    assert only(mapped).promised.amount == 6  # type: ignore[union-attr]
    assert [f.values["heading"] for f in mapped.findings] == ["承诺时限（工作日）"]  # its field is taken
    again = import_(path, output=tmp_path / "mapped")  # what was kept is used again
    assert again.unchanged == 1
    mapping.write_text("schema: depthsim/import/1\ncolumns: {办结天数上限: promised.amout}\n", encoding="utf-8")
    wrong = refused(path, mapping=mapping)
    assert (wrong.code, wrong.location.line) == ("DS971", 2)  # type: ignore[union-attr]


def test_sheets_of_materials_join_by_name_or_code(tmp_path: Path) -> None:
    materials = [
        ["事项名称", "材料名称", "原件份数", "材料形式", "来源渠道"],
        ["占道许可", "申请表", 1, "3", "10"], ["占道许可", "平面图", 2, "纸质", "政府部门核发"], ["没有这一项", "孤儿", 1, "", ""],
    ]  # fmt: skip
    done = import_(write(tmp_path / "t.xlsx", {"事项清单": [HEADINGS, row(申请材料="")], "材料清单": materials}))
    first, second = only(done).materials or ()
    assert (first.originals, first.medium, first.source) == (1, ("paper", "electronic"), "applicant")
    assert (second.originals, second.source) == (2, "government")
    (lost,) = [f for f in done.findings if f.code == "DS967"]
    assert str(lost.location).endswith("[材料清单]!4:4")


def test_merged_cells_and_a_row_a_material_in_one_sheet(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("清单")
        page.write_row(0, 0, ["事项名称", "承诺时限", "材料名称", "原件份数"])
        page.merge_range(1, 0, 3, 0, "占道许可")
        page.merge_range(1, 1, 3, 1, "8个工作日")
        page.write_row(4, 0, ["广告许可", "5个工作日", "图纸", "1"])
        for n in range(3):
            page.write_row(n + 1, 2, [f"材料{n}", str(n + 1)])
    first, second = import_(path).guides.values()
    assert [(m.name.zh, m.originals) for m in first.materials or ()] == [("材料0", 1), ("材料1", 2), ("材料2", 3)]
    assert [m.name.zh for m in second.materials or ()] == ["图纸"]
    assert second.promised is not None
    assert second.promised.amount == 5


def test_numbered_columns(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.xlsx",
        {
            "表": [
                ["事项名称", "材料1", "材料1原件份数", "材料2", "环节1", "环节1时限"],
                ["甲", "申请表", "2", "图", "受理", "1个工作日"],
            ]
        },
    )
    guide = only(import_(path, output=tmp_path / "new"))
    assert import_(path, output=tmp_path / "new").unchanged == 1  # with what was kept of its headings
    assert [(m.name.zh, m.originals) for m in guide.materials or ()] == [("申请表", 2), ("图", None)]
    assert guide.steps is not None
    assert guide.steps[0].duration is not None
    assert guide.steps[0].duration.amount == 1


def test_a_published_guide_of_an_office_with_columns_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "office.csv"
    path.write_text(
        "某局办事指南一览表,,,,,,,,,,,,,\n"
        "办事事项,事项性质,经办单位,申请人类型,网上预审时限,受理环节,审核环节,审批环节时限,办结环节,承诺办结期限,取件方式,资料清单,递交方式,跑动上限\n"
        "排放核准,行政许可,某局,企业,2个工作日,2个工作日,3个工作日,3个工作日,2个工作日,10个工作日,邮寄送达、自取、代领,1.申请表；2.方案,预审通过后现场递交或邮寄,2\n",
        encoding="utf-8",
    )
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "schema: depthsim/import/1\ncolumns: {跑动上限: visits.count}\nvisits: greatest\n", encoding="utf-8"
    )
    done = import_(path, mapping=mapping, profile="guangming", output=tmp_path / "new")
    assert done.findings == ()
    guide = only(done)
    assert [(s.name.zh, s.duration.amount, s.counted) for s in guide.steps or () if s.duration] == [
        ("网上预审", 2, False), ("受理", 2, None), ("审核", 3, None), ("审批", 3, None), ("办结", 2, None),
    ]  # fmt: skip
    assert (guide.forms, guide.courier, guide.promised and guide.promised.amount) == (("window", "post"), True, 10)
    assert done.processes == {"level_ii": 1}
    assert "DS820" not in codes(done.broken)  # ten days of steps after acceptance are the promised ten
    assert import_(path, profile="guangming", output=tmp_path / "new").unchanged == 1


def test_a_column_of_a_stage_is_no_limit_of_the_whole(tmp_path: Path) -> None:
    rows = [["事项名称", "受理时间", "办结时限", "审查时限"], ["甲", "周一至周五 9:00-12:00", "5个工作日", "2个工作日"]]
    guide = only(import_(write(tmp_path / "t.xlsx", {"表": rows})))
    assert guide.hours == "周一至周五 9:00-12:00"
    assert [s.name.zh for s in guide.steps or ()] == ["审查"]


def test_the_same_code_of_depth_needs_its_coding(tmp_path: Path) -> None:
    path = table(tmp_path / "t.xlsx", row(网上办理深度="1"))
    done = import_(path)
    assert "DS976" in codes(done.findings)
    for coding, level in (("shandong_province", Level.IV), ("shandong_city", Level.II), ("national", Level.I)):
        assert only(import_(path, depth_codes=coding)).declared.level is level
    stars = only(import_(table(tmp_path / "s.xlsx", row(网上办理深度="五星"))))
    assert stars.depth is not None
    assert stars.depth.map == "fujian_stars"
    assert only(import_(table(tmp_path / "w.xlsx", row(网上办理深度="全程网办（Ⅳ级）")))).declared.level is Level.IV
    with pytest.raises(UsageError):
        import_(path, depth_codes="nowhere")


def test_meaning_of_visits_by_profile(tmp_path: Path) -> None:
    path = table(tmp_path / "t.xlsx", ROW)
    assert only(import_(path)).visits.meaning is None  # type: ignore[union-attr]
    assert only(import_(path, profile="fujian", depth_codes="levels")).visits.meaning == "greatest"  # type: ignore[union-attr]
    assert only(import_(path, visits="least")).visits.meaning == "least"  # type: ignore[union-attr]
    assert refused(path, profile="fujain").code == "DS969"


def test_csv_in_the_encodings_of_offices(tmp_path: Path) -> None:
    content = "事项名称,承诺时限\n占道许可,８个工作日\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(content, encoding=encoding)
        guide = only(import_(path))
        assert (guide.name.zh, guide.promised.amount) == ("占道许可", 8)  # type: ignore[union-attr]


# ------------------------------------------------------------------------------------------- hostile files


def test_files_that_are_no_workbooks(tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("事项名称", encoding="utf-8")
    assert refused(tmp_path / "text.xlsx").code == "DS952"
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert refused(tmp_path / "locked.xlsx").code == "DS953"
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert refused(tmp_path / "old.xls").code == "DS954"
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as other:
        other.writestr("readme.txt", "x")
    assert refused(tmp_path / "other.xlsx").code == "DS952"
    whole = table(tmp_path / "t.xlsx", ROW).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    assert refused(tmp_path / "cut.xlsx").code in ("DS951", "DS952")
    assert refused(tmp_path / "none.xlsx").code == "DS001"
    (tmp_path / "picture.bmp").write_bytes(b"BM")
    assert refused(tmp_path / "picture.bmp").code == "DS958"


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = table(tmp_path / "t.xlsx", ROW)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/bomb.xml", b" " * (64 * 2**20))
    assert refused(path).code == "DS956"


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path / "t.xlsx", ROW)
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        at = book.getinfo("xl/sharedStrings.xml")
    start = raw.rindex(b"xl/sharedStrings.xml") - 46  # its entry in the directory at the end
    raw[start + 24 : start + 28] = (at.file_size - 10).to_bytes(4, "little")
    path.write_bytes(raw)
    assert refused(path).code == "DS951"


def test_a_cell_that_is_too_long_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"事项名称,办公时间,怪列\n甲,{'时' * 30_000},{'x' * 10_000_000}\n", encoding="utf-8")
    done = formats.read(path, Options())
    assert codes(done.findings) == ["DS966"]
    (guide,) = done.guides.values()
    assert len(guide.raw["hours"]) == 30_000
    assert len(guide.raw["怪列"]) == 10_000_000


def test_names_that_are_too_long_are_shortened_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        f"事项名称,实施主体,申请材料\n{'长' * 50_000},{'局' * 50_000},\n{'乙' * 500},局,{'图' * 500}\n",
        encoding="utf-8",
    )
    done = import_(path, output=tmp_path / "new")
    assert codes(done.findings) == ["DS966", "DS966"]
    long, _ = done.guides.values()
    assert long.name.zh == f"{'长' * 120}…"
    assert {len(long.raw[field]) for field in ("name", "department", "body.name")} == {50_000}
    assert check(tmp_path / "new").ok


def test_a_quotation_mark_that_is_never_closed_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('事项名称,承诺时限\n甲,8\n"占道许可,8\n乙,5\n', encoding="utf-8")
    wrong = refused(path)
    assert (wrong.code, wrong.location.line) == ("DS798", 3)  # type: ignore[union-attr]
    path.write_text('事项名称,承诺时限\n"占道""许可""\n第二行",8\n', encoding="utf-8")
    assert only(import_(path)).name.zh == '占道"许可"\n第二行'


def test_a_web_page_that_calls_itself_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "t.xls"
    path.write_text("\n<html><table><tr><td>事项名称</td></tr></table></html>", encoding="utf-8")
    assert refused(path).code == "DS799"


def test_what_stands_below_a_table_is_no_item(tmp_path: Path) -> None:
    path = table(tmp_path / "t.xlsx", ROW, ["合计"], ["填表人：张三"], ["注：以上均为主项"])
    done = import_(path, output=tmp_path / "new")
    assert [g.name.zh for g in done.guides.values()] == ["占道许可"]
    assert [f.values["cells"] for f in done.findings if f.code == "DS968"] == ["合计", "注：以上均为主项"]
    assert done.dropped == 1
    assert not any("张三" in p.read_text(encoding="utf-8") for p in (tmp_path / "new").rglob("*.yaml"))


def test_formulas_are_values_and_texts_that_look_like_them_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("表")
        page.write_row(0, 0, ["事项名称", "跑动次数", "办公时间"])
        page.write_string(1, 0, "甲")
        page.write_formula(1, 1, "=1+1", None, 2)
        page.write_string(1, 2, '=HYPERLINK("http://example.invalid")')
    guide = only(import_(path))
    assert guide.visits is not None
    assert guide.visits.count == 2
    assert guide.hours == '=HYPERLINK("http://example.invalid")'


def test_wrong_sheets(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.xlsx", {"封面": [["某市"]], "甲": [HEADINGS, ROW], "乙": [HEADINGS[:3], ["别的", "", "许可"]]}
    )
    assert only(import_(path)).name.zh == "占道许可"
    assert only(import_(path, sheet="乙")).name.zh == "别的"
    assert refused(path, sheet="丙").code == "DS955"
    assert refused(path, sheet="封面").code == "DS959"
    assert refused(write(tmp_path / "e.xlsx", {"空": []})).code == "DS959"


def test_two_rows_of_one_id_both_come_in(tmp_path: Path) -> None:
    done = import_(table(tmp_path / "t.xlsx", ROW, row(事项名称="别的"), ROW))
    assert len(done.guides) == 3
    assert "DS975" in codes(done.findings)


# ------------------------------------------------------------------------------------------- names of people


def test_names_of_staff_are_dropped_and_counted(tmp_path: Path) -> None:
    rows = [
        [*HEADINGS, "联系人", "经办人"],
        [*row(咨询电话="张三 0591-80000001、李科长：0591-80000003"), "王小明", "赵四"],
    ]
    done = import_(write(tmp_path / "t.xlsx", {"表": rows}), output=tmp_path / "new")
    assert done.dropped == 3
    assert only(done).contact_phones == ("0591-80000001", "0591-80000003")
    written = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "new").rglob("*.yaml"))
    assert not any(name in written for name in ("张三", "李科长", "王小明", "赵四"))


@pytest.mark.parametrize("word", ["申请人", "审核岗", "受理科", "高级工程师", "林业局", "窗口人员", "单位", "方便"])
def test_words_that_are_no_names(word: str) -> None:
    assert not is_name(word)
    assert without_names(f"{word} 0591-80000001") == f"{word} 0591-80000001"


# ------------------------------------------------------------------------------------------- processes


@pytest.mark.parametrize("shape", candidates(), ids=str)
def test_every_shape_makes_sense(shape: Any) -> None:
    form = {"electronic": "electronic", "none": "none"}.get(shape.way, "physical")
    assert derived(shape, shape.payment != "none", form, original=shape.entry != "full") is not None


@pytest.mark.parametrize(
    ("changes", "entry"),
    [
        ({"网上办理深度": "I", "跑动": "2", "办理方式": "窗口办理"}, "window"),
        ({"网上办理深度": "II", "跑动": "2"}, "prereview"),
        ({"网上办理深度": "III", "跑动": "1"}, "verified_after"),
        ({"网上办理深度": "IV", "跑动": "0", "是否快递": "是"}, "full"),
        ({"网上办理深度": "I", "跑动": "0", "办理方式": "快递申请", "是否快递": "是"}, "post"),
    ],
)
def test_inferred_processes_are_what_the_guide_declares(tmp_path: Path, changes: dict[str, str], entry: str) -> None:
    path = table(tmp_path / "t.xlsx", row(**changes))
    done = import_(path, output=tmp_path / "new", visits="greatest")
    assert shape_for(facts_of(only(done))).entry == entry
    found = check(tmp_path / "new")
    assert not {"DS301", "DS302", "DS303"} & {f.code for f in found.findings}
    assert found.ok
    assert found.numbers.bare == 0


def test_five_stars_with_a_window_at_the_end_is_no_level_iv(tmp_path: Path) -> None:
    rows = [[*HEADINGS, "结果形式"], [*row(网上办理深度="五星"), "纸质"]]
    import_(write(tmp_path / "t.xlsx", {"表": rows}), output=tmp_path / "new")
    assert "DS301" in {f.code for f in check(tmp_path / "new").findings}


# ------------------------------------------------------------------------------------------- writing


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    path = table(tmp_path / "t.xlsx", ROW)
    first = import_(path, output=tmp_path / "new")
    guide = next((tmp_path / "new" / "guides").iterdir())
    before = guide.read_text(encoding="utf-8")
    assert import_(path, output=tmp_path / "new").unchanged == len(first.guides)
    table(path, row(承诺="3"))
    assert refused(path, output=tmp_path / "new").code == "DS981"
    assert guide.read_text(encoding="utf-8") == before
    done = import_(path, output=tmp_path / "new", overwrite=True)
    assert "DS982" in codes(done.findings, Severity.INFORMATION)
    assert "3 working days" in guide.read_text(encoding="utf-8")


def test_new_items_come_into_a_system_that_is_there(tmp_path: Path) -> None:
    path, hall = tmp_path / "t.xlsx", tmp_path / "hall"
    import_(table(path, ROW), output=hall)
    before = {file: file.read_bytes() for file in hall.rglob("*.yaml")}
    table(path, ROW, row(事项名称="夜间施工许可"), row(事项名称="食品经营许可", 实施主体="市市场监管局"))
    done = import_(path, output=hall)
    assert (done.unchanged, done.processes) == (1, {"level_iii": 2})
    assert codes(done.findings) == ["DS796", "DS983"]  # the system has no such department, and nobody of it
    assert {file: file.read_bytes() for file in before} == before
    found = check(hall)
    assert found.ok
    assert not {"DS814"} & {f.code for f in found.findings}
    june = table(tmp_path / "june.xlsx", ROW, above=2)  # another file and row of the same guide
    assert import_(june, output=hall, lang="zh").unchanged == 1
    changed = table(tmp_path / "c.xlsx", row(承诺="3"))
    replaced = import_(changed, output=hall, overwrite=True)
    assert codes(replaced.findings, Severity.INFORMATION) == ["DS795", "DS982"]
    assert replaced.processes == {}


def test_no_process_is_inferred_where_nobody_could_follow_it_or_wants_it(tmp_path: Path) -> None:
    path, hall = tmp_path / "t.xlsx", tmp_path / "hall"
    import_(table(path, ROW), output=hall, processes=False)
    assert import_(path, output=hall).unchanged == 1  # that it has none was said when it came
    done = import_(table(path, ROW, row(事项名称="另一项")), output=hall)
    assert codes(done.findings) == ["DS797"]
    assert done.processes == {}
    said = import_(table(path, ROW, row(事项名称="第三项")), output=hall, processes=False)
    assert [g.process for g in said.guides.values()] == ["none", "none"]


def test_command_line(tmp_path: Path) -> None:
    path = table(tmp_path / "t.xlsx", ROW)
    for lang, word in (("zh", "推断流程 1 个"), ("en", "Processes inferred: 1")):
        assert word in run("import", path, lang=lang).stdout
    found = run_json("import", path, "-o", tmp_path / "new")
    assert len(found["guides"]) == 1
    assert found["processes"] == {"level_iii": 1}
    assert all(Path(file).is_file() for file in found["files"])
    assert run("import", tmp_path / "none.xlsx").exit_code == 1


@pytest.mark.parametrize("lang", LANGS)
def test_the_template_comes_back(tmp_path: Path, lang: Any) -> None:
    created = new("guide-table", "ours", folder=tmp_path, lang=lang)
    assert refused(created.path).code == "DS960"  # only the example stands in it
    with zipfile.ZipFile(created.path) as book:
        assert b"<dataValidation " in book.read("xl/worksheets/sheet1.xml")


def test_headings_are_different_from_each_other() -> None:
    for sheet in (*SHEETS, FLAT):
        for lang in LANGS:
            headings = [sheet.heading(column, lang) for column in sheet.columns]
            assert len(headings) == len(set(headings))


# ------------------------------------------------------------------------------------------- national records


def record(**changes: Any) -> dict[str, Any]:
    return {
        "AUDIT_ITEM": {"task_name": "节能审查", "task_type": "01", "project_type": "2", "promise_day": "5", "promise_type": "1", **changes},
        "AUDIT_ITEM_EXTEND": {"wsblsd": "1,2", "is_online_handle": "1"},
        "AUDIT_MATERIAL": [{"material_name": "申请书", "material_form": "3", "source_type": "10", "link_man": "张三"}],
    }  # fmt: skip


def test_records_in_json_and_in_xml(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps({"data": {"list": [record()]}}), encoding="utf-8")
    done = import_(path)
    guide = only(done)
    assert (guide.type, guide.handling, guide.declared.level) == ("licence", "committed", Level.II)
    assert guide.materials is not None
    assert guide.materials[0].medium == ("paper", "electronic")
    assert guide.raw["AUDIT_ITEM.task_type"] == "01"
    assert done.dropped == 1
    xml = "<DATA><AUDIT_ITEM><task_name>节能审查</task_name><task_type>01</task_type></AUDIT_ITEM></DATA>"
    path.write_text(json.dumps({"data": xml}), encoding="utf-8")
    assert only(import_(path)).type == "licence"
    path.write_text("<!DOCTYPE x [<!ENTITY a 'b'>]><DATA>&a;</DATA>", encoding="utf-8")
    assert refused(path).code == "DS977"
    path.write_text("{", encoding="utf-8")
    assert refused(path).code == "DS977"
    path.write_text("[]", encoding="utf-8")
    assert refused(path).code == "DS978"


def test_half_a_character_in_a_record_is_shown_as_such(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"AUDIT_ITEM": {"task_name": "甲\\ud800", "own\\udc00": "\\ud83d\\ude00"}}', encoding="utf-8")
    guide = only(import_(path, output=tmp_path / "new"))
    assert guide.name.zh == "甲\ufffd"
    assert guide.raw["AUDIT_ITEM.own\ufffd"] == "😀"


@pytest.mark.skipif(not RECORD.is_file(), reason="the record of a real item is not here")
def test_a_real_record_reports_what_is_wrong_in_it_and_only_that(tmp_path: Path) -> None:
    done = import_(RECORD, output=tmp_path / "new")
    (twice,) = done.findings
    assert (twice.code, twice.values["field"], twice.values["first"]) == ("DS979", "scene_reason", "")
    assert codes(done.broken) == ["DS824", "DS832", "DS832", "DS864"]
    (total,) = [f for f in done.broken if f.code == "DS826"]
    assert (total.values["total"], total.values["outside"]) == ("20", "15")
    where = {f.code: str(f.location).rpartition(".")[2] for f in done.broken}
    assert (where["DS824"], where["DS864"]) == ("AUDIT_ITEM_SPECIAL", "wsblsd")
    for lang in LANGS:
        shown = run("import", RECORD, lang=lang).stdout
        assert re.findall(r"DS\d+", shown) == ["DS979", "DS824", "DS832", "DS832", "DS864"]
    guide = only(done)
    assert guide.code == "11450721MB155808114000104002000"
    assert guide.depth is not None
    assert (guide.depth.codes, guide.depth.map) == (("6", "1"), "national")
    assert guide.special is not None
    assert guide.special[0].code == "9"
    found = check(tmp_path / "new")
    assert codes(found.findings) == ["DS824", "DS832", "DS832", "DS864"]
    assert found.ok


# ------------------------------------------------------------------------------------------- portals and counties


def published(path: Path, portal: str, county: str = "") -> Path:
    heads = ["事项名称", "实施编码", "所属县区"]
    code = "11350100003612975U3000131003000"
    return write(path, {
        "办事指南": [heads, ["占道许可", code, county]],
        "发布网站": [["事项名称", "实施编码", "网站标识", "发布网址"], ["占道许可", code, portal, "https://city.example/1"]],
    })  # fmt: skip


def test_portals_and_counties_of_a_bare_table_become_drafts_of_a_system_that_loads(tmp_path: Path) -> None:
    done = import_(published(tmp_path / "t.xlsx", "city_site", "gulou"), output=tmp_path / "s")
    assert [p.portal for p in only(done).published_on or ()] == ["city_site"]
    assert [(f.code, f.values["names"]) for f in done.findings if f.code in ("DS793", "DS794")] == [
        ("DS793", ("city_site",)), ("DS794", ("gulou",)),
    ]  # fmt: skip
    assert not [f.code for f in check(tmp_path / "s").findings if f.severity is Severity.ERROR]
    again = import_(tmp_path / "t.xlsx", output=tmp_path / "s")
    assert (again.unchanged, "DS792" in codes(again.findings)) == (1, False)


def test_what_an_inventory_that_is_there_does_not_know_is_kept_as_it_was(tmp_path: Path) -> None:
    import_(published(tmp_path / "t.xlsx", "city_site"), output=tmp_path / "s")
    done = import_(published(tmp_path / "u.xlsx", "other_site", "gulou"), output=tmp_path / "s", overwrite=True)
    guide = only(done)
    assert (guide.published_on, guide.county, guide.raw["county"]) == (None, None, "gulou")
    assert json.loads(guide.raw["published_on.0"]) == {"portal": "other_site", "url": "https://city.example/1"}
    assert sorted(f.values["given"] for f in done.findings if f.code == "DS792") == ["gulou", "other_site"]
    assert not [f.code for f in check(tmp_path / "s").findings if f.severity is Severity.ERROR]


def test_sheets_of_parts_are_read_again_as_at_the_first_import(tmp_path: Path) -> None:
    sheets = {
        "事项": [["事项名称", "备注", "承诺时限（工作日）"], ["占道许可", "见附件", "8"]],
        "申请材料": [["事项名称", "材料名称", "备注"], ["占道许可", "申请表", "一式两份"], ["占道许可", "平面图", ""]],
        "发布网站": [["事项名称", "网站标识", "发布网址"], ["占道许可", "city_site", "https://city.example/1"]],
    }
    first = only(import_(write(tmp_path / "t.xlsx", sheets), output=tmp_path / "s"))
    assert [m.name.zh for m in first.materials or ()] == ["申请表", "平面图"]
    again = import_(tmp_path / "t.xlsx", output=tmp_path / "s")
    assert again.unchanged == 1
    assert only(again).model_copy(update={"process": None, "source": first.source}) == first
