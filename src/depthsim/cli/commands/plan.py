"""`depthsim plan`: which reforms first, for which items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from depthsim.cli._layout import Cell, Column
from depthsim.cli._levels import level_words
from depthsim.cli._parameters import (
    Command,
    Number,
    OneOf,
    argument,
    json_option,
    option,
    scheme_option,
    simulation_options,
)
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

if TYPE_CHECKING:
    from depthsim.studies.plan import Effort, Gain
    from depthsim.verbs.plan import Alone, Plan

OBJECTIVES = ("visits", "applicant_minutes", "elapsed_days", "money")
MOST_POINTS = 12
MOST_NAMES = 4


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("plan", say)
    @argument("path", say, "path")
    @option("--budget", say=say, words="budget", metavar="number", type=Number(say, 0, 1e15, whole=False))
    @option("--target", "targets", say=say, words="plan_target", metavar="target", multiple=True)
    @option(
        "--objective", say=say, words="objective", metavar="objective", type=OneOf(OBJECTIVES, say), default="visits"
    )
    @option("--costs", say=say, words="costs", metavar="name_or_file", default="illustrative", show_default=True)
    @option("--fair", say=say, words="fair", is_flag=True)
    @option("--no-simulate", say=say, words="no_simulate", is_flag=True)
    @option("-o", "--output", say=say, words="plan_output", metavar="folder")
    @scheme_option(say)
    @simulation_options(say)
    @json_option(say)
    @click.pass_obj
    def plan(
        screen: Screen,
        path: str,
        budget: float | None,
        targets: tuple[str, ...],
        objective: str,
        costs: str,
        fair: bool,
        no_simulate: bool,
        output: str | None,
        scheme: str,
        engine: str,
        replications: int | None,
        seed: int | None,
        horizon: float | None,
        warm_up: float | None,
        jobs: int | None,
        as_json: bool,
    ) -> int:
        from depthsim.verbs.plan import plan as verb

        with (
            screen.progress(say("plan.searching"), quiet=as_json) as searching,
            screen.progress(say("demo.simulating"), quiet=as_json or no_simulate) as simulating,
        ):
            found = verb(
                path,
                budget=budget,
                targets=targets,
                objective=objective,
                costs=costs,
                fair=fair,
                simulate=not no_simulate,
                scheme=scheme,
                engine=engine,
                replications=replications,
                seed=seed,
                horizon_days=horizon,
                warm_up_days=warm_up,
                jobs=jobs,
                searching=searching,
                simulating=simulating,
            )
        files = found.write(output, lang=screen.lang) if output is not None else ()
        if as_json:
            screen.json(found.to_json(screen.lang))
            return 0
        _show(screen, found)
        for file in files:
            screen.line(say("written", file=file))
        return 0

    return plan


def _show(screen: Screen, found: Plan) -> None:
    say = screen.say
    screen.warn(found.findings)
    screen.line(say("plan.title", name=found.system.name), "bold")
    limit = say("plan.no_limit") if found.budget is None else _amount(found.budget)
    words = {"costs": found.costs.name, "years": f"{found.costs.years:g}", "currency": found.currency(say.lang)}
    screen.paragraph(say("plan.asked", unit=found.unit(say.lang), budget=limit, **words))
    for aim in found.targets:
        numbers = {"items": len(aim.items), "needed": aim.needed, "reached": found.portfolio.at(aim)}
        screen.paragraph(say("plan.target", target=aim.text, **numbers))
    if not found.ranking:
        screen.heading(say("plan.nothing"))
    else:
        screen.heading(say("plan.ranking"))
        portfolio(screen, found)
    _alone(screen, found)
    _curve(screen, found)
    _searched(screen, found)


def portfolio(screen: Screen, found: Plan, *, names: bool = True) -> None:
    """Print the reforms of the best portfolio in their rank, with the `names` of their items, and its totals."""
    say = screen.say
    simulated = any(r.simulated for r in found.ranking)
    columns = [
        Column(say("table.rank"), right=True),
        Column(say("table.reform"), wide=True),
        Column(say("table.items"), right=True),
        Column(say("table.cost"), right=True),
        Column(say("table.gain"), right=True),
        Column(say("table.so_far"), right=True),
    ]
    if simulated:
        columns.append(Column(say("table.simulated"), right=True))
    rows: list[list[str | Cell]] = []
    for rank, r in enumerate(found.ranking, 1):
        step = r.step
        row: list[str | Cell] = [
            str(rank),
            Cell(found.entry_name(step.entry, say.lang), under=_names(found, step.items, say) if names else ""),
            str(len(step.items)),
            _amount(step.cost),
            Cell(_gain(step.gain), "green" if step.gain > 0 else "red" if step.gain < 0 else ""),
            _gain(step.cumulative_gain),
        ]
        rows.append([*row, _interval(r.simulated, say)] if simulated else row)
    screen.table(columns, rows)
    screen.line()
    total = {"cost": _amount(found.portfolio.cost), "currency": found.currency(say.lang)}
    gain = {"gain": _gain(found.portfolio.gain), "unit": found.unit(say.lang)}
    screen.paragraph(say("plan.total", **total, **gain), colour="bold")
    if found.simulated is not None:
        screen.paragraph(_simulated(found, found.simulated, say))
        if found.effort is not None and found.effort.shortened:
            screen.paragraph(say("plan.shortened", cases=f"{found.effort.cases:,.0f}", **_times(found.effort)))
    before, after = (_levels(levels, say) for levels in (found.levels(), found.levels(found.portfolio)))
    screen.paragraph(say("demo.counts", before=before, after=after))


def _simulated(found: Plan, gain: Gain, say: Words) -> str:
    """Return what the simulation gives, and what makes the difference to the exact gain."""
    assert found.how is not None
    assert found.effort is not None
    run = {**_times(found.effort), "seed": found.how.seed}
    first = say("plan.simulated", mean=_gain(gain.mean), interval=_interval(gain, say), **run)
    exact = {"exact": _gain(found.portfolio.gain)}
    if found.objective == "elapsed_days":
        return say("sentences", first=first, second=say("plan.days", **exact))
    if gain.rest95 is None or gain.waiting is None:
        return say("sentences", first=first, second=say("plan.one_run", **exact))
    inside = "outside" if gain.doubts(found.portfolio.gain) else "inside"
    if found.objective == "visits":
        return say("sentences", first=first, second=say(f"plan.no_waiting_{inside}", **exact))
    rest = say("interval", low=_gain(gain.rest95[0]), high=_gain(gain.rest95[1]))
    second = say(f"plan.waiting_{inside}", waiting=_gain(gain.waiting), rest=rest, **exact)
    return say("sentences", first=first, second=second)


def _times(effort: Effort) -> dict[str, Any]:
    return {"replications": effort.replications, "days": f"{effort.horizon_days:g}"}


def _levels(levels: dict[str, int], say: Words) -> tuple[str, ...]:
    return tuple(say("demo.count", level=level_words(name, say), number=n) for name, n in levels.items() if n)


def _names(found: Plan, items: tuple[str, ...], say: Words) -> str:
    names = tuple(getattr(found.system[item].name, say.lang) for item in items[:MOST_NAMES])
    more = len(items) - len(names)
    return say("plan.names_more", names=names, more=more) if more else say("plan.names", names=names)


def _alone(screen: Screen, found: Plan) -> None:
    say = screen.say
    if not found.alone:
        return
    screen.heading(say("plan.alone"))
    for a in found.alone:
        screen.paragraph(_alone_line(found, a, say), 2)


def _alone_line(found: Plan, a: Alone, say: Words) -> str:
    about = {
        "reform": found.entry_name(a.entry, say.lang),
        "cost": _amount(a.cost),
        "currency": found.currency(say.lang),
    }
    gain = a.simulated
    if gain is None:
        line = say("plan.alone_unknown", **about)
    elif gain.mean == 0 and gain.ci95 in (None, (0.0, 0.0)):
        line = say("plan.alone_nothing", **about)
    else:
        line = say("plan.alone_line", **about, gain=_interval(gain, say))
        if gain.waiting:
            line = say("plan.alone_waiting", line=line, waiting=_gain(gain.waiting))
    left = None if found.budget is None else found.budget - found.portfolio.cost
    return line if left is None or a.cost <= left else say("plan.alone_beyond", line=line, left=_amount(left))


def _curve(screen: Screen, found: Plan) -> None:
    """Print the curve: all its points, or some that stand for them, evenly by rank, the first and last included."""
    say, points = screen.say, found.frontier.points
    if len(points) < 2:
        return
    screen.heading(say("plan.curve"))
    step = max(1.0, (len(points) - 1) / (MOST_POINTS - 1))
    shown = sorted({round(n * step) for n in range(min(len(points), MOST_POINTS))})
    columns = [
        Column(say("table.cost"), right=True),
        Column(say("table.gain"), right=True),
        Column(say("table.level_iv"), right=True),
        Column(say("table.reforms"), wide=True),
    ]
    rows = []
    for point in (points[n] for n in shown if n < len(points)):
        used = tuple(
            say("plan.used", reform=found.entry_name(found.search.entries[n], say.lang), items=len(items))
            for n, items in point.items.items()
        )
        rows.append([_amount(point.cost), _gain(point.gain), str(found.levels(point)["IV"]), say("list", words=used)])
    screen.table(columns, rows)
    screen.line()
    key = "plan.curve_complete" if found.frontier.complete else "plan.curve_incomplete"
    about = {"points": len(points), "solved": found.frontier.solved}
    screen.paragraph(say(key, **about, above=_gain(found.frontier.above), share=found.above))


def _searched(screen: Screen, found: Plan) -> None:
    say, searched = screen.say, found.search
    screen.heading(say("plan.searched"))
    words = {"items": len(searched.rows), "different": searched.different, "sets": searched.sets}
    screen.paragraph(say("plan.searched_line", analysed=searched.analysed, **words))
    screen.paragraph(say("plan.left"))
    for line in found.not_searched(say.lang):
        screen.paragraph(line, 2, mark=say("ruling.again"))


def _amount(cents: int) -> str:
    return f"{cents / 100:,.0f}" if cents % 100 == 0 else f"{cents / 100:,.2f}"


def _gain(value: float) -> str:
    return f"{value + 0.0:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:,.2f}"


def _interval(gain: Gain | None, say: Words) -> str:
    if gain is None:
        return say("unknown")
    if gain.ci95 is None:
        return _gain(gain.mean)
    return say("interval", low=_gain(gain.ci95[0]), high=_gain(gain.ci95[1]))
