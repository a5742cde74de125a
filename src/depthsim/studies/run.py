"""Running tasks: each is one replication of one setting. The same results for any number of processes."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from depthsim.errors import DepthsimError, Finding, InputError, UsageError, error
from depthsim.measures import measures_of
from depthsim.model.log import Batch
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY
from depthsim.studies.parquet import write_parquet
from depthsim.studies.recorder import ItemValues, Record, Recorder
from depthsim.studies.tally import Tally
from depthsim.texts.suggestions import did_you_mean

Progress = Callable[[int, int], None]
"""Told (done, total) in simulated days, all replications together."""

ENGINES = ("discrete_event",)
"""Engines that run whole systems, the default first."""
ANNOUNCED = ("compiled",)
"""Engines that have a name but are not there yet."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One system as it runs: reformed, with its engine, seed, and span of days."""

    system: ServiceSystem
    engine: str
    seed: int
    horizon_days: float
    warm_up_days: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        """Return [begin, end), in minutes, in which cases count."""
        begin = self.warm_up_days * MINUTES_PER_DAY
        return begin, begin + self.horizon_days * MINUTES_PER_DAY

    @property
    def days(self) -> int:
        """Return the days in which cases arrive, rounded up: what progress is told in."""
        return max(1, math.ceil(self.warm_up_days + self.horizon_days))


@dataclass(frozen=True, slots=True)
class Task:
    """One replication (counted from 0) of one setting."""

    setting: int
    replication: int

    @property
    def name(self) -> str:
        """Return its name in a work folder."""
        return f"task-{self.setting:02d}-{self.replication:05d}"


@dataclass(slots=True)
class TaskResult:
    """What a task gives: sums, and where asked every case's numbers by item."""

    task: Task
    tally: Tally
    values: dict[str, ItemValues]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What tasks keep beside their sums: rows, written into `folder`, and numbers for pairing."""

    record: Record = "summary"
    values: bool = False
    folder: Path | None = None


def engine_name(engine: str) -> str:
    """Return the engine that `engine` (a name or `auto`) means. Raises UsageError where there is none."""
    if engine == "auto":
        return ENGINES[0]
    if engine in ENGINES:
        return engine
    if engine in ANNOUNCED:
        raise UsageError(error("DS612", engine=engine, known=ENGINES))
    known = ("auto", *ENGINES)
    raise UsageError(error("DS611", engine=engine, known=known, suggestion=did_you_mean(engine, known)))


def processes(jobs: int | None) -> int:
    """Return a number of processes: `jobs`, or one a core. Raises UsageError for less than 1."""
    if jobs is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if jobs < 1:
        raise UsageError(error("DS610", option="jobs", given=jobs, least=1))
    return jobs


def run_task(setting: Setting, task: Task, wanted: Wanted, told: Callable[[int], None] | None = None) -> TaskResult:
    """Return the result of one task; rows are written whole or not at all. Raises InputError."""
    engine = import_module(f"depthsim.engines.{setting.engine}")
    measures = measures_of(setting.system)
    recorder = Recorder(setting.system, measures, setting.span, record=wanted.record, values=wanted.values)
    batches: Iterator[Batch] = engine.run(
        setting.system,
        seed=setting.seed,
        replication=task.replication,
        horizon_days=setting.horizon_days,
        warm_up_days=setting.warm_up_days,
    )
    for batch in batches:
        recorder.fold(batch)
        if told is not None:
            told(min(setting.days, int(max(case.arrival for case in batch) // MINUTES_PER_DAY)))
    if wanted.folder is not None and wanted.record != "summary":
        write_parquet(recorder.case_rows(task.replication), wanted.folder / f"{task.name}.cases.parquet")
        if wanted.record == "events":
            write_parquet(recorder.event_rows(task.replication), wanted.folder / f"{task.name}.events.parquet")
    return TaskResult(task, recorder.tally(), recorder.values())


def run_tasks(
    settings: Sequence[Setting],
    tasks: Sequence[Task],
    wanted: Wanted,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Generator[TaskResult]:
    """Yield the tasks' results in the order of `tasks`; with more than one job, in that many processes.

    A result is held no longer than until those before it have been taken; progress is told once it is dealt with.
    Raises what a task raises.
    """
    total = sum(settings[task.setting].days for task in tasks)
    if jobs == 1 or len(tasks) <= 1:
        return _here(settings, tasks, wanted, progress, total)
    return _elsewhere(settings, tasks, wanted, min(jobs, len(tasks)), progress, total)


def _here(
    settings: Sequence[Setting],
    tasks: Sequence[Task],
    wanted: Wanted,
    progress: Progress | None,
    total: int,
) -> Generator[TaskResult]:
    done = 0
    for task in tasks:
        setting = settings[task.setting]

        def told(days: int, done: int = done) -> None:
            if progress is not None:
                progress(done + days, total)

        result = run_task(setting, task, wanted, told)
        yield result
        done += setting.days
        if progress is not None:
            progress(done, total)


# ------------------------------------------------------------------------------------------- other processes

_SETTINGS: Sequence[Setting] = ()
_WANTED = Wanted()


@dataclass(frozen=True, slots=True)
class _Refused:
    """An error on its way between processes: exceptions with findings do not survive pickling."""

    kind: type[DepthsimError]
    findings: tuple[Finding, ...]


def _begin(settings: Sequence[Setting], wanted: Wanted) -> None:
    global _SETTINGS, _WANTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    _SETTINGS, _WANTED = settings, wanted


def _work(task: Task) -> TaskResult | _Refused:
    try:
        return run_task(_SETTINGS[task.setting], task, _WANTED)
    except DepthsimError as problem:
        return _Refused(type(problem), problem.findings)


def _elsewhere(
    settings: Sequence[Setting],
    tasks: Sequence[Task],
    wanted: Wanted,
    jobs: int,
    progress: Progress | None,
    total: int,
) -> Generator[TaskResult]:
    before = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")  # forking a process with threads can hang
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(tuple(settings), wanted))
    done, clean = 0, False
    waiting: deque[Future[TaskResult | _Refused]] = deque()
    left = iter(tasks)

    def submit(some: Iterable[Task]) -> None:
        with _interrupts_held():
            waiting.extend(pool.submit(_work, task) for task in some)

    try:
        submit(islice(left, 2 * jobs))
        while waiting:
            result = waiting.popleft().result()
            if isinstance(result, _Refused):
                raise result.kind(result.findings)
            submit(islice(left, 1))
            yield result
            done += settings[result.task.setting].days
            if progress is not None:
                progress(done, total)
        clean = True
    except BrokenProcessPool:
        raise InputError(error("DS626", jobs=jobs)) from None
    finally:
        pool.shutdown(wait=clean, cancel_futures=True)
        if not clean:
            _end(set(multiprocessing.active_children()) - before)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: processes begun meanwhile never get it, and the parent ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(children: set[Any]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        child.join()
