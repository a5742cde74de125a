"""E1, efficiency of online handling (网办效率): from records of cases alone; limits and models only beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from depthsim.analysis.chain import absorb
from depthsim.analysis.elapsed import mean_days
from depthsim.analysis.graph import positions
from depthsim.assessment.indicators._guides import nothing
from depthsim.assessment.outcome import Fact, Need, Outcome, Reading
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, information
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
    """Two readings: permit items with a case accepted online, and cases accepted online; the first is the value."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    rows = [(n, r) for n, r in rows_of(subject, members.guides) if r.accepted_online is not None]
    if not rows:
        return Outcome(needs=(Need("cases", ("accepted_online",)),))
    online: dict[str, int] = {}
    for _, row in rows:
        online[row.item] = online.get(row.item, 0) + (row.accepted_online or 0)
    facts = [Fact(g.id, "accepted_online", online.get(g.id), (online[g.id] > 0) if g.id in online else None)
             for g in members.guides]  # fmt: skip
    some, total = sum(f.holds is True for f in facts), len(facts)
    told = [r for _, r in rows if r.accepted]
    names = {g.id: g.name for g in members.guides}
    cases, of_cases = sum(r.accepted_online or 0 for r in told), sum(r.accepted or 0 for r in told)
    findings: list[Finding] = [
        information("DS949", ("city", "cases", n), item=names[row.item]) for n, row in rows if not row.accepted_online
    ]
    unknown = sum(f.holds is None for f in facts)
    return Outcome(
        some / total, some, total, tuple(facts),
        (Reading("items_accepted_online", some / total, some, total),
         Reading("cases_accepted_online", cases / of_cases if of_cases else None, cases, of_cases),
         *_synthetic(r for _, r in rows)),
        tuple(findings),
        (*subject.unclear(members), *((Need("cases", ("accepted_online",), unknown),) if unknown else ())),
        incomplete=unknown > 0,
    )  # fmt: skip


def _synthetic(rows: Iterator[CaseStatistics]) -> tuple[Reading, ...]:
    every = list(rows)
    made_up = sum(r.synthetic for r in every)
    return (Reading("synthetic_statistics", None, made_up, len(every)),) if made_up else ()


def _days(subject: Subject, indicator: Indicator) -> Outcome:
    """Mean working days of completed cases, weighted by cases; the promised limit beside it, never in its place."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    beside = (*_promised(members.guides), *_modelled(subject, members.guides))
    rows = [
        (n, r)
        for n, r in rows_of(subject, members.guides)
        if r.mean_working_days is not None and (r.completed is None or r.completed)
    ]
    weighted = all(r.completed for _, r in rows)
    if not rows:
        return Outcome(needs=(Need("cases", ("mean_working_days",)),), readings=beside)
    weights = [float(r.completed or 1) if weighted else 1.0 for _, r in rows]
    days = math.fsum(w * (r.mean_working_days or 0.0) for w, (_, r) in zip(weights, rows, strict=True))
    cases = math.fsum(weights)
    facts = tuple(Fact(r.item, "mean_working_days", r.mean_working_days, None, "case") for _, r in rows)
    return Outcome(
        days / cases, days, cases, facts, (*beside, *_synthetic(r for _, r in rows)),
        needs=() if weighted else (Need("cases", ("completed",)),),
    )  # fmt: skip


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
