"""Each assumption by itself, at both ends of its range: the tornado."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from depthsim.studies.sensitivity.assumptions import Parameter
from depthsim.studies.sensitivity.model import ExactModel, Told, untold


@dataclass(frozen=True, slots=True)
class Swing:
    """What one assumption does by itself: the headline at its low and its high end."""

    parameter: Parameter
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """Return how far it moves the headline."""
        return abs(self.at_high - self.at_low)


def swings(model: ExactModel, progress: Told = untold) -> list[Swing]:
    """Return what each assumption does to the first alternative, the widest first.

    An end of a range that makes no sense counts as the assumption itself.
    """
    number = len(model.parameters)
    if not number:
        return []
    rows = np.tile(np.array(model.nominal), (2 * number, 1))
    for n, parameter in enumerate(model.parameters):
        rows[2 * n, n], rows[2 * n + 1, n] = parameter.low, parameter.high
    found = model.headline(rows, progress)
    ends = zip(model.parameters, found[::2].tolist(), found[1::2].tolist(), strict=True)
    return sorted((Swing(*end) for end in ends), key=lambda s: -s.width)
