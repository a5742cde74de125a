"""Files to values: systems with their items, lone items, scenarios and level schemes; every finding at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from depthsim.errors import Finding, InputError, Location, Severity, error
from depthsim.files.bundled import Kind, bundled, bundled_item, names, shown
from depthsim.files.document import Document, read
from depthsim.files.inheritance import resolved
from depthsim.files.loaded import CITY, SYSTEM, Loaded, LoadedCosts, LoadedScenario, LoadedScheme, Sources
from depthsim.files.problems import problems
from depthsim.model import references
from depthsim.model.costs import Costs
from depthsim.model.level import LevelScheme
from depthsim.model.scenario import BASELINE, Scenario
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem, freeze_items
from depthsim.model.value import IDENTIFIER, thaw
from depthsim.texts.suggestions import did_you_mean

SUFFIXES = (".yaml", ".yml")
NAMES = frozenset({"DS140", "DS141", "DS143", "DS144", "DS145", "DS146"})
"""Findings of unknown steps, pools, places, departments and materials."""
ELSEWHERE = frozenset({"items", "guides", "city", "evidence"})
"""Parts of a system that stand in files of their own."""
_KINDS = {
    "depthsim/service": "service",
    "depthsim/system": "system",
    "depthsim/scenario": "scenario",
    "depthsim/standard": "standard",
    "depthsim/costs": "costs",
    "depthsim/guide": "guide",
    "depthsim/city": "city",
    "depthsim/evidence": "evidence",
    "depthsim/indicators": "indicators",
    "depthsim/weights": "weights",
}
M = TypeVar("M", bound=BaseModel)


# ------------------------------------------------------------------------------------------- what users load


def load_system(path_or_name: str | Path) -> Loaded:
    """Return a service system: from a folder with `system.yaml`, a bundled name, or one item's file.

    An item's file uses the `system.yaml` beside it, or else a bare system that knows no pool and no place.
    Raises InputError with every error (and warning) of every file, each with its place.
    """
    path = _system_path(path_or_name)
    if _is_folder(path):
        return _load_folder(path)
    document = read(path, shown(path))
    kind = _kind(document)
    if kind == "system" or (kind is None and path.name == "system.yaml"):
        return _load_folder(path.parent)
    return _load_lone_item(path, document)


def system_folder(path_or_name: str | Path) -> Path | None:
    """Return the folder of the system that `load_system` would read, None of a lone file or of nothing."""
    try:
        path = _system_path(path_or_name)
    except InputError:
        return None
    if not _is_folder(path):
        path = path.parent if path.name == "system.yaml" else Path()
    return path if (path / "system.yaml").is_file() and path != Path() else None


def load_item(path_or_name: str | Path, system: ServiceSystem | None = None) -> Loaded:
    """Return one item in its system, as `.item`; with `system`, in that one instead of the one beside it.

    Raises InputError as `load_system` does.
    """
    path = _system_path(path_or_name)
    return _load_lone_item(path, read(path, shown(path)), system)


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Return a scenario from a file or a bundled name; `baseline` always exists. Raises InputError."""
    return read_scenario(name_or_path).scenario


def read_scenario(name_or_path: str | Path) -> LoadedScenario:
    """Return a scenario with its warnings and places. Raises InputError."""
    if str(name_or_path) == "baseline" and "baseline" not in names("scenarios"):
        return LoadedScenario(BASELINE)
    document, value, findings = _load_single("scenarios", name_or_path, "scenario", Scenario)
    return LoadedScenario(value, findings, document)


def load_scheme(name_or_path: str | Path) -> LevelScheme:
    """Return a level scheme from a file or a bundled name. Raises InputError."""
    return read_scheme(name_or_path).scheme


def read_scheme(name_or_path: str | Path) -> LoadedScheme:
    """Return a level scheme with its warnings and places. Raises InputError."""
    document, value, findings = _load_single("standards", name_or_path, "standard", LevelScheme)
    return LoadedScheme(value, findings, document)


def load_costs(name_or_path: str | Path) -> Costs:
    """Return the costs of reforms from a file or a bundled name. Raises InputError."""
    return read_costs(name_or_path).costs


def read_costs(name_or_path: str | Path) -> LoadedCosts:
    """Return the costs of reforms with their warnings and places. Raises InputError."""
    document, value, findings = _load_single("costs", name_or_path, "costs", Costs)
    return LoadedCosts(value, findings, document)


