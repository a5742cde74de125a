"""The recorder: sums that merge whatever the partition, and rows."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import cycle

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.engines import discrete_event
from depthsim.measures import Facts, Measure, measures_of, read
from depthsim.model.log import CaseLog
from depthsim.model.system import ServiceSystem
from depthsim.studies.recorder import EVENT_COLUMNS, Recorder
from depthsim.studies.tally import DayTally, ItemTally, Sum, Tally, from_plain, merged
from reference_hall import hall

SPAN = (0.0, 30 * 1440.0)


@cache
def cases() -> tuple[CaseLog, ...]:
    run = discrete_event.run(hall(), seed=3, horizon_days=30)
    return tuple(case for batch in run for case in batch)


def recorded(*batches: tuple[CaseLog, ...], **options: object) -> Recorder:
    system = hall()
    recorder = Recorder(system, measures_of(system), SPAN, **options)  # type: ignore[arg-type]
    for batch in batches:
        recorder.fold(batch)
    return recorder


@cache
def town() -> ServiceSystem:
    """Return the hall with segments of applicants."""
    segments = {"near": {"name": "Near", "share": 0.7}, "far": {"name": "Far", "travel": 3}}
    system = hall()
    people = {**system.applicants.model_dump(by_alias=True, exclude_defaults=True), "segments": segments}
    return ServiceSystem.model_validate({**dict(system), "applicants": people})


@cache
def townspeople() -> tuple[CaseLog, ...]:
    run = discrete_event.run(town(), seed=3, horizon_days=30)
    return tuple(case for batch in run for case in batch)


def in_town(*batches: tuple[CaseLog, ...]) -> Tally:
    recorder = Recorder(town(), measures_of(town()), SPAN)
    for batch in batches:
        recorder.fold(batch)
    return recorder.tally()


def test_sums_do_not_depend_on_order_or_partition() -> None:
    whole = recorded(cases()).tally()
    pieces = recorded(cases()[100:], cases()[:40][::-1], cases()[40:100]).tally()
    assert pieces == whole
    assert sum(item.cases for item in whole.items.values()) == len(cases())
    one, two = recorded(cases()[:50]).tally(), recorded(cases()[50:]).tally()
    measures = len(measures_of(hall()))
    assert merged([one.total(measures), two.total(measures)], measures) == whole.total(measures)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=200, max_size=200))
def test_whatever_the_batches_and_tasks_the_tally_is_the_same(task: list[int]) -> None:
    whole = in_town(townspeople())
    found: dict[str, list[ItemTally]] = {}
    days: dict[int, DayTally] = {}
    for n in range(3):  # three tasks of two batches each
        batches = [
            tuple(case for at, case in zip(cycle(task), townspeople(), strict=False) if at == b) for b in (n, n + 3)
        ]
        part = in_town(*batches)
        for name, tally in part.items.items():
            found.setdefault(name, []).append(tally)
        for day, at in part.days.items():
            days.setdefault(day, DayTally()).add(at)
    assert {name: merged(tallies, len(tallies[0].sums)) for name, tallies in found.items()} == whole.items
    assert days == whole.days


def test_sums_are_those_of_the_numbers_one_by_one() -> None:
    system = town()
    facts = Facts(system)
    measures = measures_of(system)
    tally = in_town(townspeople())
    for place, measure in enumerate(measures):
        numbers = [(case, measure.of(case, facts)) for case in townspeople()[:150]]
        some = in_town(townspeople()[:150])
        for group, of in ((some.items, lambda c: c.item), (some.segments, lambda c: c.segment)):
            for name, found in group.items():
                mine = [int(n * 2**20) for case, n in numbers if of(case) == name and n is not None]
                assert found.sums[place] == Sum(len(mine), sum(mine))
    for name, found in tally.items.items():
        mine = [sum(row.visit for row in case.rows) for case in townspeople() if case.item == name]
        assert found.visits == np.bincount(mine).tolist()
        elapsed = sorted((c.end - c.arrival) / 1440 for c in townspeople() if c.item == name)
        p90 = found.sketches["elapsed_days"].quantile(0.9)
        assert p90 is not None
        assert p90 / 1440 == pytest.approx(elapsed[int(0.9 * (len(elapsed) - 1))], rel=0.0100001)


def test_days_are_those_of_arrival() -> None:
    tally = in_town(townspeople())
    for day, found in tally.days.items():
        mine = [c for c in townspeople() if c.arrival // 1440 == day]
        assert found.cases == len(mine)
        assert found.totals[1] == sum(int((c.end - c.arrival) * 2**20) for c in mine)


def test_a_measure_of_somebody_else_reads_the_log() -> None:
    system = hall()
    steps = Measure(lambda case, _facts: float(len(case.rows)) or None, "visits", id="steps")
    recorder = Recorder(system, [steps], SPAN)
    assert recorder.needs_logs
    recorder.fold(cases())
    assert sum(t.sums[0].total for t in recorder.tally().items.values()) >> 20 == sum(len(c.rows) for c in cases())
    columns = replace(read(cases(), system, SPAN), logs=None)
    with pytest.raises(TypeError, match="steps"):
        Recorder(system, [steps], SPAN).fold(columns)


def test_values_are_every_case_s_numbers() -> None:
    system = hall()
    facts, measures = Facts(system), measures_of(hall())
    found = recorded(cases()[70:], cases()[:70], values=True).values()
    assert found is not None
    known = {(c.item, c.k): c for c in cases()}
    rows = list(zip(found.item.tolist(), found.k.tolist(), np.stack(found.numbers, axis=1), strict=True))
    assert {(found.items[item], k) for item, k, _ in rows} == set(known)
    for item, k, row in rows[:40]:
        numbers = [m.of(known[found.items[item], k], facts) for m in measures]
        assert [None if np.isnan(n) else n for n in row] == numbers


def test_tallies_survive_being_written() -> None:
    tally: Tally = recorded(cases()).tally()
    assert from_plain(json.loads(json.dumps(tally.to_plain()))) == tally


def test_warm_up_cases_are_run_and_not_counted() -> None:
    run = discrete_event.run(hall(), seed=3, horizon_days=20, warm_up_days=10)
    system = hall()
    recorder = Recorder(system, measures_of(system), (10 * 1440.0, 30 * 1440.0), record="cases")
    for batch in run:
        recorder.fold(batch)
    later = [case for case in cases() if case.arrival >= 10 * 1440]
    assert sum(item.cases for item in recorder.tally().items.values()) == len(later)
    assert recorder.case_rows(0)["case_id"].to_list() == [
        c.case_id for c in sorted(later, key=lambda c: (c.arrival, c.item, c.k))
    ]


def test_rows_carry_the_measures_in_their_units() -> None:
    rows = recorded(cases(), record="cases").case_rows(7)
    by_id = {case.case_id: case for case in cases()}
    assert rows.columns[:7] == ["replication", "case_id", "item", "k", "arrival", "end", "outcome"]
    assert set(rows["replication"]) == {7}
    assert rows.height == len(cases())
    for row in rows.head(20).iter_rows(named=True):
        case = by_id[row["case_id"]]
        assert row["visits"] == sum(r.visit for r in case.rows)
        assert row["elapsed_days"] == (case.end - case.arrival) / 1440
        assert row["arrival"].hour == int(case.arrival // 60) % 24
    refused = rows.filter((pl.col("outcome") == "refused") & (pl.col("item") == "permit"))
    assert refused["limit_days"].null_count() > 0, "refused before acceptance: not applicable, never 0"


def test_events_are_an_event_log() -> None:
    rows = recorded(cases(), record="events").event_rows(0)
    assert rows.columns == ["replication", *EVENT_COLUMNS]
    wanted = [
        "case_id",
        "item",
        "step",
        "stage",
        "role",
        "channel",
        "pool",
        "request",
        "start",
        "end",
        "outcome",
        "visit",
    ]
    assert set(wanted) <= set(rows.columns)
    assert rows.height == sum(len(case.rows) for case in cases())
    assert rows["request"].dtype == pl.Datetime("us")
    assert (rows["start"] >= rows["request"]).all()
    minutes = rows.filter(pl.col("case_id") == cases()[0].case_id)["start"]
    since = pl.Series([hall().start]).cast(pl.Datetime("us"))
    passed = (minutes - since[0]).dt.total_microseconds() / 60e6
    ticks = [round(x * 2**20) for x in passed]
    assert ticks == [int(r.start * 2**20) for r in cases()[0].rows], "instants lose nothing"


def test_nothing_recorded_is_an_empty_table_of_the_same_shape() -> None:
    some, none = recorded(cases(), record="events"), recorded(record="events")
    assert none.case_rows(0).schema == some.case_rows(0).schema
    assert none.event_rows(0).schema == some.event_rows(0).schema
