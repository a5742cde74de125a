"""Precision on demand, savings by common luck, simultaneous intervals, and the first days of a run."""

from __future__ import annotations

import math

import pytest

from depthsim.errors import UsageError
from depthsim.model.scenario import Scenario
from depthsim.studies.precision import Reached, judge, next_count, share_of
from depthsim.studies.statistics import t_quantile
from depthsim.studies.tally import DayTally, Tally
from depthsim.studies.warm_up import warming_up
from depthsim.verbs.compare import Comparison, compare
from depthsim.verbs.simulate import simulate
from reference_hall import hall

UNREACHABLE = 0.000001


def courier(uptake: float = 0.9, name: str = "courier") -> Scenario:
    reform = {"result_courier": {"items": "all", "uptake": uptake, "delay": "2 days", "postage": "12 CNY"}}
    return Scenario.model_validate({"id": name, "name": name, "reforms": [reform]})


@pytest.mark.parametrize(("given", "share"), [("2%", 0.02), (" 0.5 % ", 0.005), (0.02, 0.02), ("3％", 0.03)])
def test_shares(given: float | str, share: float) -> None:
    assert share_of(given) == pytest.approx(share)


@pytest.mark.parametrize("given", ["0%", "100%", 1, -0.1, "a lot", "", "nan", "2%%"])
def test_what_is_no_share_is_refused(given: float | str) -> None:
    with pytest.raises(UsageError) as refused:
        share_of(given)
    assert refused.value.findings[0].code == "DS630"


def test_the_yardstick_is_the_difference_where_it_is_told_from_nothing() -> None:
    found = judge(0.02, 10, -0.5, (-0.52, -0.48), (1.0, 0.5))
    assert found.yardstick == "difference"
    assert found.relative == pytest.approx(0.04)
    assert not found.reached
    assert found.replications == 40
    assert judge(0.04, 10, -0.5, (-0.52, -0.4800001), (1.0, 0.5)).reached


def test_the_yardstick_is_the_mean_where_the_difference_may_be_nothing() -> None:
    found = judge(0.02, 10, 0.01, (-0.01, 0.03), (2.0, 2.01))
    assert found.yardstick == "mean"
    assert found.relative == pytest.approx(0.02 / 2.01)
    assert found.reached


def test_no_interval_no_precision_and_a_difference_without_spread_is_exact() -> None:
    assert not judge(0.02, 1, 0.1, None, (1.0, 1.1)).reached
    assert judge(0.02, 2, 0.0, (0.0, 0.0), (0.0, 0.0)).reached
    assert judge(0.02, 2, 0.0, (-1.0, 1.0), (0.0, 0.0)) == Reached(1.0, "mean", None, False, None)


def test_blocks_grow_by_what_is_missing_and_at_most_double() -> None:
    def missing(n: int) -> Reached:
        return Reached(1.0, "difference", 1.0, False, n)

    assert next_count(10, 100, [missing(12)]) == 14
    assert next_count(10, 100, [missing(12), missing(500)]) == 20
    assert next_count(60, 100, [missing(500)]) == 100
    assert next_count(10, 100, [Reached(1.0, "mean", None, False, None)]) == 20


@pytest.fixture(scope="module")
def precise() -> Comparison:
    return compare(hall(), courier(), replications=3, precision="25%", most_replications=30, seed=2, horizon_days=20)


def test_replications_are_added_until_every_difference_is_precise(precise: Comparison) -> None:
    outcome = precise.study.precision
    assert outcome is not None
    assert outcome.blocks[0] == 3
    assert outcome.blocks[-1] == precise.study.replications
    found = [d.precision for d in precise.scenarios[1].study.difference.values() if d.mean is not None]
    if outcome.stopped == "reached":
        assert all(p is not None and p.reached for p in found)
    for name, d in precise.scenarios[1].study.difference.items():
        if d.mean is None:
            continue
        assert d.precision is not None, name
        assert d.ci95 is not None
        assert d.precision.half_width == pytest.approx((d.ci95[1] - d.ci95[0]) / 2)


def test_the_same_seed_gives_the_same_blocks_and_any_jobs_do(precise: Comparison) -> None:
    again = compare(
        hall(), courier(), replications=3, precision=0.25, most_replications=30, seed=2, horizon_days=20, jobs=2
    )
    assert again.to_json() == precise.to_json()


def test_a_precise_result_is_that_of_as_many_replications_at_once(precise: Comparison) -> None:
    plain = compare(hall(), courier(), replications=precise.study.replications, seed=2, horizon_days=20)
    for one, other in zip(plain.table(), precise.table(), strict=True):
        assert one == other


def test_a_limit_of_replications_says_what_was_not_reached() -> None:
    found = compare(
        hall(), courier(), replications=2, precision=UNREACHABLE, most_replications=4, seed=2, horizon_days=5
    )
    document = found.to_json()["precision"]
    assert document["stopped"] == "replications"
    assert document["blocks"] == [2, 4]
    assert found.study.replications == 4
    missed = {m["measure"]: m for m in document["not_reached"]}
    assert missed["visits"]["replications_needed"] > 4
    assert missed["visits"]["scenario"] == "courier"
    assert "external_days" not in missed or missed["external_days"]["relative"] is not None


