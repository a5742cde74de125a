"""Hypothesis strategies for whole service items and systems: sound processes of every kind, small ones first.

`items()` gives processes in which every case ends and `delivered` can be reached: loops of the office, loops of
the applicant with `choose: anew`, corrections (also on the spot), parallel branches, other authorities, every law.
All refer to the pools and places of `SYSTEM`. `systems()` puts some of them into it.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem

SYSTEM = ServiceSystem.model_validate(
    {
        "id": "testing",
        "name": "Testing",
        "start": "2025-03-03",
        "calendar": {"country": "CN", "hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}},
        "places": {
            "hall": {"name": "Hall", "travel": "20 min"},
            "annex": {"name": "Annex", "travel": {"law": "uniform", "low": "10 min", "high": "30 min"}},
        },
        "departments": {"bureau": {"name": "Bureau"}},
        "pools": {
            "windows": {"name": "Windows", "kind": "front", "at": "hall", "servers": 3},
            "counter": {"name": "Counter", "kind": "front", "at": "annex", "servers": 2},
            "officers": {"name": "Officers", "kind": "back", "servers": 4, "department": "bureau"},
            "robots": {"name": "Robots", "kind": "back", "servers": 2, "calendar": "always"},
        },
    }
)
PLACE_OF = {"windows": "hall", "counter": "annex"}
ROLES = {
    "preparation": ["fill_in", "submit", "upload", "prereview"],
    "acceptance": ["accept", "verify_originals", "supplement"],
    "review": ["review", "inspect", "examine", "countersign", "appear"],
    "approval": ["approve"],
    "completion": ["complete", "produce", "pay"],
    "delivery": ["collect", "deliver"],
}
STAGES = list(ROLES)
SHARES = {1: [1], 2: [0.25, 0.75], 3: [0.2, 0.5, 0.3]}
AWKWARD = [
    "no", "on", "12", "0.5", "1e5", "null", "~", "true", "a, b", "x: y", "# not a comment", "- dash", "'quoted'",
    '"double"', "{brace", "[bracket]", "&anchor", "*alias", "!tag", "%percent", "@at", "`tick`", "09:00", "2026-03-02",
    "012", "0x1f", "中文，逗号", "两行\n文字", "a\ttab", "😀", "<<", "=", "\\n", "tail:", "\x85next", "\u2028line",
]  # fmt: skip
texts = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=20),
).filter(lambda t: bool(t.strip()))
names = st.one_of(texts, st.fixed_dictionaries({"zh": texts, "en": texts}))
chances = st.sampled_from([0.05, 0.1, 0.2, 0.25])
origins = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"assumption": texts}),
    st.fixed_dictionaries({"source": st.fixed_dictionaries({"title": texts, "seen": st.just("2026-03-02")})}),
)


def durations(working: bool = False) -> st.SearchStrategy[str]:
    """Give durations of one kind of time as written."""
    amounts = st.one_of(st.integers(1, 60).map(str), st.sampled_from(["0.5", "2.25", "7.1"]))
    units = ["working days", "个工作日"] if working else ["min", "h", "分钟"]
    return st.tuples(amounts, st.sampled_from(units)).map(" ".join)


@st.composite
def laws(draw: st.DrawFn, working: bool = False) -> Any:
    """Give a law as written; every law occurs."""
    unit = "working days" if working else "min"
    low, more, most = draw(st.integers(1, 30)), draw(st.integers(0, 30)), draw(st.integers(0, 60))
    a, b, c = (f"{n} {unit}" for n in (low, low + more, low + more + most))
    cv = draw(st.sampled_from([0.3, 1.0, 1.5]))
    written: Any = draw(
        st.sampled_from(
            [
                a,
                {"law": "constant", "value": a},
                {"law": "uniform", "low": a, "high": b},
                {"law": "triangular", "low": a, "mode": b, "high": c},
                {"law": "pert", "low": a, "mode": b, "high": c},
                {"law": "exponential", "mean": a},
                {"law": "lognormal", "mean": a, "cv": cv},
                {"law": "gamma", "mean": a, "cv": cv},
                {"law": "weibull", "mean": a, "shape": cv},
                {"law": "empirical", "quantiles": [a, b, c]},
            ]
        )
    )
    return {**written, **draw(origins)} if isinstance(written, dict) else written


def _maybe(draw: st.DrawFn, into: dict[str, Any], **fields: st.SearchStrategy[Any]) -> dict[str, Any]:
    for name, strategy in fields.items():
        if draw(st.booleans()):
            into[name] = draw(strategy)
    return into


@st.composite
def _option(draw: st.DrawFn, following: str) -> dict[str, Any]:
    channel = draw(st.sampled_from(["online", "window", "post", "mobile", "kiosk", "agent"]))
    option: dict[str, Any] = {"channel": channel, "next": following, **draw(origins)}
    if channel in ("window", "kiosk"):
        pool = draw(st.sampled_from(["windows", "counter"]))
        option["at"] = PLACE_OF[pool]
        if channel == "window":
            option["pool"] = pool
        _maybe(draw, option, served=laws())
    if channel == "post":
        _maybe(draw, option, postage=st.sampled_from(["12 CNY", "8.5 元"]))
    return _maybe(draw, option, takes=laws(), delay=laws(), takes_again=laws())


@st.composite
def _applicant_step(draw: st.DrawFn, later: list[str], earlier: list[str]) -> dict[str, Any]:
    options = {"first": draw(_option(draw(st.sampled_from(later))))}
    for name in draw(st.sampled_from([(), ("second",), ("second", "third")])):
        options[name] = draw(_option(draw(st.sampled_from(later))))
    step: dict[str, Any] = {"by": "applicant", "options": options}
    if earlier and len(options) > 1 and draw(st.integers(0, 5)) == 0:
        step["choose"] = "anew"
        options["second"]["next"] = draw(st.sampled_from(earlier))
    if draw(st.booleans()):
        for option, share in zip(options.values(), SHARES[len(options)], strict=True):
            option["uptake"] = share
    return step


@st.composite
def _office_step(draw: st.DrawFn, later: list[str], earlier: list[str]) -> dict[str, Any]:
    outcomes: dict[str, Any] = {"well": {"next": draw(st.sampled_from(later))}}
    step: dict[str, Any] = {"by": "office", "outcomes": outcomes}
    if draw(st.integers(0, 5)) == 0:
        step |= {"external": draw(names), "lag": draw(laws(working=draw(st.booleans())))}
        _maybe(draw, step, clock=st.sampled_from(["stops", "runs"]), special=st.sampled_from(["hearing", "inspection"]))
    else:
        pool = draw(st.sampled_from(["officers", "robots", "windows", "counter"]))
        step["pool"] = pool
        if pool in PLACE_OF and draw(st.booleans()):
            step["applicant"] = "waits"
        _maybe(draw, step, takes=laws())
        if "applicant" not in step:
            _maybe(draw, step, lag=laws(working=draw(st.booleans())))
    if draw(st.booleans()):
        outcomes["other"] = {"next": draw(st.sampled_from(later)), "chance": draw(chances)}
    if earlier and draw(st.integers(0, 3)) == 0:
        outcomes["again"] = {"next": draw(st.sampled_from(earlier)), "chance": draw(chances)}
    if earlier and draw(st.booleans()):
        outcomes["incomplete"] = {"next": draw(st.sampled_from(earlier)), "chance": draw(chances), "kind": "correction"}
        _maybe(draw, outcomes["incomplete"], at_most=st.integers(1, 2), assumption=texts)
        if step.get("applicant") == "waits" and draw(st.booleans()):
            outcomes["incomplete"]["on_the_spot"] = True
    if draw(st.integers(0, 2)) == 0:
        outcomes["no"] = {"next": "refused", "chance": draw(chances), "kind": "refusal"}
    if draw(st.integers(0, 4)) == 0:
        outcomes["silent"] = {"next": "withdrawn", "chance": 0.05, "kind": "withdrawal"}
    return step


@st.composite
def _branch(draw: st.DrawFn) -> dict[str, Any]:
    branch = draw(processes(most=2, end="done", parallel=False))
    return _maybe(draw, branch, name=names, deadline=durations())


@st.composite
def _parallel_step(draw: st.DrawFn, later: list[str]) -> dict[str, Any]:
    branches = {name: draw(_branch()) for name in draw(st.sampled_from([("one",), ("one", "two")]))}
    return {"by": "parallel", "branches": branches, "next": draw(st.sampled_from(later))}


@st.composite
def processes(draw: st.DrawFn, most: int = 5, end: str = "delivered", parallel: bool = True) -> dict[str, Any]:
    """Give a process as written, with 1 to `most` steps, from which every case ends and `end` can be reached."""
    count = draw(st.integers(1, most))
    ids = [f"step_{n}" for n in range(count)]
    steps: dict[str, Any] = {}
    for n, name in enumerate(ids):
        later = [ids[n + 1]] if n + 1 < count and draw(st.booleans()) else [*ids[n + 1 :], end]
        kind = draw(st.sampled_from(["applicant", "office", "office", "parallel" if parallel else "applicant"]))
        if kind == "applicant":
            step = draw(_applicant_step(later, ids[:n]))
        elif kind == "office":
            step = draw(_office_step(later, ids[: n + 1]))
        else:
            step = draw(_parallel_step(later))
        stage = STAGES[min(n * len(STAGES) // count, len(STAGES) - 1)]
        steps[name] = {"stage": stage, "role": draw(st.sampled_from(ROLES[stage])), **step}
        if draw(st.integers(0, 3)) == 0:
            steps[name]["materials"] = ["form"]
    return {"start": ids[0], "steps": steps}


@st.composite
def items(draw: st.DrawFn, item_id: str = "item", most_steps: int = 5, parallel: bool = True) -> ServiceItem:
    """Give a service item with a sound process of 1 to `most_steps` steps over the pools of `SYSTEM`."""
    data: dict[str, Any] = {
        "id": item_id,
        "name": draw(names),
        "kind": draw(st.sampled_from(["licence", "confirmation", "public_service"])),
        "handling": draw(st.sampled_from(["committed", "immediate", "forwarded"])),
        "department": "bureau",
        "demand": {"per_year": draw(st.sampled_from([200, 1000.5])), **draw(origins)},
        "materials": {"form": {"name": draw(names), "originals": 1, "medium": ["paper"]}},
        "process": draw(processes(most=most_steps, parallel=parallel)),
    }
    _maybe(
        draw,
        data,
        fee=st.sampled_from(["none", {"amount": "100 CNY"}, {"standard": "by area"}]),
        result=st.sampled_from([{"form": "physical"}, {"form": "electronic"}, {"form": "none"}]),
        limits=st.sampled_from(
            [{"statutory": "20 working days", "promised": "8 个工作日"}, {"promised": "30 days", "ends": "decision"}]
        ),
        declared=st.sampled_from([{"level": "IV", "visits": 1, "meaning": "greatest"}, {"level": "none"}]),
        published=st.just(["guide", "complaint"]),
        audience=st.just(["legal_person"]),
        source=texts,
        code=texts,
    )
    return ServiceItem.model_validate(data)


@st.composite
def systems(draw: st.DrawFn, most_items: int = 2, most_steps: int = 4) -> ServiceSystem:
    """Give `SYSTEM` with 1 to `most_items` sound items."""
    count = draw(st.integers(1, most_items))
    return SYSTEM.with_items({f"item_{n}": draw(items(f"item_{n}", most_steps)) for n in range(count)})
