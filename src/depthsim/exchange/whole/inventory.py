"""A city's inventory and people's findings as sheets, a row each, and back: plain data as in YAML on the other side."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from depthsim.exchange.cells import Cell, from_lines, lines
from depthsim.exchange.columns import NOTHING
from depthsim.model.city import (
    Account,
    App,
    CaseStatistics,
    City,
    CityDepartment,
    County,
    ELicence,
    ListEntry,
    Portal,
    PublishedList,
    SiteLink,
)
from depthsim.model.evidence import Judgement
from depthsim.model.guide_parts import Title
from depthsim.texts import LANGS, Lang, text

Data = dict[str, Any]


@dataclass(frozen=True)
class Collection:
    """One sheet: the model of its rows, where they stand (`portals`, `links`: those of each portal), whether in a
    mapping by id, and fields that stand elsewhere."""

    key: str
    model: type[BaseModel]
    at: tuple[str, ...]
    keyed: bool = False
    without: tuple[str, ...] = ()

    def title(self, lang: Lang) -> str:
        """Return what the sheet is called."""
        return text(f"inventory.sheet.{self.key}", lang)

    @property
    def first(self) -> str | None:
        """Return the field of the first column that no row of the model has: an id, or whose part it is."""
        return self.at[0] if len(self.at) > 1 else "key" if self.keyed else None

    def headings(self, lang: Lang) -> list[str]:
        """Return the headings."""
        first = [text(f"inventory.first.{self.first}", lang)] if self.first else []
        return [*first, *(text(f"inventory.field.{name}", lang) for name, _ in columns_of(self))]


HEAD = Collection(
    "city", City, (), without=("departments", "counties", "portals", "apps", "accounts", "lists", "e_licences", "cases")
)
COLLECTIONS: tuple[Collection, ...] = (
    HEAD,
    Collection("departments", CityDepartment, ("departments",), keyed=True),
    Collection("counties", County, ("counties",), keyed=True),
    Collection("portals", Portal, ("portals",), keyed=True, without=("links",)),
    Collection("links", SiteLink, ("portals", "links")),
    Collection("apps", App, ("apps",)),
    Collection("accounts", Account, ("accounts",)),
    Collection("lists", PublishedList, ("lists",), without=("entries",)),
    Collection("entries", ListEntry, ("lists", "entries")),
    Collection("e_licences", ELicence, ("e_licences",)),
    Collection("cases", CaseStatistics, ("cases",)),
    Collection("evidence", Judgement, ("evidence", "findings")),
)
_KEYED = frozenset({"departments", "counties", "portals", "evidence"})
FieldKind = Literal["text", "flag", "number", "lines", "json"]


@cache
def columns_of(collection: Collection) -> tuple[tuple[str, FieldKind], ...]:
    """Return the fields that are columns, with what their cells hold; names in two languages are two columns."""
    found: list[tuple[str, FieldKind]] = []
    for name, field in collection.model.model_fields.items():
        if name == "schema_" or name in collection.without:
            continue
        kind = _kind(field.annotation)
        found += [(f"{name}.zh", "text"), (f"{name}.en", "text")] if kind is None else [(name, kind)]
    return tuple(found)


def _kind(annotation: Any) -> FieldKind | None:
    """Return what cells of a field hold; None for a name in two languages."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return _kind(next(a for a in get_args(annotation) if a is not type(None)))
    if origin is tuple:
        return "lines" if _kind(get_args(annotation)[0]) == "text" else "json"
    if isinstance(annotation, type):
        if issubclass(annotation, bool):
            return "flag"
        if issubclass(annotation, (int, float)):
            return "number"
        if issubclass(annotation, BaseModel):
            return None if issubclass(annotation, Title) else "json"
    return "text"


# ---------------------------------------------------------------------------------------------- to cells


def rows_of(collection: Collection, data: Mapping[str, Any], lang: Lang) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet from a city's data (with `evidence` beside it)."""
    for first, row in _records(collection, data):
        yield [*([first] if collection.first else []), *(_cell(row, name, lang) for name, _ in columns_of(collection))]


