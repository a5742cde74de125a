"""D2, integrated services (一体化服务): coding, division of items, login, licences, approval, query, courier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from depthsim.assessment.indicators._guides import flagged, nothing, objecting, of
from depthsim.assessment.indicators.basics import CODE_LENGTH
from depthsim.assessment.outcome import Fact, Need, Outcome, Reading, counted
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, information, warning
from depthsim.model.indicators import Indicator
from depthsim.model.level import Level


def _coding(subject: Subject, indicator: Indicator) -> Outcome:
    """Every published guide has a code after the one rule (31 characters), and none has another's."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    if len(members.guides) > 1 and all(g.code is None for g in members.guides):
        return Outcome(needs=(Need("field", ("code",)),))
    times = Counter(g.code for g in subject.guides.values() if g.code)
    facts, findings = [], list[Finding]()
    for guide in members.guides:
        objections = objecting(subject, indicator, guide, ("C1-5",))
        code = guide.code or ""
        right = len(code) == CODE_LENGTH and times[code] == 1
        facts.append(Fact(guide.id, "code", guide.code, right and not objections))
        findings += objections
        if guide.code is None and not objections:
            findings.append(warning("DS911", of(guide), item=guide.name, field="guide_code"))
        elif not right and not objections:
            findings.append(warning("DS912", of(guide, "code"), item=guide.name, field="guide_code", given=code))
    return counted(facts, findings, needs=subject.unclear(members))


def _division(subject: Subject, indicator: Indicator) -> Outcome:
    """A permit whose materials depend on the situation is divided into business items, one a situation."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    if all(g.materials is None for g in members.guides):
        return Outcome(needs=(Need("field", ("materials",)), Need("person")))
    sample = subject.taken(indicator, (g.id for g in members.guides))
    parents = {g.part_of for g in subject.guides.values() if g.part_of}
    facts, findings = [], list[Finding]()
    for guide in members.guides:
        if sample is not None and guide.id not in sample.taken:
            continue
        conditional = [m for m in guide.materials or () if m.condition]
        divided = guide.part_of is not None or not parents.isdisjoint({guide.code, guide.basic_code, guide.id} - {None})
        holds = None if guide.materials is None else not conditional or divided
        facts.append(Fact(guide.id, "materials.condition", len(conditional), holds))
        if holds is False:
            names = tuple(m.name for m in conditional)
            findings.append(warning("DS922", of(guide, "materials"), item=guide.name, materials=names))
    needs = (*subject.unclear(members), Need("person"))
    return counted(facts, findings, needs=needs, sample=sample, incomplete=True)


def _licences(subject: Subject, _indicator: Indicator) -> Outcome:
    """Kinds of licences in the library, of those issued; beside it materials for which a licence stands in."""
    city = subject.city
    if city is None or city.e_licences is None:
        return Outcome(needs=(Need("inventory", ("e_licences",)),))
    facts, findings = [], list[Finding]()
    for number, licence in enumerate(city.e_licences):
        if subject.department not in (None, licence.department):
            continue
        facts.append(Fact(licence.name.zh, "in_library", licence.in_library, licence.in_library, "licence"))
        if licence.in_library is False:
            findings.append(warning("DS923", ("city", "e_licences", number), licence=licence.name))
    used = [m for g in subject.guides.values() for m in g.materials or () if m.source == "government"]
    by_licence = sum(m.e_licence is True for m in used)
    converted = sum(e.converted or 0 for e in city.e_licences)
    issued = sum(e.issued or 0 for e in city.e_licences)
    found = counted(facts, findings, needs=(Need("person"),), incomplete=True)
    return found.having(
        Reading("licence_use", by_licence / len(used) if used else None, by_licence, len(used)),
        Reading("licence_conversion", converted / issued if issued else None, converted, issued),
    )


def _approval(subject: Subject, indicator: Indicator) -> Outcome:
    found = flagged(subject, indicator, "unified_approval", finding="DS924", mere=lambda g: g.online is not True)
    return found.having(*cases_reading(subject, "unified_approval", "accepted"))


def cases_reading(subject: Subject, field: str, of_field: str) -> tuple[Reading, ...]:
    """Return the share of cases that have something, where statistics tell both numbers; nothing else."""
    some = whole = 0
    for row in (subject.city.cases or ()) if subject.city else ():
        count, total = getattr(row, field), getattr(row, of_field)
        if count is not None and total and row.item in subject.guides:
            some, whole = some + count, whole + total
    return (Reading(f"cases_{field}", some / whole, some, whole),) if whole else ()


def _query(subject: Subject, indicator: Indicator) -> Outcome:
    """Cases whose state the platform tells by their number, of those accepted; without cases, guides with a link."""
    cases = cases_reading(subject, "queryable", "accepted")
    members = subject.members(
        indicator, of="guides", exercise=("municipal",), platform="provincial", on_application=True
    )
    linked = [g for g in members.guides if g.links is not None]
    with_query = sum(g.links is not None and g.links.query is not None for g in linked)
    reading = Reading("query_link", with_query / len(linked) if linked else None, with_query, len(linked))
    if not cases:
        if not linked:
            return Outcome(needs=(Need("cases", ("queryable",)), Need("person")))
        facts = [Fact(g.id, "links.query", g.links.query if g.links else None, bool(g.links and g.links.query))
                 for g in linked]  # fmt: skip
        findings = [
            warning("DS911", of(g, "links"), item=g.name, field="guide_query")
            for g in linked
            if g.links is None or g.links.query is None
        ]
        needs = (Need("cases", ("queryable",)), Need("person"))
        return counted(facts, findings, needs=needs, incomplete=True)
    (found,) = cases
    path = ("city", "cases")
    short = (information("DS925", path, number=(found.denominator or 0) - (found.numerator or 0)),)
    return Outcome(
        found.value, found.numerator, found.denominator, (Fact("cases", "queryable", found.numerator, None, "case"),),
        (reading,), short if found.value != 1 else (), (Need("person"),), incomplete=True,
    )  # fmt: skip


def _login(subject: Subject, indicator: Indicator) -> Outcome:
    """An item that one cannot apply for online needs no login, but it counts: the population is the scheme's."""
    return flagged(subject, indicator, "single_sign_on", finding="DS926", mere=lambda g: g.online is not True)


def _courier(subject: Subject, indicator: Indicator) -> Outcome:
    """A result that is fetched is a fault only where the guide declares handling online throughout (level IV)."""
    found = flagged(
        subject, indicator, "courier", finding="DS927", mere=lambda g: g.declared.level is not Level.IV
    )  # fmt: skip
    return found.having(*cases_reading(subject, "couriered", "completed"))


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "D2-1": _coding,
    "D2-2": _division,
    "D2-3": _login,
    "D2-4": _licences,
    "D2-5": _approval,
    "D2-6": _query,
    "D2-7": _courier,
}
