"""How checks afterwards, gaps and merged items behave: exact numbers, simulated cases, random processes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depthsim import reforms
from depthsim.analysis.level import classify
from depthsim.analysis.load import offered_loads
from depthsim.analysis.visits import analyse
from depthsim.engines.single_case import machine
from depthsim.files import load_scheme, load_system
from depthsim.measures import Facts, measures_of
from depthsim.measures.elapsed_days import measure as elapsed
from depthsim.model.clock import limit_use
from depthsim.model.level import Level
from depthsim.model.service import ParallelStep, walk_steps
from depthsim.model.system import ServiceSystem
from engines.small_systems import applicant, cases, item, office, system
from reforms.test_properties import any_system, errors

PROMISE = {"roles": ["inspect", "expert_review", "examine", "review", "verify_originals"], "revoked": 0.1}
GAPS = {"share": 0.5, "materials": ["m0"]}
SCHEME = load_scheme("depth_2018")


def licence(**gap: Any) -> ServiceSystem:
    """Return a system with one licence: accepted online, checked on site in six of ten cases, collected by post."""
    steps = {
        "apply": applicant(net={"takes": "20 min", "next": "accept"}),
        "accept": office(
            takes="10 min", role="accept", stage="acceptance",
            outcomes={"ok": {"next": "look"}, "gap": {"next": "mend", "chance": 0.4, "kind": "correction"}},
        ),
        "mend": {**applicant(net={"takes": "5 min", "delay": "3 days", "next": "accept"}), "role": "supplement"},
        "look": office(outcomes={"risky": {"next": "visit", "chance": 0.6}, "plain": {"next": "decide"}}),
        "visit": office(
            role="inspect", takes="60 min", lag="2 working days", special="inspection",
            outcomes={
                "fit": {"next": "decide"},
                "rebuild": {"next": "rebuild", "chance": 0.2, "kind": "correction"},
                "unfit": {"next": "refused", "chance": 0.1, "kind": "refusal"},
            },
        ),
        "rebuild": {**applicant(net={"delay": "5 days", "next": "visit"}), "role": "supplement", "stage": "review"},
        "decide": office(role="approve", stage="approval", next_="close", lag="0.5 working days"),
        "close": office(role="complete", stage="completion", next_="send"),
        "send": {**applicant(letter={"channel": "post", "delay": "1 days"}), "role": "deliver", "stage": "delivery"},
    }  # fmt: skip
    materials = {"form": {"name": "F", "medium": ["electronic"]},
                 "plan": {"name": "P", "medium": ["electronic"], "required": "may_follow"}}  # fmt: skip
    pools = {"desk": {"name": "desk", "kind": "back", "servers": 60}}
    facts = {"fee": "none", "result": {"form": "physical"}, "limits": {"promised": "5 working days"}}
    published = ["guide", "consultation", "complaint", "status_query"]
    return system(item(steps, per_year=6000, materials=materials, published=published, **facts, **gap), pools=pools)


# Notify and commit ---------------------------------------------------------------------------------------------------


def test_as_many_are_checked_afterwards_as_before() -> None:
    before = licence()
    after = reforms.reform(before, "notify_and_commit").system
    old, new = analyse(before["matter"]), analyse(after["matter"])
    assert new.occurrences["notify_and_commit_draw"] == pytest.approx(1.0)
    assert new.moves["notify_and_commit_draw", "checked"] == pytest.approx(0.6)
    assert new.occurrences["visit"] == pytest.approx(old.occurrences["visit"])
    assert new.ends["refused"] == pytest.approx(old.ends["refused"]) == pytest.approx(0.6 * (0.1 + 0.2 * 0.125))


def test_the_simulation_finds_the_same_shares_and_the_result_is_in_hand_before_the_check() -> None:
    after = reforms.reform(licence(), "notify_and_commit", checked=0.5, revoked=0.3).system
    exact = analyse(after["matter"]).ends["refused"]
    assert exact == pytest.approx(0.5 * 0.3 / (1 - 0.7 * 0.2 / 0.9))  # some mend first, once
    found = cases(after, days=365, seed=4)
    refused = sum(case.outcome == "refused" for case in found) / len(found)
    error = math.sqrt(exact * (1 - exact) / len(found))
    assert abs(refused - exact) <= 4 * error
    checked = [case for case in found if case.rows[-1].role == "inspect" and case.rows[-1].step == "visit"]
    assert checked
    facts = Facts(after)
    for case in checked[:200]:
        in_hand = next(row.end for row in case.rows if row.step == "send")
        assert elapsed.of(case, facts) == in_hand - case.arrival
        assert case.end > in_hand
        use = limit_use(case, after["matter"], after)
        assert use is not None
        assert use.on_time_promised


def test_the_clock_ends_before_the_check() -> None:
    before, after = licence(), reforms.reform(licence(), "notify_and_commit").system

    def used(of: ServiceSystem) -> float:
        days = [use.working_days for c in cases(of, 200) if (use := limit_use(c, of["matter"], of)) is not None]
        return float(np.mean(days))

    assert used(after) < used(before) - 1


def test_traces_are_legal() -> None:
    for name, values in (("notify_and_commit", {"revoked": 0.2}), ("accept_with_gaps", {"share": 0.8})):
        after = reforms.reform(licence(), name, **values)["matter"]
        legal = machine(after)
        for case in cases(reforms.reform(licence(), name, **values).system, days=20):
            legal.replay(case)


# Accept with gaps ----------------------------------------------------------------------------------------------------


def test_gaps_are_the_given_share_of_corrections() -> None:
    after = analyse(reforms.reform(licence(), "accept_with_gaps", share=0.25)["matter"])
    first = after.moves["accept", "accepted_with_gaps"]
    assert after.moves["accept", "gap"] == pytest.approx(0.3)
    assert first == pytest.approx(0.1 + 0.3 * 0.1 / 0.7)
    everything = analyse(reforms.reform(licence(), "accept_with_gaps", share=1.0)["matter"])
    assert ("accept", "gap") not in everything.moves
    assert everything.moves["accept", "accepted_with_gaps"] == pytest.approx(0.4)


@pytest.mark.parametrize(("delay", "withdrawn"), [("1 days", False), ("30 days", True)])
def test_who_misses_the_deadline_is_withdrawn(delay: str, withdrawn: bool) -> None:
    after = reforms.reform(licence(), "accept_with_gaps", share=1.0, delay=delay).system
    gaps = [c for c in cases(after, days=120) if any(r.outcome == "accepted_with_gaps" for r in c.rows)]
    assert len(gaps) > 100
    ends = {c.outcome for c in gaps}
    assert ("delivered" in ends) is not withdrawn
    assert ("withdrawn" in ends) is withdrawn


def test_the_review_does_not_wait_for_the_missing_paper() -> None:
    after = reforms.reform(licence(), "accept_with_gaps", share=1.0, delay="2 days").system
    for case in cases(after, days=60):
        rows = {row.step: row for row in case.rows if not row.occurrence}
        if "accept_with_gaps_review" in rows:
            joint = rows["accept_with_gaps_review"]
            assert rows["accept_with_gaps_review/review/look"].entered == joint.entered
            assert rows["accept_with_gaps_review/gaps/supplement"].entered == joint.entered


def test_the_deadline_is_never_later_than_the_promise() -> None:
    def deadline(of: ServiceSystem) -> str:
        steps = dict(walk_steps(of["matter"].process))
        joint = steps["accept_with_gaps_review",]
        assert isinstance(joint, ParallelStep)
        return str(joint.branches["gaps"].deadline)

    assert deadline(reforms.reform(licence(), "accept_with_gaps").system) == "5 working days"
    assert deadline(reforms.reform(licence(), "accept_with_gaps", deadline="3 days").system) == "3 days"
    late = reforms.reform(licence(), "accept_with_gaps", deadline="8 days")
    assert deadline(late.system) == "5 working days"
    assert [f.code for f in late.findings] == ["DS587"]


# One matter ----------------------------------------------------------------------------------------------------------


def pair() -> reforms.Reformed:
    chosen = {"id": ["company_registration", "food_business_licence"]}
    return reforms.reform(load_system("fuzhou").system, "one_matter", items=chosen, share=0.25, id="open_a_shop")


def test_cases_move_from_the_separate_items_to_the_merged_one() -> None:
    before, after = load_system("fuzhou").system, pair()
    moved = 0.25 * 7200
    demand = {name: one.demand.per_year for name, one in after.system.items.items() if one.demand}
    assert demand["open_a_shop"] == moved
    for name in ("company_registration", "food_business_licence"):
        was = before[name].demand
        assert was is not None
        assert demand[name] == was.per_year - moved
    assert after["open_a_shop"].replaces == ("company_registration", "food_business_licence")
    assert {f.code for f in after.findings} == {"DS591"}


def test_one_matter_saves_visits_windows_and_form_filling_but_no_review() -> None:
    before, after = load_system("fuzhou").system, pair()
    shop = analyse(after["open_a_shop"])
    apart = [analyse(before[name]) for name in after["open_a_shop"].replaces]
    assert shop.required == 0
    assert shop.expected < sum(v.expected for v in apart)
    assert classify(after["open_a_shop"], SCHEME, before.published).level is Level.IV
    was, now = offered_loads(before), offered_loads(after.system)
    assert now["market_windows"] < was["market_windows"]
    assert now["market_inspectors"] == pytest.approx(was["market_inspectors"], rel=0.02)


def test_one_matter_of_everything_leaves_no_separate_case() -> None:
    chosen = {"id": ["company_registration", "food_business_licence"]}
    after = reforms.reform(load_system("fuzhou").system, "one_matter", items=chosen, share=1.0).system
    rest = after["food_business_licence"].demand
    assert rest is not None
    assert rest.per_year == 0
    assert measures_of(after)
    small = after.with_items({i: after[i] for i in ("food_business_licence", "company_registration_one_matter")})
    assert {case.item for case in cases(small, days=10)} == {"company_registration_one_matter"}


# Random processes ----------------------------------------------------------------------------------------------------


def worked(name: str, given_: dict[str, Any], seed: int) -> bool:
    """Return whether a reform changed a random system, with soundness, chances and level kept."""
    before = any_system(seed)
    if errors(before):
        return False
    after = reforms.reform(before, name, **given_)
    assert not errors(after.system)
    if after.system == before:
        assert after.findings
        return False
    old, new = before["item"], after["item"]
    ends = analyse(new).ends
    assert sum(ends.values()) == pytest.approx(1.0)
    levels = [classify(one, SCHEME, before.published).level for one in (old, new)]
    assert levels[1] >= levels[0]
    required = [math.inf if v is None else v for v in (analyse(old).required, analyse(new).required)]
    assert required[1] <= required[0]
    return True


@pytest.mark.parametrize(("name", "given_"), [("notify_and_commit", PROMISE), ("accept_with_gaps", GAPS)])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 100_000))
def test_nothing_gets_worse_on_random_processes(name: str, given_: dict[str, Any], seed: int) -> None:
    worked(name, given_, seed)


def test_the_random_processes_are_no_empty_test() -> None:
    for name, given_ in (("notify_and_commit", PROMISE), ("accept_with_gaps", GAPS)):
        assert sum(worked(name, given_, seed) for seed in range(300)) >= 10, name


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seeds=st.tuples(st.integers(0, 100_000), st.integers(0, 100_000)))
def test_two_random_items_merge_soundly_or_are_left_alone(seeds: tuple[int, int]) -> None:
    first, second = any_system(seeds[0]), any_system(seeds[1])
    items = {"item": first["item"], "other": second["item"].model_copy(update={"id": "other"})}
    both = first.with_items(items)
    if errors(both):
        return
    after = reforms.reform(both, "one_matter")
    assert not errors(after.system)
    assert after.findings
    if "item_one_matter" in after.system.items:
        assert sum(analyse(after["item_one_matter"]).ends.values()) == pytest.approx(1.0)
