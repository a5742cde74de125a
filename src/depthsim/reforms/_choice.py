"""Which items a reform is for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from depthsim.catalogue import closest
from depthsim.errors import Finding, InputError, error, warning
from depthsim.model.level import Level
from depthsim.model.service import Handling, Kind, ServiceItem
from depthsim.model.system import ItemChoice, ServiceSystem

AUDIENCES = ("natural_person", "legal_person", "other_organisation")


def chosen(system: ServiceSystem, choice: ItemChoice) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return the ids of the items for which every condition holds, in the system's order, and a warning if none.

    `level` is the level derived at this moment, by the bundled scheme. Raises InputError for words that no
    item could ever match; paths lead into the parameters.
    """
    departments = {*system.departments, *(i.department for i in system.items.values() if i.department)}
    known: dict[str, Iterable[str]] = {
        "id": (*system.items, *system.omitted),
        "department": departments,
        "kind": get_args(Kind),
        "handling": get_args(Handling),
        "audience": AUDIENCES,
        "level": tuple(level.value for level in Level),
    }
    wrong = [
        error("DS503" if field == "id" else "DS504", ("items", field), given=word, closest=closest(word, words))
        for field, words in known.items()
        for word in getattr(choice, field)
        if word not in words
    ]
    if wrong:
        raise InputError(wrong)
    ids = tuple(id_ for id_, item in system.items.items() if _fits(system, item, choice))
    elsewhere = bool(choice.id) and set(choice.id) <= set(system.omitted)
    return ids, () if ids or elsewhere else (warning("DS505"),)


def _fits(system: ServiceSystem, item: ServiceItem, choice: ItemChoice) -> bool:
    return (
        (not choice.id or item.id in choice.id)
        and (not choice.department or item.department in choice.department)
        and (not choice.kind or item.kind in choice.kind)
        and (not choice.handling or item.handling in choice.handling)
        and (not choice.audience or bool(set(choice.audience) & set(item.audience)))
        and (not choice.level or _level(system, item) in choice.level)
    )


def _level(system: ServiceSystem, item: ServiceItem) -> str:
    from depthsim.analysis.level import classify
    from depthsim.files import load_scheme

    return classify(item, load_scheme("depth_2018"), system.published).level.value
