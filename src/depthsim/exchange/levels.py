"""Declared depths as people write them: 全程网办（Ⅳ级）, 五星, IV, or codes of a coding that must be named."""

from __future__ import annotations

import re
from typing import Any

_ROMAN = {"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV"}
_LEVEL = re.compile(r"(?<![A-Z])(IV|III|II|I|4|3|2|1|[一二三四])\s*级|^(IV|III|II|I)$")
_NUMERALS = {"一": "I", "二": "II", "三": "III", "四": "IV", "1": "I", "2": "II", "3": "III", "4": "IV"}
_NAMED = (("全程网办", "IV"), ("材料核验", "III"), ("材料预审", "II"), ("信息发布", "I"))
_STARS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5"}


def depth_of(codes: list[str], coding: str | None) -> dict[str, Any] | None:
    """Return the declared depth as a guide holds it, or None for bare codes whose coding nobody has named.

    Words that name a level or stars say their coding themselves; other codes are those of `coding`, as they stand.
    """
    levels = [_level(code) for code in codes]
    if coding in (None, "levels") and all(levels):
        return {"codes": levels, "map": "levels"}
    stars = [re.fullmatch("([一二三四五1-5])\\s*(星|★)级?", code) for code in codes]
    if coding in (None, "fujian_stars") and all(stars):
        return {"codes": [_STARS.get(s[1], s[1]) for s in stars if s], "map": "fujian_stars"}
    return None if coding is None else {"codes": [_code(code) for code in codes], "map": coding}


def _level(code: str) -> str | None:
    plain = code.strip()
    for sign, roman in _ROMAN.items():
        plain = plain.replace(sign, roman)
    found = _LEVEL.search(plain.upper())
    if found:
        said = found[1] or found[2]
        return _NUMERALS.get(said, said)
    return next((level for name, level in _NAMED if name in plain), None)


def _code(code: str) -> str:
    """Return a code as the coding writes it: 1.0, which spreadsheets make of 1, is 1."""
    return code.removesuffix(".0")
