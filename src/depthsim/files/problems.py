"""pydantic's errors as findings: paths as in the file, our own words, the nearest known name."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from depthsim.errors import Finding, Path, error
from depthsim.files.document import both
from depthsim.texts.suggestions import did_you_mean

_CODES = {
    "missing": "DS101",
    "extra_forbidden": "DS102",
    "literal_error": "DS103",
    "enum": "DS103",
    "union_tag_invalid": "DS103",
    "string_type": "DS104",
    "float_type": "DS105",
    "float_parsing": "DS105",
    "int_type": "DS106",
    "int_parsing": "DS106",
    "int_parsing_size": "DS106",
    "int_from_float": "DS106",
    "bool_type": "DS107",
    "bool_parsing": "DS107",
    "model_type": "DS108",
    "model_attributes_type": "DS108",
    "dict_type": "DS108",
    "tuple_type": "DS109",
    "list_type": "DS109",
    "date_type": "DS110",
    "date_parsing": "DS110",
    "date_from_datetime_parsing": "DS110",
    "date_from_datetime_inexact": "DS110",
    "string_pattern_mismatch": "DS111",
    "string_too_short": "DS112",
    "string_too_long": "DS112",
    "too_short": "DS112",
    "too_long": "DS112",
    "greater_than": "DS113",
    "greater_than_equal": "DS113",
    "less_than": "DS113",
    "less_than_equal": "DS113",
    "finite_number": "DS114",
    "duration": "DS115",
    "duration_long": "DS116",
    "limit": "DS117",
    "opening": "DS118",
    "opening_order": "DS119",
    "openings_overlap": "DS120",
    "weekdays": "DS121",
    "clock": "DS122",
    "mixed_units": "DS123",
    "law_order": "DS124",
    "money": "DS125",
    "fee": "DS126",
    "cost": "DS180",
    "currencies": "DS181",
    "reform_list": "DS127",
    "reform_use": "DS128",
    "union_tag_not_found": "DS129",
}
_IDENTIFIER_PATTERN = "^[a-z]"
_QUOTED = re.compile(r"'([^']*)'")


def problems(invalid: ValidationError, data: Any, model: type[BaseModel], prefix: Path = ()) -> list[Finding]:
    """Return one finding for each thing that is wrong with `data`, which `model` refused.

    Where a value may be of several kinds, pydantic complains once for each kind; only the complaint of the
    kind that was meant is kept. Paths start with `prefix`.
    """
    errors = [_Problem(dict(e), data) for e in invalid.errors(include_url=False)]
    return [_finding(problem, model, prefix) for problem in _meant(errors)]


class _Problem:
    """One of pydantic's errors with its path in the data."""

    def __init__(self, raw: dict[str, Any], data: Any) -> None:
        self.type: str = raw["type"]
        self.location: tuple[str | int, ...] = tuple(raw["loc"])
        self.context: dict[str, Any] = raw.get("ctx") or {}
        self.given: Any = raw.get("input")
        self.path, self.value = _in_data(self.location, data)
        if self.type == "missing":
            self.path, self.value = _in_data(self.location[:-1], data)

    @property
    def own_path(self) -> Path:
        """The path of what is wrong, a missing field's included."""
        return (*self.path, self.location[-1]) if self.type == "missing" else self.path


def _in_data(location: tuple[str | int, ...], data: Any) -> tuple[Path, Any]:
    """Return a location without the names of kinds that pydantic puts in, and the value there."""
    path: list[str | int] = []
    for element in location:
        in_mapping = isinstance(data, Mapping) and element in data and element != "[key]"
        in_list = isinstance(data, (list, tuple)) and isinstance(element, int) and element < len(data)
        if in_mapping or in_list:
            data = data[element]
        else:
            continue
        path.append(element)
    return tuple(path), data


def _meant(errors: list[_Problem]) -> list[_Problem]:
    """Return the errors of the kinds of values that were meant, once each."""
    deeper = {p.own_path[:n] for p in errors for n in range(len(p.own_path))}
    deeper |= {p.path for p in errors if p.type != "literal_error"}
    kept: dict[Path, _Problem] = {}
    for problem in errors:
        compound = isinstance(problem.value, (Mapping, list, tuple))
        if problem.type == "literal_error" and compound and problem.path in deeper:
            continue
        earlier = kept.get(problem.own_path)
        if earlier is None or (_CODES.get(earlier.type) in ("DS108", "DS109") and not compound):
            kept[problem.own_path] = problem
    return list(kept.values())


