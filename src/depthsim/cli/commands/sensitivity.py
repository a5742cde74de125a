"""`depthsim sensitivity`: every assumption varied over its range; does the conclusion survive?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from depthsim.cli._layout import Cell, Column
from depthsim.cli._parameters import Command, Number, OneOf, argument, json_option, option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

if TYPE_CHECKING:
    from depthsim.verbs.sensitivity import Sensitivity

MEASURES = ("visits", "active_minutes")


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("sensitivity", say)
    @argument("path", say, "path")
    @option("--scenario", "scenarios", say=say, words="scenarios", metavar="name_or_file", multiple=True, required=True)
    @option("--measure", say=say, words="measure", type=OneOf(MEASURES, say), default="visits", show_default=True)
    @option("--draws", say=say, words="draws", metavar="number", type=Number(say, 2, 1_000_000))
    @option("--screen", "trajectories", say=say, words="trajectories", metavar="number", type=Number(say, 2, 10_000))
    @option("--seed", say=say, words="seed_plain", metavar="number", type=Number(say))
    @option("-o", "--output", say=say, words="picture", metavar="file")
    @json_option(say)
    @click.pass_obj
    def sensitivity(
        screen: Screen,
        path: str,
        scenarios: tuple[str, ...],
        measure: str,
        draws: int | None,
        trajectories: int | None,
        seed: int | None,
        output: str | None,
        as_json: bool,
    ) -> int:
        from depthsim.verbs import sensitivity as verb

        if output is not None:
            verb.picture_file(output)
        with screen.progress(say("sensitivity.working"), quiet=as_json) as progress:
            found = verb.sensitivity(
                path,
                scenarios,
                measure=measure,
                draws=verb.DRAWS if draws is None else draws,
                seed=1 if seed is None else seed,
                trajectories=trajectories or 0,
                progress=lambda _what, done, total: progress(done, total),
            )
        if as_json:
            screen.json(found.to_json(screen.lang))
        else:
            _show(screen, found)
        if output is not None:
            file = found.save(output, lang=screen.lang)
            if not as_json:
                screen.line()
                screen.line(say("written", file=str(file)))
        return 0

    return sensitivity


def saved(found: Sensitivity, value: float) -> str:
    """Return what a difference of a year saves: visits, or hours."""
    return f"{-value / (1 if found.measure == 'visits' else 60) + 0.0:,.0f}"


def headline(found: Sensitivity, say: Words) -> str:
    """Return in one sentence how far the headline moves over the range of its assumptions."""
    low, high = found.interval
    return say(
        f"sensitivity.headline_{found.measure}",
        nominal=saved(found, found.nominal[0]),
        low=saved(found, high),
        high=saved(found, low),
        draws=len(found.draws.outcomes),
        assumptions=len(found.parameters),
    )


def _show(screen: Screen, found: Sensitivity) -> None:
    say = screen.say
    screen.heading(
        say(
            "sensitivity.title",
            system=found.system.name,
            scenario=found.names[0],
            reference=found.reference.name,
        )
    )
    screen.paragraph(headline(found, say))
    screen.paragraph(say("sensitivity.direction", share=f"{found.same_direction:.0%}"))
    own = found.own_ranges
    screen.paragraph(say("sensitivity.ranges", own=own, default=len(found.parameters) - own, others=found.others))
    if found.draws.refused:
        screen.paragraph(say("sensitivity.refused", number=found.draws.refused))
    _swings(screen, found)
    _ranking(screen, found)
    _screening(screen, found)


def _swings(screen: Screen, found: Sensitivity) -> None:
    from depthsim.verbs.assumption_words import amount

    say = screen.say
    screen.heading(say(f"sensitivity.tornado_{found.measure}"))
    columns = [
        Column(say("table.assumption"), wide=True),
        *(Column(say(f"table.{what}"), right=True) for what in ("range", "at_low", "at_high")),
    ]
    rows: list[list[str | Cell]] = []
    for swing in found.widest():
        p = swing.parameter
        span = say("sensitivity.span", low=amount(p, p.low, say.lang), high=amount(p, p.high, say.lang))
        rows.append([found.label(p, say.lang), span, saved(found, swing.at_low), saved(found, swing.at_high)])
    screen.table(columns, rows)


def _ranking(screen: Screen, found: Sensitivity) -> None:
    say, ranking = screen.say, found.ranking
    if ranking is None:
        return
    screen.heading(say("sensitivity.ranking"))
    columns = [
        Column(say("table.alternative"), wide=True),
        Column(say(f"sensitivity.saved_{found.measure}"), right=True),
        Column(say("table.middle"), right=True),
    ]
    rows: list[list[str | Cell]] = []
    for n in ranking.order:
        low, high = found.draws.interval(n)
        span = say("interval", low=saved(found, high), high=saved(found, low))
        rows.append([getattr(found.names[n], say.lang), saved(found, found.nominal[n]), span])
    screen.table(columns, rows)
    screen.line()
    shares = {"whole": f"{ranking.whole:.0%}", "first": f"{ranking.first:.0%}", "pairs": f"{ranking.pairs:.0%}"}
    screen.paragraph(say("sensitivity.survives", best=found.names[ranking.order[0]], **shares))


def _screening(screen: Screen, found: Sensitivity) -> None:
    from depthsim.verbs.sensitivity import SHOWN

    say = screen.say
    if found.screening is None:
        return
    screen.heading(say("sensitivity.screening"))
    columns = [
        Column(say("table.assumption"), wide=True),
        *(Column(say(f"table.{what}"), right=True) for what in ("size", "spread")),
    ]
    rows: list[list[str | Cell]] = [
        [found.label(e.parameter, say.lang), saved(found, -e.size), saved(found, -e.spread)]
        for e in found.screening[:SHOWN]
    ]
    screen.table(columns, rows)
    screen.paragraph(say("sensitivity.screening_note"))
