"""What is wrong or odd in a process, known without running: dead ends, loops, stages, limits, contradictions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from depthsim.analysis.chain import endless
from depthsim.analysis.criteria import CHECKS, SENDS
from depthsim.analysis.graph import PositionGraph, positions
from depthsim.analysis.level import classify
from depthsim.analysis.load import Mixture, load_findings, mixture
from depthsim.analysis.minutes import office_calendar
from depthsim.analysis.visits import Visits, bounds_of
from depthsim.errors import Finding, InputError, error, information, warning
from depthsim.model.chance import AnyLaw
from depthsim.model.level import STAGES, Level, LevelScheme, Stage
from depthsim.model.openings import calendar_findings, working_day_minutes
from depthsim.model.segments import comes_for, item_for
from depthsim.model.service import (
    AnyStep,
    ApplicantStep,
    OfficeStep,
    ParallelStep,
    ServiceItem,
    StepPath,
    path_text,
    value_path,
    walk_steps,
)
from depthsim.model.system import OFFICE_HOURS, ServiceSystem
from depthsim.model.time import CalendarField, Unit

FIVE_STAGES: tuple[Stage, ...] = STAGES[1:]
LONG_LAG_MINUTES = 60.0


def findings(item: ServiceItem, system: ServiceSystem | None = None) -> list[Finding]:
    """Return what is wrong or odd in an item's process; errors are those that make numbers meaningless."""
    try:
        graph = positions(item)
    except InputError as problem:
        return list(problem.findings)
    found = [*_ends(item, graph)]
    sound = not found
    found += _unreachable(item, graph)
    found += _stages(item)
    found += _corrections(item)
    found += _handling(item)
    found += _contradictions(item)
    found += _presence(item, system)
    if sound:
        found += _limit(item, graph, system)
        found += _segments(item, system)
    return found


@dataclass(frozen=True, slots=True)
class OfItem:
    """What is found of one item: soundness, and declared against derived; what its process gives, if it is sound."""

    findings: tuple[Finding, ...]
    level: Level | None = None
    visits: Visits | None = None
    mixture: Mixture = ()
    """What the loads of pools need of it."""


def of_item(item: ServiceItem, system: ServiceSystem | None, scheme: LevelScheme) -> OfItem:
    """Return what is found of one item, in its system if it has one."""
    found = findings(item, system)
    sound = not any(f.severity == "error" for f in found)
    try:
        derived = classify(item, scheme, system.published if system else ())
    except InputError:
        if sound:
            raise
        return OfItem(tuple(found))
    found += derived.findings if sound else ()
    needed = mixture(item, system) if sound and system and item.demand else ()
    return OfItem(tuple(found), derived.level, derived.visits, needed)


def of_system(system: ServiceSystem, items: Mapping[str, OfItem]) -> list[Finding]:
    """Return the findings of all items and of the pools' loads and calendars."""
    found = [finding for of in items.values() for finding in of.findings]
    if not any(f.severity == "error" for f in found):
        found += load_findings(system, {name: of.mixture for name, of in items.items()})
        found += calendar_findings(system.calendar, system.start, 365, ("calendar",))
    return found


def system_findings(system: ServiceSystem, scheme: LevelScheme) -> list[Finding]:
    """Return the findings of all items (soundness, declared against derived) and of the pools' loads and calendars."""
    return of_system(system, {name: of_item(item, system, scheme) for name, item in system.items.items()})


def _at(item: ServiceItem, path: StepPath, *rest: str) -> tuple[str, ...]:
    return ("items", item.id, *value_path(path), *rest)


def _ends(item: ServiceItem, graph: PositionGraph) -> Iterator[Finding]:
    stuck = endless(graph)
    dead = {graph.label(n): n for n in stuck if not any(m.share > 0 for m in graph.nodes[n].moves)}
    for step, n in dead.items():
        yield error("DS204", graph.where(n), step=step)
    if stuck and not dead:
        steps = tuple(dict.fromkeys(graph.label(n) for n in stuck))
        yield error("DS202", graph.where(stuck[0]), step=graph.label(stuck[0]), steps=steps)
    elif not stuck and bounds_of(item).least == math.inf:
        yield error("DS203", ("items", item.id, "process"), item=item.id)


def _segments(item: ServiceItem, system: ServiceSystem | None) -> Iterator[Finding]:
    """Report segments that shun the channels by which alone a case can end."""
    for name, segment in system.applicants.segments.items() if system else ():
        if 0 in segment.uptake.values() and comes_for(segment, item):
            graph = positions(item_for(item, segment))
            if stuck := endless(graph):
                yield error("DS223", graph.where(stuck[0]), step=graph.label(stuck[0]), segment=segment.name, id=name)


def _unreachable(item: ServiceItem, graph: PositionGraph) -> Iterator[Finding]:
    met = {node.position.step for node in graph.nodes}
    for path, _ in walk_steps(item.process):
        if path not in met and (len(path) == 1 or path[:-2] in met):
            yield warning("DS201", _at(item, path), step=path_text(path))


def _stages(item: ServiceItem) -> Iterator[Finding]:
    present = {step.stage for _, step in walk_steps(item.process)}
    for stage in FIVE_STAGES:
        if stage not in present:
            yield warning("DS206", ("items", item.id, "process"), item=item.id, stage=stage)


