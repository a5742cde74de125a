"""Codes of items: 31 characters = unified credit code of the department (18) + level of exercise (1) + basic code (12).

The basic code names the item's type in its third and fourth characters (region 2, type 2, department 2, serial number
3, sub-item 3), as read off published records. The credit code's last character checks the others (GB 32100-2015).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a unified credit code: no I, O, S, V, Z."""
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ITEM = re.compile(rf"([{ALPHABET}]{{18}})([0-9])([0-9A-Z]{{12}})([0-9]{{2}})?")
BASIC = re.compile(r"[0-9]{2}[0-9A-Z]{10}")
"""What a basic code looks like."""


@dataclass(frozen=True, slots=True)
class ItemCode:
    """An item code in its parts; `business` are the two characters of a business item, empty without."""

    credit_code: str
    level: str
    basic_code: str
    business: str = ""

    @property
    def type(self) -> str:
        """Return the code of the item's type: `01` for a permit."""
        return self.basic_code[2:4]


def parts(code: str) -> ItemCode | None:
    """Return the parts of an item code of 31 characters (33 with a business item), None of anything else."""
    found = _ITEM.fullmatch(code.strip())
    return ItemCode(found[1], found[2], found[3], found[4] or "") if found else None


def check_character(body: str) -> str:
    """Return the check character of the first 17 characters of a unified credit code, after GB 32100-2015.

    31 − (Σ value × 3^place) mod 31, 31 counting as 0. Raises ValueError for a character outside the alphabet.
    """
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]
