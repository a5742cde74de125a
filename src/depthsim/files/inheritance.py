"""`process: {extends: NAME, …}`: a process built on another item's, steps merged deeply by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depthsim.errors import Finding, error

FindProcess = Callable[[str], "Mapping[str, Any] | Finding"]
"""Gives the document of the item that is extended, or the finding that says why there is none."""


def resolved(item: Mapping[str, Any], find: FindProcess) -> tuple[Mapping[str, Any], list[Finding]]:
    """Return an item's data with its process resolved, and what prevented it.

    An overriding mapping is merged into the one it overrides; `null` removes a step or a field; a list, a
    number or a text, a law of chance and a step of another kind replace the whole.
    """
    process = item.get("process")
    if not isinstance(process, Mapping) or "extends" not in process:
        return item, []
    found = _process(process, find, (str(item.get("id", "")),))
    if isinstance(found, Finding):
        return {**item, "process": {k: v for k, v in process.items() if k != "extends"}}, [found]
    return {**item, "process": found}, []


def _process(process: Mapping[str, Any], find: FindProcess, seen: tuple[str, ...]) -> Any:
    path = ("process", "extends")
    name = process["extends"]
    if not isinstance(name, str):
        return error("DS134", path, given=str(name)[:80])
    if name in seen:
        return error("DS136", path, circle=" → ".join((*seen, name)))
    base = find(name)
    if isinstance(base, Finding):
        return base
    inherited = base.get("process")
    if not isinstance(inherited, Mapping):
        return error("DS137", path, given=name)
    if "extends" in inherited:
        inherited = _process(inherited, find, (*seen, name))
        if isinstance(inherited, Finding):
            return inherited
    return merged(inherited, {k: v for k, v in process.items() if k != "extends"})


def merged(base: Any, override: Any) -> Any:
    """Return `base` with `override` merged into it, mapping by mapping."""
    if not isinstance(base, Mapping) or not isinstance(override, Mapping) or _another_kind(base, override):
        return override
    found = dict(base)
    for key, value in override.items():
        if key in found and value is None:
            del found[key]
        else:
            found[key] = merged(found[key], value) if key in found else value
    return found


def _another_kind(base: Mapping[str, Any], override: Mapping[str, Any]) -> bool:
    return "law" in override or ("by" in override and override["by"] != base.get("by"))