def test_a_limit_of_time_ends_after_the_replication_under_way() -> None:
    found = compare(
        hall(), courier(), replications=10, precision=UNREACHABLE, most_seconds=0.000001, seed=2, horizon_days=5
    )
    assert found.study.precision is not None
    assert found.study.precision.stopped == "time"
    assert found.study.replications == 2


def test_equal_scenarios_are_precise_at_once() -> None:
    found = compare(hall(), [courier(), courier(name="again")], replications=2, precision=0.01, seed=2, horizon_days=5)
    assert found.study.precision is not None
    assert found.study.precision.stopped == "reached"
    assert found.study.replications == 2


@pytest.mark.parametrize(("most", "seconds"), [(1, None), (10, 0.0), (10, math.nan)])
def test_limits_that_make_no_sense_are_refused(most: int, seconds: float | None) -> None:
    with pytest.raises(UsageError):
        compare(hall(), courier(), precision=0.02, most_replications=most, most_seconds=seconds)


def test_savings_are_the_ratio_of_variances() -> None:
    found = compare(hall(), courier(), replications=6, seed=2, horizon_days=30)
    other = found.scenarios[1].study
    d = other.difference["visits"]
    before, after = (s.study.summary.totals["visits"].ci95 for s in found.scenarios)
    assert d.ci95 is not None
    assert before is not None
    assert after is not None
    independent = (before[1] - before[0]) ** 2 + (after[1] - after[0]) ** 2
    assert d.savings == pytest.approx(independent / (d.ci95[1] - d.ci95[0]) ** 2)
    assert d.savings is not None
    assert d.savings > 1
    assert other.difference["form_minutes"].savings is None  # no case changes


def test_several_scenarios_carry_simultaneous_intervals() -> None:
    scenarios = [Scenario(id="nothing", name={"zh": "无", "en": "none"}, reforms=()), courier(0.6, "few"), courier()]
    found = compare(hall(), scenarios, replications=4, seed=2, horizon_days=20)
    assert found.to_json()["simultaneous"] == {"method": "bonferroni", "comparisons": 2, "family": "measure"}
    for scenario in found.scenarios[1:]:
        d = scenario.study.difference["visits"]
        assert d.ci95 is not None
        assert d.simultaneous95 is not None
        widths = [high - low for low, high in (d.ci95, d.simultaneous95)]
        assert widths[1] / widths[0] == pytest.approx(t_quantile(3, 2) / t_quantile(3))
        assert d.interval == d.simultaneous95
    assert compare(hall(), courier(), replications=2, horizon_days=5).to_json()["simultaneous"] is None


def test_quantiles_of_several_comparisons() -> None:
    """Bonferroni's t for 2 comparisons and 3 degrees of freedom (tables of simultaneous inference: 4.177)."""
    assert t_quantile(3, 2) == pytest.approx(4.1765, abs=1e-3)
    assert t_quantile(10) == pytest.approx(2.2281, abs=1e-4)


def tally(first: int, later: int, days: int = 28) -> Tally:
    return Tally(days={d: DayTally(10, [10 * (first if d < 14 else later) << 20, 0]) for d in range(days)})


def test_first_days_are_held_against_the_later_ones() -> None:
    from depthsim.measures import load

    measures = (load("waiting_minutes"), load("elapsed_days"))
    waiting, elapsed = warming_up([tally(2, 6), tally(3, 5), tally(2, 4)], measures, 28)
    assert waiting.first == pytest.approx(7 / 3)
    assert waiting.later == pytest.approx(5)
    assert waiting.effect == pytest.approx((-2 - 1 - 1) / 3)
    assert waiting.relative == pytest.approx(4 / 15)
    assert elapsed.effect == 0.0
    assert not elapsed.told_apart
    assert warming_up([tally(2, 6)], measures, 28) == ()
    assert warming_up([tally(2, 6), tally(3, 5)], measures, 20) == ()


def test_first_days_sum_to_all_cases_and_warm_up_moves_them() -> None:
    plain = simulate(hall(), replications=2, horizon_days=30, seed=1)
    assert [sum(d.cases for d in t.days.values()) for t in plain.study.tallies] == [
        sum(i.cases for i in t.items.values()) for t in plain.study.tallies
    ]
    assert {f["first_days"] for f in plain.to_json()["warming_up"].values()} == {14}
    later = simulate(hall(), replications=2, horizon_days=30, warm_up_days=10, seed=1)
    first, second = plain.study.tallies[0].days, later.study.tallies[0].days
    assert min(second) == 0
    assert {d - 10: t.cases for d, t in first.items() if d >= 10}.items() <= {
        d: t.cases for d, t in second.items()
    }.items()
