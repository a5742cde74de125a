"""Tallies: what remains of the cases of one replication when only sums are kept. They merge bit-equal in any order.

Numbers of measures are multiples of one tick (2^-20), kept as whole numbers of ticks without bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any

from depthsim.measures import PoolTally
from depthsim.studies import sketches
from depthsim.studies.sketches import Sketch

TICKS = 1 << 20
WATCHED = ("waiting_minutes", "elapsed_days")
"""The measures that are also summed by day of arrival, to see how a run settles: those that queues move."""


@dataclass(slots=True)
class Sum:
    """The cases that a measure applies to, and the sum of its numbers in ticks."""

    cases: int = 0
    total: int = 0

    def add(self, other: Sum) -> None:
        """Add another sum to this one."""
        self.cases += other.cases
        self.total += other.total


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
class ItemTally:
    """Counted cases of one item, and a sum for each measure, in the measures' order.

    `visits` are the cases with 0, 1, 2, … visits, and `sketches` the quantiles of some measures, by name; where
    cases are not told apart by item, both are empty.
    """

    cases: int
    sums: list[Sum]
    visits: list[int] = field(default_factory=list)
    sketches: dict[str, Sketch] = field(default_factory=dict)


@dataclass(slots=True)
class DayTally:
    """Counted cases that arrived on one day, and the sums (ticks) of the `WATCHED` measures."""

    cases: int = 0
    totals: list[int] = field(default_factory=lambda: [0] * len(WATCHED))

    def add(self, other: DayTally) -> None:
        """Add another tally to this one."""
        self.cases += other.cases
        self.totals = [mine + theirs for mine, theirs in zip(self.totals, other.totals, strict=True)]


@dataclass(slots=True)
class Tally:
    """One replication of one scenario: by item, by pool, and by day of arrival (0: the first that counts).

    `last_end` is when its last case ended (minutes).
    """

    items: dict[str, ItemTally] = field(default_factory=dict)
    pools: dict[str, PoolTally] = field(default_factory=dict)
    last_end: float = 0.0
    days: dict[int, DayTally] = field(default_factory=dict)
    segments: dict[str, ItemTally] = field(default_factory=dict)
    """All items' cases by segment of applicants; empty where the system has none."""

    def total(self, measures: int) -> ItemTally:
        """Return all items together."""
        return merged(self.items.values(), measures)

    def to_plain(self) -> dict[str, Any]:
        """Return it as plain data; `from_plain` is the inverse."""
        return {
            "items": {name: _plain(t) for name, t in self.items.items()},
            "pools": {name: asdict(t) for name, t in self.pools.items()},
            "last_end": self.last_end,
            "days": [[day, t.cases, *t.totals] for day, t in self.days.items()],
            "segments": {name: _plain(t) for name, t in self.segments.items()},
        }


def from_plain(data: dict[str, Any]) -> Tally:
    """Return the tally that `to_plain` gave. Raises KeyError or TypeError for anything else."""
    return Tally(
        {name: _tally(t) for name, t in data["items"].items()},
        {name: PoolTally(**t) for name, t in data["pools"].items()},
        data["last_end"],
        {day: DayTally(cases, totals) for day, cases, *totals in data["days"]},
        {name: _tally(t) for name, t in data["segments"].items()},
    )


def _plain(tally: ItemTally) -> dict[str, Any]:
    return {
        "cases": tally.cases,
        "sums": [[s.cases, s.total] for s in tally.sums],
        "visits": tally.visits,
        "sketches": {name: sketch.to_plain() for name, sketch in tally.sketches.items()},
    }


def _tally(data: dict[str, Any]) -> ItemTally:
    found = {name: sketches.from_plain(sketch) for name, sketch in data["sketches"].items()}
    return ItemTally(data["cases"], [Sum(*s) for s in data["sums"]], data["visits"], found)


def sums_of(tallies: Iterable[ItemTally], measures: int) -> list[Sum]:
    """Return the sums of several tallies, added up by measure."""
    found = [Sum() for _ in range(measures)]
    for tally in tallies:
        for mine, theirs in zip(found, tally.sums, strict=True):
            mine.add(theirs)
    return found


def merged(tallies: Iterable[ItemTally], measures: int) -> ItemTally:
    """Return the tallies of several items, or of several replications of one, added up."""
    every = list(tallies)
    visits = [sum(cases) for cases in zip_longest(*(t.visits for t in every), fillvalue=0)]
    names = dict.fromkeys(name for t in every for name in t.sketches)
    found = {name: sketches.together(t.sketches[name] for t in every if name in t.sketches) for name in names}
    return ItemTally(sum(t.cases for t in every), sums_of(every, measures), visits, found)
