"""Offered load of every pool, exact and before any run: work that comes in a year over the open minutes of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from depthsim.analysis.minutes import Minutes, mean_minutes
from depthsim.analysis.mixture import at_last, parts
from depthsim.errors import Finding, warning
from depthsim.model.openings import openings
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY

YEAR_DAYS = 365
Mixture = tuple[tuple[float, Minutes], ...]
"""The mean minutes of the processes that an item's cases run, each with its share of them."""


@lru_cache(maxsize=256)
def offered_loads(system: ServiceSystem) -> dict[str, float]:
    """Return each pool's offered load: mean work minutes of the cases of 365 days / (servers x open minutes).

    Reforms that start within these days count as in force throughout.
    """
    return _loads(system, {})


def _loads(system: ServiceSystem, known: Mapping[str, Mixture]) -> dict[str, float]:
    work = dict.fromkeys(system.pools, 0.0)
    for item in system.items.values():
        if item.demand is not None and item.demand.per_year > 0:
            for share, minutes in known.get(item.id) or mixture(item, system):
                for pool_id, mean in minutes.work.items():
                    work[pool_id] += mean * item.demand.per_year * share
    loads: dict[str, float] = {}
    for name, pool in system.pools.items():
        table = openings(system.pool_calendar(name), system.start, YEAR_DAYS)
        open_minutes = table.open_minutes(0.0, float(YEAR_DAYS * MINUTES_PER_DAY))
        loads[name] = work[name] / (pool.servers * open_minutes)
    return loads


def mixture(item: ServiceItem, system: ServiceSystem) -> Mixture:
    """Return what the loads need of an item."""
    if not item.before and not system.applicants.segments:
        return ((1.0, mean_minutes(item, system)),)
    found = parts(item, system, at_last(system, YEAR_DAYS)) or ()
    return tuple((part.share, mean_minutes(part.item, part.system)) for part in found)


def load_findings(system: ServiceSystem, known: Mapping[str, Mixture] | None = None) -> list[Finding]:
    """Return a warning for each pool whose offered load is 1 or more: times would grow with the horizon.

    `known` are the mixtures of some items, where they have been worked out already.
    """
    return [
        warning("DS401", ("pools", name), pool=system.pools[name].name, load=f"{load:.2f}")
        for name, load in (offered_loads(system) if known is None else _loads(system, known)).items()
        if load >= 1
    ]
