"""The compiled engine against the reference: the same log bit for bit, and the same reading of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import TypeAdapter

from depthsim.engines import compiled, components
from depthsim.engines._luck import Purpose, address, uniform
from depthsim.engines._samplers import draw
from depthsim.model.chance import Law
from depthsim.model.service import Demand
from depthsim.model.system import ServiceSystem
from depthsim.studies.parts import predicted_cases
from depthsim.verbs.load import load
from engines.equality import assert_equal, machine_code, reference
from engines.random_worlds import worlds
from engines.small_systems import OFFICE, applicant, demo_hall, item, office, system

pytest.importorskip("numba")

import numba

from depthsim.engines.compiled import _jit, kept, kernel, world
from depthsim.engines.compiled._jit import entry
from depthsim.engines.compiled.chance import minutes
from depthsim.engines.compiled.tables import Words, law_words, signed

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


def with_demand(system: ServiceSystem, per_year: float) -> ServiceSystem:
    """Return a system with so many cases a year of each item."""
    demand = {"demand": Demand(per_year=per_year)}
    return system.with_items({name: item.model_copy(update=demand) for name, item in system.items.items()})


@pytest.mark.parametrize("name", ["fuzhou", "canonical"])
def test_bundled_systems_have_equal_logs(name: str) -> None:
    assert assert_equal(with_demand(load(name), 800), seed=5, horizon_days=14) > 100


@pytest.mark.parametrize("events", [1e-3, 1e9])
def test_logs_are_equal_whatever_the_buckets_of_time(monkeypatch: pytest.MonkeyPatch, events: float) -> None:
    """So short that waits go round all buckets many times; so long that all events are in one."""
    monkeypatch.setattr(world, "EVENTS_OF_BUCKET", events)
    assert assert_equal(with_demand(load("fuzhou"), 300), seed=8, horizon_days=14) > 100


def test_components_warm_up_and_cool_down() -> None:
    fuzhou = load("fuzhou")
    for items in components(fuzhou)[:3]:
        how = {"warm_up_days": 2.5, "cool_down_days": 3, "replication": 4, "items": items}
        assert_equal(with_demand(fuzhou, 2000), seed=6, horizon_days=5, **how)


@pytest.mark.parametrize("load_factor", [1, 20])
def test_the_example_hall_at_normal_and_at_twentyfold_load(load_factor: float) -> None:
    assert assert_equal(demo_hall(load_factor), seed=7, horizon_days=5) > 20


def crowd(discipline: str = "first_come") -> ServiceSystem:
    """Return two items whose cases come by the thousand in a minute, to the same two servers."""
    steps = {
        "go": applicant(here={"channel": "window", "at": "annexe", "pool": "counter", "served": "1 min", "next": "b"}),
        "b": office("desk", "2 min", "more", lag="10 min"),
        "more": office("desk", "2 min"),
    }
    demand = {"per_year": 9e8, "profile": "flat"}
    pools = {
        "desk": {"name": "desk", "kind": "back", "servers": 2, "discipline": discipline},
        "counter": {"name": "counter", "kind": "front", "at": "annexe", "servers": 900},
    }
    return system(*(item(steps, name, demand=demand) for name in ("b", "a")), calendar="always", pools=pools)


@pytest.mark.parametrize("discipline", ["first_come", "priority"])
def test_simultaneous_arrivals(discipline: str) -> None:
    of = crowd(discipline)
    how = {"seed": 8, "horizon_days": 0.0004}
    assert assert_equal(of, **how) > 500
    times = [case.arrival for case in reference(of, **how) if not isinstance(case, str)]
    assert len(set(times)) < len(times)


@pytest.mark.parametrize("deadline", [{}, {"deadline": "2 h"}], ids=["no deadline", "deadline"])
@pytest.mark.parametrize("nested", [False, True], ids=["ends", "branches out"])
def test_what_a_branch_says_to_others_waits_for_its_instant(deadline: dict[str, str], nested: bool) -> None:
    """A branch is moved on ahead through steps that concern nobody else, and no further."""

    def joint(next_: str, **branches: Any) -> dict[str, Any]:
        filled = {
            name: {"start": next(iter(steps)), "steps": steps, **more} for name, (steps, more) in branches.items()
        }
        return {"role": "countersign", "stage": "review", "by": "parallel", "branches": filled, "next": next_}

    def elsewhere(next_: str, **more: Any) -> dict[str, Any]:
        return office(None, "0 min", next_, external="elsewhere", **more)

    quick = ({"wait": elsewhere("done", lag="10 min")}, {})
    inner = {"inner": joint("done", a=quick, b=({"ask": office("desk", "5 min", "done")}, deadline))}
    last = inner if nested else {"last": elsewhere("done")}
    slow = {"wait": elsewhere("say", lag="1 days"), "say": applicant(here={"next": next(iter(last))}), **last}
    steps = {"joint": joint("after", left=(slow, deadline), right=quick), "after": office("desk", "7 min")}
    of = system(item(steps, "a", per_year=20_000), item(steps, "b", per_year=20_000), calendar="always")
    assert assert_equal(of, seed=4, horizon_days=3, rows=True) > 100


def test_a_run_passes_the_end_of_its_calendars() -> None:
    of = system(item({"a": office("desk", "3 h")}, per_year=3000), start="2026-12-20", calendar={**OFFICE})
    assert assert_equal(of, seed=9, horizon_days=60) > 400


def test_a_calendar_that_refuses_unknown_years_refuses_in_both() -> None:
    calendar = {**OFFICE, "country": "CN", "beyond": "refuse"}
    of = system(item({"a": office("desk", "3 h")}, per_year=3000), start="2026-12-20", calendar=calendar)
    assert "DS412" in str(reference(of, seed=9, horizon_days=10))
    assert "DS412" in str(machine_code(of, seed=9, horizon_days=10)[0])


def test_batches_are_bounded_and_nothing_is_lost_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    of = crowd()
    whole = machine_code(of, seed=8, horizon_days=0.0004)[0]
    monkeypatch.setattr(world, "BATCH_CASES", 7)
    parts, batches = machine_code(of, seed=8, horizon_days=0.0004)
    assert parts == whole
    assert max(len(batch.k) for batch in batches) == 7
    monkeypatch.setattr(world, "BATCH_CASES", 50)
    monkeypatch.setattr(world, "BATCH_ROWS", 20)
    parts, batches = machine_code(of, seed=8, horizon_days=0.0004)
    assert parts == whole
    assert len(batches) > 100


def test_more_rows_than_a_batch_is_meant_for(monkeypatch: pytest.MonkeyPatch) -> None:
    again = {"ok": {"next": "delivered", "chance": 0.02}, "again": {"next": "a"}}
    of = system(item({"a": office("desk", "1 min", outcomes=again)}, per_year=900))
    monkeypatch.setattr(world, "BATCH_ROWS", 5)
    assert assert_equal(of, seed=3, horizon_days=30, rows=True) > 40


def test_nothing_to_run() -> None:
    of = system(item({"a": office()}, per_year=0))
    assert list(compiled.run(of, seed=1, horizon_days=10)) == []
    assert predicted_cases(of, 10) == 0
    assert predicted_cases(system(item({"a": office()}, per_year=730)), 10) == 20


LAWS = {
    "uniform": {"law": "uniform", "low": "1 min", "high": "9 min"},
    "triangular": {"law": "triangular", "low": "1 min", "mode": "3 min", "high": "12 min"},
    "pert": {"law": "pert", "low": "1 min", "mode": "3 min", "high": "12 min"},
    "exponential": {"law": "exponential", "mean": "6 min"},
    "empirical": {"law": "empirical", "quantiles": ["1 min", "3 min", "3 min", "10 min"]},
    **{f"lognormal {cv}": {"law": "lognormal", "mean": "7 min", "cv": cv} for cv in (0.1, 0.8, 4.0)},
    **{f"gamma {cv}": {"law": "gamma", "mean": "7 min", "cv": cv} for cv in (0.005, 0.3, 1.0, 2.5, 9.0)},
    **{f"weibull {shape}": {"law": "weibull", "mean": "7 min", "shape": shape} for shape in (0.3, 1.0, 7.5)},
}


@pytest.mark.parametrize("name", LAWS)
def test_every_law_has_the_same_bits_in_both(name: str) -> None:
    law = draw(TypeAdapter(Law).validate_python(LAWS[name]), 420.0)
    table = Words()
    place = law_words(table, law, {})
    words = table.array()
    count = 3000
    key = 0x5DEECE66D1234567
    where = [address("step", Purpose.TAKES, str(n)) for n in range(count)]
    found = sampled(words, words.view(np.float64), place, key, np.array([signed(at) for at in where]))
    assert found.tolist() == [law.at(uniform(key, at, n % 3)) for n, at in enumerate(where)]


@entry
def sampled(tables: Any, values: Any, law: Any, key: Any, where: Any) -> Any:
    """Return a law's minutes at many addresses."""
    found = np.zeros(len(where))
    for n in range(len(where)):
        found[n] = minutes(tables, values, law, key, where[n], n % 3)
    return found


