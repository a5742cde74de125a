"""Faults for the guides of a synthetic city: of kinds that offices publish, each named by the rule that finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from depthsim.synthesis.codes import AREA_CODE
from depthsim.synthesis.draws import Draws
from depthsim.synthesis.steps import Data

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: where it stands in a guide, and what it makes of what stands there (None: nothing).

    `fits` says of which guides it can be said without being true.
    """

    rule: str
    path: Path
    change: Callable[[Any], Any]
    fits: Callable[[Data], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault that was planted: in the guide of which item, the rule that finds it, where, what was there and is."""

    item: str
    rule: str
    field: str
    before: Any
    after: Any


def _said(text: Any) -> Callable[[Any], Any]:
    return lambda _: text


def _level(level: str) -> Callable[[Data], bool]:
    return lambda guide: bool(guide["depth"]["codes"] == [level])


def _committed(guide: Data) -> bool:
    return bool(guide["handling"] == "committed")


def _charged(guide: Data) -> bool:
    return bool(guide["charged"] and guide["fees"])


def _without_approval(steps: list[Data]) -> list[Data]:
    return [step for step in steps if step["stage"] != "approval"]


def _vague(materials: list[Data]) -> list[Data]:
    others = {"id": "others", "name": {"zh": "其他相关材料", "en": "Other relevant materials"}}
    return [*materials, materials[0] | others]


def _without_sample(materials: list[Data]) -> list[Data]:
    return [{key: value for key, value in one.items() if key != "sample"} for one in materials]


def _wrong_check(code: str) -> str:
    return code[:17] + ("1" if code[17] != "1" else "2") + code[18:]


def _late(promised: str) -> Data:
    number = float(promised.split(maxsplit=1)[0])
    return {"amount": number, "unit": "working days", "text": f"{number + 5:g}个工作日"}


FAULTS: tuple[Fault, ...] = (
    Fault("DS808", ("code",), _wrong_check),
    Fault("DS821", ("promised",), _said("25 working days"), lambda g: g["statutory"] == "20 working days"),
    Fault("DS823", ("promised",), _late, _committed),
    Fault("DS830", ("supervision_phones",), _said(None)),  # the contact number: see `planted`
    Fault("DS831", ("contact_phones", 0), lambda phone: phone.removeprefix(f"{AREA_CODE}-"),
          lambda g: g["contact_phones"] != g["supervision_phones"]),
    Fault("DS835", ("places", 0, "window"), _said(None)),
    Fault("DS837", ("places", 0, "hours"), _said("9:00-12:00，13:30-17:30")),
    Fault("DS840", ("materials",), _vague),
    Fault("DS847", ("materials",), _without_sample),
    Fault("DS860", ("visits", "count"), _said(1), _level("IV")),
    Fault("DS861", ("visits", "reason"), _said("无"), _level("III")),
    Fault("DS866", ("courier",), _said(False), lambda g: _level("IV")(g) and g["result"]["form"] == "physical"),
    Fault("DS872", ("fees", 0, "basis"), _said(None), _charged),
    Fault("DS873", ("online_payment",), _said(True), lambda g: not g["charged"]),
    Fault("DS880", ("steps",), _without_approval),
    Fault("DS881", ("steps", 1, "criteria"), _said(None)),
    Fault("DS887", ("result", "sample"), _said(None)),
    Fault("DS890", ("power_source",), _said(None)),
    Fault("DS891", ("basis", 0, "clause"), _said(None)),
)  # fmt: skip


def with_faults(guides: Mapping[str, Data], seed: int, rate: float) -> tuple[dict[str, Data], list[Planted]]:
    """Return the guides with faults, each where it fits with a chance of `rate`, and the list of them.

    No field has two faults.
    """
    found, planted = {}, []
    for key, guide in guides.items():
        faulty = deepcopy(guide)
        planted += list(_plant(key, faulty, Draws.of(seed, f"{key}/faults"), rate))
        found[key] = faulty
    return found, planted


def _plant(key: str, guide: Data, draws: Draws, rate: float) -> Iterator[Planted]:
    taken: set[str | int] = set()
    for fault in FAULTS:
        first = fault.path[0]
        if first in taken or not fault.fits(guide) or not draws.happens(fault.rule, rate):
            continue
        taken.add(first)
        at: Any = guide
        for part in fault.path[:-1]:
            at = at[part]
        before = at[fault.path[-1]]
        after = list(guide["contact_phones"]) if fault.rule == "DS830" else fault.change(before)
        if after is None:
            del at[fault.path[-1]]
        else:
            at[fault.path[-1]] = after
        yield Planted(key, fault.rule, ".".join(map(str, fault.path)), before, after)
