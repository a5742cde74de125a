"""Export (导出): a system with its guides, inventory and findings as one workbook to edit, or one JSON document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from depthsim.errors import Finding, InputError, Location, UsageError, error, warning
from depthsim.exchange.profile import FOLDER
from depthsim.files import Loaded, load_system
from depthsim.files.bundled import shown
from depthsim.files.published import with_published
from depthsim.files.writer import whole_file
from depthsim.model.system import ServiceSystem
from depthsim.texts import Lang
from depthsim.verbs.wording import finding_json

ExportFormat = Literal["xlsx", "json"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)


@dataclass(frozen=True)
class Exported:
    """A system with what it publishes, and the file that holds it (None where none was asked for).

    `findings` name what the system uses and the file does not hold: a log of cases, ways of reading tables.
    """

    system: ServiceSystem
    format: ExportFormat
    file: Path | None = None
    findings: tuple[Finding, ...] = ()

    def to_json(self, lang: Lang = "en") -> dict[str, Any]:
        """Return the file, what it holds, and how much of it."""
        system = self.system
        return {
            "file": None if self.file is None else str(self.file),
            "format": self.format,
            "system": system.id,
            "items": len(system.items),
            "guides": len(system.guides),
            "evidence": len(system.evidence),
            "inventory": system.city is not None,
            "findings": [finding_json(f, lang) for f in self.findings],
        }

    def document(self) -> dict[str, Any]:
        """Return everything as one document; each value as in its YAML file."""
        from depthsim.exchange.whole.exact import data_of_value, values_of

        found: dict[str, Any] = {"schema": "depthsim/export/1", "items": {}, "guides": {}, "city": None, "evidence": {}}
        for kind, key, value in values_of(self.system):
            data = {"schema": getattr(value, "schema_"), **data_of_value(value)}  # noqa: B009 - each kind has one
            if kind in ("system", "city"):
                found[kind] = data
            else:
                found["evidence" if kind == "evidence" else f"{kind}s"][key] = data
        return found


def export(
    what: ServiceSystem | Loaded | str | Path,
    *,
    format: str = "xlsx",  # noqa: A002 - as users say it
    output: str | Path | None = None,
    lang: Lang = "en",
) -> Exported:
    """Return a system with what it publishes, written into a file; a workbook without `output` is `ID.xlsx`.

    `depthsim import` reads the workbook back without loss. Raises InputError where the system cannot be read, the
    file cannot be written, or is a workbook that somebody edited; UsageError for another format.
    """
    if format not in FORMATS:
        raise UsageError(error("DS998", given=format, known=FORMATS))
    loaded = None if isinstance(what, ServiceSystem) else _published(what)
    system = what if isinstance(what, ServiceSystem) else loaded.system  # type: ignore[union-attr]
    left = _left_out(system, loaded.folder if loaded is not None else None)
    if format == "json":
        found = Exported(system, "json", Path(output) if output is not None else None, left)
        if found.file is not None:
            with whole_file(found.file) as unfinished, unfinished.open("w", encoding="utf-8") as out:
                json.dump(found.document(), out, ensure_ascii=False, indent=1, allow_nan=False)
        return found
    from depthsim.exchange.lists.returned import untouched
    from depthsim.exchange.whole.writing import write_whole

    path = Path(output) if output is not None else Path(f"{system.id}.xlsx")
    if path.is_file() and not untouched(path):
        raise InputError(error("DS997", file=str(path)).at(Location(str(path))))
    with whole_file(path) as unfinished:
        write_whole(system, unfinished, lang)
    return Exported(system, "xlsx", path, left)


def _published(what: Loaded | str | Path) -> Loaded:
    return with_published(what if isinstance(what, Loaded) else load_system(what))


def _left_out(system: ServiceSystem, folder: Path | None) -> tuple[Finding, ...]:
    """Return what to put beside the system by hand once it is read back: files that it uses and that are no values."""
    log = system.city.case_log if system.city is not None else None
    names = [log] if log is not None and (folder is None or (folder / log).exists()) else []
    if folder is not None:
        names += [f"{FOLDER}/{path.name}" for path in sorted((folder / FOLDER).glob("*.yaml"))]
    place = shown(folder) if folder is not None else system.id
    return (warning("DS791", files=tuple(names)).at(Location(place)),) if names else ()
