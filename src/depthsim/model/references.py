"""Do the names in an item and a system lead somewhere, and do the fields of a step fit together?

Findings here are errors without which numbers would be meaningless (and a few warnings); paths lead into the
item or the system. What the graph shows (dead ends, loops) is the analysis'.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from depthsim.errors import Finding, Path, error, warning
from depthsim.model.chance import AnyLaw
from depthsim.model.segments import comes_for
from depthsim.model.service import (
    BRANCH_ENDS,
    TRUNK_ENDS,
    ApplicantStep,
    Branch,
    OfficeStep,
    Option,
    Outcome,
    ParallelStep,
    Process,
    ServiceItem,
)
from depthsim.model.system import Pool, ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY, TICK, Calendar, CalendarField, Unit, clock_minute, clock_text
from depthsim.texts import LANGS, text
from depthsim.texts.suggestions import did_you_mean

TOLERANCE = 1e-9
FINALS = frozenset(TRUNK_ENDS) | frozenset(BRANCH_ENDS)


def item_findings(item: ServiceItem, system: ServiceSystem | None) -> list[Finding]:
    """Return what is wrong with an item's references; without a system, pools and places are not looked at."""
    found = list(_process(item.process, ("process",), TRUNK_ENDS, _Scope(item, system)))
    if system is not None and item.department is not None and item.department not in system.departments:
        found.append(_unknown("DS145", ("department",), item.department, system.departments))
    found += _limits(item)
    profile = item.demand.profile if item.demand else None
    if profile is not None and profile != "flat":
        for name, weights in (("hours", profile.hours), ("weekdays", profile.weekdays)):
            if weights is not None and not any(weights.values()):
                found.append(error("DS178", ("demand", "profile", name)))
    if item.demand and system is not None:
        found += _item_segments(item, system)
    for number, before in enumerate(item.before):
        inner = item_findings(before.item, system)
        found += [replace(f, path=("before", number, "item", *f.path)) for f in inner]
    return found


def system_findings(system: ServiceSystem) -> list[Finding]:
    """Return what is wrong with a system's own references: places, pools, departments and calendars."""
    found: list[Finding] = []
    if _never_open(system.calendar):
        found.append(error("DS172", ("calendar",), given=system.name))
    for name, place in system.places.items():
        found += _place(name, place.calendar, ("places", name), system)
        if place.travel.working:
            found.append(error("DS168", ("places", name, "travel"), field="travel"))
    found += _segments(system)
    for name, pool in system.pools.items():
        path: Path = ("pools", name)
        if pool.kind == "front" and pool.at is None:
            found.append(error("DS147", path, pool=name))
        if pool.at is not None and pool.at not in system.places:
            found.append(_unknown("DS144", (*path, "at"), pool.at, system.places))
        if pool.department is not None and pool.department not in system.departments:
            found.append(_unknown("DS145", (*path, "department"), pool.department, system.departments))
        if pool.calendar is not None:
            found += _pool_hours(name, system)
        if pool.slot is not None and not _fits(pool, system.pool_calendar(name)):
            found.append(error("DS192", (*path, "slot"), pool=pool.name, slot=str(pool.slot)))
    return found


def _item_segments(item: ServiceItem, system: ServiceSystem) -> Iterator[Finding]:
    segments = system.applicants.segments
    given = item.demand.segments if item.demand else {}
    path: Path = ("demand", "segments")
    for name in given:
        if name not in segments:
            yield _unknown("DS182", (*path, name), name, segments)
        elif not comes_for(segments[name], item):
            yield warning("DS185", (*path, name), segment=segments[name].name)
    coming = [name for name, segment in segments.items() if comes_for(segment, item)]
    if given and set(given) <= set(segments):
        named: dict[str, float | None] = {name: given.get(name) for name in {**dict.fromkeys(coming), **given}}
        yield from _total(named, path, "DS183", "DS184")
    elif segments and not coming and not given:
        yield warning("DS186", ("audience",), item=item.name)


