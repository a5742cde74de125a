"""How time grows with cases, with items, and with processes."""

from __future__ import annotations

import os
from collections.abc import Iterator

from benchmarks.competitors import has_compiled
from benchmarks.measured import measured
from benchmarks.results import Chart, Result, Size, Table, number

CASES = {
    "toy": (500, 1_000), "medium": (10_000, 100_000, 1_000_000), "full": (10_000, 100_000, 1_000_000, 10_000_000),
}  # fmt: skip
ITEMS = {"toy": (5, 10), "medium": (10, 100, 500), "full": (10, 100, 1_000, 5_000)}
CASES_AN_ITEM = {"toy": 100, "medium": 500, "full": 1_000}
CITY = {"toy": (20, 1_000), "medium": (300, 300_000), "full": (1_500, 2_000_000)}

Rows = list[tuple[str, ...]]
Points = list[tuple[float, float]]


def run(size: Size) -> Result:
    """Return the three scalings."""
    engine = "compiled" if has_compiled() else "discrete_event"
    cases, by_cases = _over_cases(size, engine)
    items, by_items = _over_items(size)
    processes = _over_processes(size)
    text = (
        "Over cases: the workload above with a record a case, one core. Over items: synthetic cities with"
        f" {CASES_AN_ITEM[size]:,} cases an item, one core. Over processes: one city with its independent parts on"
        " so many processes, their start included. The last column is the seconds over those of the row above,"
        " beside the ratio of the amounts of work."
    )
    tables = [
        Table(("cases", "seconds", "cases/s", "peak MiB", "seconds × (work ×)"), cases),
        Table(("items", "cases", "seconds", "cases/s", "peak MiB", "seconds × (work ×)"), items),
        Table(("processes", "seconds", "speed-up"), processes),
    ]
    lines = {"over cases, one workload": by_cases, "over items, cities": by_items}
    chart = Chart("scaling", "Seconds of one replication on one core", "cases", "seconds", lines=lines)
    return Result("Scaling", [text], tables, [chart])


def _over_cases(size: Size, engine: str) -> tuple[Rows, Points]:
    rows: Rows = []
    points: Points = []
    for cases in CASES[size]:
        done = measured("competitors:repeated", who="depthsim", seeds=[1], cases=cases, engine=engine)
        seconds = done.value[0]["seconds"]
        points.append((cases, seconds))
        rows.append((f"{cases:,}", number(seconds), number(cases / seconds), number(done.peak_mib), _growth(points)))
    return rows, points


def _over_items(size: Size) -> tuple[Rows, Points]:
    rows: Rows = []
    points: Points = []
    for items in ITEMS[size]:
        done = measured("city:simulated", items=items, cases=items * CASES_AN_ITEM[size])
        found = done.value
        points.append((found["cases"], found["seconds"]))
        rows.append((
            f"{items:,}", f"{found['cases']:,}", number(found["seconds"]), number(found["cases"] / found["seconds"]),
            number(done.peak_mib), _growth(points),
        ))  # fmt: skip
    return rows, points


def _over_processes(size: Size) -> Rows:
    items, cases = CITY[size]
    seconds = {
        jobs: measured("city:simulated", items=items, cases=cases, jobs=jobs).value["seconds"] for jobs in _counts()
    }
    return [(str(jobs), number(s), number(seconds[1] / s)) for jobs, s in seconds.items()]


def _counts() -> Iterator[int]:
    """Yield 1, 2, 4 … up to the number of cores, which comes last."""
    cores, jobs = os.cpu_count() or 1, 1
    while jobs < cores:
        yield jobs
        jobs *= 2
    yield cores


def _growth(points: Points) -> str:
    if len(points) < 2:
        return ""
    (before, short), (now, long) = points[-2:]
    return f"{long / short:.3g} ({now / before:.3g})"
