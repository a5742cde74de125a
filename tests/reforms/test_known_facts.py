"""Facts about reforms that are known without this program: each must come out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from depthsim import reforms
from depthsim.analysis.level import classify
from depthsim.analysis.theory import mmc_wait
from depthsim.analysis.visits import analyse
from depthsim.engines.discrete_event import run
from depthsim.files import load_scheme, load_system
from depthsim.measures import measures_of
from depthsim.model.level import Level
from depthsim.model.system import ServiceSystem
from depthsim.studies.exact import exact_means
from engines.small_systems import applicant, cases, item, office, system

PUBLISHED = ["guide", "consultation", "complaint", "status_query"]
YEAR = 525_600


def exponential(minutes: float) -> dict[str, Any]:
    return {"law": "exponential", "mean": f"{minutes} min"}


# Five stars still allow one visit to collect ------------------------------------------------------------------------


def five_star() -> ServiceSystem:
    """Return a system with one item online throughout, whose result only a window hands out."""
    steps = {
        "apply": applicant(net={"takes": "20 min", "next": "accept"}),
        "accept": office(
            takes="10 min", role="accept", stage="acceptance",
            outcomes={"ok": {"next": "decide"}, "gap": {"next": "apply", "chance": 0.2, "kind": "correction"}},
        ),
        "decide": office(role="approve", stage="approval", next_="close"),
        "close": office(role="complete", stage="completion", next_="fetch"),
        "fetch": {
            **applicant(counter={"channel": "window", "at": "hall", "pool": "window", "served": "3 min"}),
            "role": "collect", "stage": "delivery",
        },
    }  # fmt: skip
    return system(item(steps, fee="none", result={"form": "physical"}, published=PUBLISHED))


def test_a_five_star_item_becomes_level_iv_through_the_courier_alone() -> None:
    before = five_star()
    stars, depth = load_scheme("fujian_stars"), load_scheme("depth_2018")
    assert classify(before["matter"], stars, ()).scheme_level == "五星"
    assert classify(before["matter"], depth, ()).level is Level.III
    after = reforms.reform(before, "result_courier", uptake=0.7)["matter"]
    assert classify(after, depth, ()).level is Level.IV
    assert analyse(after).required == 0
    assert analyse(after).expected == pytest.approx(0.3)


def test_so_does_every_bundled_one() -> None:
    before = load_system("fuzhou").system
    stars, depth = load_scheme("fujian_stars"), load_scheme("depth_2018")
    after = reforms.reform(before, "result_courier").system

    def level(of: ServiceSystem, id_: str) -> Level:
        return classify(of[id_], depth, of.published).level

    found = [
        id_
        for id_, one in before.items.items()
        if classify(one, stars, before.published).scheme_level == "五星" and level(before, id_) < Level.IV
    ]
    assert found
    assert {level(after, id_) for id_ in found} == {Level.IV}


# Side by side: the mean of the maximum ------------------------------------------------------------------------------


def opinions(minutes: list[float], per_year: float) -> ServiceSystem:
    """Return a system with exponential opinions one after the other, never short of servers."""
    names = [f"opinion_{n}" for n in range(len(minutes))]
    steps: dict[str, Any] = {"apply": applicant(net={"next": names[0]})}
    for name, mean, then in zip(names, minutes, [*names[1:], "delivered"], strict=True):
        steps[name] = office("desk", exponential(mean), then)
    pools = {"desk": {"name": "desk", "kind": "back", "servers": 5000}}
    return system(item(steps, demand={"per_year": per_year, "profile": "flat"}), calendar="always", pools=pools)


def mean_of_maximum(means: list[float]) -> float:
    """Return the mean of the greatest of independent exponentials, by inclusion and exclusion."""
    found = 0.0
    for chosen in range(1, 2 ** len(means)):
        rates = [1 / m for n, m in enumerate(means) if chosen >> n & 1]
        found -= (-1) ** len(rates) / sum(rates)
    return found


@pytest.mark.parametrize("minutes", [[60.0, 60.0, 60.0], [30.0, 60.0, 120.0, 45.0]])
def test_parallel_review_takes_the_mean_of_the_maximum(minutes: list[float]) -> None:
    if len(set(minutes)) == 1:
        harmonic = sum(1 / n for n in range(1, len(minutes) + 1))
        assert mean_of_maximum(minutes) == pytest.approx(minutes[0] * harmonic)
    serial = opinions(minutes, per_year=20_000)
    parallel = reforms.reform(serial, "parallel_approval").system
    for of, exact in ((serial, sum(minutes)), (parallel, mean_of_maximum(minutes))):
        lasted = np.array([case.end - case.arrival for case in cases(of, days=365, seed=3)])
        error = float(lasted.std(ddof=1)) / math.sqrt(len(lasted))
        assert 4 * error <= 0.04 * exact
        assert abs(float(lasted.mean()) - exact) <= 4 * error


# One window: what Erlang C predicts ---------------------------------------------------------------------------------

SERVICE = 10.0
RATE = 0.055


def counters() -> ServiceSystem:
    """Return two halls' worth of windows in one hall, two pools of one window each, equally busy; always open."""
    places = {"hall": {"name": "hall"}}
    pools = {n: {"name": n, "kind": "front", "at": "hall", "servers": 1} for n in ("left", "right")}
    demand = {"per_year": RATE * YEAR, "profile": "flat"}
    items = []
    for pool in pools:
        way = {"channel": "window", "at": "hall", "pool": pool, "served": exponential(SERVICE)}
        items.append(item({"apply": applicant(counter=way)}, id=f"at_{pool}", demand=demand))
    return system(*items, calendar="always", pools=pools, places=places)


