"""Records of the national format in a file: JSON, XML, or XML inside JSON, wherever in it they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from depthsim.errors import InputError, Location, error

_MOST_BYTES = 512 * 2**20


def records(path: Path, file: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the records of a file, with where they stand in it."""
    at = Location(file)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(error("DS956", file=file, mebibytes=f"{path.stat().st_size / 2**20:,.0f}").at(at))
        data = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(error("DS001", file=file).at(at)) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(error("DS951", file=file, reason=str(problem)[:200]).at(at)) from None
    try:
        whole = _of_xml(data) if data.lstrip().startswith("<") else _of_json(data)
    except json.JSONDecodeError as problem:
        place = Location(file, problem.lineno, problem.colno)
        raise InputError(error("DS977", file=file, reason=problem.msg).at(place)) from None
    except (ET.ParseError, RecursionError, ValueError) as problem:
        raise InputError(error("DS977", file=file, reason=str(problem)[:200]).at(at)) from None
    found = list(_found(whole, "", 0))
    if not found:
        raise InputError(error("DS978", file=file).at(at))
    return found


def _found(data: Any, path: str, depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every mapping that holds an item, wherever it stands; texts that are XML or JSON are opened."""
    if depth > 12:
        return
    if isinstance(data, str) and data.lstrip()[:1] in ("<", "{", "["):
        try:
            data = _of_xml(data) if data.lstrip().startswith("<") else _of_json(data)
        except (ET.ParseError, ValueError, RecursionError):
            return
    if isinstance(data, Mapping):
        keys = {str(key).upper(): key for key in data}
        if "AUDIT_ITEM" in keys and opened(data[keys["AUDIT_ITEM"]]) is not None:
            yield path.lstrip("."), {upper: data[key] for upper, key in keys.items()}
        elif "TASK_NAME" in keys:
            yield path.lstrip("."), {"AUDIT_ITEM": data}
        else:
            for key, value in data.items():
                yield from _found(value, f"{path}.{key}", depth + 1)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _found(value, f"{path}[{number}]", depth + 1)


def opened(data: Any) -> Mapping[str, Any] | None:
    """Return a table's one row, also where it stands in a list, or is XML in a text."""
    rows = rows_of(data)
    return rows[0] if rows else None


def rows_of(data: Any) -> list[Mapping[str, Any]]:
    """Return the rows of a table of a record, whatever holds them."""
    if isinstance(data, str):
        bare = data.strip()
        if bare[:1] not in ("<", "{", "["):
            return []
        try:
            data = _of_xml(bare) if bare.startswith("<") else _of_json(bare)
        except (ET.ParseError, ValueError):
            return []
    if isinstance(data, Mapping):
        inner = [value for value in data.values() if isinstance(value, (list, Mapping))]
        if len(data) == 1 and inner:  # <ROWS><ROW>…</ROW></ROWS>
            return rows_of(inner[0])
        return [{str(k).lower(): v for k, v in data.items()}]
    if isinstance(data, list):
        return [row for entry in data if isinstance(entry, (Mapping, str)) for row in rows_of(entry)]
    return []


_HALF = re.compile("[\ud800-\udfff]")


def _of_json(data: str) -> Any:
    """Return JSON as Python values, halves of characters (`\\ud800` without its other half) as replacement signs."""
    found = json.loads(data)
    return _whole(found) if re.search(r"\\u[dD][89a-fA-F]", data) else found


def _whole(data: Any) -> Any:
    if isinstance(data, str):
        return _HALF.sub("\N{REPLACEMENT CHARACTER}", data)
    if isinstance(data, dict):
        return {_whole(key): _whole(value) for key, value in data.items()}
    return [_whole(value) for value in data] if isinstance(data, list) else data


def _of_xml(data: str) -> Any:
    """Return XML as mappings and lists. Raises ValueError for a document type, which could hide entities."""
    if re.search(r"<!(DOCTYPE|ENTITY)", data[:10_000], re.IGNORECASE):
        raise ValueError("DOCTYPE")
    root = ET.fromstring(data)
    return {root.tag: _plain(root)}


def _plain(node: ET.Element) -> Any:
    if not len(node):
        return node.text or ""
    found: dict[str, Any] = {}
    for child in node:
        value = _plain(child)
        if child.tag in found:
            before = found[child.tag]
            found[child.tag] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[child.tag] = value
    return found
