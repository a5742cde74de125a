"""E1, efficiency of online handling (网办效率): from cases alone; promised limits and models only beside them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from depthsim.analysis.chain import absorb
from depthsim.analysis.elapsed import mean_days
from depthsim.analysis.graph import positions
from depthsim.assessment.indicators._guides import nothing, of
from depthsim.assessment.outcome import Fact, Need, Outcome, Reading
from depthsim.assessment.subject import Subject
from depthsim.errors import Path, information
from depthsim.model.case_records import ItemRecords
from depthsim.model.city import CaseStatistics
from depthsim.model.guide import ServiceGuide
from depthsim.model.indicators import Indicator


def rows_of(subject: Subject, guides: Sequence[ServiceGuide]) -> Iterator[tuple[int, CaseStatistics]]:
    """Yield the statistics of some guides' items, with their place."""
    names = {g.id for g in guides}
    for number, row in enumerate((subject.city.cases or ()) if subject.city else ()):
        if row.item in names:
            yield number, row


def _accepted(subject: Subject, indicator: Indicator) -> Outcome:
    """Two readings: permit items with a case accepted online, and cases accepted online; the first is the value.

    An item's cases are those of the log where it tells the channel, else those of the statistics.
    """
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    told = {g.id: found for g in members.guides if (found := _accepted_cases(subject, g)) is not None}
    if not told:
        return Outcome(needs=(Need("cases", ("accepted_online",)),))
    facts = [Fact(g.id, "accepted_online", told[g.id].online, told[g.id].online > 0)
             if g.id in told else Fact(g.id, "accepted_online", None, None) for g in members.guides]  # fmt: skip
    some, total = sum(f.holds is True for f in facts), len(facts)
    counted = [one for one in told.values() if one.all]
    cases, of_cases = sum(one.online for one in counted), sum(one.all for one in counted)
    findings = [
        information("DS949", told[g.id].at, item=g.name)
        for g in members.guides
        if g.id in told and not told[g.id].online
    ]
    unknown = total - len(told)
    return Outcome(
        some / total, some, total, tuple(facts),
        (Reading("items_accepted_online", some / total, some, total),
         Reading("cases_accepted_online", cases / of_cases if of_cases else None, cases, of_cases),
         *_synthetic(subject, members.guides)),
        tuple(findings),
        (*subject.unclear(members), *((Need("cases", ("accepted_online",), unknown),) if unknown else ())),
        incomplete=unknown > 0,
    )  # fmt: skip


class _Accepted(NamedTuple):
    """How many cases of an item were accepted, online and in all, and where that stands."""

    online: int
    all: int
    at: Path


def _accepted_cases(subject: Subject, guide: ServiceGuide) -> _Accepted | None:
    records = _records(subject).get(guide.id)
    if records is not None and records.accepted_online is not None:
        return _Accepted(records.accepted_online, records.accepted, of(guide))
    rows = [(n, r) for n, r in rows_of(subject, [guide]) if r.accepted_online is not None]
    if not rows:
        return None
    online, every = (sum(numbers) for numbers in zip(*((r.accepted_online or 0, r.accepted or 0) for _, r in rows),
                                                     strict=True))  # fmt: skip
    return _Accepted(online, every, ("city", "cases", rows[0][0]))


def _records(subject: Subject) -> Mapping[str, ItemRecords]:
    return subject.records.items if subject.records else {}


def _synthetic(subject: Subject, guides: Sequence[ServiceGuide]) -> tuple[Reading, ...]:
    """Return how many of the records and of the statistics are made up."""
    rows = [row.synthetic for _, row in rows_of(subject, guides)]
    records = [r for g in guides if (r := _records(subject).get(g.id))]
    numbers = (
        ("synthetic_records", sum(r.synthetic for r in records), sum(r.accepted for r in records)),
        ("synthetic_statistics", sum(rows), len(rows)),
    )
    return tuple(Reading(name, None, made_up, every) for name, made_up, every in numbers if made_up)


def _days(subject: Subject, indicator: Indicator) -> Outcome:
    """Mean working days of the completed cases of a log; limits and models beside it, never in its place."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    beside = (
        *_promised(members.guides),
        *_reported(subject, members.guides),
        *_modelled(subject, members.guides),
        *_simulated(subject, members.guides),
    )
    log = subject.records
    findings = log.findings if log else ()
    records = {g.id: r for g in members.guides if (r := _records(subject).get(g.id)) and r.completed}
    if log is None or not records:
        return Outcome(needs=(Need("case_log"),), readings=beside, findings=findings)
    days, cases = sum(r.working_days for r in records.values()), sum(r.completed for r in records.values())
    facts = [Fact(log.file, "period", f"{log.first} / {log.last}", None, "case")]
    facts += [
        Fact(name, "mean_working_days", r.working_days / r.completed, None, "case") for name, r in records.items()
    ]
    missing = len(members.guides) - len(records)
    return Outcome(
        days / cases, days, cases, tuple(facts), (*beside, *_synthetic(subject, members.guides)), findings,
        (*subject.unclear(members), *((Need("case_log", (), missing),) if missing else ())),
    )  # fmt: skip


def _reported(subject: Subject, guides: Sequence[ServiceGuide]) -> tuple[Reading, ...]:
    """Return the mean that statistics report, weighted by the completed cases: nobody can count it again."""
    rows = [(r.mean_working_days, r.completed) for _, r in rows_of(subject, guides)]
    told = [(days, cases) for days, cases in rows if days is not None and cases]
    days, of_cases = math.fsum(d * c for d, c in told), sum(c for _, c in told)
    return (Reading("reported_days", days / of_cases, days, of_cases),) if told else ()


def _simulated(subject: Subject, guides: Sequence[ServiceGuide]) -> tuple[Reading, ...]:
    """Return the mean days on the limit's clock of a run's cases."""
    simulated = (subject.records.simulated if subject.records else None) or {}
    mine = [simulated[g.id] for g in guides if g.id in simulated]
    days, cases = math.fsum(s.working_days for s in mine), sum(s.completed for s in mine)
    return (Reading("simulated_days", days / cases, days, cases),) if cases else ()


def _modelled(subject: Subject, guides: Sequence[ServiceGuide]) -> tuple[Reading, ...]:
    """Return the mean calendar days of a case by the processes, without queues, weighted by the demand of a year."""
    days = cases = 0.0
    for guide in guides:
        item = subject.item(guide)
        if item is None or item.demand is None or subject.level(guide) is None:
            continue
        graph = positions(item.alone)
        days += item.demand.per_year * mean_days(graph, absorb(graph).times, subject.system)
        cases += item.demand.per_year
    return (Reading("modelled_days", days / cases, days, cases),) if cases else ()


def _promised(guides: Sequence[ServiceGuide]) -> tuple[Reading, ...]:
    known = [p for g in guides if g.promised and (p := g.promised.working_days) is not None]
    if not known:
        return ()
    return (Reading("promised_days", math.fsum(known) / len(known), math.fsum(known), len(known)),)


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {"E1-1": _accepted, "E1-2": _days}
