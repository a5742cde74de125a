"""Where numbers come from: every number has a `source:` or an `assumption:`, its own or an enclosing mapping's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, NamedTuple

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


class NumberOrigin(NamedTuple):
    """One number of a document: where it stands, and what covers it (`source`, `assumption` or None)."""

    path: tuple[str | int, ...]
    origin: str | None
    note: str | None


_QUANTITY = re.compile(r"^\s*\d+(\.\d+)?\s*[A-Za-z%一-鿿]")
_NOT_QUANTITIES = {
    "source", "assumption", "schema", "id", "name", "start", "code", "seen", "hours", "title",
    "credit_code", "basic_code", "business_code", "part_of", "codes", "sha256", "url", "raw", "clause", "address",
    "reference",
}  # fmt: skip


def number_origins(document: Any) -> Iterator[NumberOrigin]:
    """Yield every number of a document (plain data as in YAML), with what covers it; the nearest wins.

    A quantity such as `12 min` is a number; dates, opening hours, names and codes are not.
    """
    found: list[NumberOrigin] = []
    _walk(document, (), None, None, found)
    return iter(found)


def _walk(
    node: Any, path: tuple[str | int, ...], origin: str | None, note: str | None, found: list[NumberOrigin]
) -> None:
    if isinstance(node, str):
        if _QUANTITY.match(node):
            found.append(NumberOrigin(path, origin, note))
    elif isinstance(node, (dict, Mapping)):  # dict first: the abstract type is slow to ask
        is_material = len(path) >= 2 and path[-2] == "materials"
        for key in ("source", "assumption"):
            if key in node and node[key] is not None and not (is_material and key == "source"):
                said = node[key]
                origin = key
                note = str(said.get("title") or said.get("note")) if isinstance(said, Mapping) else str(said)
        for key, child in node.items():
            if key not in _NOT_QUANTITIES and not (is_material and key == "source"):
                if type(child) is str and child[:1].isalpha():
                    continue  # most texts: no quantity begins with a letter
                _walk(child, (*path, key), origin, note, found)
    elif isinstance(node, (list, tuple)):
        for index, child in enumerate(node):
            _walk(child, (*path, index), origin, note, found)
    elif isinstance(node, (int, float)) and not isinstance(node, bool):
        found.append(NumberOrigin(path, origin, note))


@dataclass(frozen=True, slots=True)
class Assumed:
    """A number that is an assumption: where it stands, the number as written, and the range over which it is plausible.

    `value` is a number, a quantity (`12 min`), or a whole law of chance, whose mean the range is about. `low` and
    `high` are those of the assumption, if it covers this number alone, or no other with a unit (or without) as theirs.
    """

    path: tuple[str | int, ...]
    value: Any
    note: str
    low: float | str | None = None
    high: float | str | None = None


def assumed_numbers(document: Any) -> list[Assumed]:
    """Return the numbers of a document (plain data as in YAML) that an assumption covers; a law counts as one."""
    found: list[tuple[Assumed, int]] = []
    _assumed(document, (), None, found)
    covered = Counter(cover for _, cover in found)
    alike = Counter((cover, _plain(a.value)) for a, cover in found)

    def meant(a: Assumed, cover: int) -> bool:
        """A range is about the only number that it covers, or the only one of its kind: without a unit, or with."""
        kinds = {_plain(bound) for bound in (a.low, a.high) if bound is not None}
        return covered[cover] == 1 or (alike[cover, _plain(a.value)] == 1 and kinds == {_plain(a.value)})

    return [a if meant(a, cover) else replace(a, low=None, high=None) for a, cover in found]


def _plain(value: Any) -> bool:
    return isinstance(value, (int, float))


def _assumed(
    node: Any,
    path: tuple[str | int, ...],
    cover: tuple[int, Any] | None,
    found: list[tuple[Assumed, int]],
) -> None:
    """Collect numbers; `cover` is the nearest assumption, with the number of its mapping; None under a source."""
    if isinstance(node, Mapping):
        if node.get("assumption") is not None:
            cover = (id(node), node["assumption"])
        elif node.get("source") is not None and not (len(path) >= 2 and path[-2] == "materials"):
            cover = None
        if "law" not in node:
            for key, child in node.items():
                if key not in _NOT_QUANTITIES:
                    _assumed(child, (*path, key), cover, found)
            return
    elif isinstance(node, (list, tuple)):
        for index, child in enumerate(node):
            _assumed(child, (*path, index), cover, found)
        return
    elif isinstance(node, bool) or not (
        isinstance(node, (int, float)) or (isinstance(node, str) and _QUANTITY.match(node))
    ):
        return
    if cover is not None:
        said = cover[1] if isinstance(cover[1], Mapping) else {"note": cover[1]}
        note, low, high = str(said.get("note")), said.get("low"), said.get("high")
        found.append((Assumed(path, node, note, low, high), cover[0]))
