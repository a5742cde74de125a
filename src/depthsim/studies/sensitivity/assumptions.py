"""What varies: the numbers of files that are assumptions, each with its range, as far as the conclusion can move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic import TypeAdapter, ValidationError

from depthsim.model.chance import AnyLaw, Law
from depthsim.model.provenance import Assumed, assumed_numbers
from depthsim.model.scenario import Scenario
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration

MeasureName = Literal["visits", "active_minutes"]
MEASURES: tuple[MeasureName, ...] = ("visits", "active_minutes")
"""What is known exactly and followed here: visits a year; minutes of forms, service and travel a year."""
SPREAD = 0.5
"""Without a range of its own a number varies by this share of it, both ways; shares stay at most 1."""
CORRECTIONS = (0.05, 0.5)
"""Without a range of its own the chance of a correction varies over this range, since no rate is published."""

Kind = Literal["chance", "uptake", "minutes", "travel", "demand", "reform", "segment"]
_MINUTES = ("takes", "takes_again", "served")
NO_TIMES = ("law", "cv", "shape", "assumption", "source")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One assumption that is varied: `where` is an item's id, `system` or `scenario ID`; numbers in `unit`s of its own.

    `own_range` says whether the file gives the range. A law is varied by its mean.
    """

    where: str
    path: Path
    kind: Kind
    value: float
    low: float
    high: float
    own_range: bool
    note: str
    unit: str = ""

    @property
    def id(self) -> str:
        """Return its name: where it is and its path."""
        return "/".join((self.where, *map(str, self.path)))


def written(value: Any) -> Any:
    """Return a value as plain data, without what is so by default."""
    return value.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _kind(path: Path) -> Kind | None:
    """Return what a number of an item is, or None where neither visits nor active minutes depend on it."""
    if path[0] == "demand":
        return "demand" if path[-1] == "per_year" else None
    if path[0] != "process":
        return None
    if path[-1] in _MINUTES:
        return "minutes"
    return cast("Kind | None", {"chance": "chance", "uptake": "uptake"}.get(str(path[-1])))


def _system_kind(path: Path) -> Kind | None:
    if path[0] == "places" and path[-1] == "travel":
        return "travel"
    if path[:2] == ("applicants", "segments") and len(path) > 3 and path[3] in ("share", "uptake", "travel"):
        return "segment"
    return None


def _scenario_kind(path: Path) -> Kind | None:
    return "reform" if path[0] == "reforms" and path[-1] != "starts" else None


def parameters_of(
    system: ServiceSystem, scenarios: Sequence[Scenario], measure: MeasureName
) -> tuple[tuple[Parameter, ...], int]:
    """Return the assumptions that may move a measure, and how many assumptions there are besides."""
    found: list[Parameter] = []
    others = 0
    without = ("minutes", "travel") if measure == "visits" else ()
    bare = written(system.with_items({}))
    documents: list[tuple[str, Any, Callable[[Path], Kind | None]]] = [("system", bare, _system_kind)]
    documents += [(name, written(item), _kind) for name, item in system.items.items()]
    documents += [(place_of(s), written(s), _scenario_kind) for s in dict.fromkeys(scenarios)]
    for where, document, kind in documents:
        every = assumed_numbers(document)
        wanted = [(a, k) for a in every if (k := kind(a.path)) is not None and k not in without]
        ranged = [p for a, k in wanted if (p := _parameter(where, a, k, document)) is not None]
        if measure == "visits":  # how long something takes moves none, in parameters of reforms and ways neither
            ranged = [p for p in ranged if not p.unit and (p.kind != "segment" or "travel" not in p.path)]
        found += ranged
        others += len(every) - len(ranged)
    return tuple(found), others


def place_of(scenario: Scenario) -> str:
    """Return where a scenario's numbers are."""
    return f"scenario {scenario.id}"


def _parameter(where: str, assumed: Assumed, kind: Kind, document: Any) -> Parameter | None:
    value, unit = _number(assumed.value)
    if value is None or not value > 0:
        return None
    low, high = (_bound(b, unit) for b in (assumed.low, assumed.high))
    own = low is not None or high is not None
    share = kind in ("chance", "uptake") or (kind in ("segment", "reform") and not unit and value <= 1)
    least, most = value * (1 - SPREAD), value * (1 + SPREAD)
    if kind == "chance" and parent_of(document, assumed.path).get("kind") == "correction":
        least, most = CORRECTIONS
    least, most = min(value, least if low is None else low), max(value, most if high is None else high)
    if share:
        most = min(most, 1.0)
    return Parameter(where, assumed.path, kind, value, least, most, own, assumed.note, unit)


def parent_of(document: Any, path: Path) -> Any:
    """Return what holds the last element of a path."""
    for key in path[:-1]:
        document = document[key]
    return document


_LAW: TypeAdapter[AnyLaw] = TypeAdapter(Law)
DURATION: TypeAdapter[Duration] = TypeAdapter(Duration)
_DAY = 480.0
"""Minutes of a working day, for turning a law's mean into its unit and back; it cancels out."""


def _number(value: Any) -> tuple[float | None, str]:
    """Return a number and its unit: a law's mean, a quantity's amount; None for what cannot be varied."""
    if isinstance(value, Mapping):
        law = _LAW.validate_python(value)
        first = law.durations()[0]
        one = first.model_copy(update={"amount": 1.0}).minutes(_DAY)
        return law.mean_minutes(_DAY) / one, first.unit.value
    if isinstance(value, str):
        try:
            found = DURATION.validate_python(value)
        except ValidationError:
            return None, ""
        return found.amount, found.unit.value
    return float(value), ""


def _bound(bound: Any, unit: str) -> float | None:
    """Return the end of a range in the unit of its number; None where there is none, or in another kind of unit."""
    if bound is None:
        return None
    if not isinstance(bound, str):
        return float(bound)
    try:
        given = DURATION.validate_python(bound)
    except ValidationError:
        return None
    if not unit:
        return None
    one = DURATION.validate_python(f"1 {unit}")
    return given.minutes(_DAY) / one.minutes(_DAY) if given.working == one.working else None
