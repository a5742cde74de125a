"""All assumptions drawn at once from their ranges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from depthsim.studies.sensitivity.model import ExactModel, Told, untold


@dataclass(frozen=True, slots=True)
class Draws:
    """All assumptions varied at once: each draw's difference of a year by alternative; `refused` made no sense."""

    outcomes: tuple[tuple[float, ...], ...]
    refused: int

    def interval(self, alternative: int = 0, share: float = 0.9) -> tuple[float, float]:
        """Return the middle `share` of an alternative's outcomes."""
        found = sorted(o[alternative] for o in self.outcomes)
        cut = (1 - share) / 2 * (len(found) - 1)
        return _quantile(found, cut), _quantile(found, len(found) - 1 - cut)

    def same_sign(self, nominal: float, alternative: int = 0) -> float:
        """Return the share of draws in which an alternative acts in the direction that it has nominally."""
        return part([(o[alternative] > 0) == (nominal > 0) and o[alternative] != 0 for o in self.outcomes])


def _quantile(found: Sequence[float], place: float) -> float:
    low = math.floor(place)
    high = min(low + 1, len(found) - 1)
    return found[low] + (place - low) * (found[high] - found[low])


def part(true: Sequence[bool]) -> float:
    """Return the share that is true; NaN of nothing."""
    return sum(true) / len(true) if true else math.nan


def drawn(model: ExactModel, number: int, seed: int, progress: Told = untold) -> Draws:
    """Return a Latin hypercube of draws, every assumption uniform over its range; the same seed, the same draws."""
    from scipy.stats import qmc

    if not model.parameters:
        return Draws((tuple(model.answer(())),), 0)
    low, high = (np.array([getattr(p, end) for p in model.parameters]) for end in ("low", "high"))
    sample = qmc.LatinHypercube(len(model.parameters), seed=seed).random(number)
    found = model.answers(low + sample * (high - low), progress)
    sensible = ~np.isnan(found).any(axis=1)
    return Draws(tuple(map(tuple, found[sensible].tolist())), int(number - sensible.sum()))
