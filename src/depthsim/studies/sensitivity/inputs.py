"""What varied numbers are put into: the system, its items and the scenarios, as written and as read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from depthsim import reforms
from depthsim.model.scenario import Scenario
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.value import thaw
from depthsim.studies.sensitivity.assumptions import Parameter, place_of, written
from depthsim.studies.sensitivity.many import Many
from depthsim.studies.sensitivity.varying import Times, at, changes, put, varied


@dataclass(frozen=True, slots=True)
class Alternative:
    """What is compared with the reference: the uses of reforms of one scenario, by their places in it."""

    id: str
    scenario: Scenario
    uses: tuple[int, ...]

    @property
    def whole(self) -> bool:
        """Return whether it is the whole scenario."""
        return self.id == self.scenario.id


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a reform in a scenario, for the items that it is for as assumed; `parameters` as read."""

    reform: reforms.Reform
    place: int
    chosen: tuple[str, ...]
    parameters: Any

    def on(self, system: ServiceSystem) -> ServiceSystem:
        """Return a system under it, which may hold some of the items only."""
        if not isinstance(self.parameters, reforms.ItemParameters):
            return self.reform(system, self.parameters).system
        here = tuple(id_ for id_ in self.chosen if id_ in system.items)
        if not here:
            return system
        items = self.parameters.items.model_copy(update={"id": here})
        return self.reform(system, self.parameters.model_copy(update={"items": items})).system


Row = Sequence[Any]
"""A value for every parameter; each may stand for many."""


class Inputs:
    """A system and scenarios whose assumptions can be varied.

    Raises InputError for reforms that do not fit the system.
    """

    def __init__(self, system: ServiceSystem, scenarios: Sequence[Scenario], parameters: Sequence[Parameter]) -> None:
        self.system = system.with_items({})
        self.items = dict(system.items)
        self.omitted = tuple(dict.fromkeys((*system.items, *system.omitted)))
        self.uses = {place_of(s): _uses(system, s) for s in dict.fromkeys(scenarios)}
        self.parameters = tuple(parameters)
        self._documents = {"system": written(self.system)}
        self._documents |= {name: written(item) for name, item in self.items.items()}
        self._documents |= {place_of(s): written(s) for s in dict.fromkeys(scenarios)}
        self._columns: dict[str, list[int]] = {}
        for n, parameter in enumerate(self.parameters):
            self._columns.setdefault(parameter.where, []).append(n)
        self.shared = [n for where in ("system", *self.uses) for n in self._columns.get(where, ())]
        """The parameters that no item has for itself."""

    def of(self, items: Sequence[str]) -> list[int]:
        """Return the parameters that some items' numbers depend on."""
        return sorted({*self.shared, *(n for name in items for n in self._columns.get(name, ()))})

    def bare_at(self, row: Row) -> ServiceSystem:
        """Return the system without items. Raises ValidationError."""
        found: ServiceSystem = self._value("system", self.system, ServiceSystem.model_validate, row)
        return found

    def item_at(self, name: str, row: Row) -> ServiceItem:
        """Return an item. Raises ValidationError."""
        found: ServiceItem = self._value(name, self.items[name], ServiceItem.model_validate, row)
        return found

    def with_items_at(self, names: Sequence[str], row: Row) -> ServiceSystem:
        """Return the system with some of the items. Raises ValidationError."""
        items = {name: self.item_at(name, row) for name in names}
        left = tuple(name for name in self.omitted if name not in items)
        return self.bare_at(row).with_items(items).model_copy(update={"omitted": left})

    def uses_at(self, where: str, row: Row) -> list[Use]:
        """Return a scenario's uses of reforms. Raises InputError."""
        old = self._documents[where]
        new = self._varied(where, row)
        if new is old:
            return self.uses[where]
        found = []
        for use in self.uses[where]:
            before, after = ({**d["reforms"][use.place]}[use.reform.id] for d in (old, new))
            read = partial(_read, use.reform, use.chosen)
            found.append(replace(use, parameters=_valued(use.parameters, before, after, read)))
        return found

    def _value(self, where: str, value: Any, read: Any, row: Row) -> Any:
        return _valued(value, self._documents[where], self._varied(where, row), read)

    def _varied(self, where: str, row: Row) -> Any:
        columns = self._columns.get(where)
        if not columns:
            return self._documents[where]
        return varied(self._documents[where], [self.parameters[n] for n in columns], [row[n] for n in columns])


def _valued(value: Any, before: Any, after: Any, read: Callable[[Any], Any]) -> Any:
    """Return a value with the changes of its document.

    Where they stand for many, the value is put together after their least and their greatest have been read: what a
    number may be is a range. Raises what `read` raises.
    """
    if after is before:
        return value
    found = list(changes(after, before))
    if not any(isinstance(new, Many | Times) for _, new in found):
        return read(after)
    read(at(after, np.min))
    read(at(after, np.max))
    for path, new in found:
        value = put(value, path, new)
    return value


def _uses(system: ServiceSystem, scenario: Scenario) -> list[Use]:
    """Return the uses of reforms with the items that each is for, so that a choice by level stays as it is."""
    found = []
    for place, use in enumerate(scenario.reforms):
        reform = reforms.load(use.reform)
        parameters = reforms.read_parameters(reform, thaw(use.parameters))
        done = reform(system, parameters)
        chosen = tuple(dict.fromkeys(name for one in done.uses for name in one.chosen))
        if not isinstance(parameters, reforms.ItemParameters) or chosen:
            found.append(Use(reform, place, chosen, _read(reform, chosen, thaw(use.parameters))))
        system = done.system
    return found


def _read(reform: reforms.Reform, chosen: tuple[str, ...], given: Any) -> Any:
    """Return a reform's parameters. Raises InputError, ValidationError."""
    if issubclass(reform.parameters, reforms.ItemParameters):
        given = {**(given or {}), "items": {"id": list(chosen)}}
    return reforms.read_parameters(reform, thaw(given or {}))
