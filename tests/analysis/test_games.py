"""Properties of the games, and the small cases on which their definitions turn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.analysis import soundness
from depthsim.analysis.visits import analyse
from depthsim.errors import InputError
from depthsim.model.service import ServiceItem
from tests.random_items import random_item


def item(steps: dict[str, Any], start: str = "apply") -> ServiceItem:
    return ServiceItem.model_validate(
        {
            "id": "item",
            "name": "item",
            "kind": "licence",
            "handling": "committed",
            "process": {"start": start, "steps": steps},
        }
    )


def office(**outcomes: Any) -> dict[str, Any]:
    return {"role": "review", "stage": "review", "by": "office", "pool": "office", "outcomes": outcomes}


def applicant(choose: str = "as_before", **options: Any) -> dict[str, Any]:
    return {"role": "submit", "stage": "preparation", "by": "applicant", "options": options, "choose": choose}


WINDOW = {"channel": "window", "at": "hall"}
ONLINE = {"channel": "online"}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6))
def test_numbers_are_in_order(seed: int) -> None:
    visits = analyse(random_item(seed, blocks=4 + seed % 4))
    infinite = float("inf")
    required = infinite if visits.required is None else visits.required
    greatest = infinite if visits.greatest is None else visits.greatest
    assert visits.least is not None
    assert visits.least <= required <= greatest
    assert visits.expected <= greatest + 1e-9
    assert sum(visits.distribution.values()) == pytest.approx(1, abs=1e-9)
    assert sum(visits.ends.values()) == pytest.approx(1, abs=1e-9)
    assert sum(r.expected for r in visits.reasons) == pytest.approx(visits.expected, abs=1e-9)


def test_a_loop_that_only_the_office_can_prolong_costs_nothing() -> None:
    visits = analyse(
        item(
            {
                "apply": applicant(w=WINDOW | {"next": "check"}),
                "check": office(again={"next": "check", "chance": 0.5}, ok={"next": "delivered"}),
            }
        )
    )
    assert (visits.least, visits.required, visits.greatest) == (1, 1, 1)


def test_nobody_saves_visits_by_never_finishing() -> None:
    visits = analyse(
        item(
            {
                "apply": applicant("anew", online=ONLINE | {"next": "check"}, window=WINDOW | {"next": "delivered"}),
                "check": office(back={"next": "apply"}),
            }
        )
    )
    assert (visits.least, visits.required) == (1, 1)


def test_a_loop_that_costs_visits_makes_required_infinite() -> None:
    visits = analyse(
        item(
            {
                "apply": applicant(window=WINDOW | {"next": "check"}),
                "check": office(again={"next": "apply", "chance": 0.3}, ok={"next": "delivered"}),
            }
        )
    )
    assert visits.least == 1
    assert visits.required is None
    assert visits.greatest is None
    assert visits.expected == pytest.approx(1 / 0.7)
    assert visits.distribution[2] == pytest.approx(0.3 * 0.7)
    assert [f.code for f in visits.findings] == ["DS205"]


def test_two_steps_in_a_row_at_one_place_are_one_visit_and_at_two_places_two() -> None:
    def by(second: str, **more: Any) -> int | None:
        steps = {
            "apply": applicant(w=WINDOW | {"next": "pay"}),
            "pay": applicant(w={"channel": "window", "at": second, "next": "delivered", **more}),
        }
        return analyse(item(steps)).required

    assert by("hall") == 1
    assert by("bank") == 2
    assert by("hall", delay="1 days") == 2


def test_an_exception_ends_presence_unless_on_the_spot() -> None:
    def greatest(*, on_the_spot: bool) -> int | None:
        check = office(
            ok={"next": "delivered"},
            fix={"next": "apply", "chance": 0.2, "kind": "correction", "on_the_spot": on_the_spot},
        )
        steps = {"apply": applicant(w=WINDOW | {"next": "check"}), "check": check | {"applicant": "waits"}}
        return analyse(item(steps)).greatest

    assert greatest(on_the_spot=True) == 1
    assert greatest(on_the_spot=False) == 2


def test_an_applicant_who_returns_chooses_as_before() -> None:
    def steps(choose: str) -> dict[str, Any]:
        return {
            "apply": applicant(choose, online=ONLINE | {"next": "check"}, window=WINDOW | {"next": "check"}),
            "check": office(ok={"next": "delivered"}, fix={"next": "apply", "chance": 0.5, "kind": "correction"}),
        }

    assert analyse(item(steps("as_before"))).distribution == pytest.approx({0: 0.5, 1: 0.25, 2: 0.25})
    assert analyse(item(steps("anew"))).distribution == pytest.approx({0: 0.25 + 0.125, 1: 0.25 + 0.25, 2: 0.125})


def test_used_up_corrections_leave_their_chance_to_the_others_in_proportion() -> None:
    check = office(
        fix={"next": "apply", "chance": 0.5, "kind": "correction"},
        no={"next": "refused", "chance": 0.1, "kind": "refusal"},
        ok={"next": "delivered"},
    )
    visits = analyse(item({"apply": applicant(o=ONLINE | {"next": "check"}), "check": check}))
    assert visits.ends["refused"] == pytest.approx(0.1 + 0.5 * 0.2)
    assert visits.corrections == pytest.approx(0.5)


def test_branches_that_a_case_meets_again_remember_their_corrections() -> None:
    branch = {
        "start": "look",
        "steps": {
            "look": office(ok={"next": "done"}, fix={"next": "come", "chance": 0.5, "kind": "correction"}),
            "come": applicant(w=WINDOW | {"next": "look"}),
        },
    }
    steps = {
        "joint": {
            "role": "countersign",
            "stage": "review",
            "by": "parallel",
            "branches": {"a": branch},
            "next": "decide",
        },
        "decide": office(ok={"next": "delivered"}, back={"next": "joint", "chance": 0.5, "kind": "correction"}),
    }
    visits = analyse(item(steps, start="joint"))
    # the branch's correction befalls a case once in all: at the first round (1/2), or else at the second (1/2 * 1/2)
    assert visits.distribution == pytest.approx({0: 0.375, 1: 0.625})
    assert visits.greatest == 1


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ({"fix": {"next": "apply", "kind": "correction"}}, "DS202"),
        ({"again": {"next": "check"}}, "DS202"),
        ({"no": {"next": "refused", "kind": "refusal"}}, "DS203"),
    ],
)
def test_cases_without_an_end_or_a_delivery_are_errors(outcomes: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        analyse(item({"apply": applicant(o=ONLINE | {"next": "check"}), "check": office(**outcomes)}))
    assert [f.code for f in caught.value.findings] == [code]


def test_a_process_with_too_many_positions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depthsim.analysis.graph.MOST_POSITIONS", 3)
    with pytest.raises(InputError) as caught:
        analyse(random_item(987_654, blocks=7))
    assert [f.code for f in caught.value.findings] == ["DS219"]


def test_a_step_without_an_outcome_left_is_named() -> None:
    check = office(fix={"next": "apply", "kind": "correction", "chance": 1}, ok={"next": "delivered", "chance": 0})
    stuck = item({"apply": applicant(o=ONLINE | {"next": "check"}), "check": check})
    assert [f.code for f in soundness.findings(stuck) if f.severity == "error"] == ["DS204"]
