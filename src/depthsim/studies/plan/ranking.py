"""What first: the reforms of a portfolio, each next one the one that then brings most for its cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from depthsim.model.scenario import Scenario
from depthsim.studies.plan.options import Entry
from depthsim.studies.plan.portfolio import Portfolio

PORTFOLIO = "portfolio"


@dataclass(frozen=True, slots=True)
class Step:
    """One reform of a portfolio, for its items. Cost in cents and gain a year are what it adds to those before it."""

    entry: Entry
    items: tuple[str, ...]
    cost: int
    gain: float
    so_far: Portfolio

    @property
    def cumulative_cost(self) -> int:
        """Return the cost, in cents, of it and all before it."""
        return self.so_far.cost

    @property
    def cumulative_gain(self) -> float:
        """Return the gain a year of it and all before it."""
        return self.so_far.gain


def ranked(portfolio: Portfolio) -> tuple[Step, ...]:
    """Return the reforms in the order of gain for cost, each judged beside those already taken."""
    entries = portfolio.search.entries
    left, taken = portfolio.items, list[int]()
    so_far = portfolio.only(())
    found: list[Step] = []
    while left:
        steps = {}
        for n, items in left.items():
            after = portfolio.only((*taken, n))
            steps[n] = Step(entries[n], items, entries[n].cost(len(items)), after.gain - so_far.gain, after)
        best = max(steps, key=lambda n: (_rate(steps[n]), -n))
        found.append(steps[best])
        so_far = steps[best].so_far
        taken.append(best)
        del left[best]
    return tuple(found)


def _rate(step: Step) -> tuple[bool, float]:
    """Return what orders steps: free gains first, then the gain for each unit of cost."""
    return (step.cost == 0 and step.gain > 0, step.gain / step.cost if step.cost else step.gain)


def scenario(portfolio: Portfolio, name: Mapping[str, str], *, note: str | None = None) -> Scenario:
    """Return a portfolio as a scenario: its reforms in the order of the costs, each for its items."""
    entries = portfolio.search.entries
    uses = [{(use := entries[n].use(items)).reform: use.parameters} for n, items in portfolio.items.items()]
    return Scenario.model_validate(
        {"id": PORTFOLIO, "name": dict(name), "reforms": uses, **({"assumption": note} if note else {})}
    )