def _segments(system: ServiceSystem) -> Iterator[Finding]:
    segments = system.applicants.segments
    path: Path = ("applicants", "segments")
    yield from _total({name: s.share for name, s in segments.items()}, path, "DS183", "DS184")
    for name, segment in segments.items():
        if not isinstance(segment.travel, float | int) and segment.travel.working:
            yield error("DS168", (*path, name, "travel"), field="travel")
        if segment.priority and not any(pool.discipline == "priority" for pool in system.pools.values()):
            yield warning("DS188", (*path, name, "priority"), segment=segment.name)


def _unknown(code: str, path: Path, given: str, known: Iterable[str]) -> Finding:
    names = sorted(known)
    none = {lang: text("files.none", lang) for lang in LANGS}
    return error(code, path, given=given, known=names or none, suggestion=did_you_mean(given, names))


# ------------------------------------------------------------------------------------------- processes


class _Scope:
    """What a step's references are looked up in."""

    def __init__(self, item: ServiceItem, system: ServiceSystem | None) -> None:
        self.materials, self.system = item.materials, system


def _process(process: Process | Branch, path: Path, ends: tuple[str, ...], scope: _Scope) -> Iterator[Finding]:
    steps = process.steps
    if not steps:
        yield error("DS157", (*path, "steps"))
    elif process.start not in steps:
        yield _unknown("DS141", (*path, "start"), process.start, steps)
    for name, step in steps.items():
        place = (*path, "steps", name)
        if name in FINALS:
            yield error("DS154", place, given=name)
        for material in step.materials:
            if material not in scope.materials:
                index = step.materials.index(material)
                yield _unknown("DS146", (*place, "materials", index), material, scope.materials)
        if isinstance(step, ApplicantStep):
            yield from _applicant_step(step, place, process, ends, scope)
        elif isinstance(step, OfficeStep):
            yield from _office_step(step, place, process, ends, scope)
        else:
            yield from _parallel_step(step, place, process, ends, scope)


def _next(given: str, path: Path, process: Process | Branch, ends: tuple[str, ...]) -> Iterator[Finding]:
    if given in process.steps or given in ends:
        return
    if given in FINALS:
        yield error("DS142", path, given=given, allowed=ends)
    else:
        known = [*sorted(process.steps), *ends]
        yield error("DS140", path, given=given, known=known, suggestion=did_you_mean(given, known))


def _parallel_step(
    step: ParallelStep, path: Path, process: Process | Branch, ends: tuple[str, ...], scope: _Scope
) -> Iterator[Finding]:
    if not step.branches:
        yield error("DS153", (*path, "branches"))
    yield from _next(step.next, (*path, "next"), process, ends)
    for name, branch in step.branches.items():
        yield from _process(branch, (*path, "branches", name), BRANCH_ENDS, scope)


def _applicant_step(
    step: ApplicantStep, path: Path, process: Process | Branch, ends: tuple[str, ...], scope: _Scope
) -> Iterator[Finding]:
    if not step.options:
        yield error("DS155", (*path, "options"))
    uptakes = {name: option.uptake for name, option in step.options.items()}
    yield from _total(uptakes, (*path, "options"), "DS158", "DS159")
    for name, option in step.options.items():
        place = (*path, "options", name)
        yield from _next(option.next, (*place, "next"), process, ends)
        yield from _option(option, place, scope.system)


