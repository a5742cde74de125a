"""The best portfolio: a mixed-integer program over the sets of every item, solved exactly (HiGHS through scipy).

One binary for each item and set, one for each reform that is begun at all. Costs are whole cents, so that a budget
is kept to the cent; among portfolios of equal gain the cheapest is taken.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, vstack

from depthsim.errors import InputError, error
from depthsim.model.level import Level
from depthsim.studies.plan.quiet import nothing_printed
from depthsim.studies.plan.search import Chosen, Row, Search
from depthsim.studies.plan.targets import Target

WEIGHT = 1e6
"""The largest gain in the objective: the solver's absolute tolerance of 1e-6 is then a million-millionth of it."""
TIE = 1e-2
"""What all costs together weigh in the objective: they decide only where gains are equal to within 1e-8."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Which reforms for which items: `sets[item]` holds places among the entries. Cost in cents, gain a year."""

    search: Search
    sets: Mapping[str, Chosen]

    @property
    def items(self) -> dict[int, tuple[str, ...]]:
        """Return the items of each entry that is used, in the system's order; entries in the order of the costs."""
        found: dict[int, list[str]] = {}
        for row in self.search.rows:
            for entry in self.sets.get(row.item, ()):
                found.setdefault(entry, []).append(row.item)
        return {entry: tuple(found[entry]) for entry in sorted(found)}

    @property
    def cost(self) -> int:
        """Return what it costs, in cents."""
        return sum(self.search.entries[entry].cost(len(items)) for entry, items in self.items.items())

    @property
    def gain(self) -> float:
        """Return what it saves a year, in the objective's unit."""
        return math.fsum(row.gain(self.sets.get(row.item, ())) for row in self.search.rows)

    def level(self, row: Row) -> Level:
        """Return an item's level under it."""
        return row.worth(self.sets.get(row.item, ())).level

    def at(self, target: Target) -> int:
        """Return how many of a target's items are at its level or above."""
        return sum(self.level(row) >= target.level for row in self.search.rows if row.item in target.items)

    def only(self, entries: Sequence[int]) -> Portfolio:
        """Return the part of it that uses these entries alone."""
        kept = {item: tuple(n for n in chosen if n in entries) for item, chosen in self.sets.items()}
        return Portfolio(self.search, {item: chosen for item, chosen in kept.items() if chosen})

    def segment_gains(self) -> dict[str, float]:
        """Return what it saves each segment of applicants a year, weighed by cases alone."""
        found: dict[str, float] = {}
        for row in self.search.rows:
            before, after = row.table[()].segments, row.worth(self.sets.get(row.item, ())).segments
            for name in before:
                found[name] = found.get(name, 0.0) + row.per_year * (before[name] - after[name])
        return found


