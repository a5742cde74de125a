"""Parts: items that share no pool never meet, so each such group is simulated by itself, and the sums added up.

The split is a function of the settings alone; results and files are the same for any number of processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from depthsim.engines import components, pools_of
from depthsim.measures import PoolTally
from depthsim.model.service import walk_steps
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY
from depthsim.studies.tally import DayTally, ItemTally, Tally, merged

Part = tuple[str, ...]
"""The ids of items that are simulated together, in the system's order."""

LEAST_CASES = 50_000
"""Small groups are bundled until they have this many cases: what a task costs beside its cases is then small."""
MOST_BUNDLES = 256
"""A greater run is cut into about so many bundles; a group that shares pools stays whole, however great."""


def predicted_cases(system: ServiceSystem, days: float, items: Iterable[str] | None = None) -> float:
    """Return the mean number of cases that arrive in so many days, of all items or some."""
    names = system.items if items is None else [name for name in items if name in system.items]
    return sum(_per_year(system, name) for name in names) * days / 365


def predicted_size(system: ServiceSystem, days: float, items: Iterable[str]) -> float:
    """Return what these items' cases will cost to simulate, in steps passed once: what work is balanced by."""
    return sum(predicted_cases(system, days, (name,)) * _steps(system, name) for name in items if name in system.items)


def _per_year(system: ServiceSystem, item: str) -> float:
    demand = system.items[item].demand
    return 0.0 if demand is None else demand.per_year


def _steps(system: ServiceSystem, item: str) -> int:
    return sum(1 for _ in walk_steps(system.items[item].process))


def split(systems: Sequence[ServiceSystem], minutes: float) -> tuple[Part, ...]:
    """Return the parts of systems that are run side by side over a span: each part can be paired by itself.

    Items are in the order of the first system that has them. Small groups that follow each other are one part.
    """
    groups = _joined(systems)
    days = minutes / MINUTES_PER_DAY
    cases = [max(predicted_cases(system, days, group) for system in systems) for group in groups]
    enough = max(LEAST_CASES, sum(cases) / MOST_BUNDLES)
    parts: list[Part] = []
    bundle: list[str] = []
    bundled = 0.0
    for group, size in zip(groups, cases, strict=True):
        if size >= enough:
            parts.append(group)
            continue
        bundle += group
        bundled += size
        if bundled >= enough:
            parts.append(tuple(bundle))
            bundle, bundled = [], 0.0
    if bundle or not parts:
        parts.append(tuple(bundle))
    return tuple(parts)


def _joined(systems: Sequence[ServiceSystem]) -> list[Part]:
    """Return the groups of items that share pools in at least one of the systems, directly or through others."""
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while group.setdefault(name, name) != name:
            group[name] = group[group[name]]
            name = group[name]
        return name

    for system in systems:
        for first, *others in components(system):
            for other in others:
                group[root(other)] = root(first)
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for system in systems for name in system.items):
        found.setdefault(root(name), []).append(name)
    return [tuple(names) for names in found.values()]


_RUNS = ("start", "calendar", "places", "departments", "applicants")
"""What else of a system a run depends on."""


def runs_alike(one: ServiceSystem, other: ServiceSystem, part: Part) -> bool:
    """Return whether a part's cases are the same in two systems under the same luck: nothing of it differs."""
    if one is other:
        return True
    if list(one.pools) != list(other.pools) or any(getattr(one, name) != getattr(other, name) for name in _RUNS):
        return False
    for name in part:
        mine, theirs = one.items.get(name), other.items.get(name)
        if mine is not theirs and mine != theirs:
            return False
        if mine is not None and any(one.pools[pool] != other.pools[pool] for pool in pools_of(mine)):
            return False
    return True


def together(system: ServiceSystem, tallies: Sequence[Tally]) -> Tally:
    """Return the tallies of all parts of one replication as one: equal to that of the whole, bit for bit."""
    if len(tallies) == 1:
        return tallies[0]
    items = {name: tally for part in tallies for name, tally in part.items.items()}
    pools = {name: PoolTally() for name in system.pools}
    days: dict[int, DayTally] = {}
    segments: dict[str, list[ItemTally]] = {}
    for part in tallies:
        for name, pool in part.pools.items():
            pools[name].add(pool)
        for day, found in part.days.items():
            days.setdefault(day, DayTally()).add(found)
        for name, segment in part.segments.items():
            segments.setdefault(name, []).append(segment)
    return Tally(
        {name: items[name] for name in system.items if name in items},
        pools,
        max((part.last_end for part in tallies), default=0.0),
        dict(sorted(days.items())),
        {name: merged(found, len(found[0].sums)) for name, found in segments.items()},
    )
