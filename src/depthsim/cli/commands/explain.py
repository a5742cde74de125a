"""`depthsim explain`: the proof of a level in words."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from depthsim.cli._levels import declared_words, level_words, number
from depthsim.cli._parameters import Command, OneOf, argument, json_option, option, scheme_option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import LEVEL_COLOURS, Screen
from depthsim.cli._words import Words
from depthsim.texts import label

if TYPE_CHECKING:
    from depthsim.verbs.explain import Explanation

_COLOURS = {"holds": "green", "fails": "red", "not_applicable": "dim"}


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("explain", say)
    @argument("item", say, "item")
    @option("--system", say=say, words="system", metavar="path")
    @option("--target", say=say, words="target", type=OneOf(("I", "II", "III", "IV"), say))
    @option("--costs", say=say, words="costs", metavar="name_or_file", default="illustrative", show_default=True)
    @scheme_option(say)
    @json_option(say)
    @click.pass_obj
    def explain(
        screen: Screen, item: str, system: str | None, target: str | None, costs: str, scheme: str, as_json: bool
    ) -> int:
        from depthsim.verbs.explain import explain as verb

        with screen.progress(say("explain.searching"), quiet=as_json or target is None):
            found = verb(item, system=system, scheme=scheme, target=target, costs=costs)
        if as_json:
            screen.json(found.to_json(screen.lang))
        else:
            _show(screen, found)
        return 0

    return explain


def _show(screen: Screen, found: Explanation) -> None:
    say, c = screen.say, found.classification
    screen.line(say("explain.title", name=c.item.name, id=c.item.id), "bold")
    level, by_visits = (level_words(x, say) for x in (c.level, c.by_visits))
    screen.line(say("explain.level", level=level, by_visits=by_visits), LEVEL_COLOURS[c.level])
    if c.agrees is not None:
        verdict = say("explain.agrees" if c.agrees else "explain.differs")
        screen.line(say("explain.declared", declared=declared_words(c.item, say), verdict=verdict))
    _visits(screen, found)
    _levels(screen, found)
    _reasons(screen, found)
    _missing(screen, found)
    if found.target is not None:
        _target(screen, found)
    if found.findings:
        screen.line()
        screen.findings(found.findings)


def _visits(screen: Screen, found: Explanation) -> None:
    say, v = screen.say, found.classification.visits
    screen.heading(say("explain.visits"))
    never = v.expected_delivered != v.expected_delivered
    screen.paragraph(
        say(
            "explain.visits_line",
            least=number(v.least, say),
            required=number(v.required, say),
            expected=f"{v.expected:.2f}",
            expected_delivered=say("unknown") if never else f"{v.expected_delivered:.2f}",
            greatest=number(v.greatest, say),
        ),
        2,
    )
    for channel, b in v.by_channel.items():
        words = {"channel": label(channel, say.lang), "best": number(b.best, say), "worst": number(b.worst, say)}
        screen.paragraph(say("explain.by_channel", **words), 2)


def _levels(screen: Screen, found: Explanation) -> None:
    """Print each level with the criteria that lower levels do not already show, and its path where it is another."""
    from depthsim.verbs.wording import criterion_name, why

    say, item = screen.say, found.classification.item
    screen.heading(say("explain.levels"))
    shown: set[tuple[str, str, Any]] = set()
    paths: list[Any] = []
    for standing in found.classification.standings:
        level = standing.level
        key, colour = ("holds", "green") if standing.holds else ("fails", "red")
        screen.line("  " + say(f"explain.level_{key}", level=_scheme_level(level, say), name=level.name), colour)
        again = 0
        for v in standing.verdicts:
            if (v.id, v.why, v.values) in shown and v.ruling != "fails":
                again += 1
                continue
            shown.add((v.id, v.why, v.values))
            text = say("explain.criterion", name=criterion_name(v.id, say.lang), why=why(v, item, say.lang))
            screen.paragraph(text, 4, mark=say(f"ruling.{v.ruling}"), colour=_COLOURS[v.ruling])
        if again:
            screen.paragraph(say("explain.again", number=again), 4, mark=say("ruling.again"))
        if standing.path and standing.path not in paths:
            paths.append(standing.path)
            path = found.path_words(standing.path, say.lang)
            screen.paragraph(say("explain.path", visits=number(standing.visits, say), path=path), 4)


def _scheme_level(level: Any, say: Words) -> str:
    return level_words(level.id, say) if level.id == level.means else str(level.id)


def _reasons(screen: Screen, found: Explanation) -> None:
    from depthsim.verbs.wording import option_name, step_name

    say, c = screen.say, found.classification
    screen.heading(say("explain.reasons"))
    if not c.visits.reasons:
        screen.line("  " + say("explain.no_reasons"))
    for r in c.visits.reasons:
        names = tuple(c.item.materials[m].name for m in r.materials)
        originals = say("explain.reason_materials", materials=names) if names else ""
        words = {
            "step": step_name(c.item, r.step, say.lang),
            "option": option_name(c.item, r.step, r.option, say.lang),
            "place": found.place(r.place, say.lang),
            "expected": f"{r.expected:.2f}",
            "why": originals,
        }
        screen.paragraph(say("explain.reason", **words), 2)


def _missing(screen: Screen, found: Explanation) -> None:
    from depthsim.verbs.wording import criterion_name, step_name, why

    say, c = screen.say, found.classification
    if not c.missing:
        screen.heading(say("explain.top"))
        return
    following = next(s.level for s in c.standings if s.level.id == c.missing[0].level)
    screen.heading(say("explain.next", level=_scheme_level(following, say)))
    for v in c.missing:
        text = say("explain.criterion", name=criterion_name(v.id, say.lang), why=why(v, c.item, say.lang))
        screen.paragraph(text, 2, mark=say("ruling.fails"), colour="red")
    if c.blockers:
        steps = tuple(dict.fromkeys(step_name(c.item, r.step, say.lang) for r in c.blockers))
        screen.paragraph(say("explain.blockers", steps=steps), 2)


def _target(screen: Screen, found: Explanation) -> None:
    from depthsim.verbs.wording import reform_name, step_name, why

    say, target = screen.say, found.target
    assert target is not None
    screen.heading(say("explain.target", level=level_words(target.level, say)))
    if target.reached:
        screen.line("  " + say("explain.reached"))
        return
    if target.blockers:
        steps = tuple(
            say(
                "explain.blocker", step=step_name(found.classification.item, b.step, say.lang), visits=f"{b.visits:.2f}"
            )
            for b in target.blockers
        )
        screen.paragraph(say("explain.blocker_visits", steps=steps), 2)
    for r in target.recipes:
        names = tuple(reform_name(name, say.lang) for name in r.reforms)
        cost = say("explain.no_cost") if r.cents is None else say("explain.cost", cost=f"{r.cents / 100:,.0f}")
        screen.paragraph(
            say(
                "explain.recipe",
                reforms=reduce(lambda a, b: say("later", before=a, after=b), names),
                visits=number(r.required, say),
                cost=cost if r.cents is None else f"{cost} {target.currency}",
            ),
            2,
        )
    searched = target.search
    assert searched is not None
    words = {"sets": searched.sets, "reforms": searched.candidates, "most": searched.largest}
    if target.recipes:
        screen.paragraph(say("explain.searched", smaller=searched.smaller, **words), 2)
        return
    screen.paragraph(say("explain.no_recipe", **words), 2)
    for v in target.remaining:
        screen.paragraph(why(v, found.classification.item, say.lang), 4, mark=say("ruling.fails"), colour="red")
