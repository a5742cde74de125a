"""A service system: places, pools, departments, applicants and the service items that share them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from immutabledict import immutabledict
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from depthsim.model.chance import Constant, Law
from depthsim.model.level import Channel
from depthsim.model.provenance import Sourced
from depthsim.model.service import Audience, PriorityClass, Published, ServiceItem, Share
from depthsim.model.time import Calendar, CalendarField, Duration, DurationField, HourWeights, Unit
from depthsim.model.value import FrozenMap, Identifier, Named, Value

if TYPE_CHECKING:
    from depthsim.model.city import City
    from depthsim.model.evidence import Evidence
    from depthsim.model.guide import ServiceGuide

    Guides = immutabledict[str, ServiceGuide]
    Inventory = City | None
    Findings = immutabledict[str, Evidence]
else:  # simulations pay for none of these classes
    Guides = Inventory = Findings = Any

OFFICE_HOURS = Calendar(country="CN", hours={"mon-fri": ["09:00-12:00", "13:00-17:00"]})  # type: ignore[dict-item]


class Place(Sourced):
    """A place that applicants visit. `travel` is one way; `arrivals` weighs the hours at which people come."""

    name: Named
    travel: Law = Field(default_factory=lambda: Constant(value=Duration(amount=0, unit=Unit.MINUTE)))
    arrivals: HourWeights | None = None
    calendar: CalendarField | None = None


class Pool(Sourced):
    """Servers who do work: a front pool (windows) serves people at a place, a back pool works on files.

    Requests queue first come, first served, or by `priority`: the highest class first, nobody is interrupted.
    With a `slot` its servers work by appointment alone: one person a server and slot, from every opening on.
    """

    name: Named
    kind: Literal["front", "back"]
    servers: int = Field(ge=1, le=100_000, strict=True)
    discipline: Literal["first_come", "priority"] = "first_come"
    slot: DurationField | None = None
    at: Identifier | None = None
    department: Identifier | None = None
    calendar: CalendarField | None = None


class Department(Sourced):
    """A department (部门) that is responsible for items."""

    name: Named


class Wage(Sourced):
    """What an hour of an applicant's time is taken to be worth; without it results stay in minutes."""

    amount: float = Field(ge=0, strict=True)
    unit: Literal["CNY/h"]


Multiplier = Annotated[float, Field(ge=0, le=1000, strict=True)]


class Segment(Sourced):
    """A group of applicants. `share` is of all applicants; segments without one share the rest equally.

    `uptake` multiplies the shares of a channel's options (1 where a channel is not named); `travel` is a factor on
    the way to every place, or one law for all of them; `audience` says whose items they come for (all, if empty).
    `priority` is their class at pools that serve by priority (绿色通道).
    """

    name: Named
    share: Share | None = None
    audience: tuple[Audience, ...] = ()
    uptake: FrozenMap[Channel, Multiplier] = Field(default_factory=dict, validate_default=True)
    travel: Law | Multiplier = 1.0
    priority: PriorityClass = 0


class Applicants(Sourced):
    """What is known of the applicants."""

    wage: Wage | None = None
    segments: FrozenMap[Identifier, Segment] = Field(default_factory=dict, validate_default=True)


class ServiceSystem(Sourced):
    """A service system with its items; `schema: depthsim/system/1`. The file holds all but the items."""

    schema_: Literal["depthsim/system/1"] = Field("depthsim/system/1", alias="schema")
    id: Identifier
    name: Named
    start: date = date(2026, 1, 1)
    calendar: CalendarField = OFFICE_HOURS
    published: tuple[Published, ...] = ()
    places: FrozenMap[Identifier, Place] = Field(default_factory=dict, validate_default=True)
    departments: FrozenMap[Identifier, Department] = Field(default_factory=dict, validate_default=True)
    pools: FrozenMap[Identifier, Pool] = Field(default_factory=dict, validate_default=True)
    applicants: Applicants = Applicants()
    items: FrozenMap[Identifier, ServiceItem] = Field(default_factory=dict, validate_default=True)
    omitted: tuple[Identifier, ...] = ()
    """Items of this system that are left out here; a scenario may name them, which then changes nothing."""
    guides: Guides = Field(default_factory=immutabledict, exclude=True)
    """Published guides by item, read only where asked for; as `city` and `evidence` (by file) no part of its file."""
    city: Inventory = Field(None, exclude=True)
    evidence: Findings = Field(default_factory=immutabledict, exclude=True)

    @model_validator(mode="after")
    def _keyed_by_id(self) -> ServiceSystem:
        for key, item in self.items.items():
            if key != item.id:
                raise PydanticCustomError("item_key", "item {given} under another key", {"given": item.id})
        return self

    def __getitem__(self, item: str) -> ServiceItem:
        """Return an item as it stands in the system: with what the system publishes for all items."""
        found = self.items[item]
        more = tuple(p for p in self.published if p not in found.published)
        return found.model_copy(update={"published": found.published + more}) if more else found

    def with_items(self, items: dict[str, ServiceItem]) -> ServiceSystem:
        """Return the system with other items."""
        return self.model_copy(update={"items": freeze_items(items)})

    def place_calendar(self, place: str) -> CalendarField:
        """Return a place's calendar: its own, or the system's."""
        found = self.places.get(place)
        return found.calendar if found and found.calendar else self.calendar

    def pool_calendar(self, pool: str) -> CalendarField:
        """Return a pool's calendar: its own, its place's, or the system's."""
        found = self.pools[pool]
        if found.calendar:
            return found.calendar
        return self.place_calendar(found.at) if found.at else self.calendar


def freeze_items(items: dict[str, ServiceItem]) -> Any:
    """Return items as an immutable mapping."""
    return immutabledict(items)


class ItemChoice(Value):
    """Which items a reform is for: all of these conditions hold; a condition may list several values."""

    id: tuple[Identifier, ...] = ()
    department: tuple[Identifier, ...] = ()
    kind: tuple[str, ...] = ()
    handling: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    level: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, data: Any) -> Any:
        if data in ("all", None):
            return {}
        if isinstance(data, dict):
            return {k: (v,) if isinstance(v, str) else v for k, v in data.items()}
        return data
