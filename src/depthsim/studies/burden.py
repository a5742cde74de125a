"""Burden: views of one result in the terms of others. Minutes first, money only with a wage.

Standard Cost Model, burden hours, failure demand, take-up, cost per transaction. Numbers are exact where theory
gives them, else simulated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from depthsim.analysis.contacts import first_channels, visits_without_corrections
from depthsim.analysis.minutes import Minutes, mean_minutes
from depthsim.analysis.mixture import Part, parts, within
from depthsim.analysis.visits import Visits, analyse
from depthsim.errors import InputError
from depthsim.studies.exact import TOO_LARGE, demand_per_year
from depthsim.studies.run import Setting
from depthsim.studies.summary import Summary

ACTIVITIES = ("form_minutes", "travel_minutes", "waiting_minutes", "served_minutes")
"""The applicant's activities, as measures."""
ONLINE = ("online", "mobile")
CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number a case (or a share of cases), and whether theory gives it or a simulation."""

    value: float
    exact: bool

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"value": self.value, "exact": self.exact}


@dataclass(frozen=True, slots=True)
class Burden:
    """What a year's cases cost applicants and office. Times are minutes a case; None is what nobody knows.

    `wage` and `staff_wage` are CNY an hour, None without one. `visits_by_corrections` are visits that would fall
    away if no correction were needed; `repeat_visits` all after a case's first, planned ones (to collect) included.
    `channels` has the share of cases by the channel of their first option, `without_visit` that of cases that need
    none at all.
    """

    cases: float
    wage: float | None
    staff_wage: float | None
    activities: Mapping[str, Quantity]
    staff: Quantity
    postage: Quantity | None
    visits: Quantity
    corrections: Quantity
    repeat_visits: Quantity | None
    visits_by_corrections: Quantity | None
    without_visit: Quantity | None
    channels: Mapping[str, float] = field(default_factory=dict)

    @property
    def minutes(self) -> float:
        """Return the applicant's minutes a case, all activities together."""
        return math.fsum(q.value for q in self.activities.values())

    @property
    def hours(self) -> float:
        """Return the applicants' hours a year."""
        return self.minutes * self.cases / 60

    def price(self, activity: str) -> float | None:
        """Return what an activity costs a case: its time at the wage; None without a wage."""
        return None if self.wage is None else self.activities[activity].value / 60 * self.wage

    @property
    def cost(self) -> float | None:
        """Return what a case costs its applicant: time at the wage, and postage; None without a wage."""
        if self.wage is None:
            return None
        return self.minutes / 60 * self.wage + (self.postage.value if self.postage else 0.0)

    @property
    def staff_cost(self) -> float | None:
        """Return what a case costs the office: its staff's time at their wage; None without one."""
        return None if self.staff_wage is None else self.staff.value / 60 * self.staff_wage

    @property
    def responses(self) -> float:
        """Return the responses of one respondent: the application, and one more at each correction."""
        return 1 + self.corrections.value

    @property
    def online(self) -> float | None:
        """Return the share of cases that begin online, among those that begin with an option at all."""
        whole = math.fsum(self.channels.values())
        return math.fsum(self.channels.get(c, 0.0) for c in ONLINE) / whole if whole else None

    def to_json(self) -> dict[str, Any]:
        """Return every view as plain data."""
        return {
            "cases_per_year": self.cases,
            "wage": self.wage,
            "staff_wage": self.staff_wage,
            "standard_cost_model": {
                "activities": [
                    {
                        "activity": name,
                        "minutes": q.value,
                        "exact": q.exact,
                        "quantity": self.cases,
                        "hours_per_year": q.value * self.cases / 60,
                        "price": self.price(name),
                        "cost_per_year": _times(self.price(name), self.cases),
                    }
                    for name, q in self.activities.items()
                ],
                "postage": _plain(self.postage),
                "minutes": self.minutes,
                "cost": self.cost,
                "cost_per_year": _times(self.cost, self.cases),
            },
            "burden_hours": {
                "respondents": self.cases,
                "responses": self.responses,
                "hours_per_response": self.minutes / 60 / self.responses,
                "hours_per_year": self.hours,
            },
            "failure_demand": {
                "corrections": self.corrections.to_json(),
                "visits_by_corrections": _plain(self.visits_by_corrections),
                "repeat_visits": _plain(self.repeat_visits),
                "visits": self.visits.to_json(),
            },
            "take_up": {
                "channels": dict(self.channels),
                "online": self.online,
                "without_visit": _plain(self.without_visit),
            },
            "cost_per_transaction": {
                "staff_minutes": self.staff.to_json(),
                "staff_cost": self.staff_cost,
                "staff_hours_per_year": self.staff.value * self.cases / 60,
                "staff_cost_per_year": _times(self.staff_cost, self.cases),
            },
        }


