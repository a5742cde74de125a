"""`depthsim compare`: scenarios paired with the first one named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import click

from depthsim.cli._burden import burden_options, burden_table, wages
from depthsim.cli._layout import Cell, Column
from depthsim.cli._measures import MAIN, SEGMENTS, amount, interval, measure_name, settling, with_half
from depthsim.cli._parameters import (
    Command,
    Number,
    Share,
    argument,
    cluster_option,
    json_option,
    one_place,
    option,
    simulation_options,
)
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

if TYPE_CHECKING:
    from depthsim.studies import Difference
    from depthsim.studies.burden import Burden
    from depthsim.studies.summary import ItemSummary, SegmentSummary
    from depthsim.verbs.compare import Compared, Comparison


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("compare", say)
    @argument("path", say, "path")
    @option("--scenario", "scenarios", say=say, words="scenarios", metavar="name_or_file", multiple=True, required=True)
    @simulation_options(say)
    @cluster_option(say)
    @option("--precision", say=say, words="precision", metavar="share", type=Share(say))
    @option("--most-replications", say=say, words="most_replications", metavar="number", type=Number(say, 2, 1_000_000))
    @option("--most-seconds", say=say, words="most_seconds", metavar="seconds", type=Number(say, 0.1, 1e7, whole=False))
    @burden_options(say)
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
        cluster: str | None,
        precision: float | None,
        most_replications: int | None,
        most_seconds: float | None,
        burden: bool,
        wage: float | None,
        staff_wage: float | None,
        as_json: bool,
    ) -> int:
        from depthsim.studies.precision import MOST_REPLICATIONS
        from depthsim.verbs.compare import compare as verb
        from depthsim.verbs.simulate import REPLICATIONS

        if precision is None and (most_replications is not None or most_seconds is not None):
            raise click.UsageError(say("compare.limit_without_precision"), click.get_current_context())
        one_place(say, jobs, cluster)
        rates = wages(say, burden, wage, staff_wage)
        with screen.progress(say("demo.simulating"), quiet=as_json) as progress:
            found = verb(
                path,
                scenarios,
                engine=engine,
                replications=REPLICATIONS if replications is None else replications,
                seed=seed,
                horizon_days=horizon,
                warm_up_days=warm_up,
                precision=precision,
                most_replications=MOST_REPLICATIONS if most_replications is None else most_replications,
                most_seconds=most_seconds,
                jobs=jobs,
                cluster=cluster,
                progress=progress,
            )
        burdens = [s.burden(wage=rates.wage, staff_wage=rates.staff_wage) for s in found.scenarios] if rates else []
        if as_json:
            document = found.to_json(screen.lang)
            for shown, one in zip(document["scenarios"], burdens, strict=False):
                shown["burden"] = one.to_json()
            screen.json(document)
        else:
            _show(screen, found, burdens)
        return 0

    return compare


def _show(screen: Screen, found: Comparison, burdens: Sequence[Burden]) -> None:
    say = screen.say
    screen.warn(found.findings)
    for n, other in enumerate(found.scenarios[1:], 1):
        screen.warn(other.findings)
        totals(screen, found, other, luck=True)
        screen.paragraph(settling(other.study.summary, found.how.warm_up_days, say))
        _changes(screen, "item", found.reference.study.summary.items, other.study.items)
        if segments := found.reference.study.summary.segments:
            _changes(screen, "segment", segments, other.study.segments)
        if burdens:
            burden_table(screen, (burdens[0], burdens[n]))
    _precision(screen, found)


def _precision(screen: Screen, found: Comparison) -> None:
    """Print what came of a wish for precision, and which differences did not reach it."""
    say, outcome = screen.say, found.study.precision
    if outcome is None:
        return
    words = {"share": f"{100 * outcome.wanted.share:.3g}%", "replications": found.study.replications}
    screen.heading(say("compare.precision", **words))
    missed = found.too_wide()
    if not missed:
        screen.paragraph(say("compare.reached", **words))
        return
    limit = "compare.out_of_time" if outcome.stopped == "time" else "compare.out_of_replications"
    screen.paragraph(say(limit, **words))
    columns = [
        Column(say("table.measure"), wide=True),
        *(Column(say(f"table.{what}"), right=True) for what in ("half", "yardstick", "needed")),
    ]
    if len(found.scenarios) > 2:
        columns.insert(0, Column(say("table.scenario"), wide=True))
    rows: list[list[str | Cell]] = []
    for scenario, measure, d in missed:
        p = d.precision
        assert p is not None
        needed = say("unknown") if p.replications is None else f"{float(f'{p.replications:.2g}'):,.0f}"
        reached = say("unknown") if p.relative is None else f"{100 * p.relative:.3g}%"
        row: list[str | Cell] = [measure_name(measure, say), reached, say(f"table.of_{p.yardstick}"), needed]
        if len(found.scenarios) > 2:
            row.insert(0, getattr(scenario.scenario.name, say.lang))
        rows.append(row)
    screen.table(columns, rows)


def _luck(times: float | None, say: Words) -> str:
    return say("unknown") if times is None else f"{times:,.0f}" if times >= 100 else f"{times:.3g}"


def totals(
    screen: Screen, found: Comparison, other: Compared, only: tuple[str, ...] = (), *, luck: bool = False
) -> None:
    """Print one scenario's totals (or `only` some) beside the reference's, with the paired differences.

    With `luck` a column says how many times as many replications independent runs would need.
    """
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
        Column(say("table.exact"), right=True),
        *([Column(say("table.savings"), right=True)] if luck else []),
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
                Cell(amount(measure, d.mean, say, sign=True), _colour(measure, d.interval)),
                interval(measure, d.interval, say, sign=True),
                amount(measure, d.exact, say, sign=True, unit=False),
                *([_luck(d.savings, say)] if luck else []),
            ]
        )
    screen.table(columns, rows)
    if luck or found.study.comparisons > 1:
        screen.line()
    if luck:
        screen.paragraph(say("compare.savings"))
    if found.study.comparisons > 1:
        screen.paragraph(say("compare.simultaneous", number=found.study.comparisons))


def _colour(measure: str, ci95: tuple[float, float] | None) -> str:
    """Return green for a better, red for a worse difference that its interval tells from nothing."""
    from depthsim import measures

    if ci95 is None or ci95[0] <= 0 <= ci95[1]:
        return ""
    less = ci95[1] < 0
    return "green" if less == (measures.load(measure).better == "less") else "red"


def _changes(
    screen: Screen,
    what: Literal["item", "segment"],
    listed: Sequence[ItemSummary | SegmentSummary],
    found: Mapping[str, Mapping[str, Difference]],
) -> None:
    say = screen.say
    measures = MAIN if what == "item" else SEGMENTS
    screen.heading(say(f"compare.{what}s"))
    columns = [
        Column(say(f"table.{what}"), wide=True),
        *(Column(measure_name(m, say), right=True) for m in measures),
    ]
    rows: list[list[str | Cell]] = []
    for item in listed:
        differences = found.get(item.id, {})
        cells: list[str | Cell] = [getattr(item.name, say.lang)]
        for m in measures:
            d = differences.get(m)
            if d is None or d.mean is None:
                cells.append(say("unknown"))
                continue
            cells.append(Cell(with_half(m, d.mean, d.interval, say, sign=True), _colour(m, d.interval)))
        rows.append(cells)
    screen.table(columns, rows)
