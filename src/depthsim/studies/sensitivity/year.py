"""A year's visits or active minutes of a system, exactly; its numbers may stand for many."""

from __future__ import annotations

import math
from typing import Any

from depthsim.analysis.flows import expected_visits, flows, sound_positions
from depthsim.analysis.minutes import minutes_of
from depthsim.analysis.mixture import at_last, parts
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.studies.sensitivity.assumptions import MeasureName


def year(system: ServiceSystem, measure: MeasureName) -> Any:
    """Return a year's visits or active minutes of all items of a system, everything in force that has a start date.

    Raises InputError for a process in which a case may never end.
    """
    found: Any = 0.0
    for item in system.items.values():
        if not item.demand or not item.demand.per_year:
            continue
        mixture = parts(item, system, at_last(system, math.inf)) if item.before or system.applicants.segments else None
        cases = [(1.0, item, system)] if mixture is None else [(p.share, p.item, p.system) for p in mixture]
        for share, one, around in cases:
            found += share * item.demand.per_year * _mean(one, around, measure)
    return found


def _mean(item: ServiceItem, system: ServiceSystem, measure: MeasureName) -> Any:
    """Return the mean of one case: from the flows alone, without the rest of `analyse`, for it is asked so often."""
    if measure == "visits":
        return expected_visits(item)
    graph = sound_positions(item)
    return minutes_of(graph, flows(graph), system).active
