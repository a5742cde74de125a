"""The single-case machine: legal moves, visits counted, joins, and its agreement with pictures, analysis and SimPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.analysis.visits import analyse
from depthsim.engines import discrete_event
from depthsim.engines.single_case import CaseMachine, machine
from depthsim.errors import IllegalMove
from depthsim.files import load_system
from depthsim.model.service import OfficeStep, ServiceItem, step_at
from depthsim.texts import LANGS, finding_line
from depthsim.views.pictures import picture
from random_items import random_system

DEMO = Path(__file__).parents[1] / "examples" / "demo_hall"
WORKFLOWS = Path(__file__).parents[2] / "workflows"
FOLDERS = [DEMO, *sorted(p.parent for p in WORKFLOWS.glob("*/system.yaml"))]
SYSTEMS = {folder.name: load_system(folder).system for folder in FOLDERS}
ITEMS = [pytest.param(item, id=f"{name}/{key}") for name, s in SYSTEMS.items() for key, item in s.items.items()]


def demo(item: str) -> CaseMachine:
    return machine(SYSTEMS["demo_hall"][item])


def refused(walk: CaseMachine, move: str, **where: Any) -> str:
    """Return the code of the finding with which a move is refused; the case must stay where it is."""
    before = (walk.state, walk.visits, walk.moves_made)
    with pytest.raises(IllegalMove) as caught:
        walk.move(move, **where)
    assert (walk.state, walk.visits, walk.moves_made) == before
    (finding,) = caught.value.findings
    for lang in LANGS:
        assert finding_line(finding, lang)
    return finding.code


def test_a_legal_walk_through_nested_stages() -> None:
    walk = demo("food_business_licence")
    assert walk.state == "preparation/apply"
    walk.move("online")
    assert walk.state == "acceptance/verify_online"
    for move in ("accepted", "passed", "fit", "granted", "ready"):
        walk.move(move)
    assert (walk.state, walk.visits, walk.outcome) == ("delivery/collect", 0, None)
    walk.move("window")
    assert (walk.state, walk.visits, walk.outcome, walk.steps) == ("delivered", 1, "delivered", ())
    assert refused(walk, "window") == "DS653"


def test_unknown_moves_and_other_steps_are_refused_with_what_is_possible() -> None:
    walk = demo("food_business_licence")
    assert refused(walk, "post") == "DS650"
    assert refused(walk, "granted", step="approve") == "DS655"
    with pytest.raises(IllegalMove) as caught:
        walk.move("post")
    assert caught.value.findings[0].values["possible"] == ["apply: online", "apply: window"]


def test_corrections_are_used_up_and_choices_kept() -> None:
    walk = demo("food_business_licence").move("window").move("incomplete")
    assert walk.presence() is None  # sent home
    assert [m.move for m in walk.possible()] == ["window"]
    assert refused(walk, "online") == "DS652"
    walk.move("window")
    assert walk.visits == 2
    assert refused(walk, "incomplete") == "DS651"


def test_a_correction_on_the_spot_keeps_presence() -> None:
    walk = demo("public_event_permit").move("window").move("signature_missing")
    assert walk.presence() == "city_hall"
    assert walk.move("window").visits == 1
    assert refused(walk, "signature_missing") == "DS651"
    assert walk.move("incomplete").move("window").visits == 2


def joint_review() -> CaseMachine:
    return demo("public_event_permit").move("online").move("accepted")


def test_branches_run_side_by_side_and_join() -> None:
    walk = joint_review()
    assert walk.state == ["review/joint_review/fire/survey", "review/joint_review/province/opinion"]
    assert walk.steps == ("joint_review/fire/survey", "joint_review/province/opinion")
    walk.move("given").move("unclear")
    assert walk.steps == ("joint_review/fire/explain",)
    assert walk.move("window").steps == ("approve",)
    assert (walk.visits, walk.presence()) == (1, None)


@pytest.mark.parametrize("order", [("unfit", "given"), ("given", "unfit")])
def test_a_refused_branch_lets_the_others_finish(order: tuple[str, str]) -> None:
    walk = joint_review().move(order[0])
    assert walk.outcome is None
    assert walk.move(order[1]).outcome == "refused"


def parallel_item(**branch: Any) -> ServiceItem:
    office = {"by": "office", "role": "review", "stage": "review", "pool": "office"}
    ends = {"good": {"next": "done"}, "bad": {"next": "refused", "kind": "refusal", "chance": 0.1},
            "gone": {"next": "withdrawn", "kind": "withdrawal", "chance": 0.1}}  # fmt: skip
    inner = {"by": "parallel", "role": "countersign", "stage": "review", "next": "last",
             "branches": {"x": {"start": "deep", "steps": {"deep": {**office, "outcomes": ends}}}}}  # fmt: skip
    last = {**office, "outcomes": {"again": {"next": "inner", "chance": 0.5}, "over": {"next": "done"}}}
    steps = {
        "both": {"by": "parallel", "role": "countersign", "stage": "review", "next": "delivered",
                 "branches": {"a": {"start": "one", "steps": {"one": {**office, "outcomes": ends}}, **branch},
                              "b": {"start": "inner", "steps": {"inner": inner, "last": last}}}},
    }  # fmt: skip
    return ServiceItem.model_validate(
        {"id": "nested", "name": "nested", "kind": "other", "handling": "committed",
         "process": {"start": "both", "steps": steps}}
    )  # fmt: skip


def test_nested_branches_loop_and_the_worst_end_wins() -> None:
    walk = machine(parallel_item())
    assert walk.steps == ("both/a/one", "both/b/inner/x/deep")
    assert refused(walk, "good") == "DS654"  # in which branch?
    walk.move("good", step="both/b/inner/x/deep").move("again")
    assert walk.steps == ("both/a/one", "both/b/inner/x/deep")
    walk.move("gone", step="both/b/inner/x/deep")
    assert walk.steps == ("both/a/one",)
    assert walk.move("bad").outcome == "refused"
    walk.restart()
    walk.move("gone", step="both/b/inner/x/deep")
    assert walk.move("good").outcome == "withdrawn"


def test_a_branch_past_its_deadline_counts_as_withdrawn() -> None:
    walk = machine(parallel_item(deadline="3 days"))
    walk.miss_deadline("both/a")
    walk.move("good", step="both/a/one").move("good").move("over")
    assert walk.outcome == "withdrawn"
    with pytest.raises(IllegalMove):
        machine(parallel_item()).miss_deadline("both/a")


def test_a_false_trace_is_refused() -> None:
    walk = demo("food_business_licence")
    walk.replay([("apply", "online"), ("verify_online", "accepted")], visits=0)
    for trace, said in [
        ([("apply", "online"), ("check", "accepted")], {}),
        ([("apply", "online"), ("nowhere", "accepted")], {}),
        ([("apply", "online")], {"visits": 1}),
        ([("apply", "online")], {"outcome": "delivered"}),
    ]:
        with pytest.raises(IllegalMove):
            walk.replay(trace, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("lang", ["zh", "both"])
def test_states_and_moves_are_those_of_the_picture(item: ServiceItem, lang: Any) -> None:
    walk, drawn = machine(item), picture(item, lang=lang)
    assert {(m.step, m.move, m.target) for m in walk.every_move} == drawn.moves
    ends = {m.target for m in walk.every_move if "/" not in m.target}
    steps = {s for s in drawn.states if s not in ("delivered", "refused", "withdrawn")}
    assert {m.step for m in walk.every_move} <= steps
    assert drawn.states - steps >= ends - steps
    known = {name.partition("/")[2] for name in walk.get_nested_state_names() if "/" in name}
    assert steps <= known


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_simulated_trace_is_accepted(name: str) -> None:
    system = SYSTEMS[name]
    machines = {key: machine(item) for key, item in system.items.items()}
    cases = 0
    for batch in discrete_event.run(system, seed=5, horizon_days=4):
        for case in batch:
            machines[case.item].replay(case)
            cases += 1
    assert cases > 20


@settings(deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_random_walks_stay_within_the_exact_bounds(seed: int, data: st.DataObject) -> None:
    item = next(iter(random_system(seed).items.values()))
    walk = machine(item)
    for _ in range(200):
        if walk.outcome is not None:
            break
        move = data.draw(st.sampled_from(walk.possible()))
        before = walk.visits
        walk.move(move.move, step=move.step)
        assert walk.visits == before + move.visits
        assert step_at(item.process, tuple(move.step.split("/"))).by in ("applicant", "office")
    greatest = analyse(item).greatest
    assert greatest is None or walk.visits <= greatest
    again = machine(item).replay(walk.moves_made, visits=walk.visits, outcome=walk.outcome)
    assert again.state == walk.state


def test_an_outcome_of_chance_zero_never_happens() -> None:
    item = SYSTEMS["demo_hall"]["food_business_licence"]
    inspect = item.process.steps["inspect"]
    assert isinstance(inspect, OfficeStep)
    never = inspect.outcomes["unfit"].model_copy(update={"chance": 0.0})
    changed = inspect.model_copy(update={"outcomes": {**inspect.outcomes, "unfit": never}})
    process = item.process.model_copy(update={"steps": {**item.process.steps, "inspect": changed}})
    walk = machine(item.model_copy(update={"process": process}))
    walk.move("online").move("accepted").move("passed")
    assert refused(walk, "unfit") == "DS658"
