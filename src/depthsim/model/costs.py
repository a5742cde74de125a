"""What reforms cost: money once, for each item and for each year, and the parameters with which each is considered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from immutabledict import immutabledict
from pydantic import BeforeValidator, Field, WrapSerializer, model_validator
from pydantic_core import PydanticCustomError

from depthsim.model.provenance import Sourced
from depthsim.model.service import Money
from depthsim.model.value import FrozenMap, Identifier, Named, freeze, thaw

CENTS = 100


def _as_written(value: Any, _handler: Any) -> Any:
    return thaw(value)


class ReformCost(Sourced):
    """One reform that may be chosen, with the parameters of its use, and what it costs.

    `reform` is its name where the key is another one (the same reform can be offered twice, with other parameters).
    `fixed` is paid once it is used at all, `per_item` for each item, `per_year` for running it; at least one is said.
    `most_items` bounds how many items it can be used for.
    """

    reform: Identifier | None = None
    fixed: Money | None = None
    per_item: Money | None = None
    per_year: Money | None = None
    most_items: int | None = Field(None, ge=0, le=1_000_000, strict=True)
    parameters: Annotated[
        Any,
        BeforeValidator(freeze),
        WrapSerializer(_as_written),
        Field(default_factory=immutabledict, json_schema_extra={"type": "object"}),
    ]

    @model_validator(mode="after")
    def _said(self) -> ReformCost:
        if self.fixed is None and self.per_item is None and self.per_year is None:
            raise PydanticCustomError("cost", "no cost is said")
        return self

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Return the amounts that are said."""
        return tuple(m for m in (self.fixed, self.per_item, self.per_year) if m is not None)


class Costs(Sourced):
    """Costs of reforms; `schema: depthsim/costs/1`. `years`: for how many years running costs are counted.

    The order of the reforms is the order in which those that are chosen come into force.
    """

    schema_: Literal["depthsim/costs/1"] = Field("depthsim/costs/1", alias="schema")
    id: Identifier
    name: Named
    years: float = Field(1, gt=0, le=100, strict=True)
    reforms: FrozenMap[Identifier, ReformCost] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_currency(self) -> Costs:
        found = sorted({m.currency for cost in self.reforms.values() for m in cost.amounts})
        if len(found) > 1:
            raise PydanticCustomError("currencies", "several currencies: {given}", {"given": ", ".join(found)})
        return self

    @property
    def currency(self) -> str:
        """Return the currency of every amount."""
        return next(m.currency for cost in self.reforms.values() for m in cost.amounts)

    def start_cents(self, name: str) -> int:
        """Return what an entry costs however many items it is used for, running costs of all years included."""
        cost = self.reforms[name]
        return _cents(cost.fixed) + round(_cents(cost.per_year) * self.years)

    def item_cents(self, name: str) -> int:
        """Return what an entry costs for each item."""
        return _cents(self.reforms[name].per_item)


def _cents(money: Money | None) -> int:
    return 0 if money is None else round(money.amount * CENTS)
