"""JSON Schema of the file formats, for editors: every shorthand, description and closed list included."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Literal, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from depthsim.model.costs import Costs
from depthsim.model.level import LevelScheme
from depthsim.model.scenario import Scenario
from depthsim.model.service import Money, ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, Limit, Opening

SchemaKind = Literal[
    "service", "system", "scenario", "standard", "costs", "guide", "city", "evidence", "indicators", "weights"
]
KINDS: tuple[SchemaKind, ...] = get_args(SchemaKind)

_MODELS: dict[SchemaKind, type[BaseModel]] = {
    "service": ServiceItem,
    "system": ServiceSystem,
    "scenario": Scenario,
    "standard": LevelScheme,
    "costs": Costs,
}
_NUMBER = r"\d+(\.\d+)?"
_UNITS = r"(min|mins|minutes?|h|hours?|d|days?|calendar days?|working days?|分|分钟|小时|天|日|个?自然日|个?工作日)"
_DAYS = r"(d|days?|calendar days?|working days?|天|日|个?自然日|个?工作日)"
_DAYS_OF_WEEK = r"(mon|tue|wed|thu|fri|sat|sun)(\s*-\s*(mon|tue|wed|thu|fri|sat|sun))?"
_SHORT: dict[type[BaseModel], dict[str, Any]] = {
    Duration: {
        "pattern": rf"^\s*{_NUMBER}\s*{_UNITS}\s*$",
        "examples": ["12 min", "2 h", "2 days", "0.5 working days", "12 分钟", "3 个工作日"],
    },
    Limit: {"pattern": rf"^\s*\d+(\.0+)?\s*{_DAYS}\s*$", "examples": ["20 working days", "30 days", "20 个工作日"]},
    Opening: {"pattern": r"^\s*\d{1,2}:\d{2}\s*[-–~至]\s*\d{1,2}:\d{2}\s*$", "examples": ["09:00-12:00"]},
    Money: {"pattern": rf"^\s*{_NUMBER}\s*([A-Za-z]{{3}}|元)\s*$", "examples": ["100 CNY", "100 元"]},
}  # fmt: skip


def json_schema(kind: SchemaKind) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one kind of file; raises KeyError for another kind."""
    model = _model(kind)
    found = model.model_json_schema(by_alias=True, mode="validation", schema_generator=_Generator)
    definitions = found.get("$defs", {})
    if "$ref" in found:  # a kind that holds itself
        found = {**deepcopy(definitions[found["$ref"].rpartition("/")[2]]), "$defs": definitions}
    for short, said in _SHORT.items():
        if short.__name__ in definitions:
            whole = definitions[short.__name__]
            definitions[short.__name__] = _shorthand(short, said)
            if short is Limit:
                definitions["Limit"] = _with_origin(definitions["Limit"], whole)
    if "Constant" in definitions:
        definitions["Constant"]["required"] = ["law", "value"]
    _describe_texts(found)
    if kind == "system":
        for elsewhere in ("items", "guides", "city", "evidence"):
            found["properties"].pop(elsewhere, None)
    if kind == "service":
        _allow_extends(found, definitions)
    schema = found["properties"]["schema"]
    schema["description"] = f"depthsim/{kind}/1"
    found["required"] = sorted({*found.get("required", []), "schema"})
    return {"$schema": GenerateJsonSchema.schema_dialect, **_without_orphans(found)}


def _model(kind: SchemaKind) -> type[BaseModel]:
    """Return the model of a kind of file; those of assessments are imported here, where they are needed."""
    if kind in _MODELS:
        return _MODELS[kind]
    from depthsim.files.assessment import KINDS_OF_ASSESSMENT
    from depthsim.files.published import KINDS_OF_PUBLISHED

    return {**KINDS_OF_PUBLISHED, **KINDS_OF_ASSESSMENT}[kind]


_KEYS = {
    ("Calendar", "hours"): rf"^\s*{_DAYS_OF_WEEK}\s*(,\s*{_DAYS_OF_WEEK}\s*)*$",
    ("DemandProfile", "weekdays"): rf"^\s*{_DAYS_OF_WEEK}\s*(,\s*{_DAYS_OF_WEEK}\s*)*$",
    ("DemandProfile", "hours"): r"^([01]?\d|2[0-3]):[0-5]\d$",
    ("Place", "arrivals"): r"^([01]?\d|2[0-3]):[0-5]\d$",
}


def _describe_texts(found: dict[str, Any]) -> None:
    """Say what a text may be: where a law may stand, a duration; and what keys of hours and weekdays look like."""

    def visit(node: Any) -> None:
        if isinstance(node, dict):
            choices = node.get("anyOf")
            if isinstance(choices, list) and {"$ref": "#/$defs/Constant"} in choices:
                node["anyOf"] = [{"$ref": "#/$defs/Duration"} if c == {"type": "string"} else c for c in choices]
            for child in node.values():
                visit(child)
        elif isinstance(node, list):
            for child in node:
                visit(child)

    visit(found)
    for (model, field), pattern in _KEYS.items():
        if model in found.get("$defs", {}):
            _demand_keys(found["$defs"][model]["properties"][field], pattern)


def _demand_keys(node: dict[str, Any], pattern: str) -> None:
    """Demand a pattern of the keys of a mapping's schema."""
    for choice in (node, *node.get("anyOf", ())):
        if choice.get("type") == "object":
            choice["propertyNames"] = {"pattern": pattern}


class _Generator(GenerateJsonSchema):
    """Short duration texts beside the laws; no invented titles."""

    def get_title_from_name(self, name: str) -> str:
        return name.replace("_", " ")


def _shorthand(model: type[BaseModel], said: dict[str, Any]) -> dict[str, Any]:
    description = " ".join((model.__doc__ or "").split())
    return {"type": "string", "title": model.__name__, "description": description, **said}


def _with_origin(short: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a limit: its short text, or that under `limit` with where it comes from."""
    text = {key: short.pop(key) for key in ("type", "pattern")}
    origin = {name: whole["properties"][name] for name in ("source", "assumption")}
    mapping = {"properties": {"limit": text, **origin}, "required": ["limit"], "additionalProperties": False}
    return {**short, "anyOf": [text, {"type": "object", **mapping}]}


def _allow_extends(found: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Allow `process: {extends: NAME, …}`, whose parts may be incomplete or null."""
    inheriting = {
        "type": "object",
        "title": "Inherited process",
        "description": "Another item's process (of the same folder, or a canonical template) with changes; "
        "null removes a step or a field.",
        "properties": {
            "extends": {"type": "string", "examples": ["level_ii"]},
            "start": {"type": "string"},
            "steps": {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
            "source": True,
            "assumption": True,
        },
        "required": ["extends"],
        "additionalProperties": False,
    }
    definitions["InheritedProcess"] = inheriting
    found["properties"]["process"] = {
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/InheritedProcess"},
        "else": {"$ref": "#/$defs/Process"},
    }


def _without_orphans(found: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without definitions that nothing refers to."""
    definitions = found.get("$defs", {})
    used: set[str] = set()

    def visit(node: Any) -> None:
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str):
                name = reference.rpartition("/")[2]
                if name not in used and name in definitions:
                    used.add(name)
                    visit(definitions[name])
            for child in node.values():
                visit(child)
        elif isinstance(node, list):
            for child in node:
                visit(child)

    visit({k: v for k, v in found.items() if k != "$defs"})
    return {**found, "$defs": {k: v for k, v in sorted(definitions.items()) if k in used}}
