"""Bad input and wrong usage: the right exit status, clear words, never a traceback, nothing half-written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cli.commandline import COMMANDS, run, run_json, start

WRONG_INPUT = {
    "check": ["check", "MISSING"],
    "classify": ["classify", "MISSING"],
    "explain": ["explain", "MISSING"],
    "walk": ["walk", "MISSING"],
    "simulate": ["simulate", "MISSING"],
    "compare": ["compare", "MISSING", "--scenario", "courier"],
    "draw": ["draw", "MISSING"],
}
WRONG_SCENARIO = [
    ["simulate", "canonical", "--scenario", "MISSING"],
    ["compare", "canonical", "--scenario", "MISSING"],
    ["draw", "canonical", "--scenario", "MISSING"],
]
WRONG_USAGE = [
    *([c, "--no-such-option"] for c in COMMANDS),
    ["nonsense"],
    ["check"],
    ["classify"],
    ["classify", "fuzhou", "--by", "magic"],
    ["explain"],
    ["explain", "a", "b"],
    ["explain", "fuzhou/road_occupation", "--target", "V"],
    ["walk"],
    ["simulate"],
    ["simulate", "fuzhou", "--resume", "x"],
    ["simulate", "fuzhou", "--replications", "-3"],
    ["simulate", "fuzhou", "--replications", "0"],
    ["simulate", "fuzhou", "--replications", "many"],
    ["simulate", "fuzhou", "--seed", "-1"],
    ["simulate", "fuzhou", "--horizon", "nan"],
    ["simulate", "fuzhou", "--horizon", "0"],
    ["simulate", "fuzhou", "--jobs", "0"],
    ["simulate", "fuzhou", "--engine", "steam"],
    ["simulate", "fuzhou", "--seed"],
    ["compare", "fuzhou"],
    ["draw"],
    ["draw", "fuzhou", "--all"],
    ["draw", "fuzhou", "--diff"],
    ["draw", "fuzhou", "--format", "gif"],
    ["draw", "fuzhou", "--diff=yes"],
    ["schema", "poem"],
    ["new", "poem", "x"],
    ["new", "item"],
    ["new", "item", "Not An Id"],
    ["--lang", "fr", "check", "fuzhou"],
]


def is_clear(text: str) -> bool:
    return "Traceback" not in text and "Error:" not in text and "错误（" not in text and bool(text.strip())


def test_every_command_is_tried_with_a_wrong_option() -> None:
    assert {args[0] for args in WRONG_USAGE} >= set(COMMANDS)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("args", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_status_2(args: list[str], lang: str) -> None:
    found = run(*args, lang=lang)
    assert found.exit_code == 2, found.output
    assert is_clear(found.stderr)
    assert found.stdout == ""
    chinese = any("\u4e00" <= c <= "\u9fff" for c in found.stderr)
    assert chinese == (lang == "zh")


@pytest.mark.parametrize("what", ["missing.yaml", "no_such_name", "folder", "empty.yaml", "secret.yaml", "a\0b"])
@pytest.mark.parametrize("command", WRONG_INPUT)
def test_wrong_input_is_status_1(command: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.yaml").touch()
    secret = tmp_path / "secret.yaml"
    secret.write_text("id: x", encoding="utf-8")
    if what == "secret.yaml":
        secret.chmod(0)
        if os.access(secret, os.R_OK):
            pytest.skip("this user can read everything")
    before = sorted(tmp_path.rglob("*"))
    args = [what if a == "MISSING" else a for a in WRONG_INPUT[command]]
    for lang in ("zh", "en"):
        found = run(*args, lang=lang)
        assert found.exit_code == 1, found.output
        words = found.stdout if command == "check" else found.stderr
        assert is_clear(words)
        assert "DS0" in words
    document = run_json(*args, status=1)
    findings = document if command == "check" else document["findings"]
    assert findings[0]["code"].startswith("DS0")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("args", WRONG_SCENARIO, ids=" ".join)
def test_wrong_scenario_is_status_1(args: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "schema: depthsim/scenario/1\nid: bad\nname: bad\nreforms:\n  - result_currier: {items: all}\n",
        encoding="utf-8",
    )
    for what in ("corier", "missing.yaml", "bad.yaml", "fuzhou/road_occupation"):
        found = run(*(what if a == "MISSING" else a for a in args))
        assert found.exit_code == 1, found.output
        assert is_clear(found.stderr)
    assert "result_courier" in run(*("bad.yaml" if a == "MISSING" else a for a in args)).stderr
    assert "courier" in run(*("corier" if a == "MISSING" else a for a in args)).stderr
    assert list(tmp_path.iterdir()) == [bad]


@pytest.mark.parametrize(
    "args",
    [
        ["draw", "canonical"],
        ["draw", "--all"],
        ["new", "item", "x"],
        ["new", "system", "x"],
        ["new", "scenario", "x"],
        ["simulate", "canonical", "--horizon", "1", "--replications", "2", "--jobs", "1"],
        ["demo", "--horizon", "1", "--replications", "2", "--jobs", "1"],
    ],
    ids=lambda a: " ".join(a[:2]),
)
def test_a_place_that_cannot_be_written_is_status_1(args: list[str], tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("kept", encoding="utf-8")
    found = run(*args, "-o", taken / "below")
    assert found.exit_code == 1, found.output
    assert is_clear(found.stderr)
    assert "DS0" in found.stderr
    assert json.loads(run(*args, "-o", taken / "below", "--json").stdout)["findings"]
    assert taken.read_text(encoding="utf-8") == "kept"
    assert list(tmp_path.iterdir()) == [taken]


def test_unknown_names_get_the_nearest_ones() -> None:
    assert "simulate" in run("simulat").stderr
    assert "--scenario" in run("simulate", "fuzhou", "--scenari", "x").stderr
    assert "fuzhou" in run("classify", "fuzhuo").stderr
    assert "road_occupation" in run("explain", "road_ocupation", "--system", "fuzhou").stderr


def test_a_defect_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("inner [red] \x1b[31m workings")

    monkeypatch.setattr("depthsim.verbs.classify.classify", broken)
    found = run("classify", "fuzhou")
    assert found.exit_code == 1
    assert found.stderr.count("\n") == 1
    assert "[red]" in found.stderr
    assert "\x1b" not in found.stderr
    assert "Traceback" not in found.output


def test_interrupted_is_status_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("depthsim.verbs.classify.classify", stopped)
    assert run("classify", "fuzhou").exit_code == 130


def test_a_broken_pipe_is_quiet() -> None:
    import subprocess
    import sys

    program = "import sys; from depthsim.cli import main; sys.argv = ['depthsim', 'schema']; main()"
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.close()
    assert child.stderr is not None
    assert child.stderr.read() == b""
    child.wait(timeout=60)


def test_output_that_is_no_unicode() -> None:
    found = start("classify", "canonical", "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)[0]["name"]["zh"].startswith("Ⅰ级")
    for lang in ("zh", "en"):
        table = start("--lang", lang, "classify", "canonical", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
        assert table.returncode == 0, table.stderr
        assert b"Traceback" not in table.stderr
