"""Rules on where and when to go and whom to call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from immutabledict import immutabledict

from depthsim.assessment.rules._numbers import half_width
from depthsim.assessment.rules._rule import CHECKER, SCHEME, Hit, Rules, Surroundings
from depthsim.errors import Path
from depthsim.model.guide import ServiceGuide

RULES = Rules()

_NO_DIALLER = re.compile("[\u2010-\u2015\u2212\uff0d\u2500~\uff5e０-９（）]")
"""Dashes that are no hyphen, and full-width characters: programmes that dial do not take them."""
_WITH_AREA = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?")
_LOCAL = re.compile(r"\d{7,8}(-\d{1,6})?")
_OTHERS = re.compile(r"(\+?86-?)?1[3-9]\d{9}|1\d{2,4}|9\d{4,5}|[48]00-?\d{3}-?\d{4}|0\d{2,3}-?(1\d{4}|9\d{4,5})")
_BEARS_ON: Mapping[str | int, tuple[str, ...]] = immutabledict(
    {"contact_phones": ("C1-11", "C1-13"), "supervision_phones": ("C1-12", "C1-13"), "places": ("C1-11",)}
)
"""The indicators that look at a number, by where it stands."""
_SEPARATORS = re.compile(r"[、，,；;/\s]+")
_REMARK = re.compile(r"[（(][^）)]*[）)]|^[^\d+]+|[^\d]+$")


def _phones(guide: ServiceGuide) -> Iterator[tuple[Path, str]]:
    """Yield the phone numbers of a guide with their paths; several in one text apart."""
    for field in ("contact_phones", "supervision_phones"):
        for number, text in enumerate(getattr(guide, field) or ()):
            for one in filter(None, _SEPARATORS.split(text)):
                yield (field, number), one
    for number, place in enumerate(guide.places or ()):
        for one in filter(None, _SEPARATORS.split(place.phone or "")):
            yield ("places", number, "phone"), one


def _plain(phone: str) -> str:
    """Return a number as one would dial it: ASCII digits and hyphens, remarks left out."""
    bare = _REMARK.sub("", half_width(phone))
    return re.sub("[\u2010-\u2015\u2212\uff0d\u2500~\uff5e-]+", "-", bare)


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", _plain(phone))


@RULES.wrong("DS830", "C1-13")
def supervision_is_another_number(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The supervision number differs from the contact number."""
    contact = {_digits(p) for path, p in _phones(guide) if path[0] == "contact_phones"}
    supervision = [(path, p) for path, p in _phones(guide) if path[0] == "supervision_phones"]
    if contact and supervision and all(_digits(p) in contact for _, p in supervision):
        yield supervision[0][0], {"given": supervision[0][1]}


@RULES.wrong("DS831", "C1-13")
def numbers_have_an_area_code(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A landline number begins with its area code."""
    for path, phone in _phones(guide):
        if _LOCAL.fullmatch(_plain(phone)) and not _OTHERS.fullmatch(_plain(phone)):
            yield path, {"given": phone}


@RULES.wrong("DS832", "C1-11", "C1-12", "C1-13")
def numbers_can_be_dialled(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A number is written in ASCII digits and hyphens."""
    for path, phone in _phones(guide):
        found = _NO_DIALLER.findall(re.sub(r"（\D*）", "", phone))
        if found:
            marks = sorted(set(found))
            yield path, {"given": phone, "marks": marks, "right": _plain(phone), "indicator": _BEARS_ON[path[0]]}


@RULES.wrong("DS833", "C1-11", "C1-12", "C1-13", source=SCHEME)
def numbers_are_numbers(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A number has as many digits as a landline, mobile or service number."""
    for path, phone in _phones(guide):
        plain = _plain(phone)
        if not any(pattern.fullmatch(plain) for pattern in (_WITH_AREA, _LOCAL, _OTHERS)):
            yield path, {"given": phone, "indicator": _BEARS_ON[path[0]]}


@RULES.wrong("DS834", "C1-13")
def area_code_is_the_citys(guide: ServiceGuide, around: Surroundings) -> Iterator[Hit]:
    """A landline's area code is that of the city."""
    code = around.area_code
    for path, phone in _phones(guide):
        plain = _plain(phone)
        if code and _WITH_AREA.fullmatch(plain) and not plain.startswith(code):
            yield path, {"given": phone, "area_code": code}


_STREET = re.compile(r"(路|街|道|巷|弄|里|胡同|坊|村|线)")
_HOUSE = re.compile(r"[\d一二三四五六七八九十百]+\s*(-\s*\d+)?\s*号")
_ROOM = re.compile(r"窗口|号窗|柜台|号台|\d+\s*室|室|房间|\d+\s*房|[A-Z]\d{2,4}|\d+\s*[-#]\s*\d+\s*#?")
_ONLINE = re.compile(r"网上|线上|https?:|网站|平台")


@RULES.wrong("DS835", "C1-9", source=CHECKER)
def address_leads_to_the_window(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """An address leads to the window or the room."""
    for number, place in enumerate(guide.places or ()):
        whole = " ".join(filter(None, (place.address, place.name)))
        if place.window or place.room or not place.address or _ONLINE.search(place.address):
            continue
        if not _ROOM.search(half_width(whole)):
            yield ("places", number, "address"), {"given": place.address}


@RULES.wrong("DS836", "C1-9")
def address_names_street_and_house(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """An address names the street and the number of the house."""
    for number, place in enumerate(guide.places or ()):
        if place.address and not _ONLINE.search(place.address):
            address = half_width(place.address)
            if not (_STREET.search(address) and _HOUSE.search(address)):
                yield ("places", number, "address"), {"given": place.address}


_DAYS = re.compile(
    "周|星期|礼拜|工作日|每天|每日|全天|全年|24小时|法定|Mon|Tue|weekday|working day|daily", re.IGNORECASE
)
_TIMES = re.compile(r"\d{1,2}\s*[:.点时]\s*\d{0,2}|24小时|全天")


@RULES.wrong("DS837", "C1-10", source=CHECKER)
def opening_times_name_the_days(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Opening times say on which days."""
    for path, text in guide.opening_times:
        if not _DAYS.search(text):
            yield path, {"given": text}


@RULES.wrong("DS838", "C1-10")
def opening_times_name_the_hours(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Opening times say from when to when."""
    for path, text in guide.opening_times:
        if not _TIMES.search(half_width(text)):
            yield path, {"given": text}
