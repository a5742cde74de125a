"""The user's cache folder: what can be made anew at any time lies there, so that it need not be."""

from __future__ import annotations

import os
import platform
import sys
import threading
import zlib
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

MOST_FILES = 512
"""Of numbers, 27 KB each or less; the oldest make room."""
MOST_NEW = 128
"""So many does one process add: a study that draws its laws anew and anew would keep what nobody asks for again."""

_MORE = iter(range(MOST_NEW))


def cache_folder(name: str) -> Path | None:
    """Return the folder of that name, which need not be there; None where the user has none."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if home:
        return Path(home) / "depthsim" / name
    with suppress(RuntimeError):  # nobody's home
        if os.environ.get("HOME") or os.environ.get("USERPROFILE"):
            return Path.home() / ".cache" / "depthsim" / name
    return None


def numbers(name: str, source: str, count: int, compute: Callable[[], Sequence[float]]) -> tuple[float, ...]:
    """Return so many numbers that `compute` makes, or that it made in an earlier run: scipy takes 0.2 s to begin.

    `name` tells it from all else that the file `source` computes. A folder that cannot be written, or a file that
    is not whole, only costs the time.
    """
    folder, edition = cache_folder("numbers"), _edition(source)
    if folder is None or edition is None:
        return tuple(compute())
    file = folder / f"{name}-{edition}"
    found = _read(file, count)
    if found is None:
        found = tuple(compute())
        _write(file, found)
    return found


@cache
def _edition(source: str) -> str | None:
    """Return a digest of what computes, and of the kind of machine; None where that cannot be told."""
    try:
        about = (version("scipy"), version("numpy"), platform.machine(), sys.byteorder, *platform.libc_ver())
        return sha256(Path(source).read_bytes() + repr(about).encode()).hexdigest()[:12]
    except (OSError, PackageNotFoundError):  # an installation packed in a way of its own
        return None


def _read(file: Path, count: int) -> tuple[float, ...] | None:
    try:
        content = file.read_bytes()
    except OSError:
        return None
    words, check = content[:-4], content[-4:]
    if len(words) != 8 * count or zlib.crc32(words).to_bytes(4, "little") != check:
        return None
    return tuple(array("d", words))


def _write(file: Path, found: tuple[float, ...]) -> None:
    if next(_MORE, None) is None:
        return
    words = array("d", found).tobytes()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            unfinished.write_bytes(words + zlib.crc32(words).to_bytes(4, "little"))
            unfinished.replace(file)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        every = [(entry.stat(follow_symlinks=False).st_mtime, entry.path) for entry in os.scandir(file.parent)]
        for _, path in sorted(every)[:-MOST_FILES]:
            with suppress(OSError):
                Path(path).unlink(missing_ok=True)
