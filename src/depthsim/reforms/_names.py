"""Names that parameters give: whether the system knows them."""

from __future__ import annotations

from collections.abc import Iterable

from depthsim.catalogue import closest
from depthsim.errors import Finding, error
from depthsim.model.system import ServiceSystem


def unknown_materials(system: ServiceSystem, named: Iterable[str]) -> list[Finding]:
    """Return an error for each material that no item asks for; paths lead into the parameter `materials`."""
    return _unknown("materials", named, {m for item in system.items.values() for m in item.materials})


def unknown_pool(system: ServiceSystem, named: str | None) -> list[Finding]:
    """Return an error where a pool is named that the system has not; its path is the parameter `pool`."""
    return _unknown("pool", () if named is None else (named,), system.pools)


def _unknown(parameter: str, named: Iterable[str], known: Iterable[str]) -> list[Finding]:
    names = tuple(known)
    return [error("DS508", (parameter,), given=n, closest=closest(n, names)) for n in named if n not in names]