def _finding(problem: _Problem, model: type[BaseModel], prefix: Path) -> Finding:
    code = _CODES.get(problem.type, "DS131")
    pattern = str(problem.context.get("pattern", ""))
    if problem.value is None and code not in ("DS101", "DS102"):
        code = "DS130"
    elif code == "DS129" and not isinstance(problem.value, Mapping):
        code = "DS108"
    elif code == "DS111" and not pattern.startswith(_IDENTIFIER_PATTERN):
        code = "DS131"
    path, values = _said(code, problem, model)
    return error(code, prefix + path, **values)


def _said(code: str, problem: _Problem, model: type[BaseModel]) -> tuple[Path, dict[str, Any]]:
    """Return where a problem stands and the values that its text needs."""
    path, context = problem.path, problem.context
    field = str(problem.location[-1]) if problem.location else ""
    tag = str(context.get("discriminator", "")).strip("'")
    values: dict[str, Any] = {"field": field, "given": context.get("given", _given(problem.value))}
    match code:
        case "DS102":
            known = _known_fields(model, problem.location[:-1])
            values |= {"known": known, "suggestion": did_you_mean(field, known)}
        case "DS103":
            allowed = _QUOTED.findall(str(context.get("expected") or context.get("expected_tags") or ""))
            given = context["tag"] if tag else problem.value
            path = (*path, tag) if tag else path
            values |= {"given": _given(given), "allowed": allowed, "suggestion": did_you_mean(given, allowed)}
        case "DS108" | "DS130":
            values["field"] = str(path[-1]) if path else field
        case "DS111":
            values["given"] = _given(problem.given)
        case "DS112" | "DS113":
            values["bound"] = _bound(problem)
        case "DS129":
            values |= {"field": tag, "allowed": _tags(model, problem.location, tag)}
        case "DS131":
            values["problem"] = problem.type.replace("_", " ")
    return path, values


def _bound(problem: _Problem) -> dict[str, str]:
    names = {"ge": "at_least", "gt": "more_than", "le": "at_most", "lt": "less_than"}
    for key, name in names.items():
        if key in problem.context:
            return both(f"files.{name}", bound=_plain_bound(problem.context[key]))
    for key in ("min_length", "max_length"):
        if key in problem.context:
            what = "characters" if problem.type.startswith("string") else "entries"
            return both(f"files.{key}_{what}", bound=problem.context[key])
    return both("files.within_bounds")


def _plain_bound(bound: Any) -> Any:
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _given(value: Any) -> Any:
    """Return a value as a finding shows it: short, in the file's own words."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return both("files.nothing")
    if isinstance(value, Mapping):
        return both("files.a_mapping")
    if isinstance(value, (list, tuple)):
        return both("files.a_list")
    return str(value)[:80]


# ------------------------------------------------------------------------------------------- known fields


def _known_fields(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Return the fields that the model has at a location."""
    found = _type_at(model, location)
    return sorted({f for m in _models(found) for f in _fields(m)})


def _tags(model: type[BaseModel], location: tuple[str | int, ...], tag: str) -> list[str]:
    found: list[str] = []
    for member in _models(_type_at(model, location)):
        if tag in member.model_fields:
            found += [str(v) for v in get_args(_bare(member.model_fields[tag].annotation))]
    return found


def _fields(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _members(annotation: Any) -> list[Any]:
    annotation = _bare(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        return [m for a in get_args(annotation) for m in _members(a)]
    return [annotation]


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [m for m in _members(annotation) if isinstance(m, type) and issubclass(m, BaseModel)]


def _type_at(annotation: Any, location: tuple[str | int, ...]) -> Any:
    for element in location:
        annotation = _step(annotation, element)
    return annotation


def _step(annotation: Any, element: str | int) -> Any:
    """Return the type one element further; names of kinds choose among several, unknown ones change nothing."""
    members = _members(annotation)
    for member in members:
        if isinstance(member, type) and issubclass(member, BaseModel) and len(members) > 1:
            tags = {
                value
                for field in member.model_fields.values()
                if get_origin(_bare(field.annotation)) is Literal
                for value in get_args(_bare(field.annotation))[:1]
            }
            if element in tags or element == member.__name__:
                return member
    for member in members:
        origin = get_origin(member)
        if isinstance(member, type) and issubclass(member, BaseModel):
            for name, field in member.model_fields.items():
                if element in (name, field.alias):
                    return field.annotation
        elif origin is dict and element != "[key]":
            return get_args(member)[1]
        elif origin in (tuple, list) and isinstance(element, int):
            return get_args(member)[0]
    return annotation
