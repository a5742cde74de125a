"""What is given to an assessment: the system with what it publishes, findings of people, logs of cases, names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from immutabledict import immutabledict

from depthsim.errors import Finding, InputError, error, information
from depthsim.exchange.case_log import read_case_log
from depthsim.files import Loaded, load_system
from depthsim.files.assessment import LoadedEvidence, read_evidence
from depthsim.files.published import with_published
from depthsim.model.case_records import CaseRecords, together
from depthsim.model.indicators import IndicatorScheme
from depthsim.model.system import ServiceSystem
from depthsim.texts.suggestions import did_you_mean


def given_system(what: ServiceSystem | Loaded | str | Path) -> tuple[ServiceSystem, Loaded | None]:
    """Return a system with what its offices publish, with its sources where it was read. Raises InputError."""
    if isinstance(what, ServiceSystem):
        return what, None
    loaded = what if isinstance(what, Loaded) else load_system(what)
    loaded = with_published(loaded)
    return loaded.system, loaded


def with_evidence(
    system: ServiceSystem, loaded: Loaded | None, scheme: IndicatorScheme, files: Iterable[str | Path]
) -> tuple[ServiceSystem, dict[str, LoadedEvidence]]:
    """Return the system with more findings of people. Raises InputError for indicators, items, departments unknown."""
    given = {str(path): read_evidence(path) for path in files}
    every = {**system.evidence, **{name: one.evidence for name, one in given.items()}}
    codes = [i.code for i in scheme.indicators]
    items, departments = {*system.items, *system.guides, *system.omitted}, _departments(system)
    wrong: list[Finding] = []
    for name, one in every.items():
        for number, said in enumerate(one.findings):
            path = ("evidence", name, "findings", number)
            if said.indicator not in codes:
                near = did_you_mean(said.indicator, codes)
                wrong.append(error("DS905", (*path, "indicator"), given=said.indicator, suggestion=near))
            for kind, word, known in (("item", said.item, items), ("department", said.department, departments)):
                if word is not None and word not in known:
                    wrong.append(_unknown(kind, word, known, (*path, kind)))
    if wrong:
        places = [given[str(f.path[1])].document_place(f) if str(f.path[1]) in given else f for f in wrong]
        raise InputError([loaded.locate(f) if loaded else f for f in places])
    return system.model_copy(update={"evidence": immutabledict(every)}), given


def _departments(system: ServiceSystem) -> set[str]:
    return {*system.departments, *(system.city.departments if system.city else ())}


def known_codes(scheme: IndicatorScheme, codes: Iterable[str]) -> None:
    known = ("all", *scheme.codes())
    wrong = [error("DS905", (), given=c, suggestion=did_you_mean(c, known)) for c in codes if c not in known]
    if wrong:
        raise InputError(wrong)


def known_department(system: ServiceSystem, department: str) -> None:
    known = _departments(system)
    if department not in known:
        raise InputError(_unknown("department", department, known, ()))


def _unknown(kind: str, word: str, known: Iterable[str], path: tuple[str | int, ...]) -> Finding:
    shown = sorted(known)
    return error("DS194", path, what=kind, given=word, known=shown[:20], suggestion=did_you_mean(word, shown))


def case_records(system: ServiceSystem, loaded: Loaded | None, files: Iterable[str | Path]) -> CaseRecords | None:
    """Return the logs of cases that are given; without one of an office, also the one that the inventory names.

    Raises InputError for one that cannot be read.
    """
    given = [read_case_log(file, system) for file in files]
    if loaded is not None and loaded.folder is not None and all(log.simulated for log in given):
        given = [*named_log(system, loaded.folder), *given]
    return together(given)


def named_log(system: ServiceSystem, folder: Path) -> list[CaseRecords]:
    """Return the log that the inventory in a folder names, if it names one; that it is not there is a finding.

    Raises InputError where it cannot be read.
    """
    named = system.city.case_log if system.city else None
    if named is None:
        return []
    if not (folder / named).exists():
        return [CaseRecords(named, {}, findings=(information("DS900", ("city", "case_log"), file=named),))]
    return [read_case_log(folder / named, system)]
