"""Tables on a screen that is too narrow."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from depthsim.cli._layout import Column
from depthsim.cli._screen import Screen


@pytest.mark.parametrize("columns", ["40", "80"])
def test_no_number_is_cut_where_the_screen_is_too_narrow(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    numbers = [f"+{n}234.5个百分点" for n in range(1, 7)]
    table = [Column("指标", wide=True), *(Column("变化", right=True) for _ in numbers)]
    Screen("zh").table(table, [["不予受理及不予许可率", *numbers]])
    said = capsys.readouterr().out
    assert all(number in said for number in numbers)


@pytest.mark.parametrize("command", ["check", "classify"])
def test_a_reader_who_leaves_is_no_failure(command: str) -> None:
    script = f"from depthsim.cli._entry import run; raise SystemExit(run({[command, 'fuzhou']!r}))"
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run([sys.executable, "-c", script], stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
