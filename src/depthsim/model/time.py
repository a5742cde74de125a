"""Time: the grid, durations with their unit, opening hours, calendars and limits in days.

Inside the program time is a float number of minutes, a whole multiple of one tick (2^-20 minute), so that
sums and differences are exact in any order. Calendar time always runs; working time only in opening hours.
"""

from __future__ import annotations

import math
import re
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from depthsim.model.provenance import Sourced
from depthsim.model.value import FrozenMap, Value

TICK = 2.0**-20
MINUTES_PER_DAY = 1440


def on_grid(minutes: float) -> float:
    """Return `minutes` rounded to the time grid: floor(x * 2^20 + 0.5) / 2^20."""
    return math.floor(minutes * 1048576.0 + 0.5) / 1048576.0


class Unit(StrEnum):
    """A unit of duration. A working day is the pool's mean open minutes per open weekday; a day is 1,440 minutes."""

    MINUTE = "min"
    HOUR = "h"
    DAY = "days"
    WORKING_DAY = "working days"


_UNIT_WORDS = {
    "min": Unit.MINUTE, "mins": Unit.MINUTE, "minute": Unit.MINUTE, "minutes": Unit.MINUTE,
    "分": Unit.MINUTE, "分钟": Unit.MINUTE,
    "h": Unit.HOUR, "hour": Unit.HOUR, "hours": Unit.HOUR, "小时": Unit.HOUR,
    "d": Unit.DAY, "day": Unit.DAY, "days": Unit.DAY, "calendar day": Unit.DAY, "calendar days": Unit.DAY,
    "天": Unit.DAY, "日": Unit.DAY, "自然日": Unit.DAY, "个自然日": Unit.DAY,
    "working day": Unit.WORKING_DAY, "working days": Unit.WORKING_DAY,
    "工作日": Unit.WORKING_DAY, "个工作日": Unit.WORKING_DAY,
}  # fmt: skip
_UNIT_IN_CHINESE = {Unit.MINUTE: "分钟", Unit.HOUR: "小时", Unit.DAY: "天", Unit.WORKING_DAY: "个工作日"}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z ]+|[一-鿿]+)")
_MINUTES = {Unit.MINUTE: 1.0, Unit.HOUR: 60.0, Unit.DAY: float(MINUTES_PER_DAY)}
LONGEST_MINUTES = 2.0**31  # 4,083 years: sums stay exact on the grid


