"""A YAML text as plain data, with the line and column of every key and every problem found on the way.

The format is a safe part of YAML: one mapping, no anchors, aliases, merge keys or tags, no key twice; bounded
in size and depth. Only `true` and `false` are booleans: `no`, `on` and `yes` stay texts, as do `09:00` and
dates. In a mapping in braces, a text that was split at a comma is joined again, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

import yaml

from depthsim.errors import Finding, Location, Path, error, warning
from depthsim.files import blocks
from depthsim.texts import LANGS, text

LARGEST_BYTES = 5_000_000
DEEPEST = 40

Place = tuple[int, int]
"""Line and column, both from 1."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file's data. `data` is None where nothing could be read; `findings` carry their locations."""

    file: str
    text: str
    data: Any
    findings: tuple[Finding, ...] = ()

    def locate(self, path: Path) -> Location:
        """Return where the key at `path` stands, or the nearest enclosing one that exists."""
        return self.located(path)[0]

    def located(self, path: Path) -> tuple[Location, int]:
        """Return where `path` stands, and how many of its elements exist."""
        places = _places(self.text) if self.data is not None else {}
        for length in range(len(path), -1, -1):
            if (place := places.get(path[:length])) is not None:
                return Location(self.file, *place), length
        return Location(self.file), 0


def read(path: FilePath, shown: str | None = None) -> Document:
    """Return the document in a file, called `shown` in findings; problems of the file itself are findings too."""
    file = shown or str(path)

    def bad(code: str, **values: Any) -> Document:
        return Document(file, "", None, (error(code, file=file, **values).at(Location(file)),))

    try:
        if path.is_dir():
            return bad("DS002")
        if not path.exists():
            return bad("DS001")
        if not path.is_file():
            return bad("DS003", reason=both("files.no_regular_file"))
        if (size := path.stat().st_size) > LARGEST_BYTES:
            return bad("DS007", size=round(size / 1e6, 1), largest=LARGEST_BYTES // 1_000_000)
        raw = path.read_bytes()
    except PermissionError:
        return bad("DS003", reason=both("files.no_permission"))
    except (OSError, ValueError) as problem:
        return bad("DS003", reason=getattr(problem, "strerror", None) or str(problem))
    try:
        return parse(raw.decode("utf-8-sig"), file)
    except UnicodeDecodeError as problem:
        gbk = _is_gbk(raw)
        start = next(i for i, byte in enumerate(raw) if byte > 127) if gbk else problem.start
        before = raw[:start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "ignore").lstrip("\ufeff")) + 1
        code = "DS005" if gbk else "DS004"
        return Document(file, "", None, (error(code, file=file).at(Location(file, line, column)),))


def parse(source: str, file: str) -> Document:
    """Return the document that a text holds, called `file` in its findings."""
    try:
        return Document(file, source, blocks.data(source, plain, _inside))
    except (blocks.LeftError, _UnusualError, yaml.YAMLError):
        pass
    try:
        found = _too_deep(source) or _forbidden(source)
        root = None if found else _compose(source)
    except yaml.YAMLError as problem:
        return Document(file, source, None, (_syntax(problem, source, file),))
    except RecursionError:
        found, root = [("DS018", (1, 1), {"deepest": DEEPEST})], None
    if found:
        findings = tuple(error(code, **values).at(Location(file, *place)) for code, place, values in found)
        return Document(file, source, None, findings)
    if root is None or (_is_plain(root) and not root.value):
        return Document(file, source, None, (error("DS006", file=file).at(Location(file)),))
    if not isinstance(root, yaml.MappingNode):
        place = Location(file, root.start_mark.line + 1, root.start_mark.column + 1)
        return Document(file, source, None, (error("DS019").at(place),))
    try:
        return Document(file, source, _usual(root, 0))
    except _UnusualError:
        builder = _Builder(source, file)
    data = builder.value(root, (), 0)
    if any(f.code == "DS018" for f in builder.findings):
        data = None
    return Document(file, source, data, tuple(builder.findings))


