"""Which engine runs, what is said where the fast one is missing, and that a run may change engines in its middle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.commandline import run, run_json
from depthsim.engines import compiled
from depthsim.errors import UsageError
from depthsim.studies import engine, parts
from depthsim.verbs.compare import compare
from depthsim.verbs.plan import plan
from depthsim.verbs.simulate import resume, simulate
from reference_hall import hall

SMALL: dict[str, Any] = {"replications": 3, "horizon_days": 10, "seed": 4}
needs_numba = pytest.mark.skipif(not compiled.available(), reason="numba is missing")


@pytest.fixture
def no_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "available", lambda: False)


def codes(findings: Any) -> list[str]:
    return [f.code for f in findings]


@needs_numba
def test_auto_is_the_compiled_engine_from_some_size_on() -> None:
    few, many = (simulate(hall(), replications=n, horizon_days=10) for n in (1, 100))
    assert few.request.engine == "discrete_event"
    assert many.request.engine == "compiled"
    assert many.to_json()["engine"] == "compiled"
    assert many.notes == few.notes == ()
    assert compare(hall(), "courier", replications=50, horizon_days=10).to_json()["engine"] == "compiled"


@pytest.mark.usefixtures("no_numba")
def test_without_numba_the_reference_runs_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert simulate(hall(), **SMALL).notes == (), "it would have run anyway"
    monkeypatch.setattr(engine, "COMPILED_PAYS", 10)
    slow = simulate(hall(), **SMALL, output=tmp_path / "run")
    assert slow.request.engine == "discrete_event"
    assert codes(slow.notes) == ["DS641"]
    assert "DS641" in str(slow.to_json()["findings"])
    assert "DS641" not in (tmp_path / "run" / "run.json").read_text(encoding="utf-8")
    assert codes(compare(hall(), "courier", **SMALL).findings) == ["DS641"]
    found = run("simulate", "canonical", "--horizon", "20", "--replications", "1")
    assert found.exit_code == 0
    assert found.stderr.count("DS641") == 1
    with pytest.raises(UsageError) as refused:
        simulate(hall(), **SMALL, engine="compiled")
    assert codes(refused.value.findings) == ["DS612"]
    assert run("simulate", "canonical", "--engine", "compiled").exit_code == 2


@needs_numba
def test_the_engine_changes_nothing_but_its_name(tmp_path: Path) -> None:
    documents = {}
    for name in engine.ENGINES:
        simulate(hall(), **SMALL, record="events", output=tmp_path / name, engine=name)
        documents[name] = json.loads((tmp_path / name / "run.json").read_text(encoding="utf-8"))
    one, two = (tmp_path / name for name in engine.ENGINES)
    for file in (p.name for p in one.iterdir() if p.name != "run.json"):
        assert (one / file).read_bytes() == (two / file).read_bytes(), file
    for document, name in zip(documents.values(), engine.ENGINES, strict=True):
        assert document["options"].pop("engine") == document["summary"].pop("engine") == name
        assert document.pop("run") == document["summary"].pop("run")
    assert documents["compiled"] == documents["discrete_event"]
    first, second = (compare(hall(), "courier", **SMALL, engine=name).to_json() for name in engine.ENGINES)
    assert {**first, "engine": ""} == {**second, "engine": ""}


@needs_numba
@pytest.mark.parametrize("begun", engine.ENGINES)
def test_a_run_may_end_on_another_engine(begun: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST_CASES", 5)
    simulate(hall(), **SMALL, record="events", output=tmp_path / "whole", engine=begun)

    def interrupt(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(hall(), **SMALL, record="events", output=tmp_path / "cut", engine=begun, progress=interrupt)
    other = next(name for name in engine.ENGINES if name != begun)
    resume(tmp_path / "cut", engine=other)
    whole, cut = ({p.name: p.read_bytes() for p in sorted((tmp_path / n).iterdir())} for n in ("whole", "cut"))
    assert whole == cut
    assert json.loads(whole["run.json"])["summary"]["engine"] == begun


@needs_numba
def test_a_run_goes_on_where_numba_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    simulate(hall(), **SMALL, output=tmp_path / "whole", engine="compiled")
    with pytest.raises(KeyboardInterrupt):
        simulate(hall(), **SMALL, output=tmp_path / "cut", engine="compiled", progress=interrupt)
    monkeypatch.setattr(compiled, "available", lambda: False)
    found = run_json("simulate", "--resume", tmp_path / "cut")
    assert "DS641" in {f["code"] for f in found["findings"]}
    assert found["engine"] == "compiled", "what it was begun with, as its folder says"
    for file in (tmp_path / "whole").iterdir():
        assert (tmp_path / "cut" / file.name).read_bytes() == file.read_bytes()


def test_plans_choose_too() -> None:
    found = plan(hall(), replications=1, horizon_days=3)
    assert found.how.engine in engine.ENGINES
