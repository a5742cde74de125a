"""Draws for a synthetic city: addressed by names, so that one item's luck is not that of another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist
from typing import TypeVar

from depthsim.engines._luck import item_key, name_hash, uniform

T = TypeVar("T")
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Draws:
    """The luck of one thing in a city of one seed; `purpose` names what a draw decides."""

    key: int

    @classmethod
    def of(cls, seed: int, thing: str) -> Draws:
        """Return the luck of a thing."""
        return cls(item_key(seed, 0, f"synthesis/{thing}"))

    def unit(self, purpose: str) -> float:
        """Return a number in (0, 1)."""
        return uniform(self.key, name_hash(purpose), 0)

    def happens(self, purpose: str, chance: float) -> bool:
        """Return whether something of this chance happens."""
        return self.unit(purpose) < chance

    def pick(self, purpose: str, choices: Sequence[T]) -> T:
        """Return one of several choices, all equally likely."""
        return choices[int(self.unit(purpose) * len(choices))]

    def weighted(self, purpose: str, weights: dict[T, float]) -> T:
        """Return one of several choices by weight."""
        level = self.unit(purpose) * sum(weights.values())
        reached = zip(weights, accumulate(weights.values()), strict=True)
        return next((choice for choice, most in reached if level < most), next(reversed(weights)))

    def whole(self, purpose: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        return low + int(self.unit(purpose) * (high - low + 1))

    def normal(self, purpose: str) -> float:
        """Return a standard normal number."""
        return _NORMAL.inv_cdf(self.unit(purpose))
