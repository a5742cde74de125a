"""The sets of reforms of every item: at most three, applied in the order of the costs, each analysed exactly.

Items that are equal but for id, name and demand are analysed once. A set in which a reform changes nothing is the
smaller set. The search is exact for what it covers; `Search` counts what that is.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from immutabledict import immutabledict

from depthsim.analysis.shape import skeleton
from depthsim.errors import InputError
from depthsim.model.level import LevelScheme
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.reforms import unsound
from depthsim.studies.plan.options import Entry
from depthsim.studies.plan.worth import Judge, Objective, Worth

MOST_TOGETHER = 3
"""The most reforms that are combined on one item."""
ALONE_UP_TO = 120
"""Up to this many different items, one process is faster than several."""

Chosen = tuple[int, ...]
"""A set of reforms: places among the entries, rising."""
Table = Mapping[Chosen, Worth]
"""The worth of an item under each set that differs from the smaller ones; `()` is the item as it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item: its cases a year, and its table; items of the same table share it."""

    item: str
    per_year: float
    table: Table

    def effective(self, chosen: Chosen) -> Chosen:
        """Return the set without the reforms that change nothing beside those before them."""
        found: Chosen = ()
        for entry in chosen:
            if (*found, entry) in self.table:
                found = (*found, entry)
        return found

    def worth(self, chosen: Chosen) -> Worth:
        """Return what the item is worth under a set that is in the table, or part of one."""
        return self.table[self.effective(chosen)]

    def gain(self, chosen: Chosen) -> float:
        """Return what a set saves a year, in the objective's unit."""
        return self.per_year * (self.table[()].mean - self.worth(chosen).mean)


@dataclass(frozen=True, slots=True)
class Search:
    """Every item with its sets. `different` items were analysed, `analysed` of their sets, out of `sets` possible."""

    entries: tuple[Entry, ...]
    rows: tuple[Row, ...]
    different: int
    analysed: int
    sets: int

    @property
    def unused(self) -> tuple[Entry, ...]:
        """Return the entries that change no item at all."""
        used = {n for row in self.rows for chosen in row.table for n in chosen}
        return tuple(e for n, e in enumerate(self.entries) if e.items is not None and n not in used)


def search(
    system: ServiceSystem,
    entries: Sequence[Entry],
    objective: Objective,
    scheme: LevelScheme,
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Search:
    """Return the worth of every item under every set of at most three reforms. Raises InputError for bad items."""
    bare = system.model_copy(update={"items": immutabledict()})
    keys = {name: _key(item, entries) for name, item in system.items.items()}
    work: dict[Any, tuple[ServiceItem, Chosen]] = {}
    for name, key in keys.items():
        work.setdefault(key, (system.items[name], key[1]))
    tables: dict[Any, Table] = {}
    analysed = 0
    told = progress or (lambda _done, _total: None)
    results = _tables(bare, entries, objective, scheme, list(work.values()), jobs)
    for key, (table, count) in zip(work, results, strict=True):
        tables[key] = table
        analysed += count
        told(len(tables), len(work))
    rows = tuple(
        Row(name, item.demand.per_year if item.demand else 0.0, tables[keys[name]])
        for name, item in system.items.items()
    )
    return Search(tuple(entries), rows, len(work), analysed, sum(_sets(len(key[1])) for key in work))


def _sets(entries: int) -> int:
    n = entries
    return 1 + n + n * (n - 1) // 2 + n * (n - 1) * (n - 2) // 6


def _key(item: ServiceItem, entries: Sequence[Entry]) -> tuple[ServiceItem, Chosen, Any]:
    """Return what an item's table depends on: all but id, name, demand; the entries that it may have; segments."""
    open_ = tuple(n for n, e in enumerate(entries) if e.items is not None and item.id in e.items)
    same = {"id": "item", "name": "item", "demand": None, "declared": None, "code": None, "source": None}
    segments = item.demand.segments if item.demand else None
    return item.model_copy(update=same), open_, segments


# ------------------------------------------------------------------------------------------- in processes


def _tables(
    bare: ServiceSystem,
    entries: Sequence[Entry],
    objective: Objective,
    scheme: LevelScheme,
    work: Sequence[tuple[ServiceItem, Chosen]],
    jobs: int,
) -> Iterator[tuple[Table, int]]:
    if jobs == 1 or len(work) <= ALONE_UP_TO:
        judge, sound = Judge(objective, scheme), set[Any]()
        for item, open_ in work:
            yield _table(item, open_, bare, entries, judge, sound)
        return
    context = multiprocessing.get_context("spawn")
    plain = [(e.key, e.reform.id, dict(e.given), e.start, e.each, e.most, e.items) for e in entries]
    with ProcessPoolExecutor(jobs, context, _begin, (bare, plain, objective, scheme)) as pool:
        yield from pool.map(_work, work, chunksize=max(1, len(work) // (8 * jobs)))


_HERE: dict[str, Any] = {}


def _begin(bare: ServiceSystem, plain: Sequence[Any], objective: Objective, scheme: LevelScheme) -> None:
    from depthsim import reforms

    found = []
    for key, name, given, *rest in plain:
        reform = reforms.load(name)
        found.append(Entry(key, reform, reforms.read_parameters(reform, given), given, *rest))
    _HERE.update(bare=bare, entries=found, judge=Judge(objective, scheme), sound=set())


def _work(work: tuple[ServiceItem, Chosen]) -> tuple[Table, int]:
    return _table(*work, _HERE["bare"], _HERE["entries"], _HERE["judge"], _HERE["sound"])


# ------------------------------------------------------------------------------------------- one item


def _table(
    item: ServiceItem, open_: Chosen, bare: ServiceSystem, entries: Sequence[Entry], judge: Judge, sound: set[Any]
) -> tuple[Table, int]:
    start = bare.with_items({item.id: item})
    table: dict[Chosen, Worth] = {(): judge.worth(item, start)}

    def extend(chosen: Chosen, system: ServiceSystem) -> None:
        for n in open_:
            if chosen and n <= chosen[-1]:
                continue
            after = _applied(entries[n], item.id, system, sound)
            if after is None:
                continue
            table[(*chosen, n)] = judge.worth(after.items[item.id], after)
            if len(chosen) + 1 < MOST_TOGETHER:
                extend((*chosen, n), after)

    extend((), start)
    return table, len(table)


def _applied(entry: Entry, item: str, system: ServiceSystem, sound: set[Any]) -> ServiceSystem | None:
    """Return the system with the item reformed, or None where the reform changes nothing or cannot be used."""
    try:
        after = entry.on(item, system)
    except InputError:
        return None
    new = after.items.get(item)
    if new is None or (new == system.items[item] and after.places == system.places and after.pools == system.pools):
        return None
    key = (entry.key, skeleton(new))
    if key not in sound:
        if unsound(system, after):
            return None
        sound.add(key)
    return after
