"""Ids of imported items and departments: from their codes where they have some, the same at every import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from depthsim.model.value import IDENTIFIER

RESERVED = frozenset({"system", "catalogue"})


def guide_id(data: Mapping[str, Any], taken: Mapping[str, Any]) -> str:
    """Return an item's id: as given, or of its business, item or basic code, or else of department and name.

    One that is taken already gets a number: `i000104002000_2`.
    """
    given = str(data.get("id") or "").strip()
    if re.fullmatch(IDENTIFIER, given) and len(given) <= 80 and given not in RESERVED:
        wanted = given
    else:
        wanted = _of_codes(data) or _of_words("i", str(data.get("department") or ""), _name(data))
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}_{number}", number + 1
    return found


def _name(data: Mapping[str, Any]) -> str:
    name = data.get("name")
    return str(name.get("zh", "")) if isinstance(name, Mapping) else str(name or "")


def _of_codes(data: Mapping[str, Any]) -> str | None:
    """Return an id of the codes: the whole item code, since two departments may have the same basic code."""
    for field in ("business_code", "code", "basic_code"):
        bare = re.sub("[^0-9a-z]", "", str(data.get(field) or "").lower())
        if len(bare) >= 6:
            return f"i{bare}"[:78]
    return None


def _of_words(letter: str, *words: str) -> str:
    return letter + sha256("\n".join(words).encode()).hexdigest()[:10]


def department_id(name: str, credit_code: str | None) -> str:
    """Return a department's id: of its credit code, or else of its name; an id stays as it is."""
    if re.fullmatch(IDENTIFIER, name) and len(name) <= 80:
        return name
    bare = re.sub("[^0-9a-z]", "", (credit_code or "").lower())
    return f"d{bare}" if len(bare) == 18 else _of_words("d", name)
