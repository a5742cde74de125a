"""The compiled engine against the reference: the same log bit for bit, and the same reading of it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from depthsim.model.system import ServiceSystem
from engines.equality import assert_equal
from engines.random_worlds import worlds

pytest.importorskip("numba")

QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": True}
DAYS = 6


@settings(max_examples=100, **QUIET)
@given(worlds())
def test_random_systems_have_equal_logs(system: ServiceSystem) -> None:
    assert_equal(system, seed=1, horizon_days=DAYS, rows=True)


@pytest.mark.slow
@settings(max_examples=1000, **QUIET)
@given(worlds())
def test_a_thousand_random_systems_have_equal_logs(system: ServiceSystem) -> None:
    assert_equal(system, seed=2, horizon_days=2 * DAYS, warm_up_days=1.37, cool_down_days=2)
