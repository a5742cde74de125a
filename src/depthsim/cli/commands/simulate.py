"""`depthsim simulate`: one system under one scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import click

from depthsim.cli._burden import burden_options, burden_table, wages
from depthsim.cli._layout import Column
from depthsim.cli._measures import MAIN, SEGMENTS, measure_name, settling, spread, total_columns, total_row, with_half
from depthsim.cli._parameters import (
    Command,
    OneOf,
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
    from depthsim.studies.burden import Burden
    from depthsim.studies.summary import ItemSummary, SegmentSummary
    from depthsim.verbs.simulate import Simulation

RECORDS = ("summary", "cases", "events")


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("simulate", say)
    @argument("path", say, "path", required=False)
    @option("--scenario", say=say, words="scenario", metavar="name_or_file")
    @simulation_options(say)
    @cluster_option(say)
    @option("--record", say=say, words="record", metavar="detail", type=OneOf(RECORDS, say))
    @option("-o", "--output", say=say, words="run_folder", metavar="folder")
    @option("--resume", say=say, words="resume", metavar="folder")
    @burden_options(say)
    @json_option(say)
    @click.pass_obj
    def simulate(
        screen: Screen,
        path: str | None,
        scenario: str | None,
        engine: str,
        replications: int | None,
        seed: int | None,
        horizon: float | None,
        warm_up: float | None,
        jobs: int | None,
        cluster: str | None,
        record: Literal["summary", "cases", "events"] | None,
        output: str | None,
        resume: str | None,
        burden: bool,
        wage: float | None,
        staff_wage: float | None,
        as_json: bool,
    ) -> int:
        from depthsim.verbs.simulate import REPLICATIONS
        from depthsim.verbs.simulate import resume as finish
        from depthsim.verbs.simulate import simulate as verb

        if (path is None) == (resume is None):
            raise click.UsageError(say("simulate.path_or_resume"), click.get_current_context())
        one_place(say, jobs, cluster)
        rates = wages(say, burden, wage, staff_wage)
        with screen.progress(say("demo.simulating"), quiet=as_json) as progress:
            if resume is not None:
                found = finish(resume, engine=engine, jobs=jobs, cluster=cluster, progress=progress)
            else:
                assert path is not None
                found = verb(
                    path,
                    scenario,
                    engine=engine,
                    replications=REPLICATIONS if replications is None else replications,
                    seed=seed,
                    horizon_days=horizon,
                    warm_up_days=warm_up,
                    record=record,
                    jobs=jobs,
                    cluster=cluster,
                    output=output,
                    progress=progress,
                )
        burdens = [found.burden(wage=rates.wage, staff_wage=rates.staff_wage)] if rates else []
        if as_json:
            more = {"burden": burdens[0].to_json()} if burdens else {}
            screen.json({**found.to_json(screen.lang), **more})
        else:
            _show(screen, found, burdens)
        return 0

    return simulate


def _show(screen: Screen, found: Simulation, burdens: Sequence[Burden]) -> None:
    say, summary, request = screen.say, found.summary, found.request
    screen.warn((*found.notes, *found.findings))
    screen.heading(say("simulate.title", system=request.system.name, scenario=request.scenario.name))
    words: dict[str, Any] = {"replications": request.replications, "days": f"{request.horizon_days:g}"}
    screen.line(say("simulate.run", cases=summary.cases, engine=request.engine, seed=request.seed, **words))
    screen.table(total_columns(say), (total_row(m, e, say) for m, e in summary.totals.items() if e.mean is not None))
    screen.line()
    if told := spread(summary, say):
        screen.paragraph(told)
    screen.paragraph(settling(summary, request.warm_up_days, say))
    _means(screen, "item", summary.items)
    if summary.segments:
        _means(screen, "segment", summary.segments)
    screen.heading(say("simulate.pools"))
    _pools(screen, found)
    if burdens:
        burden_table(screen, burdens)
    if found.folder is not None:
        screen.line()
        screen.line(say("written", file=str(found.folder)))


def _means(screen: Screen, what: Literal["item", "segment"], rows: Sequence[ItemSummary | SegmentSummary]) -> None:
    say = screen.say
    measures = MAIN if what == "item" else SEGMENTS
    screen.heading(say(f"simulate.{what}s"))
    columns = [
        Column(say(f"table.{what}"), wide=True),
        Column(say("table.cases"), right=True),
        *(Column(measure_name(m, say), right=True) for m in measures),
    ]
    screen.table(
        columns,
        (
            [
                getattr(i.name, say.lang),
                str(i.cases),
                *(with_half(m, i.measures[m].mean, i.measures[m].ci95, say) for m in measures),
            ]
            for i in rows
        ),
    )


def _pools(screen: Screen, found: Simulation) -> None:
    say = screen.say
    columns = [
        Column(say("table.pool"), wide=True),
        *(Column(say(f"table.{what}"), right=True) for what in ("servers", "load", "utilisation", "wait", "overtime")),
    ]
    rows = []
    for p in found.summary.pools:
        wait = say("unknown") if p.mean_wait_minutes is None else f"{p.mean_wait_minutes:.1f}"
        load = say("unknown") if p.offered_load is None else f"{p.offered_load:.2f}"
        used = f"{p.utilisation:.2f}"
        rows.append([getattr(p.name, say.lang), str(p.servers), load, used, wait, f"{p.overtime_minutes:.0f}"])
    screen.table(columns, rows)
    screen.paragraph(say("simulate.pools_note"))
