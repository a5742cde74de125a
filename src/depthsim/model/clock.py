"""The limit clock (法定/承诺办结时限): when it runs for a case, and how many days of the limit are used.

It starts at the end of the last accepting step and ends with the office's last step of completion, or with the
last approving step where limits end at the decision. Between, it runs while some office step is under way and
stands still in applicant steps. A step that stops it does so in its lag and its work but not in its queue; inside
a parallel step this holds for the whole matter, and a branch counts until the parallel step goes on without it.
Days count by date: the day of acceptance is day 0, and the same day uses none.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from depthsim.model.log import CaseLog, Row
from depthsim.model.openings import Openings, openings
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY, Limit, Unit

Interval = tuple[float, float]


class LimitUse(NamedTuple):
    """What a case used of its limits, each in the limit's own days; None where there is no such limit."""

    working_days: int
    """Days used, in legal working days."""
    promised_days: int | None
    statutory_days: int | None
    on_time_promised: bool | None
    on_time_statutory: bool | None


def limit_use(case: CaseLog, item: ServiceItem, system: ServiceSystem) -> LimitUse | None:
    """Return what a case used of its item's limits, or None where the clock never ran its course.

    That is so before acceptance, and where a case was withdrawn before completion.
    """
    limits = item.limits
    running = running_intervals(case, limits.ends if limits else "completion")
    if running is None:
        return None
    hours = openings(system.calendar, system.start)
    promised = _in_unit(running, hours, limits.promised) if limits and limits.promised else None
    statutory = _in_unit(running, hours, limits.statutory) if limits and limits.statutory else None
    return LimitUse(
        used_days(running, hours),
        promised,
        statutory,
        promised <= limits.promised.days if limits and limits.promised and promised is not None else None,
        statutory <= limits.statutory.days if limits and limits.statutory and statutory is not None else None,
    )


def _in_unit(running: tuple[Interval, ...], hours: Openings, limit: Limit) -> int:
    return used_days(running, hours, working=limit.unit is Unit.WORKING_DAY)


def used_days(running: tuple[Interval, ...], hours: Openings, *, working: bool = True) -> int:
    """Return the days used in these intervals (minutes): the dates passed, legal working days only or all."""
    if working:
        return sum(hours.legal_days(b) - hours.legal_days(a) for a, b in running)
    return sum(int(b // MINUTES_PER_DAY) - int(a // MINUTES_PER_DAY) for a, b in running)


def running_intervals(
    case: CaseLog, ends: Literal["completion", "decision"] = "completion"
) -> tuple[Interval, ...] | None:
    """Return the disjoint times (minutes) in which the clock of a case ran, or None where it has no value."""
    begin = max((r.end for r in case.rows if _accepts(r)), default=None)
    if begin is None:
        return None
    finish = _finish(case, ends)
    if finish is None:
        return None
    windows = [(r.step + "/", r.entered, r.end) for r in case.rows if r.by == "parallel" and not r.token]
    runs: list[Interval] = []
    stops: list[Interval] = []
    for row in case.rows:
        if row.by != "office":
            continue
        until = finish if not row.token else min(finish, _window_end(row, windows))
        _add(runs, row.entered, row.end, begin, until)
        if row.stops:
            _add(stops, row.entered, row.request, begin, until)
            _add(stops, row.start, row.end, begin, until)
    return tuple(_without(_union(runs), _union(stops)))


def _accepts(row: Row) -> bool:
    return row.by == "office" and row.stage == "acceptance" and row.kind == "normal"


def _finish(case: CaseLog, ends: Literal["completion", "decision"]) -> float | None:
    """Return when the clock ends (minutes)."""
    office = [r for r in case.rows if r.by == "office"]
    if ends == "decision" and (decided := [r.end for r in office if r.role == "approve"]):
        return max(decided)
    if completed := [r.end for r in office if r.stage == "completion"]:
        return max(completed)
    if case.outcome == "withdrawn":
        return None
    return max(r.end for r in case.rows if r.by != "applicant" and not r.token)


def _window_end(row: Row, windows: list[tuple[str, float, float]]) -> float:
    """Return when the parallel step that a branch's row belongs to went on."""
    return max(
        (end for step, begin, end in windows if row.step.startswith(step) and begin <= row.entered),
        default=row.entered,
    )


def _add(found: list[Interval], a: float, b: float, begin: float, until: float) -> None:
    a, b = max(a, begin), min(b, until)
    if a < b:
        found.append((a, b))


def _union(intervals: list[Interval]) -> list[Interval]:
    found: list[Interval] = []
    for a, b in sorted(intervals):
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(b, found[-1][1]))
        else:
            found.append((a, b))
    return found


def _without(runs: list[Interval], stops: list[Interval]) -> list[Interval]:
    found = []
    for a, b in runs:
        for c, d in stops:
            if d <= a or c >= b:
                continue
            if a < c:
                found.append((a, c))
            a = max(a, d)
        if a < b:
            found.append((a, b))
    return found
