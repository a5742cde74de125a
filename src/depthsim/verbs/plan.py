"""Plan (方案): which reforms first, for which items: the best portfolio under a budget, confirmed by simulation."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from depthsim import measures
from depthsim.errors import Finding, InputError, UsageError, error, information, warning
from depthsim.files import dump, load_scheme, whole_folder, write_bytes
from depthsim.model.costs import CENTS, Costs
from depthsim.model.level import Level, LevelScheme
from depthsim.model.scenario import BASELINE, Scenario
from depthsim.model.system import ServiceSystem
from depthsim.studies.engine import COMPILED
from depthsim.studies.plan import (
    MOST_TOGETHER,
    OBJECTIVES,
    Effort,
    Entry,
    Frontier,
    Gain,
    Objective,
    Portfolio,
    Program,
    Search,
    Step,
    Target,
    confirm,
    effort,
    entries,
    frontier,
    ranked,
    scenario,
    search,
    target,
    within_reach,
)
from depthsim.studies.run import Progress, processes
from depthsim.texts import LANGS, Lang, text
from depthsim.verbs.classify import STANDARD
from depthsim.verbs.inputs import COSTS, GivenCosts, GivenSystem, Span, at_least, given_costs, given_system, span
from depthsim.verbs.wording import finding_json

if TYPE_CHECKING:
    from depthsim.views.charts.differences import Figure

LARGE = 2000
"""In a search with more choices than this no budget is tried between the corners of the curve."""
SCALES: Mapping[Lang, int] = {"zh": 10_000, "en": 1000}
"""What amounts on the picture are counted in: 万 in Chinese, thousands in English."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A reform of the portfolio, in its rank, with the gain that the simulation finds beside the exact one."""

    step: Step
    simulated: Gain | None = None
    simulated_so_far: Gain | None = None


@dataclass(frozen=True, slots=True)
class Alone:
    """A reform of the system as a whole, on top of the portfolio: judged by simulation only. Cost in cents."""

    entry: Entry
    cost: int
    simulated: Gain | None


