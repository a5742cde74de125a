"""Pairs: the same case (item and k) under two scenarios, with the same luck. Sums of differences, exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from depthsim.model.columns import Floats
from depthsim.studies.sums import AddDifferences, DifferenceSums, Whole, add_differences
from depthsim.studies.tally import PairSum, Tally


@dataclass(slots=True, eq=False)
class CaseValues:
    """The numbers of every counted case of a task, in any order; `items` are the names that `item` numbers.

    `numbers` are a column a measure; None is NaN. `segment` is the place of a case's segment in
    the system's list, -1 without; None where the system has none.
    """

    items: tuple[str, ...]
    item: Whole
    k: Whole
    numbers: Sequence[Floats]
    segment: Whole | None = None


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


def pair(
    reference: CaseValues, here: CaseValues, columns: Columns, adding: AddDifferences = add_differences
) -> dict[str, Pairs]:
    """Return the pairs of every item that either side has."""
    return pair_segments(reference, here, columns, (), adding)[0]


def pair_segments(
    reference: CaseValues,
    here: CaseValues,
    columns: Columns,
    segments: Sequence[str],
    adding: AddDifferences = add_differences,
) -> tuple[dict[str, Pairs], dict[str, Pairs]]:
    """Return the pairs of every item that either side has, and those of all items by segment.

    A case belongs to the segment that it has in the reference; cases without a partner there belong to none.
    """
    names = tuple(dict.fromkeys((*reference.items, *here.items)))
    number = {name: n for n, name in enumerate(names)}
    mine, theirs = (np.array([number[name] for name in of.items], np.int64)[of.item] for of in (reference, here))
    before, after = _partners(mine, reference.k, theirs, here.k, len(names))
    several, group = 1, mine
    if segments and reference.segment is not None:
        several = 1 + len(segments)
        group = mine * several + reference.segment + 1
    sums = DifferenceSums(len(names) * several, len(columns), adding)
    group_of_pair = group[before]
    for n, (one, other) in enumerate(columns):
        sums.add(n, group_of_pair, (before, after), (reference.numbers[one], here.numbers[other]))
    cases = np.bincount(group, minlength=len(names) * several).reshape(-1, several)
    paired = np.bincount(group_of_pair, minlength=len(names) * several).reshape(-1, several)
    there = np.bincount(theirs, minlength=len(names))
    items = {}
    for n, name in enumerate(names):
        whole, pairs = int(cases[n].sum()), int(paired[n].sum())
        if whole or there[n]:
            items[name] = Pairs(
                pairs, whole - pairs, int(there[n]) - pairs, sums.of(range(n * several, (n + 1) * several))
            )
    by_segment = {}
    for place, segment in enumerate(segments if several > 1 else (), start=1):
        whole, pairs = int(cases[:, place].sum()), int(paired[:, place].sum())
        by_segment[segment] = Pairs(pairs, whole - pairs, 0, sums.of(range(place, len(names) * several, several)))
    return items, by_segment


def with_itself(tally: Tally) -> tuple[dict[str, Pairs], dict[str, Pairs]]:
    """Return the pairs of a setting's cases with themselves, by item and by segment: nothing differs."""
    items, segments = (
        {name: Pairs(t.cases, sums=[PairSum(s.cases) for s in t.sums]) for name, t in of.items()}
        for of in (tally.items, tally.segments)
    )
    return items, segments


def _partners(mine: Whole, k: Whole, theirs: Whole, their_k: Whole, items: int) -> tuple[Whole, Whole]:
    """Return the places of the cases (item, k) that both sides have, on the one and on the other."""
    most = np.zeros(items, np.int64)
    np.maximum.at(most, mine, k)
    first = np.cumsum(most + 1) - most - 1
    where = np.full(int((most + 1).sum()), -1, np.int64)
    where[first[mine] + k] = np.arange(len(k))
    there = np.flatnonzero(their_k <= most[theirs])
    here = where[first[theirs[there]] + their_k[there]]
    return here[here >= 0], there[here >= 0]
