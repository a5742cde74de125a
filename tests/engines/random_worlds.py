"""Hypothesis strategy for whole systems that are hard on an engine: ties, loops over deadlines, every kind of pool.

Durations are mostly few constants, so that many things happen at the same instant. Processes are not checked for
sense, only that every case ends.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from depthsim.model.system import ServiceSystem
from strategies import laws

CALENDARS: list[Any] = [
    {"hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}},
    {"country": "CN", "hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}},
    {"hours": {"mon,wed": ["00:00-06:00", "06:00-24:00"], "sat": ["10:00-10:30"]}},
    {"hours": {"tue": ["10:00-11:00"], "thu": ["10:00-12:00"]}, "holidays": ["2026-03-05"]},
    "always",
]
STARTS = ["2026-03-02", "2025-12-24", "2026-09-24"]
CONSTANTS = ["0 min", "5 min", "10 min", "10 min", "30 min", "1 h", "1 days"]
STAGES = ["preparation", "acceptance", "review", "approval", "completion", "delivery"]
ROLES = ["submit", "accept", "review", "approve", "inspect", "complete", "pay", "supplement", "collect"]
FRONT = {"windows": "hall", "counter": "annex", "booked": "hall"}
CHANCES = st.sampled_from([0.1, 0.3, 0.5])


def times() -> st.SearchStrategy[Any]:
    """Give a duration, mostly one of few, else any law."""
    return st.one_of(st.sampled_from(CONSTANTS), st.sampled_from(CONSTANTS), laws())


@st.composite
def _pools(draw: st.DrawFn) -> dict[str, Any]:
    def pool(kind: str, **more: Any) -> dict[str, Any]:
        found = {"name": kind, "kind": kind, "servers": draw(st.integers(1, 3)), **more}
        if draw(st.integers(0, 2)) == 0:
            found["discipline"] = "priority"
        return found

    calendars = st.sampled_from(CALENDARS)
    pools = {
        "windows": pool("front", at="hall"),
        "counter": pool("front", at="annex"),
        "booked": pool("front", at="hall", slot=draw(st.sampled_from(["15 min", "20 min"]))),
        "officers": pool("back"),
        "robots": pool("back", calendar="always"),
    }
    if draw(st.booleans()):
        pools["officers"]["calendar"] = draw(calendars)
    return pools


@st.composite
def _option(draw: st.DrawFn, following: str) -> dict[str, Any]:
    channel = draw(st.sampled_from(["online", "window", "window", "kiosk", "post"]))
    option: dict[str, Any] = {"channel": channel, "next": following}
    if channel in ("window", "kiosk"):
        pool = draw(st.sampled_from(sorted(FRONT)))
        option["at"] = FRONT[pool]
        if channel == "window":
            option |= {"pool": pool, "priority": draw(st.sampled_from([0, 0, 3]))}
            if pool == "booked":
                option["appointment"] = draw(st.booleans())
    for name in ("takes", "served", "delay", "takes_again"):
        if draw(st.integers(0, 2)) == 0:
            option[name] = draw(times())
    if draw(st.integers(0, 8)) == 0:
        option["delay"] = "1 working days"
    if channel == "post":
        option["postage"] = draw(st.sampled_from(["12 CNY", "8.37 CNY", "3 USD"]))
    return option


@st.composite
def _applicant(draw: st.DrawFn, later: list[str], earlier: list[str]) -> dict[str, Any]:
    names = draw(st.sampled_from([("one",), ("one", "two"), ("one", "two", "three")]))
    options = {name: draw(_option(draw(st.sampled_from(later)))) for name in names}
    step: dict[str, Any] = {"by": "applicant", "options": options}
    if len(names) > 1 and earlier and draw(st.integers(0, 3)) == 0:
        options["two"] |= {"next": draw(st.sampled_from(earlier)), "uptake": draw(CHANCES)}
        step["choose"] = "anew"
    return step


@st.composite
def _office(draw: st.DrawFn, later: list[str], earlier: list[str]) -> dict[str, Any]:
    outcomes: dict[str, Any] = {"well": {"next": draw(st.sampled_from(later))}}
    step: dict[str, Any] = {"by": "office", "outcomes": outcomes}
    pool = draw(st.sampled_from([None, "windows", "counter", "booked", "officers", "officers", "robots"]))
    if pool is None:
        step["external"] = "elsewhere"
    else:
        step["pool"] = pool
        step["applicant"] = draw(st.sampled_from(["waits", "leaves"]))
    for name in ("takes", "lag"):
        if draw(st.integers(0, 2 if name == "takes" else 4)) != 0:
            step[name] = draw(times())
    if draw(st.integers(0, 8)) == 0:
        step["lag"] = draw(laws(working=True)) if draw(st.booleans()) else "1 working days"
    if draw(st.integers(0, 3)) == 0:
        step["clock"] = draw(st.sampled_from(["stops", "runs"]))
    if earlier and draw(st.booleans()):
        outcomes["incomplete"] = {"next": draw(st.sampled_from(earlier)), "chance": 0.3, "kind": "correction"}
        outcomes["incomplete"] |= {"at_most": draw(st.integers(1, 3)), "on_the_spot": draw(st.booleans())}
    if earlier and draw(st.integers(0, 2)) == 0:
        outcomes["again"] = {"next": draw(st.sampled_from(earlier)), "chance": 0.2}
        if draw(st.booleans()):
            outcomes["again"]["at_most"] = 2
    for name, kind in (("refused", "refusal"), ("withdrawn", "withdrawal")):
        if draw(st.integers(0, 4)) == 0:
            outcomes[name] = {"next": name, "chance": 0.1, "kind": kind}
    return step


@st.composite
def _branch(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    branch = draw(_process(most=3, end="done", depth=depth - 1))
    if draw(st.booleans()):
        branch["deadline"] = draw(st.sampled_from(["0 min", "10 min", "30 min", "2 h", "1 days", "1 working days"]))
    return branch


@st.composite
def _process(draw: st.DrawFn, most: int, end: str, depth: int) -> dict[str, Any]:
    names = [f"step_{n}" for n in range(draw(st.integers(1, most)))]
    kinds = ["applicant", "office", "office", *(["parallel"] if depth else [])]
    steps: dict[str, Any] = {}
    for n, name in enumerate(names):
        later, earlier = [*names[n + 1 :][:2], end][:2], names[: n + 1]
        kind = draw(st.sampled_from(kinds))
        if kind == "applicant":
            step = draw(_applicant(later, earlier[:-1]))
        elif kind == "office":
            step = draw(_office(later, earlier))
        else:
            branches = {b: draw(_branch(depth)) for b in ("left", "right")[: draw(st.integers(1, 2))]}
            step = {"by": "parallel", "branches": branches, "next": draw(st.sampled_from(later))}
        stage = STAGES[draw(st.integers(min(n, 5), min(n + 2, 5)))]
        steps[name] = {"stage": stage, "role": draw(st.sampled_from(ROLES)), **step}
    return {"start": names[0], "steps": steps}


@st.composite
def _item(draw: st.DrawFn, name: str) -> dict[str, Any]:
    profiles = st.sampled_from(
        [None, "flat", {"hours": {"09:00": 3, "10:00": 1, "14:00": 2}}, {"weekdays": {"mon": 3, "wed": 0.5}}]
    )
    item: dict[str, Any] = {
        "id": name, "name": name, "kind": "licence",
        "handling": draw(st.sampled_from(["committed", "immediate", "forwarded"])),
        "demand": {"per_year": draw(st.sampled_from([300, 1500, 4000])), "profile": draw(profiles)},
        "process": draw(_process(most=5, end="delivered", depth=2)),
    }  # fmt: skip
    if draw(st.booleans()):
        item["limits"] = {"promised": "3 working days", "ends": draw(st.sampled_from(["completion", "decision"]))}
    if draw(st.integers(0, 2)) == 0:
        item["before"] = []
        for reform in ("faster", "closer")[: draw(st.integers(1, 2))]:
            old = {**item, "before": [], "process": draw(_process(most=3, end="delivered", depth=1))}
            start = draw(st.sampled_from([None, "2026-03-05", "2025-12-26"]))
            adoption = draw(st.sampled_from([0.0, 0.5, 1.0]))
            item["before"].append({"reform": reform, "adoption": adoption, "starts": start, "item": old})
    return item


@st.composite
def worlds(draw: st.DrawFn) -> ServiceSystem:
    """Give a system with 1 to 3 items, five pools, and sometimes segments."""
    place: dict[str, Any] = {"name": "hall", "travel": draw(times())}
    if draw(st.booleans()):
        place["arrivals"] = {"10:00": 2, "10:15": 1}
    data: dict[str, Any] = {
        "id": "world", "name": "world", "start": draw(st.sampled_from(STARTS)),
        "calendar": draw(st.sampled_from(CALENDARS)), "pools": draw(_pools()),
        "places": {"hall": place, "annex": {"name": "annex", "travel": draw(times())}},
        "items": {name: draw(_item(name)) for name in ("beta", "alpha", "gamma")[: draw(st.integers(1, 3))]},
    }  # fmt: skip
    if draw(st.booleans()):
        urgent = {"name": "urgent", "share": 0.3, "priority": 2, "travel": draw(st.sampled_from([1, 0.5, "10 min"]))}
        data["applicants"] = {
            "segments": {"urgent": urgent, "usual": {"name": "usual", "uptake": {"online": 2.0, "window": 0.5}}}
        }
    return ServiceSystem.model_validate(data)
