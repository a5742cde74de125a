"""`depthsim compare`: scenarios paired with the first one named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from depthsim.cli._measures import MAIN, amount, interval, measure_name, with_half
from depthsim.cli._parameters import Command, argument, json_option, option, simulation_options
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Cell, Column, Screen
from depthsim.cli._words import Words

if TYPE_CHECKING:
    from depthsim.verbs.compare import Compared, Comparison


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("compare", say)
    @argument("path", say, "path")
    @option("--scenario", "scenarios", say=say, words="scenarios", metavar="name_or_file", multiple=True, required=True)
    @simulation_options(say)
    @json_option(say)
    @click.pass_obj
    def compare(
        screen: Screen,
        path: str,
        scenarios: tuple[str, ...],
        engine: str,
        replications: int | None,
        seed: int | None,
        horizon: float | None,
        warm_up: float | None,
        jobs: int | None,
        as_json: bool,
    ) -> int:
        from depthsim.verbs.compare import compare as verb
        from depthsim.verbs.simulate import REPLICATIONS

        with screen.progress(say("demo.simulating"), quiet=as_json) as progress:
            found = verb(
                path,
                scenarios,
                engine=engine,
                replications=REPLICATIONS if replications is None else replications,
                seed=seed,
                horizon_days=horizon,
                warm_up_days=warm_up,
                jobs=jobs,
                progress=progress,
            )
        if as_json:
            screen.json(found.to_json(screen.lang))
        else:
            _show(screen, found)
        return 0

    return compare


def _show(screen: Screen, found: Comparison) -> None:
    say = screen.say
    screen.warn(found.findings)
    for other in found.scenarios[1:]:
        screen.warn(other.findings)
        totals(screen, found, other)
        screen.heading(say("compare.items"))
        _items(screen, found, other)


def totals(screen: Screen, found: Comparison, other: Compared, only: tuple[str, ...] = ()) -> None:
    """Print one scenario's totals (or `only` some) beside the reference's, with the paired differences."""
    say, before, after = screen.say, found.reference.study.summary, other.study.summary
    screen.heading(
        say(
            "compare.title",
            system=found.system.name,
            scenario=other.scenario.name,
            reference=found.reference.scenario.name,
        )
    )
    words: dict[str, Any] = {"replications": found.study.replications, "days": f"{found.how.horizon_days:g}"}
    screen.line(say("compare.run", pairs=other.study.pairs, seed=found.how.seed, **words))
    columns = [
        Column(say("table.measure"), wide=True),
        *(Column(say(f"table.{what}"), right=True) for what in ("before", "after", "difference", "interval")),
    ]
    rows: list[list[str | Cell]] = []
    for measure, d in other.study.difference.items():
        if only and measure not in only:
            continue
        if before.totals[measure].mean is None and after.totals[measure].mean is None:
            continue
        rows.append(
            [
                measure_name(measure, say),
                amount(measure, before.totals[measure].mean, say),
                amount(measure, after.totals[measure].mean, say),
                Cell(amount(measure, d.mean, say, sign=True), _colour(measure, d.ci95)),
                interval(measure, d.ci95, say, sign=True),
            ]
        )
    screen.table(columns, rows)


def _colour(measure: str, ci95: tuple[float, float] | None) -> str:
    """Return green for a better, red for a worse difference that its interval tells from nothing."""
    from depthsim import measures

    if ci95 is None or ci95[0] <= 0 <= ci95[1]:
        return ""
    less = ci95[1] < 0
    return "green" if less == (measures.load(measure).better == "less") else "red"


def _items(screen: Screen, found: Comparison, other: Compared) -> None:
    say = screen.say
    columns = [
        Column(say("table.item"), wide=True),
        *(Column(measure_name(m, say), right=True) for m in MAIN),
    ]
    rows: list[list[str | Cell]] = []
    for item in found.reference.study.summary.items:
        differences = other.study.items.get(item.id, {})
        cells: list[str | Cell] = [getattr(item.name, say.lang)]
        for m in MAIN:
            d = differences.get(m)
            if d is None or d.mean is None:
                cells.append(say("unknown"))
                continue
            cells.append(Cell(with_half(m, d.mean, d.ci95, say, sign=True), _colour(m, d.ci95)))
        rows.append(cells)
    screen.table(columns, rows)
