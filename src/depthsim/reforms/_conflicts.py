"""Where reforms of one scenario get in each other's way: one undoes or overrides another, or their order matters.

Every two that touch the same things are tried on up to three of the items that they share, in both orders, from the
state that the earlier one met. Each two get one finding, of the first such item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from depthsim.errors import Finding, InputError, information, warning
from depthsim.model.system import ItemChoice, ServiceSystem
from depthsim.reforms._plugin import ItemParameters, Parameters, Reform, Reformed

ITEMS_TRIED = 3
WORDS_SHOWN = 3
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Applied:
    """One reform of a scenario as it was applied: its number from 1, the system that it met, and what it did."""

    number: int
    reform: Reform
    parameters: Parameters
    before: ServiceSystem
    result: Reformed

    @property
    def name(self) -> str:
        """Return how it is called in findings: `uptake #3`."""
        return f"{self.reform.id} #{self.number}"

    @property
    def chosen(self) -> frozenset[str] | None:
        """Return the items that it was meant for; None if it is about the system."""
        about_items = getattr(self.parameters, "items", None) is not None
        return frozenset(i for use in self.result.uses for i in use.chosen) if about_items else None

    @property
    def changed(self) -> frozenset[str]:
        """Return the items that it changed."""
        return frozenset(i for use in self.result.uses for i in use.changed)


def conflicts(applied: Sequence[Applied]) -> Iterator[Finding]:
    """Yield at most one finding for every two reforms of a scenario, in their order."""
    for first, second in combinations(applied, 2):
        if first.reform.touches & second.reform.touches:
            found = next((f for ids in _shared(first, second) if (f := _tried(first, second, ids))), None)
            if found is not None:
                yield found


def _shared(first: Applied, second: Applied) -> Sequence[tuple[str, ...]]:
    """Return the sets of items on which two reforms are tried."""
    merging = [a for a in (first, second) if "id" in type(a.parameters).model_fields]
    if merging:
        together = merging[0].chosen or frozenset()
        other = (second if merging[0] is first else first).chosen
        met = together if other is None else together & other
        return [tuple(i for i in first.before.items if i in together)] if met else []
    if first.chosen is None and second.chosen is None:
        return [()]
    both = frozenset(first.before.items)
    for one in (first, second):
        both &= both if one.chosen is None else one.chosen
    worked = [(i,) for i in first.before.items if i in both and i in first.changed | second.changed]
    return worked[:ITEMS_TRIED]


def _tried(first: Applied, second: Applied, ids: tuple[str, ...]) -> Finding | None:
    base = first.before.with_items({i: first.before[i].alone for i in ids})
    try:
        one, other = _one_after_the_other(base, ids, first), _one_after_the_other(base, ids, second)
        both = _one_after_the_other(base, ids, first, second)
    except InputError:
        return None
    try:
        swapped = _one_after_the_other(base, ids, second, first)
    except InputError:
        swapped = base
    where = ("items", ids[0]) if len(ids) == 1 else ()
    values: dict[str, Any] = {
        "reform": second.reform.id,
        "first": first.name,
        "second": second.name,
        "item": base[ids[0]].name if ids else base.name,
    }
    if one != base and both == other:
        return warning("DS552", where, **values)
    if other != base and both == one:
        return information("DS553", where, **values)
    if one == base or other == base:
        return information("DS556", where, **values) if both != swapped else None
    was, a, b, now = (_leaves(s) for s in (base, one, other, both))
    against = [p for p in was if _way(was, a, p) * _way(was, b, p) < 0 and _same_options(p, was, a, b)]
    if against:
        return warning("DS554", where, what=_words(against), **values)
    lost = [p for p in was if p in a and a[p] != was[p] and b.get(p) not in (was[p], a[p]) and now.get(p) == b.get(p)]
    if lost:
        return information("DS555", where, what=_words(lost), **values)
    return information("DS556", where, **values) if both != swapped else None


def _one_after_the_other(system: ServiceSystem, ids: tuple[str, ...], *uses: Applied) -> ServiceSystem:
    for use in uses:
        parameters = use.parameters
        update: dict[str, Any] = {}
        if isinstance(parameters, ItemParameters):
            update = {"adoption": 1.0, "starts": None}
        if use.chosen is not None:
            update["items"] = ItemChoice(id=tuple(i for i in ids if i in use.chosen))
        system = use.reform.function(system, parameters.model_copy(update=update)).system
    return system


def _leaves(system: ServiceSystem) -> dict[tuple[str, ...], Any]:
    """Return every single value of the items and the pools, by its path."""
    found: dict[tuple[str, ...], Any] = {}

    def walk(value: Any, path: tuple[str, ...]) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                walk(inner, (*path, str(key)))
        elif value is not None:
            found[path] = value

    dumped = system.model_dump(mode="json", include={"items", "pools"})
    walk(dumped, ())
    return found


def _way(before: Mapping[tuple[str, ...], Any], after: Mapping[tuple[str, ...], Any], path: tuple[str, ...]) -> int:
    """Return 1 where a number rises, -1 where it falls, else 0."""
    old, new = _number(before.get(path)), _number(after.get(path))
    return 0 if old is None or new is None else (new > old) - (new < old)


def _same_options(path: tuple[str, ...], *systems: Mapping[tuple[str, ...], Any]) -> bool:
    """Return False for a share that moves only because its step has got, or lost, another option."""
    if path[-1] != "uptake":
        return True
    step, place = path[:-2], len(path) - 2
    return len({frozenset(p[place] for p in s if p[:place] == step) for s in systems}) == 1


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    found = _NUMBER.match(value) if isinstance(value, str) else None
    return float(found[0]) if found else None


def _words(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the last words of a few paths: `submit/options/online/uptake`."""
    silent = {"items", "process", "steps"}
    shown = ["/".join(p for p in path[2:] if p not in silent) or "/".join(path) for path in paths[:WORDS_SHOWN]]
    if paths and paths[0][0] == "pools":
        shown = ["/".join(path[1:]) for path in paths[:WORDS_SHOWN]]
    return (*shown, "…") if len(paths) > WORDS_SHOWN else tuple(shown)
