"""Precision on demand: how wide the intervals of differences may be, and how many replications that takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from depthsim.errors import UsageError, error
from depthsim.studies.statistics import Interval

MOST_REPLICATIONS = 100
"""The limit of replications unless another one is given."""
SPARE = 1.1
"""A block is planned a tenth longer than the intervals so far ask for, since they are estimates themselves."""

Yardstick = Literal["difference", "mean"]
Stop = Literal["reached", "replications", "time"]


@dataclass(frozen=True, slots=True)
class Precision:
    """What is wanted: half-widths of at most `share` of the yardstick, with at most `most` replications.

    `seconds`, if given, ends the work after the replication that is under way when they have passed.
    """

    share: float
    most: int = MOST_REPLICATIONS
    seconds: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"wanted": self.share, "most_replications": self.most, "most_seconds": self.seconds}


@dataclass(frozen=True, slots=True)
class Reached:
    """How precise one difference is: half of its 95 % interval, as a share of the yardstick's size.

    The yardstick is the difference where its interval excludes 0. Where it includes 0 the two means cannot be told
    apart, and the yardstick is the larger one of them. `relative` is None with fewer than two replications, and
    where the yardstick is 0 while the interval is not. `replications` is about what the share wanted would take.
    """

    half_width: float | None
    yardstick: Yardstick
    relative: float | None
    reached: bool
    replications: int | None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "half_width": self.half_width,
            "of": self.yardstick,
            "relative": self.relative,
            "reached": self.reached,
            "replications_needed": self.replications,
        }


def judge(
    share: float, replications: int, difference: float, interval: Interval | None, means: Iterable[float | None]
) -> Reached:
    """Return how precise a difference is after so many replications. `means` are those of its two sides."""
    if interval is None:
        return Reached(None, "difference", None, False, None)
    half = (interval[1] - interval[0]) / 2
    apart = not interval[0] <= 0 <= interval[1]
    size = abs(difference) if apart else max((abs(m) for m in means if m is not None), default=0.0)
    yardstick: Yardstick = "difference" if apart else "mean"
    if half == 0:
        return Reached(0.0, yardstick, 0.0, True, replications)
    if size == 0:
        return Reached(half, yardstick, None, False, None)
    relative = half / size
    needed = max(2, math.ceil(replications * (relative / share) ** 2 - 1e-9))
    return Reached(half, yardstick, relative, relative <= share, min(needed, 10**12))


def next_count(done: int, most: int, found: Iterable[Reached]) -> int:
    """Return how many replications to have after the next block: by what is missing, at most twice as many.

    It depends on results alone, so the same seed gives the same blocks.
    """
    missing = [r.replications for r in found if not r.reached]
    wanted = max((2 * done if n is None else math.ceil(SPARE * n) for n in missing), default=done)
    return min(most, max(done + 1, min(wanted, 2 * done)))


def share_of(given: float | str) -> float:
    """Return a share from `0.02` or `"2%"`. Raises UsageError where it is none between 0 and 1."""
    text = str(given).strip().replace("％", "%")
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = math.nan
    if not 0 < share < 1:
        raise UsageError(error("DS630", given=str(given)))
    return share


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a wish for precision: why it ended, and what stays too wide."""

    wanted: Precision
    stopped: Stop
    blocks: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; `blocks` are the replications after each block."""
        return {**self.wanted.to_json(), "stopped": self.stopped, "blocks": list(self.blocks)}


Clock = Callable[[], float]
"""Seconds that pass; only a limit of time reads it."""
