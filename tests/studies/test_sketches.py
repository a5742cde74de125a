"""Quantile sketches: the library's bins, the error that is stated, and merging in any order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from ddsketch import DDSketch
from ddsketch.mapping import CubicallyInterpolatedMapping
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.engines import compiled
from depthsim.model.time import TICK
from depthsim.studies.sketches import (
    BINS,
    RELATIVE_ERROR,
    Sketch,
    SketchTable,
    add_bins,
    bins,
    empty,
    from_plain,
    together,
)

numbers = st.one_of(st.just(0.0), st.integers(1, 1 << 53).map(lambda n: n * TICK), st.integers(0, 400).map(float))


def sketch(values: list[float]) -> Sketch:
    found = []
    for adding in (add_bins, compiled.adding()[1]):
        table = SketchTable(3, adding)
        table.add(np.ones(len(values), np.int64), np.array(values))
        assert table.sketch(0) == table.sketch(2) == empty()
        found.append(table.sketch(1))
    assert found[0] == found[1], "machine code finds the same bins"
    return found[0]


@settings(max_examples=300, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=40))
def test_bins_are_the_library_s(values: list[float]) -> None:
    mapping = CubicallyInterpolatedMapping(RELATIVE_ERROR)
    first = mapping.key(TICK)
    wanted = [0 if v == 0 else mapping.key(v) - first + 1 for v in values]
    assert bins(np.array(values)).tolist() == wanted
    assert max(wanted) < BINS, "the range is never left"


@settings(max_examples=200, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=80), st.sampled_from([0.0, 0.5, 0.9, 0.95, 1.0]))
def test_quantiles_are_within_the_stated_error(values: list[float], share: float) -> None:
    exact = sorted(values)[math.floor(share * (len(values) - 1))]
    found = sketch(values).quantile(share)
    assert found == pytest.approx(exact, rel=RELATIVE_ERROR * (1 + 1e-9), abs=0)


def test_quantiles_are_those_of_the_library_s_sketch_within_both_errors() -> None:
    values = np.random.default_rng(1).lognormal(3, 2, 5000)
    theirs = DDSketch(RELATIVE_ERROR)
    for value in values:
        theirs.add(float(value))
    for share in (0.1, 0.5, 0.9, 0.95, 0.999):
        assert sketch(values.tolist()).quantile(share) == pytest.approx(
            theirs.get_quantile_value(share), rel=2.1 * RELATIVE_ERROR
        )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(numbers, max_size=20), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_merging_does_not_depend_on_order(parts: list[list[float]], luck: object) -> None:
    whole = sketch([v for part in parts for v in part])
    luck.shuffle(parts)  # type: ignore[attr-defined]
    merged = together(map(sketch, parts))
    assert merged == whole
    assert merged.cases == sum(map(len, parts))
    assert from_plain(merged.to_plain()) == merged


def test_an_empty_sketch_has_no_quantile() -> None:
    assert empty().quantile(0.5) is None
    assert sketch([math.nan, 7.0]).cases == 1
