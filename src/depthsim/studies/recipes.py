"""The smallest sets of reforms that lift an item to a level, by trying every set over the exact analysis.

Sets are tried by size, each in every order; nothing is pruned but what changes nothing: a set in which a reform has
no effect in some order is, in that order, a smaller set, which was tried before. So when a set of a size reaches the
level and none of a smaller size does, none does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations
from math import comb
from typing import Any

from depthsim import reforms
from depthsim.analysis.level import Classification, classify
from depthsim.errors import InputError
from depthsim.model.costs import Costs
from depthsim.model.level import Level, LevelScheme
from depthsim.model.service import ApplicantStep, Branch, ParallelStep, ServiceItem, StepPath
from depthsim.model.system import ItemChoice, ServiceSystem
from depthsim.reforms import unsound
from depthsim.studies.plan.options import Entry, entries
from depthsim.studies.plan.worth import Judge

MOST_REFORMS = 4
"""The most reforms in a set that is tried."""
NO_MATTER = frozenset({"pools", "places", "limits", "times", "lags"})
"""A reform that touches nothing else changes no level: levels do not depend on these."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reform that may be used on the item; `cents` is what it costs for this item alone, None where unknown."""

    key: str
    reform: reforms.Reform
    parameters: reforms.Parameters
    cents: int | None


@dataclass(frozen=True, slots=True)
class Recipe:
    """Reforms, in the order of their use, that bring an item to a level. Cost in cents, None where one is unknown."""

    candidates: tuple[Candidate, ...]
    level: Level
    required: int | None

    @property
    def reforms(self) -> tuple[str, ...]:
        """Return the reforms' names."""
        return tuple(c.reform.id for c in self.candidates)

    @property
    def cents(self) -> int | None:
        """Return what it costs for this item alone."""
        costs = [c.cents for c in self.candidates]
        return None if None in costs else sum(c for c in costs if c is not None)


@dataclass(frozen=True, slots=True)
class Recipes:
    """The recipes of fewest reforms, the cheapest first; none: `nearest` is the best that was met.

    `sets` sets of up to `largest` of `candidates` reforms were tried, `smaller` of them with fewer than a recipe has.
    """

    recipes: tuple[Recipe, ...]
    nearest: Classification
    candidates: int
    largest: int
    sets: int
    smaller: int


@dataclass(slots=True)
class _States:
    """The systems met, by number; the one with number 0 is the one to begin with."""

    item: str
    scheme: LevelScheme
    numbers: dict[ServiceSystem, int] = field(default_factory=dict)
    systems: list[ServiceSystem] = field(default_factory=list)
    after: dict[tuple[int, int], int] = field(default_factory=dict)
    found: dict[int, Classification] = field(default_factory=dict)

    def number(self, system: ServiceSystem) -> int:
        """Return a system's number."""
        if system not in self.numbers:
            self.numbers[system] = len(self.systems)
            self.systems.append(system)
        return self.numbers[system]

    def step(self, state: int, place: int, candidate: Candidate) -> int:
        """Return the state after a reform; the same one where it cannot be used or changes nothing."""
        key = (state, place)
        if key not in self.after:
            before = self.systems[state]
            chosen = candidate.parameters.model_copy(update={"items": ItemChoice(id=(self.item,))})
            try:
                after = candidate.reform(before, chosen).system
                usable = self.item in after.items and not unsound(before, after)
            except InputError:
                after, usable = before, False
            self.after[key] = self.number(after) if usable else state
        return self.after[key]

    def level(self, state: int) -> Classification:
        """Return the classification of the item in a state."""
        if state not in self.found:
            system = self.systems[state]
            self.found[state] = classify(system.items[self.item], self.scheme, system.published)
        return self.found[state]


def candidates(system: ServiceSystem, item: str, costs: Costs) -> tuple[Candidate, ...]:
    """Return the reforms that may change the level of an item: those of the costs, then those without a cost.

    The latter are used as they are by default, where they need not be told how. Raises InputError for bad costs.
    """
    priced, _ = entries(system, costs)
    found = [_candidate(e) for e in priced if e.items is not None and item in e.items and _matters(e.reform)]
    offered = {e.reform.id for e in priced}
    for name in reforms.catalogue():
        reform = reforms.load(name)
        told = any(f.is_required() for f in reform.parameters.model_fields.values())
        of_items = issubclass(reform.parameters, reforms.ItemParameters)
        if name not in offered and of_items and not told and _matters(reform):
            found.append(Candidate(name, reform, reforms.read_parameters(reform, {}), None))
    return tuple(found)


def _candidate(entry: Entry) -> Candidate:
    return Candidate(entry.key, entry.reform, entry.parameters, entry.cost(1))


def _matters(reform: reforms.Reform) -> bool:
    return bool(reform.touches - NO_MATTER)


def recipes(
    system: ServiceSystem,
    item: str,
    target: Level,
    scheme: LevelScheme,
    offered: Sequence[Candidate],
    *,
    most: int = MOST_REFORMS,
) -> Recipes:
    """Return the sets of fewest reforms with which an item of a system of one reaches a level, the cheapest first."""
    states = _States(item, scheme)
    states.number(system)
    nearest = states.level(0)
    tried = 1
    size = 0
    for size in range(1, min(most, len(offered)) + 1):
        smaller, found = tried, list[Recipe]()
        for chosen in combinations(range(len(offered)), size):
            tried += 1
            for order in permutations(chosen):
                state = _walk(states, order, offered)
                if state is None:
                    continue
                level = states.level(state)
                if level.level >= target:
                    used = tuple(offered[n] for n in order)
                    found.append(Recipe(used, level.level, level.visits.required))
                    break
                if level.level > nearest.level:
                    nearest = level
        if found:
            found.sort(key=lambda r: (r.cents is None, r.cents or 0))
            return Recipes(tuple(found), nearest, len(offered), size, tried, smaller)
    assert tried == sum(comb(len(offered), n) for n in range(size + 1))
    return Recipes((), nearest, len(offered), size, tried, tried)


def _walk(states: _States, order: Sequence[int], offered: Sequence[Candidate]) -> int | None:
    """Return the state after reforms in an order; None where one of them changes nothing."""
    state = 0
    for place in order:
        after = states.step(state, place, offered[place])
        if after == state:
            return None
        state = after
    return state


def vanishing(item: ServiceItem, step: StepPath, system: ServiceSystem, scheme: LevelScheme) -> float:
    """Return the expected visits of a case that vanish when a step, and no other, no longer makes anybody come.

    Every option of it at a window or kiosk is then online, with its share and what follows unchanged. Where the
    visit serves other steps too, fewer vanish than are made there, down to none.
    """
    judge = Judge("visits", scheme)
    without = item.model_copy(update={"process": _online(item.process, step)})
    return judge.mean(item, system) - judge.mean(without, system)


def _online(process: Any, step: StepPath) -> Any:
    name, rest = step[0], step[1:]
    found: Any = process.steps[name]
    if rest:
        assert isinstance(found, ParallelStep)
        branch: Branch = _online(found.branches[rest[0]], rest[1:])
        found = found.model_copy(update={"branches": type(found.branches)({**found.branches, rest[0]: branch})})
    elif isinstance(found, ApplicantStep):
        away = {"channel": "online", "at": None, "pool": None, "served": None}
        options = {n: o.model_copy(update=away) if o.on_site else o for n, o in found.options.items()}
        found = found.model_copy(update={"options": type(found.options)(options)})
    return process.model_copy(update={"steps": type(process.steps)({**process.steps, name: found})})
