"""The system around imported guides: departments with their pools, and the places where people go."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from depthsim.exchange.imported import GivenDepartment
from depthsim.exchange.inference import PER_YEAR, Surrounding
from depthsim.model.guide import ServiceGuide
from depthsim.texts import LANGS, Lang, text

Data = dict[str, Any]
HALL, OFFICE = "hall", "office"
"""The place of guides that name none, and the pools of those without a department."""
_HALL = re.compile(r"^(.*?(?:中心|大厅|服务厅|办事处|Cent(?:re|er)|Hall))")
_STREET = re.compile(r"^.*?(?:号|No\. ?\d+,?)\s*")
_WORK = {"windows": 15, "officers": 60, "approvers": 10}
"""Minutes that a case takes, about, in each kind of pool: what the templates say."""
_BUSY_MINUTES = 250 * 420 * 0.7


def place_of(guide: ServiceGuide) -> tuple[str, str] | None:
    """Return the hall of a guide's first place: what tells it from others, and what it is called."""
    for place in guide.places or ():
        whole = place.address or place.name
        if not whole:
            continue
        found = _HALL.match(whole)
        if found:
            name = _STREET.sub("", found[1]).strip() or found[1]
            return found[1], name[:60]
        street = re.match(r".*?号", whole)
        key = place.name or (street[0] if street else whole)
        return key, key[:60]
    return None


class Skeleton:
    """What a system needs for its guides, gathered guide by guide."""

    def __init__(self, departments: Mapping[str, GivenDepartment], lang: Lang) -> None:
        self._departments = departments
        self._lang = lang
        self._places: dict[str, tuple[str, str]] = {}
        self._items: Counter[str] = Counter()
        self._pools: dict[str, tuple[str, str, str | None]] = {}

    def around(self, guide: ServiceGuide) -> Surrounding:
        """Return where a guide's process takes place, and count its work."""
        place = self._place(guide)
        department = guide.department if guide.department in self._departments else None
        office = department or OFFICE
        found = Surrounding(place, f"{place}_windows", f"{office}_officers", f"{office}_approvers", department)
        self._pools[found.windows] = ("windows", place, None)
        self._pools[found.officers] = ("officers", office, department)
        self._pools[found.approvers] = ("approvers", office, department)
        self._items.update((found.windows, found.officers, found.approvers))
        return found

    def _place(self, guide: ServiceGuide) -> str:
        found = place_of(guide)
        key, name = found or (HALL, "")
        if key not in self._places:
            self._places[key] = (HALL if not self._places else f"{HALL}_{len(self._places) + 1}", name)
        return self._places[key][0]

    def system(self, id_: str, file: str) -> Data:
        """Return the system as its file holds it."""
        lang = self._lang
        halls = dict(self._places.values())
        travel = {"law": "lognormal", "mean": "27 min", "cv": 0.5, "assumption": text("exchange.travel", lang)}
        calendar = {"country": "CN", "hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}
        return {
            "schema": "depthsim/system/1",
            "id": id_,
            "name": _both("system_name", file=file),
            "start": "2025-03-03",
            "calendar": {**calendar, "assumption": text("exchange.hours", lang)},
            "places": {place: {"name": _named(name, "hall"), "travel": travel} for place, name in halls.items()},
            "departments": {key: {"name": {"zh": d.name, "en": d.name}} for key, d in self._departments.items()},
            "pools": {name: self._pool(name, *pool, halls=halls) for name, pool in self._pools.items()},
        }

    def _pool(self, name: str, kind: str, owner: str, department: str | None, halls: Mapping[str, str]) -> Data:
        called = self._departments[department].name if department else halls.get(owner, "")
        of = _named(called, "hall" if kind == "windows" else "office")
        minutes = _WORK[kind]
        servers = max(1, math.ceil(self._items[name] * PER_YEAR * minutes / _BUSY_MINUTES))
        found: Data = {
            "name": {lang: text(f"exchange.{kind}", lang, name=of[lang]) for lang in LANGS},
            "kind": "front" if kind == "windows" else "back",
            "servers": servers,
            "assumption": text("exchange.servers", self._lang, cases=str(PER_YEAR), minutes=str(minutes)),
        }
        if kind == "windows":
            found["at"] = owner
        elif department is not None:
            found["department"] = department
        return found


def catalogue(id_: str, file: str, departments: Iterable[GivenDepartment]) -> Data:
    """Return the inventory of departments as its file holds it."""
    listed: Data = {}
    for department in departments:
        listed[department.id] = {"name": department.name}
        if department.credit_code:
            listed[department.id]["credit_code"] = department.credit_code
    return {"schema": "depthsim/city/1", "id": id_, "name": _both("system_name", file=file), "departments": listed}


def _both(key: str, **values: str) -> dict[str, str]:
    return {lang: text(f"exchange.{key}", lang, **values) for lang in LANGS}


def _named(name: str, otherwise: str) -> dict[str, str]:
    return {"zh": name, "en": name} if name else _both(otherwise)
