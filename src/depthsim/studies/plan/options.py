"""What may be chosen: each entry of a file of costs as a reform of items, or of the system as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from depthsim import reforms
from depthsim.errors import Finding, InputError, information, warning
from depthsim.model.costs import Costs
from depthsim.model.scenario import ReformUse
from depthsim.model.system import ItemChoice, ServiceSystem
from depthsim.model.value import freeze, thaw
from depthsim.reforms.patch import Patch
from depthsim.texts import LANGS, finding_message


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file of costs, as a reform with its parameters; costs in cents.

    `items`: the items that it may be used for, None for a reform of the system as a whole. `start` is paid once it
    is used at all (running costs of all years included), `each` for each item, at most `most` of them.
    """

    key: str
    reform: reforms.Reform
    parameters: reforms.Parameters
    given: Mapping[str, Any]
    start: int
    each: int
    most: int | None
    items: frozenset[str] | None

    def cost(self, items: int) -> int:
        """Return what it costs, in cents, for so many items; 0 for none of them."""
        return self.start + self.each * items if items else 0

    def use(self, items: tuple[str, ...] = ()) -> ReformUse:
        """Return its use in a scenario, for these items (none for a reform of the system as a whole)."""
        named = {"items": {"id": list(items)}} if self.items is not None else {}
        return ReformUse(reform=self.reform.id, parameters=freeze({**self.given, **named}))

    def on(self, item: str, system: ServiceSystem) -> ServiceSystem:
        """Return a system with one item reformed: the same one where that changes nothing. Raises InputError."""
        chosen = self.parameters.model_copy(update={"items": ItemChoice(id=(item,))})
        return self.reform(system, chosen).system


def entries(system: ServiceSystem, costs: Costs) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """Return the entries of a file of costs, in its order, and what is to be known about them.

    Raises InputError, with paths into the costs, for unknown reforms and parameters that do not fit the system.
    """
    wrong: list[Finding] = []
    notes: list[Finding] = []
    found: list[Entry] = []
    for key, cost in costs.reforms.items():
        path = ("reforms", key)
        name = cost.reform or key
        try:
            reform = reforms.load(name)
        except InputError as refused:
            wrong += [replace(f, path=(*path, "reform") if cost.reform else path) for f in refused.findings]
            continue
        given = dict(thaw(cost.parameters))
        try:
            parameters = reforms.read_parameters(reform, given)
            items, about = _items(system, parameters)
            if items is None and (reason := _refusal(system, reform, parameters)) is not None:
                notes.append(warning("DS679", path, reform=name, reason=reason))
                continue
        except InputError as refused:
            values = {"reform": name}
            wrong += [
                replace(f, path=(*path, "parameters", *f.path), values={**values, **f.values}) for f in refused.findings
            ]
            continue
        notes += [replace(f, path=path, values={"reform": name, **f.values}) for f in about]
        prices = (costs.start_cents(key), costs.item_cents(key))
        found.append(Entry(key, reform, parameters, given, *prices, cost.most_items, items))
    if wrong:
        raise InputError(wrong)
    offered = {entry.reform.id for entry in found}
    if left := tuple(n for n in reforms.catalogue() if n not in offered and n != "patch"):
        notes.append(information("DS660", ("reforms",), reforms=left))
    return tuple(found), tuple(notes)


def _refusal(system: ServiceSystem, reform: reforms.Reform, parameters: reforms.Parameters) -> dict[str, str] | None:
    """Return why a reform of the system as a whole cannot be used here, in both languages, or None."""
    try:
        reform(system, parameters)
    except InputError as refused:
        return {lang: finding_message(refused.findings[0], lang) for lang in LANGS}
    return None


def _items(system: ServiceSystem, parameters: reforms.Parameters) -> tuple[frozenset[str] | None, tuple[Finding, ...]]:
    if not isinstance(parameters, reforms.ItemParameters | Patch) or parameters.items is None:
        return None, ()
    ids, about = reforms.chosen(system, parameters.items)
    return frozenset(ids), about
