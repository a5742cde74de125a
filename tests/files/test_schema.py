"""JSON Schema for editors: accepts what loads, and underlines wrong words, shorthands and fields."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depthsim import files
from depthsim.files.document import parse
from depthsim.files.schema import KINDS, json_schema
from published import cities, evidence, guides
from strategies import items

EXAMPLES = Path(__file__).parents[1] / "examples"
TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
    "integer": int, "number": (int, float),
}  # fmt: skip


def fits(value: Any, schema: Any, root: dict[str, Any]) -> bool:
    """Return whether a value fits: the part of JSON Schema that ours use."""
    if isinstance(schema, bool):
        return schema
    return all(_rule(rule, said, value, schema, root) for rule, said in schema.items())


def _rule(  # noqa: C901 - one case a rule
    rule: str, said: Any, value: Any, schema: dict[str, Any], root: dict[str, Any]
) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match rule:
        case "$ref":
            return fits(value, root["$defs"][said.rpartition("/")[2]], root)
        case "anyOf":
            return any(fits(value, s, root) for s in said)
        case "oneOf":
            return sum(fits(value, s, root) for s in said) == 1
        case "if":
            return fits(value, schema["then"] if fits(value, said, root) else schema["else"], root)
        case "type":
            kinds = said if isinstance(said, list) else [said]
            return any(
                isinstance(value, TYPES[k]) and not (isinstance(value, bool) and k in ("integer", "number"))
                for k in kinds
            )
        case "const":
            return bool(value == said)
        case "enum":
            return value in said
        case "pattern":
            return not isinstance(value, str) or re.search(said, value) is not None
        case "minLength":
            return not isinstance(value, str) or len(value) >= said
        case "maxLength":
            return not isinstance(value, str) or len(value) <= said
        case "minimum":
            return not is_number or value >= said
        case "maximum":
            return not is_number or value <= said
        case "exclusiveMinimum":
            return not is_number or value > said
        case "exclusiveMaximum":
            return not is_number or value < said
        case "minItems":
            return not isinstance(value, list) or len(value) >= said
        case "maxItems":
            return not isinstance(value, list) or len(value) <= said
        case "items":
            return not isinstance(value, list) or all(fits(v, said, root) for v in value)
        case "required":
            return not isinstance(value, dict) or set(said) <= set(value)
        case "propertyNames":
            return not isinstance(value, dict) or all(fits(k, said, root) for k in value)
        case "properties":
            return not isinstance(value, dict) or all(fits(value[k], s, root) for k, s in said.items() if k in value)
        case "patternProperties":
            return not isinstance(value, dict) or all(
                fits(v, s, root) for k, v in value.items() for p, s in said.items() if re.search(p, k)
            )
        case "additionalProperties":
            known = schema.get("properties", {})
            others = (v for k, v in value.items() if k not in known) if isinstance(value, dict) else ()
            return all(fits(v, said, root) for v in others)
    return rule in {
        "then",
        "else",
        "$defs",
        "$schema",
        "title",
        "description",
        "default",
        "examples",
        "format",
        "discriminator",
    }


def accepted(kind: Any, text: str) -> bool:
    schema = json_schema(kind)
    return fits(parse(text, "f").data, schema, schema)


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_json_without_loose_ends(kind: Any) -> None:
    text = json.dumps(json_schema(kind))
    schema = json.loads(text)
    assert {r.rpartition("/")[2] for r in re.findall(r'"\$ref": "([^"]+)"', text)} == set(schema["$defs"])
    assert schema["description"]
    assert "items" not in schema["properties"]


WORKFLOWS = sorted(p for name in files.names("workflows") for p in files.bundled("workflows", name).rglob("*.yaml"))
HALL = sorted((EXAMPLES / "demo_hall").glob("*.yaml"))


def kind_of(path: Path) -> str:
    """Return what a file says that it is."""
    found = re.search(r"^schema: depthsim/(\w+)/1$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, path
    return found[1]


@pytest.mark.parametrize(
    ("kind", "path"),
    [(kind_of(p), p) for p in (*WORKFLOWS, *HALL)]
    + [("scenario", EXAMPLES / "courier_for_all.yaml")]
    + [("scenario", files.bundled("scenarios", n)) for n in files.names("scenarios")]
    + [("standard", files.bundled("standards", n)) for n in files.names("standards") if n != "fuzhou_2018"]
    + [("indicators", files.bundled("standards", "fuzhou_2018"))],
    ids=lambda p: p if isinstance(p, str) else f"{p.parent.name}-{p.stem}",
)  # fmt: skip
def test_files_that_load_are_accepted(kind: Any, path: Path) -> None:
    assert accepted(kind, path.read_text(encoding="utf-8"))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(items())
def test_written_items_are_accepted(item: Any) -> None:
    assert accepted("service", files.dump(item))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("takes: 12 min", "takes: 12"),
        ("takes: 12 min", "takes: 12 fortnights"),
        ("takes: 12 min", "takes: {law: gamma, mean: 12 min}"),
        ("takes: 12 min", "takes: {law: gamma, mean: 12, cv: 1}"),
        ("takes: 12 min", "take: 12 min"),
        ("20 working days", "20 h"),
        ("100 CNY", "100"),
        ("channel: post, uptake", "channel: mail, uptake"),
        ("uptake: 0.6", "uptake: 6"),
        ("kind: licence", "kind: license"),
        ("      by: office\n      pool: approver", "      pool: approver"),
        ("schema: depthsim/service/1\n", ""),
    ],
)  # fmt: skip
def test_mistakes_are_underlined(old: str, new: str) -> None:
    text = (EXAMPLES / "demo_hall" / "stall_permit_by_post.yaml").read_text(encoding="utf-8")
    assert old in text
    assert accepted("service", text)
    assert not accepted("service", text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"), [("mon-fri:", "weekdays:"), ('"09:00-12:00"', "mornings"), ('"09:00":', "nine:")]
)
def test_mistakes_in_hours_are_underlined(old: str, new: str) -> None:
    text = (EXAMPLES / "demo_hall" / "system.yaml").read_text(encoding="utf-8")
    assert accepted("system", text)
    assert not accepted("system", text.replace(old, new, 1))


def test_an_inheriting_process_is_accepted() -> None:
    text = "schema: depthsim/service/1\nid: a\nname: A\nkind: licence\nhandling: committed\n"
    text += "process:\n  extends: level_ii\n"
    assert accepted("service", text)
    assert accepted("service", text + "  steps: {pay: null, accept: {takes: 3 min}}\n")
    assert not accepted("service", text + "  stepps: {}\n")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(guides(), cities(), evidence()))
def test_what_offices_publish_is_accepted_as_written(value: Any) -> None:
    kinds: dict[str, Any] = {"ServiceGuide": "guide", "City": "city", "Evidence": "evidence"}
    schema = json_schema(kinds[type(value).__name__])
    data = parse(files.dump(value), "written.yaml").data
    assert fits(data, schema, schema), data