READ_ONLY = """
import os, sys
from numba.core import caching
for name in ("UserProvidedCacheLocator", "InTreeCacheLocator", "UserWideCacheLocator"):
    getattr(caching, name).from_function = classmethod(lambda cls, function, file: None)
from depthsim.engines.compiled._jit import entry
print(entry(lambda a: a + 1)(41))
print(os.environ["NUMBA_CACHE_DIR"])
"""


def test_where_no_folder_can_be_written_it_compiles_all_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", READ_ONLY], capture_output=True, text=True, check=True)
    answer, folder = done.stdout.split()
    assert answer == "42"
    assert not Path(folder).exists(), "a folder for the processes it starts is gone with it"


@pytest.fixture
def small_kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], Any]:
    """Yield what begins a process anew, with a kernel that compiles at once."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))

    def begin() -> Any:
        kernel = entry(_next)
        monkeypatch.setattr(kept, "CODE", [(kernel, (numba.types.int64,))])
        return kernel

    return begin


def _next(a: Any) -> Any:
    return a + 1


def _compiled(caplog: pytest.LogCaptureFixture) -> int:
    """Return how often it has been said since the last call that the kernel is compiled."""
    found = len(caplog.records)
    caplog.clear()
    return found


def test_code_is_compiled_once_and_read_from_then_on(
    small_kernel: Callable[[], Any], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level("INFO", logger=kept.LOG.name)
    for times in (1, 0):
        begun = small_kernel()
        kept.ready()
        kept.ready()
        assert _compiled(caplog) == times
        assert begun(41) == 42
    for path in tmp_path.rglob("*.nb[ic]"):
        path.write_bytes(b"")
    small_kernel()
    kept.ready()
    assert _compiled(caplog) == 1, "what a machine that stopped left half written is made again"
    small_kernel()
    kept.ready()
    assert _compiled(caplog) == 0


def test_code_that_cannot_be_written_is_used_all_the_same(
    small_kernel: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = small_kernel()
    monkeypatch.setattr(begun._cache, "save_overload", partial(_full, begun))
    kept.ready()
    assert begun(41) == 42


def _full(*_: Any) -> None:
    raise OSError(28, "No space left on device")


def test_the_kernel_is_kept_for_what_worlds_hand_to_it() -> None:
    kept.ready()
    list(compiled.run(demo_hall(), seed=1, horizon_days=2))
    assert len(kernel.run_on.signatures) == 1


def test_code_on_disk_is_told_apart_by_all_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = _jit.digest()
    other = tmp_path / "_samplers.py"
    other.write_text("another law", encoding="utf-8")
    monkeypatch.setattr(_jit._samplers, "__file__", str(other))
    assert _jit.digest() != before


def test_without_numba_it_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiled.available()
    monkeypatch.setattr(compiled, "find_spec", lambda name: None)
    assert not compiled.available()
