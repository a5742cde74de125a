"""Simulate one setting: replications, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from depthsim.measures import measures_of
from depthsim.studies.exact import exact_means
from depthsim.studies.run import Progress, Setting, Task, Wanted, run_tasks
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


def tasks_of(replications: int) -> list[Task]:
    """Return the tasks of one setting."""
    return [Task(0, replication) for replication in range(replications)]


def simulate(
    setting: Setting,
    replications: int,
    *,
    wanted: Wanted | None = None,
    known: Mapping[Task, Tally] | None = None,
    keep: Callable[[Task, Tally], None] | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> SimulationStudy:
    """Return the replications of one setting.

    Tasks in `known` are not run again; `keep` is told each result as it comes. Raises InputError for a system that
    cannot run.
    """
    measures = measures_of(setting.system)
    exact = exact_means(setting.system, measures, setting.span)
    done = dict(known or {})
    tasks = tasks_of(replications)
    left = [task for task in tasks if task not in done]
    for result in run_tasks([setting], left, wanted or Wanted(), jobs=jobs, progress=progress):
        if keep is not None:
            keep(result.task, result.tally)
        done[result.task] = result.tally
    tallies = tuple(done[task] for task in tasks)
    return SimulationStudy(setting, tallies, summarise(setting, measures, exact, tallies))
