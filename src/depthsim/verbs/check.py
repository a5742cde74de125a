"""Check (检查): every finding of items, systems, guides, scenarios, schemes and costs, and where numbers come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from depthsim import reforms
from depthsim.analysis import soundness
from depthsim.assessment import rules as lint
from depthsim.errors import Finding, InputError, Severity
from depthsim.files import Document, Loaded, Sources, load_scheme, load_system, read_costs, read_scenario, read_scheme
from depthsim.files.bundled import shown
from depthsim.files.document import read
from depthsim.files.loaded import GUIDES
from depthsim.files.published import KINDS_OF_PUBLISHED, Published, read_alone, read_guide, read_published
from depthsim.files.reader import ordered, system_folder
from depthsim.model.level import LevelScheme
from depthsim.model.provenance import number_origins
from depthsim.model.system import ServiceSystem
from depthsim.model.value import thaw
from depthsim.reforms._parameters import read_parameters
from depthsim.texts import Lang
from depthsim.verbs._aside import both
from depthsim.verbs.classify import STANDARD
from depthsim.verbs.wording import finding_json


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many numbers the files hold, by what covers them: a source, an assumption, or neither."""

    sourced: int = 0
    assumed: int = 0
    bare: int = 0

    @property
    def total(self) -> int:
        """Return how many there are."""
        return self.sourced + self.assumed + self.bare

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(self.sourced + other.sourced, self.assumed + other.assumed, self.bare + other.bare)


def numbers(documents: Iterable[Document | None]) -> Numbers:
    """Return how many numbers documents hold, by what covers them."""
    return sum(numbers_by_file(documents).values(), Numbers())


def numbers_by_file(documents: Iterable[Document | None]) -> dict[str, Numbers]:
    """Return how many numbers each document holds, by what covers them; by file."""
    found: dict[str, Numbers] = {}
    for document in documents:
        if document is None:
            continue
        origins = Counter(n.origin for n in number_origins(document.data))
        found[document.file] = Numbers(origins["source"], origins["assumption"], origins[None])
    return found


@dataclass(frozen=True, slots=True)
class Checked:
    """Every finding, located, in the order of the paths; how many items were read; the origins of the numbers."""

    findings: tuple[Finding, ...]
    items: int
    numbers: Numbers

    @property
    def ok(self) -> bool:
        """Return whether no finding is an error."""
        return self.count(Severity.ERROR) == 0

    def count(self, severity: Severity) -> int:
        """Return how many findings have a severity."""
        return sum(f.severity is severity for f in self.findings)

    def to_json(self, lang: Lang) -> list[dict[str, Any]]:
        """Return the findings."""
        return [finding_json(f, lang) for f in self.findings]


def check(*paths: str | Path, scheme: str | LevelScheme = STANDARD) -> Checked:
    """Return every finding of files, folders and bundled names; of several, one after the other.

    Raises InputError where the level scheme to check against is at fault.
    """
    rules = load_scheme(scheme) if isinstance(scheme, str) else scheme
    found: list[Finding] = []
    items = 0
    counted = Numbers()
    for path in paths:
        try:
            findings, number, of_files = _checked(path, rules)
        except InputError as problem:
            found += problem.findings
            continue
        found += findings
        items += number
        counted = sum(of_files.values(), counted)
    return Checked(_once(found), items, counted)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings without repetitions, first ones first."""
    found: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        alike = found.setdefault((finding.code, finding.path, finding.location), [])
        if finding not in alike:
            alike.append(finding)
    return tuple(finding for alike in found.values() for finding in alike)


_Result = tuple[list[Finding], int, dict[str, Numbers]]
"""Findings, the number of items, and the numbers of each file."""
MANY = 200
"""From so many items on, items and what is published of them are checked side by side."""


def _checked(path: str | Path, scheme: LevelScheme) -> _Result:
    kind = _kind(path)
    if kind == "scenario":
        return _scenario(path)
    if kind == "costs":
        return _costs(path)
    if kind == "standard":
        of_scheme = read_scheme(path)
        return list(of_scheme.findings), 0, numbers_by_file([of_scheme.document])
    if kind in ("indicators", "weights"):
        return _assessment(path, kind)
    if kind in PUBLISHED:
        return _published_file(Path(path), kind, scheme)
    try:
        loaded = load_system(path)
    except InputError as problem:
        folder = system_folder(path)
        found = read_published(folder).findings if folder else ()
        raise InputError([*problem.findings, *found]) from None
    return _system(loaded, scheme)


PUBLISHED = ("guide", "city", "evidence")
"""Kinds of files that stand in a system's folder beside its items."""


def _published_file(path: Path, kind: str, scheme: LevelScheme) -> _Result:
    """Return what a check of its system says of one such file; of a guide that stands alone, what the rules say."""
    folder = path.parent if kind == "city" else path.parent.parent
    if (folder / "system.yaml").is_file():
        findings, _, of_files = _system(load_system(folder), scheme)
        file = shown(path)
        mine = [f for f in findings if f.location is not None and f.location.file == file]
        return mine, 0, {name: n for name, n in of_files.items() if name == file}
    if kind != "guide":
        _, document, found = read_alone(path, KINDS_OF_PUBLISHED[kind])
        return list(found), 0, numbers_by_file([document])
    guide, document, found = read_guide(path)
    broken = [f.at(document.locate(f.path[2:])) for f in lint.guide_findings(guide)]
    return list(ordered([*found, *broken])), 0, numbers_by_file([document])


