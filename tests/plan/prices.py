"""Small systems and costs for tests of plans."""

from __future__ import annotations

import random  # noqa: TID251 - it builds inputs; nothing is simulated with it
from functools import cache
from typing import Any

from immutabledict import immutabledict

from depthsim.files import load_scheme, load_system
from depthsim.model.costs import Costs
from depthsim.model.level import LevelScheme
from depthsim.model.system import ServiceSystem
from depthsim.studies.plan import Objective, Search, entries, search

REFORMS: dict[str, dict[str, Any]] = {
    "e_certificate": {},
    "online_payment": {"uptake": 0.9},
    "result_courier": {"uptake": 0.7},
    "e_result": {},
    "uptake": {"role": "submit", "channel": "online", "share": 0.85},
    "online_acceptance": {"uptake": 0.7},
    "shorter_limit": {"factor": 0.6},
}


@cache
def fuzhou() -> ServiceSystem:
    return load_system("fuzhou").system


@cache
def scheme() -> LevelScheme:
    return load_scheme("depth_2018")


def some(*items: str) -> ServiceSystem:
    """Return the bundled system with some of its items only."""
    return fuzhou().with_items({name: fuzhou().items[name] for name in items})


def everybody(system: ServiceSystem) -> ServiceSystem:
    """Return a system whose applicants are not told apart."""
    applicants = system.applicants.model_copy(update={"segments": immutabledict()})
    return system.model_copy(update={"applicants": applicants})


def any_items(seed: int, count: int = 3) -> ServiceSystem:
    return some(*random.Random(seed).sample(list(fuzhou().items), count))


def any_costs(seed: int, count: int = 4) -> Costs:
    """Return random costs of some reforms: some free at the start, some limited to few items."""
    rng = random.Random(seed)
    reforms: dict[str, Any] = {}
    for name in rng.sample(list(REFORMS), count):
        cost: dict[str, Any] = {"per_item": f"{rng.randint(0, 9)} CNY", "parameters": REFORMS[name]}
        if rng.random() < 0.7:
            cost["fixed"] = f"{rng.randint(1, 20)} CNY"
        if rng.random() < 0.5:
            cost["per_year"] = f"{rng.randint(1, 5)}.5 CNY"
        if rng.random() < 0.3:
            cost["most_items"] = rng.randint(0, 2)
        reforms[name] = cost
    return Costs.model_validate({"id": "some", "name": "some", "years": 2, "reforms": reforms})


def searched(system: ServiceSystem, costs: Costs, objective: Objective = "visits", jobs: int = 1) -> Search:
    found, _ = entries(system, costs)
    return search(system, found, objective, scheme(), jobs=jobs)
