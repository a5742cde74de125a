"""What does not fit together in what is published: names of items, departments, counties and portals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from depthsim.errors import Finding, Path, error
from depthsim.model.city import City
from depthsim.model.guide import ServiceGuide
from depthsim.model.system import ServiceSystem
from depthsim.texts.suggestions import did_you_mean


def published_findings(system: ServiceSystem) -> list[Finding]:
    """Return every unknown name in a system's guides, inventory and evidence."""
    names = _Names(system)
    found = [f for key, guide in system.guides.items() for f in names.of_guide(guide, ("guides", key))]
    if system.city is not None:
        found += names.of_city(system.city)
    for file, evidence in system.evidence.items():
        for number, said in enumerate(evidence.findings):
            at: Path = ("evidence", file, "findings", number)
            found += names.unknown("item", said.item, (*at, "item"))
            found += names.unknown("department", said.department, (*at, "department"))
    return found


class _Names:
    """The names that a system has."""

    def __init__(self, system: ServiceSystem) -> None:
        city = system.city
        self._known: dict[str, frozenset[str]] = {
            "item": frozenset({*system.items, *system.omitted, *system.guides}),
            "department": frozenset({*system.departments, *(city.departments if city else ())}),
            "county": frozenset(city.counties if city else ()),
            "portal": frozenset(city.portals if city else ()),
        }

    def unknown(self, kind: str, name: str | None, path: Path) -> Iterator[Finding]:
        """Yield the finding of a name that nothing of its kind has."""
        known = self._known[kind]
        if name is not None and name not in known:
            near = did_you_mean(name, known)
            yield error("DS194", path, what=kind, given=name, known=sorted(known)[:20], suggestion=near)

    def of_guide(self, guide: ServiceGuide, at: Path) -> Iterator[Finding]:
        """Yield a guide's unknown names."""
        yield from self.unknown("department", guide.department, (*at, "department"))
        yield from self.unknown("county", guide.county, (*at, "county"))
        for number, publication in enumerate(guide.published_on or ()):
            yield from self.unknown("portal", publication.portal, (*at, "published_on", number, "portal"))

    def of_city(self, city: City) -> Iterator[Finding]:
        """Yield the inventory's unknown names."""
        for key, department in city.departments.items():
            yield from self.unknown("portal", department.site, ("city", "departments", key, "site"))
        for key, portal in city.portals.items():
            at: Path = ("city", "portals", key)
            yield from self.unknown("department", portal.department, (*at, "department"))
            yield from self.unknown("county", portal.county, (*at, "county"))
        for number, listed in enumerate(city.lists or ()):
            for row, entry in enumerate(listed.entries or ()):
                at = ("city", "lists", number, "entries", row)
                yield from self.unknown("item", entry.item, (*at, "item"))
                yield from self.unknown("department", entry.department, (*at, "department"))
        yield from self._in_rows("e_licences", "department", (e.department for e in city.e_licences or ()))
        yield from self._in_rows("cases", "item", (c.item for c in city.cases or ()))

    def _in_rows(self, rows: str, kind: str, names: Iterable[str | None]) -> Iterator[Finding]:
        for number, name in enumerate(names):
            yield from self.unknown(kind, name, ("city", rows, number, kind))
