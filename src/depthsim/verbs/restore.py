"""A system's own workbook back into files: a new folder as it was, or what was edited into the folder that is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from depthsim.assessment import rules as lint
from depthsim.errors import Finding, InputError, Location, error, information
from depthsim.exchange.imported import GivenDepartment
from depthsim.exchange.whole.reading import Restored, is_whole, read_whole
from depthsim.files import write_system, write_text
from depthsim.files.bundled import shown
from depthsim.files.loaded import CITY, EVIDENCE, GUIDES
from depthsim.files.published import read_published
from depthsim.files.writer import dump
from depthsim.model.published import published_findings
from depthsim.model.system import ServiceSystem
from depthsim.verbs.import_ import ImportDone

_MOST_NAMED = 10


def restored(file: Path, target: Path | None, overwrite: bool) -> ImportDone | None:
    """Return what a workbook that `export` wrote gives back, written into `target`; None for any other file.

    In a folder with a system only guides, inventory and findings that differ are written. Raises InputError where the
    workbook is damaged, and where files differ and `overwrite` is false: then nothing is written.
    """
    if file.suffix.lower() not in (".xlsx", ".xlsm") or not is_whole(file):
        return None
    found = read_whole(file)
    if target is None:
        return _done(found, None, (), 0, new=True)
    if not (target / "system.yaml").is_file():
        write_system(found.system, target)
        names = tuple(str(path) for path in sorted(target.rglob("*.yaml")))
        return _done(found, target, names, 0, new=True)
    return _into(found, target, overwrite)


def _into(found: Restored, target: Path, overwrite: bool) -> ImportDone:
    there = read_published(target)
    system = found.system
    old = dict(
        _files(system.model_copy(update={"guides": there.guides, "city": there.city, "evidence": there.evidence}))
    )
    new = dict(_files(system))
    other = [name for name, value in new.items() if old.get(name) != value]
    clash = [target / name for name in other if (target / name).is_file()]
    if clash and not overwrite:
        names = tuple(shown(path) for path in clash[:_MOST_NAMED])
        raise InputError(error("DS981", number=len(clash), files=names).at(Location(shown(target))))
    written = tuple(str(write_text(target / name, dump(new[name]))) for name in other)
    same = sum(there.guides.get(key) == guide for key, guide in system.guides.items())
    return _done(found, target, written, same, new=False)


def _files(system: ServiceSystem) -> Iterator[tuple[str, BaseModel]]:
    """Yield what a system publishes by the names of files."""
    yield from ((f"{GUIDES}/{key}.yaml", guide) for key, guide in system.guides.items())
    yield from ((f"{EVIDENCE}/{key}.yaml", found) for key, found in system.evidence.items())
    if system.city is not None:
        yield CITY, system.city


def _done(found: Restored, target: Path | None, written: tuple[str, ...], unchanged: int, *, new: bool) -> ImportDone:
    named = found.system.city.departments if found.system.city else {}
    broken = (*published_findings(found.system), *lint.findings(found.system))
    departments = {key: GivenDepartment(key, one.name.zh, one.credit_code) for key, one in named.items()}
    findings = (*found.findings, *_missing(found.system, target))
    return ImportDone(
        target, len(written), found.system.guides, departments, {}, unchanged, 0, {}, findings,
        broken, Counter((f.code, f.severity) for f in broken), new=new, written=written,
    )  # fmt: skip


def _missing(system: ServiceSystem, target: Path | None) -> tuple[Finding, ...]:
    """Return that the log of cases, which no workbook holds, is not in the folder yet."""
    log = system.city.case_log if system.city is not None else None
    if log is None or target is None or (target / log).exists():
        return ()
    return (information("DS900", ("city", "case_log"), file=log).at(Location(shown(target / CITY))),)