def both(key: str, **values: Any) -> dict[str, str]:
    """Return a text in both languages, as a value of a finding."""
    return {lang: text(key, lang, **values) for lang in LANGS}


def _is_gbk(raw: bytes) -> bool:
    """Return whether bytes that are not UTF-8 read as Chinese: most characters beyond ASCII are everyday ones."""
    try:
        beyond = [c for c in raw.decode("gb18030") if ord(c) > 127]
    except UnicodeDecodeError:
        return False
    return sum(_everyday(c) for c in beyond) > len(beyond) / 2


def _everyday(character: str) -> bool:
    try:
        return "\u4e00" <= character <= "\u9fff" and len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


# ------------------------------------------------------------------------------------------- nodes


class _PlainTags:
    """Gives each node not a tag but whether it was written plain (True) or quoted (False); quick."""

    def resolve(self, _kind: Any, _value: Any, implicit: Any) -> Any:
        return implicit[0] if isinstance(implicit, tuple) else implicit

    def descend_resolver(self, *_: Any) -> None: ...

    def ascend_resolver(self) -> None: ...


if yaml.__with_libyaml__:
    from yaml.cyaml import CParser  # type: ignore[attr-defined, unused-ignore]

    class _Composer(_PlainTags, CParser):  # type: ignore[misc, unused-ignore]
        """libyaml's composer."""

else:  # pragma: no cover - only where PyYAML was built without libyaml

    class _Composer(  # type: ignore[no-redef]
        _PlainTags, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer
    ):
        """PyYAML's own composer, slower, the same nodes."""

        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)
            yaml.composer.Composer.__init__(self)


def _is_plain(node: Any) -> bool:
    """Return whether a node is a text without quotes and tag."""
    return node.tag is True and isinstance(node, yaml.ScalarNode)


def _compose(source: str) -> Any:
    return _Composer(source).get_single_node()


def _events(source: str) -> Iterator[Any]:
    composer = _Composer(source)
    while composer.check_event():
        yield composer.get_event()


_LONG_RUN = re.compile(r"^[ \-?\t]{100}", re.MULTILINE)
_Problem = tuple[str, Place, dict[str, Any]]


def _too_deep(source: str) -> list[_Problem]:
    """Return a problem where nesting is deep enough to exhaust the composer's stack (events need none)."""
    if source.count("[") + source.count("{") < 2000 and not _LONG_RUN.search(source):
        return []
    depth = 0
    for event in _events(source):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return [("DS018", _place(event.start_mark), {"deepest": DEEPEST})]
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return []


def _forbidden(source: str) -> list[_Problem]:
    """Return every anchor and alias: the composer would follow them silently."""
    if "&" not in source and "*" not in source:
        return []
    found: list[_Problem] = []
    for event in _events(source):
        if (name := getattr(event, "anchor", None)) is not None:
            mark = "*" if isinstance(event, yaml.AliasEvent) else "&"
            found.append(("DS016", _place(event.start_mark), {"given": f"{mark}{name}"}))
    return found


def _place(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1)


