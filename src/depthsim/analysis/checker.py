"""An independent checker of level proofs. It shares the model with the analysis and nothing else.

It walks the item by its own rules, keeps the whole history of a case instead of what matters of it, finds the
value of every game by growing a budget, and judges the criteria anew. A proof is accepted when nothing differs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from depthsim.model.level import LevelScheme, SchemeLevel
from depthsim.model.service import ApplicantStep, OfficeStep, ParallelStep, ServiceItem, step_at

CHECKING = ("prereview", "accept", "verify_originals")
_SEVERITY = ["done", "withdrawn", "refused"]
State = tuple[Any, ...]  # (step path, presence, history, ends of open parallels, facts); a final state is (name,)


def _goto(
    item: ServiceItem, prefix: tuple[str, ...], name: str, presence: Any, past: Any, ends: Any, facts: Any
) -> State:
    process = item.process if not prefix else step_at(item.process, prefix[:-1]).branches[prefix[-1]]  # type: ignore[union-attr]
    if name in process.steps:
        step = process.steps[name]
        stays = isinstance(step, ApplicantStep) or (isinstance(step, OfficeStep) and step.applicant == "waits")
        return ((*prefix, name), presence if stays else None, past, ends, facts)
    if not prefix:
        return (name,)
    parallel, outer = step_at(item.process, prefix[:-1]), prefix[:-2]
    assert isinstance(parallel, ParallelStep)
    worst, order = max(ends[-1], name, key=_SEVERITY.index), list(parallel.branches)
    if prefix[-1] != order[-1]:
        following = order[order.index(prefix[-1]) + 1]
        start = parallel.branches[following].start
        return _goto(item, (*prefix[:-1], following), start, None, past, (*ends[:-1], worst), facts)
    return _goto(item, outer, parallel.next if worst == "done" else worst, None, past, ends[:-1], facts)


def _moves(item: ServiceItem, state: State) -> list[tuple[str, State, int, bool, Any]]:
    """Return (move, next state, visits, exception, channel) for everything that can happen in a state."""
    path, presence, past, ends, facts = state
    step, prefix, history = step_at(item.process, path), path[:-1], dict(past)
    if isinstance(step, ParallelStep):
        branch = next(iter(step.branches))
        after = _goto(item, (*path, branch), step.branches[branch].start, None, past, (*ends, "done"), facts)
        return [("fork", after, 0, False, None)]
    found = []
    ways: dict[str, Any] = dict(step.options if isinstance(step, ApplicantStep) else step.outcomes)
    for name, way in ways.items():
        seen, counts = set(facts), dict(history)
        if isinstance(step, ApplicantStep):
            if history.get((path, "?"), name) != name:
                continue
            if step.choose == "as_before":
                counts[path, "?"] = name
            visit = int(way.on_site and (way.goes_away or presence != way.at))
            seen |= {"visited"} if visit else set()
            there, exception = (way.at if way.on_site else None), way.next in ("refused", "withdrawn")
        else:
            if step.chances()[name] == 0 or (way.limit is not None and history.get((path, name), 0) >= way.limit):
                continue
            if way.limit is not None:
                counts[path, name] = history.get((path, name), 0) + 1
            visit, exception = 0, way.exception
            seen |= {"checked"} if step.role in CHECKING and presence is None else set()
            seen |= {"accepted"} if step.role == "accept" and not exception else set()
            seen |= {"decided"} if step.stage == "approval" and not exception else set()
            there = presence if step.applicant == "waits" and (way.on_the_spot or not exception) else None
        frozen = tuple(sorted(counts.items()))
        after = _goto(item, prefix, way.next, there, frozen, ends, frozenset(seen))
        found.append((name, after, visit, exception, getattr(way, "channel", None)))
    return found


def _admits(level: SchemeLevel, step: Any, facts: Any, channel: Any) -> bool:
    for rule in level.admitted:
        early = rule.before_first_check is None or rule.before_first_check == ("checked" not in facts)
        if early and (not rule.stages or step.stage in rule.stages) and (not rule.roles or step.role in rule.roles):
            return rule.channels == "all" or channel in rule.channels
    return False


def _value(graph: dict[State, Any], chooses: Any, allowed: Any, start: State) -> float:
    """Return the least budget with which the applicant can always still arrive, whatever a fair office does."""
    costs = sum(m[2] for moves in graph.values() for m in moves)
    budget_of: dict[State, int] = {("delivered",): 0}

    def good(m: Any, zone: Any, budget: int) -> bool:
        return (m[1] in zone and not m[2]) or budget_of.get(m[1], math.inf) + m[2] <= budget

    def nearer(s: State, near: set[State], keep: set[State], budget: int) -> bool:
        options = [m for m in graph[s] if allowed(s, m)]
        sure = chooses(s) or all(good(m, keep, budget) for m in options)
        return sure and any(good(m, near, budget) for m in options)

    for budget in range(costs + 1):
        keep = {s for s in graph if s not in budget_of}
        while True:
            near: set[State] = set()
            while more := {s for s in keep - near if nearer(s, near, keep, budget)}:
                near |= more
            if near == keep:
                break
            keep = near
        budget_of |= dict.fromkeys(keep, budget)
        if start in budget_of:
            return budget
    return math.inf


def problems(item: ServiceItem, scheme: LevelScheme, proof: dict[str, Any], published: Any = ()) -> list[str]:
    """Return what is wrong with a proof (of `Classification.proof`); empty where it is accepted."""
    start = _goto(item, (), item.process.start, None, (), (), frozenset())
    graph: dict[State, Any] = {}
    todo = [start]
    while todo:
        state = todo.pop()
        if len(state) > 1 and state not in graph:
            graph[state] = _moves(item, state)
            todo += [m[1] for m in graph[state]]
    if proof.get("item") != item.id or [e["level"] for e in proof["levels"]] != [v.id for v in scheme.levels]:
        return ["another item or other levels"]
    held = [e["level"] for e in proof["levels"] if all(c["ruling"] != "fails" for c in e["criteria"])]
    wrong = [] if proof["level"] == (held[-1] if held else "none") else ["the level is not the highest that holds"]
    for level, entry in zip(scheme.levels, proof["levels"], strict=True):
        wrong += [f"{level.id}: {p}" for p in _entry_problems(item, level, entry, published, graph, start)]
    return wrong


def _entry_problems(  # noqa: C901 - one list of independent checks
    item: ServiceItem, level: SchemeLevel, entry: Any, published: Any, graph: dict[State, Any], start: State
) -> Iterator[str]:
    """Yield what is wrong with the proof of one level."""

    def chooses(s: State) -> bool:
        return isinstance(step_at(item.process, s[0]), ApplicantStep)

    def admitted(s: State, m: Any) -> bool:
        return m[4] is None or _admits(level, step_at(item.process, s[0]), s[4], m[4])

    def ordinary(_s: State, m: Any) -> bool:
        return not m[3]

    safe, before = set(graph), -1
    while before != len(safe):
        before = len(safe)
        stays = {s: [len(m[1]) == 1 or m[1] in safe for m in graph[s] if admitted(s, m)] for s in safe}
        safe = {s for s, stay in stays.items() if stay and (any(stay) if chooses(s) else all(stay))}

    def admitted_and_safe(s: State, m: Any) -> bool:
        return not m[3] and admitted(s, m) and (len(m[1]) == 1 or m[1] in safe)

    def nearest(s: State, m: Any) -> bool:
        return not m[3] and (admitted(s, m) or not any(admitted(s, other) for other in graph[s]))

    strict = _value(graph, chooses, admitted_and_safe, start) if start in safe else math.inf
    within = strict < math.inf
    value = strict
    for way in () if within else (nearest, ordinary):
        value = _value(graph, chooses, way, start)
        if value < math.inf:
            break
    if entry["visits"] != (None if value == math.inf else value):
        yield f"visits are {value}"
    if entry["holds"] != all(c["ruling"] != "fails" for c in entry["criteria"]):
        yield "holds contradicts its criteria"
    if not _walks(graph, entry["path"], start):
        yield "the path is not a path of the process"
    walked = _follow(graph, entry["strategy"], chooses, start)
    if walked is None:
        yield "the strategy does not say what to do, or names what is not possible"
        return
    if entry["holds"] and any(not admitted(s, m) for s, taken in walked.items() for m in taken):
        yield "the strategy takes an option that is not admitted"
    if _value(walked, chooses, ordinary, start) != value:
        yield f"the strategy does not cost {value}"
    judged = _judge(item, level, {*published, *item.published}, graph, walked, start, within, value)
    if {c["id"]: c["ruling"] for c in entry["criteria"]} != judged:
        yield f"criteria are {judged}"


def _follow(graph: Any, strategy: Any, chooses: Any, start: State) -> dict[State, Any] | None:
    """Return the states met under a strategy with the moves taken there; None where it does not say what to do."""
    table: dict[Any, list[Any]] = {}
    for e in strategy:
        key = (e["step"], e["presence"], tuple(e["ends"]), tuple(e["facts"]))
        table.setdefault(key, []).append(({(tuple(p.split("/")), w): v for p, w, v in e["memory"]}, e["option"]))
    walked: dict[State, Any] = {}
    todo = [start]
    while todo:
        state = todo.pop()
        if len(state) == 1 or state in walked:
            continue
        taken = graph[state]
        if chooses(state):
            history = dict(state[2])
            entries = table.get(("/".join(state[0]), state[1], state[3], tuple(sorted(state[4]))), [])
            fitting = [e for e in entries if all(history.get(k) == v for k, v in e[0].items())]
            if not fitting:
                return None
            option = max(fitting, key=lambda e: len(e[0]))[1]
            taken = [m for m in taken if m[0] == option]
            if not taken:
                return None
        walked[state] = taken
        todo += [m[1] for m in taken]
    return walked


def _walks(graph: Any, path: Any, start: State) -> bool:
    state = start
    for entry in path:
        found = [m for m in graph.get(state, ()) if m[0] == entry["move"] and m[2] == entry["visits"]]
        if not found or "/".join(state[0]) != entry["step"]:
            return False
        state = found[0][1]
    return len(state) == 1 or len(path) >= 400


def _judge(
    item: ServiceItem,
    level: SchemeLevel,
    said: Any,
    graph: Any,
    walked: Any,
    start: State,
    within: bool,
    value: float,
) -> dict[str, str]:
    """Return the ruling on every criterion, judged anew."""
    met: dict[State, Any] = {}
    todo = [start]
    while todo:
        state = todo.pop()
        if len(state) > 1 and state not in met:
            met[state] = [m for m in walked[state] if not m[3]]
            todo += [m[1] for m in met[state]]

    def at(*roles: str) -> list[State]:
        return [s for s in met if step_at(item.process, s[0]).role in roles]

    def channels(*roles: str) -> set[str]:
        return {m[4] for s in at(*roles) for m in met[s] if m[4] is not None}

    def early(fact: str) -> bool:
        return any(m[2] and fact not in s[4] for s in met for m in met[s])

    def office(states: list[State]) -> list[State]:
        return [s for s in states if isinstance(step_at(item.process, s[0]), OfficeStep)]

    def online_answers(first: State) -> bool:
        seen: set[State] = set()
        todo = [first]
        while todo:
            state = todo.pop()
            if len(state) == 1 or state in seen:
                continue
            seen.add(state)
            if not isinstance(step_at(item.process, state[0]), ApplicantStep):
                todo += [m[1] for m in graph[state]]
            elif not any(m[4] in online for m in graph[state]):
                return False
        return True

    online, yes, no, na = {"online", "mobile"}, "holds", "fails", "not_applicable"
    form = item.result.form if item.result else None
    fixed = [
        m[1] for s in walked if s[1] is None and isinstance(step := step_at(item.process, s[0]), OfficeStep)
        for m in walked[s] if step.outcomes[m[0]].kind == "correction"
    ]  # fmt: skip
    checks, submits = CHECKING, ("submit", "fill_in", "upload")
    arrivals = [s for s in met for m in met[s] if m[1] == ("delivered",)]
    has_submission = any(isinstance(s, ApplicantStep) and s.role in submits for s in _all_steps(item.process))
    government = [m for m in item.materials.values() if m.source == "government" and m.required == "always"]
    accepts = office(at("accept"))
    rulings = {
        **{w: yes if w in said else no for w in ("guide", "consultation", "complaint", "status_query")},
        "submitted_online": na if not has_submission else yes if channels(*submits) & online else no,
        "corrected_online": na if not fixed else yes if all(map(online_answers, fixed)) else no,
        "checked_online": no if early("checked") or not [s for s in office(at(*checks)) if s[1] is None]
        or any("checked" not in s[4] and step_at(item.process, s[0]).role not in checks for s in arrivals) else yes,
        "result_obtainable": na if form in ("electronic", "none") else yes if at("collect", "deliver") else no,
        "accepted_without_visit": yes if accepts and not any("visited" in s[4] or s[1] for s in accepts) else no,
        "verified_online": no if any(m.original_shown for m in item.materials.values()) else yes,
        "fee_paid_online": na if item.fee == "none" else yes if channels("pay") and channels("pay") <= online else no,
        "result_sent": na if form in ("electronic", "none") else yes
        if at("collect", "deliver") and channels("collect", "deliver") <= online | {"post"} else no,
        "once_only": no if any(m.trust not in ("A", "B") for m in government) else yes,
        "visit_after": no if early("decided" if level.visit_after == "decision" else "accepted") else yes,
        "admitted": yes if within else no,
        "visits": yes if level.visits is None or value <= level.visits else no,
    }  # fmt: skip
    wanted = [
        *level.criteria,
        *(["visit_after"] if level.visit_after != "anywhere" else []),
        "admitted",
        "visits",
    ]
    return {w: rulings[w] for w in wanted}


def _all_steps(process: Any) -> list[Any]:
    found = []
    for step in process.steps.values():
        found.append(step)
        for branch in getattr(step, "branches", {}).values():
            found += _all_steps(branch)
    return found
