"""Exact sums of many numbers at once, by group: whole minutes and the rest apart, so that no bit is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from depthsim.model.columns import Floats
from depthsim.studies.tally import TICKS, PairSum, Sum

Whole = NDArray[np.int64]
AT_ONCE = 1 << 20
"""So many numbers may be added at a time."""
EXACT = 2.0**32
"""Multiples of a tick whose absolute values come to less than twice this are added without any rounding."""


def add_sums(group: Whole, numbers: Floats, cases: Whole, whole: Whole, rest: Whole) -> None:
    """Add numbers to sums by group, NaN none: how many there are, their whole minutes, and the rest in ticks.

    Numbers are multiples of a tick below 2^33, at most `AT_ONCE` of them; then all is exact.
    """
    unknown = np.isnan(numbers)
    if unknown.any():
        group, numbers = group[~unknown], numbers[~unknown]
    groups = len(cases)
    cases += np.bincount(group, minlength=groups)
    if float(np.abs(numbers).sum()) < EXACT:
        totals = np.bincount(group, numbers, groups)
        floor = np.floor(totals)
        whole += floor.astype(np.int64)
        rest += ((totals - floor) * TICKS).astype(np.int64)
        return
    floor = np.floor(numbers)
    whole += np.bincount(group, floor, groups).astype(np.int64)
    rest += np.bincount(group, (numbers - floor) * TICKS, groups).astype(np.int64)


AddSums = Callable[[Whole, Floats, Whole, Whole, Whole], None]
"""How numbers are added: `add_sums`, or the same in machine code."""


def add_differences(
    group: Whole, here: Whole, there: Whole, before: Floats, after: Floats, cases: Whole, whole: Whole, rest: Whole,
    less: Whole, more: Whole,
) -> None:  # fmt: skip
    """Add `after` at the places `there` less `before` at the places `here` to sums by group, and count their signs."""
    for begin in range(0, len(group), AT_ONCE):
        piece = slice(begin, begin + AT_ONCE)
        some, numbers = group[piece], after[there[piece]] - before[here[piece]]
        add_sums(some, numbers, cases, whole, rest)
        less += np.bincount(some[numbers < 0], minlength=len(less))
        more += np.bincount(some[numbers > 0], minlength=len(more))


AddDifferences = Callable[[Whole, Whole, Whole, Floats, Floats, Whole, Whole, Whole, Whole, Whole], None]
"""How differences are added: `add_differences`, or the same in machine code."""


class GroupSums:
    """Sums by group and measure: the cases that a measure applies to, and the total of its numbers."""

    def __init__(self, groups: int, measures: int, adding: AddSums = add_sums) -> None:
        self._adding = adding
        self._sizes = np.zeros(groups, np.int64)
        self._cases = np.zeros((measures, groups), np.int64)
        self._whole = np.zeros((measures, groups), np.int64)
        self._rest = np.zeros((measures, groups), np.int64)

    def add(self, group: Whole, numbers: Sequence[Floats]) -> None:
        """Take cases: their groups, and their numbers by measure, NaN where a measure does not apply."""
        self._sizes += np.bincount(group, minlength=len(self._sizes))
        for measure, column in enumerate(numbers):
            self._adding(group, column, self._cases[measure], self._whole[measure], self._rest[measure])

    def size(self, groups: range) -> int:
        """Return how many cases several groups have together."""
        return int(_some(self._sizes, groups).sum())

    def of(self, groups: range) -> list[Sum]:
        """Return the sums of several groups together, by measure."""
        columns = (_some(of, groups).sum(axis=1).tolist() for of in (self._cases, self._whole, self._rest))
        return [Sum(cases, whole * TICKS + rest) for cases, whole, rest in zip(*columns, strict=True)]


def _some(of: Whole, groups: range) -> Whole:
    return of[..., groups.start : groups.stop : groups.step]


class DifferenceSums:
    """Sums of differences by group and measure."""

    def __init__(self, groups: int, measures: int, adding: AddDifferences = add_differences) -> None:
        self._adding = adding
        self._sums = np.zeros((measures, 5, groups), np.int64)

    def add(self, measure: int, group: Whole, places: tuple[Whole, Whole], numbers: tuple[Floats, Floats]) -> None:
        """Take pairs of one measure: their groups, their places on both sides, and the sides' numbers."""
        self._adding(group, *places, *numbers, *self._sums[measure])

    def of(self, groups: range) -> list[PairSum]:
        """Return the sums of several groups together, by measure."""
        found = _some(self._sums, groups).sum(axis=2).tolist()
        return [PairSum(cases, whole * TICKS + rest, less, more) for cases, whole, rest, less, more in found]
