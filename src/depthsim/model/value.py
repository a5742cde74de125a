"""What every value is made of: frozen, strict about its fields, comparable and hashable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from immutabledict import immutabledict
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WrapSerializer

K = TypeVar("K")
V = TypeVar("V")


class Value(BaseModel):
    """A frozen value; unknown fields are refused, numbers are finite."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        populate_by_name=True,
        str_strip_whitespace=True,
        ser_json_inf_nan="null",
    )


def _fixed(value: Mapping[Any, Any]) -> Any:
    return immutabledict(value)


def _as_plain(value: Mapping[Any, Any], handler: Any) -> Any:
    return handler(dict(value))


FrozenMap = Annotated[dict[K, V], AfterValidator(_fixed), WrapSerializer(_as_plain)]
"""A mapping that keeps the file's order and cannot change."""


def freeze(value: Any) -> Any:
    """Return plain data (dicts, lists) as an immutable equivalent."""
    if isinstance(value, Mapping):
        return immutabledict({k: freeze(v) for k, v in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(freeze(v) for v in value)
    return value


def thaw(value: Any) -> Any:
    """Return immutable data as plain dicts and lists: the inverse of `freeze`."""
    if isinstance(value, Mapping):
        return {k: thaw(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [thaw(v) for v in value]
    return value


IDENTIFIER = r"^[a-z][a-z0-9_]*$"
Identifier = Annotated[str, Field(pattern=IDENTIFIER, max_length=80)]


class Name(Value):
    """A name in both languages; a plain string stands for both."""

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)


def _both(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, str) else value


Named = Annotated[Name, BeforeValidator(_both, json_schema_input_type=str | Name)]
