"""The recorder: sums that merge whatever the partition, and rows."""

from __future__ import annotations

from functools import cache

import polars as pl

from depthsim.engines import discrete_event
from depthsim.measures import measures_of
from depthsim.model.log import CaseLog
from depthsim.studies.recorder import EVENT_COLUMNS, Recorder
from depthsim.studies.tally import Tally, from_plain
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


def test_sums_do_not_depend_on_order_or_partition() -> None:
    whole = recorded(cases()).tally()
    pieces = recorded(cases()[100:], cases()[:40][::-1], cases()[40:100]).tally()
    assert pieces == whole
    assert sum(item.cases for item in whole.items.values()) == len(cases())
    one, two = recorded(cases()[:50]).tally(), recorded(cases()[50:]).tally()
    measures = len(measures_of(hall()))
    total = one.total(measures)
    total.add(two.total(measures))
    assert total == whole.total(measures)


def test_tallies_survive_being_written() -> None:
    tally: Tally = recorded(cases()).tally()
    assert from_plain(tally.to_plain()) == tally


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
