"""Simulate (模拟): one system under one scenario; trips, times and queues with their intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from depthsim.errors import Finding, InputError, UsageError, error
from depthsim.files import Loaded, LoadedScenario
from depthsim.studies import Estimate, PoolSummary, Progress, SimulationStudy, Summary
from depthsim.studies import simulate as _simulate
from depthsim.studies.burden import Burden, burden
from depthsim.studies.engine import at_hand, known_engine
from depthsim.studies.folder import Request, WorkFolder, work_folder
from depthsim.studies.recorder import RECORDS, Record
from depthsim.studies.run import Wanted, processes
from depthsim.studies.simulate import tasks_of
from depthsim.texts import LANGS, Lang
from depthsim.texts.suggestions import did_you_mean
from depthsim.verbs.inputs import (
    GivenScenario,
    GivenSystem,
    Reformed,
    Span,
    at_least,
    given_scenario,
    span,
    system_to_run,
    under,
)
from depthsim.verbs.wording import finding_json

REPLICATIONS = 10
_RESUMABLE = frozenset({"DS028", "DS029", "DS626", "DS643", "DS644", "DS645", "DS646"})
"""After these the finished tasks of a run are kept: a disk that is full, a process or a cluster that died."""


@dataclass(frozen=True)
class Simulation:
    """A simulated scenario. `folder` is the run folder, where one was asked for.

    `notes` concern the way it was worked out here, and never stand in the folder: its bytes do not depend on that.
    """

    request: Request
    reformed: Reformed
    study: SimulationStudy
    findings: tuple[Finding, ...]
    folder: Path | None = None
    notes: tuple[Finding, ...] = ()

    @property
    def summary(self) -> Summary:
        """Return totals, items and pools."""
        return self.study.summary

    @property
    def run(self) -> str:
        """Return the run's name: the same for the same inputs, options and version."""
        return self.request.run_id

    def burden(self, *, wage: float | None = None, staff_wage: float | None = None) -> Burden:
        """Return the result as burden: minutes, and money at wages in CNY an hour (`wage` else the system's)."""
        return burden(self.study.setting, self.summary, wage=wage, staff_wage=staff_wage)

    def to_json(self, lang: Lang = "en") -> dict[str, Any]:
        """Return the result as in `interfaces`."""
        return {
            **self._document(),
            "findings": [finding_json(f, lang) for f in (*self.notes, *self.findings)],
            "folder": None if self.folder is None else str(self.folder),
        }

    def _document(self) -> dict[str, Any]:
        request = self.request
        return {
            "run": self.run,
            "system": request.system.id,
            "scenario": request.scenario.id,
            "engine": request.engine,
            "seed": request.seed,
            "replications": request.replications,
            "horizon_days": request.horizon_days,
            "warm_up_days": request.warm_up_days,
            **self.summary.to_json(),
        }

    def folder_document(self) -> dict[str, Any]:
        """Return what `run.json` says of the results, in both languages.

        Places are paths into the inputs as used, which lie beside it: a resumed run no longer knows other files.
        """
        findings = [
            {
                **finding_json(f.at(None), "en"),
                **{k: {at: finding_json(f, at)[k] for at in LANGS} for k in ("message", "remedy")},
            }
            for f in self.findings
        ]
        return {"summary": self._document(), "findings": findings}

    def table(self) -> list[dict[str, Any]]:
        """Return one flat row an item: its measures with `_low`, `_high` (95 %) and `_exact`."""
        return [
            {"item": item.id, "cases": item.cases, "per_year": item.per_year, **flat(item.measures.items())}
            for item in self.summary.items
        ]

    def pools(self) -> tuple[PoolSummary, ...]:
        """Return the pools."""
        return self.summary.pools


def flat(measures: Iterable[tuple[str, Estimate]]) -> dict[str, float | None]:
    """Return estimates as flat columns."""
    row: dict[str, float | None] = {}
    for name, found in measures:
        low, high = found.ci95 or (None, None)
        row |= {name: found.mean, f"{name}_low": low, f"{name}_high": high, f"{name}_exact": found.exact}
    return row


