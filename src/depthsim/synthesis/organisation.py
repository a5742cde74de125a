"""Who does the work in a synthetic city: departments, their pools, and the hall and windows of each theme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from depthsim.texts import LANGS, room, text

ITEMS_PER_DEPARTMENT = 40
HALLS = {"social": "social_hall", "property": "property_hall", "police": "police_hall"}
"""Halls of their own; the other themes have their windows in the city hall."""

Name = dict[str, str]


def name(key: str, **values: Name) -> Name:
    """Return a text of the room in both languages, with names in its places."""
    return {lang: text(f"synthetic.{key}", lang, **{k: v[lang] for k, v in values.items()}) for lang in LANGS}


def keys(beginning: str) -> list[str]:
    """Return the keys of the room that begin so, in order."""
    return [key for key in room("synthetic") if key.startswith(beginning)]


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the city or of a district: its id, what it is called, its theme and its hall."""

    id: str
    name: Name
    theme: str
    subjects: tuple[tuple[str, Name], ...]
    district: str | None = None

    @property
    def area(self) -> str:
        """Return what the ids of its halls and windows begin with: nothing in the city itself."""
        return f"{self.district}_" if self.district else ""

    @property
    def hall(self) -> str:
        """Return the place where its windows are."""
        return f"{self.district}_hall" if self.district else HALLS.get(self.theme, "city_hall")

    @property
    def windows(self) -> str:
        """Return the front pool that it shares with the other departments of its theme."""
        return f"{self.area}{self.theme}_windows"

    @property
    def desks(self) -> str:
        """Return the front pool of its theme that works by appointment."""
        return f"{self.area}{self.theme}_desks"

    def staff(self, role: str) -> str:
        """Return a back pool of its own: `officers`, `inspectors` or `approvers`."""
        return f"{self.id}_{role}"


def departments() -> Iterator[Department]:
    """Yield the departments of a city, those of the city itself first, then those of one district after the other."""
    for district in (None, *(key.partition(".")[2] for key in keys("district."))):
        for key in keys("department."):
            _, theme, own = key.split(".")
            called = name(key)
            if district is None:
                called = name("municipal.department", department=called)
            else:
                called = name("local.department", district=name(f"district.{district}"), department=called)
            yield Department(f"{district}_{own}" if district else own, called, theme, _subjects(own), district)


def _subjects(department: str) -> tuple[tuple[str, Name], ...]:
    entry = room("synthetic")[f"subjects.{department}"]
    listed = zip(*(re.split("、|, ", entry[lang]) for lang in LANGS), strict=True)
    pairs = [dict(zip(LANGS, words, strict=True)) for words in listed]
    return tuple((re.sub("[^a-z0-9]+", "_", pair["en"].lower()).strip("_"), pair) for pair in pairs)
