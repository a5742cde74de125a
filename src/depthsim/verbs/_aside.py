"""Two things at once: one here, the other in a process of its own, which knows all that was read before it began."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def both(here: Callable[[], A], aside: Callable[[], B]) -> tuple[A, B]:
    """Return what two functions give, `aside` from another process; raises what they raise, `here` first.

    Another process shares memory only at its start, so that what `aside` changes is lost; what it gives is pickled.
    Where it cannot be started safely, or dies, `aside` is called here, afterwards.
    """
    if not _can_split():
        return here(), aside()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process, which no coverage sees
        os.close(reader)
        _send(aside, writer)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as told:
            mine = here()
            said = told.read()
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.waitpid(child, 0)
    return mine, pickle.loads(said) if said else aside()


def _can_split() -> bool:
    """Return whether a fork is safe and worth it: with other threads, locks would stay locked in the new process."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def _send(aside: Callable[[], B], writer: int) -> None:  # pragma: no cover - another process
    """Write what a function gives, or nothing where it fails, and leave without a word."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that began it ends it
        said = pickle.dumps(aside(), pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writer, "wb") as telling:
            telling.write(said)
    finally:
        os._exit(0)
