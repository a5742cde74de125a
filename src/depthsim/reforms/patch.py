"""Any change of the YAML, for what has no name yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, ValidationError

from depthsim.errors import Finding, Path, error, warning
from depthsim.files.problems import problems
from depthsim.model.service import ServiceItem, Share
from depthsim.model.system import ItemChoice, ServiceSystem
from depthsim.model.value import Value, freeze, thaw
from depthsim.reforms._choice import chosen
from depthsim.reforms._plugin import EVERYTHING, ItemChange, Parameters, Reform, Reformed, Use, over_variants, refuse

V = TypeVar("V", bound=Value)
KINDS = ("law", "by")
"""Fields that say what kind of thing a mapping is: another kind replaces the mapping instead of merging with it."""

Changes = Annotated[Any, BeforeValidator(freeze)]


class Patch(Parameters):
    """What to `set`: `a/b/c: value` or `a.b.c: value`, or nested mappings; null removes; a list is replaced whole.

    With `items`, paths lead into each chosen item (`process/steps/check/takes`); without, into the system
    (`pools/front_desk/servers`, `items/food_licence/fee`), and everybody gets the change at once.
    """

    items: ItemChoice | None = None
    adoption: Share = 1.0
    starts: date | None = None
    set: Annotated[Mapping[str, Changes], BeforeValidator(freeze), Field(min_length=1)]


def _function(system: ServiceSystem, p: Patch) -> Reformed:
    given = thaw(p.set)
    if p.items is None:
        if whole := [n for n, no in (("adoption", p.adoption == 1), ("starts", p.starts is None)) if not no]:
            raise refuse(*(error("DS509", (name,), field=name, reform="patch") for name in whole))
        after, findings = _patched(system, given, ())
        changed = tuple(i for i, item in after.items.items() if item != system.items.get(i))
        kept = {i: item if i in changed else system.items[i] for i, item in after.items.items()}
        return Reformed(after.with_items(kept), tuple(findings), (Use("", p, changed, changed),))
    ids, about = chosen(system, p.items)
    found = list(about)
    items = dict(system.items)
    for id_ in ids:

        def change(one: ServiceItem, path: Path = ("items", id_)) -> ItemChange:
            return _patched(one, given, path)

        items[id_], said = over_variants(system.items[id_], change)
        found += [replace(f, values={"item": system.items[id_].name, **f.values}) for f in said]
    changed = tuple(i for i in ids if items[i] != system.items[i])
    after = system.with_items(items) if changed else system
    return Reformed(after, tuple(found), (Use("", p, ids, changed),))


def _patched(value: V, given: dict[str, Any], prefix: Path) -> tuple[V, list[Finding]]:
    """Return the value with the changes. Raises InputError, with paths into the parameters, if it makes no sense."""
    document = value.model_dump(mode="json", by_alias=True, exclude_none=True)
    findings: list[Finding] = []
    for key, change in given.items():
        path = _split(key)
        nested: Any = change
        for name in reversed(path):
            nested = {name: nested}
        document = _merged(document, nested, prefix, findings)
    try:
        after = type(value).model_validate(document)
    except ValidationError as invalid:
        raise refuse(
            *(replace(f, path=_written(f.path, given)) for f in problems(invalid, document, type(value)))
        ) from None
    if after == value:
        findings.append(warning("DS506" if isinstance(value, ServiceItem) else "DS507", prefix))
    return after, findings


def _split(key: str) -> tuple[str, ...]:
    return tuple(part for part in key.replace("/", ".").split(".") if part)


def _merged(old: Any, new: Any, path: Path, findings: list[Finding]) -> Any:
    """Return `old` with `new` merged into it; what null should remove and is not there is a warning."""
    if not isinstance(new, Mapping):
        return new
    if not isinstance(old, Mapping) or any(k in new and old.get(k) not in (None, new[k]) for k in KINDS):
        return {k: _merged({}, v, (*path, k), findings) for k, v in new.items() if v is not None}
    result = dict(old)
    for key, value in new.items():
        if value is not None:
            result[key] = _merged(result.get(key), value, (*path, key), findings)
        elif result.pop(key, None) is None:
            findings.append(warning("DS560", path, given=key))
    return result


def _written(path: Path, given: Mapping[str, Any]) -> Path:
    """Return the place in the parameters from which a place in the value comes, the nearest there is."""
    best: Path = ("set",)
    for key in given:
        parts = _split(key)
        if path[: len(parts)] != parts:
            continue
        rest: list[str | int] = []
        node: Any = given[key]
        for element in path[len(parts) :]:
            if not isinstance(node, Mapping) or element not in node:
                break
            rest.append(element)
            node = node[element]
        if 1 + len(parts) + len(rest) > len(best):
            best = ("set", key, *rest)
    return best


reform = Reform(
    function=_function,
    parameters=Patch,
    touches=EVERYTHING,
    source="the person who wrote the scenario",
)
