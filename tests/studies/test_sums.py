"""Exact sums by group, against whole numbers of Python without bound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.engines import compiled
from depthsim.studies.sums import EXACT, AddDifferences, AddSums, DifferenceSums, GroupSums, add_differences, add_sums
from depthsim.studies.tally import TICKS, PairSum, Sum

GROUPS = 5
WAYS = pytest.mark.parametrize("adding", [add_sums, compiled.adding()[0]], ids=["numpy", "machine code"])
Cases = list[tuple[int, int | None]]
ticks = st.one_of(st.integers(0, 1 << 12), st.integers(-(1 << 30), (1 << 53) - 1), st.none())
side = st.one_of(st.integers(0, 1 << 12), st.integers(0, (1 << 53) - 1), st.none())
cases = st.lists(st.tuples(st.integers(0, GROUPS - 1), ticks), min_size=1, max_size=60)


def expected(of: Cases, group: int) -> Sum:
    mine = [n for g, n in of if g == group and n is not None]
    return Sum(len(mine), sum(mine))


def summed(batches: list[Cases], adding: AddSums) -> GroupSums:
    found = GroupSums(GROUPS, 1, adding)
    for batch in batches:
        numbers = np.array([np.nan if n is None else n / TICKS for _, n in batch])
        found.add(np.array([g for g, _ in batch]), [numbers])
    return found


@WAYS
@settings(max_examples=200, deadline=None)
@given(batches=st.lists(cases, min_size=1, max_size=4))
def test_sums_are_those_of_whole_numbers(adding: AddSums, batches: list[Cases]) -> None:
    found = summed(batches, adding)
    everything = [case for batch in batches for case in batch]
    for group in range(GROUPS):
        assert found.size(range(group, group + 1)) == sum(g == group for g, _ in everything)
        assert found.of(range(group, group + 1)) == [expected(everything, group)]


@WAYS
def test_rounding_alone_would_be_wrong(adding: AddSums) -> None:
    batch: Cases = [(0, (1 << 52) + 2 * n + 1) for n in range(2000)]
    numbers = np.array([n / TICKS for _, n in batch if n is not None])
    assert numbers.sum() > 2 * EXACT
    assert summed([batch], adding).of(range(1)) == [expected(batch, 0)]
    assert int(numbers.sum() * TICKS) != expected(batch, 0).total


@WAYS
def test_sums_just_below_the_bound_are_not_rounded(adding: AddSums) -> None:
    one = int(EXACT) * TICKS // 4 - 1
    batch: Cases = [(0, one), (0, 1), (0, one), (0, one)]
    assert summed([batch], adding).of(range(1)) == [expected(batch, 0)]


@pytest.mark.parametrize("adding", [add_differences, compiled.adding()[2]], ids=["numpy", "machine code"])
@settings(max_examples=100, deadline=None)
@given(
    sides=st.lists(st.tuples(side, side, st.integers(0, GROUPS - 1)), min_size=1, max_size=60),
    luck=st.integers(0, 99),
)
def test_differences_are_those_of_whole_numbers(
    adding: AddDifferences, sides: list[tuple[int | None, int | None, int]], luck: int
) -> None:
    order = np.random.default_rng(luck).permutation(len(sides)).tolist()
    before = np.array([np.nan if sides[n][0] is None else sides[n][0] / TICKS for n in order])
    after = np.array([np.nan if b is None else b / TICKS for _, b, _ in sides])
    places = np.argsort(order).astype(np.int64), np.arange(len(sides))
    found = DifferenceSums(GROUPS, 1, adding)
    found.add(0, np.array([group for *_, group in sides]), places, (before, after))
    for group in range(GROUPS):
        known = [b - a for a, b, g in sides if g == group and a is not None and b is not None]
        signs = sum(n < 0 for n in known), sum(n > 0 for n in known)
        assert found.of(range(group, group + 1)) == [PairSum(len(known), sum(known), *signs)]
