"""Visits (到现场次数) of one item: least, required, expected, greatest, by channel, their distribution and reasons."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from depthsim.analysis.chain import chain_of, endless
from depthsim.analysis.games import anything, ordinary, play
from depthsim.analysis.graph import Move, Node, PositionGraph, positions
from depthsim.analysis.shape import Shaped, shaped
from depthsim.errors import Finding, InputError, error, warning
from depthsim.model.level import Channel
from depthsim.model.service import ApplicantStep, Option, ServiceItem, path_text


@dataclass(frozen=True, slots=True)
class ChannelVisits:
    """Visits of those who apply by one channel, without exceptions; None is infinite."""

    best: int | None
    worst: int | None


@dataclass(frozen=True, slots=True)
class VisitReason:
    """Why a visit must be made (必须现场办理原因): the step, the option taken, and the originals to be shown.

    `expected` is the mean number of such visits a case; `materials` are the ids whose originals are needed.
    """

    step: str
    option: str
    place: str
    role: str
    materials: tuple[str, ...]
    expected: float


@dataclass(frozen=True, slots=True)
class Visits:
    """Exact numbers of visits; None is infinite. See `docs/explanation/visits`."""

    least: int | None
    required: int | None
    expected: float
    expected_delivered: float
    greatest: int | None
    by_channel: Mapping[Channel, ChannelVisits]
    distribution: Mapping[int, float]
    ends: Mapping[str, float]
    reasons: tuple[VisitReason, ...]
    occurrences: Mapping[str, float]
    moves: Mapping[tuple[str, str], float]
    corrections: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What no chance decides: the games' visits (`inf` without bound), and the loops that make them so."""

    least: float
    required: float
    greatest: float
    by_channel: Mapping[Channel, ChannelVisits]
    loops: tuple[str, ...]


def bounds_of(item: ServiceItem) -> Bounds:
    """Return an item's bounds: those of every item of its shape."""
    return _bounds(shaped(item))


@lru_cache(maxsize=4096)
def _bounds(like: Shaped) -> Bounds:
    graph = positions(like.item)
    required = play(graph, applicant="min", office="max", admits=ordinary)[0]
    ends = ("delivered", "refused", "withdrawn")
    greatest = play(graph, applicant="max", office="max", admits=anything, ends=ends)[0]
    endless_ways = [which for value, which in ((required, ordinary), (greatest, anything)) if value == math.inf]
    loops = dict.fromkeys(loop for which in endless_ways if (loop := costly_loop(graph, which)))
    return Bounds(
        least=play(graph, applicant="min", office="min", admits=ordinary)[0],
        required=required,
        greatest=greatest,
        by_channel=_by_channel(like.item),
        loops=tuple(loops),
    )


@lru_cache(maxsize=1 << 14)
def analyse(item: ServiceItem) -> Visits:
    """Return an item's exact visits. Raises InputError where a case cannot be delivered or may never end."""
    graph = positions(item)
    path = ("items", item.id, "process")
    if stuck := endless(graph):
        raise InputError(error("DS202", graph.where(stuck[0]), step=graph.label(stuck[0])))
    bounds = bounds_of(item)
    if bounds.least == math.inf:
        raise InputError(error("DS203", path, item=item.id))
    chain = chain_of(item)
    distribution: dict[int, float] = defaultdict(float)
    for by_visits in chain.ends.values():
        for visits, p in by_visits.items():
            distribution[visits] += p
    ends = {end: math.fsum(d.values()) for end, d in chain.ends.items()}
    delivered = chain.ends.get("delivered", {})
    occurrences: dict[str, float] = defaultdict(float)
    moves: dict[tuple[str, str], float] = defaultdict(float)
    corrections = 0.0
    for n, node in enumerate(graph.nodes):
        step = graph.label(n)
        if chain.times[n]:
            occurrences[step] += chain.times[n]
        for move in node.moves:
            flow = chain.times[n] * move.share
            moves[step, move.name] += flow
            corrections += flow * (getattr(move.what, "kind", "") == "correction")
    return Visits(
        least=_count(bounds.least),
        required=_count(bounds.required),
        expected=math.fsum(k * p for k, p in distribution.items()),
        expected_delivered=(
            math.fsum(k * p for k, p in delivered.items()) / ends["delivered"] if ends.get("delivered") else math.nan
        ),
        greatest=_count(bounds.greatest),
        by_channel=bounds.by_channel,
        distribution=dict(sorted(distribution.items())),
        ends=ends,
        reasons=_reasons(item, graph, chain.times),
        occurrences=dict(occurrences),
        moves=dict(moves),
        corrections=corrections,
        findings=tuple(warning("DS205", path, item=item.id, loop=loop) for loop in bounds.loops),
    )


def _count(value: float) -> int | None:
    return None if math.isinf(value) else int(value)


def costly_loop(graph: PositionGraph, admits: object = anything) -> str | None:
    """Return the steps of a loop that costs visits at every turn, as text, or None."""
    for component in graph.components():
        members = set(component)
        for n in component:
            for move in graph.nodes[n].moves:
                if move.visits and move.target in members and admits(graph.nodes[n], move):  # type: ignore[operator]
                    return " → ".join(dict.fromkeys(graph.label(m) for m in component))
    return None


def _begun(facts: frozenset[str], step: object, *_rest: object) -> frozenset[str]:
    return facts | {"begun"} if isinstance(step, ApplicantStep) else facts


def _by_channel(item: ServiceItem) -> dict[Channel, ChannelVisits]:
    graph = PositionGraph(item, _begun)
    found: dict[Channel, ChannelVisits] = {}
    for channel in sorted(_first_channels(graph)):

        def by(node: Node, move: Move, channel: Channel = channel) -> bool:
            first = isinstance(node.step, ApplicantStep) and "begun" not in node.position.facts
            return not move.exception and (
                not first or (isinstance(move.what, Option) and move.what.channel == channel)
            )

        best = play(graph, applicant="min", office="min", admits=by)[0]
        worst = play(graph, applicant="max", office="max", admits=by)[0]
        if best < math.inf:
            found[channel] = ChannelVisits(_count(best), _count(worst))
    return found


def _first_channels(graph: PositionGraph) -> set[Channel]:
    return {
        option.channel
        for node in graph.nodes
        if isinstance(node.step, ApplicantStep) and "begun" not in node.position.facts
        for option in node.step.options.values()
    }


def _reasons(item: ServiceItem, graph: PositionGraph, times: list[float]) -> tuple[VisitReason, ...]:
    found: dict[tuple[str, str], float] = defaultdict(float)
    described: dict[tuple[str, str], VisitReason] = {}
    for n, node in enumerate(graph.nodes):
        for move in node.moves:
            if not move.visits or not isinstance(move.what, Option):
                continue
            key = (path_text(node.position.step), move.name)
            found[key] += times[n] * move.share
            originals = tuple(
                m for m in node.step.materials if m in item.materials and item.materials[m].original_shown
            )
            described[key] = VisitReason(*key, move.what.at or "", node.step.role, originals, 0.0)
    return tuple(
        VisitReason(r.step, r.option, r.place, r.role, r.materials, found[key]) for key, r in described.items()
    )
