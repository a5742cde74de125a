"""Running: each task is one part of the settings in one replication. The same results wherever they are worked on."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from depthsim.errors import UsageError, error
from depthsim.measures import measures_of
from depthsim.model.columns import CaseColumns
from depthsim.model.log import Batch
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY
from depthsim.studies.engine import COMPILED
from depthsim.studies.pairs import CaseValues
from depthsim.studies.parts import Part, predicted_size, runs_alike, split, together
from depthsim.studies.recorder import Record, Recorder
from depthsim.studies.sketches import AddBins, add_bins
from depthsim.studies.sums import AddDifferences, AddSums, add_differences, add_sums
from depthsim.studies.tally import Tally

Progress = Callable[[int, int], None]
"""Told (done, total) in predicted work, that of tasks under way included."""


class Pairing(Protocol):
    """What is made of the numbers that the settings have for the same cases; it must survive pickling."""

    def __call__(self, values: Sequence[CaseValues], adding: AddDifferences = add_differences) -> Any:
        """Return it; `adding` is a way to add differences up."""


STEPS_PER_SECOND = {"discrete_event": 30_000, "compiled": 2_000_000}
"""Rough speeds, to tell whether other processes would pay."""
PROCESSES_PAY = 3.0
"""Below so many predicted seconds all is done in this process: others may need a second to begin."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One system as it runs: reformed, with its engine, seed, and span of days."""

    system: ServiceSystem
    engine: str
    seed: int
    horizon_days: float
    warm_up_days: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        """Return [begin, end), in minutes, in which cases count."""
        begin = self.warm_up_days * MINUTES_PER_DAY
        return begin, begin + self.horizon_days * MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class Wanted:
    """What tasks keep beside their sums: rows, written into `folder`, and what a `pairing` makes of the numbers."""

    record: Record = "summary"
    pairing: Pairing | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One part (its number) in one replication, both counted from 0, of all settings or of those numbered."""

    replication: int
    part: int
    settings: tuple[int, ...] = (0,)

    @property
    def name(self) -> str:
        """Return its name in a work folder."""
        return f"task-{self.replication:05d}-{self.part:04d}"


@dataclass(slots=True)
class TaskResult:
    """What a task gives: sums by setting, and what was made of the settings' numbers.

    `values` are these numbers, where the task has not all of the settings.
    """

    task: Task
    tallies: tuple[Tally, ...]
    paired: Any = None
    values: tuple[CaseValues, ...] = ()


@dataclass(slots=True)
class Replication:
    """A whole replication: sums by setting, and what was made of the settings' numbers, part by part."""

    number: int
    tallies: tuple[Tally, ...]
    paired: tuple[Any, ...]


@dataclass(frozen=True)
class Job:
    """What is the same for all tasks; `parts` follow from the settings, which have one span."""

    settings: tuple[Setting, ...]
    wanted: Wanted
    parts: tuple[Part, ...] = field(init=False)
    sizes: tuple[tuple[float, ...], ...] = field(init=False)
    """What each part is predicted to cost, in steps, by setting."""
    alike: tuple[tuple[int, ...], ...] = field(init=False)
    """For each part, by setting, the first one in which all of it is the same: it is run there alone."""

    def __post_init__(self) -> None:
        parts = split([s.system for s in self.settings], max(s.span[1] for s in self.settings))
        days = [(setting.system, setting.span[1] / MINUTES_PER_DAY) for setting in self.settings]
        sizes = tuple(tuple(predicted_size(system, n, part) for system, n in days) for part in parts)
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "sizes", sizes)
        object.__setattr__(self, "alike", tuple(self._alike(part) for part in parts))

    def _alike(self, part: Part) -> tuple[int, ...]:
        found: list[int] = []
        for n, mine in enumerate(self.settings):
            others = (m for m in dict.fromkeys(found) if _run_alike(self.settings[m], mine, part))
            found.append(next(others, n))
        return tuple(found)

    def into(self, folder: Path | None) -> Job:
        """Return it with another folder for the rows."""
        found = copy(self)
        object.__setattr__(found, "wanted", replace(self.wanted, folder=folder))
        return found

    @property
    def divisible(self) -> bool:
        """Return whether a part's task needs no other items: the columns of rows depend on all."""
        return self.wanted.record == "summary"

    def of_part(self, part: int) -> Job:
        """Return a `divisible` job with no items but those of one part."""
        found = copy(self)
        object.__setattr__(found, "settings", tuple(_of_part(s, self.parts[part]) for s in self.settings))
        return found

    def size(self, task: Task) -> int:
        """Return what a task is predicted to cost, in steps; at least 1."""
        distinct = {self.alike[task.part][n] for n in task.settings}
        return 1 + round(sum(self.sizes[task.part][n] for n in distinct))

    def tasks(self, replications: Iterable[int], places: int) -> list[Task]:
        """Return the tasks, replication by replication, the greatest first; settings apart where tasks are few."""
        numbers = list(replications)
        every = tuple(range(len(self.settings)))
        apart = len(every) > 1 and len(numbers) * len(self.parts) < 2 * places
        found = []
        for part, alike in enumerate(self.alike):
            first = alike if apart else (0,) * len(every)
            found += [Task(0, part, tuple(n for n in every if first[n] == m)) for m in dict.fromkeys(first)]
        found.sort(key=self.size, reverse=True)
        return [Task(number, t.part, t.settings) for number in numbers for t in found]

    def seconds(self, tasks: Sequence[Task]) -> float:
        """Return roughly how long tasks take in one process."""
        slowest = min(STEPS_PER_SECOND.get(setting.engine, 1) for setting in self.settings)
        return sum(self.size(task) for task in tasks) / slowest


