"""Portals and counties that guides name and an inventory does not: drafts of a new one, or kept as they were read."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

from depthsim.errors import Finding, Location, warning
from depthsim.model.city import City
from depthsim.model.guide import ServiceGuide
from depthsim.texts import Lang, text

DRAFT_KIND = "third_party"
"""What a portal is taken for until somebody says."""


def names_in(guide: ServiceGuide) -> list[tuple[str, str]]:
    """Return the portals and counties that a guide names, each with its kind (`portal`, `county`)."""
    found = [("portal", publication.portal) for publication in guide.published_on or ()]
    return [*found, ("county", guide.county)] if guide.county is not None else found


def add_drafts(listed: dict[str, Any], names: Collection[tuple[str, str]], lang: Lang) -> None:
    """Add portals and counties to the data of a new inventory, as drafts that say so."""
    said = {"assumption": text("exchange.draft", lang)}
    drafts: dict[str, dict[str, Any]] = {"portal": {"kind": DRAFT_KIND, **said}, "county": said}
    for kind, name in sorted(names):
        part = "portals" if kind == "portal" else "counties"
        listed.setdefault(part, {})[name] = {"name": name, **drafts[kind]}


def of_drafts(names: Collection[tuple[str, str]]) -> list[Finding]:
    """Return what is to be said of drafts."""
    found: list[Finding] = []
    for code, kind in (("DS793", "portal"), ("DS794", "county")):
        if some := sorted(name for of, name in names if of == kind):
            found.append(warning(code, number=len(some), names=tuple(some[:10])))
    return found


class Unlisted:
    """Takes out of guides what an inventory that is there does not know, and keeps it in `raw`."""

    def __init__(self, city: City | None, located: Callable[[str], Location]) -> None:
        self._known = {"portal": frozenset(city.portals) if city else frozenset(),
                       "county": frozenset(city.counties) if city else frozenset()}  # fmt: skip
        self._located = located
        self._said: set[tuple[str, str]] = set()
        self.findings: list[Finding] = []

    def without(self, guide: ServiceGuide) -> ServiceGuide:
        """Return a guide that names only what is known."""
        unknown = [(kind, name) for kind, name in names_in(guide) if name not in self._known[kind]]
        if not unknown:
            return guide
        raw = dict(guide.raw)
        stay = []
        for number, one in enumerate(guide.published_on or ()):
            if ("portal", one.portal) in unknown:
                said = one.model_dump(mode="json", exclude_defaults=True)
                raw[f"published_on.{number}"] = json.dumps(said, ensure_ascii=False)
            else:
                stay.append(one)
        changes: dict[str, Any] = {} if guide.published_on is None else {"published_on": tuple(stay) or None}
        if guide.county is not None and ("county", guide.county) in unknown:
            raw["county"] = guide.county
            changes["county"] = None
        for kind, name in dict.fromkeys(unknown):
            if (kind, name) not in self._said:
                known = tuple(sorted(self._known[kind]))[:20]
                self.findings.append(warning("DS792", what=kind, given=name, known=known).at(self._located(guide.id)))
            self._said.add((kind, name))
        return guide.model_copy(update={**changes, "raw": type(guide.raw)(raw)})
