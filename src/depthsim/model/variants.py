"""Variants of an item: which process a case runs, by the reforms that are in force and adopted at its arrival.

An item that a reform changed for some cases only carries what it was before (`Before`). Its checks are taken in
order: a case that fails one runs that `before.item`, with its own checks; one that passes all runs the item itself.
A variant is named by the checks that failed: `result_courier`, `result_courier/e_result`; the item itself is ``""``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from depthsim.model.service import Before, ServiceItem

InForce = Callable[[date], bool | None]
"""Whether what starts on a day is in force for the cases in question; None where for some of them only."""


def checks(item: ServiceItem) -> Iterator[tuple[str, Before]]:
    """Yield an item's own checks in order, with their names: the reform's, and a number where it comes again."""
    seen: dict[str, int] = {}
    for before in item.before:
        seen[before.reform] = number = seen.get(before.reform, 0) + 1
        yield before.reform if number == 1 else f"{before.reform}#{number}", before


def variants(item: ServiceItem, prefix: str = "") -> Iterator[tuple[str, ServiceItem]]:
    """Yield every variant with its name, the item itself first; none of them carries a `before`."""
    yield prefix.rstrip("/"), item.alone
    for name, before in checks(item):
        yield from variants(before.item, f"{prefix}{name}/")


def variant(item: ServiceItem, name: str) -> ServiceItem:
    """Return a variant by name, without what it was before. Raises KeyError."""
    for part in name.split("/") if name else ():
        item = dict(checks(item))[part].item
    return item.alone


def variant_shares(item: ServiceItem, in_force: InForce) -> dict[str, float] | None:
    """Return the share of cases that run each variant, or None where a start falls among the cases in question.

    One reform is adopted by the same cases wherever it occurs; different reforms are adopted independently.
    """
    shares: dict[str, float] = {}
    return shares if _share(item, "", {}, in_force, shares) else None


def _share(
    item: ServiceItem, prefix: str, bounds: dict[str, tuple[float, float]], in_force: InForce, shares: dict[str, float]
) -> bool:
    for name, before in checks(item):
        below = f"{prefix}{name}/"
        force = in_force(before.starts) if before.starts is not None else True
        if force is None:
            return False
        if not force:
            return _share(before.item, below, bounds, in_force, shares)
        low, high = bounds.get(before.reform, (0.0, 1.0))
        split = min(max(before.adoption, low), high)
        others = {**bounds, before.reform: (split, high)}
        if split < high and not _share(before.item, below, others, in_force, shares):
            return False
        if split <= low:
            return True
        bounds = {**bounds, before.reform: (low, split)}
    mass = 1.0
    for low, high in bounds.values():
        mass *= high - low
    shares[prefix.rstrip("/")] = mass
    return True
