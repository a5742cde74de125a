"""Plain data as lines of YAML: nested mappings in blocks, what is marked for one line in braces or brackets.

PyYAML writes the scalars, which knows when a text needs quotes; the lines are laid out here, ten times as fast as
by its emitter. Thousands of files are written at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from depthsim.files.document import plain

_LINE_ENDS = re.compile("[\n\r\x85\u2028\u2029]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NEVER_QUOTED = re.compile(
    "[\u4e00-\u9fff]+|[A-Z][a-z]+(?: [a-z]+)+|[a-z]+(?:_[a-z]+)+|[a-z]+[0-9][0-9a-z_]*|0[0-9]{2,3}-[0-9]{7,8}"
    "|(?:[A-Za-z][A-Za-z0-9_.]* )?[\u4e00-\u9fff][\u4e00-\u9fff\u3001-\u3011（），；：！？“”0-9A-Za-z_ %./()+-]*(?<! )"
)
"""Chinese text, several words, words joined by underscores, ids, telephone numbers: nothing YAML could misread."""


class Line(dict[str, Any]):
    """A mapping on one line."""


class LineList(list[Any]):
    """A list on one line."""


def lines_of(data: Mapping[str, Any]) -> str:
    """Return a mapping as YAML."""
    if isinstance(data, Line):
        return f"{_on_one_line(data)}\n"
    found: list[str] = []
    _block(data, "", found)
    return "".join(found)


def _block(data: Mapping[str, Any], indent: str, found: list[str]) -> None:
    for key, value in data.items():
        kind = type(value)
        if kind is dict and value:
            found.append(f"{indent}{_key(key)}:\n")
            _block(value, indent + "  ", found)
        elif kind is list and value:
            found.append(f"{indent}{_key(key)}:\n")
            _entries(value, indent + "  ", found)
        else:
            found.append(f"{indent}{_key(key)}: {_on_one_line(value, inside=False)}\n")


def _entries(values: list[Any], indent: str, found: list[str]) -> None:
    for value in values:
        first = len(found)
        if type(value) is dict and value:
            _block(value, indent + "  ", found)
        elif type(value) is list and value:
            _entries(value, indent + "  ", found)
        else:
            found.append(f"{indent}  {_on_one_line(value, inside=False)}\n")
        found[first] = f"{indent}- {found[first][len(indent) + 2 :]}"


def _on_one_line(value: Any, *, inside: bool = True) -> str:
    if type(value) is str and _NEVER_QUOTED.fullmatch(value):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join([f"{_key(k)}: {_on_one_line(v)}" for k, v in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_on_one_line, value)) + "]"
    return _written(type(value).__name__, value, inside)


@lru_cache(maxsize=65_536)
def _written(_type: str, value: Any, inside: bool) -> str:
    """Return a scalar as PyYAML writes it; the type tells 1 from true, which are equal."""
    return _yaml(LineList([value]))[1:-2] if inside else _yaml({"k": value})[3:-1]


@lru_cache(maxsize=65_536)
def _key(key: str) -> str:
    return _yaml(Line({key: 0}))[1:-5]


def _yaml(data: Any) -> str:
    return str(
        yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000, default_flow_style=False)
    )


class _Dumper(yaml.SafeDumper):
    def check_simple_key(self) -> bool:
        """Return that every key stands before its colon, however long it is."""
        return True


def _text_node(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    if _DATE.fullmatch(value):
        return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value)
    style = None if isinstance(plain(value), str) and not _LINE_ENDS.search(value) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _line_node(dumper: yaml.SafeDumper, value: Line) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


def _line_list_node(dumper: yaml.SafeDumper, value: LineList) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


_Dumper.add_representer(str, _text_node)
_Dumper.add_representer(Line, _line_node)
_Dumper.add_representer(LineList, _line_list_node)
