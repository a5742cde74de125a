"""Simulate: statistics, findings, wrong usage, run folders, and the same bytes in any number of processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from depthsim.errors import InputError, UsageError
from depthsim.files import load_scenario, load_system
from depthsim.model.scenario import Scenario
from depthsim.studies import folder as run_folder
from depthsim.verbs.simulate import resume, simulate
from reference_hall import hall, permit, register

EXAMPLE = Path(__file__).parents[1] / "examples" / "demo_hall"
SMALL: dict[str, Any] = {"replications": 3, "horizon_days": 10, "seed": 4}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def codes(problem: pytest.ExceptionInfo[Any]) -> list[str]:
    return [f.code for f in problem.value.findings]


def test_the_examples_exact_means_lie_in_the_intervals() -> None:
    found = simulate(EXAMPLE, replications=8, horizon_days=120, seed=3).summary
    for item in found.items:
        visits = item.measures["visits"]
        assert visits.ci95 is not None
        assert visits.exact is not None
        assert visits.ci95[0] <= visits.exact <= visits.ci95[1], item.id
        assert (visits.mean or 0) == pytest.approx(visits.sum / visits.cases)


def test_the_json_has_the_promised_shape() -> None:
    document = json.loads(json.dumps(simulate(hall(), **SMALL).to_json()))
    head = {"run", "scenario", "engine", "seed", "replications", "horizon_days", "cases", "totals", "items", "pools"}
    assert head <= set(document)
    assert document["scenario"] == "baseline"
    assert document["engine"] == "discrete_event"
    for measure in ("visits", "applicant_minutes", "elapsed_days", "limit_days", "on_time", "waiting_minutes"):
        assert {"mean", "ci95", "sum"} <= set(document["totals"][measure])
        assert measure in document["items"][0]
    assert document["totals"]["visits"]["exact"] == pytest.approx(document["totals"]["visits"]["mean"], rel=0.3)
    assert document["cases"] == sum(item["cases"] for item in document["items"])
    pools = {"id", "utilisation", "mean_wait_minutes", "offered_load", "overtime_minutes"}
    assert all(pools <= set(pool) for pool in document["pools"])


def test_utilisation_comes_near_the_offered_load() -> None:
    found = simulate(hall(permit(demand={"per_year": 12000}), servers=6), replications=2, horizon_days=365, seed=1)
    for pool in found.pools():
        if pool.offered_load:
            assert pool.utilisation == pytest.approx(pool.offered_load, rel=0.05)


def test_a_single_replication_has_no_interval() -> None:
    found = simulate(hall(), replications=1, horizon_days=10)
    assert {e.ci95 for e in found.summary.totals.values()} == {None}


def test_a_scenario_says_how_long_and_with_which_luck_unless_told() -> None:
    scenario = Scenario(id="short", name={"zh": "短", "en": "Short"}, horizon=5, seed=9)  # type: ignore[arg-type]
    told = simulate(hall(), scenario, replications=1)
    assert (told.request.horizon_days, told.request.seed) == (5, 9)
    assert simulate(hall(), scenario, replications=1, horizon_days=3, seed=1).request.horizon_days == 3


def test_overload_overtime_and_missing_demand_are_findings() -> None:
    crowded = simulate(hall(permit(demand={"per_year": 40000}), servers=2), replications=1, horizon_days=20)
    found = {f.code for f in crowded.findings}
    assert {"DS401", "DS621", "DS622"} <= found
    idle = simulate(hall(permit(demand=None)), replications=1, horizon_days=5)
    assert "DS620" in {f.code for f in idle.findings}
    assert idle.summary.totals["visits"].mean is None


def test_years_without_holiday_data_are_a_finding() -> None:
    chinese = {"country": "CN", "hours": {"mon-fri": ["09:00-17:00"]}}
    found = simulate(hall(register(), calendar=chinese), replications=1, horizon_days=320).findings
    assert [f.code for f in found] == ["DS413"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"replications": 0}, "DS610"),
        ({"replications": -3}, "DS610"),
        ({"jobs": 0}, "DS610"),
        ({"seed": -1}, "DS610"),
        ({"warm_up_days": -1}, "DS610"),
        ({"horizon_days": 0}, "DS617"),
        ({"horizon_days": float("nan")}, "DS617"),
        ({"horizon_days": 1e9}, "DS617"),
        ({"engine": "simpi"}, "DS611"),
        ({"record": "everything", "output": "x"}, "DS613"),
        ({"record": "events"}, "DS614"),
    ],
)
def test_wrong_usage_is_said_so(options: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as refused:
        simulate(hall(), **options)
    assert codes(refused) == [code]
    assert str(refused.value)


# ------------------------------------------------------------------------------------------- run folders


def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    one = simulate(hall(), **SMALL, record="events", output=tmp_path / "one")
    two = simulate(hall(), **SMALL, record="events", output=tmp_path / "two", jobs=2)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert one.run == two.run
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one", "two"], "no leftovers"


def test_a_run_folder_holds_what_is_promised(tmp_path: Path) -> None:
    target = tmp_path / "new" / "run"
    found = simulate(hall(), **SMALL, output=target)
    assert {p.name for p in target.iterdir()} == {
        "run.json", "cases.parquet", "system.yaml", "scenario.yaml", "permit.yaml", "register.yaml",
    }  # fmt: skip
    document = json.loads((target / "run.json").read_text(encoding="utf-8"))
    assert {"inputs", "versions", "options", "summary"} <= set(document)
    assert document["options"]["seed"] == 4
    assert document["summary"]["cases"] == found.summary.cases
    rows = pl.read_parquet(target / "cases.parquet")
    assert rows.height == found.summary.cases
    assert rows["replication"].unique().to_list() == [0, 1, 2]
    assert rows["visits"].sum() == found.summary.totals["visits"].sum
    assert load_system(target).system == hall(), "the inputs as used load again"
    assert load_scenario(target / "scenario.yaml").reforms == ()


def test_without_rows_there_are_none(tmp_path: Path) -> None:
    simulate(hall(), **SMALL, record="summary", output=tmp_path / "run")
    assert not list((tmp_path / "run").glob("*.parquet"))


def test_an_interrupted_run_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    simulate(hall(), **SMALL, output=tmp_path / "whole")
    told: list[int] = []

    def interrupt(done: int, total: int) -> None:
        told.append(total)
        if done >= total * 2 / 3:
            raise KeyboardInterrupt

    target = tmp_path / "cut"
    with pytest.raises(KeyboardInterrupt):
        simulate(hall(), **SMALL, output=target, progress=interrupt)
    assert not target.exists()
    (left,) = (p for p in tmp_path.iterdir() if p.name != "whole")
    assert left.name == ".cut.unfinished"
    (whole,) = set(told)
    told.clear()
    resumed = resume(target, progress=lambda done, total: told.append(total))
    assert set(told) == {whole / 3}, "two of three replications were finished"
    assert bytes_of(target) == bytes_of(tmp_path / "whole")
    assert resumed.summary.cases > 0
    assert not left.exists()


def test_the_same_command_again_goes_on_too_and_another_one_starts_anew(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        wholes.add(total)
        if done >= total * 2 / 3:
            raise KeyboardInterrupt

    wholes: set[int] = set()
    for seed in (5, 4):
        with pytest.raises(KeyboardInterrupt):
            simulate(hall(), replications=3, horizon_days=10, seed=seed, output=tmp_path / "run", progress=interrupt)
    totals: set[int] = set()
    simulate(hall(), **SMALL, output=tmp_path / "run", progress=lambda done, total: totals.add(total))
    assert {3 * total for total in totals} == wholes


def test_what_cannot_be_resumed_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError) as refused:
        resume(tmp_path / "never")
    assert codes(refused) == ["DS623"]
    simulate(hall(), **SMALL, output=tmp_path / "done")
    with pytest.raises(InputError) as refused:
        resume(tmp_path / "done")
    assert codes(refused) == ["DS624"]
    work = tmp_path / ".broken.unfinished"
    work.mkdir()
    for content in ("{", "[]", "{}", '{"versions": 1}'):
        (work / "request.json").write_text(content, encoding="utf-8")
        with pytest.raises(InputError) as refused:
            resume(tmp_path / "broken")
        assert codes(refused)[0] in ("DS625", "DS627")
    with pytest.raises(KeyboardInterrupt):
        simulate(hall(), **SMALL, output=tmp_path / "old", progress=_stop)
    monkeypatch.setattr(run_folder, "version", lambda package: "0.0.1")
    with pytest.raises(InputError) as refused:
        resume(tmp_path / "old")
    assert codes(refused) == ["DS627"]


def _stop(done: int, total: int) -> None:
    raise KeyboardInterrupt


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        simulate(hall(), **SMALL, output=tmp_path)
    assert codes(refused) == ["DS030"]
    with pytest.raises(InputError):
        simulate(hall(), **SMALL, output=tmp_path / "letter.txt")
    assert bytes_of(tmp_path) == {"letter.txt": b"mine"}


def test_a_place_that_cannot_be_written_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        simulate(hall(), **SMALL, output=tmp_path / "file" / "run")
    assert codes(refused) == ["DS028"]
    assert refused.value.findings[0].values["file"] == str(tmp_path / "file" / "run")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_strange_places_are_findings_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inside").mkdir()
    monkeypatch.chdir(tmp_path / "inside")
    for place, code in (("..", "DS030"), ("/", "DS030"), ("a\0b", "DS028"), ("x" * 5000, "DS028")):
        with pytest.raises(InputError) as refused:
            simulate(hall(), **SMALL, output=place)
        assert codes(refused) == [code], place
        with pytest.raises(InputError):
            resume(place)
    assert [p.name for p in tmp_path.iterdir()] == ["inside"]
    assert not list((tmp_path / "inside").iterdir())


def test_a_full_disk_keeps_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = run_folder.write_text

    def full(path: Path, content: str) -> Path:
        if path.name == "task-00001-0000.json":
            raise InputError(run_folder.error("DS029", file=str(path)))
        return real(path, content)

    monkeypatch.setattr(run_folder, "write_text", full)
    with pytest.raises(InputError) as refused:
        simulate(hall(), **SMALL, output=tmp_path / "run")
    assert codes(refused) == ["DS029"]
    assert [p.name for p in tmp_path.iterdir()] == [".run.unfinished"]
    monkeypatch.undo()
    resume(tmp_path / "run")
    simulate(hall(), **SMALL, output=tmp_path / "whole")
    assert bytes_of(tmp_path / "run") == bytes_of(tmp_path / "whole")


def test_any_other_failure_leaves_nothing(tmp_path: Path) -> None:
    def fail(done: int, total: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        simulate(hall(), **SMALL, output=tmp_path / "run", progress=fail)
    assert not list(tmp_path.iterdir())


def test_progress_rises_to_its_end() -> None:
    told: list[tuple[int, int]] = []
    simulate(hall(), **SMALL, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
    assert len(told) > 3, "between replications too"
    assert [done for done, _ in told] == sorted(done for done, _ in told)
