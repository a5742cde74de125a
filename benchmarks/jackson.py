"""The workload: five stages, three queues, one case in five sent back once more; its mean waits are known exactly.

Poisson arrivals, 0.2 a minute; a window of 3 (mean 9.6 minutes), 4 reviewers (12.8), who send 20 % back to the window,
2 approvers (8.0); everything exponential. Every queue has a load of 0.8, and by Jackson's theorem each is an M/M/c
queue of its own. A case has 6.5 events in the mean: its arrival, 1.25 times window and review, and the other stages.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from depthsim.model.openings import openings
from depthsim.model.system import OFFICE_HOURS, ServiceSystem

ARRIVALS_A_MINUTE = 0.2
BACK = 0.2
STATIONS = {"window": (3, 9.6), "review": (4, 12.8), "approval": (2, 8.0)}
"""Servers and mean minutes."""
EXACT_WAITS = (10.355, 9.543, 14.222)
EVENTS_A_CASE = 6.5
YEAR_DAYS = 365


@cache
def system(calendar: bool) -> ServiceSystem:
    """Return the workload as a service system, open always or in office hours (the same minutes a case and load)."""
    said: Any = OFFICE_HOURS.model_dump(mode="json", exclude_defaults=True) if calendar else "always"
    return ServiceSystem.model_validate({
        "id": "workload", "name": "Workload", "calendar": said, "start": "2025-01-01",
        "pools": {n: {"name": n, "kind": "back", "servers": servers} for n, (servers, _) in STATIONS.items()},
        "items": {"permit": _item(cases_a_day(calendar) * YEAR_DAYS, calendar)},
    })  # fmt: skip


@cache
def cases_a_day(calendar: bool) -> float:
    """Return the mean number of cases a day: 0.2 for every open minute."""
    minutes = YEAR_DAYS * 1440.0
    if calendar:
        minutes = openings(OFFICE_HOURS, system(False).start, YEAR_DAYS).open_minutes(0.0, minutes)
    return ARRIVALS_A_MINUTE * minutes / YEAR_DAYS


def horizon_days(cases: int, calendar: bool) -> float:
    """Return the days in which so many cases arrive in the mean."""
    return cases / cases_a_day(calendar)


def _item(per_year: float, calendar: bool) -> dict[str, Any]:
    def served(role: str, stage: str, pool: str, outcomes: dict[str, Any]) -> dict[str, Any]:
        takes = {"law": "exponential", "mean": f"{STATIONS[pool][1]} min"}
        return {"role": role, "stage": stage, "by": "office", "pool": pool, "takes": takes, "outcomes": outcomes}

    def online(role: str, stage: str, following: str) -> dict[str, Any]:
        options = {"online": {"channel": "online", "next": following}}
        return {"role": role, "stage": stage, "by": "applicant", "options": options}

    again = {"kind": "correction", "chance": BACK, "at_most": 100, "next": "accept"}
    return {
        "id": "permit", "name": "Permit", "kind": "licence", "handling": "committed",
        "demand": {"per_year": per_year, **({} if calendar else {"profile": "flat"})},
        "process": {"start": "apply", "steps": {
            "apply": online("submit", "preparation", "accept"),
            "accept": served("accept", "acceptance", "window", {"accepted": {"next": "review"}}),
            "review": served("review", "review", "review", {"passed": {"next": "approve"}, "back": again}),
            "approve": served("approve", "approval", "approval", {"granted": {"next": "collect"}}),
            "collect": online("collect", "delivery", "delivered"),
        }},
    }  # fmt: skip
