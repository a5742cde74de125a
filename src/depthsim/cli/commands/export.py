"""`depthsim export`: a system as one workbook to edit, or one JSON document."""

from __future__ import annotations

import click

from depthsim.cli._parameters import Command, OneOf, argument, json_option, option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

FORMATS = ("xlsx", "json")


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("export", say)
    @argument("path", say, "path")
    @option(
        "--format", "kind", say=say, words="export_format", metavar="name", type=OneOf(FORMATS, say), default="xlsx"
    )
    @option("-o", "--output", say=say, words="export_output", metavar="file")
    @json_option(say)
    @click.pass_obj
    def export(screen: Screen, path: str, kind: str, output: str | None, as_json: bool) -> int:
        from depthsim.verbs.export import export as verb

        found = verb(path, format=kind, output=output, lang=screen.lang)
        if as_json:
            screen.json(found.to_json(screen.lang))
        elif found.file is None:
            screen.json(found.document())
            screen.warn(found.findings)
        else:
            screen.findings(found.findings)
            numbers = {"items": len(found.system.items), "guides": len(found.system.guides)}
            screen.line(say("export.written", file=str(found.file), **numbers))
            if kind == "xlsx":
                screen.line(say("export.back", file=str(found.file)))
        return 0

    return export
