"""Lines read one by one say what the parser says, or leave the text to it."""

from __future__ import annotations

import random  # noqa: TID251 - a test's own, seeded
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from depthsim.files import blocks
from depthsim.files.document import _inside, _UnusualError, parse, plain

ROOT = Path(__file__).parents[2]
LEFT = (blocks.LeftError, _UnusualError, yaml.YAMLError)
FILES = sorted(p for d in ("workflows", "scenarios", "standards", "costs") for p in (ROOT / d).rglob("*.yaml"))
ODDITIES = (
    *"az019 :{}[],'\"#-|>&*!%@`?~<\\\n\t\r.（中\u2028\x85\ufeff=+_",
    "  ", "- ", ": ", " #", "\n\n", "\n  ", "null", "true", "...", "\n---\n", "- - ", "? ", "<<: ", "!t ", "{a", "|\n",
)  # fmt: skip


def quick(source: str) -> dict[str, Any]:
    return blocks.data(source, plain, _inside)


@pytest.fixture
def by_parser(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Gives `parse` without lines read one by one."""

    def left(*_: Any) -> Any:
        raise blocks.LeftError

    def parsed(source: str) -> Any:
        with monkeypatch.context() as without:
            without.setattr(blocks, "data", left)
            return parse(source, "file")

    return parsed


def test_bundled_files_are_read_as_the_parser_reads_them(by_parser: Any) -> None:
    quickly = 0
    for path in FILES:
        source = path.read_text("utf-8")
        assert repr(parse(source, "file").data) == repr(by_parser(source).data), path
        try:
            quick(source)
        except LEFT:
            continue
        quickly += 1
    assert quickly > 0.8 * len(FILES)


def test_spoiled_texts_are_read_as_the_parser_reads_them_or_left_to_it(by_parser: Any) -> None:
    luck = random.Random(1)
    texts = [path.read_text("utf-8") for path in FILES]
    quickly = changed = 0
    for _ in range(3000):
        lines = luck.choice(texts).split("\n")
        start = luck.randrange(len(lines))
        source = _spoiled(_outdented(lines[start : start + luck.randrange(3, 25)]), luck)
        try:
            found = quick(source)
        except LEFT:
            continue
        document = by_parser(source)
        assert (repr(found), ()) == (repr(document.data), document.findings), source
        quickly += 1
        changed += repr(found) != repr(by_parser(source.replace(" ", "_", 1)).data)
    assert quickly > 600
    assert changed > 300


def _outdented(lines: list[str]) -> str:
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    return "\n".join(line[indent:] if not line[:indent].strip() else line for line in lines)


def _spoiled(source: str, luck: random.Random) -> str:
    for _ in range(luck.choice((0, 1, 1, 2, 3))):
        at = luck.randrange(len(source) + 1)
        source = source[:at] + luck.choice(("", luck.choice(ODDITIES))) + source[at + luck.choice((0, 0, 1, 3)) :]
    return source


@pytest.mark.parametrize(
    "source",
    [
        "a: &x 1", "a: [&x 1]", "a: *x", "a: !t 1", "a: {<<: b}", "a: 1\na: 2", "a: b: c", "a: b\n  c", "a: |\n  b",
        "a:\n- b", "- a", "a: 'b", "a: {b", "a: {b, c}", "a\t: b", "a: b\r\nc: d", "? a", "'a': b", "a: - b", "--- a",
        "a: b\n...", "a: b\u2028c: d", "a: [" + "[" * 60 + "]" * 60 + "]", " a: b\nc: d", "a:\n  - b\n  c: d", "",
        "# a",
    ],
)  # fmt: skip
def test_doubtful_texts_are_left_to_the_parser(source: str) -> None:
    with pytest.raises(LEFT):
        quick(source)


def test_no_two_places_share_a_value() -> None:
    text = "a: {b: [1], c: {d: 2}}\ne:\n  - {b: [1]}\n  - {b: [1]}\n"
    first, second = quick(text), quick(text)
    assert first == {"a": {"b": [1], "c": {"d": 2}}, "e": [{"b": [1]}, {"b": [1]}]}
    assert first["e"][0] is not first["e"][1]
    assert first["e"][0]["b"] is not first["e"][1]["b"]
    assert first["a"]["c"] is not second["a"]["c"]