# ------------------------------------------------------------------------------------------- finding files


def _is_name(given: str | Path) -> bool:
    text = str(given)
    return isinstance(given, str) and not text.endswith(SUFFIXES) and "\\" not in text and text.count("/") <= 1


def _system_path(given: str | Path) -> Path:
    """Return the folder or file that is meant; a bundled name yields to an existing file or system folder."""
    path = Path(given)
    exists = _exists(path)
    if _is_name(given) and (not exists or (_is_folder(path) and not (path / "system.yaml").is_file())):
        if str(given) in names("workflows"):
            return bundled("workflows", str(given))
        if not exists:
            if (item := bundled_item(str(given))) is not None:
                return item
            if "/" not in str(given):
                return bundled("workflows", str(given))
    return path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _load_single(kind: Kind, given: str | Path, schema: str, model: type[M]) -> tuple[Document, M, tuple[Finding, ...]]:
    path = Path(given)
    if _is_name(given) and not _exists(path):
        path = bundled(kind, str(given))
    document = read(path, shown(path))
    value, findings = validated(document, model, schema)
    located = [f if f.location else f.at(document.locate(f.path)) for f in findings]
    refuse(located)
    if value is None:  # pragma: no cover - without a value there was an error
        raise InputError(located)
    return document, value, ordered(located)


# ------------------------------------------------------------------------------------------- folders


def _load_folder(folder: Path) -> Loaded:
    system_file = folder / "system.yaml"
    if not system_file.is_file():
        near = did_you_mean("system.yaml", (p.name for p in folder.iterdir() if p.name != "system.yaml"))
        raise InputError(error("DS027", file=str(folder), suggestion=near))
    documents: dict[str, Document] = {SYSTEM: read(system_file, shown(system_file))}
    findings: list[Finding] = []
    for path in sorted(_item_files(folder), key=lambda p: (p.stem, p.suffix)):
        if path.stem in documents:
            both = error("DS138", first=documents[path.stem].file, second=shown(path))
            findings.append(both.at(Location(shown(path))))
            continue
        document = read(path, shown(path))
        if _kind(document) not in ("scenario", "standard", "costs"):
            documents[path.stem] = document
    return _built(documents, findings, folder)


def _item_files(folder: Path) -> Iterable[Path]:
    for path in folder.iterdir():
        if path.suffix in SUFFIXES and not path.name.startswith(".") and path.name not in ("system.yaml", CITY):
            yield path


def _load_lone_item(path: Path, document: Document, system: ServiceSystem | None = None) -> Loaded:
    documents = {path.stem: document}
    beside = path.parent / "system.yaml"
    if system is None and document.data is not None and beside.is_file():
        documents[SYSTEM] = read(beside, shown(beside))
    loaded = _built(documents, [], path.parent, system)
    if SYSTEM not in documents:
        return loaded
    beside_it = {p.stem for p in _item_files(path.parent)} - {path.stem, "system"}
    others = tuple(sorted(stem for stem in beside_it if re.match(IDENTIFIER, stem)))
    return replace(loaded, system=loaded.system.model_copy(update={"omitted": others}))


def _built(
    documents: dict[str, Document],
    findings: list[Finding],
    folder: Path,
    system: ServiceSystem | None = None,
) -> Loaded:
    """Return the system that the documents make up; raises InputError with every finding."""
    sources = Sources(documents)
    bare = system is None and SYSTEM not in documents
    sound = system
    if SYSTEM in documents:
        sound, found = _system(documents[SYSTEM])
        findings += found
    items: dict[str, ServiceItem] = {}
    for stem, document in documents.items():
        if stem == SYSTEM:
            continue
        item, found = _item(stem, document, documents, folder)
        if item is not None:
            items[stem] = item
            found += references.item_findings(item, sound)
        elif rest := _names_in(document, documents, folder, [f for f in found if f.location is None]):
            found += [f for f in references.item_findings(rest, sound) if f.code in NAMES]
        findings += [f if f.location else _under_item(f, stem) for f in found]
    if sound is not None and system is None:
        findings += references.system_findings(sound)
    located = [sources.locate(f) for f in findings]
    refuse(located)
    whole = sound or _bare_system(next(iter(items.values())))
    return Loaded(whole.model_copy(update={"items": freeze_items(items)}), ordered(located), sources, bare, folder)


def _under_item(finding: Finding, stem: str) -> Finding:
    return Finding(finding.code, finding.severity, ("items", stem, *finding.path), finding.values)


