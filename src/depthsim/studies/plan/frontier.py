"""The curve of gain against cost: every point is the best portfolio for its budget, and no other has both better."""

from __future__ import annotations

from dataclasses import dataclass

from depthsim.studies.plan.portfolio import Portfolio, Program

MOST_SOLVED = 60


@dataclass(frozen=True, slots=True)
class Frontier:
    """Points by rising cost. `complete`: there is no other portfolio that none of them equals or beats."""

    points: tuple[Portfolio, ...]
    complete: bool
    solved: int


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


def frontier(
    program: Program, *, known: Portfolio | None = None, budget: int | None = None, most: int = MOST_SOLVED
) -> Frontier:
    """Return the curve from the cheapest portfolio to the best of all: budgets are swept, the widest gap first.

    `known` is the best portfolio for `budget` (cents); it is one of the points. With more than `most` budgets to try
    the curve stays incomplete, and its points lie where it bends most.
    """
    first, last = program.cheapest(), program.best()
    if first is None or last is None:
        return Frontier((), True, 2)
    if known is not None and known.cost >= last.cost:
        last = known
    solved = 2
    points = {first.cost: first, last.cost: last}
    gaps = [_Gap(first, last, first.cost, False)]
    if known is not None and first.cost < known.cost < last.cost:
        points[known.cost] = known
        searched = known.cost if budget is None else budget // program.unit * program.unit
        gaps = [_Gap(first, known, first.cost, False), _Gap(known, last, searched, False)]
    while True:
        gaps = [g for g in gaps if g.dearer.cost - g.searched > program.unit]
        if not gaps or solved >= most:
            return Frontier(tuple(points[cost] for cost in sorted(points)), not gaps, solved)
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