@dataclass(frozen=True)
class Plan:
    """The best portfolio, what is to be known of it, and the curve of gain against cost. Gains are a year's."""

    system: ServiceSystem
    costs: Costs
    objective: Objective
    budget: int | None
    targets: tuple[Target, ...]
    portfolio: Portfolio
    ranking: tuple[Ranked, ...]
    frontier: Frontier
    alone: tuple[Alone, ...]
    simulated: Gain | None
    how: Span | None
    effort: Effort | None
    findings: tuple[Finding, ...]

    @property
    def search(self) -> Search:
        """Return what was searched."""
        return self.portfolio.search

    @property
    def scenario(self) -> Scenario:
        """Return the portfolio as a scenario."""
        name: dict[str, str] = {lang: text("plan.portfolio", lang) for lang in LANGS}
        note = f"numbers of the costs {self.costs.id}: {self.costs.assumption.note}" if self.costs.assumption else None
        return scenario(self.portfolio, name, note=note)

    def levels(self, portfolio: Portfolio | None = None) -> dict[str, int]:
        """Return how many items are at each level, under a portfolio (none: as they are)."""
        chosen = portfolio or self.portfolio.only(())
        found = Counter(chosen.level(row) for row in self.search.rows)
        return {level.value: found[level] for level in sorted(Level, reverse=True)}

    def unit(self, lang: Lang) -> str:
        """Return what gains are counted in."""
        return text(f"plan.unit.{self.objective}", lang)

    def currency(self, lang: Lang) -> str:
        """Return what costs are counted in."""
        return text("plan.currency.CNY", lang) if self.costs.currency == "CNY" else self.costs.currency

    def to_json(self, lang: Lang = "en") -> dict[str, Any]:
        """Return the plan as in `interfaces`; amounts in the currency of the costs, gains a year."""
        searched = self.search
        return {
            "system": self.system.id,
            "costs": self.costs.id,
            "currency": self.costs.currency,
            "years": self.costs.years,
            "objective": self.objective,
            "unit": self.unit(lang),
            "budget": None if self.budget is None else _money(self.budget),
            "targets": [
                {"target": t.text, "items": len(t.items), "needed": t.needed, "reached": self.portfolio.at(t)}
                for t in self.targets
            ],
            "portfolio": [_ranked_json(r) for r in self.ranking],
            "total": {
                "cost": _money(self.portfolio.cost),
                "gain": self.portfolio.gain,
                **({"simulated_gain": self.simulated.to_json()} if self.simulated else {}),
                "levels_before": self.levels(),
                "levels": self.levels(self.portfolio),
                "segments": self.portfolio.segment_gains(),
            },
            "frontier": [
                {
                    "cost": _money(p.cost),
                    "gain": p.gain,
                    "levels": self.levels(p),
                    "reforms": {searched.entries[n].key: len(items) for n, items in p.items.items()},
                }
                for p in self.frontier.points
            ],
            "frontier_complete": self.frontier.complete,
            "frontier_above": self.frontier.above,
            "alone": [
                {
                    "reform": a.entry.reform.id,
                    "option": a.entry.key,
                    "cost": _money(a.cost),
                    **({"simulated_gain": a.simulated.to_json()} if a.simulated else {}),
                }
                for a in self.alone
            ],
            "searched": {
                "items": len(searched.rows),
                "different_items": searched.different,
                "sets": searched.sets,
                "sets_analysed": searched.analysed,
                "most_reforms_of_an_item": MOST_TOGETHER,
                "order": [e.key for e in searched.entries if e.items is not None],
                "programs": self.frontier.solved,
                "not_searched": self.not_searched(lang),
            },
            "simulation": self._simulation(),
            "scenario": dump(self.scenario),
            "findings": [finding_json(f, lang) for f in self.findings],
        }

    def _simulation(self) -> dict[str, Any] | None:
        if self.how is None or self.effort is None:
            return None
        return {
            "engine": self.how.engine,
            "seed": self.how.seed,
            "replications": self.effort.replications,
            "horizon_days": self.effort.horizon_days,
            "warm_up_days": self.how.warm_up_days,
            "predicted_cases": round(self.effort.cases),
            "shortened": self.effort.shortened,
        }

    def not_searched(self, lang: Lang) -> list[str]:
        """Return in words what the search left out."""
        wide = tuple(self.entry_name(a.entry, lang) for a in self.alone)
        found = [text(f"plan.left.{what}", lang, most=MOST_TOGETHER) for what in ("larger", "orders", "parameters")]
        return [*found, *([text("plan.left.wide", lang, entries=wide)] if wide else [])]

    def plot(self, *, lang: Lang = "en") -> Figure:
        """Return the curve of gain against cost as a figure, with the portfolio and its ranking on it."""
        from depthsim.views.charts import Point, curve

        scale = SCALES[lang] * CENTS
        points = [Point(p.cost / scale, p.gain) for p in self.frontier.points]
        steps = [
            Point(r.step.cumulative_cost / scale, r.step.cumulative_gain, self.entry_name(r.step.entry, lang))
            for r in self.ranking
        ]
        return curve(
            points,
            Point(self.portfolio.cost / scale, self.portfolio.gain),
            steps,
            self._words(lang),
            interval=self.simulated.ci95 if self.simulated else None,
            budget=None if self.budget is None else self.budget / scale,
        )

    def _words(self, lang: Lang) -> dict[str, str]:
        """Return what stands on the picture of the curve."""
        currency = text(f"plan.scaled.{self.costs.currency}", lang) if self.costs.currency == "CNY" else None
        values = {
            "system": self.system.name,
            "unit": self.unit(lang),
            "years": f"{self.costs.years:g}",
            "currency": currency or text("plan.scaled.other", lang, currency=self.costs.currency),
            "cost": f"{self.portfolio.cost / SCALES[lang] / CENTS:,.6g}",
            "gain": f"{self.portfolio.gain:,.0f}",
        }
        keys = ("title", "gain", "cost", "points", "chosen", "steps", "budget", "interval")
        found = {key: text(f"charts.curve.{key}", lang, **values) for key in keys}
        note = "complete" if self.frontier.complete else "incomplete"
        about = {"points": len(self.frontier.points), "above": self.above}
        return {**found, "note": text(f"charts.curve.{note}", lang, **about)}

    @property
    def above(self) -> str:
        """Return how far above the curve's outline a portfolio can lie, as a share of the greatest gain."""
        greatest = max((p.gain for p in self.frontier.points), default=0.0)
        return f"{max(0.0001, self.frontier.above / greatest) if greatest else 0.0:.2%}"

    def entry_name(self, entry: Entry, lang: Lang) -> str:
        """Return an entry's name: its reform's, with its key where that alone would not say which one it is."""
        name = entry.reform.name(lang)
        several = sum(other.reform.id == entry.reform.id for other in self.search.entries) > 1
        if entry.key == entry.reform.id or not (several or entry.items is None):
            return name
        return f"{name}（{entry.key}）" if lang == "zh" else f"{name} ({entry.key})"

    def files(self, lang: Lang = "en") -> dict[str, bytes]:
        """Return what is written of it, by file name.

        `portfolio.yaml` is a scenario for `compare`, `frontier.svg` the curve, `plan.json` everything.
        """
        from depthsim.views.charts import svg

        document = json.dumps(self.to_json(lang), ensure_ascii=False, indent=2, allow_nan=False)
        return {
            "portfolio.yaml": dump(self.scenario).encode("utf-8"),
            "frontier.svg": svg(self.plot(lang=lang)),
            "plan.json": (document + "\n").encode("utf-8"),
        }

    def write(self, folder: str | Path, *, lang: Lang = "en") -> tuple[Path, ...]:
        """Write the plan into a new folder, whole or not at all, and return its files.

        Raises InputError where that fails.
        """
        target_folder = Path(folder)
        contents = self.files(lang)
        with whole_folder(target_folder) as unfinished:
            for name, content in contents.items():
                write_bytes(unfinished / name, content)
        return tuple(target_folder / name for name in contents)


