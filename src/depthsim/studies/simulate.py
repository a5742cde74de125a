"""Simulate one setting: replications, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

from depthsim.measures import measures_of
from depthsim.studies.exact import Exact, exact_means
from depthsim.studies.run import Job, Progress, Setting, Task, TaskResult, Wanted, run_job
from depthsim.studies.summary import Summary, summarise
from depthsim.studies.tally import Tally


@dataclass(frozen=True, slots=True)
class SimulationStudy:
    """One setting simulated: `tallies` has one entry a replication."""

    setting: Setting
    tallies: tuple[Tally, ...]
    summary: Summary

    @property
    def replications(self) -> int:
        """Return the number of replications."""
        return len(self.tallies)


def tasks_of(setting: Setting, replications: int) -> list[Task]:
    """Return the tasks of one setting, in the order of replications and parts: that of the rows in its files."""
    parts = range(len(Job((setting,), Wanted()).parts))
    return [Task(replication, part) for replication in range(replications) for part in parts]


def simulate(
    setting: Setting,
    replications: int,
    *,
    wanted: Wanted | None = None,
    known: Mapping[Task, Tally] | None = None,
    keep: Callable[[Task, Tally], None] | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> SimulationStudy:
    """Return the replications of one setting, worked on by so many processes or on a cluster (its address).

    Tasks in `known` are not run again; `keep` is told each result as it comes. Raises InputError for a system that
    cannot run, and where the work cannot be done.
    """
    measures = measures_of(setting.system)
    exact: list[Exact] = []

    def kept(result: TaskResult) -> None:
        if keep is not None:
            keep(result.task, result.tallies[0])

    whole = run_job(
        Job((setting,), wanted or Wanted()),
        range(replications),
        jobs=jobs,
        cluster=cluster,
        known={task: TaskResult(task, (tally,)) for task, tally in (known or {}).items()},
        keep=kept,
        progress=progress,
        meanwhile=lambda: exact.append(exact_means(setting.system, measures, setting.span)),
    )
    with closing(whole):
        tallies = tuple(replication.tallies[0] for replication in whole)
    return SimulationStudy(setting, tallies, summarise(setting, measures, exact[0], tallies))
