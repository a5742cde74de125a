"""Ctrl-C: a run in several processes ends at once, and leaves what resuming needs and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LONG_RUN = """
import signal, sys
from reference_hall import hall, permit
from depthsim.verbs.simulate import simulate

def told(done, total):
    print(done, flush=True)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    crowd = hall(permit(demand={"per_year": 60000}), servers=60)
    simulate(crowd, replications=400, horizon_days=20, jobs=2, output=sys.argv[1], progress=told)
"""


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name != "posix", reason="signals are sent the POSIX way")
def test_ctrl_c_ends_every_process_soon_and_the_run_can_be_resumed(tmp_path: Path) -> None:
    script = tmp_path / "long_run.py"
    script.write_text(LONG_RUN, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(Path(__file__).parents[1]), *sys.path))}
    program = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "run")],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline().strip() == "20", "one replication is finished"
    begin = time.monotonic()
    os.killpg(program.pid, signal.SIGINT)  # as a terminal does
    _, said = program.communicate(timeout=60)
    assert time.monotonic() - begin < 20
    assert "KeyboardInterrupt" in said
    assert said.count("Traceback") == 1, "workers say nothing"
    while alive(program.pid):
        assert time.monotonic() - begin < 30
        time.sleep(0.05)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".run.unfinished", "long_run.py"]
    left = {p.name for p in (tmp_path / ".run.unfinished").iterdir()}
    assert {"request.json", "task-00-00000.json", "task-00-00000.cases.parquet"} <= left
    assert not [name for name in left if name.startswith(".")]
