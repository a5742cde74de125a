"""Scores: weighted means that leave out what is not assessed, by group and department; what a scenario moves."""

from __future__ import annotations

from typing import Any

import pytest

from assessment.catalogue import SCHEME, assessed, city, guides, judgement, system
from depthsim.assessment.score import by_department, moves, score
from depthsim.errors import InputError
from depthsim.model.indicators import Weights
from depthsim.model.scenario import Scenario
from depthsim.verbs.assess import assess


@pytest.fixture(scope="module")
def clean() -> Any:
    return assessed(system(guides(), city()))


def weights(**given: float) -> Weights:
    """Return weights; `C1_1` stands for C1-1."""
    return Weights(id="mine", name="Mine", scheme="fuzhou_2018",
                   weights={k.replace("_", "-"): float(v) for k, v in given.items()})  # type: ignore[arg-type] # fmt: skip


def test_points_follow_the_rules_of_the_scheme(clean: Any) -> None:
    points = {r.code: r.points for r in clean.results}
    assert points["C1-1"] == 100
    assert points["E2-4"] == pytest.approx(57.5)  # 46 of 80
    assert points["E2-5"] == 50  # 1 visit, between 100 at none and 0 at 2
    assert points["E1-2"] == 85  # 3 of 20 days
    assert points["D1-1"] == points["D1-4"] == 62.5
    assert points["E3-1"] is None


def test_groups_are_means_of_what_is_assessed(clean: Any) -> None:
    found = score(clean.results, SCHEME)
    points = {r.code: r.points for r in clean.results}
    e2 = [points[f"E2-{n}"] for n in range(1, 6)]
    assert found.groups["E2"] == pytest.approx(sum(e2) / 5)
    assert found.groups["E"] == pytest.approx((found.groups["E1"] + found.groups["E2"]) / 2)  # type: ignore[operator]
    assert found.groups["E3"] is None
    assert found.total == pytest.approx(sum(found.groups[g] for g in "ABCDE") / 5)  # type: ignore[misc]
    assert set(found.left_out) == {r.code for r in clean.results if r.points is None}
    assert {"C4-4", "E3-1", "E3-2"} <= set(found.left_out)
    assert found.weights is None


def test_weights_count_in_proportion(clean: Any) -> None:
    only = score(clean.results, SCHEME, weights(A=0, B=0, C=0, D=0, E2_4=0, E2_1=0, E2_2=0, E2_3=0, E1=0))
    assert only.total == 50  # E2-5 alone
    heavier = score(clean.results, SCHEME, weights(E2_5=3))
    points = {r.code: r.points for r in clean.results}
    expected = (sum(points[f"E2-{n}"] for n in range(1, 5)) + 3 * 50) / 7
    assert heavier.groups["E2"] == pytest.approx(expected)


def test_a_better_value_never_lowers_the_score(clean: Any) -> None:
    before = score(clean.results, SCHEME)
    every = guides()
    every[0]["handling"], every[0]["promised"] = "immediate", "0 working days"
    after = score(assessed(system(every, city())).results, SCHEME)
    assert after.groups["E2"] > before.groups["E2"]  # type: ignore[operator]


def test_an_entered_finding_joins_the_score() -> None:
    found = score(assessed(system(guides(), city(), [judgement("E3-1", verdict="not_met")])).results, SCHEME)
    assert found.groups["E3"] == 0
    assert "E3-1" not in found.left_out


def test_departments_are_scored_on_their_own_guides() -> None:
    every = guides()
    every[0]["department"] = "archive"
    del every[0]["quota"]
    found = {d.department: d for d in by_department(assessed(system(every, city())))}
    assert {n: d.guides for n, d in found.items()} == {"agency": 3, "archive": 1}
    assert found["agency"].score.total > found["archive"].score.total  # type: ignore[operator]
    assert found["agency"].score.groups["A2"] is None


# ------------------------------------------------------------------------------------------------------ what-if


COURIER = Scenario.model_validate({"id": "s", "name": "s", "reforms": ["result_courier", "online_payment"]})
NOTHING = Scenario.model_validate({"id": "n", "name": "n", "reforms": []})


def test_a_scenario_moves_levels_and_visits_and_leaves_what_is_declared() -> None:
    found = assess(system(guides(), city()), scenario=COURIER)
    moved = {m.before.code: m for m in found.moves}
    assert found.after is not None
    assert {c for c in moved if c[:2] == "D1" or c == "E2-5"}
    assert not {c for c in moved if c.startswith(("A", "B", "C1", "C2", "C4", "C5", "E1"))}
    assert moved["E2-5"].by is not None
    assert moved["E2-5"].by < 0
    assert moved["E2-5"].points is not None
    assert moved["E2-5"].points > 0
    # Declared visits stay as published, so a guide that was right is now contradicted by its process.
    assert moved["C3-3"].by is not None
    assert moved["C3-3"].by < 0
    assert found.after_score is not None
    assert found.after_score.total != found.score.total


def test_no_reform_moves_nothing() -> None:
    found = assess(system(guides(), city()), scenario=NOTHING)
    assert found.moves == ()
    assert moves(found.assessment, found.assessment) == ()


def test_fixes_put_right_what_is_counted_one_by_one() -> None:
    every, inventory = guides(), city()
    del every[0]["quota"]
    inventory["counties"]["east"]["on_platform"] = False
    whole = system(every, inventory)
    found = {m.before.code: m for m in assess(whole, fixes="C1-3").moves}
    assert list(found) == ["C1-3"]
    assert (found["C1-3"].before.value, found["C1-3"].after.value) == (0.75, 1.0)
    assert {m.before.code for m in assess(whole, fixes=["C", "A1"]).moves} == {"A1-3", "C1-3"}
    everything = {m.before.code for m in assess(whole, fixes="all").moves}
    assert {"A1-3", "C1-3"} <= everything
    assert not {c for c in everything if c.startswith(("D1", "E"))}  # measured, not counted
    really = assessed(system(guides(), city()))
    supposed = assess(whole, fixes="all").after
    assert supposed is not None
    for code in ("A1-3", "C1-3", "C1-9"):
        assert (supposed[code].value, supposed[code].points) == (really[code].value, really[code].points)


def test_reforms_and_fixes_go_together() -> None:
    every = guides()
    del every[0]["quota"]
    found = {m.before.code for m in assess(system(every, city()), scenario=COURIER, fixes="C1").moves}
    assert {"C1-3", "E2-5"} <= found


def test_unknown_codes_to_fix_are_refused() -> None:
    with pytest.raises(InputError) as refused:
        assess(system(guides(), city()), fixes="C99")
    assert [f.code for f in refused.value.findings] == ["DS905"]