def _money(cents: int) -> float:
    return cents / CENTS


def _ranked_json(ranked_: Ranked) -> dict[str, Any]:
    step = ranked_.step
    found: dict[str, Any] = {
        "reform": step.entry.reform.id,
        "option": step.entry.key,
        "items": list(step.items),
        "cost": _money(step.cost),
        "gain": step.gain,
        "cumulative_cost": _money(step.cumulative_cost),
        "cumulative_gain": step.cumulative_gain,
    }
    if ranked_.simulated is not None:
        found["simulated_gain"] = ranked_.simulated.to_json()
    if ranked_.simulated_so_far is not None:
        found["simulated_cumulative_gain"] = ranked_.simulated_so_far.to_json()
    return found


def plan(
    system: GivenSystem,
    *,
    budget: float | None = None,
    targets: Sequence[str] = (),
    objective: str = "visits",
    costs: GivenCosts = COSTS,
    fair: bool = False,
    simulate: bool = True,
    scheme: str | LevelScheme = STANDARD,
    engine: str = "auto",
    replications: int | None = None,
    seed: int | None = None,
    horizon_days: float | None = None,
    warm_up_days: float | None = None,
    jobs: int | None = 1,
    searching: Progress | None = None,
    simulating: Progress | None = None,
) -> Plan:
    """Return the portfolio of reforms that saves most for its cost, ranked, with the curve of gain against cost.

    `budget` is in the currency of the costs (None: no limit). `targets` are such as `IV:0.8` or `licence=IV:80%`.
    `fair`: no segment of applicants may be worse off. Without `simulate` gains are exact and without queues only.
    Without `replications` or `horizon_days` there are 5 of 30 days, fewer where that is too many cases (`effort`).
    Raises UsageError for requests that make no sense, InputError for what is wrong with the input, and where the
    targets are out of reach: its findings say how far they can be reached.
    """
    wanted = _objective(objective)
    at_least("replications", 1 if replications is None else replications, 1)
    if budget is not None and not 0 <= budget < math.inf:
        raise UsageError(error("DS610", option="budget", given=budget, least=0))
    workers = processes(jobs)
    how = span([BASELINE], engine=engine, seed=seed, horizon_days=horizon_days, warm_up_days=warm_up_days)
    base, loaded = given_system(system)
    priced = given_costs(costs)
    rules = load_scheme(scheme) if isinstance(scheme, str) else scheme
    aims = tuple(target(t, base) for t in targets)
    _suits(base, wanted, fair=fair)
    try:
        found, notes = entries(base, priced.costs)
    except InputError as refused:
        raise InputError([priced.locate(f) for f in refused.findings]) from None
    try:
        searched = search(base, found, wanted, rules, jobs=workers, progress=searching)
    except InputError as refused:
        raise InputError([loaded.locate(f) if loaded else f for f in refused.findings]) from None
    cents = None if budget is None else math.floor(budget * CENTS + 1e-6)
    program = Program(searched, aims, fair=fair)
    best = program.best(cents)
    if best is None:
        raise InputError(_out_of_reach(searched, aims, cents, priced.costs, fair=fair))
    curve = frontier(program, known=best, budget=cents, corners_only=len(program) > LARGE)
    steps = ranked(best)
    wide = [e for e in found if e.items is None and (cents is None or e.cost(1) <= cents)]
    confirmed, work = _Confirmed((), None, ()), None
    if simulate:
        how, work = _effort(base, sum(_runs(steps, wide)), how, replications, horizon_days)
        confirmed = _confirmed(base, steps, wide, wanted, how, work.replications, workers, simulating)
    findings = [priced.locate(f) for f in (*priced.findings, *notes, *_notes(searched, best, wanted))]
    findings += [*how.findings, *(_doubts(steps, confirmed.ranking) if simulate else ())]
    ranking = confirmed.ranking or tuple(Ranked(step) for step in steps)
    alone = confirmed.alone or tuple(Alone(e, e.cost(1), None) for e in wide)
    located = tuple(loaded.locate(f) if loaded and f.location is None else f for f in findings)
    return Plan(
        base, priced.costs, wanted, cents, aims, best, ranking, curve, alone, confirmed.whole,
        how if simulate else None, work, located,
    )  # fmt: skip


