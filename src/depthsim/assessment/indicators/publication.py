"""B2, guides published (办事指南发布情况), and B3-2, how much guides say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

from depthsim.assessment.indicators._guides import nothing, of, shown
from depthsim.assessment.outcome import Fact, Need, Outcome, Reading, counted
from depthsim.assessment.subject import LISTS, Subject, keys_of_entry
from depthsim.errors import Finding, information, warning
from depthsim.model.city import ListEntry
from depthsim.model.guide import ServiceGuide
from depthsim.model.indicators import Indicator
from depthsim.model.service import Kind

KINDS: tuple[str, ...] = get_args(Kind)


def _published(which: str) -> Callable[[Subject, Indicator], Outcome]:
    """Return the share of a list's entries that have a published guide; beside it the number of guides."""

    def decide(subject: Subject, indicator: Indicator) -> Outcome:
        guides = subject.members(indicator).guides
        number = Reading("guides", len(guides))
        entries = subject.entries(*LISTS[which])
        found = subject.list_of(*LISTS[which])
        if entries is None or found is None:
            return Outcome(
                needs=(Need("inventory", (f"lists.{which}",)),), numerator=len(guides), incomplete=True
            ).having(number)
        published = {g.id for g in guides}
        lists = subject.city.lists if subject.city and subject.city.lists else ()
        rows = {id(e): n for n, e in enumerate(found.entries or ())}
        if not entries:
            return Outcome(None, 0, 0, readings=(number,))
        facts, findings = [], list[Finding]()
        for entry in entries:
            there = _guide_of(subject, entry) in published
            facts.append(Fact(entry.name.zh, "guide", _guide_of(subject, entry), there, "entry"))
            if not there:
                path = ("city", "lists", lists.index(found), "entries", rows[id(entry)])
                findings.append(warning("DS945", path, entry=entry.name))
        return counted(facts, findings).having(number)

    return decide


def _guide_of(subject: Subject, entry: ListEntry) -> str | None:
    """Return the id of the guide that an entry of a list is joined with."""
    return next((subject.by_key[key].id for key in keys_of_entry(entry) if key in subject.by_key), None)


def _kinds(subject: Subject, indicator: Indicator) -> Outcome:
    """Kinds of which a guide is published, of eleven; one that the city's lists do not have either is no fault."""
    members = subject.members(indicator, of="guides", exercise=("municipal",), platform="provincial")
    if not members.guides:
        return nothing(subject, indicator)
    there = {subject.kind(g) for g in members.guides}
    entries = (*(subject.entries(*LISTS["power"]) or ()), *(subject.entries("public_service") or ()))
    listed = {e.type for e in entries}
    facts = [Fact("guides", kind, None, kind in there) for kind in KINDS]
    findings = [
        (warning if kind in listed else information)("DS946", ("guides",), kind=f"list_type_{kind}")
        for kind in KINDS
        if kind not in there
    ]
    return counted(facts, findings)


def _joined(subject: Subject, indicator: Indicator) -> Outcome:
    """Guides of permits that an entry of the power list has by code; beside it entries of permits with a guide."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    entries = subject.entries(*LISTS["power"])
    if not entries:
        return Outcome(needs=(Need("inventory", ("lists.power",)),))
    facts, findings = [], list[Finding]()
    for guide in members.guides:
        entry = subject.entry_of(guide, "power")
        facts.append(Fact(guide.id, "code", entry.code if entry else None, entry is not None))
        if entry is None:
            findings.append(warning("DS947", of(guide, "code"), item=guide.name))
    permits = [e for e in entries if e.type == "licence"]
    published = {g.id for g in members.guides}
    back = sum(_guide_of(subject, e) in published for e in permits)
    reading = Reading("entries_with_guide", back / len(permits) if permits else None, back, len(permits))
    return counted(facts, findings, needs=subject.unclear(members)).having(reading)


def _elements(subject: Subject, indicator: Indicator) -> Outcome:
    """Elements filled in, of those that the scheme wants of each guide."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    wanted = subject.scheme.elements
    facts, findings = list[Fact](), list[Finding]()
    for guide in members.guides:
        missing = [name for name in wanted if not _says(guide, name)]
        facts += (Fact(guide.id, name, shown(getattr(guide, name, None)), name not in missing) for name in wanted)
        if missing:
            fields = tuple(f"guide_{name}" for name in missing)
            findings.append(warning("DS948", of(guide), item=guide.name, number=len(missing), fields=fields))
    complete = len(members.guides) - len(findings)
    reading = Reading("complete_guides", complete / len(members.guides), complete, len(members.guides))
    return counted(facts, findings, needs=subject.unclear(members)).having(reading)


def _says(guide: ServiceGuide, name: str) -> bool:
    """Return whether a guide states an element; opening times may stand with its places."""
    return bool(guide.opening_times) if name == "hours" else getattr(guide, name, None) is not None


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "B2-1": _published("power"),
    "B2-2": _published("public_service"),
    "B2-3": _kinds,
    "B2-4": _joined,
    "B3-2": _elements,
}
