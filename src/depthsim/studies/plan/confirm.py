"""A plan confirmed by simulation with queues: each step of it paired, case by case, with the one before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from depthsim.measures import load, measures_of
from depthsim.model.system import ServiceSystem
from depthsim.studies.exact import demand_per_year
from depthsim.studies.pairs import CaseValues, Pairs, pair
from depthsim.studies.run import Job, Progress, Setting, Wanted, run_job
from depthsim.studies.statistics import Interval, ratio
from depthsim.studies.sums import AddDifferences, add_differences
from depthsim.studies.tally import TICKS, Tally
from depthsim.studies.yearly import same_demand, yearly_difference

WAITING = "waiting_minutes"


@dataclass(frozen=True, slots=True)
class Gain:
    """What is saved a year in the simulation, in the measure's unit, with its 95 % interval (two runs or more).

    `waiting` is the part of it that is waiting in the hall, None where the measure does not tell; `rest95` is the
    interval of all but this part, which the exact model foretells.
    """

    mean: float
    ci95: Interval | None
    waiting: float | None = None
    rest95: Interval | None = None

    def holds(self, value: float) -> bool:
        """Return whether a value lies inside the interval, up to rounding."""
        return _inside(value, self.ci95)

    def doubts(self, exact: float) -> bool:
        """Return whether an exact gain lies outside the interval: that of all but waiting, where it is known."""
        interval = self.ci95 if self.waiting is None else self.rest95
        return interval is not None and not _inside(exact, interval)

    def to_json(self) -> dict[str, object]:
        """Return it as in `interfaces`."""
        found: dict[str, object] = {"mean": self.mean, "ci95": _listed(self.ci95)}
        if self.waiting is not None:
            found |= {"waiting": self.waiting, "ci95_without_waiting": _listed(self.rest95)}
        return found


def _inside(value: float, interval: Interval | None) -> bool:
    if interval is None:
        return False
    slack = 1e-9 * max(map(abs, (*interval, value)))
    return interval[0] - slack <= value <= interval[1] + slack


def _listed(interval: Interval | None) -> list[float] | None:
    return None if interval is None else list(interval)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Gains of settings against the first: `steps` each against the one before it, `whole` each against the first."""

    steps: tuple[Gain, ...]
    whole: tuple[Gain, ...]


def confirm(
    settings: Sequence[Setting], measure: str, replications: int, *, jobs: int = 1, progress: Progress | None = None
) -> Confirmed:
    """Return what each setting after the first saves, against the one before it and against the first.

    The same luck in all of them. Where reforms move cases from one item to another (items handled as one), these
    have no partner, and totals a year are compared instead. Raises InputError for a system that cannot run.
    """
    names = [[m.id for m in measures_of(s.system)] for s in settings]
    places = tuple((n.index(measure), n.index(WAITING)) for n in names)
    price = waiting_price(measure, settings[0].system)
    unit = load(measure).divisor
    couples = {
        (a, b): _Pairs(settings[a].system, settings[b].system) for b in range(1, len(settings)) for a in {0, b - 1}
    }
    wanted = Wanted(pairing=_Pairing(places, tuple(couples)))
    for replication in run_job(Job(tuple(settings), wanted), range(replications), jobs=jobs, progress=progress):
        for n, ((a, b), couple) in enumerate(couples.items()):
            paired = {name: pairs for part in replication.paired for name, pairs in part[n].items()}
            couple.add(paired, (replication.tallies[a], replication.tallies[b]))
    gains = {(a, b): couple.gain((places[a], places[b]), unit, price) for (a, b), couple in couples.items()}
    several = range(1, len(settings))
    return Confirmed(tuple(gains[b - 1, b] for b in several), tuple(gains[0, b] for b in several))


def waiting_price(measure: str, system: ServiceSystem) -> float | None:
    """Return what a minute of waiting in the hall adds to a measure; None where it cannot be told apart."""
    if measure == "money":
        return system.applicants.wage.amount / 60 if system.applicants.wage else None
    return {"applicant_minutes": 1.0, "visits": 0.0}.get(measure)


@dataclass(frozen=True, slots=True)
class _Pairing:
    """Pairs of couples of settings, by item; `places` are the columns of the measure and of waiting."""

    places: tuple[tuple[int, int], ...]
    couples: tuple[tuple[int, int], ...]

    def __call__(
        self, values: Sequence[CaseValues], adding: AddDifferences = add_differences
    ) -> list[dict[str, Pairs]]:
        columns = [list(zip(self.places[a], self.places[b], strict=True)) for a, b in self.couples]
        return [pair(values[a], values[b], c, adding) for (a, b), c in zip(self.couples, columns, strict=True)]


class _Pairs:
    """Differences of one couple of settings, replication by replication: their sums, and how many cases they are."""

    def __init__(self, before: ServiceSystem, after: ServiceSystem) -> None:
        self._before, self._after = demand_per_year(before), demand_per_year(after)
        self._moved = not same_demand(self._before, self._after)
        self._totals: list[tuple[int, int]] = []
        self._cases: list[int] = []
        self._pairs = 0
        self._tallies: list[tuple[Tally, Tally]] = []

    def add(self, found: Mapping[str, Pairs], tallies: tuple[Tally, Tally]) -> None:
        """Take one replication's pairs, by item, and the sums of both sides."""
        if self._moved:
            self._tallies.append(tallies)
            return
        self._totals.append(
            (sum(p.sums[0].total for p in found.values()), sum(p.sums[1].total for p in found.values()))
        )
        self._cases.append(sum(p.sums[0].cases for p in found.values()))
        self._pairs += sum(p.pairs for p in found.values())

    def gain(self, places: tuple[tuple[int, int], tuple[int, int]], unit: float, price: float | None) -> Gain:
        """Return what is saved a year; a minute of waiting adds `price` to the measure."""
        if self._moved:
            return self._of_totals(places, unit, price)
        mean, interval = self._ratio([total for total, _ in self._totals], unit)
        if price is None:
            return Gain(mean, interval)
        waiting, _ = self._ratio([round(waited * price) for _, waited in self._totals], unit)
        _, rest = self._ratio([total - round(waited * price) for total, waited in self._totals], unit)
        return Gain(mean, interval, waiting, rest)

    def _ratio(self, totals: Sequence[int], unit: float) -> tuple[float, Interval | None]:
        mean, interval = ratio(totals, self._cases)
        if mean is None:
            return 0.0, None
        scale = -math.fsum(self._before.values()) * sum(self._cases) / self._pairs / (TICKS * unit)
        bounds = None if interval is None else (interval[1] * scale + 0.0, interval[0] * scale + 0.0)
        return mean * scale + 0.0, bounds

    def _of_totals(self, places: tuple[tuple[int, int], tuple[int, int]], unit: float, price: float | None) -> Gain:
        (mine, my_waiting), (theirs, their_waiting) = places
        before, after = [a for a, _ in self._tallies], [b for _, b in self._tallies]
        mean, interval = yearly_difference((before, mine, self._before), (after, theirs, self._after), unit)
        if mean is None:
            return Gain(0.0, None)
        bounds = None if interval is None else (-interval[1] + 0.0, -interval[0] + 0.0)
        waited, _ = yearly_difference((before, my_waiting, self._before), (after, their_waiting, self._after), 1.0)
        waiting = None if waited is None or price is None else -waited * price + 0.0
        return Gain(-mean + 0.0, bounds, waiting)