def _objective(given: str) -> Objective:
    for known in OBJECTIVES:
        if given == known:
            return known
    raise UsageError(error("DS672", given=given, known=OBJECTIVES))


def _suits(system: ServiceSystem, objective: Objective, *, fair: bool) -> None:
    """Raise InputError where the system lacks what an objective or fairness needs."""
    wrong = []
    if objective == "money" and system.applicants.wage is None:
        wrong.append(error("DS667", ("applicants",)))
    if fair and not system.applicants.segments:
        wrong.append(error("DS671", ("applicants",)))
    if wrong:
        raise InputError(wrong)


def _out_of_reach(
    searched: Search, targets: Sequence[Target], budget: int | None, costs: Costs, *, fair: bool
) -> list[Finding]:
    """Return how far each target can be reached within the budget, and what reaching them all costs at least."""
    found = []
    for aim in targets:
        reached = within_reach(searched, aim, budget, fair=fair)
        if reached < aim.needed:
            share = f"{reached / len(aim.items):.0%}"
            values = {"items": len(aim.items), "needed": aim.needed, "reached": reached, "share": share}
            found.append(error("DS665", ("targets", aim.text), target=aim.text, **values))
    cheapest = Program(searched, targets, fair=fair).cheapest()
    if cheapest is not None:
        cost = f"{_money(cheapest.cost):,.0f}"
        found.append(error("DS676", ("targets",), cost=cost, currency=costs.currency))
    elif not found or budget is not None:
        found.append(error("DS677", ("targets",), most=MOST_TOGETHER))
    return found


