"""Every word of the command line exists in both languages, with the same places, and help speaks one language."""

from __future__ import annotations

import ast
import os
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

import depthsim
from cli.commandline import COMMANDS, run
from depthsim.texts import LANGS, room

SOURCE = Path(depthsim.__file__).parent
ROOMS = sorted(p.stem for p in (SOURCE / "texts").glob("*.yaml"))
NAMES = {
    "depthsim", "demo", "check", "classify", "explain", "walk", "simulate", "compare", "plan", "sensitivity",
    "assess", "draw", "schema", "new",
    "zh", "en", "json", "JSON", "Schema", "yaml", "system", "fuzhou", "canonical", "road_occupation", "Dask", "bash",
    "bashrc", "zsh", "fish", "eval", "_DEPTHSIM_COMPLETE", "bash_source", "zsh_source", "fish_source", "Shell",
    "standard", "visits", "depth_2018", "fuzhou_2018", "C1", "all",
    "auto", "discrete_event", "compiled", "summary", "cases", "events", "svg",
    "active_minutes", "Morris", "licence", "applicant_minutes", "elapsed_days", "money", "illustrative", "png", "pdf",
    "mermaid", "dot",
    "CSV", "XML", "csv", "xml", "guide", "table", "guide_table", "fujian", "guangdong", "national", "shandong_city",
    "shandong_province", "zhejiang", "levels", "fujian_stars", "least", "greatest", "faults",
    "diagrams", "service", "scenario", "item", "II", "III", "IV", "import", "export", "XLSX", "DOCX", "xlsx",
}  # fmt: skip


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", [r for r in ROOMS if r not in ("starting", "fields")])
def test_both_languages_with_the_same_places(name: str) -> None:
    for key, entry in room(name).items():
        assert set(entry) == set(LANGS), f"{name}.{key}"
        zh, en = entry["zh"], entry["en"]
        parts = list(zip(zh.values(), en.values(), strict=True)) if isinstance(zh, dict) else [(zh, en)]
        for chinese, english in parts:
            assert isinstance(chinese, str), f"{name}.{key}"
            assert isinstance(english, str), f"{name}.{key}"
        every = [places(" ".join(side.values()) if isinstance(side, dict) else side) for side in (zh, en)]
        assert every[0] == every[1], f"{name}.{key}"


def keys_used() -> set[str]:
    """Return every text of room `cli` that the source asks for by a literal key."""
    found = set()
    for file in (SOURCE / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = node.func
                name = getattr(function, "attr", getattr(function, "id", ""))
                if name in ("say", "_say") and isinstance(node.args[0].value, str):
                    found.add(node.args[0].value)
            if isinstance(node, ast.Call):
                for word in node.keywords:
                    if word.arg in ("words", "metavar") and isinstance(word.value, ast.Constant):
                        found.add(f"{'option' if word.arg == 'words' else 'metavar'}.{word.value.value}")
    return found


def test_every_key_that_is_asked_for_exists() -> None:
    asked = keys_used()
    assert len(asked) > 80
    assert asked <= set(room("cli"))


def test_every_text_is_asked_for() -> None:
    source = "\n".join(f.read_text(encoding="utf-8") for f in (SOURCE / "cli").rglob("*.py"))
    made = re.compile(
        r"^(help|short|table|ruling|option|argument|metavar|demo\.about)[._]|^explain\.level_"
        r"|^(simulate|compare)\.(items|segments)$|^sensitivity\.[a-z]+_(visits|active_minutes)$"
        r"|^spread\.[a-z]+_(days|minutes)$|^plan\.(no_)?waiting_(in|out)side$"
    )
    unused = [key for key in room("cli") if f'"{key}"' not in source and not made.match(key)]
    assert not unused


def test_every_reason_of_a_criterion_has_words() -> None:
    source = (SOURCE / "analysis" / "criteria.py").read_text(encoding="utf-8")
    whys = set(re.findall(r'"(?:holds|fails|not_applicable)",\s*f?"([a-z_{}]+)"', source))
    assert len(whys) > 20
    known = set(room("criteria"))
    assert {w for w in whys - {"holds", "fails"} if "{" not in w} <= known
    for mark in ("accepted", "decided"):
        assert {f"visit_before_{mark}", f"visits_after_{mark}"} <= known


@pytest.mark.parametrize("command", [(), *((c,) for c in COMMANDS)], ids=lambda c: c[0] if c else "depthsim")
def test_help_speaks_one_language(command: tuple[str, ...]) -> None:
    chinese = run(*command, "--help", lang="zh")
    english = run(*command, "--help", lang="en")
    assert chinese.exit_code == english.exit_code == 0
    words = re.sub(r"(?<![\w-])--?[a-z][a-z-]*", " ", chinese.stdout)
    strange = [w for w in re.findall(r"[A-Za-z_][A-Za-z_0-9]+", words) if w not in NAMES]
    assert not strange
    assert not re.search(r"[\u4e00-\u9fff]", english.stdout)
    for text in (chinese.stdout, english.stdout):
        assert not any(line != line.rstrip() for line in text.splitlines())
        assert "--help" in text
    assert chinese.stderr == english.stderr == ""


def test_language_of_the_locale() -> None:
    from cli.commandline import start

    assert "用法" in start("--help", LC_ALL="zh_CN.UTF-8").stdout.decode()
    assert "Usage" in start("--help", LC_ALL="en_US.UTF-8").stdout.decode()
    assert "用法" in start("classify", "--help", "--lang=zh", LC_ALL="C").stdout.decode()


def test_tables_in_chinese_are_chinese() -> None:
    found = run("explain", "fuzhou/road_occupation", lang="zh").stdout
    assert "缴纳占道费" in found
    assert "按标准" in found
    assert "按次数" in found
    english = run("explain", "fuzhou/road_occupation", lang="en").stdout
    assert not re.search(r"[\u4e00-\u9fff]", english)


def test_lines_fit_eighty_columns() -> None:
    for lang in LANGS:
        for args in (("classify", "fuzhou"), ("explain", "fuzhou/food_business_licence"), ("--help",)):
            for line in run(*args, lang=lang).stdout.splitlines():
                wide = cell_len(line)
                assert wide <= 80 or line.startswith(("workflows/", "    ")), line


@pytest.mark.parametrize("lang", LANGS)
def test_tables_on_a_terminal_fit_and_lose_nothing(lang: str) -> None:
    pty = pytest.importorskip("pty", reason="no terminals to open here")
    piped = run("classify", "canonical", lang=lang).stdout
    ours, theirs = pty.openpty()
    program = "import sys; from depthsim.cli import main; sys.argv[0] = 'depthsim'; main()"
    env = {**os.environ, "COLUMNS": "80", "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    child = subprocess.Popen(
        [sys.executable, "-c", program, "--lang", lang, "classify", "canonical"], stdout=theirs, stderr=theirs, env=env
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert child.wait(timeout=60) == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).replace("\r", "")
    assert "\x1b" in shown.decode()
    for line in text.splitlines():
        assert cell_len(line) <= 80
    for word in re.findall(r"\S+", piped):
        assert word in text
