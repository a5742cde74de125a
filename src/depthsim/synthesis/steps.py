"""Steps of a process as plain data, put one after the other."""

from __future__ import annotations

from typing import Any

Data = dict[str, Any]
FOLLOWING = "@following"
"""The `next` that stands for whatever step comes next in a chain."""


def minutes(mean: float, cv: float = 0.5) -> Data:
    """Return a gamma law of minutes."""
    return {"law": "gamma", "mean": f"{mean} min", "cv": cv}


def form(mode: int) -> Data:
    """Return the time for gathering papers and filling in a form, `mode` minutes most often."""
    return {"law": "pert", "low": f"{mode // 3 + 1} min", "mode": f"{mode} min", "high": f"{mode * 4} min"}


def days(mean: float) -> Data:
    """Return the time in which people react to a notice."""
    return {"law": "lognormal", "mean": f"{mean} days", "cv": 0.8}


def applicant(role: str, stage: str, options: Data, materials: tuple[str, ...] = ()) -> Data:
    """Return a step of the applicant."""
    return {"role": role, "stage": stage, "by": "applicant", **_listed(materials), "options": options}


def office(role: str, stage: str, pool: str, takes: Any, outcomes: Data, **more: Any) -> Data:
    """Return a step of the office."""
    return {"role": role, "stage": stage, "by": "office", "pool": pool, "takes": takes, **more, "outcomes": outcomes}


def onwards(**more: Any) -> Data:
    """Return an outcome or option that goes on to the following step."""
    return {**more, "next": FOLLOWING}


def correction(chance: float, back_to: str) -> Data:
    """Return a request to put papers right."""
    return {"chance": chance, "kind": "correction", "next": back_to}


def refusal(chance: float) -> Data:
    """Return a refusal."""
    return {"chance": chance, "kind": "refusal", "next": "refused"}


def _listed(materials: tuple[str, ...]) -> Data:
    return {"materials": list(materials)} if materials else {}


def chained(steps: list[tuple[str, Data]], end: str = "delivered") -> Data:
    """Return steps with every open `next` filled: by the next step of the list, or the end.

    A step whose name begins with `~` stands beside the chain: no open `next` leads to it.
    """
    trunk = [name for name, _ in steps if not name.startswith("~")]
    following = dict(zip(trunk, [*trunk[1:], end], strict=True))
    found: Data = {}
    last = trunk[0]
    for name, step in steps:
        if not name.startswith("~"):
            last = name
        found[name.lstrip("~")] = _filled(step, following[last])
    return found


def _filled(value: Any, following: str) -> Any:
    if isinstance(value, dict):
        return {k: _filled(v, following) for k, v in value.items()}
    return following if value == FOLLOWING else value
