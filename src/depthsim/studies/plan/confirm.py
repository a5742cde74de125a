"""A plan confirmed by simulation with queues: each step of it paired, case by case, with the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from depthsim.measures import load, measures_of
from depthsim.studies.exact import demand_per_year
from depthsim.studies.pairs import Pairs, pair
from depthsim.studies.recorder import ItemValues
from depthsim.studies.run import Progress, Setting, Task, Wanted, run_tasks
from depthsim.studies.statistics import Interval, ratio
from depthsim.studies.tally import TICKS


@dataclass(frozen=True, slots=True)
class Gain:
    """What is saved a year in the simulation, in the measure's unit, with its 95 % interval (two runs or more)."""

    mean: float
    ci95: Interval | None

    def holds(self, value: float) -> bool:
        """Return whether a value lies inside the interval."""
        return self.ci95 is not None and self.ci95[0] <= value <= self.ci95[1]

    def to_json(self) -> dict[str, object]:
        """Return it as in `interfaces`."""
        return {"mean": self.mean, "ci95": None if self.ci95 is None else list(self.ci95)}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Gains of settings against the first: `steps` each against the one before it, `whole` each against the first."""

    steps: tuple[Gain, ...]
    whole: tuple[Gain, ...]


def confirm(
    settings: Sequence[Setting], measure: str, replications: int, *, jobs: int = 1, progress: Progress | None = None
) -> Confirmed:
    """Return what each setting after the first saves, against the one before it and against the first.

    The same luck in all of them. Cases that a setting does not have (items handled as one) count with no partner
    and are left out. Raises InputError for a system that cannot run.
    """
    places = [[m.id for m in measures_of(s.system)].index(measure) for s in settings]
    whole_year = demand_per_year(settings[0].system)
    tasks = [Task(s, r) for r in range(replications) for s in range(len(settings))]
    pairs = {
        (a, b): _Pairs(sum(n for name, n in whole_year.items() if name in settings[b].system.items))
        for b in range(1, len(settings))
        for a in {0, b - 1}
    }
    first: dict[str, ItemValues] = {}
    before: dict[str, ItemValues] = {}
    for result in run_tasks(settings, tasks, Wanted(values=True), jobs=jobs, progress=progress):
        here = result.task.setting
        if here == 0:
            first = result.values
        else:
            for there, values in {0: first, here - 1: before}.items():
                pairs[there, here].add(pair(values, result.values, [(places[there], places[here])]))
        before = result.values
    unit = TICKS * load(measure).divisor
    steps = tuple(pairs[b - 1, b].gain(unit) for b in range(1, len(settings)))
    whole = tuple(pairs[0, b].gain(unit) for b in range(1, len(settings)))
    return Confirmed(steps, whole)


class _Pairs:
    """Differences of one pair of settings, replication by replication: their sums, and how many cases they are."""

    def __init__(self, per_year: float) -> None:
        self._per_year = per_year
        self._totals: list[int] = []
        self._cases: list[int] = []
        self._pairs = 0

    def add(self, found: Mapping[str, Pairs]) -> None:
        """Take one replication's pairs, by item."""
        self._totals.append(sum(p.sums[0].total for p in found.values()))
        self._cases.append(sum(p.sums[0].cases for p in found.values()))
        self._pairs += sum(p.pairs for p in found.values())

    def gain(self, unit: float) -> Gain:
        """Return what is saved a year."""
        mean, interval = ratio(self._totals, self._cases)
        if mean is None:
            return Gain(0.0, None)
        scale = -self._per_year * sum(self._cases) / self._pairs / unit
        bounds = None if interval is None else (interval[1] * scale + 0.0, interval[0] * scale + 0.0)
        return Gain(mean * scale + 0.0, bounds)
