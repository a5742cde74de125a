"""Numbers in Chinese texts: limits in words, full-width digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from depthsim.model.guide_parts import Period

_HALF_WIDTH = str.maketrans("０１２３４５６７８９：－", "0123456789:-")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = r"([0-9]+(?:\.[0-9]+)?|[零〇一二两三四五六七八九十百]+)"
_SPAN = re.compile(_NUMBER + r"\s*个?\s*(工作日|自然日|日历日|日|天|月)(?!期)")
_AT_ONCE = re.compile("即办|即时|当场|立等可取|马上办")


def half_width(text: str) -> str:
    """Return a text with ASCII digits and colons."""
    return text.translate(_HALF_WIDTH)


def number(text: str) -> float:
    """Return a number in digits or Chinese numerals below a thousand: 20, 二十, 一百二十. Raises KeyError."""
    if text[0].isascii():
        return float(text)
    if "十" not in text and "百" not in text:
        return float("".join(str(_DIGITS[c]) for c in text))
    total = 0
    digit = 0
    for character in text:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[character]
    return float(total + digit)


def spans(text: str) -> Iterator[tuple[float, str]]:
    """Yield the numbers of days (or months) of a text with their units, as written: (20, "工作日")."""
    for found in _SPAN.finditer(half_width(text)):
        yield number(found[1]), found[2]


def contradicts(period: Period) -> Literal["number", "unit"] | None:
    """Return in what a period's text contradicts its number: the number itself, or the unit; None if it does not.

    One fitting number is enough, since texts also tell of extensions; a plain 日 fits working days too, as in law.
    """
    if period.text is None or period.amount is None or period.unit not in (None, "days", "working days"):
        return None
    if period.amount > 0 and _AT_ONCE.search(period.text) and not any(spans(period.text)):
        return "number"
    found = list(spans(period.text))
    if not found:
        return None
    fitting = [unit for amount, unit in found if _fits(period, amount, unit)]
    if not fitting:
        return "number"
    return "unit" if period.unit and all(_other_unit(period, unit) for unit in fitting) else None


def _fits(period: Period, amount: float, unit: str) -> bool:
    if period.amount is None:
        return False
    if unit == "月":
        shortest, longest = (20, 23) if period.unit == "working days" else (28, 31)
        return amount * shortest <= period.amount <= amount * longest
    return amount == period.amount


def _other_unit(period: Period, unit: str) -> bool:
    if period.unit == "working days":
        return unit in ("自然日", "日历日")
    return unit == "工作日"
