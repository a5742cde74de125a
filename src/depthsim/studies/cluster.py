"""A cluster: tasks are worked on by the workers of a Dask scheduler. distributed's only home.

Nothing but the address is shared: inputs go to the workers, sums and files of rows come back.
"""

from __future__ import annotations

import gc
import logging
import pickle
import tempfile
import time
import zlib
from functools import lru_cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from depthsim.errors import InputError, error
from depthsim.files.writer import write_bytes
from depthsim.studies.folder import versions
from depthsim.studies.run import Job, Task, TaskResult
from depthsim.studies.workers import MOMENT, Refused, attempt, taken

ANSWER_WITHIN = 5.0
"""Seconds in which a scheduler has to answer."""
WORKERS_WITHIN = 60.0
"""Seconds without any worker after which a run gives up."""
RETRIES = 5
"""So often is a task given out anew whose worker died, or which another fault of a machine has ended."""

Outcome = tuple[TaskResult | Refused, dict[str, bytes]]


class Cluster:
    """The workers of a Dask cluster; `crew` of `studies.run.run_job`."""

    def __init__(self, job: Job, address: str) -> None:
        """Raise InputError where there is no Dask, or no scheduler that answers."""
        self._address = address
        self._folder = job.wanted.folder
        self._client = _client(address)
        packed = zlib.compress(pickle.dumps(job.into(None)), 1)
        # A task of its own, not data put there: it is made again where the worker that holds it dies.
        self._job = self._client.submit(_handed_on, packed)
        self._rows = self._folder is not None and job.wanted.record != "summary"
        self._at_work: dict[Any, Task] = {}
        self._ended: SimpleQueue[Any] = SimpleQueue()
        self._tries: dict[Task, int] = {}
        self._places, self._seen = 2, time.monotonic()
        self._look()

    @property
    def places(self) -> int:
        """Return two tasks for every thread of the workers there are now."""
        return self._places

    def begin(self, task: Task) -> None:
        """Give them a task."""
        future = self._client.submit(_work, task, self._job, self._rows, versions(), pure=False, retries=RETRIES)
        self._at_work[future] = task
        future.add_done_callback(self._ended.put)

    def finished(self) -> list[TaskResult]:
        """Return what is finished. Raises what a task raises, and InputError where the cluster is lost."""
        found = []
        for future in self._done():
            task = self._at_work.pop(future, None)
            result = None if task is None else self._result(future, task)
            if result is not None:
                found.append(result)
        return found

    def under_way(self) -> float:
        """Return 0: how far remote tasks are is not known."""
        return 0.0

    def close(self) -> None:
        """Take back what is not finished, and leave the cluster as it was."""
        if self._at_work:
            self._client.cancel(list(self._at_work), force=True)
        self._client.close(timeout=ANSWER_WITHIN)

    def _done(self) -> list[Any]:
        """Return the futures that have ended since the last call; wait for a moment where none has."""
        found = []
        try:
            found.append(self._ended.get(timeout=MOMENT))
            while True:
                found.append(self._ended.get_nowait())
        except Empty:
            if not found:
                self._look()
        return found

    def _result(self, future: Any, task: Task) -> TaskResult | None:
        """Return a result, its rows written; None where the task has to be given out anew."""
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        try:
            outcome, rows = future.result(timeout=ANSWER_WITHIN)
        except (KilledWorker, FutureCancelledError, OSError, TimeoutError) as problem:
            self._tries[task] = self._tries.get(task, 0) + 1
            if self._tries[task] > RETRIES or self._client.status != "running":
                raise self._lost(problem) from None
            self.begin(task)
            return None
        except Exception as problem:  # noqa: BLE001 - whatever happens on a machine of the cluster
            raise self._lost(problem) from None
        finally:
            future.release()
        found = taken(outcome)
        for name, content in rows.items():
            assert self._folder is not None
            write_bytes(self._folder / name, content)
        return found

    def _look(self) -> None:
        """Count the places. Raises InputError where there has been no worker for long."""
        try:
            threads = sum(self._client.nthreads().values())
        except Exception as problem:  # noqa: BLE001 - a connection may break in many ways
            raise self._lost(problem) from None
        now = time.monotonic()
        if threads:
            self._places, self._seen = 2 * threads, now
        elif now - self._seen > WORKERS_WITHIN:
            raise InputError(error("DS644", address=self._address, seconds=f"{WORKERS_WITHIN:g}"))

    def _lost(self, problem: Exception) -> InputError:
        reason = " ".join(str(problem).split())[:200] or type(problem).__name__
        return InputError(error("DS646", address=self._address, reason=reason))


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise InputError(error("DS642")) from None
    for name in ("distributed", "asyncio", "tornado"):  # its own stories of connections that come and go
        logging.getLogger(name).setLevel(logging.CRITICAL)
    collecting = gc.isenabled()
    gc.disable()  # a client that failed stops its loop when it is collected, and hangs while another one starts its own
    try:
        return Client(address, timeout=ANSWER_WITHIN, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError, TypeError) as problem:
        reason = " ".join(str(problem).split())[:200] or type(problem).__name__
    finally:
        if collecting:
            gc.enable()
    gc.collect()  # here, where it hinders nobody
    raise InputError(error("DS643", address=address, reason=reason))


# ------------------------------------------------------------------------------------------- on the workers


def _handed_on(packed: bytes) -> bytes:
    return packed


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Job:
    job: Job = pickle.loads(zlib.decompress(packed))
    return job


def _work(task: Task, packed: bytes, rows: bool, wanted: dict[str, str]) -> Outcome:
    here = versions()
    if different := [f"{name} {here.get(name)} ({said})" for name, said in wanted.items() if here.get(name) != said]:
        return Refused(InputError, (error("DS645", different=", ".join(different)),)), {}
    job = _unpacked(packed)
    if not rows:
        return attempt(job, task), {}
    with tempfile.TemporaryDirectory() as folder:
        outcome = attempt(job.into(Path(folder)), task)
        return outcome, {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.parquet"))}
