"""A synthetic city as a whole: its halls, departments and pools, staffed for the demand of its items."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from depthsim.analysis.level import classify
from depthsim.analysis.load import offered_loads
from depthsim.files import load_scheme
from depthsim.model.system import ServiceSystem
from depthsim.synthesis.cases import case_rows
from depthsim.synthesis.draws import Draws
from depthsim.synthesis.guides import Source, guide
from depthsim.synthesis.inventory import inventory
from depthsim.synthesis.items import Sketch, demands, item, sketches, staffed
from depthsim.synthesis.organisation import HALLS, Department, Name, name
from depthsim.synthesis.processes import DESK_MINUTES, SLOT_MINUTES
from depthsim.synthesis.steps import Data
from depthsim.texts import Lang, text

MOST_ITEMS = 20_000
LEVEL_SCHEME = "depth_2018"
CASES_PER_ITEM = 3300
"""Cases a year and item: 1,500 items have about five million."""
BUSIEST = 0.82
"""No pool is offered more work than this share of its time."""
HOURS = {"country": "CN", "hours": {"mon-fri": ["09:00-12:00", "13:30-17:30"]}}
ARRIVALS = {
    "09:00": 0.24, "10:00": 0.24, "11:00": 0.12, "13:30": 0.1, "14:30": 0.13, "15:30": 0.1, "16:30": 0.07,
}  # fmt: skip


@dataclass(frozen=True)
class City:
    """A synthetic city: `system` as a value, without guides and inventory; `…_data` as the files hold them."""

    system: ServiceSystem
    system_data: Data
    item_data: dict[str, Data]
    note: Name
    seed: int
    lang: Lang
    sketches: tuple[Sketch, ...]
    departments: tuple[Department, ...]

    @cached_property
    def guide_data(self) -> dict[str, Data]:
        """Return the guides by item."""
        scheme = load_scheme(LEVEL_SCHEME)
        items, published = self.system.items, self.system.published
        return {
            s.id: guide(Source(s, items[s.id], classify(items[s.id], scheme, published), self._luck(s), self.lang))
            for s in self.sketches
        }

    @cached_property
    def city_data(self) -> Data:
        """Return the inventory."""
        return inventory(
            self.system.id, self.departments, self.sketches, self.system.items, self.guide_data, self.seed, self.lang
        )

    @cached_property
    def case_rows(self) -> list[list[str]]:
        """Return the log of cases, headings first."""
        statistics = self.city_data["cases"]
        return list(case_rows(statistics, self.guide_data, self.system.calendar, self.seed, self.lang))

    def _luck(self, sketch: Sketch) -> Draws:
        return Draws.of(self.seed, f"{sketch.id}/guide")


def synthetic_city(id_: str, *, items: int, seed: int, lang: Lang = "en", cases: float | None = None) -> City:
    """Return a city of so many items with `cases` a year in all (3,300 an item, if not given).

    The same arguments give the same city. Every number is an assumption. Servers are as many as keep each pool's
    exact offered load at or below 0.82. Raises ValueError for less than one item or more than 20,000.
    """
    if not 1 <= items <= MOST_ITEMS:
        raise ValueError(items)
    assumption = text("synthetic.city.assumption", lang)
    chosen = staffed(items)
    found = list(sketches(items, chosen))
    per_year = demands(found, seed, CASES_PER_ITEM * items if cases is None else cases)
    partners = {d.id: _partners(d, chosen) for d in chosen}
    item_data = {s.id: item(s, seed, per_year[s.id], partners[s.department.id], assumption) for s in found}
    data = _system(id_, chosen, item_data, assumption)
    system = ServiceSystem.model_validate({**data, "items": item_data})
    servers = _servers(system)
    for pool, number in servers.items():
        data["pools"][pool]["servers"] = number
    pools = {n: p.model_copy(update={"servers": servers[n]}) for n, p in system.pools.items()}
    system = system.model_copy(update={"pools": type(system.pools)(pools)})
    note = {lang_: text("synthetic.city.note", lang_, name=id_, items=items, seed=seed) for lang_ in ("zh", "en")}
    return City(system, data, item_data, note, seed, lang, tuple(found), tuple(chosen))


def _partners(department: Department, chosen: list[Department]) -> tuple[Department, ...]:
    """Return those whose opinion a department asks for: of its own theme, else whoever there is."""
    others = tuple(d for d in chosen if d != department)
    return tuple(d for d in others if (d.area, d.theme) == (department.area, department.theme)) or others


def _servers(system: ServiceSystem) -> dict[str, int]:
    """Return how many servers each pool needs: as few as keep its load, counted in slots where it has them, low."""
    return {
        name_: max(1, math.ceil(load / BUSIEST * (SLOT_MINUTES / DESK_MINUTES if system.pools[name_].slot else 1)))
        for name_, load in offered_loads(system).items()
    }


def _system(id_: str, chosen: list[Department], items: dict[str, Data], assumption: str) -> Data:
    used = set(_words_of(items, "pool"))
    places = set(_words_of(items, "at"))
    return {
        "schema": "depthsim/system/1",
        "id": id_,
        "name": {lang: text("synthetic.city.name", lang, name=id_) for lang in ("zh", "en")},
        "start": "2025-01-01",
        "calendar": HOURS,
        "published": ["consultation", "complaint"],
        "assumption": assumption,
        "places": {p: place for p, place in _places(chosen) if p in places},
        "departments": {d.id: {"name": d.name} for d in chosen},
        "pools": {p: pool for p, pool in _pools(chosen) if p in used},
        "applicants": {"wage": {"amount": 45, "unit": "CNY/h"}},
    }


def _words_of(data: Any, key: str) -> Iterator[str]:
    """Yield what stands under a key anywhere in nested data."""
    if isinstance(data, dict):
        for k, v in data.items():
            if k == key and isinstance(v, str):
                yield v
            else:
                yield from _words_of(v, key)


def _places(chosen: list[Department]) -> Iterator[tuple[str, Data]]:
    for d in chosen:
        if d.district:
            called, mean = name("hall.district", district=name(f"district.{d.district}")), 18
        else:
            called, mean = name(f"hall.{d.hall}"), 26 if d.theme in HALLS else 28
        travel = {"law": "lognormal", "mean": f"{mean} min", "cv": 0.5}
        yield d.hall, {"name": called, "travel": travel, "arrivals": ARRIVALS}


def _pools(chosen: list[Department]) -> Iterator[tuple[str, Data]]:
    """Yield every pool that a department can have, with one server."""
    for d in chosen:
        theme = name(f"theme.{d.theme}")
        front: Data = {"kind": "front", "servers": 1, "at": d.hall}
        yield d.windows, {"name": name("pool.windows", theme=theme), **front}
        yield d.desks, {"name": name("pool.desks", theme=theme), **front, "slot": f"{SLOT_MINUTES} min"}
    for d in chosen:
        for role in ("officers", "inspectors", "approvers"):
            called = name(f"pool.{role}", department=d.name)
            yield d.staff(role), {"name": called, "kind": "back", "servers": 1, "department": d.id}
