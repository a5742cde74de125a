"""`depthsim draw`: diagrams."""

from __future__ import annotations

import click

from depthsim.cli._parameters import Command, OneOf, argument, json_option, option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

FORMATS = ("svg", "png", "pdf", "mermaid", "dot")


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("draw", say)
    @argument("path", say, "path", required=False)
    @option("--scenario", say=say, words="scenario", metavar="name_or_file")
    @option("--diff", say=say, words="diff", is_flag=True)
    @option(
        "--format", "file_format", say=say, words="format", type=OneOf(FORMATS, say), default="svg", show_default=True
    )
    @option("--all", "every", say=say, words="all", is_flag=True)
    @option("--check", say=say, words="check_diagrams", is_flag=True)
    @option("-o", "--output", say=say, words="output", metavar="folder")
    @json_option(say)
    @click.pass_obj
    def draw(
        screen: Screen,
        path: str | None,
        scenario: str | None,
        diff: bool,
        file_format: str,
        every: bool,
        check: bool,
        output: str | None,
        as_json: bool,
    ) -> int:
        from depthsim.verbs import draw as verb

        if (path is None) != (every or check):
            raise click.UsageError(say("draw.path_or_all"), click.get_current_context())
        if check:
            return _check(screen, output or verb.DIAGRAMS, as_json)
        with screen.progress(say("draw.progress"), quiet=as_json) as progress:
            if path is None:
                drawn = verb.draw_bundled(output or verb.DIAGRAMS, progress=progress)
            else:
                drawn = verb.draw(
                    path,
                    scenario=scenario,
                    diff=diff,
                    file_format=file_format,
                    output=output,
                    lang=screen.lang,
                    progress=progress,
                )
        if as_json:
            screen.json(drawn.to_json(screen.lang))
            return 0
        screen.warn(drawn.findings)
        if path is None:
            screen.line(say("draw.all_written", number=len(drawn.files), folder=output or verb.DIAGRAMS))
            return 0
        for file in drawn.files:
            screen.line(say("written", file=str(file)))
        return 0

    return draw


def _check(screen: Screen, folder: str, as_json: bool) -> int:
    from depthsim.verbs.draw import stale

    found = stale(folder)
    if as_json:
        screen.json(found.to_json(screen.lang))
    elif found.current:
        screen.line(screen.say("draw.current", folder=folder))
    else:
        for file in found.files:
            screen.complain(screen.say("draw.stale", folder=folder, file=file))
        screen.complain(screen.say("draw.remedy"))
    return 0 if found.current else 1
