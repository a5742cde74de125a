"""Exact sums by group, against whole numbers of Python without bound."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.studies import sums
from depthsim.studies.sums import GroupSums, Order
from depthsim.studies.tally import TICKS, Sum

GROUPS = 5
ticks = st.one_of(st.integers(0, 1 << 12), st.integers(0, (1 << 51) - 1), st.none())
cases = st.lists(st.tuples(st.integers(0, GROUPS - 1), ticks), min_size=1, max_size=60)


def expected(of: list[tuple[int, int | None]], group: int) -> Sum:
    mine = [n for g, n in of if g == group and n is not None]
    return Sum(len(mine), sum(mine), sum(n * n for n in mine))


def summed(batches: list[list[tuple[int, int | None]]]) -> GroupSums:
    found = GroupSums(GROUPS, 1)
    for batch in batches:
        order = Order(np.array([g for g, _ in batch]), GROUPS)
        found.count(order)
        found.add(0, np.array([np.nan if n is None else n / TICKS for _, n in batch]), order)
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(cases, min_size=1, max_size=4))
def test_sums_are_those_of_whole_numbers(batches: list[list[tuple[int, int | None]]]) -> None:
    found = summed(batches)
    everything = [case for batch in batches for case in batch]
    for group in range(GROUPS):
        assert found.size(group) == sum(g == group for g, _ in everything)
        assert found.sums(group) == [expected(everything, group)]


def test_many_great_numbers_are_summed_in_pieces() -> None:
    great = (1 << 50) + 12345
    batch = [(n % 2, great + n) for n in range(1000)]
    assert len(batch) * great > sums.EXACT
    found = summed([batch, batch])
    for group in range(2):
        assert found.sums(group) == [expected(batch * 2, group)]


def test_rounding_alone_would_be_wrong() -> None:
    batch = [(0, (1 << 45) + 3 * n + 1) for n in range(2000)]
    exact = expected(batch, 0)
    assert summed([batch]).sums(0) == [exact]
    assert int(np.sum(np.array([float(n) ** 2 for _, n in batch]))) != exact.squares
