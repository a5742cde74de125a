"""The workload by each competitor: seconds from what is loaded to the means, and the mean waits of the three queues.

Each returns `{"seconds": …, "cpu_seconds": …, "waits": [window, review, approval]}`; waits are of cases after the
warm-up share. All keep a record a case.
"""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks import jackson

Timed = dict[str, Any]
WARM_UP = 0.1


class Clock:
    """Seconds since it was made, by the wall and of this process."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> Timed:
        """Return both."""
        return {"seconds": time.perf_counter() - self._wall, "cpu_seconds": time.process_time() - self._cpu}


def repeated(who: str, seeds: list[int], **arguments: Any) -> list[Timed]:
    """Return one competitor's runs, one a seed."""
    run: Callable[..., Timed] = {"depthsim": depthsim, "simpy": simpy, "ciw": ciw, "c": c}[who]
    return [run(seed=seed, **arguments) for seed in seeds]


def depthsim(
    cases: int, seed: int, engine: str, calendar: bool = False, record: str = "summary", warm_up: float = WARM_UP
) -> Timed:
    """Return the workload through `depthsim simulate`, from the loaded system to the summary; `cases` writes files."""
    from depthsim.verbs.simulate import simulate

    system = jackson.system(calendar)
    days = jackson.horizon_days(cases, calendar)
    options: dict[str, Any] = {"engine": engine, "replications": 1, "jobs": 1}
    simulate(system, seed=0, horizon_days=1, **options)  # what is compiled or loaded once
    with tempfile.TemporaryDirectory() as folder:
        if record != "summary":
            options |= {"record": record, "output": Path(folder) / "run"}
        clock = Clock()
        found = simulate(system, seed=seed, horizon_days=days * (1 - warm_up), warm_up_days=days * warm_up, **options)
        spent = clock.read()
    waits = {pool.id: pool.mean_wait_minutes for pool in found.summary.pools}
    return {**spent, "waits": [waits[name] for name in jackson.STATIONS]}


def simpy(cases: int, seed: int, warm_up: float = WARM_UP) -> Timed:
    """Return the workload in plain SimPy: one generator process a case."""
    import simpy as library

    clock = Clock()
    luck = random.Random(seed)
    env = library.Environment()
    pools = {name: library.Resource(env, servers) for name, (servers, _) in jackson.STATIONS.items()}
    rates = {name: 1 / mean for name, (_, mean) in jackson.STATIONS.items()}
    sums = dict.fromkeys(pools, (0.0, 0))
    records: list[tuple[float, float, float, float, int]] = []

    def case(number: int) -> Any:
        arrival, waited, served, corrections = env.now, 0.0, 0.0, 0

        def stage(name: str) -> Any:
            nonlocal waited, served
            asked = env.now
            with pools[name].request() as request:
                yield request
                waited += env.now - asked
                if number >= warm_up * cases:
                    total, times = sums[name]
                    sums[name] = total + env.now - asked, times + 1
                takes = luck.expovariate(rates[name])
                served += takes
                yield env.timeout(takes)

        yield from stage("window")
        yield from stage("review")
        while luck.random() < jackson.BACK:
            corrections += 1
            yield from stage("window")
            yield from stage("review")
        yield from stage("approval")
        records.append((arrival, env.now, waited, served, corrections))

    def source() -> Any:
        for number in range(cases):
            yield env.timeout(luck.expovariate(jackson.ARRIVALS_A_MINUTE))
            env.process(case(number))

    env.process(source())
    env.run()
    waits = [total / times for total, times in sums.values()]
    return {**clock.read(), "waits": waits, "cases": len(records)}


def ciw(cases: int, seed: int, warm_up: float = WARM_UP) -> Timed:
    """Return the workload in Ciw, whose records are its own."""
    import ciw as library

    clock = Clock()
    stations = jackson.STATIONS.values()
    arrivals = [library.dists.Exponential(rate=jackson.ARRIVALS_A_MINUTE), None, None]
    network = library.create_network(
        arrival_distributions=arrivals,
        service_distributions=[library.dists.Exponential(rate=1 / mean) for _, mean in stations],
        number_of_servers=[servers for servers, _ in stations],
        routing=[[0.0, 1.0, 0.0], [jackson.BACK, 0.0, 1 - jackson.BACK], [0.0, 0.0, 0.0]],
    )
    library.seed(seed)
    simulation = library.Simulation(network)
    simulation.simulate_until_max_customers(cases, method="Finish")
    kept: dict[int, list[float]] = {1: [], 2: [], 3: []}
    for record in simulation.get_all_records():
        if record.id_number > warm_up * cases:
            kept[record.node].append(record.waiting_time)
    waits = [sum(waits) / len(waits) for waits in kept.values()]
    return {**clock.read(), "waits": waits}


def c(cases: int, seed: int, program: str, warm_up: float = WARM_UP) -> Timed:
    """Return the workload in C, as the program itself measures it."""
    said = subprocess.run([program, str(cases), str(seed), str(warm_up)], check=True, capture_output=True, text=True)
    found: Timed = json.loads(said.stdout)
    return found


def compiled_c(folder: Path) -> str | None:
    """Return the C program, compiled into a folder, or None where there is no compiler."""
    program = folder / "workload"
    source = Path(__file__).with_name("workload.c")
    call = ["cc", "-O3", "-march=native", "-o", str(program), str(source), "-lm"]
    try:
        subprocess.run(call, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(program)


def has_ciw() -> bool:
    """Return whether Ciw is installed."""
    return find_spec("ciw") is not None


def has_compiled() -> bool:
    """Return whether depthsim's compiled engine can run here."""
    from depthsim.errors import UsageError
    from depthsim.studies.engine import known_engine

    try:
        return known_engine("compiled") == "compiled"
    except UsageError:
        return False
