"""Workers: processes on this machine. One that dies is replaced, and none outlives the run."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from depthsim.errors import DepthsimError, Finding, InputError, error
from depthsim.studies.run import Job, Task, TaskResult, run_task

DEATHS = 3
"""So often in a row, without a finished task in between, may a worker die before the run gives up."""
MOMENT = 0.25
"""Seconds between two looks at what is done."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Of glibc's mallopt: how much unused memory stays, and from which size on a piece is fetched by itself."""

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Refused:
    """An error on its way between processes: exceptions with findings do not survive pickling."""

    kind: type[DepthsimError]
    findings: tuple[Finding, ...]


def attempt(job: Job, task: Task, told: Any = None) -> TaskResult | Refused:
    """Return a task's result, or the error on its way."""
    try:
        return run_task(job, task, told)
    except DepthsimError as problem:
        return Refused(type(problem), problem.findings)


def taken(result: TaskResult | Refused) -> TaskResult:
    """Return a result. Raises the error where it is one."""
    if isinstance(result, Refused):
        raise result.kind(result.findings)
    return result


class Workers:
    """So many processes that work on tasks; `crew` of `studies.run.run_job`."""

    def __init__(self, job: Job, tasks: Sequence[Task], jobs: int) -> None:
        self._job, self._jobs = job, jobs
        self._forks = _can_fork(job)
        self._pickled: dict[int | None, bytes] = {}
        self._shares = _SPAWN.RawArray("d", len(tasks))
        self._numbers = {task: n for n, task in enumerate(tasks)}
        self._pool = self._hired()
        self._at_work: dict[Future[TaskResult | Refused], Task] = {}
        self._deaths = 0

    @property
    def places(self) -> int:
        """Return two tasks a process: the next one is at hand when one is finished."""
        return 2 * self._jobs

    def begin(self, task: Task) -> None:
        """Give them a task."""
        try:
            with _interrupts_held():
                future = self._pool.submit(_work, *self._job_of(task), task, self._numbers[task])
                self._at_work[future] = task  # before Ctrl-C is heard: whether to wait for them is seen here
        except BrokenProcessPool:
            self._replace()
            self.begin(task)

    def finished(self) -> list[TaskResult]:
        """Return what is finished. Raises what a task raises, and InputError where workers die again and again."""
        done, _ = wait(self._at_work, MOMENT, FIRST_COMPLETED)
        found = []
        broken = []
        for future in done:
            task = self._at_work.pop(future)
            try:
                found.append(taken(future.result()))
            except BrokenProcessPool:
                broken.append(task)
        if found:
            self._deaths = 0
        if broken or (not done and self._one_is_missing()):
            broken += self._at_work.values()
            self._at_work.clear()
            self._replace()
            for task in broken:
                self.begin(task)
        return found

    def under_way(self) -> float:
        """Return the predicted work that is done of tasks not finished yet."""
        return sum(float(self._shares[self._numbers[task]]) * self._job.size(task) for task in self._at_work.values())

    def close(self) -> None:
        """End all processes: those with nothing to do by asking, others at once."""
        if self._at_work:
            self._stop()
        else:
            self._pool.shutdown()

    def _job_of(self, task: Task) -> tuple[int | None, bytes]:
        """Return as little of the job as a task needs, and a number for it; nothing where it is known already."""
        if self._forks:
            return None, b""
        number = task.part if self._job.divisible else None
        if number not in self._pickled:
            self._pickled[number] = pickle.dumps(self._job if number is None else self._job.of_part(number))
        return number, self._pickled[number]

    def _hired(self) -> ProcessPoolExecutor:
        context: Any = multiprocessing.get_context("fork") if self._forks else _SPAWN
        known: dict[int | None, Job] = {None: self._job} if self._forks else {}
        given = (self._shares, gc.get_threshold(), known)
        return ProcessPoolExecutor(self._jobs, mp_context=context, initializer=_begin, initargs=given)

    def _one_is_missing(self) -> bool:
        """Return whether a process is gone: one that dies while it hands over a result leaves the pool waiting."""
        return not all(process.is_alive() for process in self._processes())

    def _processes(self) -> list[Any]:
        """Return the pool's processes; it has no public name for them."""
        return list((getattr(self._pool, "_processes", None) or {}).values())

    def _stop(self) -> None:
        """End all processes at once, and then the thread that looks after them: at exit it must not be half gone."""
        processes = self._processes()
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
        for name, end in (("_result_queue", "_writer"), ("_call_queue", "_reader")):
            queue = getattr(self._pool, name, None)
            if queue is not None:  # else threads may wait for the rest of a result, or for somebody to take a task
                getattr(queue, end).close()
        self._pool.shutdown(cancel_futures=True)

    def _replace(self) -> None:
        self._deaths += 1
        self._stop()
        if self._deaths >= DEATHS:
            raise InputError(error("DS626", jobs=self._jobs))
        self._forks = False  # by now there are threads
        self._pool = self._hired()


_JOBS: dict[int | None, Job] = {}
_SHARES: list[Any] = []
"""The one array in which this process tells how far its tasks are."""


def _can_fork(job: Job) -> bool:
    """Return whether workers may begin as copies of this process, at once and with all that it knows.

    Not beside other threads, whose locks would stay locked in the copies: polars has some, and writes rows.
    """
    alone = threading.active_count() == 1 and "polars" not in sys.modules
    return sys.platform == "linux" and alone and job.wanted.record == "summary"


def _begin(shares: Any, searches: tuple[int, int, int], known: dict[int | None, Job]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    gc.set_threshold(*searches)  # for cycles, as rarely as the parent does
    _SHARES[:] = [shares]
    _JOBS.update(known)
    gc.freeze()  # what is here stays, so nobody need search it for cycles
    _keep_memory()


def _keep_memory() -> None:
    """Let this process keep what it frees, where its C library can be told: to fetch it again takes 3 % of a run."""
    with suppress(AttributeError, OSError, TypeError):
        from ctypes import CDLL

        tell = CDLL(None).mallopt
        tell(_MMAP_THRESHOLD, 1 << 25)
        tell(_TRIM_THRESHOLD, 1 << 28)


def _leave_with_the_parent() -> None:
    """End this process when its parent has been killed: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(which: int | None, pickled: bytes, task: Task, number: int) -> TaskResult | Refused:
    if which not in _JOBS:
        gc.disable()
        _JOBS[which] = pickle.loads(pickled)
        gc.freeze()
        gc.enable()

    def told(share: float) -> None:
        _SHARES[0][number] = share

    return attempt(_JOBS[which], task, told)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: processes begun meanwhile never get it, and the parent ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
            yield  # numpy's threads, which it looks after itself when a process forks
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
