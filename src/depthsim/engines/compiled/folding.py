"""Folding columns in machine code: the sums and counts of `studies.sums` and `studies.sketches`, in one pass each."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from depthsim.engines.compiled._jit import digest, entry, types

TICKS, SHIFT, BELOW = 1048576.0, 20, (1 << 20) - 1


def _entries(digest: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Return the functions. numba tells kept code apart by the names that a function closes over, among others."""

    @entry
    def add_sums(group: Any, numbers: Any, cases: Any, whole: Any, rest: Any) -> None:
        """Add numbers to sums by group: how many there are, their whole minutes, and the rest in ticks."""
        _ = digest
        for n in range(len(group)):
            number = numbers[n]
            if not math.isnan(number):
                g, ticks = group[n], int(number * TICKS)
                cases[g] += 1
                whole[g] += ticks >> SHIFT
                rest[g] += ticks & BELOW

    @entry
    def add_bins(group: Any, numbers: Any, mapping: Any, first: Any, size: Any, counts: Any) -> None:
        """Count numbers by group and bin."""
        _ = digest
        a, b, c, multiplier = mapping
        for n in range(len(group)):
            number, place = numbers[n], 0
            if math.isnan(number):
                continue
            if number > 0.0:
                part, exponent = math.frexp(number)
                s = 2.0 * part - 1.0
                log = ((s * a + b) * s + c) * s + (exponent - 1)
                place = min(max(math.ceil(log * multiplier) - first, 0), size - 1)
            counts[group[n] * size + place] += 1

    @entry
    def add_differences(
        group: Any, here: Any, there: Any, before: Any, after: Any, cases: Any, whole: Any, rest: Any, less: Any,
        more: Any,
    ) -> None:  # fmt: skip
        """Add the differences of pairs to sums by group, and count their signs."""
        _ = digest
        for n in range(len(group)):
            number = after[there[n]] - before[here[n]]
            if not math.isnan(number):
                g = group[n]
                cases[g] += 1
                if number != 0.0:
                    ticks = int(number * TICKS)
                    whole[g] += ticks >> SHIFT
                    rest[g] += ticks & BELOW
                    less[g] += 1 if number < 0.0 else 0
                    more[g] += 1 if number > 0.0 else 0

    return add_sums, add_bins, add_differences


add_sums, add_bins, add_differences = _entries(digest())

_WORDS, _FLOATS = types.int64[::1], types.float64[::1]
SUMS = (_WORDS, _FLOATS, _WORDS, _WORDS, _WORDS)
BINS = (_WORDS, _FLOATS, types.UniTuple(types.float64, 4), types.int64, types.int64, types.uint32[::1])
DIFFERENCES = (_WORDS, _WORDS, _WORDS, _FLOATS, _FLOATS, _WORDS, _WORDS, _WORDS, _WORDS, _WORDS)
"""What they are called with."""