def _notes(searched: Search, best: Portfolio, objective: Objective) -> list[Finding]:
    found = [information("DS664", ("reforms", e.key), reform=e.reform.id) for e in searched.unused]
    if objective == "elapsed_days":
        found.append(information("DS668"))
    if not best.sets:
        found.append(warning("DS673"))
    if not any(row.per_year for row in searched.rows):
        found.append(warning("DS678"))
    return found


def _doubts(steps: Sequence[Step], ranking: Sequence[Ranked]) -> list[Finding]:
    """Return a note for each reform whose exact gain lies outside what the simulation finds but for waiting."""
    return [
        information("DS670", ("reforms", step.entry.key), reform=step.entry.reform.id)
        for step, found in zip(steps, ranking, strict=True)
        if found.simulated and found.simulated.doubts(step.gain)
    ]


# ------------------------------------------------------------------------------------------- simulation


@dataclass(frozen=True, slots=True)
class _Confirmed:
    ranking: tuple[Ranked, ...]
    whole: Gain | None
    alone: tuple[Alone, ...]


def _runs(steps: Sequence[Step], wide: Sequence[Entry]) -> tuple[int, int]:
    """Return how many systems are run for the steps, and for the reforms of the system as a whole."""
    return (len(steps) + 1 if steps else 0, len(wide) + 1 if wide else 0)


def _effort(
    base: ServiceSystem, runs: int, how: Span, replications: int | None, horizon_days: float | None
) -> tuple[Span, Effort]:
    """Return how `runs` systems are run: the engine that suits so many cases, and what it does in reasonable time."""

    def by(engine: str) -> Effort:
        return effort(
            base, runs, engine, replications=replications, horizon_days=horizon_days, warm_up_days=how.warm_up_days
        )

    fast = by(COMPILED)
    chosen = replace(how, horizon_days=fast.horizon_days).on([base] * runs, fast.replications)
    found = by(chosen.engine)
    return replace(chosen, horizon_days=found.horizon_days), found


def _confirmed(
    base: ServiceSystem,
    steps: Sequence[Step],
    wide: Sequence[Entry],
    objective: Objective,
    how: Span,
    replications: int,
    jobs: int,
    progress: Callable[[int, int], None] | None,
) -> _Confirmed:
    """Return the gains of the ranking, one reform after the other, and of each reform of the system on top of it."""
    from depthsim import reforms

    name = {"zh": "step", "en": "step"}
    reformed = [base, *(reforms.apply(base, scenario(step.so_far, name)).system for step in steps)]
    settings = [how.setting(s) for s in reformed]
    measure = measures.load(objective).id
    runs = _runs(steps, wide)
    total = sum(runs) or 1
    ranking: tuple[Ranked, ...] = ()
    whole: Gain | None = None

    def part(first: int, count: int) -> Progress | None:
        if progress is None:
            return None
        return lambda done, of: progress(round(1000 * (first + count * done / max(of, 1))), 1000 * total)

    if len(settings) > 1:
        found = confirm(settings, measure, replications, jobs=jobs, progress=part(0, runs[0]))
        ranking = tuple(map(Ranked, steps, found.steps, found.whole))
        whole = found.whole[-1]
    alone: tuple[Alone, ...] = ()
    if wide:
        last = reformed[-1]
        uses = [Scenario(id=e.key, name=name, reforms=(e.use(),)) for e in wide]  # type: ignore[arg-type]
        others = [how.setting(reforms.apply(last, use).system) for use in uses]
        gains = confirm([settings[-1], *others], measure, replications, jobs=jobs, progress=part(runs[0], runs[1]))
        alone = tuple(Alone(e, e.cost(1), gain) for e, gain in zip(wide, gains.whole, strict=True))
    return _Confirmed(ranking, whole, alone)