class Program:
    """The mixed-integer program of one search, with its targets; solved for one budget after another."""

    def __init__(self, search: Search, targets: Sequence[Target] = (), *, fair: bool = False) -> None:
        self.search, self.targets = search, tuple(targets)
        self._choices = [(row, chosen) for row in search.rows for chosen in worthwhile(row, fair=fair)]
        self._entries = list(range(len(search.entries)))
        self._size = len(self._choices) + len(self._entries)
        self._gains = np.array([row.gain(chosen) for row, chosen in self._choices] + [0.0] * len(self._entries))
        costs = [sum(search.entries[n].each for n in chosen) for _, chosen in self._choices]
        cents = [*costs, *(e.start for e in search.entries)]
        self._unit = reduce(math.gcd, cents, 0) or 1
        self._costs = np.array([c // self._unit for c in cents], dtype=float)
        self._largest = float(np.abs(self._gains).max(initial=0.0)) or 1.0
        self._dearest = float(self._costs.sum()) or 1.0
        self._matrix, self._upper = self._rules(fair=fair)

    def __len__(self) -> int:
        return self._size

    @property
    def unit(self) -> int:
        """Return the cents that every cost is a multiple of."""
        return self._unit

    def best(self, budget: int | None = None) -> Portfolio | None:
        """Return the portfolio of greatest gain within a budget (cents), the cheapest such; None if none fits."""
        found = self._solve(-self._gains * (WEIGHT / self._largest) + self._costs * (TIE / self._dearest), budget)
        return None if found is None else self._portfolio(found)

    def weighed(self, cent: float) -> Portfolio | None:
        """Return the portfolio best in gain less cost, where a cent is worth so much of gain (> 0)."""
        weights = self._costs * (cent * self._unit) - self._gains
        found = self._solve(weights * (WEIGHT / (float(np.abs(weights).max(initial=0.0)) or 1.0)), None)
        return None if found is None else self._portfolio(found)

    def cheapest(self) -> Portfolio | None:
        """Return the cheapest portfolio that meets the targets, of the greatest gain at that cost."""
        found = self._solve(self._costs, None)
        return None if found is None else self.best(self._portfolio(found).cost)

    def _solve(self, objective: NDArray[np.float64], budget: int | None) -> NDArray[np.float64] | None:
        if not self._choices:
            return np.zeros(0) if (self._upper >= 0).all() else None
        rows, upper = [self._matrix], [self._upper]
        if budget is not None:
            # Costs are whole numbers of units: half a unit more lets nothing else in, and rounding errors do no harm.
            rows.append(csr_matrix(self._costs))
            upper.append(np.array([budget // self._unit + 0.5]))
        rules = LinearConstraint(vstack(rows, format="csr"), -np.inf, np.concatenate(upper))
        with nothing_printed():
            found = milp(
                objective,
                integrality=np.ones(self._size),
                bounds=Bounds(0, 1),
                constraints=rules,
                options={"mip_rel_gap": 0.0},
            )
        if found.status == 2:
            return None
        if found.x is None:
            raise InputError(error("DS666", reason=str(found.message)))
        return np.asarray(found.x)

    def _portfolio(self, solution: NDArray[np.float64]) -> Portfolio:
        taken = [choice for choice, x in zip(self._choices, solution, strict=False) if x > 0.5]
        return Portfolio(self.search, {row.item: chosen for row, chosen in taken})

    def _rules(self, *, fair: bool) -> tuple[Any, NDArray[np.float64]]:
        """Return the rows of: one set an item; no set without its reforms begun; most items; targets; fairness."""
        places: list[tuple[int, int]] = []
        values: list[float] = []
        upper: list[float] = []

        def rule(entries: Mapping[int, float], bound: float) -> None:
            places.extend((len(upper), column) for column in entries)
            values.extend(entries.values())
            upper.append(bound)

        by_item: dict[str, dict[int, float]] = {}
        begun: dict[tuple[int, str], dict[int, float]] = {}
        used: dict[int, dict[int, float]] = {}
        first = len(self._choices)
        for column, (row, chosen) in enumerate(self._choices):
            by_item.setdefault(row.item, {})[column] = 1.0
            for n in chosen:
                begun.setdefault((n, row.item), {first + n: -1.0})[column] = 1.0
                used.setdefault(n, {})[column] = 1.0
        for entries in by_item.values():
            rule(entries, 1.0)
        for entries in begun.values():
            rule(entries, 0.0)
        for n, entries in used.items():
            most = self.search.entries[n].most
            if most is not None:
                rule(entries, float(most))
        for target in self.targets:
            self._target(target, rule)
        if fair:
            self._fairness(rule)
        where = np.array(places, dtype=int).reshape(-1, 2).T
        return csr_matrix((values, (where[0], where[1])), shape=(len(upper), self._size)), np.array(upper)

    def _target(self, target: Target, rule: Any) -> None:
        rows = {row.item: row for row in self.search.rows if row.item in target.items}
        already = sum(row.table[()].level >= target.level for row in rows.values())
        changes: dict[int, float] = {}
        for column, (row, chosen) in enumerate(self._choices):
            if row.item in rows:
                before, after = row.table[()].level >= target.level, row.worth(chosen).level >= target.level
                if before != after:
                    changes[column] = float(before) - float(after)
        rule(changes, float(already - target.needed))

    def _fairness(self, rule: Any) -> None:
        segments = {name for row in self.search.rows for name in row.table[()].segments}
        for name in sorted(segments):
            losses: dict[int, float] = {}
            for column, (row, chosen) in enumerate(self._choices):
                before, after = row.table[()].segments, row.worth(chosen).segments
                if name in before and before[name] != after[name]:
                    losses[column] = row.per_year * (after[name] - before[name])
            size = max(map(abs, losses.values()), default=1.0)
            rule({column: loss / size for column, loss in losses.items()}, 0.0)


def worthwhile(row: Row, *, fair: bool = False) -> list[Chosen]:
    """Return an item's sets that no part of them dominates: a part costs no more, and here it is as good in all.

    As good: as great a gain, as high a level, and with `fair` no segment of applicants worse off.
    """
    return [
        chosen
        for chosen in row.table
        if chosen and not any(_as_good(row, part, chosen, fair=fair) for part in _parts(row, chosen))
    ]


def _parts(row: Row, chosen: Chosen) -> list[Chosen]:
    """Return the smaller sets of the table that are part of a set."""
    return [other for other in row.table if len(other) < len(chosen) and set(other) < set(chosen)]


def _as_good(row: Row, part: Chosen, chosen: Chosen, *, fair: bool) -> bool:
    a, b = row.table[part], row.table[chosen]
    if row.per_year * a.mean > row.per_year * b.mean or a.level < b.level:
        return False
    return not fair or all(a.segments[name] <= b.segments[name] for name in a.segments)


def within_reach(search: Search, target: Target, budget: int | None, *, fair: bool = False) -> int:
    """Return how many of a target's items can be at its level at most, within a budget (cents)."""
    low, high = 0, len(target.items)
    while low < high:
        middle = (low + high + 1) // 2
        aim = Target(target.text, target.level, middle / len(target.items), target.group, target.items)
        if Program(search, [aim], fair=fair).best(budget) is None:
            high = middle - 1
        else:
            low = middle
    return low
