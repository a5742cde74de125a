"""`depthsim check`: every finding."""

from __future__ import annotations

import click

from depthsim.cli._parameters import Command, argument, json_option, scheme_option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words
from depthsim.errors import Severity


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("check", say)
    @argument("paths", say, "path", nargs=-1, required=True)
    @scheme_option(say)
    @json_option(say)
    @click.pass_obj
    def check(screen: Screen, paths: tuple[str, ...], scheme: str, as_json: bool) -> int:
        from depthsim.verbs.check import check as verb

        found = verb(*paths, scheme=scheme)
        if as_json:
            screen.json(found.to_json(screen.lang))
            return 0 if found.ok else 1
        screen.findings(found.findings)
        if not found.findings:
            screen.line(say("check.fine"), "green")
        errors, warnings, notes = (found.count(s) for s in Severity)
        screen.line(say("check.sum", items=found.items, errors=errors, warnings=warnings, notes=notes))
        n = found.numbers
        if n.total:
            screen.line(say("check.numbers", total=n.total, sourced=n.sourced, assumed=n.assumed, bare=n.bare))
        return 0 if found.ok else 1

    return check
