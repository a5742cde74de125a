"""The shape of an item: what decides its level, without its numbers, so that items of one shape share an analysis."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from depthsim.model.service import ApplicantStep, Branch, OfficeStep, Process, ServiceItem


def skeleton(item: ServiceItem) -> Any:
    """Return what decides an item's level, hashable: everything but its numbers, names and sources."""
    materials = tuple(
        (name, m.source, m.originals > 0, m.medium, m.trust, m.required) for name, m in item.materials.items()
    )
    fee = item.fee if item.fee is None or isinstance(item.fee, str) else "fee"
    result = item.result.form if item.result else None
    return (item.kind, item.handling, item.published, result, fee, materials, _process(item.process))


@dataclass(frozen=True, slots=True)
class Shaped:
    """An item that equals every other one whose process has the same shape: the key of what they share."""

    shape: Any
    item: ServiceItem = field(compare=False)


@lru_cache(maxsize=1 << 14)
def shaped(item: ServiceItem) -> Shaped:
    """Return an item as its shape. Positions, moves and visits follow from it, chances and times do not."""
    return Shaped(_process(item.process), item)


def _process(process: Process | Branch) -> Any:
    return (process.start, tuple((name, _step(step)) for name, step in process.steps.items()))


def _step(step: Any) -> Any:
    head = (step.by, step.role, step.stage, step.materials)
    if isinstance(step, ApplicantStep):
        options = tuple((n, o.channel, o.next, o.at, o.goes_away) for n, o in step.options.items())
        return (*head, step.choose, options)
    if isinstance(step, OfficeStep):
        chances = step.chances()
        outcomes = tuple((n, o.next, o.kind, o.limit, o.on_the_spot, chances[n] > 0) for n, o in step.outcomes.items())
        return (*head, step.applicant, step.external is not None, step.special, outcomes)
    return (*head, step.next, tuple((n, _process(b)) for n, b in step.branches.items()))
