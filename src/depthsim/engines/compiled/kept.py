"""The kernel's machine code: read from the disk, else compiled, once however many processes want it at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numba.core import event
from numba.core.runtime.nrt import rtsys

from depthsim.engines.compiled import folding
from depthsim.engines.compiled._jit import types
from depthsim.engines.compiled.kernel import run_on

LOG = logging.getLogger(__name__)
"""Says so, as information, when the kernel has to be compiled."""

_WORDS, _FLOATS = types.int64[::1], types.float64[::1]
_TABLE, _REALS = types.int64[:, ::1], types.float64[:, ::1]
SIGNATURE = (
    _WORDS, _WORDS, _WORDS, _FLOATS, _WORDS, _WORDS, _FLOATS, _WORDS, _WORDS,
    _REALS, _REALS, _TABLE, types.int32[:, ::1], types.int8[:, ::1], _TABLE,
)  # fmt: skip
"""What a world hands to the kernel."""
CODE: list[tuple[Any, Any]] = [
    (run_on, SIGNATURE),
    (folding.add_sums, folding.SUMS),
    (folding.add_bins, folding.BINS),
    (folding.add_differences, folding.DIFFERENCES),
]
"""All functions that Python calls."""
_ONE_THREAD = threading.Lock()


def ready() -> None:
    """Have all code at hand: read it, or compile and keep it. Others who want it meanwhile wait, and read it then."""
    with _ONE_THREAD:
        _ready()


def _ready() -> None:
    if all(code.signatures or _read(code, signature) for code, signature in CODE):
        return
    LOG.info("compiling the kernel, once: about 20 s")
    with _alone(CODE[0][0].stats.cache_path):
        for code, signature in CODE:
            if code.signatures or _read(code, signature):
                continue
            try:
                code.compile(signature)
            except OSError:  # it cannot be written: then this process alone has it
                if not code.signatures:
                    raise


class _MissingError(Exception):
    """The code is not on the disk."""


class _NotNow(event.Listener):
    """Ends a compilation before it begins."""

    def on_start(self, event: Any) -> None:  # noqa: ARG002
        raise _MissingError

    def on_end(self, event: Any) -> None:
        """Nothing has begun."""


def _read(code: Any, signature: Any) -> bool:
    """Return whether code could be read. What cannot be read is removed: a machine may have stopped halfway."""
    try:
        with event.install_listener("numba:compile", _NotNow()), _as_it_is(code.targetdescr.target_context):
            code.compile(signature)
    except _MissingError:
        return False
    except Exception:  # noqa: BLE001 - broken bytes fail in many ways
        for path in Path(code.stats.cache_path or "/nowhere").glob("*.nb[ic]"):
            path.unlink(missing_ok=True)
        return False
    return True


@contextmanager
def _as_it_is(target: Any) -> Iterator[None]:
    """Spare numba to learn all that it can compile (0.3 s): while the block runs, code is only read."""
    target.refresh = lambda: rtsys.initialize(target)
    try:
        yield
    finally:
        target.__dict__.pop("refresh", None)


@contextmanager
def _alone(folder: str | None) -> Iterator[None]:
    """Keep other processes out while the block runs, where this system knows how."""
    try:
        import fcntl

        handle = (Path(folder or "/nowhere") / "kernel.lock").open("ab")
    except (ImportError, OSError):
        yield
        return
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