def _bare_system(item: ServiceItem) -> ServiceSystem:
    return ServiceSystem(id=item.id, name=item.name)


# ------------------------------------------------------------------------------------------- documents


def _system(document: Document) -> tuple[ServiceSystem | None, list[Finding]]:
    data = document.data
    extra: list[Finding] = []
    if isinstance(data, Mapping) and (elsewhere := ELSEWHERE.intersection(data)):
        extra = [error("DS139", (k,), given=k).at(document.locate((k,))) for k in data if k in elsewhere]
        data = {k: v for k, v in data.items() if k not in elsewhere}
    value, findings = validated(
        Document(document.file, document.text, data, document.findings), ServiceSystem, "system"
    )
    return value, findings + extra


def _item(
    stem: str, document: Document, documents: Mapping[str, Document], folder: Path
) -> tuple[ServiceItem | None, list[Finding]]:
    found: list[Finding] = []
    if isinstance(document.data, Mapping):

        def find(name: str) -> Mapping[str, Any] | Finding:
            return _extended(name, documents, folder)

        data, found = resolved(document.data, find)
        given = data.get("id")
        if isinstance(given, str) and given != stem and _kind(document) in ("service", None):
            found.append(error("DS132", ("id",), given=given, stem=stem))
        document = Document(document.file, document.text, data, document.findings)
    value, findings = validated(document, ServiceItem, "service")
    return value, findings + found


def _names_in(
    document: Document, documents: Mapping[str, Document], folder: Path, wrong: list[Finding]
) -> ServiceItem | None:
    """Return an item without its wrong fields, to look up the names in the rest of it, or None where that cannot be.

    Only single values are left out: without a whole step, names that lead to it would seem wrong too.
    """
    if not isinstance(document.data, Mapping):
        return None
    data, _ = resolved(document.data, lambda name: _extended(name, documents, folder))
    rest = thaw(data)
    for finding in wrong:
        node: Any = rest
        try:
            for key in finding.path[:-1]:
                node = node[key]
            left_out = node.pop(finding.path[-1])
        except (AttributeError, IndexError, KeyError, TypeError):
            return None
        if isinstance(left_out, (dict, list)):
            return None
    try:
        return ServiceItem.model_validate(rest)
    except ValidationError:
        return None


def _extended(name: str, documents: Mapping[str, Document], folder: Path) -> Mapping[str, Any] | Finding:
    """Return the data of the item that another extends: in the same folder, or a canonical template."""
    path = ("process", "extends")
    document = documents.get(name) if name != SYSTEM else None
    templates = _templates()
    if document is None and name.replace("_", "").isalnum() and name != "system":
        for file in (*(folder / f"{name}{suffix}" for suffix in SUFFIXES), *templates.get(name, ())):
            if file.is_file():
                document = read(file, shown(file))
                break
    if document is None:
        near = {p.stem for p in _item_files(folder)} | set(templates)
        return error("DS135", path, given=name, known=sorted(templates), suggestion=did_you_mean(name, near))
    if not isinstance(document.data, Mapping):
        return error("DS137", path, given=name)
    return document.data


def _templates() -> dict[str, tuple[Path, ...]]:
    if "canonical" not in names("workflows"):
        return {}
    return {p.stem: (p,) for p in _item_files(bundled("workflows", "canonical"))}


def _kind(document: Document) -> str | None:
    """Return what a document says that it is, or None where it does not say it."""
    if isinstance(document.data, Mapping) and isinstance(said := document.data.get("schema"), str):
        return _KINDS.get(said.rpartition("/")[0])
    return None


def validated(document: Document, model: type[M], kind: str) -> tuple[M | None, list[Finding]]:
    """Return a document's value and every finding; no value where there is an error in it."""
    findings = list(document.findings)
    if document.data is None:
        return None, findings
    said = _kind(document)
    if said is not None and said != kind:
        return None, [*findings, error("DS133", ("schema",), given=said, wanted=kind)]
    try:
        return model.model_validate(document.data), findings
    except ValidationError as invalid:
        return None, findings + problems(invalid, document.data, model)


def refuse(findings: list[Finding]) -> None:
    if any(f.severity is Severity.ERROR for f in findings):
        raise InputError(ordered(findings))


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by file, line and column."""
    return tuple(sorted(findings, key=lambda f: (f.location is None, f.location or 0, f.code)))
