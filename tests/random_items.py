"""Random sound service items from a seed: options in all channels, corrections, rework loops, parallel branches."""

from __future__ import annotations

import random  # noqa: TID251 - a test picks its items; the product draws from addressed luck
from typing import Any

from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem

PLACES = {"hall_a": "desk_a", "hall_b": "desk_b"}
STAGES = ["preparation", "acceptance", "review", "approval", "completion", "delivery"]
LAWS: list[Any] = [
    "5 min",
    {"law": "exponential", "mean": "6 min"},
    {"law": "uniform", "low": "1 min", "high": "9 min"},
    {"law": "triangular", "low": "1 min", "mode": "3 min", "high": "12 min"},
    {"law": "lognormal", "mean": "7 min", "cv": 0.8},
    {"law": "gamma", "mean": "4 min", "cv": 0.5},
]


def random_system(seed: int, **options: Any) -> ServiceSystem:
    """Return a system with one random item, two halls and a back pool, all with plenty of servers."""
    hours = {"mon-fri": ["09:00-12:00", "13:00-17:00"]}
    plain: dict[str, Any] = {
        "id": "random",
        "name": "random",
        "start": "2026-03-02",
        "calendar": {"hours": hours},
        "places": {p: {"name": p, "travel": "20 min"} for p in PLACES},
        "pools": {
            **{d: {"name": d, "kind": "front", "at": p, "servers": 50} for p, d in PLACES.items()},
            "office": {"name": "office", "kind": "back", "servers": 50},
        },
        "items": {"item": random_item(seed, **options)},
    }
    return ServiceSystem.model_validate(plain)


def random_item(seed: int, *, blocks: int = 5, rework: bool = True, parallel: bool = True) -> ServiceItem:
    """Return a random item of `blocks` blocks in a row; without `rework` every path is finite."""
    rng = random.Random(seed)
    names = [f"s{i}" for i in range(blocks)]
    steps: dict[str, Any] = {}
    for i, name in enumerate(names):
        following = names[i + 1] if i + 1 < blocks else "delivered"
        further = rng.choice(names[i + 1 :]) if i + 1 < blocks else "delivered"
        stage = STAGES[min(5, i * 6 // blocks)]
        kind = "applicant" if i == 0 else rng.choices(["applicant", "office", "parallel"], [4, 6, 2 * parallel])[0]
        if kind == "applicant":
            steps[name] = _applicant(rng, stage, [following, further])
        elif kind == "office":
            steps[name] = _office(rng, stage, following, further, names[: i + 1], steps, rework=rework)
        else:
            steps[name] = {
                "role": "countersign", "stage": stage, "by": "parallel", "next": following,
                "branches": {b: _branch(rng, stage) for b in ("left", "right")[: rng.randint(1, 2)]},
            }  # fmt: skip
    return ServiceItem.model_validate(
        {
            "id": "item", "name": "item", "kind": "licence", "handling": "committed", "fee": "none",
            "result": {"form": "electronic"}, "published": ["guide", "consultation", "complaint", "status_query"],
            "demand": {"per_year": 4000}, "process": {"start": "s0", "steps": steps},
        }
    )  # fmt: skip


def _applicant(rng: random.Random, stage: str, targets: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for n in range(rng.randint(1, 3)):
        channel = rng.choice(["online", "mobile", "window", "window", "kiosk", "post", "agent"])
        option: dict[str, Any] = {"channel": channel, "next": rng.choice(targets), "takes": rng.choice(LAWS)}
        if channel in ("window", "kiosk"):
            option["at"] = rng.choice(list(PLACES))
            option["served"] = rng.choice(LAWS)
            if channel == "window":
                option["pool"] = PLACES[option["at"]]
        if rng.random() < 0.2:
            option["delay"] = "1 days"
        options[f"o{n}"] = option
    found: dict[str, Any] = {"role": "submit", "stage": stage, "by": "applicant", "options": options}
    if rng.random() < 0.25:
        found["choose"] = "anew"
    return found


def _office(
    rng: random.Random, stage: str, following: str, further: str, before: list[str], steps: Any, *, rework: bool
) -> dict[str, Any]:
    waits = rng.random() < 0.5
    outcomes: dict[str, Any] = {"ok": {"next": following}}
    if rng.random() < 0.3:
        outcomes["short"] = {"next": further, "chance": 0.2}
    if rng.random() < 0.6:
        back = rng.choice(before[:-1] or before)
        outcomes["fix"] = {"next": back, "chance": round(rng.uniform(0.05, 0.4), 2), "kind": "correction"}
        if rng.random() < 0.4:
            outcomes["fix"]["at_most"] = 2
        if waits and rng.random() < 0.5:
            outcomes["fix"]["on_the_spot"] = True
    if rng.random() < 0.3:
        outcomes["no"] = {"next": "refused", "chance": 0.1, "kind": "refusal"}
    office_before = [s for s in before if steps.get(s, {}).get("by") != "applicant"]
    if rework and office_before and rng.random() < 0.3:
        outcomes["again"] = {"next": rng.choice(office_before), "chance": 0.15}
    return {
        "role": rng.choice(["accept", "review", "prereview"]), "stage": stage, "by": "office", "pool": "office",
        "takes": rng.choice(LAWS), "applicant": "waits" if waits else "leaves", "outcomes": outcomes,
    }  # fmt: skip


def _branch(rng: random.Random, stage: str) -> dict[str, Any]:
    steps: dict[str, Any] = {
        "look": {
            "role": "review", "stage": stage, "by": "office", "pool": "office", "takes": "5 min",
            "outcomes": {"fine": {"next": "done"}, "ask": {"next": "tell", "chance": 0.3}},
        },
        "tell": _applicant(rng, stage, ["done"]),
    }  # fmt: skip
    if rng.random() < 0.4:
        steps["look"]["outcomes"]["bad"] = {"next": "refused", "chance": 0.05, "kind": "refusal"}
    if rng.random() < 0.4:
        steps["look"]["outcomes"]["fix"] = {"next": "tell", "chance": 0.2, "kind": "correction"}
        for option in steps["tell"]["options"].values():
            option["next"] = "look"
        steps["look"]["outcomes"].pop("ask")
    return {"start": "look", "steps": steps}
