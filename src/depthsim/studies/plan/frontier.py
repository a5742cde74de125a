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


def frontier(program: Program, budget: int | None = None, *, most: int = MOST_SOLVED) -> Frontier:
    """Return the curve up to a budget (cents): budgets are swept, the widest gap first, until it is complete.

    With more than `most` budgets to try it stays incomplete, and the points lie where the curve bends most.
    """
    first, last = program.cheapest(), program.best(budget)
    if first is None or last is None:
        return Frontier((), True, 2)
    solved = 2
    points = {first.cost: first, last.cost: last}
    gaps = [_Gap(first, last, first.cost, False)] if last.cost > first.cost else []
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
