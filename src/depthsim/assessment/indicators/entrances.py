"""A3, one source (同源发布), and A4, one entrance (统一入口): what sites publish, where they lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from depthsim.assessment.indicators._guides import of
from depthsim.assessment.indicators._portals import differing, leads_to_platform
from depthsim.assessment.outcome import Fact, Need, Outcome, counted
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, warning
from depthsim.model.city import Portal
from depthsim.model.indicators import Indicator


def _same_source(*kinds: str) -> Callable[[Subject, Indicator], Outcome]:
    """Return the share of publications on sites of some kinds that read the platform's data and say the same."""

    def decide(subject: Subject, indicator: Indicator) -> Outcome:
        portals = {n: p for n, p in (subject.city.portals if subject.city else {}).items() if p.kind in kinds}
        if not portals:
            return Outcome(needs=(Need("inventory", ("portals",)), Need("person")))
        published = [
            (g, number, p)
            for g in subject.guides.values()
            for number, p in enumerate(g.published_on or ())
            if p.portal in portals
        ]
        sample = subject.taken(indicator, (p.portal for _, _, p in published))
        facts, findings = [], list[Finding]()
        for guide, number, publication in published:
            if sample is not None and publication.portal not in sample.taken:
                continue
            portal = portals[publication.portal]
            differences = differing(subject, guide, publication)
            same = publication.same_source if publication.same_source is not None else portal.same_source
            holds = False if differences or same is False else (True if same or publication.values else None)
            said = "; ".join(f"{key}: {here} ≠ {there}" for key, (here, there) in differences.items()) or same
            facts.append(Fact(guide.id, f"published_on.{publication.portal}", said, holds))
            path = of(guide, "published_on", number)
            findings += (
                warning("DS934", (*path, "values", key), item=guide.name, portal=portal.name, field=f"guide_{key}",
                        here=here, there=there)
                for key, (here, there) in differences.items()
            )  # fmt: skip
            if same is False and not differences:
                findings.append(warning("DS935", path, item=guide.name, portal=portal.name))
        if not facts:
            return _sites_alone(portals)
        if all(f.holds is None for f in facts):
            return Outcome(needs=(Need("inventory", ("portals.same_source",)), Need("person")))
        return counted(facts, findings, needs=(Need("person"),), sample=sample, incomplete=True)

    return decide


def _sites_alone(portals: Mapping[str, Portal]) -> Outcome:
    """Return what sites say of themselves, where no guide says on which of them it is published."""
    told = {n: p for n, p in portals.items() if p.same_source is not None}
    if not told:
        return Outcome(needs=(Need("field", ("published_on",)), Need("person")))
    facts = [Fact(n, "same_source", p.same_source, p.same_source, "portal") for n, p in told.items()]
    findings = [
        warning("DS936", ("city", "portals", n, "same_source"), portal=p.name)
        for n, p in told.items()
        if p.same_source is False
    ]
    return counted(facts, findings, needs=(Need("person"),), incomplete=True)


def _entrance(kind: str) -> Callable[[Subject, Indicator], Outcome]:
    """Return the share of sites of a kind whose home page leads to the platform; a link out of sight does not count."""

    def decide(subject: Subject, indicator: Indicator) -> Outcome:
        portals = {n: p for n, p in (subject.city.portals if subject.city else {}).items() if p.kind == kind}
        if subject.department is not None:
            portals = {n: p for n, p in portals.items() if p.department in (None, subject.department)}
        if not portals:
            return Outcome(needs=(Need("inventory", ("portals",)), Need("person")))
        sample = subject.taken(indicator, portals)
        facts, findings = [], list[Finding]()
        for name, portal in portals.items():
            if sample is not None and name not in sample.taken:
                continue
            linked, prominent = leads_to_platform(subject, portal)
            holds = linked and prominent is not False if linked is not None else None
            facts.append(Fact(name, "links", linked, holds, "portal"))
            if linked is False:
                findings.append(warning("DS937", ("city", "portals", name, "links"), portal=portal.name))
            elif prominent is False:
                findings.append(warning("DS938", ("city", "portals", name, "links"), portal=portal.name))
        if all(f.holds is None for f in facts):
            return Outcome(needs=(Need("inventory", ("portals.links",)), Need("person")))
        return counted(facts, findings, needs=(Need("person"),), sample=sample, incomplete=True)

    return decide


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "A3-1": _same_source("government_portal", "mobile", "third_party"),
    "A3-2": _same_source("department_site"),
    "A4-1": _entrance("government_portal"),
    "A4-2": _entrance("department_site"),
}
