"""`depthsim classify`: level and visits of items, declared beside derived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from depthsim.cli._layout import Cell, Column
from depthsim.cli._levels import declared_words, number, short_level
from depthsim.cli._parameters import Command, OneOf, argument, json_option, option, scheme_option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

if TYPE_CHECKING:
    from depthsim.verbs.classify import Classified


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("classify", say)
    @argument("paths", say, "path", nargs=-1, required=True)
    @option("--by", say=say, words="by", type=OneOf(("standard", "visits"), say), default="standard", show_default=True)
    @scheme_option(say)
    @json_option(say)
    @click.pass_obj
    def classify(
        screen: Screen, paths: tuple[str, ...], by: Literal["standard", "visits"], scheme: str, as_json: bool
    ) -> int:
        from depthsim.verbs.classify import classify as verb

        every = [verb(path, scheme=scheme, by=by) for path in paths]
        if as_json:
            screen.json([entry for found in every for entry in found.to_json(screen.lang)])
            return 0
        for found in every:
            show(screen, found)
        screen.line()
        screen.paragraph(say("classify.note"))
        return 0

    return classify


def show(screen: Screen, found: Classified) -> None:
    """Print the table of one system's items."""
    say = screen.say
    screen.heading(say("classify.title", name=found.system.name))
    if found.by == "visits":
        screen.line(say("classify.by_visits"))
    columns = [
        Column(say("table.item"), wide=True),
        Column(say("table.level")),
        Column(say("table.by_visits")),
        *(Column(say(f"table.{what}"), right=True) for what in ("required", "expected", "greatest")),
        Column(say("table.declared")),
    ]
    screen.table(columns, [_row(found, c, say) for c in found])


def _row(found: Classified, c: Any, say: Words) -> list[str | Cell]:
    v = c.visits
    said = Cell(declared_words(c.item, say), "yellow" if found.agrees(c) is False else "")
    return [
        Cell(getattr(c.item.name, say.lang), under=c.item.id),
        short_level(c.level, say),
        short_level(c.by_visits, say),
        number(v.required, say),
        f"{v.expected:.2f}",
        number(v.greatest, say),
        said,
    ]