def simulate(
    system: GivenSystem,
    scenario: GivenScenario | None = None,
    *,
    engine: str = "auto",
    replications: int = REPLICATIONS,
    seed: int | None = None,
    horizon_days: float | None = None,
    warm_up_days: float | None = None,
    record: Record | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Return a system simulated under one scenario (without: as it is).

    `horizon_days` and `seed` default to what the scenario says, else 365 and 1; `jobs` None is one process a core
    (a script that uses more than one guards its main part, `if __name__ == "__main__":`). `cluster` is the address of
    a Dask scheduler whose workers do the work instead, with the same results. With `output` the run
    folder is written: whole, or not at all; `record` is then `cases` unless said otherwise. Raises UsageError for
    an unknown engine or a count that makes no sense, InputError for everything that is wrong with the input or
    the folder.
    """
    at_least("replications", replications, 1)
    workers = processes(jobs)
    record = _recorded(record, output)
    given = given_scenario(scenario)
    how = span([given.scenario], engine=engine, seed=seed, horizon_days=horizon_days, warm_up_days=warm_up_days)
    base, loaded = system_to_run(system)
    reformed = under(base, given)
    how = how.on([reformed.system], replications)
    request = Request(
        system=base,
        scenario=given.scenario,
        engine=how.engine,
        seed=how.seed,
        replications=replications,
        horizon_days=how.horizon_days,
        warm_up_days=how.warm_up_days,
        record=record,
    )
    where = _Where(workers, cluster, progress)
    if output is None:
        return _run(request, how, reformed, loaded, None, where)
    work = work_folder(Path(output))
    with work.held():
        work.begin(request)
        return _run(request, how, reformed, loaded, work, where)


def resume(
    folder: str | Path,
    *,
    engine: str = "auto",
    jobs: int | None = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Finish an interrupted run and return it, with the same bytes as if nothing had happened.

    The rest may run on another `engine`; `auto` is the one it was begun with, where that is at hand. Raises
    InputError where there is no such run, or its parts do not fit this version.
    """
    where = _Where(processes(jobs), cluster, progress)
    work = work_folder(Path(folder))
    work.request()  # nothing is touched where there is no run to go on with
    with work.held():
        request = work.request()
        work.check_target()
        work.tidy()
        reformed = under(request.system, LoadedScenario(request.scenario))
        rest, notes = at_hand(request.engine if engine == "auto" else known_engine(engine))
        how = Span(rest, request.seed, request.horizon_days, request.warm_up_days, notes)
        return _run(request, how, reformed, None, work, where)


@dataclass(frozen=True, slots=True)
class _Where:
    """Where the work is done, and who hears of it."""

    jobs: int
    cluster: str | None
    progress: Progress | None


def _run(
    request: Request, how: Span, reformed: Reformed, loaded: Loaded | None, work: WorkFolder | None, where: _Where
) -> Simulation:
    setting = how.setting(reformed.system)
    doing: dict[str, Any] = {"jobs": where.jobs, "cluster": where.cluster, "progress": where.progress}
    if work is None:
        study = _simulate(setting, request.replications, **doing)
        return _simulation(request, how, reformed, study, loaded, None)
    tasks = tasks_of(setting, request.replications)
    try:
        study = _simulate(
            setting,
            request.replications,
            wanted=Wanted(request.record, folder=work.path),
            known=work.finished(tasks, request.record),
            keep=work.keep,
            **doing,
        )
        found = _simulation(request, how, reformed, study, loaded, work.target)
        work.finish(request, tasks, found.folder_document())
    except InputError as problem:
        if not any(f.code in _RESUMABLE for f in problem.findings) or not work.finished(tasks, request.record):
            work.remove()
        raise
    except Exception:
        work.remove()
        raise
    except KeyboardInterrupt:
        work.tidy()
        raise
    return found


def _simulation(
    request: Request,
    how: Span,
    reformed: Reformed,
    study: SimulationStudy,
    loaded: Loaded | None,
    folder: Path | None,
) -> Simulation:
    found = study.summary.findings
    findings = (*reformed.findings, *(loaded.located(found) if loaded else found))
    return Simulation(request, reformed, study, findings, folder, how.findings)


def _recorded(record: Record | None, output: str | Path | None) -> Record:
    if record is None:
        return "summary" if output is None else "cases"
    if record not in RECORDS:
        raise UsageError(error("DS613", given=record, known=RECORDS, suggestion=did_you_mean(record, RECORDS)))
    if record != "summary" and output is None:
        raise UsageError(error("DS614", record=record))
    return record
