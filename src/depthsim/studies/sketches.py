"""Quantile sketches (DDSketch): counts of numbers in bins whose width is a share of the number.

C. Masson, J. E. Rim, H. K. Lee, DDSketch, PVLDB 12 (2019) 2195-2205. Bins and what they stand for are those of
the library `ddsketch`; its cubic mapping needs no logarithm, so that every machine finds the same bin. The range of
bins is fixed, from one tick to the greatest number on the grid: bins are never thrown together, and merging is adding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from ddsketch.mapping import CubicallyInterpolatedMapping
from numpy.typing import NDArray

from depthsim.model.columns import Floats
from depthsim.model.time import TICK

RELATIVE_ERROR = 0.01
"""A quantile is off by at most this share of itself."""
SKETCHED = ("elapsed_days", "waiting_minutes", "applicant_minutes", "limit_days")
"""The measures whose quantiles are kept."""
WHOLE = ("limit_days",)
"""Those of whole numbers only: quantiles below 50 are rounded to the very number."""
QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95}
"""The quantiles that are reported."""

_MAPPING = CubicallyInterpolatedMapping(RELATIVE_ERROR)
_LEAST, _GREATEST = TICK, 2.0**33
_FIRST = _MAPPING.key(_LEAST)
BINS = _MAPPING.key(_GREATEST) - _FIRST + 2
"""The first bin is of zeros; bin n is the library's of key `_FIRST` + n - 1."""
_MANTISSA, _ONE = (1 << 52) - 1, 1023 << 52
"""The bits of a mantissa, and the number 1.0 as bits."""


def bins(numbers: Floats) -> NDArray[np.int64]:
    """Return the bin of each number (0, or from a tick up to 2^33; greater ones are in the last bin).

    The library's `key`, operation by operation, on the mantissa and the exponent taken from the bits.
    """
    bits = np.ascontiguousarray(numbers).view(np.int64)
    s = ((bits & _MANTISSA) | _ONE).view(np.float64)
    s -= 1.0
    log = s * _MAPPING.A
    log += _MAPPING.B
    log *= s
    log += _MAPPING.C
    log *= s
    log += (bits >> 52) - 1023
    log *= _MAPPING._multiplier  # noqa: SLF001 - what its `key` multiplies by
    found = np.ceil(log, out=log).astype(np.int64)
    found -= _FIRST - 1
    return np.clip(found, 0, BINS - 1, out=found)


@dataclass(slots=True, eq=False)
class Sketch:
    """Counts of numbers by bin, from bin `first` on; no zeros at either end."""

    first: int
    counts: NDArray[np.int64] | NDArray[np.uint32]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sketch) and self.first == other.first and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]

    @property
    def cases(self) -> int:
        """Return how many numbers it holds."""
        return int(self.counts.sum())

    def quantile(self, share: float) -> float | None:
        """Return the number that this share of all numbers does not exceed, or None where it holds none.

        It is that of rank floor(share (n - 1)), counted from 0, off by at most `RELATIVE_ERROR` of itself.
        """
        upto = np.cumsum(self.counts)
        if not len(upto):
            return None
        place = self.first + int(np.searchsorted(upto, int(share * (int(upto[-1]) - 1)), side="right"))
        return 0.0 if place == 0 else float(_MAPPING.value(_FIRST + place - 1))

    def to_plain(self) -> list[Any]:
        """Return it as plain data: the first bin, and the counts as one text."""
        return [self.first, " ".join(map(str, self.counts.tolist()))]


def from_plain(data: list[Any]) -> Sketch:
    """Return the sketch that `to_plain` gave."""
    first, counts = data
    return Sketch(int(first), np.array(counts.split(), dtype=np.int64))


def empty() -> Sketch:
    """Return a sketch of no numbers."""
    return Sketch(0, np.zeros(0, np.int64))


def together(sketches: Iterable[Sketch]) -> Sketch:
    """Return the sketch of all numbers that several hold."""
    held = [one for one in sketches if len(one.counts)]
    if not held:
        return empty()
    first = min(one.first for one in held)
    counts = np.zeros(max(one.first + len(one.counts) for one in held) - first, np.int64)
    for one in held:
        counts[one.first - first : one.first - first + len(one.counts)] += one.counts
    return Sketch(first, counts)


def add_bins(
    group: NDArray[np.int64], numbers: Floats, mapping: tuple[float, ...], first: int, size: int,
    counts: NDArray[np.uint32],
) -> None:  # fmt: skip
    """Count numbers by group and bin, NaN none. The mapping is the one of `bins`, given for the same in other code."""
    assert (mapping, first, size) == MAPPING
    known = ~np.isnan(numbers)
    if not known.all():
        group, numbers = group[known], numbers[known]
    np.add.at(counts, group * BINS + bins(numbers), np.uint32(1))


MAPPING = (_MAPPING.A, _MAPPING.B, _MAPPING.C, _MAPPING._multiplier), _FIRST - 1, BINS  # noqa: SLF001
"""How bins are found: the cubic's coefficients and the factor to the number of a bin; the first bin; how many."""
AddBins = Callable[[NDArray[np.int64], Floats, tuple[float, ...], int, int, NDArray[np.uint32]], None]
"""How numbers are counted: `add_bins`, or the same in machine code."""


class SketchTable:
    """Sketches of one measure by group, as they fill. Untouched groups cost no memory."""

    def __init__(self, groups: int, adding: AddBins = add_bins) -> None:
        self._counts = np.zeros(groups * BINS, np.uint32)
        self._adding = adding

    def add(self, group: NDArray[np.int64], numbers: Floats) -> None:
        """Take numbers, NaN where there is none."""
        self._adding(group, numbers, *MAPPING, self._counts)

    def sketch(self, group: int) -> Sketch:
        """Return the sketch of a group."""
        row = self._counts[group * BINS : (group + 1) * BINS]
        seen = np.flatnonzero(row)
        if not len(seen):
            return empty()
        return Sketch(int(seen[0]), row[seen[0] : seen[-1] + 1].copy())
