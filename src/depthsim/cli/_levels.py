"""How levels and numbers of visits look in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depthsim.cli._layout import Cell
from depthsim.cli._screen import level_cell
from depthsim.cli._words import Words
from depthsim.texts import label

if TYPE_CHECKING:
    from depthsim.model.service import ServiceItem


def level_words(level: str, say: Words) -> str:
    """Return a level's short name: `Ⅲ级`, `III`."""
    return label(f"short_{level}", say.lang)


def short_level(level: str, say: Words) -> Cell:
    """Return a level's short name in its colour."""
    return level_cell(level, level_words(level, say))


def number(value: int | None, say: Words) -> str:
    """Return a number of visits; None is infinite."""
    return say("unbounded") if value is None else str(value)


def declared_words(item: ServiceItem, say: Words) -> str:
    """Return what an item declares: level and visits; a dash where it declares nothing."""
    declared = item.declared
    if declared is None or (declared.level is None and declared.visits is None):
        return say("unknown")
    level = level_words(declared.level, say) if declared.level is not None else ""
    visits = say("declared_visits", number=declared.visits) if declared.visits is not None else ""
    return say("declared_both", level=level, visits=visits) if level and visits else level or visits
