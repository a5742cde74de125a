"""Schema: the JSON Schema of one kind of file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from depthsim.files import json_schema
from depthsim.texts import Lang

SchemaKind = Literal[
    "service", "system", "scenario", "standard", "costs", "guide", "city", "evidence", "indicators", "weights"
]
KINDS: tuple[SchemaKind, ...] = get_args(SchemaKind)


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema, 2020-12."""

    kind: SchemaKind
    document: dict[str, Any]

    def to_json(self, _lang: Lang = "en") -> dict[str, Any]:
        """Return the schema itself."""
        return self.document


def schema(kind: SchemaKind = "service") -> Schema:
    """Return the JSON Schema of a kind of file."""
    return Schema(kind, json_schema(kind))
