"""`depthsim demo`: the main job on the bundled system."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from depthsim.cli._layout import Cell, Column
from depthsim.cli._levels import level_words
from depthsim.cli._parameters import Command, Number, json_option, option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen, level_cell
from depthsim.cli._words import Words
from depthsim.cli.commands.compare import totals
from depthsim.cli.commands.plan import portfolio
from depthsim.cli.commands.sensitivity import headline

if TYPE_CHECKING:
    from depthsim.verbs.classify import Classified
    from depthsim.verbs.compare import Comparison
    from depthsim.verbs.demo import Demo, Levels

_SHOWN = ("visits", "applicant_minutes", "travel_minutes", "waiting_minutes", "elapsed_days", "limit_days", "on_time")


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("demo", say)
    @option(
        "-o", "--output", say=say, words="demo_output", metavar="folder", default="depthsim-demo", show_default=True
    )
    @option("--replications", say=say, words="replications", metavar="number", type=Number(say, 1, 1_000_000))
    @option("--horizon", say=say, words="horizon", metavar="days", type=Number(say, 0.01, 36500, whole=False))
    @option("--jobs", say=say, words="jobs", metavar="number", type=Number(say, 1, 1024))
    @json_option(say)
    @click.pass_obj
    def demo(
        screen: Screen,
        output: str,
        replications: int | None,
        horizon: float | None,
        jobs: int | None,
        as_json: bool,
    ) -> int:
        from depthsim.verbs import demo as verb

        began = time.monotonic()
        with (
            screen.progress(say("demo.simulating"), quiet=as_json) as simulating,
            screen.progress(say("demo.planning"), quiet=as_json) as planning,
            screen.progress(say("demo.drawing"), quiet=True) as drawing,
        ):
            found = verb.demo(
                output,
                replications=verb.REPLICATIONS if replications is None else replications,
                horizon_days=verb.HORIZON_DAYS if horizon is None else horizon,
                jobs=jobs,
                lang=screen.lang,
                levels_known=lambda levels: None if as_json else _levels(screen, levels),
                simulating=simulating,
                planning=planning,
                drawing=drawing,
            )
        if as_json:
            screen.json(found.to_json(screen.lang))
        else:
            _results(screen, found)
            screen.line(say("demo.took", seconds=f"{time.monotonic() - began:.0f}"))
        return 0

    return demo


def _levels(screen: Screen, levels: Levels) -> None:
    """Print every item's level by the standard and by visits, before and after the reforms."""
    say, before, after = screen.say, levels.before, levels.after
    screen.line(say("demo.title", name=before.system.name), "bold")
    screen.paragraph(say("demo.levels"))
    columns = [
        Column(say("table.item"), wide=True),
        Column(say("table.level")),
        Column(say("table.by_visits")),
        Column(say("demo.mean_visits"), right=True),
    ]
    rows: list[list[str | Cell]] = []
    for c in before:
        d = after[c.item.id]
        name = getattr(c.item.name, say.lang)
        visits = _changed(f"{c.visits.expected:.2f}", f"{d.visits.expected:.2f}", say)
        rows.append([name, _level(c.level, d.level, say), _level(c.by_visits, d.by_visits, say), visits])
    screen.table(columns, rows)
    screen.line()
    screen.paragraph(say("demo.counts", before=_count(before, say), after=_count(after, say)))


def _changed(before: str, after: str, say: Words) -> str:
    """Return what was and what is, or one of them where they are the same."""
    return before if before == after else say("demo.changed", before=before, after=after)


def _level(before: str, after: str, say: Words) -> Cell:
    """Return a level before and after, in the colour of the latter."""
    return level_cell(after, _changed(level_words(before, say), level_words(after, say), say))


def _count(found: Classified, say: Words) -> tuple[str, ...]:
    numbers = Counter(c.level.value for c in found)
    levels = [level for level in ("IV", "III", "II", "I", "none") if numbers[level]]
    return tuple(say("demo.count", level=level_words(level, say), number=numbers[level]) for level in levels)


def _results(screen: Screen, found: Demo) -> None:
    say, comparison = screen.say, found.comparison
    other = comparison.scenarios[1]
    totals(screen, comparison, other, _SHOWN)
    screen.line()
    saved = {name: _saved(other.study.difference[name], say) for name in ("visits", "elapsed_days")}
    hours = _saved(other.study.difference["applicant_minutes"], say, 60)
    screen.paragraph(say("demo.per_year", trips=saved["visits"], hours=hours, days=saved["elapsed_days"]))
    if told := _who(comparison, say):
        screen.paragraph(told)
    screen.paragraph(headline(found.sensitivity, say))
    _first(screen, found)
    n = found.levels.numbers
    screen.paragraph(say("demo.numbers", total=n.total, sourced=n.sourced, assumed=n.assumed, bare=n.bare))
    warned = {(f.code, f.path) for s in comparison.scenarios for f in s.findings if f.severity == "warning"}
    if warned:
        codes = tuple(sorted({code for code, _ in warned}))
        screen.paragraph(say("demo.warnings", number=len(warned), codes=codes))
    screen.line()
    screen.line(say("demo.files", folder=str(found.folder)), "bold")
    for what in ("levels.json", "levels_after.json", "comparison.json", "comparison.csv", "plan", "diagrams"):
        screen.line("  " + say("demo.file", file=what, about=say(f"demo.about.{what.partition('.')[0]}")))
    item = comparison.reference.study.summary.items[0].id
    best = min(other.study.items, key=lambda i: other.study.items[i]["visits"].per_year or 0.0, default=item)
    screen.line(say("demo.next", item=f"{comparison.system.id}/{best}"))


def _who(comparison: Comparison, say: Words) -> str:
    """Return which segments of applicants gain most and least in visits, and what stays; empty with fewer than two."""
    after = comparison.scenarios[1].study
    means = [(after.segments[s.id]["visits"].mean, s) for s in after.summary.segments]
    known = sorted(((mean, s) for mean, s in means if mean is not None), key=lambda found: found[0])
    if len(known) < 2:
        return ""
    words: dict[str, Any] = {}
    for which, (mean, segment) in (("most", known[0]), ("least", known[-1])):
        left = segment.measures["visits"].mean or 0.0
        words |= {which: segment.name, f"{which}_gain": f"{-mean:.2f}", f"{which}_left": f"{left:.2f}"}
    return say("demo.who", **words)


def _first(screen: Screen, found: Demo) -> None:
    """Print what comes first: the reforms of the best portfolio, and where the picture of the curve is."""
    say, plan = screen.say, found.plan
    values = {
        "budget": f"{(plan.budget or 0) / 100:,.0f}",
        "currency": plan.currency(say.lang),
        "years": f"{plan.costs.years:g}",
    }
    screen.heading(say("demo.first", **values))
    portfolio(screen, plan, names=False)
    screen.paragraph(say("demo.curve", file=str(found.folder / "plan" / "frontier.svg")))


def _saved(difference: Any, say: Words, divisor: float = 1) -> str:
    """Return what is saved a year, with its interval: the other way round than the difference."""
    if difference.per_year is None:
        return say("unknown")
    mean = f"{-difference.per_year / divisor:,.0f}"
    if difference.per_year_ci95 is None:
        return mean
    low, high = (f"{-value / divisor:,.0f}" for value in reversed(difference.per_year_ci95))
    return say("demo.saved", mean=mean, low=low, high=high)