def _run_alike(one: Setting, other: Setting, part: Part) -> bool:
    alike = replace(one, system=other.system) == other and runs_alike(one.system, other.system, part)
    return alike and measures_of(one.system) == measures_of(other.system)


def _of_part(setting: Setting, part: Part) -> Setting:
    items = setting.system.items
    return replace(setting, system=setting.system.with_items({name: items[name] for name in part if name in items}))


def processes(jobs: int | None) -> int:
    """Return a number of processes: `jobs`, or one a core. Raises UsageError for less than 1."""
    if jobs is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if jobs < 1:
        raise UsageError(error("DS610", option="jobs", given=jobs, least=1))
    return jobs


def run_task(job: Job, task: Task, told: Callable[[float], None] | None = None) -> TaskResult:
    """Return the result of one task; rows are written whole or not at all. Raises InputError.

    `told` hears which share of it is done.
    """
    known: dict[int, tuple[Tally, CaseValues | None]] = {}
    alike = job.alike[task.part]
    for place, number in enumerate(task.settings):
        if alike[number] in known:
            continue

        def part_told(share: float, place: int = place) -> None:
            if told is not None:
                told((place + share) / len(task.settings))

        known[alike[number]] = _run(job.settings[number], job.parts[task.part], task, job.wanted, part_told)
    every = [known[alike[number]] for number in task.settings]
    tallies, values = [tally for tally, _ in every], [found for _, found in every if found is not None]
    pairing = job.wanted.pairing
    if pairing is None:
        return TaskResult(task, tuple(tallies))
    if len(values) < len(job.settings):
        return TaskResult(task, tuple(tallies), values=tuple(values))
    *_, differences = _adding(job.settings[0].engine)
    return TaskResult(task, tuple(tallies), pairing(values, differences))


def _adding(engine: str) -> tuple[AddSums, AddBins, AddDifferences]:
    """Return how numbers are added up and counted: in machine code where the engine brings it."""
    if engine != COMPILED:
        return add_sums, add_bins, add_differences
    found: tuple[AddSums, AddBins, AddDifferences] = import_module(f"depthsim.engines.{engine}").adding()
    return found


def _run(
    setting: Setting, part: Part, task: Task, wanted: Wanted, told: Callable[[float], None]
) -> tuple[Tally, CaseValues | None]:
    engine = import_module(f"depthsim.engines.{setting.engine}")
    sums, bins, _ = _adding(setting.engine)
    recorder = Recorder(
        setting.system,
        measures_of(setting.system),
        setting.span,
        record=wanted.record,
        values=wanted.pairing is not None,
        folder=wanted.folder,
        name=task.name,
        adding=(sums, bins),
    )
    more: dict[str, bool] = {}
    if setting.engine == COMPILED:
        more = {"logs": recorder.needs_logs, "rows": recorder.needs_rows}
    batches: Iterator[CaseColumns | Batch] = engine.run(
        setting.system,
        seed=setting.seed,
        replication=task.replication,
        horizon_days=setting.horizon_days,
        warm_up_days=setting.warm_up_days,
        items=[name for name in part if name in setting.system.items],
        **more,
    )
    for batch in batches:
        recorder.fold(batch)
        told(min(1.0, _latest(batch) / setting.span[1]))
    if wanted.folder is not None:
        recorder.write_rows(task.replication)
    return recorder.tally(), recorder.values()


def _latest(batch: CaseColumns | Batch) -> float:
    """Return the last arrival among finished cases, in minutes."""
    if isinstance(batch, tuple):
        return max((case.arrival for case in batch), default=0.0)
    return float(batch.arrival.max()) if len(batch.arrival) else 0.0


class Crew(Protocol):
    """Those who work on tasks elsewhere."""

    @property
    def places(self) -> int:
        """Return how many tasks they want at a time."""

    def begin(self, task: Task) -> None:
        """Give them a task."""

    def finished(self) -> list[TaskResult]:
        """Return what has been finished since the last call, in any order; wait for a moment where nothing has.

        Raises what a task raises, and InputError where they cannot go on.
        """

    def under_way(self) -> float:
        """Return the predicted work that is done of tasks not finished yet."""

    def close(self) -> None:
        """Let everybody go home, whatever they are doing."""


