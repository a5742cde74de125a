"""`depthsim schema`: the JSON Schema of one kind of file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from depthsim.cli._parameters import Command, OneOf, argument, json_option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

if TYPE_CHECKING:
    from depthsim.verbs.schema import SchemaKind

KINDS = (
    "service", "system", "scenario", "standard", "costs", "guide", "city", "evidence", "indicators", "weights",
)  # fmt: skip


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("schema", say)
    @argument("kind", say, "kind", required=False, default="service", type=OneOf(KINDS, say))
    @json_option(say)
    @click.pass_obj
    def schema(screen: Screen, kind: SchemaKind, as_json: bool) -> int:  # noqa: ARG001 - it is JSON anyway
        from depthsim.verbs.schema import schema as verb

        screen.json(verb(kind).to_json(screen.lang))
        return 0

    return schema
