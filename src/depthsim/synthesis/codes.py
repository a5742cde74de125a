"""Codes and numbers of a synthetic city: they check, are all different, and belong to nobody."""

from __future__ import annotations

from functools import cache

from depthsim.model.code_lists import CODE_LISTS
from depthsim.model.item_code import check_character
from depthsim.synthesis.items import PATTERNS, Sketch
from depthsim.synthesis.organisation import Department, keys

DIVISION, AREA_CODE = "990000", "0000"
"""Nobody's: no division and no telephone area have these numbers."""
REGISTERED = "11"
"""The first two characters of a credit code: an organ with a public establishment."""


@cache
def _number(department: str) -> int:
    """Return the place of a department among those that a city can have."""
    district, _, _ = department.partition("/")
    areas = ["", *(key.partition(".")[2] for key in keys("district."))]
    own = [key.split(".")[2] for key in keys("department.")]
    return areas.index(district) * len(own) + own.index(department.partition("/")[2])


def number_of(department: Department) -> int:
    """Return the number of a department, 0 for the first one of the city itself."""
    own = department.id.removeprefix(f"{department.district}_") if department.district else department.id
    return _number(f"{department.district or ''}/{own}")


def credit_code(department: Department) -> str:
    """Return a unified credit code that checks, of a division that does not exist."""
    body = f"{REGISTERED}{DIVISION}{number_of(department):09d}"
    return body + check_character(body)


def exercise(department: Department) -> str:
    """Return the level at which a department exercises its powers."""
    return "county" if department.district else "municipal"


def site(department: Department) -> str:
    """Return the id of a department's own site among the portals."""
    return f"{department.id}_site"


def basic_code(sketch: Sketch) -> str:
    """Return the basic code of an item: type, department, subject and pattern."""
    subjects = [slug for slug, _ in sketch.department.subjects]
    slug = sketch.id.removeprefix(f"{sketch.department.id}_").removesuffix(f"_{sketch.pattern}")
    kind = CODE_LISTS["type"].codes[PATTERNS[sketch.pattern].kind]
    high, low = divmod(number_of(sketch.department), 36)
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    serial, part = subjects.index(slug) + 1, list(PATTERNS).index(sketch.pattern) + 1
    return f"00{kind}{digits[high]}{digits[low]}{serial:03d}{part:03d}"


def item_code(sketch: Sketch) -> str:
    """Return the code of an item, 31 characters."""
    level = CODE_LISTS["exercise_level"].codes[exercise(sketch.department)]
    return f"{credit_code(sketch.department)}{level}{basic_code(sketch)}"


def phone(department: Department, line: int) -> str:
    """Return a telephone number of a department that cannot exist."""
    return f"{AREA_CODE}-{number_of(department):06d}{line:02d}"
