"""YAML written in blocks, read line by line, several times as fast as by a parser: files of one kind are alike.

Indentation alone makes the structure, so that a line that was read once need not be read again: the items and guides
of a city have half a million lines, and a tenth as many different ones. Only what is beyond doubt is read here: keys
of letters, one to a line, each with a simple text, with a value that the parser reads alone on its line, or with a
block further in. Anything else, and whatever a finding may be about, leaves the whole file to the parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

DEEPEST_BLOCK = 20
"""Blocks and values deeper than this are left to the parser, which counts to its own limit."""

Read = Callable[[str], Any]
"""Gives the value that the parser reads in a text; raises LeftError, or what it raises of errors."""


class LeftError(Exception):
    """Something that is left to the parser."""


_OPEN = object()
"""The value of a key with nothing behind it: a block, or nothing, as the next line says."""
_LINE = re.compile(r"( *)(- )?(?:([A-Za-z]\w{0,99}):(?: +|$))?(.*)")
_SIMPLE = re.compile(r"(?:\w|-(?=[0-9]))(?:[\w /.,;()+%“”‘’（）、，。：；《》-]|:(?=[^ ]))*")
"""A text that stands for itself wherever a block's line holds it; `plain` says what it stands for."""
_DOUBTFUL = re.compile(r"[\t\r\x85\u2028\u2029\ufeff]|(?:^|[ \[{,:])[&*]|^[ |>!%@`#,:?\]}-]|(?:[\[{][^\[{]*){20}")
"""Other ends of lines, anchors and aliases; what begins no value or one of several lines; a deep nest."""


def data(source: str, plain: Read, read: Read) -> dict[str, Any]:
    """Return the data of a YAML text in blocks; raises LeftError, or an error of `read`, where the parser must see it.

    `plain` says what a text without quotes stands for, `read` what any other one does that fills the rest of a line.
    """
    whole: dict[str, Any] = {}
    container: Any = whole
    indent, opened = 0, None
    around: list[tuple[Any, int]] = []
    for line in source.split("\n"):
        found = _line(line, plain, read)
        if found is None:
            continue
        at, inner, key, value = found
        if opened is not None:
            if at > indent:
                around.append((container, indent))
                container[opened] = container = [] if inner else {}
                indent = at
            opened = None
        while at < indent:
            container, indent = around.pop()
        if at != indent or len(around) > DEEPEST_BLOCK:
            raise LeftError
        value = _copy(value)
        if inner:
            if key is None:
                _listed(container, value)
                continue
            around.append((container, indent))
            container, indent = _listed(container, {}), at + inner
        elif type(container) is not dict or key in container:
            raise LeftError
        if value is _OPEN:
            value, opened = None, key
        container[key] = value
    if not whole:
        raise LeftError
    return whole


@lru_cache(maxsize=1 << 16)
def _line(line: str, plain: Read, read: Read) -> tuple[int, int, str | None, Any] | None:
    """Return where a line's text begins, how far behind its dash (0: no dash), its key, its value; None of no text."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise LeftError
    spaces, dash, key, rest = match.groups()
    if not dash and key is None:
        if rest and (rest[0] != "#" or not rest.isprintable()):
            raise LeftError
        return None
    value: Any = _OPEN
    if rest:
        if _SIMPLE.fullmatch(rest):
            value = plain(rest.rstrip(" "))
        elif _DOUBTFUL.search(rest):
            raise LeftError
        else:
            value = read(rest)
    elif key is None:
        raise LeftError
    return len(spaces), len(dash or ""), key, value


def _listed(container: Any, value: Any) -> Any:
    """Return the value, which has become the list's last one."""
    if type(container) is not list:
        raise LeftError
    container.append(value)
    return value


def _copy(value: Any) -> Any:
    """Return plain data that shares no mapping or list with another place."""
    if type(value) is dict:
        return {key: _copy(inside) for key, inside in value.items()}
    if type(value) is list:
        return [_copy(inside) for inside in value]
    return value
