"""Draw (绘图): process diagrams of items as they are, after a scenario, or what a scenario changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from depthsim.analysis.level import Classification
from depthsim.analysis.level import classify as _classify
from depthsim.errors import Finding, InputError, UsageError, error
from depthsim.files import Loaded, load_scheme, names, write_bytes
from depthsim.model.level import LevelScheme
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.texts import Lang
from depthsim.verbs.classify import STANDARD
from depthsim.verbs.inputs import GivenScenario, GivenSystem, Reformed, given_scenario, given_system, under
from depthsim.verbs.wording import finding_json
from depthsim.views import pictures
from depthsim.views.pictures.render import SUFFIXES

DIAGRAMS = "diagrams"
Progress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The files written, in order, and what is to be said of pictures and scenario."""

    files: tuple[Path, ...]
    findings: tuple[Finding, ...] = ()

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return the files and the findings."""
        return {"files": [str(f) for f in self.files], "findings": [finding_json(f, lang) for f in self.findings]}


@dataclass(frozen=True, slots=True)
class Stale:
    """The diagrams below `folder` that are not what they should be, by name; none: all is up to date."""

    folder: Path
    files: tuple[str, ...]

    @property
    def current(self) -> bool:
        """Return whether all diagrams are up to date."""
        return not self.files

    def to_json(self, _lang: Lang = "en") -> dict[str, Any]:
        """Return whether all is up to date, and what is not."""
        return {"folder": str(self.folder), "current": self.current, "stale": list(self.files)}


def draw(
    system: GivenSystem,
    *,
    scenario: GivenScenario | None = None,
    diff: bool = False,
    file_format: str = "svg",
    output: str | Path | None = None,
    lang: Lang = "en",
    progress: Progress | None = None,
) -> Drawn:
    """Draw every item that was given, and return the files written.

    `output` is a folder (default: the present one); of a single item it may be the file itself. With a scenario,
    items are drawn as it leaves them; with `diff`, before and after in one picture, those that it changes only.
    Raises UsageError for an unknown format or `diff` without a scenario; InputError where the input is at fault,
    the folder cannot be written, or an image is asked for and there is no Graphviz.
    """
    if file_format not in pictures.FORMATS:
        raise UsageError(error("DS706", format=file_format, formats=pictures.FORMATS))
    if diff and scenario is None:
        raise UsageError(error("DS710"))
    before, loaded = given_system(system)
    reformed = under(before, given_scenario(scenario)) if scenario is not None else None
    scheme = load_scheme(STANDARD)
    todo = list(_pictures(before, reformed, scheme, diff, lang))
    if diff and not todo and reformed is not None:
        raise InputError(error("DS711", scenario=reformed.scenario.name))
    target = Path(output) if output is not None else Path()
    suffix = SUFFIXES[file_format]
    lone_file = target if len(todo) == 1 and target.suffix == suffix else None
    written, findings = [], list(reformed.findings if reformed else ())
    for number, (name, drawn) in enumerate(todo):
        drawn = pictures.checked(drawn)
        file = lone_file or target / f"{name}{suffix}"
        written.append(write_bytes(file, pictures.render(drawn, file_format)))
        findings += drawn.findings
        if progress is not None:
            progress(number + 1, len(todo))
    return Drawn(tuple(written), _located(findings, loaded))


def _pictures(
    before: ServiceSystem, reformed: Reformed | None, scheme: LevelScheme, diff: bool, lang: Lang
) -> Iterator[tuple[str, pictures.Picture]]:
    """Yield file names without suffix, and pictures."""

    def drawn(item: ServiceItem, system: ServiceSystem) -> pictures.Picture:
        return pictures.picture(item, system=system, classification=_level(item, system, scheme), lang=lang)

    for name, item in before.items.items():
        if reformed is None:
            yield f"{name}.{lang}", drawn(item, before)
            continue
        after = reformed.system.items.get(name)
        if after is None:
            continue
        said = f"{name}.{reformed.scenario.id}"
        if not diff:
            yield f"{said}.{lang}", drawn(after, reformed.system)
        elif after != item:
            title = getattr(reformed.scenario.name, lang)
            both = pictures.difference(drawn(item, before), drawn(after, reformed.system), scenario=title)
            yield f"{said}.diff.{lang}", both


def _level(item: ServiceItem, system: ServiceSystem, scheme: LevelScheme) -> Classification | None:
    """Return an item's classification for its badge, or None where the process is at fault."""
    try:
        return _classify(item, scheme, system.published)
    except InputError:
        return None


def _located(findings: list[Finding], loaded: Loaded | None) -> tuple[Finding, ...]:
    return loaded.located(findings) if loaded else tuple(findings)


def draw_bundled(folder: str | Path = DIAGRAMS, *, progress: Progress | None = None) -> Drawn:
    """Draw every bundled item below a folder, in both languages, and remove what no item has any more."""
    scheme = load_scheme(STANDARD)
    files: list[Path] = []
    findings: list[Finding] = []
    every = names("workflows")
    for number, name in enumerate(every):
        system, loaded = given_system(name)
        written, found = pictures.draw_all(system, folder, classify=_badge(system, scheme))
        files += written
        findings += _located(list(found), loaded)
        if progress is not None:
            progress(number + 1, len(every))
    return Drawn(tuple(files), tuple(findings))


def stale(folder: str | Path = DIAGRAMS) -> Stale:
    """Return which diagrams below a folder are not those of the bundled items."""
    scheme = load_scheme(STANDARD)
    found: list[str] = []
    for name in names("workflows"):
        system, _ = given_system(name)
        found += pictures.stale(system, folder, classify=_badge(system, scheme))
    return Stale(Path(folder), tuple(found))


def _badge(system: ServiceSystem, scheme: LevelScheme) -> Callable[[ServiceItem], Classification]:
    return lambda item: _classify(item, scheme, system.published)
