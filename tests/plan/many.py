"""Large systems for measuring `plan`: many items grown from the bundled ones. Run as a script, it prints the seconds.

    .venv/bin/python tests/plan/many.py [ITEMS] [demand|all] [JOBS] [OBJECTIVE] [-s]

With `demand` the copies differ in id and demand alone; with `all` every duration, chance and share differs too, so
that no two items are equal in anything but their structure. With `-s` the plan is confirmed by simulation too.
"""

from __future__ import annotations

import math
import random  # noqa: TID251 - it builds inputs; nothing is simulated with it
import sys
from typing import Any

from depthsim.files import load_costs, load_system
from depthsim.model.costs import Costs
from depthsim.model.system import ServiceSystem

REFORMS = (
    "e_certificate", "fewer_materials", "online_prereview", "online_acceptance", "online_payment", "e_result",
    "result_courier", "parallel_approval", "shorter_limit", "online_guidance",
)  # fmt: skip


def many(count: int, *, alike: bool, seed: int = 1) -> ServiceSystem:
    """Return a system of `count` items; `alike`: copies differ in id and demand only."""
    system = load_system("fuzhou").system
    rng = random.Random(seed)
    grown = list(system.items.values())
    items: dict[str, Any] = {}
    for n in range(count):
        item = grown[n % len(grown)]
        id_ = f"{item.id}_{n}"
        assert item.demand is not None
        demand = item.demand.model_copy(update={"per_year": round(item.demand.per_year * rng.uniform(0.2, 5), 2)})
        process = item.process if alike else _other(item.process, rng)
        items[id_] = item.model_copy(update={"id": id_, "demand": demand, "process": process})
    times = 2.6 * count / len(grown)  # as busy as the bundled system: the mean of the factors on demand is 2.6
    pools = {n: p.model_copy(update={"servers": math.ceil(p.servers * times)}) for n, p in system.pools.items()}
    return system.with_items(items).model_copy(update={"pools": type(system.pools)(pools)})


def ten() -> Costs:
    """Return the bundled costs of ten reforms of items."""
    costs = load_costs("illustrative")
    return costs.model_copy(update={"reforms": type(costs.reforms)({name: costs.reforms[name] for name in REFORMS})})


def _other(value: Any, rng: random.Random) -> Any:
    """Return a value with every amount of time, chance and share in it a little different."""
    if hasattr(value, "items"):
        return type(value)(_shared({n: _other(x, rng) for n, x in value.items()}, rng))
    if isinstance(value, tuple):
        return tuple(_other(v, rng) for v in value)
    fields = getattr(type(value), "model_fields", None)
    if not fields:
        return value
    if "law" in fields:
        return _longer(value, rng.uniform(0.7, 1.4))
    return value.model_copy(
        update={n: _other(getattr(value, n), rng) for n in fields if n not in ("name", "source", "assumption")}
    )


def _shared(values: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return options or outcomes with other shares, which still sum to 1."""
    for name in ("chance", "uptake"):
        given = {n: getattr(v, name) for n, v in values.items() if getattr(v, name, None) is not None}
        weights = {n: share * rng.uniform(0.8, 1.0) for n, share in given.items()}
        whole = sum(weights.values()) if len(given) == len(values) else 1.0
        for n, weight in weights.items():
            values[n] = values[n].model_copy(update={name: weight / whole})
    return values


def _longer(law: Any, factor: float) -> Any:
    update = {}
    for name in type(law).model_fields:
        value = getattr(law, name)
        if hasattr(value, "amount"):
            update[name] = value.model_copy(update={"amount": value.amount * factor})
    return law.model_copy(update=update)


def main() -> None:
    """Print what a plan of a large system takes."""
    import resource
    import time

    from depthsim.verbs.plan import plan

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")

    given = [a for a in sys.argv[1:] if a != "-s"]
    count, what, jobs, objective = [*given, *("1500", "all", "2", "visits")[len(given) :]][:4]
    system, costs = many(int(count), alike=what == "demand"), ten()
    began, cpu = time.perf_counter(), time.process_time()
    found = plan(system, budget=5_000_000, costs=costs, objective=objective, simulate="-s" in sys.argv, jobs=int(jobs))
    took, used = time.perf_counter() - began, time.process_time() - cpu
    inner = resource.getrusage(resource.RUSAGE_CHILDREN)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"{count} items, {found.search.different} different, {found.search.analysed} sets analysed")
    say(f"wall {took:.1f} s, own CPU {used:.1f} s, other processes {inner.ru_utime + inner.ru_stime:.1f} s")
    say(f"memory: own {most:.0f} MB, largest other {inner.ru_maxrss / 1024:.0f} MB")
    say(f"gain {found.portfolio.gain:.4f} for {found.portfolio.cost / 100:.2f}; {len(found.frontier.points)} points")


if __name__ == "__main__":
    main()
