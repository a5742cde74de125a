"""Segments of applicants: who they are at an item, and the item and the ways as they are for one of them."""

from __future__ import annotations

from typing import Any

from immutabledict import immutabledict

from depthsim.model.chance import AnyLaw
from depthsim.model.service import ApplicantStep, Branch, OfficeStep, ParallelStep, ServiceItem
from depthsim.model.system import Segment, ServiceSystem
from depthsim.model.time import Duration


def system_shares(system: ServiceSystem) -> dict[str, float]:
    """Return each segment's share of all applicants; those without one share the rest equally."""
    given = {name: s.share for name, s in system.applicants.segments.items()}
    left = [name for name, share in given.items() if share is None]
    rest = max(0.0, 1.0 - sum(share for share in given.values() if share is not None))
    return {name: rest / len(left) if share is None else share for name, share in given.items()}


def comes_for(segment: Segment, item: ServiceItem) -> bool:
    """Return whether applicants of a segment come for an item: an empty audience is everybody."""
    return not segment.audience or not item.audience or bool(set(segment.audience) & set(item.audience))


def segment_shares(system: ServiceSystem, item: ServiceItem) -> dict[str, float]:
    """Return the shares of the segments that come for an item, without those of share 0; {} where none does.

    What the item's demand says wins; the others share the rest in proportion to their shares in the system.
    """
    segments = system.applicants.segments
    if not segments:
        return {}
    own = dict(item.demand.segments) if item.demand else {}
    whole = system_shares(system)
    mine = {n: own.get(n, whole[n]) for n, s in segments.items() if n in own or comes_for(s, item)}
    named = sum(share for name, share in mine.items() if name in own)
    others = sum(share for name, share in mine.items() if name not in own)
    rest = max(0.0, 1.0 - named) / others if others > 0 else 0.0
    found = {name: share if name in own else share * rest for name, share in mine.items()}
    total = sum(found.values())
    return {name: share / total for name, share in found.items() if share > 0} if total > 0 else {}


def item_for(item: ServiceItem, segment: Segment) -> ServiceItem:
    """Return an item as a segment meets it: the shares of its options weighed by channel, what it was before too.

    Where every option of a step has weight 0, nothing else is left and the shares stay.
    """
    if all(factor == 1 for factor in segment.uptake.values()):
        return item
    before = tuple(b.model_copy(update={"item": item_for(b.item, segment)}) for b in item.before)
    return item.model_copy(update={"process": _weighed(item.process, segment), "before": before})


def _weighed(process: Any, segment: Segment) -> Any:
    steps = {name: _weighed_step(step, segment) for name, step in process.steps.items()}
    return process.model_copy(update={"steps": immutabledict(steps)})


def _weighed_step(step: ApplicantStep | OfficeStep | ParallelStep, segment: Segment) -> Any:
    if isinstance(step, ParallelStep):
        branches: dict[str, Branch] = {name: _weighed(branch, segment) for name, branch in step.branches.items()}
        return step.model_copy(update={"branches": immutabledict(branches)})
    if isinstance(step, OfficeStep):
        return step
    weights = {n: s * segment.uptake.get(step.options[n].channel, 1.0) for n, s in step.shares().items()}
    total = sum(weights.values())
    if total <= 0 or len(weights) == 1:
        return step
    options = {n: o.model_copy(update={"uptake": weights[n] / total}) for n, o in step.options.items()}
    return step.model_copy(update={"options": immutabledict(options)})


def system_for(system: ServiceSystem, segment: Segment) -> ServiceSystem:
    """Return a system whose places are as far away as they are for a segment."""
    if segment.travel == 1:
        return system
    places = {n: p.model_copy(update={"travel": way(p.travel, segment)}) for n, p in system.places.items()}
    return system.model_copy(update={"places": immutabledict(places)})


def way(travel: AnyLaw, segment: Segment) -> AnyLaw:
    """Return the law of a segment's way to a place: its own one, or the place's times its factor."""
    if isinstance(segment.travel, AnyLaw):
        return segment.travel
    factor = segment.travel

    def times(value: Any) -> Any:
        if isinstance(value, Duration):
            return value.model_copy(update={"amount": value.amount * factor})
        return tuple(times(v) for v in value) if isinstance(value, tuple) else value

    if factor == 1:
        return travel
    return travel.model_copy(update={n: times(getattr(travel, n)) for n in type(travel).model_fields})
