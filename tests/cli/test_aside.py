"""Two things at once: the same as one after the other, whatever happens to the other process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from depthsim.verbs import _aside, check
from depthsim.verbs.check import check as checked

SPLITS = sys.platform == "linux"


@pytest.fixture
def split(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `both` start a process although tests run beside other threads."""
    if not SPLITS:
        pytest.skip("processes are started aside on Linux only")
    monkeypatch.setattr(_aside, "_can_split", lambda: True)


@pytest.mark.usefixtures("split")
def test_aside_is_another_process() -> None:
    here, aside = _aside.both(os.getpid, os.getpid)
    assert here == os.getpid() != aside


@pytest.mark.usefixtures("split")
def test_what_fails_aside_is_done_here() -> None:
    home = os.getpid()

    def die() -> str:
        if os.getpid() != home:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done here"

    def fail() -> None:
        raise ValueError("aside")

    assert _aside.both(int, die) == (0, "done here")
    assert callable(_aside.both(int, lambda: die)[1]), "what cannot be pickled is made here"
    with pytest.raises(ValueError, match="aside"):
        _aside.both(int, fail)


@pytest.mark.usefixtures("split")
def test_what_fails_here_ends_the_other_process(tmp_path: Path) -> None:
    told = tmp_path / "process"
    os.mkfifo(told)

    def fail() -> None:
        other.append(int(told.read_text()))
        raise KeyboardInterrupt

    def wait() -> None:
        told.write_text(str(os.getpid()))
        time.sleep(60)

    other: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        _aside.both(fail, wait)
    with pytest.raises(ProcessLookupError):
        os.kill(other[0], 0)


@pytest.mark.usefixtures("split")
@pytest.mark.parametrize("left_out", ["nothing", "guides"])
def test_a_system_has_the_same_findings_checked_aside(
    left_out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fuzhou = Path(__file__).parents[2] / "workflows" / "fuzhou"
    shutil.copytree(fuzhou, tmp_path / "fuzhou", ignore=shutil.ignore_patterns(left_out))
    whole = checked(tmp_path / "fuzhou")
    monkeypatch.setattr(check, "MANY", 1)
    found = checked(tmp_path / "fuzhou")
    assert found == whole
    assert whole.numbers.total > 0
    assert whole.findings


@pytest.mark.skipif(not SPLITS, reason="processes are started aside on Linux only")
def test_an_interruption_is_one_line_and_ends_both() -> None:
    script = textwrap.dedent("""
        import os, sys, time
        from depthsim.cli._entry import run
        from depthsim.verbs import _aside, check
        _aside._can_split = lambda: True
        check.MANY = 1
        def slowly(*_):
            os.write(1, b"%d\\n" % os.getpid())  # at once: two processes write here
            time.sleep(60)
        check._published = slowly
        check.soundness.of_item = slowly
        sys.exit(run(["--lang", "en", "check", "fuzhou"]))
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout
        both = [int(running.stdout.readline()) for _ in range(2)]
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said.strip() == "Interrupted."
    for process in both:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
