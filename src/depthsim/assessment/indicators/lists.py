"""B1, lists published (事项清单公布情况), and B3-1, what entries of the power list hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from depthsim.assessment.indicators._guides import nothing, of
from depthsim.assessment.outcome import Fact, Need, Outcome, Reading, counted
from depthsim.assessment.subject import LISTS, Subject
from depthsim.errors import Finding, warning
from depthsim.model.city import ListEntry, ListKind
from depthsim.model.indicators import Indicator

FOUR_LISTS: tuple[tuple[str, tuple[frozenset[ListKind], ...]], ...] = (
    (
        "city_list_powers",
        (frozenset({"power_and_responsibility"}), frozenset({"power", "responsibility"})),
    ),
    ("city_list_intermediary", (frozenset({"intermediary"}),)),
    ("city_list_fee", (frozenset({"fee"}),)),
    ("city_list_visits", (frozenset({"visits"}), frozenset({"at_most_one_visit"}))),
)  # fmt: skip
"""The four lists to be published, each with the kinds that make it up, in either way."""
SIX_FIELDS: Mapping[str, tuple[str, ...]] = {
    "education": ("education", "教育"),
    "medical_care": ("medical_care", "medical", "health", "医疗"),
    "housing": ("housing", "住房"),
    "social_security": ("social_security", "社保", "社会保障"),
    "civil_affairs": ("civil_affairs", "民政"),
    "poverty_relief": ("poverty_relief", "poverty", "扶贫"),
}
FIVE_ELEMENTS: tuple[tuple[str, Callable[[ListEntry], object]], ...] = (
    ("name", lambda e: e.name.zh.strip()),
    ("code", lambda e: e.code),
    ("type", lambda e: e.type),
    ("basis", lambda e: e.basis),
    ("body", lambda e: e.body),
)


def _kinds(subject: Subject, _indicator: Indicator) -> Outcome:
    lists = subject.city.lists if subject.city else None
    if lists is None:
        return Outcome(needs=(Need("inventory", ("lists",)),))
    published = {one.kind for one in lists if one.published is not False}
    facts = [
        Fact("lists", name, None, any(way <= published for way in ways), "list") for name, ways in FOUR_LISTS
    ]  # fmt: skip
    findings = [warning("DS939", ("city", "lists"), list=f.field) for f in facts if not f.holds]
    return counted(facts, findings)


def _power(subject: Subject, _indicator: Indicator) -> Outcome:
    lists = subject.city.lists if subject.city else None
    if lists is None:
        return Outcome(needs=(Need("inventory", ("lists",)),))
    found = subject.list_of(*LISTS["power"])
    entries = len(found.entries) if found and found.entries is not None else None
    facts = [
        Fact("lists", "city_list_power", found.updated if found else None, found is not None, "list"),
    ]
    findings = [] if found else [warning("DS939", ("city", "lists"), list="city_list_power")]
    if found is not None and found.updated is None:
        findings.append(
            warning("DS940", ("city", "lists", lists.index(found)), list="city_list_power", field="guide_updated")
        )
    return counted(facts, findings).having(Reading("entries", entries))


def _public_services(subject: Subject, _indicator: Indicator) -> Outcome:
    lists = subject.city.lists if subject.city else None
    if lists is None:
        return Outcome(needs=(Need("inventory", ("lists",)),))
    found = subject.list_of("public_service")
    if found is None:
        facts = [Fact("lists", f"life_{name}", None, False, "list") for name in SIX_FIELDS]
        return counted(facts, [warning("DS939", ("city", "lists"), list="city_list_public_service")])
    path = ("city", "lists", lists.index(found))
    if found.fields is None:
        return Outcome(needs=(Need("inventory", ("lists.fields",)),))
    covered = {word.strip().casefold() for word in found.fields}
    facts = [
        Fact("lists", f"life_{name}", None, any(word in covered for word in words), "list")
        for name, words in SIX_FIELDS.items()
    ]
    missing = tuple(f.field for f in facts if not f.holds)
    findings = [warning("DS941", (*path, "fields"), fields=missing)] if missing else []
    return counted(facts, findings).having(
        Reading("entries", len(found.entries) if found.entries is not None else None)
    )


def _one_visit(subject: Subject, indicator: Indicator) -> Outcome:
    """Guides that agree with the list: on it if, and only if, they declare one visit at most."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    lists = subject.city.lists if subject.city else None
    if lists is None:
        return Outcome(needs=(Need("inventory", ("lists",)),))
    found = subject.list_of(*LISTS["visits"])
    if found is None:
        facts = [Fact(g.id, "visits", None, False) for g in members.guides]
        return counted(facts, [warning("DS939", ("city", "lists"), list="city_list_visits")])
    if found.entries is None:
        return Outcome(needs=(Need("inventory", ("lists.entries",)),))
    facts, findings = [], list[Finding]()
    derived = listed = 0
    for guide in members.guides:
        entry = subject.entry_of(guide, "visits")
        limited = entry is not None and (found.kind == "at_most_one_visit" or (entry.visits or 0) <= 1)
        count = guide.visits.count if guide.visits else None
        listed += limited
        classified = subject.level(guide)
        required = classified.visits.required if classified else None
        derived += limited and required is not None and required <= 1
        holds = None if count is None else limited == (count <= 1)
        if entry is not None and entry.visits is not None and count is not None and entry.visits != count:
            holds = False
        facts.append(Fact(guide.id, "visits.count", count, holds))
        if holds is False:
            code = "DS943" if entry is not None else "DS942"
            said = {"item": guide.name, "count": count, "listed": entry.visits if entry else None}
            findings.append(warning(code, of(guide, "visits"), **{k: v for k, v in said.items() if v is not None}
                            | ({"listed": 1} if entry is not None and entry.visits is None else {})))  # fmt: skip
    unknown = sum(f.holds is None for f in facts)
    needs = (*subject.unclear(members), *((Need("field", ("visits",), unknown),) if unknown else ()))
    reading = Reading("listed_and_derived", derived / listed if listed else None, derived, listed)
    return counted(facts, findings, needs=needs).having(Reading("entries", len(found.entries)), reading)


def _elements(subject: Subject, _indicator: Indicator) -> Outcome:
    """Elements present, of five an entry: mean over entries, since each has the same five."""
    lists = subject.city.lists if subject.city else None
    found = subject.list_of(*LISTS["power"])
    entries = subject.entries(*LISTS["power"])
    if lists is None or found is None or not entries:
        return Outcome(needs=(Need("inventory", ("lists.entries",)),))
    facts, findings = list[Fact](), list[Finding]()
    number = {id(e): n for n, e in enumerate(found.entries or ())}
    for entry in entries:
        missing = [name for name, read in FIVE_ELEMENTS if not read(entry)]
        facts += (Fact(entry.name.zh, name, None, name not in missing, "entry") for name, _ in FIVE_ELEMENTS)
        if missing:
            path = ("city", "lists", lists.index(found), "entries", number[id(entry)])
            findings.append(warning("DS944", path, entry=entry.name, fields=tuple(f"element_{m}" for m in missing)))
    complete = len(entries) - len(findings)
    reading = Reading("complete_entries", complete / len(entries), complete, len(entries))
    return counted(facts, findings).having(reading)


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "B1-1": _kinds,
    "B1-2": _power,
    "B1-3": _public_services,
    "B1-4": _one_visit,
    "B3-1": _elements,
}