def _corrections(item: ServiceItem) -> Iterator[Finding]:
    for path, step in walk_steps(item.process):
        if isinstance(step, OfficeStep) and (step.role in CHECKS or step.stage == "acceptance"):
            for name, outcome in step.outcomes.items():
                if outcome.kind == "correction" and (outcome.at_most or 1) > 1:
                    where = _at(item, path, "outcomes", name, "at_most")
                    yield warning("DS207", where, step=path_text(path), times=outcome.at_most)


def _handling(item: ServiceItem) -> Iterator[Finding]:
    steps = list(walk_steps(item.process))
    promised = item.limits.promised if item.limits else None
    here = ("items", item.id)
    if item.handling == "immediate":
        if promised is not None and promised.days > 0:
            yield warning("DS208", (*here, "limits", "promised"), item=item.id, promised=promised)
        for path, step in _between(steps):
            if isinstance(step, OfficeStep):
                slow = [
                    w for w, yes in (("lag", step.lag), ("special", step.special), ("external", step.external)) if yes
                ]
                for what in slow:
                    yield warning("DS209", _at(item, path, what), step=path_text(path), what=what)
    elif promised is not None and promised.days == 0:
        yield warning("DS210", (*here, "handling"), item=item.id, handling=item.handling)
    forwards = any(isinstance(s, OfficeStep) and s.external and s.role == "forward" for _, s in steps)
    if forwards != (item.handling == "forwarded"):
        code = "DS211" if item.handling == "forwarded" else "DS212"
        yield warning(code, (*here, "handling"), item=item.id, handling=item.handling)


def _between(steps: list[tuple[StepPath, AnyStep]]) -> Iterator[tuple[StepPath, AnyStep]]:
    """Yield the steps from acceptance to the decision, by stage."""
    inside = {"acceptance", "review", "approval"}
    return ((p, s) for p, s in steps if s.stage in inside)


def _contradictions(item: ServiceItem) -> Iterator[Finding]:
    roles = {step.role for _, step in walk_steps(item.process)}
    here = ("items", item.id)
    if item.fee is None:
        yield warning("DS213", here, item=item.id)
    elif item.fee != "none" and "pay" not in roles:
        yield warning("DS214", (*here, "fee"), item=item.id)
    elif item.fee == "none" and "pay" in roles:
        yield warning("DS215", (*here, "fee"), item=item.id)
    if item.result is None:
        yield warning("DS216", here, item=item.id)
    elif item.result.form == "physical" and not roles & SENDS:
        yield warning("DS217", (*here, "result"), item=item.id)


def _presence(item: ServiceItem, system: ServiceSystem | None) -> Iterator[Finding]:
    for path, step in walk_steps(item.process):
        if isinstance(step, ParallelStep):
            on_site = [n for n, b in step.branches.items() if any(_visits(s) for _, s in walk_steps(b))]
            if len(on_site) > 1:
                yield information("DS218", _at(item, path), step=path_text(path), branches=tuple(on_site))
            for name, branch in step.branches.items():
                if branch.deadline is not None:
                    yield information("DS220", _at(item, path, "branches", name, "deadline"), step=path_text(path))
        if isinstance(step, OfficeStep) and step.applicant == "waits":
            calendar = office_calendar(step, system) if system else OFFICE_HOURS
            if step.lag and _minutes(step.lag, calendar) > LONG_LAG_MINUTES:
                yield warning("DS221", _at(item, path, "lag"), step=path_text(path), lag=step.lag.durations())


def _visits(step: AnyStep) -> bool:
    return isinstance(step, ApplicantStep) and any(o.on_site for o in step.options.values())


def _minutes(law: AnyLaw | None, calendar: CalendarField) -> float:
    return law.mean_minutes(working_day_minutes(calendar)) if law else 0.0


def _limit(item: ServiceItem, graph: PositionGraph, system: ServiceSystem | None) -> Iterator[Finding]:
    """Report a promised limit that even the quickest way, without any queue, does not keep in the mean."""
    promised = item.limits.promised if item.limits else None
    if promised is None or promised.unit is not Unit.WORKING_DAY or item.handling == "immediate":
        return
    assert item.limits is not None
    ends = "completion" if item.limits.ends == "completion" else "approval"
    quickest = _quickest(graph, system, ends)
    days = quickest / working_day_minutes(system.calendar if system else OFFICE_HOURS)
    if days > promised.days + 1:
        yield warning("DS222", ("items", item.id, "limits", "promised"), promised=promised, needed=f"{days:.1f}")


def _quickest(graph: PositionGraph, system: ServiceSystem | None, ends: str) -> float:
    """Return the working minutes of the quickest ordinary way from acceptance to the end of stage `ends`."""
    best: dict[tuple[int, bool], float] = {(0, False): 0.0}
    todo = [(0, False)]
    shortest = math.inf
    while todo:
        n, running = todo.pop()
        node = graph.nodes[n]
        spent = best[n, running]
        step = node.step
        if isinstance(step, OfficeStep) and running and not step.stops_clock:
            calendar = office_calendar(step, system) if system else OFFICE_HOURS
            if not (step.lag and step.lag.in_days):
                spent += _minutes(step.lag, calendar)
            spent += _minutes(step.takes, calendar)
        for move in node.moves:
            if move.exception:
                continue
            starts = isinstance(step, OfficeStep) and step.stage == "acceptance"
            after = 0.0 if starts else spent
            if running and isinstance(step, OfficeStep) and step.stage == ends:
                shortest = min(shortest, spent)
            if isinstance(move.target, int):
                key = (move.target, running or starts)
                if after < best.get(key, math.inf):
                    best[key] = after
                    todo.append(key)
    return 0.0 if shortest == math.inf else shortest
