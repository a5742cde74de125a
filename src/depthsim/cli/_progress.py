"""How far long work is, and how long it will still take, told on a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from depthsim.cli._words import Words

if TYPE_CHECKING:
    from rich.console import Console

Told = Callable[[float, float], None]
SHARE_SEEN, SECONDS_SEEN = 0.03, 3.0
"""So much of the work has to be seen done before its rate is worth a forecast."""
SECONDS_DRAWN = 0.1
"""Between two looks of the bar."""


class Forecast:
    """What is left, at the rate of the work that is done since the first sign of it: starting up does not count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first: tuple[float, float] | None = None
        self._last = 0.0

    def seconds(self, done: float, total: float) -> float | None:
        """Return the seconds left, None while nobody can know."""
        now = self._clock()
        if done < self._last:  # other work has begun
            self._first = None
        self._last = done
        if done <= 0:
            return None
        if self._first is None:
            self._first = (now, done)
        begun, before = self._first
        if done - before < SHARE_SEEN * total or now - begun < SECONDS_SEEN:
            return None
        return (now - begun) * (total - done) / (done - before)


def left(seconds: float | None, say: Words) -> str:
    """Return seconds in words no finer than they can be foretold; empty where they are not known."""
    if seconds is None:
        return ""
    if seconds < 90:
        return say("left.seconds", number=max(5, 5 * round(seconds / 5)))
    if seconds < 90 * 60:
        return say("left.minutes", number=round(seconds / 60))
    return say("left.hours", number=f"{seconds / 3600:.1f}")


@contextmanager
def bar(console: Console, label: str, say: Words) -> Iterator[Told]:
    """Show a bar with the time that is left while the block runs; yields a function of (done, total)."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    forecast = Forecast()
    looks = (
        TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[left]}", markup=False),
    )  # fmt: skip
    # Drawn when somebody tells, not by a thread: processes can then be forked beside it.
    with Progress(*looks, console=console, transient=True, auto_refresh=False) as bars:
        task, drawn = bars.add_task(label, total=None, left=""), 0.0
        bars.refresh()

        def told(done: float, total: float) -> None:
            nonlocal drawn
            bars.update(task, completed=done, total=total, left=left(forecast.seconds(done, total), say))
            if time.monotonic() - drawn > SECONDS_DRAWN:
                bars.refresh()
                drawn = time.monotonic()

        yield told
