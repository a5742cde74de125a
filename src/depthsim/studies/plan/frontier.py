"""The curve of gain against cost: every point is the best portfolio for its budget, and no other has both better.

First its corners, by weighing gain against cost (dichotomic search: Aneja, Nair 1979): what no line between two of
them has above it is a corner's neighbour. A weighed program has no budget and is solved fast, and its answer bounds
every other portfolio. Then, in programs that are small, the points between the corners, one budget after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from depthsim.studies.plan.portfolio import Portfolio, Program

MOST_SOLVED = 60
CLOSE = 0.001
"""Corners are looked for until nothing can lie further above the curve, as a share of its greatest gain."""
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Frontier:
    """Points by rising cost. `complete`: there is no other portfolio that none of them equals or beats.

    `above` is how much more than on the straight lines between the points any portfolio can save, at most.
    """

    points: tuple[Portfolio, ...]
    complete: bool
    solved: int
    above: float = 0.0


def frontier(
    program: Program,
    *,
    known: Portfolio | None = None,
    budget: int | None = None,
    most: int = MOST_SOLVED,
    corners_only: bool = False,
) -> Frontier:
    """Return the curve from the cheapest portfolio to the best of all.

    `known` is the best portfolio for `budget` (cents); it is one of the points. With more than `most` programs to
    solve, or with `corners_only`, the curve stays incomplete, and its points lie where it bends most.
    """
    first, last = program.cheapest(), program.best()
    if first is None or last is None:
        return Frontier((), True, 2)
    if known is not None and known.cost >= last.cost:
        last = known
    corners = _Corners(program, first, last)
    corners.search(most if corners_only else (most + 2) // 2)
    points = {p.cost: p for p in corners.points}
    gaps: list[_Gap] = []
    if known is not None and first.cost < known.cost < last.cost:
        points[known.cost] = known
    for cheaper, dearer in pairwise(points[cost] for cost in sorted(points)):
        searched = cheaper.cost
        if cheaper is known and budget is not None:
            searched = budget // program.unit * program.unit
        gaps.append(_Gap(cheaper, dearer, searched, False))
    solved = corners.solved
    while True:
        gaps = [g for g in gaps if g.dearer.cost - g.searched > program.unit]
        if not gaps or solved >= most or corners_only:
            return Frontier(tuple(points[cost] for cost in sorted(points)), not gaps, solved, corners.above)
        gap = max(gaps, key=lambda g: (g.area, g.dearer.cost))
        gaps.remove(gap)
        tried = gap.budget(program.unit)
        found = program.best(tried)
        solved += 1
        if found is None or found.cost <= gap.cheaper.cost:
            gaps.append(_Gap(gap.cheaper, gap.dearer, tried, True))
            continue
        points[found.cost] = found
        gaps.append(_Gap(gap.cheaper, found, gap.searched, False))
        gaps.append(_Gap(found, gap.dearer, tried, False))


# ------------------------------------------------------------------------------------------- corners


@dataclass(frozen=True, slots=True)
class _Corner:
    """A point that is best where a cent is worth any of `least` … `most` of gain: no portfolio beats it there."""

    at: Portfolio
    cost: int
    gain: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class _Side:
    """Two corners; `proven`: nothing lies above the line between them."""

    left: _Corner
    right: _Corner
    proven: bool = False

    @property
    def slope(self) -> float:
        return (self.right.gain - self.left.gain) / (self.right.cost - self.left.cost)

    @property
    def above(self) -> float:
        """Return how far above the line a portfolio can lie, at most: where the bounds of both corners meet."""
        if self.proven:
            return 0.0
        rise, run = self.right.gain - self.left.gain, self.right.cost - self.left.cost
        if self.left.least == float("inf"):
            return max(0.0, rise - self.right.most * run)
        falls = self.left.least - self.right.most
        if falls <= 0:
            return 0.0
        where = min(max((rise - self.right.most * run) / falls, 0.0), float(run))
        return max(0.0, (self.left.least - self.slope) * where)


class _Corners:
    """The corners found so far, from the cheapest portfolio to the best."""

    def __init__(self, program: Program, first: Portfolio, last: Portfolio) -> None:
        self._program = program
        self.solved = 2
        left = _Corner(first, first.cost, first.gain, float("inf"), float("inf"))
        right = _Corner(last, last.cost, last.gain, 0.0, 0.0)
        self._sides = [_Side(left, right)] if last.cost > first.cost else []
        self._alone = last
        self._largest = last.gain - first.gain

    @property
    def points(self) -> Sequence[Portfolio]:
        """Return them by rising cost."""
        if not self._sides:
            return (self._alone,)
        return (self._sides[0].left.at, *(side.right.at for side in self._sides))

    @property
    def above(self) -> float:
        """Return how far above the lines between them a portfolio can lie, at most."""
        return max((side.above for side in self._sides), default=0.0)

    def search(self, most: int) -> None:
        """Look for corners until so many programs were solved, or what may be above is next to nothing."""
        while self.solved < most and self.above > CLOSE * self._largest:
            number = max(range(len(self._sides)), key=lambda n: self._sides[n].above)
            self._sides[number : number + 1] = self._split(self._sides[number])

    def _split(self, side: _Side) -> list[_Side]:
        left, right, slope = side.left, side.right, side.slope
        found = self._program.weighed(slope)
        self.solved += 1
        gain = 0.0 if found is None else found.gain
        line = left.gain + slope * ((left.cost if found is None else found.cost) - left.cost)
        if found is None or not left.cost < found.cost < right.cost or gain <= line + _NOISE * abs(self._largest):
            return [_Side(left, right, proven=True)]
        middle = _Corner(found, found.cost, gain, slope, slope)
        return [_Side(left, middle), _Side(middle, right)]


# ------------------------------------------------------------------------------------------- between the corners


@dataclass(frozen=True, slots=True)
class _Gap:
    """Two points with nothing yet known of costs above `searched` and below the dearer one's."""

    cheaper: Portfolio
    dearer: Portfolio
    searched: int
    narrow: bool

    def budget(self, unit: int) -> int:
        """Return the budget to try next: the middle, or just below the dearer point after a fruitless middle."""
        below = self.dearer.cost - unit
        return below if self.narrow else max(self.searched + unit, (self.searched + self.dearer.cost) // 2)

    @property
    def area(self) -> float:
        """Return how much is still unknown."""
        return (self.dearer.cost - self.searched) * (self.dearer.gain - self.cheaper.gain)
