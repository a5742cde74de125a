"""Reforms: pure functions from a service system to a service system, one file each; often `patch` is enough.

A reform's file is its name and holds one public `reform = Reform(...)`. Modules that begin with an underscore are
what reforms share.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from depthsim import catalogue as _catalogue
from depthsim.errors import Finding, InputError
from depthsim.model.scenario import ReformUse, Scenario
from depthsim.model.system import ServiceSystem
from depthsim.model.value import thaw
from depthsim.reforms._choice import chosen
from depthsim.reforms._conflicts import Applied, conflicts
from depthsim.reforms._parameters import read_parameters
from depthsim.reforms._plugin import ItemParameters, Parameters, Reform, Reformed, Touch, Use, each_item
from depthsim.reforms._sound import unsound

__all__ = [
    "ItemParameters",
    "Parameters",
    "Reform",
    "Reformed",
    "Touch",
    "Use",
    "apply",
    "catalogue",
    "chosen",
    "each_item",
    "load",
    "read_parameters",
    "reform",
    "unsound",
]

_REFORMS = _catalogue.Catalogue("depthsim.reforms", "reform", Reform, "DS501")


def catalogue() -> tuple[str, ...]:
    """Return the names of the bundled reforms, sorted; none is imported."""
    return _REFORMS.names()


@cache
def load(name: str) -> Reform:
    """Return a reform by name, from an installed package if it is not bundled. Raises InputError with guesses."""
    return replace(_REFORMS.load(name), id=name)


def reform(system: ServiceSystem, name: str, /, **parameters: Any) -> Reformed:
    """Return the system under one reform, with findings and the items that it changed.

    Raises InputError for an unknown reform, parameters that it does not have, and words that fit no item.
    """
    found = load(name)
    try:
        return _checked(system, found(system, read_parameters(found, parameters)))
    except InputError as refused:
        raise InputError(_under(refused.findings, (name,), name)) from None


def apply(system: ServiceSystem, scenario: Scenario) -> Reformed:
    """Return the system under a scenario's reforms, one after the other, with all findings and uses.

    A reform that changes nothing for an item says so and leaves it alone. Two that get in each other's way are
    findings too: one undoes or overrides the other, they change a thing in opposite ways, or their order matters.
    Raises InputError with every wrong name, parameter and choice of the whole scenario; paths then lead into the
    scenario: `("reforms", 0, "uptake", …)`.
    """
    wrong: list[Finding] = []
    todo: list[tuple[int, ReformUse, Reform, Parameters]] = []
    for index, use in enumerate(scenario.reforms):
        try:
            found = load(use.reform)
            todo.append((index, use, found, read_parameters(found, thaw(use.parameters))))
        except InputError as refused:
            wrong += _under(refused.findings, ("reforms", index, use.reform), use.reform)
    done = Reformed(system)
    applied: list[Applied] = []
    for index, use, found, parameters in todo:
        try:
            after = _checked(done.system, found(done.system, parameters))
        except InputError as refused:
            wrong += _under(refused.findings, ("reforms", index, use.reform), use.reform)
            continue
        applied.append(Applied(index + 1, found, parameters, done.system, after))
        done = Reformed(after.system, (*done.findings, *after.findings), (*done.uses, *after.uses))
    if wrong:
        raise InputError(wrong)
    return replace(done, findings=(*done.findings, *conflicts(applied)))


def _checked(before: ServiceSystem, after: Reformed) -> Reformed:
    """Return the result; raises InputError where a reform (a patch, say) made a system that makes no sense."""
    if errors := unsound(before, after.system):
        raise InputError(errors)
    return after


def _under(findings: Iterable[Finding], path: tuple[str | int, ...], name: str) -> list[Finding]:
    return [replace(f, path=(*path, *f.path), values={"reform": name, **f.values}) for f in findings]
