"""An indicator scheme (指标体系): what an assessment looks at, over which population, and who is responsible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from depthsim.model.level import Level
from depthsim.model.provenance import Sourced
from depthsim.model.service import Kind
from depthsim.model.value import FrozenMap, Identifier, Named, Value

Exercise = Literal["national", "provincial", "municipal", "county", "township", "village", "by_level"]
Assessed = Literal[
    "guides", "forms", "blanks", "samples", "power_list", "departments", "counties", "portals", "department_sites",
    "publications", "functions", "lists", "fields", "kinds", "licences", "city",
]  # fmt: skip
Evidence = Literal["guide", "process", "materials", "cases", "inventory", "person"]
Decided = Literal["computed", "partial", "person"]
Code = Annotated[str, Field(pattern=r"^[A-Z]([0-9]+(-[0-9]+)?)?$", max_length=12)]
Points = Annotated[float, Field(ge=0, le=100, strict=True)]
Weight = Annotated[float, Field(ge=0, le=1e6, strict=True)]


class Population(Value):
    """What an indicator is about: things of one sort, and of guides only those that all of these conditions fit."""

    name: Named
    of: Assessed
    kinds: tuple[Kind, ...] = ()
    exercise: tuple[Exercise, ...] = ()
    platform: Literal["provincial"] | None = None
    on_application: StrictBool = False
    charged: StrictBool = False
    statutory_limit: StrictBool = False
    physical_result: StrictBool = False
    earlier_version: StrictBool = False


class LevelPoints(Sourced):
    """What each level of handling depth is worth, from 0 to 100."""

    levels: FrozenMap[Level, Points]

    @model_validator(mode="after")
    def _complete(self) -> LevelPoints:
        if missing := [level.value for level in Level if level not in self.levels]:
            raise PydanticCustomError("level_points", "no points of {given}", {"given": ", ".join(missing)})
        return self


class Score(Sourced):
    """How a value becomes points from 0 to 100.

    `share`: a share, times 100. `falling`: 100 at `best`, 0 at `worst`, straight between. `points`: the mean points
    of the levels in the population.
    """

    rule: Literal["share", "falling", "points"] = "share"
    best: float = Field(0, ge=0, strict=True)
    worst: float = Field(1, gt=0, strict=True)


class Indicator(Value):
    """An indicator of the third level (三级指标)."""

    code: Code
    name: Named
    checks: Named
    lead: Identifier
    responsible: Identifier
    unit: Literal["city", "department", "item"]
    population: Identifier
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    decided: Decided
    value: Literal["share", "yes_no", "level", "days", "visits"]
    level: Level | None = None
    spot_check: StrictBool = False
    score: Score = Score()


class SecondLevel(Value):
    """An indicator of the second level (二级指标)."""

    code: Code
    name: Named
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class FirstLevel(Value):
    """An indicator of the first level (一级指标)."""

    code: Code
    name: Named
    groups: tuple[SecondLevel, ...] = Field(min_length=1)


class IndicatorScheme(Sourced):
    """An indicator scheme; `schema: depthsim/indicators/1`. `levels` names the level scheme of handling depth."""

    schema_: Literal["depthsim/indicators/1"] = Field("depthsim/indicators/1", alias="schema")
    id: Identifier
    name: Named
    levels: Identifier
    on_application: tuple[Kind, ...]
    points: LevelPoints
    elements: tuple[Identifier, ...]
    units: FrozenMap[Identifier, Named]
    populations: FrozenMap[Identifier, Population]
    groups: tuple[FirstLevel, ...] = Field(min_length=1)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Return every indicator of the third level, in order."""
        return tuple(i for group in self.groups for second in group.groups for i in second.indicators)

    def indicator(self, code: str) -> Indicator:
        """Return an indicator of the third level; raises KeyError."""
        for found in self.indicators:
            if found.code == code:
                return found
        raise KeyError(code)

    def codes(self) -> Iterator[str]:
        """Yield the codes of all three levels, in order."""
        for first in self.groups:
            yield first.code
            for second in first.groups:
                yield second.code
                yield from (i.code for i in second.indicators)


class Weights(Sourced):
    """Weights of indicators by code, at any level; `schema: depthsim/weights/1`.

    Among its sisters an indicator counts in proportion to its weight; one that is not named weighs 1.
    """

    schema_: Literal["depthsim/weights/1"] = Field("depthsim/weights/1", alias="schema")
    id: Identifier
    name: Named
    scheme: Identifier
    weights: FrozenMap[Code, Weight]
