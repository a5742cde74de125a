"""What a system's offices publish: guides, the city's inventory and evidence, beside the items in the same folder.

Simulations do not need them, so that `load_system` leaves them alone: ask for them with `with_published`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from immutabledict import immutabledict
from pydantic import BaseModel

from depthsim.errors import Finding, InputError, Location, error
from depthsim.files.bundled import shown
from depthsim.files.document import Document, read
from depthsim.files.loaded import CITY, EVIDENCE, GUIDES, Loaded, Sources
from depthsim.files.reader import SUFFIXES, ordered, refuse, validated
from depthsim.model.city import City
from depthsim.model.evidence import Evidence
from depthsim.model.guide import ServiceGuide
from depthsim.model.published import published_findings
from depthsim.model.system import ServiceSystem

M = TypeVar("M", bound=BaseModel)
KINDS_OF_PUBLISHED: dict[str, type[BaseModel]] = {"guide": ServiceGuide, "city": City, "evidence": Evidence}


@dataclass(frozen=True)
class Published:
    """What was read; values that hold errors are left out, and `findings`, located, say why."""

    guides: immutabledict[str, ServiceGuide] = field(default_factory=immutabledict)
    city: City | None = None
    evidence: immutabledict[str, Evidence] = field(default_factory=immutabledict)
    findings: tuple[Finding, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)


def with_published(loaded: Loaded) -> Loaded:
    """Return a loaded system with its guides, inventory and evidence; of a lone item, with its own guide.

    Raises InputError with every error of every such file, each with its place.
    """
    if loaded.folder is None:
        return loaded
    alone = loaded.item.id if loaded.bare or loaded.system.omitted else None
    found = read_published(loaded.folder, loaded.system, alone)
    refuse([*found.findings])
    system = loaded.system.model_copy(update={"guides": found.guides, "city": found.city, "evidence": found.evidence})
    sources = Sources({**loaded.sources.documents, **found.documents})
    return replace(loaded, system=system, sources=sources, findings=ordered([*loaded.findings, *found.findings]))


def read_published(folder: Path, system: ServiceSystem | None = None, alone: str | None = None) -> Published:
    """Return what a folder publishes, with every finding; with `alone`, of guides that item's only.

    Names of items and departments are looked up in `system`; without one, only what the files say is checked.
    """
    documents: dict[str, Document] = {}
    findings: list[Finding] = []
    guides: dict[str, ServiceGuide] = {}
    evidence: dict[str, Evidence] = {}
    for stem, path in _files(folder / GUIDES, findings):
        if alone in (None, stem):
            guide = _value("guide", f"{GUIDES}/{stem}", path, ServiceGuide, documents, findings)
            if guide is not None:
                guides[stem] = guide
                findings += _another_name(guide.id, stem)
    city = _value("city", CITY, folder / CITY, City, documents, findings) if (folder / CITY).is_file() else None
    for stem, path in _files(folder / EVIDENCE, findings):
        if (found := _value("evidence", f"{EVIDENCE}/{stem}", path, Evidence, documents, findings)) is not None:
            evidence[stem] = found
    unreadable = city is None and (folder / CITY).is_file()  # its names are not known: nothing can be looked up
    if system is not None and not unreadable:
        whole = system.model_copy(
            update={"guides": immutabledict(guides), "city": city, "evidence": immutabledict(evidence)}
        )
        findings += published_findings(whole)
    sources = Sources(documents)
    located = ordered(sources.locate(f) for f in findings)
    return Published(immutabledict(guides), city, immutabledict(evidence), located, documents)


def _files(folder: Path, findings: list[Finding]) -> list[tuple[str, Path]]:
    """Return the YAML files of a folder by name, once each; a name twice is a finding."""
    if not folder.is_dir():
        return []
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), key=lambda p: (p.stem, p.suffix)):
        if path.suffix not in SUFFIXES or path.name.startswith("."):
            continue
        if (first := found.get(path.stem)) is not None:
            findings.append(error("DS138", first=shown(first), second=shown(path)).at(Location(shown(path))))
        else:
            found[path.stem] = path
    return list(found.items())


def _another_name(given: str, stem: str) -> list[Finding]:
    return [error("DS132", (GUIDES, stem, "id"), given=given, stem=stem)] if given != stem else []


def _value(
    kind: str, key: str, path: Path, model: type[M], documents: dict[str, Document], findings: list[Finding]
) -> M | None:
    document = read(path, shown(path))
    documents[key] = document
    value, found = validated(document, model, kind)
    findings += [f if f.location else f.at(document.locate(f.path)) for f in found]
    return value


def read_guide(path: str | Path) -> tuple[ServiceGuide, Document, tuple[Finding, ...]]:
    """Return one guide's value, document and located warnings, from its file alone. Raises InputError."""
    guide, document, findings = read_alone(path, ServiceGuide)
    refuse([*findings])
    if guide is None:  # pragma: no cover - without a value there was an error
        raise InputError(findings)
    return guide, document, findings


def read_alone(path: str | Path, model: type[M]) -> tuple[M | None, Document, tuple[Finding, ...]]:
    """Return what one file of a published kind holds, None where it holds errors, and its located findings."""
    kind = next(kind for kind, known in KINDS_OF_PUBLISHED.items() if known is model)
    documents: dict[str, Document] = {}
    findings: list[Finding] = []
    value = _value(kind, "", Path(path), model, documents, findings)
    return value, documents[""], ordered(findings)
