"""Many questions put together give what each by itself gives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.analysis.chain import absorb
from depthsim.analysis.flows import expected_visits, flows
from depthsim.analysis.graph import positions
from depthsim.analysis.visits import analyse
from depthsim.errors import InputError
from depthsim.files import load_system, read_scenario
from depthsim.model.scenario import BASELINE, Scenario
from depthsim.model.system import ServiceSystem
from depthsim.studies.sensitivity import Alternative, ExactModel, answering, parameters_of
from depthsim.studies.sensitivity.answering import one, together
from depthsim.studies.sensitivity.inputs import Inputs
from depthsim.studies.sensitivity.many import Many, OneAlone, Parted


def many(*values: float) -> Any:
    return Many(np.array(values))


def test_a_number_that_stands_for_many_computes_as_each_of_them() -> None:
    x = many(0.25, 0.5)
    assert ((1 - x) / 2 + x * x).each.tolist() == [0.375 + 0.0625, 0.25 + 0.25]
    assert (-x + abs(-x) - 0.0).each.tolist() == [0.0, 0.0]
    assert sum([x, 1.0, x]).each.tolist() == [1.5, 2.0]  # type: ignore[union-attr]
    assert (2 / x).each.tolist() == [8.0, 4.0]
    assert round(many(1.26, 2.34), 1).each.tolist() == [1.3, 2.3]
    assert math.ceil(many(1.2, 2.0)).each.tolist() == [2.0, 2.0]  # type: ignore[attr-defined]


def test_a_comparison_holds_for_all_for_none_or_parts_them() -> None:
    x = many(0.25, 0.5)
    assert x > 0
    assert not x > 1
    assert min(1.0, max(0.0, x)) is x
    assert x != 0.75
    with pytest.raises(Parted) as parted:
        assert x >= 0.5
    assert parted.value.holds.tolist() == [False, True]
    with pytest.raises(Parted):
        assert many(0.0, 1.0)


@pytest.mark.parametrize("plain", [float, int, math.floor, math.exp, lambda x: math.fsum([x]), lambda x: [0, 1][x]])
def test_where_one_plain_number_is_wanted_it_refuses(plain: Any) -> None:
    with pytest.raises(TypeError):
        plain(many(1.0, 2.0))
    assert issubclass(OneAlone, TypeError)


def test_flows_are_what_the_chain_gives() -> None:
    for item in load_system("fuzhou").system.items.values():
        graph = positions(item)
        assert flows(graph) == pytest.approx(absorb(graph).times, abs=1e-12)
        assert expected_visits(item) == pytest.approx(analyse(item).expected)


def looped(chance: float) -> dict[str, Any]:
    """Two steps that send a case to each other, and one that sends it to itself."""
    again = {"next": "check", "chance": chance}
    return {
        "schema": "depthsim/service/1", "id": "x", "name": "X", "kind": "licence", "handling": "committed",
        "process": {
            "start": "apply",
            "steps": {
                "apply": {
                    "role": "submit", "stage": "preparation", "by": "applicant", "choose": "anew",
                    "options": {
                        "net": {"channel": "online", "next": "check", "uptake": 0.5},
                        "hall": {"channel": "window", "at": "hall", "next": "check"},
                    },
                },
                "check": {
                    "role": "accept", "stage": "acceptance", "by": "office", "pool": "desk",
                    "outcomes": {"fine": {"next": "delivered"}, "back": {"next": "apply", "chance": 0.2}, "on": again},
                },
            },
        },
    }  # fmt: skip


@settings(max_examples=30)
@given(st.floats(0.0, 0.7))
def test_loops_are_solved(chance: float) -> None:
    from depthsim.model.service import ServiceItem

    item = ServiceItem.model_validate(looped(chance))
    assert expected_visits(item) == pytest.approx(0.5 / (1 - 0.2 / (1 - chance)))


def rows_of(model: ExactModel, number: int) -> Any:
    """Return drawn rows, and for a third of the numbers the assumptions themselves: comparisons come out otherwise."""
    rng = np.random.default_rng(7)
    low, high = (np.array([getattr(p, end) for p in model.parameters]) for end in ("low", "high"))
    rows = low + rng.random((number, len(low))) * (high - low)
    return np.where(rng.random(rows.shape) < 1 / 3, np.array(model.nominal), rows)


@pytest.mark.parametrize("measure", ["visits", "active_minutes"])
@pytest.mark.parametrize("name", ["full_package", "one_window", "faster"])
def test_together_is_one_by_one(name: str, measure: Any) -> None:
    whole = load_system("fuzhou").system
    names = ("public_place_hygiene", "food_business_licence", "real_estate_transfer", "residence_permit")
    system = whole.with_items({n: whole[n] for n in names}).model_copy(
        update={"omitted": tuple(n for n in whole.items if n not in names)}
    )
    scenario = read_scenario(name).scenario
    alternatives = [Alternative(name, scenario, tuple(range(len(scenario.reforms))))]
    alternatives += [Alternative(str(n), scenario, (n,)) for n in range(len(scenario.reforms))]
    parameters, _ = parameters_of(system, [BASELINE, scenario], measure)
    model = ExactModel(system, BASELINE, alternatives, parameters, measure)
    rows = rows_of(model, 8)
    found = model.answers(rows)
    for row, answers in zip(rows, found, strict=True):
        inputs, every = Inputs(system, [BASELINE, scenario], parameters), model._alternatives
        slow = sum(one(inputs, (n,), every, measure, row.tolist()) for n in names)
        assert answers == pytest.approx((slow - slow[0])[1:], rel=1e-9, abs=1e-6)
    assert model.headline(rows) == pytest.approx(found[:, 0])


def town(**extra: Any) -> ServiceSystem:
    from depthsim.model.service import ServiceItem

    item = looped(0.1) | {"demand": {"per_year": 100, "assumption": "guess"}}
    item["process"]["steps"]["check"]["assumption"] = "guess"
    return ServiceSystem.model_validate(
        {
            "schema": "depthsim/system/1", "id": "town", "name": "Town", "places": {"hall": {"name": "Hall"}},
            "pools": {"desk": {"name": "Desk", "kind": "back", "servers": 2}},
            "items": {"x": ServiceItem.model_validate(item)}, **extra,
        }
    )  # fmt: skip


def more_online(share: float = 0.8) -> Scenario:
    use = {"uptake": {"items": "all", "role": "submit", "channel": "online", "share": share}}
    return Scenario.model_validate({"id": "s", "name": "S", "assumption": "guess", "reforms": [use]})


def inputs_of(system: ServiceSystem, scenario: Scenario) -> tuple[Inputs, list[Alternative]]:
    parameters, _ = parameters_of(system, [BASELINE, scenario], "visits")
    alternatives = [Alternative("", BASELINE, ()), Alternative("s", scenario, (0,))]
    return Inputs(system, [BASELINE, scenario], parameters), alternatives


def test_segments_that_are_assumptions_are_put_together_too(monkeypatch: pytest.MonkeyPatch) -> None:
    segments = {
        "old": {"name": "Old", "share": 0.3, "uptake": {"online": 0.4}, "travel": 1.5, "assumption": "guess"},
        "others": {"name": "Others"},
    }
    inputs, alternatives = inputs_of(town(applicants={"segments": segments}), more_online())
    values = np.array([[p.low + u * (p.high - p.low) for p in inputs.parameters] for u in (0.1, 0.45, 0.8)])
    slow = [one(inputs, ("x",), alternatives, "active_minutes", row) for row in values.tolist()]
    together_with: list[int] = []
    under = answering._Batch.under

    def counted(self: Any, alternative: Alternative, some: Any) -> Any:
        found = under(self, alternative, some)
        together_with.append(len(some))
        return found

    monkeypatch.setattr(answering._Batch, "under", counted)
    assert together(inputs, ("x",), alternatives, "active_minutes", values) == pytest.approx(np.array(slow))
    assert together_with == [3, 3]


def test_questions_that_make_no_sense_are_marked_and_the_others_answered() -> None:
    inputs, alternatives = inputs_of(town(), more_online())
    values = np.array([[p.value for p in inputs.parameters]] * 3)
    share = next(n for n, p in enumerate(inputs.parameters) if p.path[-1] == "share")
    values[:, share] = (0.6, 1.4, 0.9)
    found = together(inputs, ("x",), alternatives, "visits", values)
    assert np.isnan(found[:, 1]).tolist() == [False, True, False]
    for n in (0, 2):
        assert found[n] == pytest.approx(one(inputs, ("x",), alternatives, "visits", values[n].tolist()))
    model = ExactModel(town(), BASELINE, alternatives[1:], inputs.parameters, "visits")
    with pytest.raises(InputError):
        model.answer(values[1].tolist())
    assert model.headline(values)[1] == pytest.approx(model.answer(model.nominal)[0])


def test_a_result_that_differs_from_one_by_one_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that asks for the type of a number, say, could go another way with many."""
    inputs, alternatives = inputs_of(town(), more_online())
    values = np.array([[p.low for p in inputs.parameters], [p.high for p in inputs.parameters]])
    right = together(inputs, ("x",), alternatives, "visits", values)
    monkeypatch.setattr(answering._Batch, "under", lambda _self, _a, some: np.full(len(some), 5.0))
    assert together(inputs, ("x",), alternatives, "visits", values) == pytest.approx(right)
