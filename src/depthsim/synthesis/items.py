"""Service items of a synthetic city: what each is called, how it is handled, and how many cases it has a year."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from depthsim.synthesis.draws import Draws
from depthsim.synthesis.organisation import ITEMS_PER_DEPARTMENT, Department, Name, departments, name
from depthsim.synthesis.processes import Plan, materials, process
from depthsim.synthesis.steps import Data

LEVELS = {"I": 0.06, "II": 0.07, "III": 0.09, "IV": 0.78}
"""How often an item is made for a level: 78.23 % of Fuzhou's items were handled online throughout in 2023."""
SPREAD = 1.3
"""Of the logarithm of the cases a year: a tenth of the items then has about half of the cases."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A kind of item that many subjects have: how often it is asked for, and whether it can be decided at once."""

    kind: str
    weight: float
    at_once: float = 0.0
    promise: float = 0.0
    result: str = "certificate"


PATTERNS = {
    "first": Pattern("licence", 1.0, promise=0.1),
    "change": Pattern("licence", 1.2, promise=0.1),
    "renewal": Pattern("licence", 0.8, promise=0.3),
    "cancel": Pattern("licence", 0.4, at_once=0.6, result="decision"),
    "reissue": Pattern("confirmation", 1.5, at_once=0.8),
    "filing": Pattern("other", 1.5, at_once=0.4, promise=0.2, result="decision"),
    "confirm": Pattern("confirmation", 1.2, result="decision"),
    "subsidy": Pattern("payment", 1.5, result="decision"),
}


@dataclass(frozen=True, slots=True)
class Sketch:
    """An item before it is written: its id, name, department and pattern."""

    id: str
    name: Name
    department: Department
    pattern: str


def staffed(items: int) -> list[Department]:
    """Return the departments of a city with so many items: about forty items each."""
    return list(islice(departments(), math.ceil(items / ITEMS_PER_DEPARTMENT)))


def sketches(items: int, chosen: list[Department]) -> Iterator[Sketch]:
    """Yield items, evenly over the departments; every department begins with first issues of its subjects."""
    for number, department in enumerate(chosen):
        count = items // len(chosen) + (number < items % len(chosen))
        pairs = ((pattern, subject) for pattern in PATTERNS for subject in department.subjects)
        for pattern, (slug, subject) in islice(pairs, count):
            called = name(f"pattern.{pattern}", subject=subject)
            if department.district:
                called = name("local.item", item=called, district=name(f"district.{department.district}"))
            yield Sketch(f"{department.id}_{slug}_{pattern}", called, department, pattern)


def demands(found: list[Sketch], seed: int, cases: float) -> dict[str, int]:
    """Return the cases a year of each item, lognormal about its pattern's weight, `cases` in all (but for rounding)."""
    weights = {
        s.id: PATTERNS[s.pattern].weight * math.exp(SPREAD * Draws.of(seed, s.id).normal("demand")) for s in found
    }
    total = math.fsum(weights.values())
    return {id_: max(1, round(cases * weight / total)) for id_, weight in weights.items()}


def item(sketch: Sketch, seed: int, per_year: int, partners: tuple[Department, ...], assumption: str) -> Data:
    """Return an item as its file holds it."""
    plan = _plan(sketch, Draws.of(seed, sketch.id), partners)
    pattern = PATTERNS[sketch.pattern]
    steps = process(plan)
    form = "electronic" if plan.electronic else "physical"
    result = name("result.electronic" if plan.electronic else f"result.{pattern.result}")
    return {
        "schema": "depthsim/service/1",
        "id": sketch.id,
        "name": sketch.name,
        "kind": pattern.kind,
        "handling": "immediate" if plan.immediate else "committed",
        "department": sketch.department.id,
        "audience": plan.draws.pick(
            "audience", (["natural_person"], ["legal_person"], ["natural_person", "legal_person"])
        ),
        "published": ["guide", "status_query"],
        "declared": {"level": plan.level},
        "result": {"form": form, "name": result},
        "fee": {"amount": f"{plan.draws.pick('amount', (10, 20, 50, 100, 200))} CNY"} if plan.fee else "none",
        "limits": _limits(plan, steps["steps"]),
        "demand": {"per_year": per_year},
        "assumption": assumption,
        "materials": materials(plan),
        "process": steps,
    }


def _plan(sketch: Sketch, draws: Draws, partners: tuple[Department, ...]) -> Plan:
    pattern = PATTERNS[sketch.pattern]
    level = draws.weighted("level", LEVELS)
    immediate = level in ("I", "IV") and draws.happens("at_once", pattern.at_once)
    promise = level == "IV" and not immediate and draws.happens("promise", pattern.promise)
    fee = not immediate and pattern.kind == "licence" and draws.happens("fee", 0.2)
    electronic = level == "IV" and (immediate or draws.happens("electronic", 0.5))
    return Plan(draws, sketch.department, partners, level, sketch.pattern, immediate, fee, electronic, promise)


def _limits(plan: Plan, steps: Data) -> Data:
    """Return limits that leave room for what the steps take on the way, and for one return."""
    if plan.immediate:
        return {"promised": "0 working days"}
    slow = math.fsum(_working_days(step["lag"]) for step in _office_steps(steps) if step["stage"] != "preparation")
    promised = min(20, math.ceil(1.3 * slow) + plan.draws.whole("promised", 2, 5))
    return {"statutory": "20 working days", "promised": f"{promised} working days"}


def _office_steps(steps: Data) -> Iterator[Data]:
    for step in steps.values():
        if "lag" in step:
            yield step
        for branch in step.get("branches", {}).values():
            yield from _office_steps(branch["steps"])


def _working_days(lag: str | Data) -> float:
    if isinstance(lag, str):
        return float(lag.split()[0])
    return sum(float(lag[part].split()[0]) for part in ("low", "mode", "high")) / 3
