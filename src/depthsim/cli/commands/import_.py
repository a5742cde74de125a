"""`depthsim import`: guide tables and national records into a system's guides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from depthsim.cli._layout import Column
from depthsim.cli._parameters import Command, OneOf, argument, json_option, option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words
from depthsim.errors import Severity

if TYPE_CHECKING:
    from depthsim.verbs.import_ import ImportDone

FORMATS = ("guide_table", "national")
MOST_SHOWN = 10
"""So many of the warnings about guides are printed."""
CODINGS = ("levels", "national", "shandong_province", "shandong_city", "fujian_stars")


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("import", say)
    @argument("file", say, "import_file")
    @option("-o", "--output", say=say, words="import_output", metavar="folder")
    @option("--profile", say=say, words="profile", metavar="name_or_file")
    @option("--map", "mapping", say=say, words="map", metavar="file")
    @option("--sheet", say=say, words="sheet", metavar="name")
    @option("--depth-codes", say=say, words="depth_codes", metavar="name", type=OneOf(CODINGS, say))
    @option("--visits", say=say, words="visits_meaning", metavar="name", type=OneOf(("least", "greatest"), say))
    @option("--format", "format_", say=say, words="import_format", metavar="name", type=OneOf(FORMATS, say))
    @option("--no-processes", say=say, words="no_processes", is_flag=True)
    @option("--overwrite", say=say, words="overwrite", is_flag=True)
    @json_option(say)
    @click.pass_obj
    def import_(
        screen: Screen,
        file: str,
        output: str | None,
        profile: str | None,
        mapping: str | None,
        sheet: str | None,
        depth_codes: str | None,
        visits: Literal["least", "greatest"] | None,
        format_: str | None,
        no_processes: bool,
        overwrite: bool,
        as_json: bool,
    ) -> int:
        from depthsim.verbs.import_ import import_ as verb

        done = verb(
            file,
            output=output,
            profile=profile,
            mapping=mapping,
            sheet=sheet,
            depth_codes=depth_codes,
            visits=visits,
            format=format_,
            processes=not no_processes,
            overwrite=overwrite,
            lang=screen.lang,
        )
        if as_json:
            screen.json(done.to_json(screen.lang))
        else:
            _show(done, screen, say)
        return 0

    return import_


def _show(done: ImportDone, screen: Screen, say: Words) -> None:
    screen.findings(done.findings)
    if done.findings:
        screen.line()
    numbers = {"guides": len(done.guides), "departments": len(done.departments)}
    screen.line(say("import.read", **numbers), "green")
    if done.dropped:
        screen.line(say("import.names", cells=done.dropped))
    if done.processes:
        total = sum(done.processes.values())
        screen.line(say("import.processes", number=total))
        columns = [Column(say("import.template")), Column(say("import.items"), right=True)]
        screen.table(columns, [(name, f"{number:,}") for name, number in done.processes.items()])
    wrong, notes = done.count(Severity.WARNING), done.count(Severity.INFORMATION)
    screen.line(say("import.rules", warnings=wrong, notes=notes))
    shown = [f for f in done.broken if f.severity is not Severity.INFORMATION][:MOST_SHOWN]
    screen.findings(shown)
    if len(shown) < wrong:
        screen.line(say("import.more", number=wrong - len(shown)))
    if done.path is None:
        screen.line(say("import.dry"))
        return
    words = "import.new" if done.new else "import.added"
    screen.line(say(words, folder=str(done.path), files=done.files, unchanged=done.unchanged))
    if done.profile is not None:
        screen.line(say("import.profile", file=str(done.profile)))
    screen.line(say("new.next", file=str(done.path)))
