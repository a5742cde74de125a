"""Where numbers come from: every number has a `source:` or an `assumption:`, its own or an enclosing mapping's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from depthsim.model.value import Value


class Source(Value):
    """A source of a number: its title, and where and when it was seen."""

    title: str = Field(min_length=1)
    url: str | None = None
    seen: date | None = None
    note: str | None = None


class Assumption(Value):
    """An assumption, with the range over which it is plausible (same unit as the number), if known."""

    note: str = Field(min_length=1)
    low: float | str | None = None
    high: float | str | None = None


def _titled(value: Any) -> Any:
    return {"title": value} if isinstance(value, str) else value


def _noted(value: Any) -> Any:
    return {"note": value} if isinstance(value, str) else value


SourceField = Annotated[Source, BeforeValidator(_titled, json_schema_input_type=str | Source)]
AssumptionField = Annotated[Assumption, BeforeValidator(_noted, json_schema_input_type=str | Assumption)]


class Sourced(Value):
    """A value whose numbers may say where they come from."""

    source: SourceField | None = None
    assumption: AssumptionField | None = None


@dataclass(frozen=True, slots=True)
class NumberOrigin:
    """One number of a document: where it stands, and what covers it (`source`, `assumption` or None)."""

    path: tuple[str | int, ...]
    origin: str | None
    note: str | None


_QUANTITY = re.compile(r"^\s*\d+(\.\d+)?\s*[A-Za-z%一-鿿]")
_NOT_QUANTITIES = {"source", "assumption", "schema", "id", "name", "start", "code", "seen", "hours", "title"}


def number_origins(document: Any) -> Iterator[NumberOrigin]:
    """Yield every number of a document (plain data as in YAML), with what covers it; the nearest wins.

    A quantity such as `12 min` is a number; dates, opening hours, names and codes are not.
    """
    yield from _walk(document, (), None, None)


def _walk(node: Any, path: tuple[str | int, ...], origin: str | None, note: str | None) -> Iterator[NumberOrigin]:
    if isinstance(node, Mapping):
        is_material = len(path) >= 2 and path[-2] == "materials"
        for key in ("source", "assumption"):
            if key in node and node[key] is not None and not (is_material and key == "source"):
                said = node[key]
                origin = key
                note = str(said.get("title") or said.get("note")) if isinstance(said, Mapping) else str(said)
        for key, child in node.items():
            if key not in _NOT_QUANTITIES and not (is_material and key == "source"):
                yield from _walk(child, (*path, key), origin, note)
    elif isinstance(node, (list, tuple)):
        for index, child in enumerate(node):
            yield from _walk(child, (*path, index), origin, note)
    elif (isinstance(node, (int, float)) and not isinstance(node, bool)) or (
        isinstance(node, str) and _QUANTITY.match(node)
    ):
        yield NumberOrigin(path, origin, note)
