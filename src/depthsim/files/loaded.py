"""What loading gives: the value, the warnings, and the place of every path in its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from depthsim.errors import Finding, Location, Path
from depthsim.files.document import Document

if TYPE_CHECKING:
    from depthsim.model.costs import Costs
    from depthsim.model.level import LevelScheme
    from depthsim.model.scenario import Scenario
    from depthsim.model.service import ServiceItem
    from depthsim.model.system import ServiceSystem

SYSTEM = ""
"""The key of the system's own document among the sources."""
CITY = "catalogue.yaml"
"""The key of the city's inventory among the sources: its file's name."""
GUIDES, EVIDENCE = "guides", "evidence"
"""Folders of guides and of findings; the keys of their documents are `guides/ID` and `evidence/NAME`."""


@dataclass(frozen=True)
class Sources:
    """The documents that a value was read from: `system.yaml` and one file an item."""

    documents: Mapping[str, Document] = field(default_factory=dict)

    def place(self, path: Path) -> Location | None:
        """Return where a path into a system stands, or the nearest enclosing one; None where nothing was read."""
        if len(path) >= 2 and path[0] == "items" and (document := self.documents.get(str(path[1]))):
            return _place_in_item(document, path[2:])
        if path and path[0] in (GUIDES, EVIDENCE, "city"):
            return self._place_in_published(path)
        document = self.documents.get(SYSTEM)
        if document is None:
            only = list(self.documents.values())
            return Location(only[0].file) if len(only) == 1 else None
        return document.locate(path)

    def _place_in_published(self, path: Path) -> Location | None:
        key, rest = (CITY, path[1:]) if path[0] == "city" else ("/".join(map(str, path[:2])), path[2:])
        document = self.documents.get(key)
        return document.locate(rest) if document else None

    def locate(self, finding: Finding) -> Finding:
        """Return a finding with its place; one that has a place keeps it."""
        return finding if finding.location else finding.at(self.place(finding.path))


def _place_in_item(document: Document, path: Path) -> Location:
    """Return a place in an item's file; an inherited step stands where `extends` does."""
    place, known = document.located(path)
    process = document.data.get("process") if isinstance(document.data, Mapping) else None
    inherits = isinstance(process, Mapping) and "extends" in process
    if inherits and path[:1] == ("process",) and known < min(3, len(path)):
        return document.locate(("process", "extends"))
    return place


@dataclass(frozen=True)
class Loaded:
    """A service system as read, from `folder`. `findings` are located warnings; `bare`: an item without a system."""

    system: ServiceSystem
    findings: tuple[Finding, ...]
    sources: Sources
    bare: bool = False
    folder: FilePath | None = None

    @property
    def item(self) -> ServiceItem:
        """Return the item of a system of one; raises ValueError where there are more."""
        (found,) = self.system.items.values()
        return found

    def locate(self, finding: Finding) -> Finding:
        """Return the finding with its place: file, line and column of its path or the nearest enclosing one."""
        return self.sources.locate(finding)

    def located(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return findings with their places."""
        return tuple(self.locate(finding) for finding in findings)


class _FromOneFile:
    """What one document holds; without one (a value made by a program) findings keep their paths."""

    document: Document | None

    def locate(self, finding: Finding) -> Finding:
        """Return the finding with its place; paths lead into the document: `("reforms", 0, "uptake")`."""
        if finding.location or self.document is None:
            return finding
        return finding.at(self.document.locate(finding.path))


@dataclass(frozen=True)
class LoadedScenario(_FromOneFile):
    """A scenario as read, its warnings, and its document."""

    scenario: Scenario
    findings: tuple[Finding, ...] = ()
    document: Document | None = None


@dataclass(frozen=True)
class LoadedScheme(_FromOneFile):
    """A level scheme as read, its warnings, and its document."""

    scheme: LevelScheme
    findings: tuple[Finding, ...] = ()
    document: Document | None = None


@dataclass(frozen=True)
class LoadedCosts(_FromOneFile):
    """Costs of reforms as read, their warnings, and their document."""

    costs: Costs
    findings: tuple[Finding, ...] = ()
    document: Document | None = None
