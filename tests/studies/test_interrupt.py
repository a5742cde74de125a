"""Ctrl-C and killed processes: a run ends at once or goes on, and what is left of it leads to the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from depthsim.studies import parts
from depthsim.verbs.simulate import resume, simulate
from reference_hall import hall, permit, register

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are watched the way Linux shows them")

PROGRAM = """
import os, signal, struct, sys, threading, time
from multiprocessing.connection import Connection
from depthsim.studies import parts, run, workers
from reference_hall import hall, permit, register
from depthsim.verbs.simulate import resume, simulate

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parts.LEAST_CASES, run.PROCESSES_PAY = 5, 0
    workers._can_fork = lambda job: sys.argv[2] != "spawn"
    parent, whole = os.getpid(), Connection._send_bytes

    def torn(pipe, content):
        # The first process that hands over a result stops in the middle of it, or dies there.
        if os.getpid() != parent and len(content) > 1000:
            try:
                os.close(os.open(sys.argv[1] + ".torn", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                return whole(pipe, content)
            os.write(pipe.fileno(), struct.pack("!i", len(content)) + bytes(content)[: len(content) // 2])
            if sys.argv[2] == "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(600)
        return whole(pipe, content)

    if sys.argv[2] in ("dies", "stops"):
        Connection._send_bytes = torn
    crowd = hall(permit(demand={"per_year": 8000}), register(), servers=30)
    try:
        simulate(crowd, replications=REPLICATIONS, horizon_days=12, jobs=2, engine="discrete_event", output=sys.argv[1])
    finally:
        print(threading.active_count(), "threads left")
"""
REPLICATIONS = 20


@pytest.fixture(scope="module", autouse=True)
def small_parts() -> Iterator[None]:
    """Split the smallest system, here as in the program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "LEAST_CASES", 5)
        yield


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of the run that nobody interrupts."""
    target = tmp_path_factory.mktemp("whole") / "run"
    crowd = hall(permit(demand={"per_year": 8000}), register(), servers=30)
    simulate(crowd, replications=REPLICATIONS, horizon_days=12, engine="discrete_event", output=target)
    return bytes_of(target)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


HOWEVER = pytest.mark.parametrize("way", ["spawn", "fork"])
"""Workers that begin anew, or as copies of the process."""


def test_a_worker_that_dies_while_it_hands_over_a_result_is_replaced(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    with begun(tmp_path, "dies") as program:
        said = program.communicate(timeout=120)
        assert program.returncode == 0, said
        assert gone(program.pid)
    assert (tmp_path / "run.torn").exists()
    assert bytes_of(tmp_path / "run") == expected


def test_ctrl_c_while_a_worker_hands_over_a_result_ends_every_process(tmp_path: Path) -> None:
    with begun(tmp_path, "stops") as program:
        while program.poll() is None and not (tmp_path / "run.torn").exists():
            time.sleep(0.01)
        time.sleep(0.5)
        os.killpg(program.pid, signal.SIGINT)
        threads, _ = program.communicate(timeout=30)
        assert threads == "1 threads left\n"
        assert gone(program.pid)


@contextmanager
def under_way(folder: Path, way: str) -> Iterator[subprocess.Popen[str]]:
    """Give a run in several processes, some of whose tasks are finished; nothing of it is left afterwards."""
    with begun(folder, way) as program:
        while program.poll() is None and len(list((folder / ".run.unfinished").glob("task-*.json"))) < 4:
            time.sleep(0.01)
        assert program.poll() is None, program.communicate()
        yield program


@contextmanager
def begun(folder: Path, way: str) -> Iterator[subprocess.Popen[str]]:
    """Give a run in several processes; nothing of it is left afterwards."""
    script = folder / "long_run.py"
    script.write_text(PROGRAM.replace("REPLICATIONS", str(REPLICATIONS)), encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(Path(__file__).parents[1]), *sys.path))}
    program = subprocess.Popen(
        [sys.executable, str(script), str(folder / "run"), way],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield program
    finally:
        if alive(program.pid):
            os.killpg(program.pid, signal.SIGKILL)
        program.communicate()


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def gone(group: int) -> bool:
    """Wait until no process of a group is left; False if that takes long."""
    begin = time.monotonic()
    while alive(group):
        if time.monotonic() - begin > 20:
            return False
        time.sleep(0.05)
    return True


def workers(program: subprocess.Popen[str], way: str) -> list[int]:
    """Return the processes that work for a run, without the one that only watches over semaphores."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            status, line = (entry / "stat").read_text(), (entry / "cmdline").read_text()
        except (OSError, ValueError):
            continue
        mark = "spawn_main" if way == "spawn" else "long_run"
        if int(status.rpartition(")")[2].split()[1]) == program.pid and mark in line:
            found.append(int(entry.name))
    return found


@HOWEVER
def test_ctrl_c_ends_every_process_and_the_run_can_be_resumed(
    tmp_path: Path, expected: dict[str, bytes], way: str
) -> None:
    with under_way(tmp_path, way) as program:
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does
        threads, said = program.communicate(timeout=60)
        assert threads == "1 threads left\n", "what looks after processes ends with them"
        assert "KeyboardInterrupt" in said
        assert said.count("Traceback") == 1, "workers say nothing"
        assert gone(program.pid)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".run.unfinished", "long_run.py"]
    left = [p.name for p in (tmp_path / ".run.unfinished").iterdir()]
    assert "request.json" in left
    assert not [name for name in left if name.startswith(".")]
    finished = {name.split(".")[0] for name in left if name.endswith(".json")} - {"request"}
    assert 4 <= len(finished) < 2 * REPLICATIONS, "the test has to interrupt it in the middle"
    resume(tmp_path / "run")
    assert bytes_of(tmp_path / "run") == expected


@HOWEVER
def test_a_killed_worker_is_replaced(tmp_path: Path, expected: dict[str, bytes], way: str) -> None:
    with under_way(tmp_path, way) as program:
        first = workers(program, way)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        said = program.communicate(timeout=120)
        assert program.returncode == 0, said
        assert gone(program.pid)
    assert bytes_of(tmp_path / "run") == expected
    assert sorted(p.name for p in tmp_path.iterdir()) == ["long_run.py", "run"]


@HOWEVER
def test_a_killed_run_takes_its_workers_along_and_can_be_resumed(
    tmp_path: Path, expected: dict[str, bytes], way: str
) -> None:
    with under_way(tmp_path, way) as program:
        program.kill()
        program.wait()
        assert gone(program.pid), "nobody is left working for a run that is no more"
    assert not (tmp_path / "run").exists()
    resume(tmp_path / "run")
    assert bytes_of(tmp_path / "run") == expected
    assert sorted(p.name for p in tmp_path.iterdir()) == ["long_run.py", "run"]