def _option(option: Option, path: Path, system: ServiceSystem | None) -> Iterator[Finding]:
    for field in ("takes", "takes_again", "delay", "served"):
        law: AnyLaw | None = getattr(option, field)
        if law is not None and law.working:
            yield error("DS168", (*path, field), field=field)
    yield from _queue(option, path, system)
    if not option.on_site:
        fields = [f for f in ("at", "pool", "served") if getattr(option, f) is not None]
        if fields:
            yield error("DS149", (*path, fields[0]), channel=option.channel, fields=fields)
        return
    if option.at is None:
        yield error("DS148", path)
    if system is None:
        return
    if option.at is not None and option.at not in system.places:
        yield _unknown("DS144", (*path, "at"), option.at, system.places)
    if option.pool is None:
        return
    if option.pool not in system.pools:
        yield _unknown("DS143", (*path, "pool"), option.pool, system.pools)
        return
    pool = system.pools[option.pool]
    if pool.kind != "front":
        yield error("DS175", (*path, "pool"), pool=option.pool)
    elif pool.at is not None and option.at is not None and pool.at != option.at:
        yield error("DS176", (*path, "pool"), pool=option.pool, place=pool.at, given=option.at)


def _queue(option: Option, path: Path, system: ServiceSystem | None) -> Iterator[Finding]:
    """Look at classes and appointments; where the pool is not known, only whether there is one at all."""
    known = system is not None and option.on_site and option.pool in system.pools
    pool = system.pools[option.pool] if known and system and option.pool else None
    nowhere = not option.on_site or option.pool is None
    if option.priority and nowhere:
        yield warning("DS189", (*path, "priority"))
    elif option.priority and pool is not None and pool.discipline != "priority":
        yield warning("DS187", (*path, "priority"), pool=pool.name)
    slot = pool.slot if pool is not None else None
    if option.appointment and (nowhere or (pool is not None and slot is None)):
        yield error("DS190", (*path, "appointment"))
    elif slot is not None and not option.appointment:
        yield error("DS191", (*path, "pool"), pool=option.pool)
    elif slot is not None and option.served is not None and option.served.mean_minutes(0.0) > slot.minutes(0.0):
        yield warning("DS193", (*path, "served"), pool=option.pool, slot=str(slot))


def _office_step(
    step: OfficeStep, path: Path, process: Process | Branch, ends: tuple[str, ...], scope: _Scope
) -> Iterator[Finding]:
    yield from _who(step, path, scope.system)
    if not step.outcomes:
        yield error("DS156", (*path, "outcomes"))
        return
    chances = {name: outcome.chance for name, outcome in step.outcomes.items()}
    yield from _total(chances, (*path, "outcomes"), "DS160", "DS161")
    for name, outcome in step.outcomes.items():
        place = (*path, "outcomes", name)
        yield from _next(outcome.next, (*place, "next"), process, ends)
        yield from _outcome(outcome, step, place)
    possible = step.chances()
    if all(o.kind == "correction" or not possible[n] > 0 for n, o in step.outcomes.items()):
        yield error("DS174", (*path, "outcomes"))


def _who(step: OfficeStep, path: Path, system: ServiceSystem | None) -> Iterator[Finding]:
    if step.pool is None and step.external is None:
        yield error("DS150", path)
    if step.pool is not None and step.external is not None:
        yield error("DS151", (*path, "external"))
    if step.external is not None:
        if step.lag is None:
            yield error("DS152", path)
        idle = [f for f, used in (("takes", step.takes), ("applicant", step.applicant == "waits")) if used]
        if idle:
            yield warning("DS177", (*path, idle[0]), fields=idle)
    if step.pool is not None and system is not None and step.pool not in system.pools:
        yield _unknown("DS143", (*path, "pool"), step.pool, system.pools)
    elif step.pool is not None and system is not None and system.pools[step.pool].slot and step.applicant != "waits":
        yield error("DS191", (*path, "pool"), pool=step.pool)


_KIND_OF = {"refused": "refusal", "withdrawn": "withdrawal"}


