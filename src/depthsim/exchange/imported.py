"""What an import gives: guides and departments as values, and everything that was found on the way."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from depthsim.errors import Finding, Location
from depthsim.exchange.profile import Profile
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import Title
from depthsim.texts import Lang


@dataclass(frozen=True)
class Options:
    """How to read: the profile, the sheet, and the language of notes that are written into guides."""

    profile: Profile = field(default_factory=Profile)
    sheet: str | None = None
    lang: Lang = "zh"


@dataclass(frozen=True)
class GivenDepartment:
    """A department as the source names it."""

    id: str
    name: str
    credit_code: str | None = None


class Packed(Mapping[str, ServiceGuide]):
    """Guides by id, each unpacked when it is asked for: fifty thousand of them take a tenth of their room.

    `codes` holds their item codes and names.
    """

    def __init__(self, guides: Iterable[ServiceGuide] = ()) -> None:
        self._packed: dict[str, bytes] = {}
        self.codes: dict[str, tuple[str | None, Title]] = {}
        for guide in guides:
            self.add(guide)

    def add(self, guide: ServiceGuide) -> None:
        """Take a guide in, in place of another one with its id."""
        self.codes[guide.id] = guide.code, guide.name
        self._packed[guide.id] = zlib.compress(guide.model_dump_json(by_alias=True, exclude_defaults=True).encode(), 1)

    def __getitem__(self, key: str) -> ServiceGuide:
        return ServiceGuide.model_validate_json(zlib.decompress(self._packed[key]))

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


@dataclass(frozen=True)
class Imported:
    """Guides by id with their places in the source, and departments by id.

    `headings` says which heading was taken for which field (empty: kept as it is), `dropped` how many cells with
    names of people were left out; `exact`: depthsim wrote the source itself.
    """

    guides: Mapping[str, ServiceGuide]
    places: Mapping[str, Location]
    departments: Mapping[str, GivenDepartment]
    findings: tuple[Finding, ...]
    headings: Mapping[str, str | None] = field(default_factory=dict)
    sheet: str | None = None
    dropped: int = 0
    exact: bool = False
    field_place: Callable[[Location, str], Location] = lambda place, _: place
    """Returns where a field of a guide stands, by the guide's place and the field's name, as near as is known."""

    def place(self, path: tuple[str | int, ...]) -> Location:
        """Return where the source says what a finding's path `("guides", id, field, …)` leads to."""
        place = self.places.get(str(path[1]), Location(""))
        return self.field_place(place, str(path[2])) if len(path) > 2 else place


@dataclass(frozen=True)
class Format:
    """One foreign format: the endings of its files, and its reader."""

    suffixes: tuple[str, ...]
    read: Callable[[Path, Options], Imported]