_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_PLAIN: Any = True
_WORDS: Mapping[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_AFTER_KEY = re.compile(r"[ \t\r\n]*:")


def plain(value: str) -> Any:
    """Return what a text without quotes stands for: nothing, a boolean, a number, or itself."""
    if value in _WORDS:
        return _WORDS[value]
    if value[0] in "+-.0123456789":
        if _INT.fullmatch(value):
            return int(value)
        if _FLOAT.fullmatch(value):
            return float(value)
    return value


class _UnusualError(Exception):
    """Something that a finding may be about."""


def _usual(node: Any, depth: int) -> Any:
    """Return a node's data, quickly, without an eye for places; raises where `_Builder` might find a problem."""
    if isinstance(node.tag, str):
        raise _UnusualError
    if isinstance(node, yaml.ScalarNode):
        return plain(node.value) if node.tag is True else node.value
    if depth >= DEEPEST:
        raise _UnusualError
    if isinstance(node, yaml.SequenceNode):
        return [_usual(child, depth + 1) for child in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if isinstance(key.tag, str) or not isinstance(key, yaml.ScalarNode):
            raise _UnusualError
        if (name := key.value) in found or name in _ODD_KEYS:
            raise _UnusualError
        if node.flow_style and value.value == "" and value.tag is True:
            raise _UnusualError
        found[name] = _usual(value, depth + 1)
    return found


_ODD_KEYS = ("", "~", "<<")


def _inside(value: str) -> Any:
    """Return the data of a value that fills the rest of a line; raises where there may be more to it."""
    root = _compose(f"- {value}")
    if not isinstance(root, yaml.SequenceNode) or len(root.value) != 1:
        raise _UnusualError
    (node,) = root.value
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        raise _UnusualError
    return _usual(node, blocks.DEEPEST_BLOCK)


class _Builder:
    """Turns nodes into data and collects problems; with `places`, also where each path stands."""

    def __init__(self, source: str, file: str, places: dict[Path, Place] | None = None) -> None:
        self.source, self.file, self.places = source, file, places
        self.findings: list[Finding] = []

    def value(self, node: Any, path: Path, depth: int) -> Any:
        """Return a node's data."""
        self._refuse_tag(node, path)
        if isinstance(node, yaml.ScalarNode):
            return plain(node.value) if _is_plain(node) else node.value
        if depth >= DEEPEST:
            self._report("DS018", path, node, deepest=DEEPEST)
            return None
        if isinstance(node, yaml.SequenceNode):
            found = []
            for index, child in enumerate(node.value):
                self._place((*path, index), child)
                found.append(self.value(child, (*path, index), depth + 1))
            return found
        return self._mapping(node, path, depth)

    def _mapping(self, node: Any, path: Path, depth: int) -> dict[str, Any]:
        if self.places is not None and not path:
            self.places[()] = _place(node.start_mark)
        found: dict[str, Any] = {}
        first: dict[str, Any] = {}
        for key_node, value_node in self._pairs(node, path):
            key = self._key(key_node, path)
            if key is None:
                continue
            if key in first:
                earlier = Location(self.file, *_place(first[key].start_mark))
                self._report("DS015", (*path, key), key_node, key=key, first=str(earlier))
                continue
            first[key] = key_node
            self._place((*path, key), key_node)
            found[key] = self.value(value_node, (*path, key), depth + 1)
        return found

    def _key(self, node: Any, path: Path) -> str | None:
        if not isinstance(node, yaml.ScalarNode) or node.value == "" or (_is_plain(node) and node.value == "~"):
            self._report("DS020", path, node)
            return None
        self._refuse_tag(node, path)
        if _is_plain(node) and node.value == "<<":
            self._report("DS016", path, node, given="<<")
            return None
        return str(node.value)

    def _pairs(self, node: Any, path: Path) -> list[tuple[Any, Any]]:
        """Return a mapping's pairs; in braces, texts that a comma split are joined again."""
        if not node.flow_style:
            return node.value  # type: ignore[no-any-return]
        found: list[tuple[Any, Any]] = []
        for key, value in node.value:
            if not self._lonely(key, value):
                found.append((key, value))
                continue
            last = found[-1][1] if found else None
            if last is not None and _is_plain(last) and last.value and _is_plain(key):
                comma = self.source.rfind(",", last.end_mark.index, key.start_mark.index)
                gap = " " if self.source[comma + 1 : comma + 2].isspace() else ""
                whole = f"{last.value},{gap}{key.value}"
                joined = yaml.ScalarNode(_PLAIN, whole, last.start_mark, key.end_mark)
                found[-1] = (found[-1][0], joined)
                self._report("DS022", (*path, str(found[-1][0].value)), key, severe=False, text=whole)
            else:
                self._report("DS021", path, key, key=str(key.value)[:80])
        return found

    def _lonely(self, key: Any, value: Any) -> bool:
        return (
            isinstance(key, yaml.ScalarNode)
            and _is_plain(value)
            and value.value == ""
            and value.start_mark.index == value.end_mark.index
            and not _AFTER_KEY.match(self.source, key.end_mark.index)
        )

    def _refuse_tag(self, node: Any, path: Path) -> None:
        if isinstance(node.tag, str) and node.tag != "!":
            self._report("DS017", path, node, given=node.tag.replace("tag:yaml.org,2002:", "!!"))

    def _place(self, path: Path, node: Any) -> None:
        if self.places is not None:
            self.places[path] = _place(node.start_mark)

    def _report(self, code: str, path: Path, node: Any, *, severe: bool = True, **values: Any) -> None:
        finding = (error if severe else warning)(code, path, **values)
        self.findings.append(finding.at(Location(self.file, *_place(node.start_mark))))


@lru_cache(maxsize=32)
def _places(source: str) -> dict[Path, Place]:
    places: dict[Path, Place] = {}
    _Builder(source, "", places).value(_compose(source), (), 0)
    return places


# ------------------------------------------------------------------------------------------- syntax

_SYNTAX = (
    ("DS008", "a single document", ""),
    ("DS009", "while scanning for the next token", "cannot start any token"),
    ("DS009", "block scalar", "tab character"),
    ("DS010", "quoted scalar", "unexpected end of stream"),
    ("DS011", "flow", "expected ',' or"),
    ("DS011", "", "did not find expected node content"),
    ("DS011", "", "expected the node content"),
    ("DS012", "", "mapping values are not allowed"),
    ("DS013", "", "could not find expected ':'"),
    ("DS014", "block", "did not find expected"),
    ("DS014", "block", "expected <block end>"),
    ("DS016", "", "undefined alias"),
)


def _syntax(problem: yaml.YAMLError, source: str, file: str) -> Finding:
    """Return what a parser's complaint means."""
    if isinstance(problem, yaml.reader.ReaderError):
        before = source[: int(problem.position)]
        position = _character_place(source, before)
        return error("DS023", given=_code_point(problem.character)).at(Location(file, *position))
    context = str(getattr(problem, "context", "") or "")
    said = str(getattr(problem, "problem", "") or "")
    mark = getattr(problem, "problem_mark", None)
    start = getattr(problem, "context_mark", None)
    place = _place(mark) if mark else (1, 1)
    fitting = (code for code, where, what in _SYNTAX if where in context and what in said)
    code = next(fitting, "DS024")
    if code == "DS009" and "tab" not in said and not _at_tab(source, place):
        code = "DS025"
    values: dict[str, Any] = {"problem": said}
    if code in ("DS010", "DS011", "DS013") and start is not None:
        values["line"] = start.line + 1
        if code != "DS011":
            place = _place(start)
    values.setdefault("line", place[0])
    values["given"] = _character(source, place)
    return error(code, **values).at(Location(file, *place))


def _character(source: str, place: Place) -> str:
    lines = source.split("\n")
    line = lines[place[0] - 1] if place[0] <= len(lines) else ""
    return line[place[1] - 1 : place[1]].strip()


def _at_tab(source: str, place: Place) -> bool:
    lines = source.split("\n")
    return place[0] <= len(lines) and lines[place[0] - 1][place[1] - 1 : place[1]] == "\t"


def _character_place(source: str, before: str) -> Place:
    """Return the first unprintable character's place; the parser counts bytes, so it is sought anew."""
    found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]", source)
    if found:
        before = source[: found.start()]
    return (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def _code_point(character: Any) -> str:
    number = ord(character) if isinstance(character, str) and len(character) == 1 else character
    return f"U+{number:04X}" if isinstance(number, int) else str(number)
