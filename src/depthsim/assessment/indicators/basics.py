"""C1, basic information (基本信息): what every guide of a permit must state, field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from depthsim.assessment.indicators._guides import nothing, objecting, of, stated
from depthsim.assessment.outcome import Outcome
from depthsim.assessment.subject import Subject
from depthsim.errors import warning
from depthsim.model.code_lists import CODE_LISTS
from depthsim.model.guide import ServiceGuide
from depthsim.model.indicators import Indicator
from depthsim.model.service import OfficeStep, walk_steps

_PHONE = re.compile(r"\D")
_PLACE_WITH_NUMBER = re.compile(r"(路|街|道|巷|弄|大厦|中心).*\d")
_ROOM = re.compile(r"窗口|号窗|室|房|厅|大厅|楼")
_TIME = re.compile(r"\d{1,2}\s*[:：]\s*\d{2}")
CODE_LENGTH = 31


def digits(phone: str) -> str:
    """Return the digits of a telephone number."""
    return _PHONE.sub("", phone)


def _in(name: str, field: str) -> Callable[[ServiceGuide], bool]:
    return lambda guide: getattr(guide, field) in CODE_LISTS[name]


def _period(field: str) -> Callable[[ServiceGuide], bool]:
    def holds(guide: ServiceGuide) -> bool:
        period = getattr(guide, field)
        return bool(period.unlimited or (period.amount is not None and period.unit is not None))

    return holds


def _handling(guide: ServiceGuide) -> bool:
    if guide.handling not in CODE_LISTS["handling"]:
        return False
    promised = guide.promised.amount if guide.promised else None
    return promised is None or (guide.handling == "immediate") == (promised == 0)


def _promised(guide: ServiceGuide) -> bool:
    if not _period("promised")(guide):
        return False
    promised = guide.promised.working_days if guide.promised else None
    statutory = guide.statutory.working_days if guide.statutory else None
    return promised is None or not statutory or promised <= statutory


def _audience(guide: ServiceGuide) -> bool:
    return bool(guide.audience) and all(who in CODE_LISTS["audience"] for who in guide.audience or ())


def _places(guide: ServiceGuide) -> bool:
    def down_to_the_room(place: object) -> bool:
        address = getattr(place, "address", None) or ""
        where = getattr(place, "window", None) or getattr(place, "room", None)
        return bool(_PLACE_WITH_NUMBER.search(address)) and bool(where or _ROOM.search(address))

    return bool(guide.places) and all(down_to_the_room(p) for p in guide.places or ())


def _basis(guide: ServiceGuide) -> bool:
    return bool(guide.basis) and all(b.title and b.clause and b.text for b in guide.basis or ())


def _source(subject: Subject, indicator: Indicator) -> Outcome:
    return stated(subject, indicator, "power_source", _in("power_source", "power_source"))


def _type(subject: Subject, indicator: Indicator) -> Outcome:
    """Guides of which nobody can tell the kind may be permits, and are looked at too."""
    members = subject.members(indicator)
    untold = [g for g in subject.members(indicator, kinds=()).guides if subject.kind(g) is None]
    guides = (*members.guides, *untold)
    return stated(subject, indicator, "type", _in("type", "type"), guides=guides)


def _code(subject: Subject, indicator: Indicator) -> Outcome:
    seen: dict[str, int] = {}
    for guide in subject.guides.values():
        if guide.code:
            seen[guide.code] = seen.get(guide.code, 0) + 1

    def holds(guide: ServiceGuide) -> bool:
        code = guide.code or ""
        return len(code) == CODE_LENGTH and code.isascii() and code.isalnum() and seen[code] == 1

    return stated(subject, indicator, "code", holds)


def _hours(subject: Subject, indicator: Indicator) -> Outcome:
    """Opening times stand with the guide, or with each of its places."""
    members = subject.members(indicator)
    at_places = any(p.hours for g in members.guides for p in g.places or ())
    field = "places" if at_places and not any(g.hours for g in members.guides) else "hours"

    def holds(guide: ServiceGuide) -> bool:
        return any(_TIME.search(text) for _, text in guide.opening_times)

    found = stated(subject, indicator, field, holds)
    if field == "hours" and at_places:  # some have them here, some there
        return stated(subject, indicator, "name", holds, at=lambda g: "hours" if g.hours or not g.places else "places")
    return found


def _phones(subject: Subject, indicator: Indicator) -> Outcome:
    area = subject.city.area_code if subject.city else None

    def complete(phone: str) -> bool:
        number = digits(phone)
        return number.startswith(area) if area else number.startswith("0") and len(number) >= 10

    def holds(guide: ServiceGuide) -> bool:
        contact, supervision = guide.contact_phones or (), guide.supervision_phones or ()
        if not contact or not supervision or {digits(p) for p in contact} & {digits(p) for p in supervision}:
            return False
        return all(complete(p) for p in (*contact, *supervision))

    def at(guide: ServiceGuide) -> str:
        wrong = not guide.contact_phones or not all(map(complete, guide.contact_phones))
        return "contact_phones" if wrong or holds(guide) else "supervision_phones"

    members = subject.members(indicator)
    if members.guides and all(g.contact_phones is None and g.supervision_phones is None for g in members.guides):
        return stated(subject, indicator, "contact_phones", holds)
    return stated(subject, indicator, "name", holds, at=at)


def _special(subject: Subject, indicator: Indicator) -> Outcome:
    """A guide says which special procedures and intermediaries there are, or that there are none."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)

    def steps(guide: ServiceGuide) -> list[str]:
        item = subject.item(guide)
        found = walk_steps(item.process) if item else ()
        return [s.special for _, s in found if isinstance(s, OfficeStep) and s.special and s.special != "public_notice"]

    def holds(guide: ServiceGuide) -> bool:
        return not steps(guide) or bool(guide.special or guide.intermediaries)

    both = [g for g in members.guides if g.special is None and g.intermediaries is not None]
    field = "intermediaries" if both and all(g.special is None for g in members.guides) else "special"
    found = stated(subject, indicator, field, holds)
    unnamed = [
        warning("DS914", of(g), item=g.name, special=tuple(dict.fromkeys(f"special_{kind}" for kind in steps(g))))
        for g in members.guides
        if not holds(g) and not objecting(subject, indicator, g)
    ]
    known = {f.path[1] for f in unnamed}
    others = tuple(f for f in found.findings if f.code not in ("DS911", "DS912") or f.path[1] not in known)
    return replace(found, findings=(*others, *unnamed)) if found.facts else found


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "C1-1": _type,
    "C1-2": _source,
    "C1-3": lambda s, i: stated(s, i, "quota", lambda _: True),
    "C1-4": lambda s, i: stated(s, i, "handling", _handling),
    "C1-5": _code,
    "C1-6": lambda s, i: stated(s, i, "audience", _audience),
    "C1-7": lambda s, i: stated(s, i, "statutory", _period("statutory")),
    "C1-8": lambda s, i: stated(s, i, "promised", _promised),
    "C1-9": lambda s, i: stated(s, i, "places", _places),
    "C1-10": _hours,
    "C1-11": lambda s, i: stated(s, i, "contact_phones", lambda g: all(map(digits, g.contact_phones or ("",)))),
    "C1-12": lambda s, i: stated(s, i, "supervision_phones", lambda g: all(map(digits, g.supervision_phones or ("",)))),
    "C1-13": _phones,
    "C1-14": lambda s, i: stated(s, i, "basis", _basis),
    "C1-15": _special,
}
