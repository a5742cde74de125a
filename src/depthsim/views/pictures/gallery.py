"""All pictures of a system in a folder, and whether they are up to date.

Text (DOT, Mermaid) is compared, images are not: they differ between versions of Graphviz.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from depthsim.errors import Finding, InputError
from depthsim.files import write_bytes
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.views.pictures.extract import picture
from depthsim.views.pictures.picture import Picture, PictureLang
from depthsim.views.pictures.render import SUFFIXES, checked, render

if TYPE_CHECKING:
    from depthsim.analysis.level import Classification

Classify = Callable[[ServiceItem], "Classification | None"]

LANGS: tuple[PictureLang, ...] = ("zh", "en")
KEPT = ("svg", "dot")
_TEXT = ("dot", "mermaid")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture's file: its path below the folder, its bytes, and what is to be said of it."""

    path: str
    content: bytes
    findings: tuple[Finding, ...] = ()


def drawings(
    system: ServiceSystem,
    *,
    classify: Classify | None = None,
    langs: Sequence[PictureLang] = LANGS,
    formats: Sequence[str] = KEPT,
) -> Iterator[Drawing]:
    """Yield the pictures of all items of a system: `SYSTEM/ITEM.LANG.svg` and so on, the same at every call.

    `classify` gives an item's classification for its badge; without it (or where it gives None or finds the item
    at fault) pictures have no badge.
    """
    for item in system.items.values():
        classification = _classified(item, classify)
        for lang in langs:
            drawn = checked(picture(item, system=system, classification=classification, lang=lang))
            for file_format in formats:
                yield Drawing(_name(system, drawn, file_format), render(drawn, file_format), drawn.findings)


def draw_all(
    system: ServiceSystem,
    folder: str | Path,
    *,
    classify: Classify | None = None,
    langs: Sequence[PictureLang] = LANGS,
    formats: Sequence[str] = KEPT,
) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """Write the pictures of all items below a folder; return the files and the findings.

    Raises InputError where the folder cannot be written, or an image is wanted and there is no Graphviz.
    """
    written, findings = [], dict[str, Finding]()
    for drawing in drawings(system, classify=classify, langs=langs, formats=formats):
        written.append(write_bytes(Path(folder) / drawing.path, drawing.content))
        findings.update({str((f.path, f.values)): f for f in drawing.findings})
    for left in _left_over(system, folder, {path.name for path in written}):
        left.unlink()
    return tuple(written), tuple(findings.values())


def stale(
    system: ServiceSystem,
    folder: str | Path,
    *,
    classify: Classify | None = None,
    langs: Sequence[PictureLang] = LANGS,
    formats: Sequence[str] = KEPT,
) -> tuple[str, ...]:
    """Return the files below a folder that `draw_all` would change, add or remove, by name; images only if missing."""
    text = tuple(f for f in formats if f in _TEXT) or ("dot",)
    found, expected = list[str](), set[str]()
    for drawing in drawings(system, classify=classify, langs=langs, formats=text):
        wanted = [drawing.path] if text[0] in formats else []
        if drawing.path.endswith(SUFFIXES[text[0]]):
            stem = drawing.path.removesuffix(SUFFIXES[text[0]])
            wanted += [stem + SUFFIXES[f] for f in formats if f not in _TEXT]
        for name in wanted:
            expected.add(Path(name).name)
            file = Path(folder) / name
            if not file.is_file() or (name == drawing.path and file.read_bytes() != drawing.content):
                found.append(name)
    found += [f"{system.id}/{left.name}" for left in _left_over(system, folder, expected)]
    return tuple(found)


def _left_over(system: ServiceSystem, folder: str | Path, expected: set[str]) -> list[Path]:
    """Return the pictures of a system's folder that no item has any more."""
    place = Path(folder) / system.id
    if not place.is_dir():
        return []
    suffixes = set(SUFFIXES.values())
    return sorted(p for p in place.iterdir() if p.suffix in suffixes and p.name not in expected)


def _name(system: ServiceSystem, drawn: Picture, file_format: str) -> str:
    return f"{system.id}/{drawn.id}.{drawn.lang}{SUFFIXES[file_format]}"


def _classified(item: ServiceItem, classify: Classify | None) -> Classification | None:
    if classify is None:
        return None
    try:
        return classify(item)
    except InputError:
        return None
