"""Logs of cases: read from CSV, XLSX and Parquet with their places; what cannot be read is left out and said."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from depthsim import check, load, new
from depthsim.errors import InputError, Severity
from depthsim.exchange.case_log import instant, read_case_log
from depthsim.model.case_records import CaseRecords, ItemRecords, together
from depthsim.model.system import ServiceSystem
from depthsim.verbs.assess import assess
from depthsim.verbs.simulate import simulate

HEADINGS = ["办件编号", "事项编码", "申请时间", "受理时间", "办结时间", "办理形式", "是否虚构数据"]
GOOD = ["1", "marriage_registration", "2025-09-29", "2025-09-30 09:00", "2025-10-09 16:00", "2", "否"]
"""From the day before the National Day holiday (1 to 8 October 2025) to the day after it: one working day."""


@pytest.fixture(scope="module")
def fuzhou() -> ServiceSystem:
    return load("fuzhou")


def csv(folder: Path, *rows: list[str], headings: list[str] = HEADINGS) -> Path:
    file = folder / "log.csv"
    file.write_text("\n".join(",".join(row) for row in (headings, *rows)), encoding="utf-8-sig")
    return file


def with_(**cells: str) -> list[str]:
    places = {"case": 0, "item": 1, "applied": 2, "accepted": 3, "completed": 4, "channel": 5, "synthetic": 6}
    row = [*GOOD]
    for name, cell in cells.items():
        row[places[name]] = cell
    return row


def test_working_days_go_by_the_systems_calendar(fuzhou: ServiceSystem, tmp_path: Path) -> None:
    found = read_case_log(csv(tmp_path, GOOD), fuzhou)
    assert found.items == {"marriage_registration": ItemRecords(1, 1, 1, 1, 0)}
    assert (found.first, found.last) == (date(2025, 9, 30), date(2025, 9, 30))
    assert found.findings == ()


def test_open_cases_and_those_never_accepted_count_as_what_they_are(fuzhou: ServiceSystem, tmp_path: Path) -> None:
    rows = [
        GOOD,
        with_(case="2", completed="", channel="1", synthetic="是"),
        with_(case="3", accepted="", completed=""),
    ]
    found = read_case_log(csv(tmp_path, *rows), fuzhou)
    assert found.items == {"marriage_registration": ItemRecords(2, 1, 1, 1, 1)}
    assert found.findings == ()


@pytest.mark.parametrize(
    ("row", "code", "place"),
    [
        (with_(case="2", accepted="昨天"), "DS950", "log.csv:3:4"),
        (with_(case="2", completed="2025-02-30"), "DS950", "log.csv:3:5"),
        (with_(case="2", completed="9999-01-01"), "DS950", "log.csv:3:5"),
        (with_(case="2", item=""), "DS986", "log.csv:3:2"),
        (with_(case="2", accepted=""), "DS986", "log.csv:3:4"),
        (with_(case="2", item="marriage"), "DS987", "log.csv:3:2"),
        (with_(), "DS988", "log.csv:3:1"),
        (with_(case="2", completed="2025-09-29"), "DS989", "log.csv:3:5"),
        (with_(case="2", completed="2025-09-30 08:59"), "DS989", "log.csv:3:5"),
        (with_(case="2", applied="2025-10-01"), "DS989", "log.csv:3:4"),
    ],
)
def test_a_row_that_is_wrong_is_left_out_and_said(
    row: list[str], code: str, place: str, fuzhou: ServiceSystem, tmp_path: Path
) -> None:
    found = read_case_log(csv(tmp_path, GOOD, row), fuzhou)
    assert [f.code for f in found.findings] == [code]
    assert str(found.findings[0].location).endswith(place)
    assert found.items["marriage_registration"].accepted == 1


def test_the_same_fault_in_many_rows_is_named_twenty_times(fuzhou: ServiceSystem, tmp_path: Path) -> None:
    rows = [with_(case=str(n), completed="later") for n in range(2, 52)]
    found = read_case_log(csv(tmp_path, GOOD, *rows), fuzhou)
    assert [f.code for f in found.findings] == ["DS950"] * 20 + ["DS999"]
    assert found.findings[-1].values["number"] == 30


@pytest.mark.parametrize(
    "name", ["marriage_registration", "结婚登记", "Marriage registration", "MARRIAGE_REGISTRATION"]
)
def test_an_item_is_known_by_id_and_by_its_names(name: str, fuzhou: ServiceSystem, tmp_path: Path) -> None:
    wanted = {fuzhou.items["marriage_registration"].name.zh, fuzhou.items["marriage_registration"].name.en}
    given = name if name.isascii() and "_" in name else (wanted - {""}).pop()
    assert "marriage_registration" in read_case_log(csv(tmp_path, with_(item=given)), fuzhou).items


@pytest.mark.parametrize(
    "headings", [["item", "acceptance time"], ["事项编码", "办结时间"], ["受理时间", "办结时间"], ["x"]]
)
def test_a_file_without_its_columns_says_which(headings: list[str], fuzhou: ServiceSystem, tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        read_case_log(csv(tmp_path, headings=headings), fuzhou)
    assert [f.code for f in told.value.findings] == ["DS984"]


def test_a_log_of_which_nothing_can_be_used_is_refused(fuzhou: ServiceSystem, tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        read_case_log(csv(tmp_path), fuzhou)
    assert [f.code for f in told.value.findings] == ["DS985"]


def test_a_workbook_with_a_title_above_and_real_dates(fuzhou: ServiceSystem, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "log.xlsx"))
    book.add_worksheet("说明").write(0, 0, "2025年办件")
    sheet, day = book.add_worksheet("办件"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write(0, 0, "办件记录")
    sheet.write_row(1, 0, HEADINGS)
    sheet.write_row(2, 0, GOOD[:3])
    sheet.write_datetime(2, 3, datetime(2025, 9, 30, 9), day)  # noqa: DTZ001
    sheet.write_datetime(2, 4, datetime(2025, 10, 9, 16), day)  # noqa: DTZ001
    sheet.write_row(3, 0, with_(case="2", completed="x"))
    book.close()
    found = read_case_log(tmp_path / "log.xlsx", fuzhou)
    assert found.items["marriage_registration"] == ItemRecords(1, None, 1, 1, 0)
    assert [str(f.location).rpartition("/")[2] for f in found.findings] == ["log.xlsx[办件]!E4"]


def test_parquet_with_dates_as_dates(fuzhou: ServiceSystem, tmp_path: Path) -> None:
    rows: dict[str, Any] = {
        "item": ["marriage_registration"], "accepted": [datetime(2025, 9, 30, 9)], "completed": [date(2025, 10, 9)],  # noqa: DTZ001
        "channel": ["移动端"],
    }  # fmt: skip
    pl.DataFrame(rows).write_parquet(tmp_path / "log.parquet")
    assert read_case_log(tmp_path / "log.parquet", fuzhou).items == {
        "marriage_registration": ItemRecords(1, 1, 1, 1, 0)
    }
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(InputError) as told:
        read_case_log(tmp_path / "broken.parquet", fuzhou)
    assert [f.code for f in told.value.findings] == ["DS951"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2025-03-01", datetime(2025, 3, 1)), ("2025/3/1 9:05", datetime(2025, 3, 1, 9, 5)),  # noqa: DTZ001
        ("２０２５年３月１日", datetime(2025, 3, 1)), ("20250301093015", datetime(2025, 3, 1, 9, 30, 15)),  # noqa: DTZ001
        ("2025-03-01T09:30:15.123", datetime(2025, 3, 1, 9, 30, 15)), ("45717", datetime(2025, 3, 1)),  # noqa: DTZ001
        ("2025-03-01 25:00", None), ("三月一日", None), ("", None),
    ],
)  # fmt: skip
def test_instants_as_offices_write_them(cell: str, said: datetime | None) -> None:
    assert instant(cell) == said


def test_logs_add_up() -> None:
    one = CaseRecords("a", {"x": ItemRecords(2, 1, 2, 6, 0)}, date(2025, 1, 1), date(2025, 2, 1))
    other = CaseRecords(
        "b", {"x": ItemRecords(1, None, 1, 3, 1), "y": ItemRecords(1)}, date(2025, 1, 5), date(2025, 3, 1)
    )
    both = together([one, other])
    assert both is not None
    assert both.items == {"x": ItemRecords(3, 1, 3, 9, 1), "y": ItemRecords(1)}
    assert (both.file, both.first, both.last) == ("a, b", date(2025, 1, 1), date(2025, 3, 1))
    assert together([]) is None


def test_a_run_stands_beside_the_log_that_the_inventory_names(tmp_path: Path) -> None:
    simulate("fuzhou", replications=1, horizon_days=2, output=tmp_path / "run", seed=1)
    found = assess("fuzhou", cases=tmp_path / "run")["E1-2"]
    assert found.value == assess("fuzhou")["E1-2"].value
    assert [r.id for r in found.outcome.readings if r.id == "simulated_days"] == ["simulated_days"]


def test_check_reads_the_log_that_the_inventory_names(tmp_path: Path) -> None:
    folder = new("system", "town", folder=tmp_path, items=5).path
    assert not [f for f in check(folder).findings if str(f.location).startswith(str(folder / "cases.csv"))]
    rows = (folder / "cases.csv").read_text(encoding="utf-8-sig").splitlines()
    (folder / "cases.csv").write_text("\n".join([*rows, rows[1]]), encoding="utf-8-sig")
    assert [f.code for f in check(folder).findings if f.code.startswith("DS98")] == ["DS988"]
    assert [f.code for f in assess(folder)["E1-2"].findings] == ["DS988"]
    (folder / "cases.csv").write_text("a,b\n", encoding="utf-8")
    assert "DS984" in [f.code for f in check(folder).findings]
    (folder / "cases.csv").unlink()
    (missing,) = [f for f in check(folder).findings if f.code == "DS900"]
    assert missing.severity is Severity.INFORMATION
    found = assess(folder)
    assert found["E1-2"].status == "not_assessed"
    (said,) = [f for f in found.findings if f.code == "DS900"]
    assert said.location is not None
    assert said.location.file.endswith("catalogue.yaml")
    assert said.location.line > 1


def test_a_given_log_takes_the_place_of_the_named_one(tmp_path: Path) -> None:
    found = assess("fuzhou", cases=csv(tmp_path, GOOD))["E1-2"]
    assert (found.numerator, found.denominator) == (1, 1)
    assert [n.what for n in found.outcome.needs] == ["case_log"]
