"""Tallies: what remains of the cases of one replication when only sums are kept. They merge bit-equal in any order.

Numbers of measures are multiples of one tick (2^-20), kept as whole numbers of ticks without bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from depthsim.measures import PoolTally

TICKS = 1 << 20


@dataclass(slots=True)
class Sum:
    """The cases that a measure applies to, and the sums of its numbers (ticks) and of their squares."""

    cases: int = 0
    total: int = 0
    squares: int = 0

    def add(self, other: Sum) -> None:
        """Add another sum to this one."""
        self.cases += other.cases
        self.total += other.total
        self.squares += other.squares


@dataclass(slots=True)
class ItemTally:
    """Counted cases of one item, and a sum for each measure, in the measures' order."""

    cases: int
    sums: list[Sum]

    def add(self, other: ItemTally) -> None:
        """Add another tally to this one."""
        self.cases += other.cases
        for mine, theirs in zip(self.sums, other.sums, strict=True):
            mine.add(theirs)


@dataclass(slots=True)
class Tally:
    """One replication of one scenario: by item, and by pool; `last_end` is when its last case ended (minutes)."""

    items: dict[str, ItemTally] = field(default_factory=dict)
    pools: dict[str, PoolTally] = field(default_factory=dict)
    last_end: float = 0.0

    def total(self, measures: int) -> ItemTally:
        """Return all items together."""
        return merged(self.items.values(), measures)

    def to_plain(self) -> dict[str, Any]:
        """Return it as plain data; `from_plain` is the inverse."""
        return {
            "items": {
                name: {"cases": t.cases, "sums": [[s.cases, s.total, s.squares] for s in t.sums]}
                for name, t in self.items.items()
            },
            "pools": {name: asdict(t) for name, t in self.pools.items()},
            "last_end": self.last_end,
        }


def from_plain(data: dict[str, Any]) -> Tally:
    """Return the tally that `to_plain` gave. Raises KeyError or TypeError for anything else."""
    return Tally(
        {name: ItemTally(t["cases"], [Sum(*s) for s in t["sums"]]) for name, t in data["items"].items()},
        {name: PoolTally(**t) for name, t in data["pools"].items()},
        data["last_end"],
    )


def merged(tallies: Iterable[ItemTally], measures: int) -> ItemTally:
    """Return the tallies of several items, or of several replications of one, added up."""
    found = ItemTally(0, [Sum() for _ in range(measures)])
    for tally in tallies:
        found.add(tally)
    return found
