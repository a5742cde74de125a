"""Exact sums of many numbers at once, by group: totals and squares of whole ticks, of 128 bits.

A square of ticks needs more than 64 bits. Its sum is had twice: modulo 2^64 in wrapping integers, and rounded in
floating point; the rounded one says which multiple of 2^64 to add, as long as it is off by less than 2^63.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from depthsim.model.columns import Floats
from depthsim.studies.tally import TICKS, Sum

Whole = NDArray[np.int64]
EXACT = 2.0**57
"""n numbers of at most m ticks: their squares are summed exactly where n times m is below this."""


class Order:
    """The order that brings the cases of each group together; groups are numbered from 0, below `groups`."""

    def __init__(self, group: NDArray[Any], groups: int) -> None:
        small = group.astype(np.uint16 if groups <= 1 << 16 else np.int64)
        self.by = np.argsort(small, kind="stable")
        ordered = small[self.by]
        self.starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else self.by
        self.groups = ordered[self.starts].astype(np.int64)
        self.sizes = np.diff(np.r_[self.starts, len(ordered)])


class _Wide:
    """Whole numbers of 128 bits, `high` times 2^64 plus `low`."""

    def __init__(self, *shape: int) -> None:
        self._high = np.zeros(shape, np.int64)
        self._low = np.zeros(shape, np.uint64)

    def add(self, where: tuple[int, Whole], high: Whole, low: NDArray[np.uint64]) -> None:
        """Add numbers to those at some places, each place named once."""
        before = self._low[where]
        after = before + low
        self._low[where] = after
        self._high[where] += high + (after < before)

    def at(self, *where: int) -> int:
        """Return one number."""
        return (int(self._high[where]) << 64) + int(self._low[where])


class GroupSums:
    """Sums by group and measure: the cases that a measure applies to, and totals and squares of its numbers."""

    def __init__(self, groups: int, measures: int) -> None:
        self._measures = measures
        self._sizes = np.zeros(groups, np.int64)
        self._cases = np.zeros((measures, groups), np.int64)
        self._totals = _Wide(measures, groups)
        self._squares = _Wide(measures, groups)

    def count(self, order: Order) -> None:
        """Take cases, by group."""
        self._sizes[order.groups] += order.sizes

    def add(self, measure: int, numbers: Floats, order: Order) -> None:
        """Take a measure's numbers of these cases: multiples of a tick, NaN where it does not apply."""
        ticks = numbers[order.by] * TICKS
        where = (measure, order.groups)
        known = ~np.isnan(ticks)
        if known.all():
            self._cases[where] += order.sizes
        else:
            ticks = np.where(known, ticks, 0.0)
            self._cases[where] += np.add.reduceat(known, order.starts, dtype=np.int64)
        most = max(float(ticks.max()), -float(ticks.min()), 1.0)
        if len(ticks) * most < EXACT:
            self._add(where, ticks, order.starts)
            return
        piece = max(1, int(EXACT / 2 / most))
        for begin in range(0, len(ticks), piece):
            some = (order.starts < begin + piece) & (order.starts + order.sizes > begin)
            starts = np.maximum(order.starts[some] - begin, 0)
            self._add((measure, order.groups[some]), ticks[begin : begin + piece], starts)

    def _add(self, where: tuple[int, Whole], ticks: Floats, starts: Whole) -> None:
        whole = ticks.astype(np.int64)
        totals = np.add.reduceat(whole, starts)
        self._totals.add(where, totals >> 63, totals.view(np.uint64))
        bits = whole.view(np.uint64)
        low = np.add.reduceat(bits * bits, starts)
        rounded = np.add.reduceat(ticks * ticks, starts)
        self._squares.add(where, np.rint((rounded - low) / 2.0**64).astype(np.int64), low)

    def size(self, group: int) -> int:
        """Return how many cases a group has."""
        return int(self._sizes[group])

    def sums(self, group: int) -> list[Sum]:
        """Return the sums of a group, by measure."""
        return [
            Sum(int(self._cases[m, group]), self._totals.at(m, group), self._squares.at(m, group))
            for m in range(self._measures)
        ]
