"""Rows in files: sorted, the same bytes however they came, and little in memory."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from depthsim.engines import discrete_event
from depthsim.errors import InputError
from depthsim.measures import measures_of, read
from depthsim.model.columns import STATIC_FIELDS, RowColumns
from depthsim.model.log import CaseLog
from depthsim.studies import parquet, rows
from depthsim.studies.recorder import Recorder
from depthsim.studies.rows import event_rows, join_rows
from reference_hall import hall

SPAN = (0.0, 30 * 1440.0)


@cache
def cases() -> tuple[CaseLog, ...]:
    run = discrete_event.run(hall(), seed=3, horizon_days=30)
    return tuple(case for batch in run for case in batch)


def written(folder: Path, name: str, *batches: tuple[CaseLog, ...], replication: int = 0) -> None:
    system = hall()
    recorder = Recorder(system, measures_of(system), SPAN, record="events", folder=folder, name=name)
    for batch in batches:
        recorder.fold(batch)
    recorder.write_rows(replication)


def joined(folder: Path, *replications: list[str]) -> dict[str, bytes]:
    found = {}
    for kind in ("cases", "events"):
        files = [[folder / f"{name}.{kind}.parquet" for name in names] for names in replications]
        join_rows(kind, files, folder / f"{kind}.parquet")
        found[kind] = (folder / f"{kind}.parquet").read_bytes()
    return found


def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "RUN_ROWS", 40)
    monkeypatch.setattr(parquet, "SLICE", 30)
    monkeypatch.setattr(parquet, "_STEP", 7)


def test_bytes_do_not_depend_on_batches_tasks_or_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = cases()
    written(tmp_path, "whole", everything)
    whole = joined(tmp_path, ["whole"])
    few_at_a_time(monkeypatch)
    rest = everything[50:]
    written(tmp_path, "one", rest[10:], everything[:5], rest[:10])
    written(tmp_path, "two", everything[5:50][::-1])
    written(tmp_path, "none")
    assert joined(tmp_path, ["one", "two", "none"]) == whole
    assert not list(tmp_path.glob(".*")), "runs are cleared away"


def test_rows_in_files_are_those_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_at_a_time(monkeypatch)
    written(tmp_path, "a", cases(), replication=0)
    written(tmp_path, "b", cases()[:60], replication=1)
    joined(tmp_path, ["a"], ["b"])
    system = hall()
    held = [Recorder(system, measures_of(system), SPAN, record="events") for _ in range(2)]
    held[0].fold(cases())
    held[1].fold(cases()[:60])
    assert pl.read_parquet(tmp_path / "cases.parquet").equals(pl.concat(r.case_rows(n) for n, r in enumerate(held)))
    assert pl.read_parquet(tmp_path / "events.parquet").equals(pl.concat(r.event_rows(n) for n, r in enumerate(held)))


def test_no_cases_are_an_empty_file_of_the_same_shape(tmp_path: Path) -> None:
    written(tmp_path, "none")
    written(tmp_path, "some", cases())
    joined(tmp_path, ["none"])
    empty = {kind: pl.read_parquet(tmp_path / f"{kind}.parquet") for kind in ("cases", "events")}
    joined(tmp_path, ["some"])
    for kind, found in empty.items():
        assert found.height == 0
        assert found.schema == pl.read_parquet(tmp_path / f"{kind}.parquet").schema


def test_rows_of_an_engine_are_those_of_its_log() -> None:
    system = hall()
    columns = read(cases(), system, SPAN)
    logs = [row for case in cases() for row in case.rows]
    statics = tuple(dict.fromkeys(tuple(getattr(row, name) for name in STATIC_FIELDS) for row in logs))
    number = {values: n for n, values in enumerate(statics)}
    dynamic = [name for name in RowColumns.__dataclass_fields__ if name not in ("statics", "case", "static")]
    given = RowColumns(
        statics=statics,
        case=np.repeat(np.arange(len(cases()), dtype=np.int32), [len(case.rows) for case in cases()]),
        static=np.array([number[tuple(getattr(row, name) for name in STATIC_FIELDS)] for row in logs], np.int32),
        **{name: np.array([getattr(row, name) for row in logs]) for name in dynamic},
    )
    assert event_rows(system, replace(columns, rows=given, logs=None)).equals(event_rows(system, columns))


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    written(tmp_path, "a", cases())
    (tmp_path / "cases.parquet").mkdir()
    with pytest.raises(InputError):
        join_rows("cases", [[tmp_path / "a.cases.parquet"]], tmp_path / "cases.parquet")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.cases.parquet", "a.events.parquet", "cases.parquet"]
