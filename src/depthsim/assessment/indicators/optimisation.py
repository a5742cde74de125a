"""E2, process optimisation (服务流程优化): at once, jointly, fewer materials, shorter limits, visits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from depthsim.analysis.visits import Visits
from depthsim.assessment.indicators._guides import nothing, of
from depthsim.assessment.outcome import Fact, Need, Outcome, Reading, counted
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, information, warning
from depthsim.model.guide import ServiceGuide
from depthsim.model.indicators import Indicator
from depthsim.model.service import ParallelStep, walk_steps
from depthsim.texts import LANGS, label


def _immediate(subject: Subject, indicator: Indicator) -> Outcome:
    """Permits of handling type immediate, over all permits; that others are not is no fault."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    if all(g.handling is None for g in members.guides):
        return Outcome(needs=(Need("field", ("handling",)),))
    facts = [
        Fact(g.id, "handling", g.handling, None if g.handling is None else g.handling == "immediate")
        for g in members.guides
    ]
    unknown = sum(f.holds is None for f in facts)
    needs = (*subject.unclear(members), *((Need("field", ("handling",), unknown),) if unknown else ()))
    return counted(facts, needs=needs)


def _joint(subject: Subject, indicator: Indicator) -> Outcome:
    """Items that use at least one of the three ways; each way beside it. That they really do, a person confirms."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    ways: dict[str, Callable[[ServiceGuide], bool | None]] = {
        "notify_and_commit": lambda g: g.notify_and_commit,
        "accept_with_gaps": lambda g: g.accept_with_gaps,
        "joint_handling": lambda g: _joint_departments(subject, g),
        "cross_region": lambda g: g.cross_region,
    }
    total = len(members.guides)
    if all(way(g) is None for g in members.guides for way in ways.values()):
        fields = ("notify_and_commit", "accept_with_gaps", "joint_departments")
        return Outcome(needs=(Need("field", fields), Need("person")))
    facts, readings = [], []
    for guide in members.guides:
        used = {name: way(guide) for name, way in ways.items()}
        names = tuple(name for name, uses in used.items() if uses)
        unknown = not names and all(uses is None for uses in used.values())
        facts.append(Fact(guide.id, "flags", "; ".join(names) or None, None if unknown else bool(names)))
    for name, way in ways.items():
        number = sum(way(g) is True for g in members.guides)
        readings.append(Reading(name, number / total, number, total))
    needs = (*subject.unclear(members), Need("person"))
    return counted(facts, needs=needs, incomplete=True).having(*readings)


def _joint_departments(subject: Subject, guide: ServiceGuide) -> bool | None:
    """Return whether several departments handle an item side by side: as its guide says, or by its process."""
    if guide.joint_departments is not None:
        return len(guide.joint_departments) > 0
    item = subject.item(guide)
    if item is None:
        return None
    return any(isinstance(step, ParallelStep) and len(step.branches) > 1 for _, step in walk_steps(item.process))


def _materials(subject: Subject, indicator: Indicator) -> Outcome:
    """Materials less than in the earlier version, over those of the earlier version, in total."""
    members = subject.members(indicator)
    known = [
        (g, g.before.number_of_materials, len(g.materials))
        for g in members.guides
        if g.before and g.before.number_of_materials is not None and g.materials is not None
    ]
    if not known:
        return Outcome(needs=(Need("before", ("materials",)),))
    sample = subject.taken(indicator, (g.id for g, _, _ in known))
    taken = [row for row in known if sample is None or row[0].id in sample.taken]
    facts = tuple(Fact(g.id, "materials", f"{before} → {now}", now <= before) for g, before, now in taken)
    findings = tuple(
        warning("DS907", of(g, "materials"), item=g.name, before=before, now=now)
        for g, before, now in taken
        if now > before
    )
    before, now = sum(b for _, b, _ in taken), sum(n for _, _, n in taken)
    asked = sum(sum(m.e_licence is not True for m in g.materials or ()) for g, _, _ in taken)
    ratios = [(b - n) / b for _, b, n in taken if b]
    return Outcome(
        (before - now) / before if before else None, before - now, before, facts,
        (Reading("mean_of_ratios", math.fsum(ratios) / len(ratios) if ratios else None, None, len(ratios)),
         Reading("after_licences", (before - asked) / before if before else None, before - asked, before)),
        findings, subject.unclear(members), sample,
    )  # fmt: skip


def _limits(subject: Subject, indicator: Indicator) -> Outcome:
    """(Sum of statutory - sum of promised) / sum of statutory, in working days; the mean of ratios beside it.

    Items without a statutory limit are out of the population; those without a promised one are out of both sums.
    """
    members = subject.members(indicator)
    if not members.guides:
        return Outcome(needs=(Need("field", ("statutory",)),))
    known = [(g, *days) for g in members.guides if (days := _both(g)) is not None]
    if not known:
        return Outcome(needs=(Need("field", ("promised",)),))
    statutory, promised = math.fsum(s for _, s, _ in known), math.fsum(p for _, _, p in known)
    ratios = [(s - p) / s for _, s, p in known]
    facts = tuple(Fact(g.id, "limits", f"{s:g} → {p:g}", p <= s) for g, s, p in known)
    findings = tuple(information("DS908", of(g, "promised"), item=g.name, days=f"{s:g}") for g, s, p in known if p == s)
    without = len(members.guides) - len(known)
    needs = (*subject.unclear(members), *((Need("field", ("promised",), without),) if without else ()))
    return Outcome(
        (statutory - promised) / statutory, statutory - promised, statutory, facts,
        (Reading("mean_of_ratios", math.fsum(ratios) / len(ratios), None, len(ratios)),
         Reading("items", None, len(known), len(members.guides)), *_shortened(members.guides)),
        findings, needs, incomplete=False,
    )  # fmt: skip


def _shortened(guides: Sequence[ServiceGuide]) -> tuple[Reading, ...]:
    """Return by how much the promised limits are shorter than those of the earlier version, in total."""
    known = [
        (before, now)
        for g in guides
        if g.before and g.before.promised and (before := g.before.promised.working_days) is not None
        and (now := _promised(g)) is not None
    ]  # fmt: skip
    before, now = math.fsum(b for b, _ in known), math.fsum(n for _, n in known)
    return (Reading("since_before", (before - now) / before, before - now, before),) if before else ()


def _both(guide: ServiceGuide) -> tuple[float, float] | None:
    statutory = guide.statutory.working_days if guide.statutory else None
    promised = _promised(guide)
    return None if statutory is None or promised is None else (statutory, promised)


def _promised(guide: ServiceGuide) -> float | None:
    """Return the promised working days; an immediate item that does not say promises none."""
    if guide.promised is None:
        return 0.0 if guide.handling == "immediate" else None
    return guide.promised.working_days


def _visits(subject: Subject, indicator: Indicator) -> Outcome:
    """Mean required visits an item; the declared mean and the mean expected visit a case beside it."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    levels = {g.id: subject.level(g) for g in members.guides}
    known = [(g, found.visits) for g in members.guides if (found := levels[g.id]) is not None]
    bounded = [(g, v, v.required) for g, v in known if v.required is not None]
    declared = [g.visits.count for g in members.guides if g.visits and g.visits.count is not None]
    beside = (
        [Reading("declared_visits", sum(declared) / len(declared), sum(declared), len(declared))] if declared else []
    )
    if not bounded:
        return Outcome(needs=(Need("process"),), readings=tuple(beside))
    required = sum(r for _, _, r in bounded)
    facts = tuple(Fact(g.id, "visits.required", r, None, "item") for g, _, r in bounded)
    findings: list[Finding] = [
        information("DS909", of(g, "visits"), item=g.name, visits=r,
                    steps=_steps_named(subject, g, v))
        for g, v, r in bounded
        if r > 0
    ]  # fmt: skip
    cases = _weights(subject, [g for g, _ in known])
    if cases:
        total = math.fsum(cases.values())
        expected = math.fsum(cases.get(g.id, 0.0) * v.expected for g, v in known)
        beside.append(Reading("expected_visits", expected / total if total else None, expected, total))
    unknown = len(members.guides) - len(bounded)
    needs = (*subject.unclear(members), *((Need("process", (), unknown),) if unknown else ()))
    return Outcome(
        required / len(bounded), required, len(bounded), facts, tuple(beside), tuple(findings), needs,
        incomplete=unknown > 0,
    )  # fmt: skip