def waits(of: ServiceSystem, cases_: int) -> tuple[float, float]:
    """Return the mean wait of all visitors and its standard error, from batches of days."""
    days = cases_ / (2 * RATE) / 1440
    by_batch = np.zeros((60, 2))
    for batch in run(of, seed=11, horizon_days=days):
        for case in batch:
            row = case.rows[0]
            place = min(59, int(case.arrival / 1440 / days * 60))
            by_batch[place] += (row.wait, 1)
    means = by_batch[3:, 0] / by_batch[3:, 1]  # the first batches warm up
    return float(means.mean()), float(means.std(ddof=1)) / math.sqrt(len(means))


@pytest.mark.parametrize(
    ("visitors", "accuracy"), [(60_000, 0.16), pytest.param(1_500_000, 0.04, marks=pytest.mark.slow)]
)
def test_pooling_windows_shortens_waits_as_erlang_c_predicts(visitors: int, accuracy: float) -> None:
    separate = counters()
    pooled = reforms.reform(separate, "one_window", pools=["left", "right"]).system
    assert [pool.servers for pool in pooled.pools.values()] == [2]
    expected = {1: mmc_wait(RATE, SERVICE, 1), 2: mmc_wait(2 * RATE, SERVICE, 2)}
    assert expected[2] < expected[1] / 2
    for of, exact in ((separate, expected[1]), (pooled, expected[2])):
        mean, error = waits(of, visitors)
        assert 4 * error <= accuracy * exact, (mean, error, exact)
        assert abs(mean - exact) <= 4 * error, (mean, error, exact)


# Supply is not take-up ----------------------------------------------------------------------------------------------


def hundred_items() -> ServiceSystem:
    """Return 100 equal items with a way of two visits; 78 of them also go online throughout, which nobody uses yet."""
    counter = {"channel": "window", "at": "hall", "pool": "window", "served": "5 min"}
    ends = {
        "check": office(role="accept", stage="acceptance", next_="decide"),
        "decide": office(role="approve", stage="approval", next_="issue"),
        "issue": office(role="complete", stage="completion", next_="fetch"),
        "fetch": {**applicant(counter=counter), "role": "collect", "stage": "delivery"},
        "check_online": office(role="accept", stage="acceptance", next_="decide_online"),
        "decide_online": office(role="approve", stage="approval", next_="issue_online"),
        "issue_online": office(role="complete", stage="completion", next_="delivered"),
    }
    items = []
    for n in range(100):
        ways: dict[str, Any] = {"counter": {**counter, "next": "check"}}
        if n < 78:
            ways = {"net": {"next": "check_online", "uptake": 0.0}, "counter": {**ways["counter"], "uptake": 1.0}}
        steps = {"apply": applicant(**ways), **(ends if n < 78 else dict(list(ends.items())[:4]))}
        facts: dict[str, Any] = {"fee": "none", "result": {"form": "electronic" if n < 78 else "physical"}}
        items.append(item(steps, id=f"item_{n}", per_year=50, published=PUBLISHED, **facts))
    return system(*items)


def mean_visits(of: ServiceSystem) -> float:
    found = exact_means(of, measures_of(of)).total("visits")
    assert found is not None
    return found


def test_supply_is_not_take_up() -> None:
    before = hundred_items()
    scheme = load_scheme("depth_2018")
    at_iv = [id_ for id_, one in before.items.items() if classify(one, scheme, ()).level is Level.IV]
    assert len(at_iv) == 78
    full = reforms.reform(before, "uptake", items={"id": at_iv}, share=1.0).system
    assert mean_visits(before) == pytest.approx(2.0)
    assert mean_visits(full) == pytest.approx(0.44)
    real = reforms.reform(before, "uptake", items={"id": at_iv}, share=0.59 / 0.78).system
    assert mean_visits(real) == pytest.approx(0.82)
    visits = np.array([sum(row.visit for row in case.rows) for case in cases(real, days=365, seed=2)])
    error = float(visits.std(ddof=1)) / math.sqrt(len(visits))
    assert 4 * error <= 0.08
    assert abs(float(visits.mean()) - 0.82) <= 4 * error
