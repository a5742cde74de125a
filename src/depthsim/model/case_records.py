"""What a log of cases (办件记录) says of each item, summed up: how many were accepted, how long they took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from depthsim.errors import Finding


@dataclass(frozen=True, slots=True)
class ItemRecords:
    """The records of one item. `accepted_online` is None where no record says by which channel it came.

    `working_days` is the sum over the `completed` ones, by date: the day of acceptance is day 0.
    """

    accepted: int = 0
    accepted_online: int | None = None
    completed: int = 0
    working_days: int = 0
    synthetic: int = 0

    def __add__(self, other: ItemRecords) -> ItemRecords:
        """Return the records of both."""
        online = [n for n in (self.accepted_online, other.accepted_online) if n is not None]
        return ItemRecords(
            self.accepted + other.accepted,
            sum(online) if online else None,
            self.completed + other.completed,
            self.working_days + other.working_days,
            self.synthetic + other.synthetic,
        )


@dataclass(frozen=True, slots=True)
class SimulatedRecords:
    """Cases of a run: how many have a finished limit clock, and the days on it in all (working days)."""

    completed: int = 0
    working_days: float = 0.0


@dataclass(frozen=True)
class CaseRecords:
    """A log of cases, by item, and what is wrong with its rows; `simulated` are cases of a run, not of an office."""

    file: str
    items: Mapping[str, ItemRecords]
    first: date | None = None
    last: date | None = None
    simulated: Mapping[str, SimulatedRecords] | None = None
    findings: tuple[Finding, ...] = ()


def together(logs: Sequence[CaseRecords]) -> CaseRecords | None:
    """Return several logs as one, None where there is none; of several runs the last one counts."""
    if not logs:
        return None
    items: dict[str, ItemRecords] = {}
    for log in logs:
        for name, records in log.items.items():
            items[name] = items[name] + records if name in items else records
    return CaseRecords(
        ", ".join(log.file for log in logs if log.simulated is None),
        items,
        min((log.first for log in logs if log.first), default=None),
        max((log.last for log in logs if log.last), default=None),
        next((log.simulated for log in reversed(logs) if log.simulated is not None), None),
        tuple(f for log in logs for f in log.findings),
    )
