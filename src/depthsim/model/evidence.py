"""Evidence: what people found who looked, on indicators that no data decides alone."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from depthsim.model.guide_parts import Count, Text, Word
from depthsim.model.provenance import Sourced
from depthsim.model.value import Identifier, Value


class Judgement(Value):
    """One person's finding on one indicator, for the city, a department or an item.

    `author` is a role or an office, never a person's name. `value` is a share from 0 to 1, or with `numerator` and
    `denominator` what they give.
    """

    indicator: str = Field(pattern="^[A-E][1-9]-[0-9]{1,2}$")
    author: Text
    date: date
    reference: Text
    item: Identifier | None = None
    department: Identifier | None = None
    verdict: Literal["met", "partly", "not_met"] | None = None
    value: float | None = Field(None, strict=True)
    numerator: float | None = Field(None, ge=0, strict=True)
    denominator: Count | None = None
    unit: Word | None = None
    note: Text | None = None


class Evidence(Sourced):
    """A file of findings; `schema: depthsim/evidence/1`."""

    schema_: Literal["depthsim/evidence/1"] = Field("depthsim/evidence/1", alias="schema")
    findings: tuple[Judgement, ...]
