"""Names that try to be markup, escape sequences or more lines are shown as text and obeyed by nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.commandline import run

HOSTILE = ["[red]boo[/red]", "\\u001b[31mboo\\u001b[0m", "one\\ntwo", "[/nonsense]", ":boom:", "{item}", "\\u202eboo"]


@pytest.fixture(params=HOSTILE)
def item(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run("new", "item", "mine").exit_code == 0
    file = tmp_path / "mine.yaml"
    text = file.read_text(encoding="utf-8")
    name = f'"{request.param}"'
    text = text.replace("name: {zh: 示例事项, en: Example item}", f"name: {{zh: {name}, en: {name}}}")
    text = text.replace("role: review\n", f"role: review\n      name: {{zh: {name}, en: {name}}}\n")
    file.write_text(text, encoding="utf-8")
    return file


def harmless(text: str) -> bool:
    return all(c.isprintable() or c in "\n\u3000" for c in text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_are_shown_as_they_are(item: Path, lang: str) -> None:
    for args in (["check", item], ["classify", item], ["explain", item], ["walk", item]):
        found = run(*args, lang=lang, given="1\n1\nq\n")
        assert harmless(found.stdout), found.stdout
        assert harmless(found.stderr)
        assert found.exit_code in (0, 1)
        assert "unforeseen" not in found.stderr
        assert "defect" not in found.stderr
        assert "缺陷" not in found.stderr
        assert json.loads(run(*args, "--json").stdout) is not None


def test_markup_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("new", "item", "mine")
    file = tmp_path / "mine.yaml"
    text = file.read_text(encoding="utf-8").replace("en: Example item", 'en: "[bold]Example[/bold]"')
    file.write_text(text, encoding="utf-8")
    assert "[bold]Example[/bold]" in run("classify", file).stdout


@pytest.mark.parametrize("given", ["[red]x", "\x1b[31mx", "a\nb", "x" * 5000, "[/]", "..", "a b", "-"])
def test_arguments_are_shown_as_they_are(given: str) -> None:
    for args in (
        ["classify", given],
        ["explain", given, "--system", "fuzhou"],
        ["simulate", "canonical", "--scenario", given],
        [given],
        ["classify", "fuzhou", "--by", given],
    ):
        found = run(*args)
        assert found.exit_code in (1, 2), found.output
        assert harmless(found.stderr), repr(found.stderr)
        assert "defect" not in found.stderr
