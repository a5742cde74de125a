"""The benchmarks at toy size: everything runs, waits are those of theory, the page and its pictures are written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks import competitors, engines, jackson, measured
from benchmarks.__main__ import NAMES, main

from depthsim.analysis.load import offered_loads


@pytest.fixture(autouse=True)
def in_this_process() -> Iterator[None]:
    was = measured.APART
    yield
    measured.APART = was


def test_all_of_them_write_a_page_and_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--toy", "-o", str(tmp_path)]) == 0
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert page.count("\n## ") == len(NAMES)
    for name in ("depthsim discrete_event", "depthsim discrete_event, calendar", "SimPy, a process a case"):
        assert f"| {name} |" in page
    assert ("| depthsim compiled |" in page) == competitors.has_compiled()
    assert ("| C, array heap |" in page) == (shutil.which("cc") is not None)
    assert ("| Ciw |" in page) == competitors.has_ciw()
    for picture in re.findall(r"\]\((\S+\.svg)\)", page):
        assert (tmp_path / picture).stat().st_size > 1000
    assert "nan" not in page


def test_speeds_are_not_compared_where_waits_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jackson, "EXACT_WAITS", (20.0, 9.543, 14.222))
    monkeypatch.setattr(measured, "APART", False)
    only_simpy = engines.Competitor("SimPy, a process a case", "simpy", 400, {})
    monkeypatch.setattr(engines, "_competitors", lambda *_: [only_simpy])
    with pytest.raises(AssertionError, match="mean waits are not"):
        engines.run("toy")


@pytest.mark.parametrize("calendar", [False, True])
def test_the_workload_is_what_it_says(calendar: bool) -> None:
    loads = offered_loads(jackson.system(calendar))
    assert loads == pytest.approx(dict.fromkeys(jackson.STATIONS, 0.8), rel=1e-9)
    assert jackson.horizon_days(1000, calendar) * jackson.cases_a_day(calendar) == pytest.approx(1000)


def test_a_function_in_a_process_of_its_own() -> None:
    found = measured.measured("competitors:has_ciw")
    assert found.value == competitors.has_ciw()
    assert found.wall_seconds > 0
    assert found.peak_mib > 5
    with pytest.raises(RuntimeError, match="has_ciw"):
        measured.measured("competitors:has_ciw", unknown=1)
