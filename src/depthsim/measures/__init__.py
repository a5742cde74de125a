"""Measures: what is read off a finished case, one file each, with an exact mean where theory has one.

A measure's file is its name and holds one public `measure = Measure(...)`. Modules that begin with an underscore
are what measures share, among them what is read off the rows of a pool. Tables list measures in the order of their
labels.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from depthsim import catalogue as _catalogue
from depthsim.measures._facts import Facts, facts_of
from depthsim.measures._plugin import Measure, Unit, of_columns
from depthsim.measures._pool import PoolMeter, PoolTally
from depthsim.measures._reading import Reader, read
from depthsim.model.system import ServiceSystem
from depthsim.texts import room

__all__ = [
    "Facts", "Measure", "PoolMeter", "PoolTally", "Reader", "Unit", "catalogue", "facts_of", "load", "measures_of",
    "of_columns", "read",
]  # fmt: skip

_MEASURES = _catalogue.Catalogue("depthsim.measures", "measure", Measure, "DS690")


@cache
def catalogue() -> tuple[str, ...]:
    """Return the names of the bundled measures in the order in which tables show them."""
    order = {name: place for place, name in enumerate(room("measures"))}
    return tuple(sorted(_MEASURES.names(), key=lambda name: (order.get(name, len(order)), name)))


@cache
def load(name: str) -> Measure:
    """Return a measure by name. Raises InputError, with the closest names, where there is none."""
    return replace(_MEASURES.load(name), id=name)


def measures_of(system: ServiceSystem) -> tuple[Measure, ...]:
    """Return the measures that are offered for a system, in the order in which tables show them."""
    return tuple(m for m in map(load, catalogue()) if m.offered(system))
