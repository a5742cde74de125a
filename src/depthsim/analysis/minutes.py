"""Exact mean minutes of a case, as far as no queue and no calendar takes part: from the chain's occupation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from depthsim.analysis.chain import chain_of
from depthsim.analysis.graph import Node, PositionGraph, positions
from depthsim.analysis.visits import analyse
from depthsim.model.chance import AnyLaw
from depthsim.model.openings import working_day_minutes
from depthsim.model.service import OfficeStep, Option, ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.time import CalendarField


@dataclass(frozen=True, slots=True)
class Minutes:
    """Means of one case, in minutes: the applicant's `form`, `served` and `travel`, and the staff's `work` by pool.

    `external` is working time at other authorities; `postage` is money by currency.
    """

    form: float
    served: float
    travel: float
    work: Mapping[str, float]
    external: float
    postage: Mapping[str, float]

    @property
    def active(self) -> float:
        """Return the applicant's own minutes, waiting left out."""
        return self.form + self.served + self.travel


@lru_cache(maxsize=1 << 14)
def mean_minutes(item: ServiceItem, system: ServiceSystem) -> Minutes:
    """Return an item's exact mean minutes in a system. Raises InputError for an unsound process."""
    analyse(item)
    graph = positions(item)
    return minutes_of(graph, chain_of(item).times, system)


def minutes_of(graph: PositionGraph, times: Sequence[float], system: ServiceSystem) -> Minutes:
    """Return the mean minutes of a case that meets each node of a graph so many times."""
    form = served = travel = external = 0.0
    work: dict[str, float] = defaultdict(float)
    postage: dict[str, float] = defaultdict(float)
    for n, node in enumerate(graph.nodes):
        if not times[n]:
            continue
        if isinstance(node.step, OfficeStep):
            takes = mean_of(node.step.takes, office_calendar(node.step, system)) * times[n]
            if node.step.pool:
                work[node.step.pool] += takes
            else:
                external += mean_of(node.step.lag, system.calendar) * times[n]
            served += takes if _stands_by(node) else 0.0
            continue
        for move in node.moves:
            if isinstance(move.what, Option):
                flow, option = times[n] * move.share, move.what
                law = option.takes_again if node.again and option.takes_again else option.takes
                form += mean_of(law, "always") * flow
                at_counter = mean_of(option.served, "always") * flow
                served += at_counter
                if option.pool:
                    work[option.pool] += at_counter
                if move.visits and option.at in system.places:
                    travel += 2 * mean_of(system.places[option.at].travel, "always") * flow
                if option.postage:
                    postage[option.postage.currency] += option.postage.amount * flow
    return Minutes(form, served, travel, dict(work), external, dict(postage))


def _stands_by(node: Node) -> bool:
    return isinstance(node.step, OfficeStep) and node.step.applicant == "waits" and node.position.presence is not None


def office_calendar(step: OfficeStep, system: ServiceSystem) -> CalendarField:
    """Return the calendar that an office step's working time runs on: its pool's, else the system's."""
    return system.pool_calendar(step.pool) if step.pool in system.pools else system.calendar


def mean_of(law: AnyLaw | None, calendar: CalendarField) -> float:
    """Return a law's mean in minutes, where `calendar` says what a working day is; 0 without a law."""
    return law.mean_minutes(working_day_minutes(calendar) if law.working else 0.0) if law else 0.0