class Duration(Value):
    """An amount of time in its unit; written `12 min`, `2 days`, `0.5 working days` (or 分钟, 小时, 天, 工作日)."""

    amount: float = Field(ge=0, strict=True)
    unit: Unit

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return data
        found = _DURATION.fullmatch(data.strip()) if isinstance(data, str) else None
        unit = _UNIT_WORDS.get(found[2].strip().lower()) if found else None
        if found is None or unit is None:
            raise PydanticCustomError("duration", "not a duration: {given}", {"given": str(data)[:80]})
        return {"amount": float(found[1]), "unit": unit}

    @model_validator(mode="after")
    def _bounded(self) -> Duration:
        if self.amount * _MINUTES.get(self.unit, float(MINUTES_PER_DAY)) > LONGEST_MINUTES:
            raise PydanticCustomError("duration_long", "too long: {given}", {"given": str(self)[:80]})
        return self

    @model_serializer
    def _text(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{plain_number(self.amount)} {self.unit.value}"

    def in_words(self, lang: str) -> str:
        """Return it as people say it in a language."""
        return f"{plain_number(self.amount)} {_UNIT_IN_CHINESE[self.unit]}" if lang == "zh" else str(self)

    @property
    def working(self) -> bool:
        """Return whether this is counted in working days."""
        return self.unit is Unit.WORKING_DAY

    def minutes(self, working_day: float) -> float:
        """Return minutes, given the minutes of one working day of the pool at work."""
        return self.amount * (working_day if self.working else _MINUTES[self.unit])


def plain_number(value: float) -> str:
    """Return a number as people write it: 12, 0.5, never 12.0 or 1e-05."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.12f}".rstrip("0") if abs(value) < 1e-4 else repr(value)


DurationField = Annotated[Duration, Field(json_schema_extra={"examples": ["12 min", "2 days"]})]


class Limit(Sourced):
    """A limit in whole days, working or calendar; written `20 working days`, or `{limit: 30 days, source: …}`."""

    days: int = Field(ge=0, le=36500, strict=True)
    unit: Literal[Unit.DAY, Unit.WORKING_DAY]

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, data: Any) -> Any:
        if isinstance(data, dict) and "limit" not in data:
            return data
        given = data["limit"] if isinstance(data, dict) else data
        origin = {k: v for k, v in data.items() if k != "limit"} if isinstance(data, dict) else {}
        found = _DURATION.fullmatch(given.strip()) if isinstance(given, str) else None
        unit = _UNIT_WORDS.get(found[2].strip().lower()) if found else None
        if found is None or unit not in (Unit.DAY, Unit.WORKING_DAY) or not float(found[1]).is_integer():
            raise PydanticCustomError("limit", "not a limit: {given}", {"given": str(given)[:80]})
        return {"days": int(float(found[1])), "unit": unit, **origin}

    @model_serializer(mode="wrap")
    def _text(self, handler: Any) -> Any:
        if self.source is None and self.assumption is None:
            return str(self)
        plain = handler(self)
        return {"limit": str(self), **{k: plain[k] for k in ("source", "assumption") if plain.get(k) is not None}}

    def __str__(self) -> str:
        return f"{self.days} {self.unit.value}"

    def in_words(self, lang: str) -> str:
        """Return it as people say it in a language."""
        return f"{self.days} {_UNIT_IN_CHINESE[self.unit]}" if lang == "zh" else str(self)


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OPENING = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


class Opening(Value):
    """An opening within one day, half-open [open, close), in minutes from midnight; written `09:00-12:00`."""

    open: int = Field(ge=0, le=MINUTES_PER_DAY, strict=True)
    close: int = Field(ge=0, le=MINUTES_PER_DAY, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return data
        found = _OPENING.fullmatch(data.strip()) if isinstance(data, str) else None
        if found is None or int(found[2]) > 59 or int(found[4]) > 59:
            raise PydanticCustomError("opening", "not opening hours: {given}", {"given": str(data)[:80]})
        start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        if not 0 <= start < end <= MINUTES_PER_DAY:
            raise PydanticCustomError("opening_order", "closes before it opens: {given}", {"given": data[:80]})
        return {"open": start, "close": end}

    @model_serializer
    def _text(self) -> str:
        return f"{clock_text(self.open)}-{clock_text(self.close)}"


def clock_text(minute: int) -> str:
    """Return a minute of the day as HH:MM."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def clock_minute(text: str) -> int:
    """Return the minute of the day of HH:MM; raises ValueError."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(text)
    return int(found[1]) * 60 + int(found[2])


def weekdays_of(text: str) -> tuple[int, ...]:
    """Return weekday numbers (Monday is 0) of `mon-fri`, `sat`, `mon,wed`; raises ValueError."""
    days: list[int] = []
    for part in text.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        start = WEEKDAYS.index(first)
        end = WEEKDAYS.index(last) if last else start
        days += range(start, end + 1) if start <= end else [*range(start, 7), *range(end + 1)]
    return tuple(days)


def _check_days(value: Any) -> Any:
    if isinstance(value, dict):
        for key in value:
            try:
                weekdays_of(str(key))
            except ValueError:
                raise PydanticCustomError("weekdays", "not weekdays: {given}", {"given": str(key)[:80]}) from None
    return value


def _check_hours(value: Any) -> Any:
    if isinstance(value, dict):
        for key in value:
            try:
                clock_minute(str(key))
            except ValueError:
                raise PydanticCustomError("clock", "not a time of day: {given}", {"given": str(key)[:80]}) from None
    return value


Weight = Annotated[float, Field(ge=0, strict=True)]
HourWeights = Annotated[FrozenMap[str, Weight], BeforeValidator(_check_hours)]
WeekdayWeights = Annotated[FrozenMap[str, Weight], BeforeValidator(_check_days)]


class Calendar(Sourced):
    """Opening hours by weekday; with `country: CN`, public holidays close and adjusted working days (调休) open.

    `holidays` and `workdays` correct or extend the library's data; after its last year the weekly pattern with
    fixed-date holidays is used and reported, or refused with `beyond: refuse`.
    """

    country: Literal["CN"] | None = None
    hours: Annotated[FrozenMap[str, tuple[Opening, ...]], BeforeValidator(_check_days)]
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    beyond: Literal["weekly", "refuse"] = "weekly"

    @model_validator(mode="after")
    def _disjoint(self) -> Calendar:
        for openings in self.weekly():
            for earlier, later in pairwise(openings):
                if later[0] < earlier[1]:
                    given = f"{clock_text(later[0])}-{clock_text(later[1])}"
                    raise PydanticCustomError("openings_overlap", "openings overlap: {given}", {"given": given})
        return self

    def weekly(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Return the openings of Monday … Sunday as (open, close) minutes, sorted."""
        week: list[list[tuple[int, int]]] = [[] for _ in WEEKDAYS]
        for days, openings in self.hours.items():
            for day in weekdays_of(days):
                week[day] += [(o.open, o.close) for o in openings]
        return tuple(tuple(sorted(day)) for day in week)


CalendarField = Calendar | Literal["always"]