def _steps_named(subject: Subject, guide: ServiceGuide, visits: Visits) -> tuple[object, ...]:
    """Return the steps that demand visits as their process calls them, else by what they are for."""
    item = subject.item(guide)
    called: dict[str, object] = {
        "/".join(path): step.name or {lang: label(step.role, lang) for lang in LANGS}
        for path, step in (walk_steps(item.process) if item else ())
    }
    return tuple(called.get(id_, id_) for id_ in dict.fromkeys(reason.step for reason in visits.reasons))


def _weights(subject: Subject, guides: Sequence[ServiceGuide]) -> dict[str, float]:
    """Return cases by item: of the statistics, else of the items' demand a year."""
    names = {g.id for g in guides}
    found: dict[str, float] = {}
    for row in (subject.city.cases or ()) if subject.city else ():
        number = row.accepted if row.accepted is not None else row.filed
        if row.item in names and number:
            found[row.item] = found.get(row.item, 0.0) + number
    if found:
        return found
    items = [item for g in guides if (item := subject.item(g)) is not None and item.demand]
    return {item.id: item.demand.per_year for item in items if item.demand}


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "E2-1": _immediate,
    "E2-2": _joint,
    "E2-3": _materials,
    "E2-4": _limits,
    "E2-5": _visits,
}
