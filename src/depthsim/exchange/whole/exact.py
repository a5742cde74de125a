"""Values exactly, in cells that nobody reads: JSON in pieces, on a hidden sheet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from depthsim.exchange.whole.inventory import Data
from depthsim.model.city import City
from depthsim.model.evidence import Evidence
from depthsim.model.guide import ServiceGuide
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem

EXACT = "depthsim"
"""The hidden sheet."""
MARK_OF_WHOLE = "depthsim/system-workbook/1"
_PIECE = 15_000
"""A cell holds 32,767 characters of two bytes; some take two of them."""
_UNSAFE = re.compile("_x|[^\\n -\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, and what a spreadsheet would take for an escape."""
MODELS: Mapping[str, type[BaseModel]] = {
    "system": ServiceSystem, "item": ServiceItem, "guide": ServiceGuide, "city": City, "evidence": Evidence
}  # fmt: skip


def data_of_value(value: BaseModel) -> Data:
    """Return a value as plain data, as in YAML: without defaults."""
    hidden = {"items"} if isinstance(value, ServiceSystem) else None
    return value.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=hidden)


def values_of(system: ServiceSystem) -> Iterator[tuple[str, str, BaseModel]]:
    """Yield everything that a system consists of: kind, id (a file's name, for evidence) and value."""
    yield "system", system.id, system
    yield from (("item", key, item) for key, item in system.items.items())
    yield from (("guide", key, guide) for key, guide in system.guides.items())
    if system.city is not None:
        yield "city", system.city.id, system.city
    yield from (("evidence", key, found) for key, found in system.evidence.items())


def pieces(data: Data) -> Iterator[str]:
    """Yield a value's data as pieces of JSON, each between two bars: a cell holds so much and no more."""
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    packed = _UNSAFE.sub(_escaped, packed)
    for start in range(0, len(packed), _PIECE):
        yield f"|{packed[start : start + _PIECE]}|"


def _escaped(found: re.Match[str]) -> str:
    return "\\u005fx" if found[0] == "_x" else f"\\u{ord(found[0]):04x}" if ord(found[0]) < 0x10000 else found[0]


def joined(rows: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, Data]]:
    """Return the data of pieces by kind and id, in their order. Raises ValueError where they do not fit together."""
    found: dict[str, dict[str, list[str]]] = {}
    for kind, key, piece in rows:
        if kind not in MODELS or not (piece.startswith("|") and piece.endswith("|") and len(piece) > 1):
            raise ValueError(kind)
        found.setdefault(kind, {}).setdefault(key, []).append(piece[1:-1])
    return {kind: {key: json.loads("".join(some)) for key, some in by.items()} for kind, by in found.items()}


def system_of(data: Mapping[str, Mapping[str, Any]]) -> ServiceSystem:
    """Return the system of such data. Raises ValueError (pydantic's) where it is none."""
    from immutabledict import immutabledict

    values = {kind: {key: MODELS[kind].model_validate(one) for key, one in by.items()} for kind, by in data.items()}
    system = next(iter(values["system"].values()))
    assert isinstance(system, ServiceSystem)
    return system.model_copy(
        update={
            "items": immutabledict(values.get("item", {})),
            "guides": immutabledict(values.get("guide", {})),
            "city": next(iter(values.get("city", {}).values()), None),
            "evidence": immutabledict(values.get("evidence", {})),
        }
    )
