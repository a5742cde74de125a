"""Targets of a plan: a share of items at a level, such as 80 % of licences at IV."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import get_args

from depthsim.errors import UsageError, error
from depthsim.model.level import Level
from depthsim.model.service import Audience, Handling, Kind
from depthsim.model.system import ItemChoice, ServiceSystem
from depthsim.reforms import chosen

KINDS, HANDLINGS, AUDIENCES = get_args(Kind), get_args(Handling), get_args(Audience)
_TARGET = re.compile(r"(?:([a-z][a-z0-9_]*)\s*=\s*)?(I|II|III|IV)\s*:\s*(\d+(?:\.\d+)?)\s*(%?)")


@dataclass(frozen=True, slots=True)
class Target:
    """At least `needed` of `items` at a level or above; `group` is what the items were chosen by, None for all."""

    text: str
    level: Level
    share: float
    group: str | None
    items: frozenset[str]

    @property
    def needed(self) -> int:
        """Return how many items must be at the level."""
        return math.ceil(self.share * len(self.items) - 1e-9)


def target(text: str, system: ServiceSystem) -> Target:
    """Return a target from `IV:0.8`, `IV:80%` or `licence=IV:0.8`, where the group is a kind, a department, a
    handling, an audience or one item. Raises UsageError for anything else.
    """
    found = _TARGET.fullmatch(text.strip())
    share = float(found[3]) / (100 if found[4] else 1) if found else math.inf
    if found is None or share > 1:
        raise UsageError(error("DS661", given=text))
    group = found[1]
    choice = ItemChoice() if group is None else _choice(group, system)
    ids, _ = chosen(system, choice)
    if not ids:
        raise UsageError(error("DS663", given=group))
    return Target(text.strip(), Level(found[2]), share, group, frozenset(ids))


def _choice(group: str, system: ServiceSystem) -> ItemChoice:
    departments = {*system.departments, *(i.department for i in system.items.values())}
    for words, field in (
        (KINDS, "kind"),
        (departments, "department"),
        (HANDLINGS, "handling"),
        (AUDIENCES, "audience"),
        (system.items, "id"),
    ):
        if group in words:
            return ItemChoice.model_validate({field: [group]})
    known = (*KINDS, *sorted(d for d in departments if d))
    raise UsageError(error("DS662", given=group, known=known))