def _records(collection: Collection, data: Mapping[str, Any]) -> Iterator[tuple[Cell, Mapping[str, Any]]]:
    if not collection.at:
        if len(data.keys() - {"evidence"}):
            yield None, data
        return
    some = data.get(collection.at[0]) or ()
    named = some.items() if isinstance(some, Mapping) else enumerate(some, 1)
    for key, value in named:
        if len(collection.at) == 1:
            yield key, value
        else:
            yield from ((key, part) for part in value.get(collection.at[1]) or ())


def _cell(row: Mapping[str, Any], name: str, lang: Lang) -> Cell:
    field, _, part = name.partition(".")
    value = row.get(field)
    if part:
        both = value if isinstance(value, Mapping) else dict.fromkeys(LANGS, value)
        return both[part] if part == "zh" or both["zh"] != both["en"] else None
    if value is None:
        return None
    if isinstance(value, bool):
        return text(f"columns.word.flag.{'yes' if value else 'no'}", lang)
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return lines(value) if value else NOTHING[lang]
    if isinstance(value, (list, Mapping)):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, (int, float)) else str(value)


# -------------------------------------------------------------------------------------------- from cells


def data_of(sheets: Mapping[str, Sequence[Mapping[str, str]]], before: Mapping[str, Any]) -> Data:
    """Return a city's data (with `evidence`) as sheets say it: rows by field, of each collection that has a sheet.

    `before` is what it was: from it come the parts that have no columns, and whether none are known or there are none.
    Raises ValueError for a cell that cannot be read.
    """
    found: Data = {name: value for name, value in before.items() if name in HEAD.without or name == "evidence"}
    for row in sheets.get("city", ())[:1]:
        found |= _record(HEAD, row)
    for collection in COLLECTIONS[1:]:
        if collection.key not in sheets:
            continue
        name = collection.at[0]
        rows = [(row.get("first", ""), _record(collection, row)) for row in sheets[collection.key]]
        if len(collection.at) > 1:
            _attach(found, before, collection, rows)
        elif collection.keyed:
            found[name] = dict(rows)
        elif rows or before.get(name) is not None:
            found[name] = [record for _, record in rows]
    return found


def _attach(found: Data, before: Mapping[str, Any], collection: Collection, rows: list[tuple[str, Data]]) -> None:
    """Give parts to their owners; an owner without any keeps what was known: that there are none, or nothing."""
    owner, part = collection.at
    keyed = owner in _KEYED
    old = before.get(owner) or ({} if keyed else [])
    old_by_key = dict(old) if keyed else {str(n): one for n, one in enumerate(old, 1)}
    if owner == "evidence":
        found[owner] = {key: dict(one) for key, one in old_by_key.items()}
        for key, _ in rows:
            found[owner].setdefault(key, {})
    now = found.get(owner) or {}
    for key, one in now.items() if keyed else ((str(n), one) for n, one in enumerate(now, 1)):
        mine = [record for whose, record in rows if whose == key]
        one.pop(part, None)
        if mine or old_by_key.get(key, {}).get(part) is not None or owner == "evidence":
            one[part] = mine


def _record(collection: Collection, row: Mapping[str, str]) -> Data:
    found: Data = {}
    for name, kind in columns_of(collection):
        cell = row.get(name)
        if not cell:
            continue
        field, _, part = name.partition(".")
        if part:
            found.setdefault(field, {})[part] = cell
        else:
            found[field] = _value(cell, kind)
    for field, value in found.items():
        if isinstance(value, dict) and set(value) == {"zh"}:
            found[field] = {"zh": value["zh"], "en": value["zh"]}
    return found


def _value(cell: str, kind: FieldKind) -> Any:
    if kind == "flag":
        words = {text(f"columns.word.flag.{w}", lang): w == "yes" for lang in LANGS for w in ("yes", "no")}
        return words.get(cell, cell)
    if kind == "number":
        number = float(cell)
        return int(number) if number.is_integer() else number
    if kind in ("lines", "json") and cell in NOTHING.values():
        return []
    if kind == "lines":
        return from_lines(cell)
    return json.loads(cell) if kind == "json" else cell
