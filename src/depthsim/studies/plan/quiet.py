"""Standard output kept clean of what the solver's library prints there, whatever it was told."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_ONE_AT_A_TIME = Lock()


@contextmanager
def nothing_printed() -> Iterator[None]:
    """Let nothing that C code prints meanwhile reach standard output.

    HiGHS (seen with scipy 1.17) prints a line for some solutions, and one such line would spoil `--json`.
    """
    with _ONE_AT_A_TIME:
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
        try:
            kept = os.dup(1)
        except OSError:  # no standard output at all
            yield
            return
        try:
            _flush()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.close(nowhere)
            yield
        finally:
            _flush()
            os.dup2(kept, 1)
            os.close(kept)


def _flush() -> None:
    """Write out what C's standard output still holds."""
    library = ctypes.CDLL("msvcrt" if os.name == "nt" else None)
    library.fflush(None)
