"""A1, one network (一网服务): one entrance an item, departments and counties on the platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from depthsim.assessment.indicators._guides import nothing, of
from depthsim.assessment.indicators._portals import differing
from depthsim.assessment.outcome import Fact, Need, Outcome, Reading, counted
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, warning
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import Title
from depthsim.model.indicators import Indicator


def _one_network(subject: Subject, indicator: Indicator) -> Outcome:
    """Guides with one authoritative entrance: other publishers read the platform's data, and say the same."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    if all(g.published_on is None for g in members.guides):
        return Outcome(needs=(Need("field", ("published_on",)), Need("person"))).having(*login_sites(members.guides))
    facts, findings = [], list[Finding]()
    for guide in members.guides:
        others = _entrances(subject, guide)
        holds = None if guide.published_on is None else not others
        facts.append(Fact(guide.id, "published_on", len(guide.published_on or ()), holds))
        if others:
            findings.append(warning("DS928", of(guide, "published_on"), item=guide.name, portals=others))
    found = counted(facts, findings, needs=(*subject.unclear(members), Need("person")), incomplete=True)
    return found.having(*login_sites(members.guides))


def _entrances(subject: Subject, guide: ServiceGuide) -> tuple[Title, ...]:
    """Return the portals beside the platform that keep a copy of a guide of their own, or contradict it."""
    found = []
    portals = subject.city.portals if subject.city else {}
    for publication in guide.published_on or ():
        portal = portals.get(publication.portal)
        if portal is None or portal.kind == "provincial_platform":
            continue
        same = publication.same_source if publication.same_source is not None else portal.same_source
        if same is False or differing(subject, guide, publication):
            found.append(portal.name)
    return tuple(found)


def login_sites(guides: tuple[ServiceGuide, ...]) -> tuple[Reading, ...]:
    """Return the mean and the greatest number of distinct sites that an online case has to log in to.

    A guide tells them itself, or its links do: the sites on which one applies, queries, consults and complains.
    """
    numbers = [number for g in guides if (number := sites_of(g)) is not None]
    if not numbers:
        return ()
    return (
        Reading("login_sites", sum(numbers) / len(numbers), sum(numbers), len(numbers)),
        Reading("login_sites_most", max(numbers), max(numbers), 1),
    )


def sites_of(guide: ServiceGuide) -> int | None:
    """Return how many distinct sites an online case of a guide has to log in to; None where it tells no link."""
    links = guide.links
    if links is None or guide.online is False:
        return None
    if links.login is not None:
        return len({_site(link) for link in links.login})
    given = [link for link in (links.apply, links.query, links.consult, links.complain) if link]
    return len({_site(link) for link in given}) if links.apply else None


def _site(link: str) -> str:
    return urlsplit(link).netloc.lower().removeprefix("www.") or link


def _departments(subject: Subject, _indicator: Indicator) -> Outcome:
    """Departments that hold powers on application, by the inventory or by the power list; on the platform or not."""
    city = subject.city
    if city is None or not city.departments:
        return Outcome(needs=(Need("inventory", ("departments",)),))
    listed = {
        e.department
        for e in subject.entries("power", "power_and_responsibility") or ()
        if e.department
        and (e.application_based or (e.application_based is None and e.type in subject.scheme.on_application))
    }
    members = {subject.department_of(g) for g in subject.guides.values() if subject.on_platform(g)}
    facts, findings = [], list[Finding]()
    for name, department in city.departments.items():
        holds_powers = department.powers if department.powers is not None else name in listed
        if not holds_powers or department.level not in (None, "municipal") or subject.department not in (None, name):
            continue
        there = department.on_platform if department.on_platform is not None else (name in members or None)
        facts.append(Fact(name, "on_platform", there, there, "department"))
        if there is False:
            findings.append(warning("DS929", ("city", "departments", name, "on_platform"), department=department.name))
    if not facts:
        return Outcome(needs=(Need("inventory", ("departments.powers",)),))
    return counted(facts, findings, needs=_unknown(facts, "departments.on_platform"))


def _counties(subject: Subject, _indicator: Indicator) -> Outcome:
    city = subject.city
    if city is None or not city.counties:
        return Outcome(needs=(Need("inventory", ("counties",)),))
    if all(c.on_platform is None for c in city.counties.values()):
        return Outcome(needs=(Need("inventory", ("counties.on_platform",)),))
    facts = [Fact(name, "on_platform", c.on_platform, c.on_platform, "county") for name, c in city.counties.items()]
    findings = [
        warning("DS930", ("city", "counties", name, "on_platform"), county=c.name)
        for name, c in city.counties.items()
        if c.on_platform is False
    ]
    return counted(facts, findings, needs=_unknown(facts, "counties.on_platform"))


def _unknown(facts: list[Fact], field: str) -> tuple[Need, ...]:
    unknown = sum(f.holds is None for f in facts)
    return (Need("inventory", (field,), unknown),) if unknown else ()


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "A1-1": _one_network,
    "A1-2": _departments,
    "A1-3": _counties,
}
