"""Hypothesis strategies for what offices publish: guides, inventories, evidence, drawn from the models' fields."""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from depthsim.model.city import City
from depthsim.model.evidence import Evidence
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import Period
from depthsim.model.provenance import Assumption
from depthsim.model.service import Money
from strategies import texts

M = TypeVar("M", bound=BaseModel)
PATTERNS = {
    "^[a-z][a-z0-9_]*$": ["a", "no", "item_1", "null"],
    "^[0-9a-f]{64}$": ["0" * 64, "f1" * 32],
    "^0[0-9]{2,3}$": ["0591", "010"],
    "^[0-9]{6}$": ["350100", "010000"],
    "^[A-E][1-9]-[0-9]{1,2}$": ["C1-1", "E3-2"],
    "^[A-Z]{3}$": ["CNY"],
}
MEANT: dict[type[BaseModel], st.SearchStrategy[Any]] = {
    Period: st.sampled_from(
        ["20 working days", "none", "即时", {"amount": 0.5, "unit": "days", "text": "半日"}, {"amount": 3}, "30 分钟"]
    ).map(Period.model_validate),
    Money: st.sampled_from(["80 CNY", "0.5 CNY"]).map(Money.model_validate),
    Assumption: texts.map(lambda note: Assumption(note=note)),
}


def guides() -> st.SearchStrategy[ServiceGuide]:
    """Return guides with any of their fields."""
    return _models(ServiceGuide)


def cities() -> st.SearchStrategy[City]:
    """Return inventories with any of their fields."""
    return _models(City)


def evidence() -> st.SearchStrategy[Evidence]:
    """Return files of findings."""
    return _models(Evidence)


def _models(model: type[M]) -> st.SearchStrategy[M]:
    if model in MEANT:
        return MEANT[model]

    @st.composite
    def build(draw: Callable[[st.SearchStrategy[Any]], Any]) -> M:
        values: dict[str, Any] = {}
        for name, field in model.model_fields.items():
            if name != "schema_" and (field.is_required() or draw(st.integers(0, 5)) == 0):
                values[name] = draw(_values(field.annotation, field))
        return model.model_validate(values)

    return build()


def _values(annotation: Any, field: FieldInfo | None = None) -> st.SearchStrategy[Any]:
    """Return values of a type; `field` may hold a pattern."""
    origin = get_origin(annotation)
    if origin is Annotated:
        base, *more = get_args(annotation)
        found = next((m for m in more if isinstance(m, FieldInfo)), field)
        return _values(base, found)
    if origin in (Union, types.UnionType):
        choices = [a for a in get_args(annotation) if a is not type(None)]
        return st.one_of([_values(a, field) for a in choices])
    if origin is Literal:
        return st.sampled_from(get_args(annotation))
    if origin is tuple:
        return st.lists(_values(get_args(annotation)[0]), max_size=2)
    if origin is dict:
        key, value = get_args(annotation)
        return st.dictionaries(_values(key), _values(value), max_size=2)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _models(annotation)
    if annotation is str:
        pattern = next((m.pattern for m in field.metadata if getattr(m, "pattern", None)), None) if field else None
        return st.sampled_from(PATTERNS[pattern]) if pattern else texts
    plain: dict[Any, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(0, 1000),
        float: st.sampled_from([0.0, 0.25, 12.0]),
        date: st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    }
    return plain[annotation]
