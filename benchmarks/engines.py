"""The engines on one workload, beside SimPy, Ciw and C; equal waits first, then speeds."""

from __future__ import annotations

import math
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import competitors, jackson
from benchmarks.measured import measured
from benchmarks.results import Chart, Result, Size, Table, number

CASES = {"toy": (2_000, 400, 400), "medium": (200_000, 10_000, 4_000), "full": (1_000_000, 20_000, 5_000)}
"""Cases a run: of what is fast, of what is slow, and of Ciw."""
RUNS = {"toy": 4, "medium": 8, "full": 8}


@dataclass(frozen=True, slots=True)
class Competitor:
    """One way to simulate the workload: what it is called, and how it is run."""

    name: str
    who: str
    cases: int
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a competitor did: cases a second (by the wall, and of the processor), mean waits with their errors."""

    competitor: Competitor
    speed: float
    cpu_speed: float
    waits: list[float]
    errors: list[float]
    peak_mib: float

    @property
    def agrees(self) -> bool:
        """Return whether every mean wait lies within four standard errors of the exact one."""
        pairs = zip(self.waits, self.errors, jackson.EXACT_WAITS, strict=True)
        return all(abs(wait - exact) <= 4 * error for wait, error, exact in pairs)


def run(size: Size) -> Result:
    """Return the comparison. Raises AssertionError where a competitor's waits are not those of theory."""
    missing: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        found = {c.name: _found(c, RUNS[size]) for c in _competitors(size, Path(folder), missing)}
    wrong = [f"{name}: {f.waits} ± {f.errors}" for name, f in found.items() if not f.agrees]
    assert not wrong, f"mean waits are not {jackson.EXACT_WAITS}: {wrong}"
    exact = ", ".join(f"{wait:.3f}" for wait in jackson.EXACT_WAITS)
    text = (
        "Five stages, three queues with a load of 0.8, one case in five sent back, about 6.5 events a case, everything"
        " exponential. Every competitor keeps a record a case. Mean waits are compared with the exact ones"
        f" ({exact} minutes, Jackson) before any speed: each lies within four standard errors of"
        f" {RUNS[size]} runs. Speeds are those of the best run, from what is loaded to the means; “files” writes"
        " `cases.parquet` too."
    )
    return Result("Engines on one workload", [text, *missing], [_table(found), _ratios(found)], [_chart(found)])


def _competitors(size: Size, folder: Path, missing: list[str]) -> Iterator[Competitor]:
    many, few, fewer = CASES[size]
    program = competitors.compiled_c(folder)
    if program:
        yield Competitor("C, array heap", "c", many, {"program": program})
    else:
        missing.append("C was left out: there is no compiler `cc`.")
    for engine, cases in (("compiled", many), ("discrete_event", few)):
        if engine == "compiled" and not competitors.has_compiled():
            missing.append("The compiled engine was left out: numba is missing.")
            continue
        for name, more in _variants(engine):
            yield Competitor(f"depthsim {name}", "depthsim", cases, {"engine": engine, **more})
    yield Competitor("SimPy, a process a case", "simpy", few, {})
    if competitors.has_ciw():
        yield Competitor("Ciw", "ciw", fewer, {})
    else:
        missing.append("Ciw was left out: `pip install -r benchmarks/requirements.txt` brings it.")


def _variants(engine: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield engine, {}
    yield f"{engine}, calendar", {"calendar": True}
    if engine == "compiled":
        yield f"{engine}, files", {"record": "cases"}


def _found(competitor: Competitor, runs: int) -> Found:
    seeds = list(range(1, runs + 1))
    done = measured(
        "competitors:repeated", who=competitor.who, seeds=seeds, cases=competitor.cases, **competitor.arguments
    )
    waits = list(zip(*(each["waits"] for each in done.value), strict=True))
    return Found(
        competitor,
        competitor.cases / min(each["seconds"] for each in done.value),
        competitor.cases / min(each["cpu_seconds"] for each in done.value),
        [statistics.mean(w) for w in waits],
        [statistics.stdev(w) / math.sqrt(runs) for w in waits],
        done.peak_mib,
    )


def _table(found: dict[str, Found]) -> Table:
    simpy = found["SimPy, a process a case"].speed
    c = found["C, array heap"].speed if "C, array heap" in found else math.nan
    headings = (
        "", "cases", "cases/s", "cases a CPU second", "times SimPy", "of C", "peak MiB", "mean waits (min)",
    )  # fmt: skip
    rows = []
    for name, f in found.items():
        waits = ", ".join(f"{w:.2f}±{e:.2f}" for w, e in zip(f.waits, f.errors, strict=True))
        share = "" if math.isnan(c) else f"{f.speed / c:.3g}"
        cases = f"{f.competitor.cases:,}"
        peak = "" if f.competitor.who == "c" else number(f.peak_mib)
        rows.append((name, cases, number(f.speed), number(f.cpu_speed), number(f.speed / simpy), share, peak, waits))
    return Table(headings, rows)


RATIOS = (
    ("C, array heap", "SimPy, a process a case"),
    ("depthsim compiled", "SimPy, a process a case"),
    ("depthsim compiled", "depthsim discrete_event"),
    ("depthsim compiled", "C, array heap"),
    ("depthsim compiled, calendar", "depthsim compiled"),
    ("depthsim compiled, files", "depthsim compiled"),
)


def _ratios(found: dict[str, Found]) -> Table:
    """Return the speeds that matter over each other."""
    rows = [
        (faster, slower, number(found[faster].speed / found[slower].speed))
        for faster, slower in RATIOS
        if faster in found and slower in found
    ]
    return Table(("speed of", "over that of", "ratio"), rows)


def _chart(found: dict[str, Found]) -> Chart:
    bars = {name: f.speed for name, f in sorted(found.items(), key=lambda pair: -pair[1].speed)}
    return Chart("engines", "Cases a second on the same workload", "cases a second", "", bars=bars)
