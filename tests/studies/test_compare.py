"""Scenarios paired by case."""

from __future__ import annotations

import io
import warnings

import numpy as np
import pytest

from depthsim.engines import compiled
from depthsim.errors import InputError, UsageError
from depthsim.model.scenario import BASELINE, Scenario
from depthsim.studies.pairs import CaseValues, pair
from depthsim.studies.sums import AddDifferences, add_differences
from depthsim.texts import Lang
from depthsim.verbs.compare import Comparison, compare
from reference_hall import hall, permit, register

COURIER = Scenario.model_validate(
    {
        "id": "courier",
        "name": "Courier",
        "reforms": [{"result_courier": {"items": "all", "uptake": 0.9, "delay": "2 days", "postage": "12 CNY"}}],
    }
)


@pytest.fixture(scope="module")
def courier() -> Comparison:
    return compare(hall(), COURIER, replications=4, seed=2, horizon_days=60)


def test_a_scenario_compared_with_itself_differs_by_exactly_nothing() -> None:
    study = compare(hall(), [COURIER, COURIER.model_copy(update={"id": "again"})], replications=2, horizon_days=20)
    again = study["again"].study
    assert again.pairs == again.summary.cases > 0
    for found in again.difference.values():
        assert found.mean == 0.0
        assert found.ci95 == (0.0, 0.0)
        assert found.improved == found.worsened == 0.0


def test_a_single_scenario_is_compared_with_the_baseline(courier: Comparison) -> None:
    assert [s.scenario.id for s in courier.scenarios] == ["baseline", "courier"]
    assert courier.reference.study.difference["visits"].mean == 0.0


def test_differences_hold_what_theory_says(courier: Comparison) -> None:
    visits = courier["courier"].study.difference["visits"]
    assert visits.exact is not None
    assert visits.exact < 0
    assert visits.ci95 is not None
    assert visits.ci95[0] <= visits.exact <= visits.ci95[1]
    assert visits.worsened == 0.0
    assert visits.improved is not None
    assert visits.improved > 0
    assert visits.per_year == pytest.approx((visits.mean or 0) * 2400)


def test_pairing_is_sharper_than_two_samples(courier: Comparison) -> None:
    """The interval of the difference is at most half as wide as that of unpaired means would be."""
    found = courier["courier"].study
    paired = found.difference["visits"].ci95
    before, after = (s.study.summary.totals["visits"].ci95 for s in courier.scenarios)
    assert paired is not None
    assert before is not None
    assert after is not None
    unpaired = np.hypot(before[1] - before[0], after[1] - after[0])
    assert paired[1] - paired[0] < unpaired / 2


def test_a_reform_leaves_alone_whom_it_does_not_touch(courier: Comparison) -> None:
    """The register shares no pool with the permit and has no result to send: not one case changes."""
    register_ = courier["courier"].study.items["register"]
    assert {d.improved for d in register_.values()} <= {0.0, None}
    assert {d.worsened for d in register_.values()} <= {0.0, None}


@pytest.mark.parametrize("adding", [add_differences, compiled.adding()[2]], ids=["numpy", "machine code"])
def test_cases_without_a_partner_are_counted_and_left_out(adding: AddDifferences) -> None:
    a = CaseValues(("x",), np.array([0, 0, 0]), np.array([2, 1, 3]), np.array([[2.0, 1.0, np.nan]]))
    b = CaseValues(("y", "x"), np.array([1, 0, 1, 1]), np.array([2, 1, 5, 3]), np.array([[5.0, 1.0, 9.0, 1.0]]))
    found = pair(a, b, [(0, 0)], adding)
    x = found["x"]
    assert (x.pairs, x.only_reference, x.only_here) == (2, 1, 1)
    assert (x.sums[0].cases, x.sums[0].total, x.sums[0].less, x.sums[0].more) == (1, 3 << 20, 0, 1)
    assert (found["y"].pairs, found["y"].only_here) == (0, 1)


def test_one_replication_has_differences_without_intervals() -> None:
    study = compare(hall(), COURIER, replications=1, horizon_days=10)
    visits = study["courier"].study.difference["visits"]
    assert visits.mean is not None
    assert visits.ci95 is None


def test_two_processes_give_the_same_result(courier: Comparison) -> None:
    again = compare(hall(), COURIER, replications=4, seed=2, horizon_days=60, jobs=2)
    assert again.to_json() == courier.to_json()


def test_the_json_has_the_promised_shape(courier: Comparison) -> None:
    document = courier.to_json("zh")
    assert [s["scenario"] for s in document["scenarios"]] == ["baseline", "courier"]
    second = document["scenarios"][1]
    assert {"totals", "items", "pools", "difference", "findings"} <= set(second)
    visits = second["difference"]["visits"]
    assert {"mean", "ci95", "per_year", "exact"} <= set(visits)
    assert len(visits["ci95"]) == 2
    assert {"mean", "ci95", "sum", "exact"} <= set(second["totals"]["visits"])
    assert "exact" not in second["totals"]["waiting_minutes"]
    assert second["items"][0]["difference"]["visits"]["mean"] < 0


def test_the_table_has_one_row_a_scenario_item_and_measure(courier: Comparison) -> None:
    rows = courier.table()
    measures = len(courier.reference.study.difference)
    assert len(rows) == 2 * (1 + 2) * measures
    assert {row["item"] for row in rows} == {None, "permit", "register"}


def test_scenarios_that_disagree_say_so() -> None:
    long, short = (BASELINE.model_copy(update={"id": f"h{h}", "horizon": float(h)}) for h in (5, 6))
    study = compare(hall(register()), [long, short], replications=1)
    assert study.how.horizon_days == 5
    assert [f.code for f in study.findings] == ["DS616"]
    assert not compare(hall(register()), [long, short], replications=1, horizon_days=4).findings


def test_no_scenario_is_wrong_usage() -> None:
    with pytest.raises(UsageError) as refused:
        compare(hall(permit()), [])
    assert [f.code for f in refused.value.findings] == ["DS615"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_figure_shows_every_scenario_but_the_reference(courier: Comparison, lang: Lang) -> None:
    figure = courier.plot(lang=lang)
    labels = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert labels == ["Courier"]
    assert len(figure.axes) == 3
    picture = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing character is a warning
        figure.savefig(picture, format="png")
    assert picture.getvalue().startswith(b"\x89PNG")
    with pytest.raises(InputError):
        courier.plot(["visit"])
