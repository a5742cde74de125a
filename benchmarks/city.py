"""A synthetic city for a year: time, speed and memory; twice the cases in the same memory."""

from __future__ import annotations

import os
from typing import Any

from benchmarks.competitors import Clock
from benchmarks.measured import measured
from benchmarks.results import Result, Size, Table, number

SIZES = {"toy": (40, (2_000, 4_000)), "medium": (300, (300_000, 600_000)), "full": (1500, (5_000_000, 10_000_000))}
"""Items, and cases a year."""


def run(size: Size) -> Result:
    """Return a city of 1,500 items with five and ten million cases a year."""
    items, years = SIZES[size]
    rows = []
    for cases, jobs in [(cases, jobs) for cases in years for jobs in dict.fromkeys((1, os.cpu_count() or 1))]:
        done = measured("city:simulated", items=items, cases=cases, jobs=jobs)
        found = done.value
        rows.append((
            f"{items:,}", f"{found['cases']:,}", str(jobs), f"{found['seconds']:.1f}", f"{found['cpu_seconds']:.1f}",
            number(found["cases"] / found["seconds"]), number(done.peak_mib), f"{found['made_seconds']:.1f}",
            found["engine"],
        ))  # fmt: skip
    headings = ("items", "cases", "processes", "seconds", "CPU seconds", "cases/s", "peak MiB", "made in (s)", "engine")
    text = (
        f"`depthsim new system city --items {items} --seed 1`: halls with shared windows, appointments, departments"
        " with files, calendars, corrections, countersigning. One replication of a year, `record: summary`,"
        " from the value of the system to the summary. The peak and the CPU seconds are of the process that was"
        " called; workers have their own."
    )
    return Result("A city for a year", [text], [Table(headings, rows)])


def simulated(items: int, cases: float, jobs: int = 1, horizon_days: float = 365.0) -> dict[str, Any]:
    """Return how long a synthetic city takes, without its making, and how much memory was needed."""
    from depthsim.synthesis import synthetic_city
    from depthsim.verbs.simulate import simulate

    making = Clock()
    system = synthetic_city("city", items=items, seed=1, cases=cases).system
    made = making.read()
    simulate(synthetic_city("small", items=3, seed=1).system, horizon_days=1, replications=1, engine="auto")
    engine = "auto" if cases < 5_000 else _engine()
    clock = Clock()
    found = simulate(system, engine=engine, replications=1, seed=1, horizon_days=horizon_days, jobs=jobs)
    spent = clock.read()
    return {
        **spent, "made_seconds": made["seconds"], "cases": found.summary.cases, "engine": found.request.engine,
    }  # fmt: skip


def _engine() -> str:
    from benchmarks.competitors import has_compiled

    return "compiled" if has_compiled() else "discrete_event"
