"""Indicators by code: one function each where data can decide, split by second level.

A function takes what is assessed and the indicator, and returns what data says. Indicators that only a person can
judge have none, or one that gives hints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from depthsim.assessment.outcome import Outcome
from depthsim.assessment.subject import Subject
from depthsim.model.indicators import Indicator

Decides = Callable[[Subject, Indicator], Outcome]


@cache
def deciders() -> Mapping[str, Decides]:
    """Return the functions by the code of their indicator."""
    from depthsim.assessment.indicators import (
        basics,
        channels,
        cooperation,
        depth,
        efficiency,
        entrances,
        flow,
        forms,
        lists,
        materials,
        mobile,
        optimisation,
        publication,
    )

    found: dict[str, Decides] = {}
    for module in (
        channels, mobile, entrances, lists, publication, basics, materials, flow, forms, depth, cooperation,
        efficiency, optimisation,
    ):  # fmt: skip
        found |= module.DECIDES
    return found
