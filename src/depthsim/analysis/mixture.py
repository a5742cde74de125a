"""Who runs which process: an item's cases as a mixture of variants (adoption, start dates) and segments.

Level and required visits are those of the item itself, what is offered; means are those of the mixture, what is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from depthsim.model.segments import item_for, segment_shares, system_for
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY
from depthsim.model.variants import InForce, variant, variant_shares


@dataclass(frozen=True, slots=True)
class Part:
    """A share of an item's cases: the process that they run, as their segment meets it, and their ways to places.

    `system` holds no items; `segment` is None where the system has none.
    """

    share: float
    item: ServiceItem
    system: ServiceSystem
    variant: str = ""
    segment: str | None = None


def parts(item: ServiceItem, system: ServiceSystem, in_force: InForce) -> tuple[Part, ...] | None:
    """Return an item's cases in parts whose shares sum to 1.

    None where a start date falls among the cases in question, so that no one mixture holds for all of them.
    """
    shares = variant_shares(item, in_force)
    if shares is None:
        return None
    bare = system.with_items({})
    processes = {name: variant(item, name) for name in shares}
    segments: Mapping[str, float] = segment_shares(system, item)
    if not segments:
        return tuple(Part(share, processes[name], bare, name) for name, share in shares.items())
    found = []
    for segment, of_all in segments.items():
        group = system.applicants.segments[segment]
        ways = system_for(bare, group)
        for name, share in shares.items():
            found.append(Part(of_all * share, item_for(processes[name], group), ways, name, segment))
    return tuple(found)


def within(system: ServiceSystem, begin: float, end: float) -> InForce:
    """Return what is in force for all cases that arrive in [begin, end), in minutes from the system's start."""

    def in_force(day: date) -> bool | None:
        minute = (day - system.start).days * MINUTES_PER_DAY
        return True if minute <= begin else False if minute >= end else None

    return in_force


def at_last(system: ServiceSystem, days: float) -> InForce:
    """Return what is in force for the last case that arrives within `days` from the system's start."""
    return lambda day: (day - system.start).days < days
