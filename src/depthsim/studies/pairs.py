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


def pair(
    reference: Mapping[str, ItemValues],
    here: Mapping[str, ItemValues],
    columns: Sequence[tuple[int, int]],
) -> dict[str, Pairs]:
    """Return the pairs of every item that either side has; `columns` are a measure's places on the two sides."""
    found: dict[str, Pairs] = {}
    for name in dict.fromkeys((*reference, *here)):
        a, b = reference.get(name), here.get(name)
        if a is None or b is None:
            lone = Pairs(sums=[PairSum() for _ in columns])
            lone.only_reference = 0 if a is None else len(a.k)
            lone.only_here = 0 if b is None else len(b.k)
            found[name] = lone
            continue
        before, after = a.numbers, b.numbers
        if not np.array_equal(a.k, b.k):
            _, ia, ib = np.intersect1d(a.k, b.k, assume_unique=True, return_indices=True)
            before, after = before[ia], after[ib]
        sums = _sums(after[:, [there for _, there in columns]] - before[:, [here_ for here_, _ in columns]])
        found[name] = Pairs(len(before), len(a.k) - len(before), len(b.k) - len(before), sums)
    return found


def pair_segments(
    reference: Mapping[str, ItemValues],
    here: Mapping[str, ItemValues],
    columns: Sequence[tuple[int, int]],
    segments: Sequence[str],
) -> dict[str, Pairs]:
    """Return the pairs of all items by the segment that the case has in the reference."""
    found = {}
    for place, name in enumerate(segments):
        mine = {item: _only(values, place) for item, values in reference.items()}
        whole = Pairs(sums=[PairSum() for _ in columns])
        for part in pair(mine, {item: values for item, values in here.items() if item in mine}, columns).values():
            part.only_here = 0
            whole.add(part)
        found[name] = whole
    return found


def _only(values: ItemValues, place: int) -> ItemValues:
    if values.segment is None:
        return values
    rows = values.segment == place
    return ItemValues(values.k[rows], values.numbers[rows])


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
