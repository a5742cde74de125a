"""The best portfolio is the one that exhaustive search finds, for every budget, target and limit."""

from __future__ import annotations

import random  # noqa: TID251 - it builds inputs; nothing is simulated with it
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from depthsim.model.level import Level
from depthsim.studies.plan import Portfolio, Program, Row, Search, Target, frontier, ranked, target, within_reach
from plan.prices import any_costs, any_items, searched

SEEDS = range(12)


def every(search: Search) -> Iterator[Portfolio]:
    """Yield every portfolio: every set of every item, dominated ones too, within the limits on items."""
    for sets in product(*(list(row.table) for row in search.rows)):
        found = Portfolio(search, {row.item: chosen for row, chosen in zip(search.rows, sets, strict=True) if chosen})
        if all(search.entries[n].most is None or len(i) <= search.entries[n].most for n, i in found.items.items()):
            yield found


def fair(portfolio: Portfolio) -> bool:
    return all(gain >= -1e-9 for gain in portfolio.segment_gains().values())


def best(portfolios: list[Portfolio], budget: int | None) -> Portfolio | None:
    fits = [p for p in portfolios if budget is None or p.cost <= budget]
    return min(fits, key=lambda p: (-round(p.gain, 4), p.cost)) if fits else None


def same(found: Portfolio | None, wanted: Portfolio | None) -> None:
    assert (found is None) == (wanted is None)
    if found is not None and wanted is not None:
        assert found.gain == pytest.approx(wanted.gain, abs=1e-3)
        assert found.cost == wanted.cost


def with_segments(search: Search, seed: int) -> Search:
    """Return the same search with two made-up segments of applicants, whom reforms help or harm."""
    rng = random.Random(seed)

    def row(old: Row) -> Row:
        table = {
            chosen: replace(w, segments={s: w.mean + (rng.uniform(-0.5, 0.3) if chosen else 0.0) for s in ("a", "b")})
            for chosen, w in old.table.items()
        }
        return replace(old, table=table)

    return replace(search, rows=tuple(map(row, search.rows)))


@pytest.mark.parametrize("seed", SEEDS)
def test_plan_equals_exhaustive_search(seed: int) -> None:
    search = searched(any_items(seed), any_costs(seed))
    portfolios = list(every(search))
    program = Program(search)
    rng = random.Random(seed)
    for budget in (0, *(rng.randint(0, 9000) for _ in range(6)), None):
        same(program.best(budget), best(portfolios, budget))


@pytest.mark.parametrize("seed", SEEDS)
def test_targets_equal_exhaustive_search(seed: int) -> None:
    system = any_items(seed)
    search = searched(system, any_costs(seed))
    rng = random.Random(seed)
    aims = [target(f"{level}:{rng.choice((0.3, 0.6, 1.0))}", system) for level in ("III", "IV")]
    portfolios = list(every(search))
    for chosen in ([aims[0]], [aims[1]], aims):
        allowed = [p for p in portfolios if all(p.at(aim) >= aim.needed for aim in chosen)]
        program = Program(search, chosen)
        for budget in (0, 2000, 6000, None):
            same(program.best(budget), best(allowed, budget))
        for aim in chosen:
            assert within_reach(search, aim, 5000) == max(p.at(aim) for p in portfolios if p.cost <= 5000)


@pytest.mark.parametrize("seed", SEEDS)
def test_fairness_equals_exhaustive_search(seed: int) -> None:
    search = with_segments(searched(any_items(seed), any_costs(seed)), seed)
    portfolios = [p for p in every(search) if fair(p)]
    program = Program(search, fair=True)
    for budget in (0, 2000, 6000, None):
        found = program.best(budget)
        assert found is not None
        assert fair(found)
        same(found, best(portfolios, budget))


@pytest.mark.parametrize("seed", SEEDS)
def test_curve_is_the_whole_pareto_front(seed: int) -> None:
    search = searched(any_items(seed), any_costs(seed))
    front: list[tuple[int, float]] = []
    for p in sorted(every(search), key=lambda p: (p.cost, -p.gain)):
        if not front or p.gain > front[-1][1] + 1e-4:
            front.append((p.cost, p.gain))
    program = Program(search)
    for known in (None, 3000):
        best_known = None if known is None else program.best(known)
        curve = frontier(program, known=best_known, budget=known, most=10_000)
        assert curve.complete
        assert [p.cost for p in curve.points] == [cost for cost, _ in front]
        assert [p.gain for p in curve.points] == pytest.approx([gain for _, gain in front], abs=1e-3)


def test_a_curve_cut_short_says_so_and_its_points_are_optimal() -> None:
    search = searched(any_items(3, 6), any_costs(3, 6))
    program = Program(search)
    whole = {p.cost: p.gain for p in frontier(program, most=10_000).points}
    short = frontier(program, most=3)
    assert len(whole) > 3
    assert not short.complete
    assert all(whole[p.cost] == pytest.approx(p.gain, abs=1e-3) for p in short.points)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_lies_further_above_the_corners_than_said(seed: int) -> None:
    search = searched(any_items(seed), any_costs(seed))
    program = Program(search)
    portfolios = list(every(search))
    bounds = []
    for most in (2, 4, 60):
        corners = frontier(program, most=most, corners_only=True)
        costs, gains = [p.cost for p in corners.points], [p.gain for p in corners.points]
        greatest = max(p.gain - float(np.interp(p.cost, costs, gains)) for p in portfolios if p.cost >= costs[0])
        assert greatest <= corners.above + 1e-3
        bounds.append(corners.above)
        same(corners.points[-1], best(portfolios, None))
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] <= 0.001 * (gains[-1] - gains[0]) + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_ranking_adds_up_and_begins_with_the_most_for_its_cost(seed: int) -> None:
    found = Program(searched(any_items(seed, 5), any_costs(seed, 5))).best()
    assert found is not None
    steps = ranked(found)
    assert {(step.entry.key, step.items) for step in steps} == {
        (found.search.entries[n].key, items) for n, items in found.items.items()
    }
    assert sum(step.cost for step in steps) == found.cost
    assert sum(step.gain for step in steps) == pytest.approx(found.gain)
    if steps:
        assert steps[-1].cumulative_cost == found.cost
        assert steps[-1].cumulative_gain == pytest.approx(found.gain)
        rates = {}
        for n, items in found.items.items():
            cost = found.search.entries[n].cost(len(items))
            rates[n] = found.only((n,)).gain / cost if cost else float("inf")
        first = next(n for n in rates if found.search.entries[n] is steps[0].entry)
        assert rates[first] == pytest.approx(max(rates.values()))


def test_nothing_without_a_budget_but_what_is_free() -> None:
    for seed in SEEDS:
        found = Program(searched(any_items(seed), any_costs(seed))).best(0)
        assert found is not None
        assert found.cost == 0
        assert all(found.search.entries[n].cost(len(items)) == 0 for n, items in found.items.items())


def test_levels_of_a_portfolio_are_those_of_its_items() -> None:
    search = searched(any_items(1), any_costs(1))
    aim = Target("III:1", Level.III, 1.0, None, frozenset(row.item for row in search.rows))
    nothing = Portfolio(search, {})
    assert nothing.at(aim) == sum(nothing.level(row) >= Level.III for row in search.rows)
    assert nothing.gain == nothing.cost == 0