def _times(one: float | None, number: float) -> float | None:
    return None if one is None else one * number


def _plain(found: Quantity | None) -> dict[str, Any] | None:
    return None if found is None else found.to_json()


_Known = tuple[float, Part, Visits, Minutes]


def burden(setting: Setting, summary: Summary, *, wage: float | None = None, staff_wage: float | None = None) -> Burden:
    """Return the burden of a simulated setting. `wage` (CNY an hour) is else the one of the system, if it has one.

    Raises InputError for a process in which a case may never end.
    """
    system = setting.system
    own = system.applicants.wage
    known = _known(setting)
    mixed = None if known is None else _mixer(known)
    return Burden(
        cases=math.fsum(demand_per_year(system).values()),
        wage=wage if wage is not None else own.amount if own else None,
        staff_wage=staff_wage,
        activities={name: _measured(summary, name) for name in ACTIVITIES},
        staff=_measured(summary, "staff_minutes"),
        postage=mixed(lambda _p, _v, m: m.postage.get(CURRENCY, 0.0)) if mixed else None,
        visits=_measured(summary, "visits"),
        corrections=_measured(summary, "corrections"),
        repeat_visits=mixed(lambda _p, v, _m: v.expected - 1 + v.distribution.get(0, 0.0)) if mixed else None,
        visits_by_corrections=mixed(_caused) if mixed else None,
        without_visit=mixed(lambda _p, v, _m: v.distribution.get(0, 0.0)) if mixed else None,
        channels=_channels(known or []),
    )


def _measured(summary: Summary, measure: str) -> Quantity:
    found = summary.totals[measure]
    if found.exact is not None:
        return Quantity(found.exact, True)
    return Quantity(found.mean or 0.0, False)


def _known(setting: Setting) -> list[_Known] | None:
    """Return every part of the year's cases with its share of them all; None where theory does not know one."""
    system, found = setting.system, []
    per_year = demand_per_year(system)
    cases = math.fsum(per_year.values())
    for name, item in system.items.items():
        if not per_year[name]:
            continue
        try:
            mixture: tuple[Part, ...] | None = (Part(1.0, item, system),)
            if item.before or system.applicants.segments:
                mixture = parts(item, system, within(system, *setting.span))
            if mixture is None:
                return None
            found += [
                (p.share * per_year[name] / cases, p, analyse(p.item), mean_minutes(p.item, p.system)) for p in mixture
            ]
        except InputError as problem:
            if any(f.code != TOO_LARGE for f in problem.findings):
                raise
            return None
    return found


def _mixer(known: list[_Known]) -> Callable[[Callable[[Part, Visits, Minutes], float]], Quantity]:
    def mixed(of: Callable[[Part, Visits, Minutes], float]) -> Quantity:
        return Quantity(math.fsum(share * of(p, v, m) for share, p, v, m in known), True)

    return mixed


def _caused(part: Part, visits: Visits, _minutes: Minutes) -> float:
    without = visits_without_corrections(part.item)
    return 0.0 if without is None else visits.expected - without


def _channels(known: list[_Known]) -> dict[str, float]:
    found: dict[str, float] = {}
    for share, part, _, _ in known:
        for channel, cases in first_channels(part.item).items():
            found[channel] = found.get(channel, 0.0) + share * cases
    return dict(sorted(found.items()))
