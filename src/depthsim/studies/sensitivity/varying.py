"""Varied numbers put into documents (plain data as in YAML), and from there into values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from immutabledict import immutabledict
from pydantic import BaseModel

from depthsim.model.time import Duration, plain_number
from depthsim.studies.sensitivity.assumptions import DURATION, NO_TIMES, Parameter, Path, parent_of
from depthsim.studies.sensitivity.many import Floats, Many, each


@dataclass(frozen=True, slots=True)
class Times:
    """A law or a quantity as written, times a factor that stands for many."""

    written: Any
    factor: Many


def varied(document: Any, parameters: Sequence[Parameter], values: Sequence[Any]) -> Any:
    """Return a document with varied numbers; what does not change is shared with the old one.

    Values may stand for many; then so do the numbers that come of them, and laws become `Times`.
    """
    changed = [
        (p, v) for p, v in zip(parameters, values, strict=True) if isinstance(v, Many) or v != p.value
    ]  # not asked of many: they are varied, whether or not some of them are as assumed
    own: dict[Path, Any] = {(): _copied(document)}
    for parameter, _ in changed:
        for depth in range(1, len(parameter.path) + 1):
            path = parameter.path[:depth]
            parent = own[path[:-1]]
            if path not in own and isinstance(parent[path[-1]], (dict, list)):
                parent[path[-1]] = own[path] = _copied(parent[path[-1]])
                if path[-1] in ("options", "outcomes", "segments"):
                    for name, child in parent[path[-1]].items():
                        own[path][name] = own[*path, name] = _copied(child)
    for parameter, value in changed:
        _set(own[()], parameter, value)
    return own[()]


def _copied(node: Any) -> Any:
    return dict(node) if isinstance(node, dict) else list(node)


def _set(document: Any, parameter: Parameter, value: Any) -> None:
    """Put a varied number into a document (in place); shares beside it make room, in proportion."""
    parent, key = parent_of(document, parameter.path), parameter.path[-1]
    if parameter.unit or parameter.kind in ("minutes", "travel"):
        factor = value / parameter.value
        parent[key] = Times(parent[key], factor) if isinstance(factor, Many) else scaled(parent[key], factor)
        return
    new = round(value) if isinstance(parent[key], int) and value > 1 else value
    changed = value.each != parameter.value if isinstance(value, Many) else True
    parent[key] = _where(changed, new, parent[key])
    if parameter.kind in ("chance", "uptake", "segment") and key in ("chance", "uptake", "share"):
        _make_room(parent_of(document, parameter.path[:-1]), str(parameter.path[-2]), str(key), changed)


def _where(which: Any, new: Any, old: Any) -> Any:
    """Return the new number, or of many the new ones where they are wanted."""
    if isinstance(which, bool):
        return new if which else old
    return Many(np.where(which, each(new), each(old)))


def _make_room(siblings: Any, mine: str, key: str, changed: Any) -> None:
    """Scale the shares beside one that was changed so that all sum to 1, or to at most 1 where some have none."""
    if not isinstance(siblings, dict):
        return
    given = {n: s[key] for n, s in siblings.items() if n != mine and isinstance(s, dict) and s.get(key) is not None}
    open_ones = any(isinstance(s, dict) and s.get(key) is None for n, s in siblings.items() if n != mine)
    total, left = sum(given.values()), 1 - siblings[mine][key]
    if not given:
        if not open_ones:
            siblings[mine][key] = _where(changed, 1.0, siblings[mine][key])
        return
    if open_ones:
        changed = changed & (each(total) > each(left))
    for name, share in given.items():
        siblings[name][key] = _where(changed, share * left / total if total else left / len(given), share)


def scaled(value: Any, factor: float) -> Any:
    """Return a number, a quantity or a law as written, times a factor."""
    if isinstance(value, Mapping):
        return {k: v if k in NO_TIMES else scaled(v, factor) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [scaled(v, factor) for v in value]
    if isinstance(value, str):
        try:
            given = DURATION.validate_python(value)
        except ValueError:
            return value
        return f"{plain_number(_rounded(given.amount * factor))} {given.unit.value}"
    return value if isinstance(value, bool) else value * factor


def _rounded(amount: float) -> float:
    return float(f"{amount:.7g}")


# --------------------------------------------------------------------------------------- numbers that stand for many


def at(document: Any, pick: Callable[[Floats], Any]) -> Any:
    """Return a document in which a number that stands for many is one of its values: the least, say."""
    if isinstance(document, Many):
        return float(pick(document.each))
    if isinstance(document, Times):
        return scaled(document.written, float(pick(document.factor.each)))
    if isinstance(document, dict):
        return {k: at(v, pick) for k, v in document.items()}
    return [at(v, pick) for v in document] if isinstance(document, list) else document


def changes(document: Any, old: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield what a varied document has otherwise than the old one, with its place."""
    if document is old:
        return
    if isinstance(document, dict):
        for key, child in document.items():
            yield from changes(child, old[key], (*path, key))
    elif isinstance(document, list):
        for index, child in enumerate(document):
            yield from changes(child, old[index], (*path, index))
    else:
        yield path, document


def put(value: Any, path: Path, new: Any) -> Any:
    """Return a value (of the model, or a mapping or tuple in it) with a number or a law at a path varied."""
    if not path:
        return _times(value, new.factor) if isinstance(new, Times) else new
    key, rest = path[0], path[1:]
    if isinstance(value, BaseModel):
        return value.model_copy(update={str(key): put(getattr(value, str(key)), rest, new)})
    if isinstance(value, Mapping):
        return immutabledict({**value, key: put(value[key], rest, new)})
    return tuple(put(v, rest, new) if n == key else v for n, v in enumerate(value))


def _times(value: Any, factor: Many) -> Any:
    """Return a duration or a law times a factor, rounded as it would be if it were written."""
    if isinstance(value, Duration):
        amount = np.where(factor.each == 1, value.amount, (value.amount * factor).mapped(_rounded).each)
        return value.model_copy(update={"amount": Many(amount)})
    if isinstance(value, tuple):
        return tuple(_times(v, factor) for v in value)
    if isinstance(value, BaseModel):
        names = [n for n in type(value).model_fields if n not in NO_TIMES]
        return value.model_copy(update={n: _times(getattr(value, n), factor) for n in names})
    return value