def _assessment(path: str | Path, kind: str) -> _Result:
    """Return what is wrong with a file of an assessment; weights are checked against the scheme that they name."""
    from depthsim.files.assessment import read_indicators, read_weights

    if kind == "weights":
        weights = read_weights(path)
        return list(weights.findings), 0, numbers_by_file([weights.document])
    loaded = read_indicators(path)
    return list(loaded.findings), 0, numbers_by_file([loaded.document])


def _kind(path: str | Path) -> str | None:
    """Return what a lone file says that it is (`service`, `scenario`, …); None of folders, names, unreadable files."""
    try:
        if not Path(path).is_file():
            return None
    except (OSError, ValueError):
        return None
    data = read(Path(path)).data
    said = data.get("schema") if isinstance(data, dict) else None
    return said.split("/")[1] if isinstance(said, str) and said.count("/") == 2 else None


def _system(loaded: Loaded, scheme: LevelScheme) -> _Result:
    names, guided = list(loaded.system.items), _guided(loaded)
    split = len(names)
    if split >= MANY:  # a guide takes as long as an item; counting the numbers of a file, an eighth of that
        split = max(0, split - split // 8 - len(guided)) // 2

    def of(some: list[str]) -> dict[str, soundness.OfItem]:
        within = None if loaded.bare else loaded.system
        return {name: soundness.of_item(loaded.system.items[name], within, scheme) for name in some}

    def here() -> tuple[dict[str, soundness.OfItem], Published, ServiceSystem, dict[str, Numbers]]:
        published, system = _published(loaded)
        numbers = numbers_by_file([*loaded.sources.documents.values(), *published.documents.values()])
        return of(names[:split]), published, system, numbers

    def aside() -> dict[str, soundness.OfItem]:
        """What nobody will ask for is not sent."""
        found = of(names[split:])
        return {name: one if name in guided else replace(one, visits=None) for name, one in found.items()}

    (first, published, system, of_files), others = both(here, aside) if split < len(names) else (here(), {})
    items = {**first, **others}
    found = next(iter(items.values())).findings if loaded.bare else soundness.of_system(loaded.system, items)
    known = {name: (one.level, one.visits) for name, one in items.items() if one.level and one.visits}
    sources = Sources(published.documents)
    declared = (sources.locate(f) for f in lint.declared_findings(system, known))
    findings = [*loaded.findings, *loaded.located(found), *ordered([*published.findings, *declared])]
    return findings, len(names), of_files


def _guided(loaded: Loaded) -> frozenset[str]:
    """Return the names of the files of guides."""
    if loaded.folder is None or not (loaded.folder / GUIDES).is_dir():
        return frozenset()
    return frozenset(path.stem for path in (loaded.folder / GUIDES).iterdir())


def _published(loaded: Loaded) -> tuple[Published, ServiceSystem]:
    """Return what stands beside the items, with what is wrong with it in itself, and the system with all of it."""
    if loaded.folder is None:
        return Published(), loaded.system
    alone = loaded.item.id if loaded.bare or loaded.system.omitted else None
    found = read_published(loaded.folder, loaded.system, alone)
    system = loaded.system.model_copy(update={"guides": found.guides, "city": found.city})
    sources = Sources(found.documents)
    of_log = () if alone is not None else _of_log(system, loaded.folder)
    broken = [sources.locate(f) for f in (*lint.findings(system), *of_log)]
    return replace(found, findings=(*found.findings, *broken)), system


def _of_log(system: ServiceSystem, folder: Path) -> tuple[Finding, ...]:
    """Return what is wrong with the rows of the log of cases that the inventory names."""
    if system.city is None or system.city.case_log is None:
        return ()
    from depthsim.verbs.assessment_inputs import named_log

    try:
        return tuple(f for log in named_log(system, folder) for f in log.findings)
    except InputError as problem:
        return tuple(problem.findings)


def _costs(path: str | Path) -> _Result:
    loaded = read_costs(path)
    found = list(loaded.findings)
    for key, cost in loaded.costs.reforms.items():
        at: tuple[str, ...] = ("reforms", key)
        try:
            reform = reforms.load(cost.reform or key)
            at = (*at, "parameters")
            read_parameters(reform, thaw(cost.parameters))
        except InputError as problem:
            found += [loaded.locate(replace(f, path=(*at, *f.path))) for f in problem.findings]
    return found, 0, numbers_by_file([loaded.document])


def _scenario(path: str | Path) -> _Result:
    loaded = read_scenario(path)
    found = list(loaded.findings)
    for number, use in enumerate(loaded.scenario.reforms):
        try:
            reform = reforms.load(use.reform)
            read_parameters(reform, thaw(use.parameters))
        except InputError as problem:
            found += [
                loaded.locate(Finding(f.code, f.severity, ("reforms", number, use.reform, *f.path), f.values))
                for f in problem.findings
            ]
    return found, 0, numbers_by_file([loaded.document])
