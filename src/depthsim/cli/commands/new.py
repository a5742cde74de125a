"""`depthsim new`: a commented file to start from."""

from __future__ import annotations

from typing import Literal

import click

from depthsim.cli._parameters import Command, OneOf, argument, json_option, option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

KINDS = ("item", "system", "scenario")


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("new", say)
    @argument("kind", say, "kind", type=OneOf(KINDS, say))
    @argument("name", say, "name")
    @option("-o", "--output", say=say, words="output", metavar="folder", default=".", show_default=True)
    @json_option(say)
    @click.pass_obj
    def new(screen: Screen, kind: Literal["item", "system", "scenario"], name: str, output: str, as_json: bool) -> int:
        from depthsim.verbs.new import new as verb

        found = verb(kind, name, folder=output, lang=screen.lang)
        if as_json:
            screen.json(found.to_json(screen.lang))
            return 0
        for file in found.files:
            screen.line(say("written", file=str(file)))
        screen.line(say("new.next", file=str(found.path)))
        return 0

    return new
