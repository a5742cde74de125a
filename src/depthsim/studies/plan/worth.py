"""What one item is worth under some reforms: the exact mean of the objective a case, and the level; no queue.

Items that differ only in their numbers share the analysis of the level, which no number enters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from depthsim.analysis.chain import absorb
from depthsim.analysis.elapsed import mean_days
from depthsim.analysis.graph import PositionGraph
from depthsim.analysis.level import classify
from depthsim.analysis.minutes import minutes_of
from depthsim.analysis.shape import skeleton
from depthsim.model.level import Level, LevelScheme
from depthsim.model.segments import item_for, segment_shares, system_for
from depthsim.model.service import Fee, ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.variants import variant_shares, variants

Objective = Literal["visits", "applicant_minutes", "elapsed_days", "money"]
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)
CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class Worth:
    """The objective's mean a case, in its unit (less is better), by segment of applicants, and the level."""

    mean: float
    level: Level
    segments: Mapping[str, float] = field(default_factory=dict)


class Judge:
    """Judges items of one system, reformed or not, by one objective."""

    def __init__(self, objective: Objective, scheme: LevelScheme) -> None:
        self.objective, self.scheme = objective, scheme
        self.analysed = 0
        self._levels: dict[Any, Level] = {}

    def worth(self, item: ServiceItem, system: ServiceSystem) -> Worth:
        """Return what an item is worth; raises InputError for a process in which a case may never end."""
        self.analysed += 1
        means = {name: self._of_segment(item, system, name) for name in segment_shares(system, item)}
        return Worth(self._mixed(item, system, means), self.level(item, system), means)

    def mean(self, item: ServiceItem, system: ServiceSystem) -> float:
        """Return the objective's mean over an item's cases; raises InputError as `worth` does."""
        means = {name: self._of_segment(item, system, name) for name in segment_shares(system, item)}
        return self._mixed(item, system, means)

    def level(self, item: ServiceItem, system: ServiceSystem) -> Level:
        """Return an item's level under the scheme."""
        key = (skeleton(item), system.published)
        found = self._levels.get(key)
        if found is None:
            found = self._levels[key] = classify(item, self.scheme, system.published).level
        return found

    def _mixed(self, item: ServiceItem, system: ServiceSystem, means: Mapping[str, float]) -> float:
        shares = segment_shares(system, item)
        return sum(shares[n] * means[n] for n in shares) if shares else self._mean(item, system)

    def _of_segment(self, item: ServiceItem, system: ServiceSystem, name: str) -> float:
        segment = system.applicants.segments[name]
        return self._mean(item_for(item, segment), system_for(system, segment))

    def _mean(self, item: ServiceItem, system: ServiceSystem) -> float:
        if not item.before:
            return case_mean(self.objective, item, system)
        shares = variant_shares(item, _in_force) or {}
        return sum(shares.get(n, 0.0) * case_mean(self.objective, i, system) for n, i in variants(item) if n in shares)


def _in_force(_day: date) -> bool:
    """Return True: a plan is about a year in which everything has started."""
    return True


def case_mean(objective: Objective, item: ServiceItem, system: ServiceSystem) -> float:
    """Return the exact mean of an objective over an item's cases without queues; for days, see `analysis.elapsed`."""
    graph = PositionGraph(item, _paying if objective == "money" else None)
    times = absorb(graph).times
    if objective == "visits":
        return sum(times[n] * m.share * m.visits for n, node in enumerate(graph.nodes) for m in node.moves)
    if objective == "elapsed_days":
        return mean_days(graph, times, system)
    minutes = minutes_of(graph, times, system)
    if objective == "applicant_minutes":
        return minutes.active
    wage = system.applicants.wage
    own = minutes.active * wage.amount / 60 if wage else 0.0
    return own + minutes.postage.get(CURRENCY, 0.0) + _fee(item) * _paid(graph, times)


def _fee(item: ServiceItem) -> float:
    amount = item.fee.amount if isinstance(item.fee, Fee) else None
    return amount.amount if amount and amount.currency == CURRENCY else 0.0


def _paying(facts: frozenset[str], step: Any, *_rest: object) -> frozenset[str]:
    return facts | {"paid"} if step.role == "pay" else facts


def _paid(graph: PositionGraph, times: Sequence[float]) -> float:
    """Return the chance that the fee is paid: the paying step is passed, or (without one) the result delivered."""
    paying = [n for n, node in enumerate(graph.nodes) if node.step.role == "pay"]
    if not paying:
        return sum(
            times[n] * m.share for n, node in enumerate(graph.nodes) for m in node.moves if m.target == "delivered"
        )
    return sum(times[n] for n in paying if "paid" not in graph.nodes[n].position.facts)
