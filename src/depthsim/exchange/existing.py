"""Where a process takes place in a system that is there: its own places and pools, none of them changed."""

from __future__ import annotations

from depthsim.exchange.inference import Surrounding
from depthsim.exchange.skeleton import OFFICE, place_of
from depthsim.model.guide import ServiceGuide
from depthsim.model.system import ServiceSystem


class Existing:
    """The pools of a system, chosen guide by guide; `borrowed` says whose were taken where a department has none."""

    def __init__(self, system: ServiceSystem) -> None:
        self._system = system
        self._front = {key: pool.at for key, pool in system.pools.items() if pool.kind == "front" and pool.at}
        self._back = {key: pool.department for key, pool in system.pools.items() if pool.kind == "back"}
        self.borrowed: dict[str, str] = {}

    @property
    def enough(self) -> bool:
        """Return whether there is a window where people can go, and somebody who decides."""
        return bool(self._front) and bool(self._back)

    def around(self, guide: ServiceGuide) -> Surrounding:
        """Return the place that a guide names, or else the first, and the pools of its department, or else others."""
        place = self._place(guide)
        windows = next((key for key, at in self._front.items() if at == place), next(iter(self._front)))
        department = guide.department if guide.department in self._system.departments else None
        own = [key for key, of in self._back.items() if of == department]
        if not own:
            own = [next(iter(self._back))]
            self.borrowed[department or ""] = own[0]
        officers = _named(own, f"{department or OFFICE}_officers", 0)
        approvers = _named(own, f"{department or OFFICE}_approvers", -1)
        return Surrounding(self._front[windows], windows, officers, approvers, department)

    def _place(self, guide: ServiceGuide) -> str | None:
        found = place_of(guide)
        called = found[1] if found else None
        return next(
            (key for key, place in self._system.places.items() if called in (place.name.zh, place.name.en)), None
        )


def _named(pools: list[str], wanted: str, otherwise: int) -> str:
    return wanted if wanted in pools else pools[otherwise]
