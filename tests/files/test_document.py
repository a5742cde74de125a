"""YAML text to plain data: which words are what, which parts of YAML are refused, and where things stand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.files import document
from depthsim.files.document import LARGEST_BYTES, parse, read
from depthsim.texts import LANGS, finding_line


@pytest.mark.parametrize("word", ["no", "on", "off", "yes", "y", "N", "No", "ON", "12 min", "09:00", "13:00", "1:30",
    "2026-03-02", "2026-03-02T10:00:00", "012", "0x1f", "0o7", "1_000", ".inf", ".nan",
    "-.inf", "=", "nan"])  # fmt: skip
def test_words_that_stay_texts(word: str) -> None:
    assert parse(f"a: {word}", "f").data == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("12", 12), ("-3", -3), ("0", 0),
     ("0.5", 0.5), (".5", 0.5), ("1e3", 1000.0), ("1.5E-2", 0.015), ("'12'", "12"), ('"true"', "true"), ("''", "")],
)  # fmt: skip
def test_words_that_mean_something(word: str, value: object) -> None:
    found = parse(f"a: {word}", "f").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_texts() -> None:
    assert parse("no: 1\n09:00: 2\n12: 3\ntrue: 4\n", "f").data == {"no": 1, "09:00": 2, "12": 3, "true": 4}


@pytest.mark.parametrize(
    ("source", "value", "warnings"),
    [
        ("{zh: 结果, en: Courier, and guidance}", {"zh": "结果", "en": "Courier, and guidance"}, 1),
        ("{en: one, two, three, zh: 四}", {"en": "one, two, three", "zh": "四"}, 2),
        ("{a: 1, 2}", {"a": "1, 2"}, 1),
        ("{a: one,two}", {"a": "one,two"}, 1),
        ("{a: x, b: }", {"a": "x", "b": None}, 0),
        ("{a: x, 'b': y}", {"a": "x", "b": "y"}, 0),
        ("{a: x, }", {"a": "x"}, 0),
    ],
)  # fmt: skip
def test_texts_split_at_a_comma_are_joined_with_a_warning(source: str, value: object, warnings: int) -> None:
    found = parse(f"x: {source}", "f")
    assert found.data == {"x": value}
    assert [f.code for f in found.findings] == ["DS022"] * warnings


def test_all_problems_at_once() -> None:
    found = parse("a: !x 1\nb: {c, d: 1}\na: 2\n? [z]\n: 1\n<<: {e: 1}\n", "f")
    assert [(f.code, f.location.line) for f in found.findings if f.location] == [
        ("DS017", 1), ("DS021", 2), ("DS015", 3), ("DS020", 4), ("DS016", 6),
    ]  # fmt: skip
    assert found.findings[2].values["first"] == "f:1:1"


@pytest.mark.parametrize("bomb", ["[" * 100_000, "- " * 100_000 + "a", "{a: " * 50_000, "a: " + "[" * 1_000_000])
def test_nesting_is_bounded_before_it_hurts(bomb: str) -> None:
    assert [f.code for f in parse(bomb, "f").findings] == ["DS018"]


def test_alias_bombs_are_refused_with_every_place() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    found = parse("\n".join(lines), "f")
    assert found.data is None
    assert {f.code for f in found.findings} == {"DS016"}
    assert len(found.findings) == 30 + 2 * 29


def test_ampersands_and_stars_in_texts_are_fine() -> None:
    assert parse("a: R&D\nb: 'x * y'\nc: 2 * 3\n", "f").findings == ()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_byte_order_mark(tmp_path: Path, end: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + f"a: 1{end}b: {{c: 2}}{end}".encode())
    found = read(path)
    assert found.data == {"a": 1, "b": {"c": 2}}
    assert str(found.locate(("b", "c"))) == f"{path}:2:5"
    assert str(found.locate(("a",))) == f"{path}:1:1"


def test_places_count_characters_and_fall_back_to_what_encloses() -> None:
    found = parse("名: {中文: 一, en: [x, {deep: 1}]}\n", "f")
    assert str(found.locate(("名", "en"))) == "f:1:12"
    assert str(found.locate(("名", "en", 1, "deep"))) == "f:1:21"
    assert str(found.locate(("名", "none", "deeper"))) == "f:1:1"
    assert str(found.locate(("none",))) == "f:1:1"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda p: None, "DS001"),
        (lambda p: p.mkdir(), "DS002"),
        (lambda p: p.write_bytes(b"a: 1\n" * (LARGEST_BYTES // 5 + 1)), "DS007"),
        (lambda p: p.write_bytes(b""), "DS006"),
        (lambda p: p.write_bytes(b"\n\n# only a comment\n"), "DS006"),
        (lambda p: p.write_bytes("名称: 食品经营许可\n".encode("gbk")), "DS005"),
        (lambda p: p.write_bytes(b"name: Stra\xdfe und \xc4rger\n"), "DS004"),
        (lambda p: p.write_bytes("a: 1\n".encode("utf-16")), "DS004"),
        (lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00"), "DS004"),
        (lambda p: p.write_bytes(b"just words\n"), "DS019"),
        (lambda p: p.symlink_to(p), "DS001"),
        (lambda p: p.symlink_to("/dev/zero"), "DS003"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read(tmp_path: Path, make: object, code: str) -> None:
    path = tmp_path / "x.yaml"
    make(path)  # type: ignore[operator]
    found = read(path)
    assert found.data is None
    assert [f.code for f in found.findings] in ([code], ["DS003"] if code == "DS001" else [code])
    for lang in LANGS:
        assert finding_line(found.findings[0], lang)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(self: Path) -> bytes:
        raise PermissionError(13, "denied")

    (tmp_path / "x.yaml").write_text("a: 1")
    monkeypatch.setattr(Path, "read_bytes", forbid)
    assert read(tmp_path / "x.yaml").findings[0].code == "DS003"


def test_the_slower_parser_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "# 例\na: {zh: 结果, en: one, two, no: [1, 'x']}\nb:\n  c: |\n    text\n  a: 2026-03-02\nb: 1\n"
    fast = parse(source, "f")

    class Slow(
        document._PlainTags, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer
    ):
        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)
            yaml.composer.Composer.__init__(self)

    monkeypatch.setattr(document, "_Composer", Slow)
    slow = parse(source, "f")
    assert slow.data == fast.data
    assert slow.findings == fast.findings
    for broken in ("a: 'x", "a: [1", "a: b: c", "a:\n  b: 1\n c: 2\n", "a: @x", "a: *x", "a:\n\tb: 1", "a: \x01"):
        with monkeypatch.context() as patch:
            patch.setattr(document, "_Composer", Slow)
            found = parse(broken, "f").findings
        assert [f.code for f in found] == [f.code for f in parse(broken, "f").findings], broken


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=60), st.text("{}[]:,-?&*!|>'\"%@` \n\tab1#", max_size=60)))
def test_any_text_gives_data_or_findings_never_a_traceback(source: str) -> None:
    found = parse(source, "f")
    assert found.data is not None or found.findings
    for finding in found.findings:
        assert finding.location is not None
        for lang in LANGS:
            assert finding_line(finding, lang)
    if found.data is not None:
        found.locate(("a", "b"))


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_give_data_or_findings(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.yaml"
    path.write_bytes(raw)
    found = read(path)
    assert found.data is not None or found.findings


FILES = sorted((Path(__file__).parents[2] / "workflows").rglob("*.yaml")) + sorted(
    (Path(__file__).parents[1] / "broken").rglob("*.yaml")
)


def test_the_quick_way_reads_what_the_careful_one_reads() -> None:
    quick = 0
    for file in FILES:
        try:
            source = file.read_text(encoding="utf-8")
            root = document._compose(source)
        except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
            continue
        careful = document._Builder(source, "")
        data = careful.value(root, (), 0) if root is not None else None
        try:
            found = document._usual(root, 0)
        except (document._UnusualError, AttributeError):
            continue
        quick += 1
        assert found == data, file
        assert not careful.findings, file
    assert quick > 100
