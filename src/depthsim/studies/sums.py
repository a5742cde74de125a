"""Exact sums of many numbers at once, by group: whole minutes and the rest apart, so that no bit is lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from depthsim.model.columns import Floats
from depthsim.studies.tally import TICKS, Sum

Whole = NDArray[np.int64]
EXACT = 2.0**32
"""Multiples of a tick whose absolute values come to less than twice this are added without any rounding."""


def sums_by(group: Whole, numbers: Floats, groups: int) -> tuple[Whole, Whole]:
    """Return the sums of numbers by group: whole ones, and the rest in ticks.

    Numbers are multiples of a tick below 2^33, at most 2^20 of them; then both are exact.
    """
    if float(np.abs(numbers).sum()) < EXACT:
        totals = np.bincount(group, numbers, groups)
        whole = np.floor(totals)
        return whole.astype(np.int64), ((totals - whole) * TICKS).astype(np.int64)
    whole = np.floor(numbers)
    rest = np.bincount(group, (numbers - whole) * TICKS, groups)
    return np.bincount(group, whole, groups).astype(np.int64), rest.astype(np.int64)


class GroupSums:
    """Sums by group and measure: the cases that a measure applies to, and the total of its numbers."""

    def __init__(self, groups: int, measures: int) -> None:
        self._groups = groups
        self._sizes = np.zeros(groups, np.int64)
        self._cases = np.zeros((measures, groups), np.int64)
        self._whole = np.zeros((measures, groups), np.int64)
        self._rest = np.zeros((measures, groups), np.int64)

    def add(self, group: Whole, numbers: list[Floats]) -> None:
        """Take cases: their groups, and their numbers by measure, NaN where a measure does not apply."""
        sizes = np.bincount(group, minlength=self._groups)
        self._sizes += sizes
        for measure, column in enumerate(numbers):
            unknown = np.isnan(column)
            if unknown.any():
                self._cases[measure] += np.bincount(group[~unknown], minlength=self._groups)
                column = np.where(unknown, 0.0, column)
            else:
                self._cases[measure] += sizes
            whole, rest = sums_by(group, column, self._groups)
            self._whole[measure] += whole
            self._rest[measure] += rest

    def size(self, group: int) -> int:
        """Return how many cases a group has."""
        return int(self._sizes[group])

    def sums(self, group: int) -> list[Sum]:
        """Return the sums of a group, by measure."""
        columns = (self._cases[:, group], self._whole[:, group], self._rest[:, group])
        return [Sum(n, whole * TICKS + rest) for n, whole, rest in zip(*(c.tolist() for c in columns), strict=True)]
