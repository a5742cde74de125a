"""Laws of chance for durations. Each gives its exact mean and its parameters in minutes; sampling is the engines'."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Discriminator, Field, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from depthsim.model.provenance import Sourced
from depthsim.model.time import Duration


class _Law(Sourced):
    """A law of durations, all in one kind of time (working days, or minutes, hours and days)."""

    def durations(self) -> tuple[Duration, ...]:
        """Return the durations that it is made of."""
        values = (value if isinstance(value, tuple) else (value,) for value in self.__dict__.values())
        return tuple(d for value in values for d in value if isinstance(d, Duration))

    @property
    def working(self) -> bool:
        """Return whether it counts in working days."""
        return self.durations()[0].working

    @property
    def in_days(self) -> bool:
        """Return whether it counts in calendar days."""
        return self.durations()[0].unit.value == "days"

    @model_validator(mode="after")
    def _one_kind(self) -> Any:
        if len({d.working for d in self.durations()}) > 1:
            raise PydanticCustomError("mixed_units", "working days mixed with other units")
        return self

    def mean_minutes(self, working_day: float) -> float:
        """Return the exact mean in minutes, given the minutes of a working day."""
        raise NotImplementedError

    def second_moment(self, working_day: float) -> float:
        """Return the exact mean of the square, in minutes squared."""
        raise NotImplementedError


class Constant(_Law):
    """Always the same; written as the bare duration."""

    law: Literal["constant"] = "constant"
    value: Duration

    @model_serializer(mode="wrap")
    def _short(self, handler: Any) -> Any:
        if self.source is None and self.assumption is None:
            return str(self.value)
        return {"law": "constant", **handler(self)}  # the reader needs it, though it is the default

    def mean_minutes(self, working_day: float) -> float:
        return self.value.minutes(working_day)

    def second_moment(self, working_day: float) -> float:
        return self.mean_minutes(working_day) ** 2


class Uniform(_Law):
    """Equally likely between `low` and `high`."""

    law: Literal["uniform"]
    low: Duration
    high: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        return _in_order(self, self.low, self.high)

    def mean_minutes(self, working_day: float) -> float:
        return (self.low.minutes(working_day) + self.high.minutes(working_day)) / 2

    def second_moment(self, working_day: float) -> float:
        a, b = self.low.minutes(working_day), self.high.minutes(working_day)
        return (a * a + a * b + b * b) / 3


class Triangular(_Law):
    """Between `low` and `high` with its peak at `mode`."""

    law: Literal["triangular"]
    low: Duration
    mode: Duration
    high: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        return _in_order(self, self.low, self.mode, self.high)

    def mean_minutes(self, working_day: float) -> float:
        return sum(d.minutes(working_day) for d in (self.low, self.mode, self.high)) / 3

    def second_moment(self, working_day: float) -> float:
        a, c, b = (d.minutes(working_day) for d in (self.low, self.mode, self.high))
        return (a * a + b * b + c * c + a * b + a * c + b * c) / 6


class Pert(_Law):
    """The beta law between `low` and `high` with its peak at `mode` and the usual shape 4."""

    law: Literal["pert"]
    low: Duration
    mode: Duration
    high: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Pert:
        return _in_order(self, self.low, self.mode, self.high)

    def mean_minutes(self, working_day: float) -> float:
        low, mode, high = (d.minutes(working_day) for d in (self.low, self.mode, self.high))
        return (low + 4 * mode + high) / 6

    def second_moment(self, working_day: float) -> float:
        low, high = self.low.minutes(working_day), self.high.minutes(working_day)
        mean = self.mean_minutes(working_day)
        return mean * mean + (mean - low) * (high - mean) / 7


class Exponential(_Law):
    """Memoryless, with the given `mean`."""

    law: Literal["exponential"]
    mean: Duration

    def mean_minutes(self, working_day: float) -> float:
        return self.mean.minutes(working_day)

    def second_moment(self, working_day: float) -> float:
        return 2 * self.mean_minutes(working_day) ** 2


Variation = Annotated[float, Field(gt=0, le=10, strict=True)]


class Lognormal(_Law):
    """Lognormal with the given `mean` and coefficient of variation `cv`."""

    law: Literal["lognormal"]
    mean: Duration
    cv: Variation

    def mean_minutes(self, working_day: float) -> float:
        return self.mean.minutes(working_day)

    def second_moment(self, working_day: float) -> float:
        return self.mean_minutes(working_day) ** 2 * (1 + self.cv**2)


class Gamma(_Law):
    """Gamma with the given `mean` and coefficient of variation `cv`."""

    law: Literal["gamma"]
    mean: Duration
    cv: Variation

    def mean_minutes(self, working_day: float) -> float:
        return self.mean.minutes(working_day)

    def second_moment(self, working_day: float) -> float:
        return self.mean_minutes(working_day) ** 2 * (1 + self.cv**2)


class Weibull(_Law):
    """Weibull with the given `mean` and `shape`."""

    law: Literal["weibull"]
    mean: Duration
    shape: float = Field(ge=0.2, le=50, strict=True)

    def mean_minutes(self, working_day: float) -> float:
        return self.mean.minutes(working_day)

    def second_moment(self, working_day: float) -> float:
        scale = self.mean_minutes(working_day) / math.gamma(1 + 1 / self.shape)
        return scale**2 * math.gamma(1 + 2 / self.shape)


class Empirical(_Law):
    """Given by quantiles, evenly spaced from probability 0 to 1, joined by straight lines."""

    law: Literal["empirical"]
    quantiles: tuple[Duration, ...] = Field(min_length=2, max_length=10001)

    @model_validator(mode="after")
    def _ordered(self) -> Empirical:
        return _in_order(self, *self.quantiles)

    def mean_minutes(self, working_day: float) -> float:
        q = [d.minutes(working_day) for d in self.quantiles]
        return math.fsum((a + b) / 2 for a, b in pairwise(q)) / (len(q) - 1)

    def second_moment(self, working_day: float) -> float:
        q = [d.minutes(working_day) for d in self.quantiles]
        return math.fsum((a * a + a * b + b * b) / 3 for a, b in pairwise(q)) / (len(q) - 1)


_AnyLaw = TypeVar("_AnyLaw")


def _in_order(law: _AnyLaw, *durations: Duration) -> _AnyLaw:
    amounts = [d.minutes(480) for d in durations]
    if any(later < earlier for earlier, later in pairwise(amounts)):
        given = ", ".join(map(str, durations[:6]))
        raise PydanticCustomError("law_order", "not in rising order: {given}", {"given": given})
    return law


AnyLaw = Constant | Uniform | Triangular | Pert | Exponential | Lognormal | Gamma | Weibull | Empirical


def _law(value: Any) -> Any:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return {"law": "constant", "value": value}
    return value


Law = Annotated[
    Annotated[AnyLaw, Discriminator("law")],
    BeforeValidator(_law, json_schema_input_type=str | AnyLaw),
]
"""A law of a duration; a bare duration such as `12 min` is constant."""
