"""Small systems for tests of the engines, written as plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from depthsim.engines.discrete_event import run
from depthsim.model.log import CaseLog, Row, in_order
from depthsim.model.system import ServiceSystem

OFFICE = {"hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}
DEMO = Path(__file__).parents[3] / "shared" / "examples" / "demo_hall"


def office(pool: str | None = "desk", takes: Any = "10 min", next_: str = "delivered", **more: Any) -> dict[str, Any]:
    """Return an office step with one outcome, `ok`, unless others are given."""
    outcomes = more.pop("outcomes", {"ok": {"next": next_}})
    step = {"role": "review", "stage": "review", "by": "office", "takes": takes, "outcomes": outcomes, **more}
    if pool:
        step["pool"] = pool
    return step


def applicant(**options: Any) -> dict[str, Any]:
    """Return an applicant step; an option without a channel is online."""
    filled = {name: {"channel": "online", "next": "delivered", **option} for name, option in options.items()}
    return {"role": "submit", "stage": "preparation", "by": "applicant", "options": filled}


def item(steps: dict[str, Any], id: str = "matter", per_year: float = 2000, **more: Any) -> dict[str, Any]:  # noqa: A002
    """Return an item that starts with its first step."""
    return {
        "id": id,
        "name": id,
        "kind": "licence",
        "handling": "committed",
        "demand": more.pop("demand", {"per_year": per_year}),
        "process": {"start": next(iter(steps)), "steps": steps},
        **more,
    }


def system(*items: dict[str, Any], calendar: Any = OFFICE, pools: Any = None, **more: Any) -> ServiceSystem:
    """Return a system with pools `desk` (back), `window` (front, in the hall) and a place `hall`."""
    return ServiceSystem.model_validate(
        {
            "id": "small",
            "name": "small",
            "start": "2026-03-02",
            "calendar": calendar,
            "places": {"hall": {"name": "hall", "travel": "30 min"}, "annexe": {"name": "annexe"}},
            "pools": pools
            or {
                "desk": {"name": "desk", "kind": "back", "servers": 1},
                "window": {"name": "window", "kind": "front", "at": "hall", "servers": 1},
                "counter": {"name": "counter", "kind": "front", "at": "annexe", "servers": 1},
            },
            "items": {i["id"]: i for i in items},
            **more,
        }
    )


def cases(of: ServiceSystem, days: float = 90, seed: int = 1, **more: Any) -> list[CaseLog]:
    """Return the cases of one replication in order."""
    return in_order([case for batch in run(of, seed=seed, horizon_days=days, **more) for case in batch])


def rows(of: ServiceSystem, days: float = 90, seed: int = 1, **more: Any) -> list[Row]:
    """Return the rows of one replication in order."""
    return [row for case in cases(of, days, seed, **more) for row in case.rows]


def demo_hall(load: float = 1) -> ServiceSystem:
    """Return the example system with its demand multiplied; skips the test where the examples are missing."""
    if not DEMO.is_dir():
        pytest.skip("the shared examples are not here")
    read = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(DEMO.glob("*.yaml"))}
    hall = read.pop("system")
    for one in read.values():
        one["demand"]["per_year"] *= load
    return ServiceSystem.model_validate({**hall, "items": read})
