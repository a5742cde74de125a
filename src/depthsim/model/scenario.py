"""A scenario: reforms by name with their parameters, in order; optionally a horizon and a seed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from immutabledict import immutabledict
from pydantic import BeforeValidator, Field, WrapSerializer
from pydantic_core import PydanticCustomError

from depthsim.model.provenance import Sourced
from depthsim.model.value import Identifier, Named, Value, freeze, thaw


class ReformUse(Value):
    """One reform by name, with its parameters as written (the reform itself validates them)."""

    reform: Identifier
    parameters: Annotated[Any, BeforeValidator(freeze)] = immutabledict()


def _uses(value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        raise PydanticCustomError("reform_list", "reforms is a list")
    found = []
    for entry in value:
        if isinstance(entry, str):
            entry = {entry: {}}
        if isinstance(entry, ReformUse):
            found.append(entry)
            continue
        if not isinstance(entry, dict) or len(entry) != 1:
            raise PydanticCustomError("reform_use", "each reform is one NAME with its parameters")
        ((name, parameters),) = entry.items()
        found.append(ReformUse(reform=name, parameters=parameters or {}))
    return tuple(found)


def _as_written(value: tuple[ReformUse, ...], _handler: Any) -> Any:
    return [{use.reform: thaw(use.parameters)} for use in value]


class Scenario(Sourced):
    """A scenario; `schema: depthsim/scenario/1`. Without reforms it is the baseline."""

    schema_: Literal["depthsim/scenario/1"] = Field("depthsim/scenario/1", alias="schema")
    id: Identifier
    name: Named
    reforms: Annotated[
        tuple[ReformUse, ...],
        BeforeValidator(_uses, json_schema_input_type=list[dict[str, Any]]),
        WrapSerializer(_as_written),
    ] = ()
    horizon: Annotated[float, Field(gt=0, le=36500, strict=True)] | None = None
    warm_up: Annotated[float, Field(ge=0, le=36500, strict=True)] = 0
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)] | None = None


BASELINE = Scenario(id="baseline", name={"zh": "现状", "en": "Baseline"})  # type: ignore[arg-type]
