"""A paired comparison of two scenarios over the bundled Fuzhou system, warm."""

from __future__ import annotations

from typing import Any

from benchmarks.competitors import Clock
from benchmarks.measured import measured
from benchmarks.results import Result, Size, Table

REPLICATIONS = {"toy": 2, "medium": 20, "full": 20}
DAYS = {"toy": (2.0,), "medium": (30.0,), "full": (30.0, 365.0)}


def run(size: Size) -> Result:
    """Return how long baseline against one reform takes."""
    rows = []
    for days in DAYS[size]:
        done = measured("scenarios:compared", replications=REPLICATIONS[size], horizon_days=days)
        found = done.value
        rows.append((
            "baseline, courier", str(REPLICATIONS[size]), f"{days:g}", f"{found['cases']:,}",
            f"{found['seconds']:.2f}", f"{found['cpu_seconds']:.2f}", f"{done.peak_mib:.0f}",
        ))  # fmt: skip
    headings = ("scenarios", "replications", "days", "cases", "seconds", "CPU seconds", "peak MiB")
    text = "`depthsim compare fuzhou`, all cores, the second time in a process: from the loaded system to the table."
    return Result("A paired comparison", [text], [Table(headings, rows)])


def compared(replications: int, horizon_days: float) -> dict[str, Any]:
    """Return how long a comparison takes when everything is loaded."""
    from depthsim.verbs.compare import compare
    from depthsim.verbs.load import load

    system = load("fuzhou")
    options: dict[str, Any] = {"horizon_days": horizon_days, "jobs": None}
    compare(system, ["baseline", "courier"], replications=2, **options)
    clock = Clock()
    found = compare(system, ["baseline", "courier"], replications=replications, seed=7, **options)
    spent = clock.read()
    cases = sum(s["cases"] for s in found.to_json("en")["scenarios"])
    return {**spent, "cases": cases}
