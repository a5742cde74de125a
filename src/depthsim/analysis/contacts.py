"""Contacts: by which channel cases begin, and how many of their visits corrections cause. Exact."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from immutabledict import immutabledict

from depthsim.analysis.chain import absorb, endless
from depthsim.analysis.graph import PositionGraph, positions
from depthsim.model.level import Channel
from depthsim.model.service import ApplicantStep, OfficeStep, ParallelStep, Process, ServiceItem


def _begun(facts: frozenset[str], step: object, *_rest: object) -> frozenset[str]:
    return facts | {"begun"} if isinstance(step, ApplicantStep) else facts


@lru_cache(maxsize=4096)
def first_channels(item: ServiceItem) -> Mapping[Channel, float]:
    """Return the share of cases whose first option is in each channel; less than 1 in all where a case has none."""
    graph = PositionGraph(item, _begun)
    times = absorb(graph).times
    found: dict[Channel, float] = defaultdict(float)
    for n, node in enumerate(graph.nodes):
        if isinstance(node.step, ApplicantStep) and "begun" not in node.position.facts:
            for move in node.moves:
                found[node.step.options[move.name].channel] += times[n] * move.share
    return dict(sorted(found.items()))


@lru_cache(maxsize=4096)
def visits_without_corrections(item: ServiceItem) -> float | None:
    """Return the mean visits a case would have if no correction befell it; None where it could then never end.

    The other outcomes share a correction's chance in proportion, as they do once it is used up.
    """
    bare = item.model_copy(update={"process": _without(item.process)})
    graph = positions(bare)
    if endless(graph):
        return None
    ends = absorb(graph).ends.values()
    return math.fsum(visits * p for by_visits in ends for visits, p in by_visits.items())


def _without(process: Any) -> Process:
    found: Process = process.model_copy(
        update={"steps": immutabledict({name: _step(step) for name, step in process.steps.items()})}
    )
    return found


def _step(step: ApplicantStep | OfficeStep | ParallelStep) -> Any:
    if isinstance(step, ParallelStep):
        branches = immutabledict({name: _without(branch) for name, branch in step.branches.items()})
        return step.model_copy(update={"branches": branches})
    if isinstance(step, ApplicantStep):
        return step
    chances = step.chances()
    left = {name: o for name, o in step.outcomes.items() if o.kind != "correction"}
    total = math.fsum(chances[name] for name in left)
    if total <= 0 or len(left) == len(step.outcomes):
        return step
    outcomes = {name: o.model_copy(update={"chance": chances[name] / total}) for name, o in left.items()}
    return step.model_copy(update={"outcomes": immutabledict(outcomes)})
