"""A real scheduler and real workers on this machine: the same bytes, also when a worker is killed in the middle."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from depthsim.errors import InputError
from depthsim.model.scenario import Scenario
from depthsim.studies import cluster as module
from depthsim.studies import parts
from depthsim.studies.folder import versions
from depthsim.studies.run import Job, Setting, Task, Wanted
from depthsim.studies.workers import Refused
from depthsim.verbs.compare import compare
from depthsim.verbs.simulate import resume, simulate
from reference_hall import hall

pytest.importorskip("distributed")
RUN: dict[str, Any] = {"replications": 12, "horizon_days": 30, "seed": 2, "engine": "discrete_event"}


@contextmanager
def process(*words: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of Dask's programs, and end it."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield program
    finally:
        program.kill()
        program.wait()


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a scheduler on a free port of this machine, and give its address."""
    file = folder / "scheduler.json"
    words = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with process(*words, "--scheduler-file", str(file), folder=folder) as program:
        yield _address(file, program), program


def _address(file: Path, program: subprocess.Popen[bytes]) -> str:
    while program.poll() is None:
        try:
            found: str = json.loads(file.read_text(encoding="utf-8"))["address"]
        except (OSError, ValueError, KeyError):
            time.sleep(0.05)
        else:
            return found
    pytest.fail("the scheduler did not start")


def worker(address: str, folder: Path) -> Any:
    """Run a worker."""
    words = ["distributed.cli.dask_worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny"]
    return process(*words, "--no-dashboard", "--local-directory", str(folder / "space"), folder=folder)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def codes(problem: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [f.code for f in problem.value.findings]


def test_a_worker_that_is_killed_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST_CASES", 1)
    system = hall()
    simulate(system, **RUN, record="events", output=tmp_path / "here")
    closer = Scenario.model_validate(
        {"id": "online", "name": "Online", "reforms": [{"uptake": {"channel": "online", "share": 0.9}}]}
    )
    expected = compare(system, closer, **RUN).to_json()
    with (
        scheduler(tmp_path) as (address, program),
        worker(address, tmp_path) as doomed,
        worker(address, tmp_path),
    ):
        told: list[float] = []

        def kill(done: int, total: int) -> None:
            told.append(done / total)
            if done > total / 4 and doomed.poll() is None:
                doomed.send_signal(signal.SIGKILL)
                doomed.wait()

        simulate(system, **RUN, record="events", output=tmp_path / "there", cluster=address, progress=kill)
        assert doomed.returncode == -signal.SIGKILL
        assert told == sorted(told)
        assert bytes_of(tmp_path / "there") == bytes_of(tmp_path / "here")
        assert compare(system, closer, **RUN, cluster=address).to_json() == expected

        def lose(done: int, total: int) -> None:
            if done > total / 4:
                program.kill()
                program.wait()

        with pytest.raises(InputError) as lost:
            simulate(system, **RUN, record="events", output=tmp_path / "lost", cluster=address, progress=lose)
        assert codes(lost) == ["DS646"]
    resume(tmp_path / "lost")
    assert bytes_of(tmp_path / "lost") == bytes_of(tmp_path / "here")


def test_a_cluster_that_is_not_there_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense://there", "tcp://"):
        with pytest.raises(InputError) as refused:
            simulate(hall(), replications=1, horizon_days=1, cluster=address)
        assert codes(refused) == ["DS643"], address
        assert address in str(refused.value)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as refused:
        simulate(hall(), replications=1, horizon_days=1, cluster="tcp://127.0.0.1:1")
    assert codes(refused) == ["DS642"]
    assert "pip install" in str(refused.value)


def test_workers_with_other_versions_are_refused_and_none_is_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job((Setting(hall(), "discrete_event", 1, 1.0),), Wanted())
    packed = zlib.compress(pickle.dumps(job))
    refused, rows = module._work(Task(0, 0), packed, True, {**versions(), "numpy": "0.1"})
    assert isinstance(refused, Refused)
    assert [f.code for f in refused.findings] == ["DS645"]
    assert "numpy" in str(refused.findings[0].values["different"])
    assert rows == {}
    monkeypatch.setattr(module, "WORKERS_WITHIN", 0.5)
    with scheduler(tmp_path) as (address, _), pytest.raises(InputError) as alone:
        simulate(hall(), replications=1, horizon_days=1, cluster=address, output=tmp_path / "run")
    assert codes(alone) == ["DS644"]
    assert not (tmp_path / ".run.unfinished").exists(), "nothing was finished"