def _outcome(outcome: Outcome, step: OfficeStep, path: Path) -> Iterator[Finding]:
    target = outcome.next
    if outcome.kind == "normal" and target in _KIND_OF:
        yield error("DS162", (*path, "next"), given=target, kind=_KIND_OF[target])
    elif outcome.kind == "refusal" and target != "refused":
        yield error("DS163", (*path, "next"), given=target)
    elif outcome.kind == "withdrawal" and target != "withdrawn":
        yield error("DS164", (*path, "next"), given=target)
    elif outcome.kind == "correction" and target in FINALS:
        yield error("DS165", (*path, "next"), given=target)
    if outcome.kind == "normal" and outcome.at_most is not None:
        yield error("DS166", (*path, "at_most"))
    if outcome.on_the_spot and step.applicant != "waits":
        yield error("DS167", (*path, "on_the_spot"))


def _total(given: Mapping[str, float | None], path: Path, not_one: str, above: str) -> Iterator[Finding]:
    named = [v for v in given.values() if v is not None]
    total = math.fsum(named)
    shown = f"{total:.6g}"
    if total > 1 + TOLERANCE:
        yield error(above, path, total=shown)
    elif named and len(named) == len(given) and abs(total - 1) > TOLERANCE:
        yield error(not_one, path, total=shown)


def _limits(item: ServiceItem) -> Iterator[Finding]:
    limits = item.limits
    if limits is None or limits.statutory is None or limits.promised is None:
        return
    statutory, promised = limits.statutory, limits.promised
    comparable = promised.unit is statutory.unit or promised.unit is Unit.WORKING_DAY
    if comparable and promised.days > statutory.days:
        yield warning("DS169", ("limits", "promised"), promised=str(promised), statutory=str(statutory))


# ------------------------------------------------------------------------------------------- calendars

_WHOLE_WEEK = (((0, MINUTES_PER_DAY),),) * 7


def _week(calendar: CalendarField) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the openings of Monday … Sunday, touching ones joined."""
    if not isinstance(calendar, Calendar):
        return _WHOLE_WEEK
    week = []
    for day in calendar.weekly():
        joined: list[tuple[int, int]] = []
        for start, end in day:
            if joined and joined[-1][1] == start:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        week.append(tuple(joined))
    return tuple(week)


def _never_open(calendar: CalendarField) -> bool:
    return not any(_week(calendar))


def _place(name: str, own: CalendarField | None, path: Path, system: ServiceSystem) -> Iterator[Finding]:
    if own is not None and _never_open(own):
        yield error("DS172", (*path, "calendar"), given=name)
    arrivals = system.places[name].arrivals
    if arrivals is None:
        return
    if not any(arrivals.values()):
        yield error("DS178", (*path, "arrivals"))
    week = _week(own if own is not None else system.calendar)
    if not any(week):
        return
    keys = sorted(arrivals, key=clock_minute)
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        start, end = clock_minute(key), clock_minute(following) if following else MINUTES_PER_DAY
        if arrivals[key] > 0 and not any(a < end and start < b for day in week for a, b in day):
            yield error("DS171", (*path, "arrivals", key), place=name, given=key)


def _fits(pool: Pool, calendar: CalendarField) -> bool:
    """Return whether some opening holds a slot of a pool, which must be one of windows."""
    assert pool.slot is not None
    length = math.inf if pool.slot.working else pool.slot.minutes(0.0)
    longest = max((b - a for day in _week(calendar) for a, b in day), default=0)
    return pool.kind == "front" and TICK <= length <= longest


def _pool_hours(name: str, system: ServiceSystem) -> Iterator[Finding]:
    pool = system.pools[name]
    path: Path = ("pools", name, "calendar")
    if pool.calendar is None:
        return
    if _never_open(pool.calendar):
        yield error("DS172", path, given=name)
        return
    if pool.at is None or pool.at not in system.places:
        return
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    place = _week(system.place_calendar(pool.at))
    outside = [
        f"{names[day]} {clock_text(start)}-{clock_text(end)}"
        for day, openings in enumerate(_week(pool.calendar))
        for start, end in openings
        if not any(a <= start and end <= b for a, b in place[day])
    ]
    if outside:
        yield error("DS170", path, pool=name, place=pool.at, given=outside)
