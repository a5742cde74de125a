"""Pairs: the same case (item and k) under two scenarios, with the same luck. Sums of differences, exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from depthsim.studies.recorder import ItemValues
from depthsim.studies.tally import TICKS


@dataclass(slots=True)
class PairSum:
    """One measure's pairs: how many have a number on both sides, the sum of differences (ticks), their signs."""

    cases: int = 0
    total: int = 0
    less: int = 0
    more: int = 0

    def add(self, other: PairSum) -> None:
        """Add another sum to this one."""
        self.cases += other.cases
        self.total += other.total
        self.less += other.less
        self.more += other.more


@dataclass(slots=True)
class Pairs:
    """The pairs of one item (or of all) in one replication, with cases that have no partner."""

    pairs: int = 0
    only_reference: int = 0
    only_here: int = 0
    sums: list[PairSum] = field(default_factory=list)

    def add(self, other: Pairs) -> None:
        """Add other pairs to these."""
        self.pairs += other.pairs
        self.only_reference += other.only_reference
        self.only_here += other.only_here
        self.sums = self.sums or [PairSum() for _ in other.sums]
        for mine, theirs in zip(self.sums, other.sums, strict=True):
            mine.add(theirs)


Columns = Sequence[tuple[int, int]]
"""A measure's places on the two sides, for each measure that both have."""


def pair(reference: Mapping[str, ItemValues], here: Mapping[str, ItemValues], columns: Columns) -> dict[str, Pairs]:
    """Return the pairs of every item that either side has."""
    return pair_segments(reference, here, columns, ())[0]


def pair_segments(
    reference: Mapping[str, ItemValues], here: Mapping[str, ItemValues], columns: Columns, segments: Sequence[str]
) -> tuple[dict[str, Pairs], dict[str, Pairs]]:
    """Return the pairs of every item that either side has, and those of all items by segment.

    A case belongs to the segment that it has in the reference; cases without a partner there belong to none.
    """
    items: dict[str, Pairs] = {}
    by_segment = [_none(columns) for _ in segments]
    for name in dict.fromkeys((*reference, *here)):
        a, b = reference.get(name), here.get(name)
        if a is None or b is None:
            items[name] = _none(columns)
            items[name].only_reference = 0 if a is None else len(a.k)
            items[name].only_here = 0 if b is None else len(b.k)
            if a is not None and a.segment is not None:
                for place, found in enumerate(by_segment):
                    found.only_reference += int(np.count_nonzero(a.segment == place))
            continue
        differences, rows = _differences(a, b, columns)
        whole = items[name] = Pairs(len(rows), len(a.k) - len(rows), len(b.k) - len(rows))
        if a.segment is None or not segments:
            whole.sums = _sums(differences)
            continue
        segment = a.segment[rows]
        whole.sums = _none(columns).sums
        for place in range(-1, len(segments)):
            mine = segment == place
            count = int(np.count_nonzero(mine))
            part = Pairs(0, 0, 0, _sums(differences[mine]) if count else _none(columns).sums)
            whole.add(part)
            if place >= 0:
                part.pairs, part.only_reference = count, int(np.count_nonzero(a.segment == place)) - count
                by_segment[place].add(part)
    return items, dict(zip(segments, by_segment, strict=True))


def _none(columns: Columns) -> Pairs:
    return Pairs(sums=[PairSum() for _ in columns])


def _differences(a: ItemValues, b: ItemValues, columns: Columns) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return a row of differences a pair, and the row of its case in `a`."""
    before, after, rows = a.numbers, b.numbers, np.arange(len(a.k))
    if not np.array_equal(a.k, b.k):
        _, rows, there = np.intersect1d(a.k, b.k, assume_unique=True, return_indices=True)
        before, after = before[rows], after[there]
    if any(one != other for one, other in columns) or not len(columns) == before.shape[1] == after.shape[1]:
        before, after = before[:, [one for one, _ in columns]], after[:, [other for _, other in columns]]
    return after - before, rows


def _sums(differences: NDArray[np.float64]) -> list[PairSum]:
    """Return the sum of each column, NaN left out."""
    known = ~np.isnan(differences)
    numbers = np.where(known, differences, 0.0)
    columns = (
        np.count_nonzero(known, axis=0),
        np.count_nonzero(numbers < 0, axis=0),
        np.count_nonzero(numbers > 0, axis=0),
    )
    cases, less, more = (column.tolist() for column in columns)
    return [PairSum(*found) for found in zip(cases, exact_sums(numbers), less, more, strict=True)]


def exact_sums(numbers: NDArray[np.float64]) -> list[int]:
    """Return the sum of each column of multiples of a tick (each below 2^42), in ticks: exact, whatever the order."""
    ticks = (numbers * TICKS).astype(np.int64)
    high, low = (ticks >> 32).sum(axis=0), (ticks & 0xFFFFFFFF).sum(axis=0)
    return [(a << 32) + b for a, b in zip(high.tolist(), low.tolist(), strict=True)]