def run_job(
    job: Job,
    replications: Sequence[int],
    *,
    jobs: int = 1,
    cluster: str | None = None,
    known: Mapping[Task, TaskResult] | None = None,
    keep: Callable[[TaskResult], None] | None = None,
    progress: Progress | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Generator[Replication]:
    """Yield the replications in their order; the work is done by `jobs` processes, or on a `cluster`.

    Tasks in `known` are not worked on again; `keep` is told every other result as it comes, in any order. Few
    replications are begun before the first that is not whole yet, so few are held. `meanwhile` is done once: while
    others work, else before. Raises what it and what a task raises.
    """
    known = known or {}
    jobs = min(jobs, len(job.parts) * len(job.settings) * len(replications))
    tasks = job.tasks(replications, jobs)
    left = [task for task in tasks if task not in known]
    state = _State(job, replications, left, keep, progress, meanwhile)
    for result in known.values():
        state.add(result)
    if cluster is not None and left:
        from depthsim.studies.cluster import Cluster

        return _with_crew(state, Cluster(job, cluster))
    if jobs > 1 and job.seconds(left) > PROCESSES_PAY:
        from depthsim.studies.workers import Workers

        if any(setting.engine == COMPILED for setting in job.settings):
            compiled = import_module(f"depthsim.engines.{COMPILED}")
            compiled.ready()  # once, and not in each of them
        return _with_crew(state, Workers(job, left, min(jobs, len(left))))
    return _here(state)


class _State:
    """Results as they come in, in any order, and replications as they are whole, in theirs."""

    def __init__(
        self,
        job: Job,
        replications: Sequence[int],
        left: Sequence[Task],
        keep: Callable[[TaskResult], None] | None,
        progress: Progress | None,
        meanwhile: Callable[[], None] | None,
    ) -> None:
        self.job = job
        self._meanwhile = meanwhile
        self.left = deque(left)
        self._waiting = deque(replications)
        self._parts: dict[int, dict[int, dict[int, TaskResult]]] = {n: {} for n in replications}
        self._keep, self._progress = keep, progress
        self._total, self._done = sum(map(job.size, left)), 0

    @property
    def first(self) -> int:
        """Return the first replication that has not been taken."""
        return self._waiting[0]

    def finished(self, result: TaskResult) -> None:
        """Take the result of a task that has just been worked on."""
        if self._keep is not None:
            self._keep(result)
        self.add(result)
        self._done += self.job.size(result.task)

    def add(self, result: TaskResult) -> None:
        """Take a result."""
        part = self._parts[result.task.replication].setdefault(result.task.part, {})
        part.update((setting, result) for setting in result.task.settings)

    def whole(self) -> Iterator[Replication]:
        """Yield the replications that have become whole, each after those before it."""
        while self._waiting and self._is_whole(self._parts[self._waiting[0]]):
            number = self._waiting[0]
            yield self._replication(number, self._parts[number])
            del self._parts[number]
            self._waiting.popleft()

    def meanwhile(self) -> None:
        """Do what is to be done once."""
        if self._meanwhile is not None:
            self._meanwhile()
            self._meanwhile = None

    def tell(self, under_way: float = 0.0) -> None:
        """Tell how much is done."""
        if self._progress is not None and self._total:
            self._progress(min(self._total, self._done + round(under_way)), self._total)

    def _is_whole(self, parts: dict[int, dict[int, TaskResult]]) -> bool:
        several = len(self.job.settings)
        return len(parts) == len(self.job.parts) and all(len(part) == several for part in parts.values())

    def _replication(self, number: int, parts: dict[int, dict[int, TaskResult]]) -> Replication:
        tallies = tuple(
            together(setting.system, [_tally(parts[n][place], place) for n in range(len(parts))])
            for place, setting in enumerate(self.job.settings)
        )
        return Replication(number, tallies, tuple(self._paired(parts[n]) for n in range(len(parts))))

    def _paired(self, part: dict[int, TaskResult]) -> Any:
        pairing = self.job.wanted.pairing
        if pairing is None or not part[0].values:
            return part[0].paired
        return pairing([part[place].values[part[place].task.settings.index(place)] for place in range(len(part))])


def _tally(result: TaskResult, setting: int) -> Tally:
    return result.tallies[result.task.settings.index(setting)]


def _here(state: _State) -> Generator[Replication]:
    state.meanwhile()
    yield from state.whole()
    while state.left:
        task = state.left.popleft()
        size = state.job.size(task)

        def told(share: float, size: int = size) -> None:
            state.tell(share * size)

        state.finished(run_task(state.job, task, told))
        yield from state.whole()
        state.tell()


def _with_crew(state: _State, crew: Crew) -> Generator[Replication]:
    begun = 0
    with closing(crew):
        yield from state.whole()
        while state.left or begun:
            # Nobody runs far ahead of a task that takes long: results of later replications have to be held.
            while state.left and begun < crew.places and state.left[0].replication <= state.first + crew.places:
                crew.begin(state.left.popleft())
                begun += 1
            state.meanwhile()
            for result in crew.finished():
                begun -= 1
                state.finished(result)
            yield from state.whole()
            state.tell(crew.under_way())
