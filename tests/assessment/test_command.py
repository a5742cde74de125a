"""`depthsim assess`: a folder as an office has it, as JSON and in both languages; evidence, weights, a scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import depthsim as ds
from assessment.catalogue import city, guides, judgement, system
from cli.commandline import run, run_json
from depthsim import files
from depthsim.texts import LANGS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with four items, their guides (one without a quota) and the inventory."""
    every = guides()
    del every[1]["quota"]
    target = tmp_path_factory.mktemp("city") / "example"
    files.write_system(system(every, city()), target)
    if not (target / "catalogue.yaml").is_file():  # pragma: no cover - write_system may leave these to others
        files.write_city(system(every, city()).city, target)  # type: ignore[arg-type]
    return target


def evidence(folder: Path, *findings: dict[str, Any]) -> Path:
    """Write a file of findings and return it."""
    path = folder / "found.yaml"
    document = {"schema": "depthsim/evidence/1", "findings": list(findings)}
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


def test_json_has_what_is_promised(folder: Path) -> None:
    found = run_json("assess", folder)
    assert found["scheme"] == "fuzhou_2018"
    assert len(found["indicators"]) == 69
    quota = next(i for i in found["indicators"] if i["code"] == "C1-3")
    assert {"code", "name", "status", "value", "numerator", "denominator", "lead", "responsible", "evidence",
            "findings"} <= set(quota)  # fmt: skip
    assert (quota["status"], quota["numerator"], quota["denominator"]) == ("computed", 3, 4)
    assert "level_ii.quota = —" in quota["evidence"]
    (finding,) = quota["findings"]
    assert "level_ii.yaml:" in finding["where"]
    assert found["score"]["weights"] == "equal (unofficial)"
    assert found["score"]["total"] > 0
    assert {"E3-1", "E3-2", "C4-4"} <= set(found["score"]["left_out"])
    waiting = next(i for i in found["indicators"] if i["code"] == "E3-1")
    assert waiting["status"] == "not_assessed"
    assert waiting["needs"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_shows_every_indicator(folder: Path, lang: str) -> None:
    found = run("assess", folder, lang=lang)
    assert found.exit_code == 0
    for code in ("A1-1", "C3-3", "D1-4", "E2-5"):
        assert f"{code} " in found.stdout
    assert "3/4" in found.stdout
    assert ("非官方" if lang == "zh" else "unofficial") in found.stdout
    assert "Traceback" not in found.output


def test_evidence_from_a_file_is_entered(folder: Path, tmp_path: Path) -> None:
    file = evidence(tmp_path, judgement("E3-1", verdict="met"))
    found = run_json("assess", folder, "--evidence", file)
    entered = next(i for i in found["indicators"] if i["code"] == "E3-1")
    assert (entered["status"], entered["numerator"], entered["denominator"]) == ("entered", 1, 1)
    assert entered["entered"][0]["author"] == "评估组"
    assert "2018-11-20" in entered["decided"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"indicator": "A9-9"}, "DS905"), ({"item": "nothing"}, "DS194"), ({"department": "nobody"}, "DS194")],
)
def test_wrong_evidence_is_refused_at_its_line(folder: Path, tmp_path: Path, wrong: dict[str, Any], code: str) -> None:
    file = evidence(tmp_path, {**judgement("E3-1", verdict="met"), **wrong})
    found = run_json("assess", folder, "--evidence", file, status=1)
    assert [f["code"] for f in found["findings"]] == [code]
    assert "found.yaml:" in found["findings"][0]["where"]


def test_weights_change_the_score(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "weights.yaml"
    text = "schema: depthsim/weights/1\nid: mine\nname: Mine\nscheme: fuzhou_2018\nassumption: mine\nweights:\n"
    file.write_text(text + "  A: 0\n  B: 0\n  D: 0\n  E: 0\n", encoding="utf-8")
    found = run_json("assess", folder, "--weights", file)
    assert found["score"]["weights"] == "mine"
    assert found["score"]["total"] == pytest.approx(found["score"]["groups"]["C"])
    file.write_text(text + "  C7: 1\n", encoding="utf-8")
    wrong = run_json("assess", folder, "--weights", file, status=1)["findings"]
    assert [f["code"] for f in wrong] == ["DS905"]
    assert "weights.yaml:7:" in wrong[0]["where"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_scenario_shows_what_moves(folder: Path, tmp_path: Path, lang: str) -> None:
    file = tmp_path / "s.yaml"
    text = "schema: depthsim/scenario/1\nid: s\nname: s\nreforms:\n  - online_payment\n  - result_courier\n"
    file.write_text(text, encoding="utf-8")
    found = run_json("assess", folder, "--scenario", file)["what_if"]
    assert found["scenario"] == "s"
    assert {m["code"] for m in found["moves"]} >= {"E2-5"}
    assert "→" in run("assess", folder, "--scenario", file, lang=lang).stdout
    assert run_json("assess", folder, "--scenario", "baseline")["what_if"]["moves"] == []


def test_one_department(folder: Path) -> None:
    found = run_json("assess", folder, "--department", "agency")
    assert found["department"] == "agency"
    assert next(i for i in found["indicators"] if i["code"] == "C1-3")["denominator"] == 4
    assert next(i for i in found["indicators"] if i["code"] == "B1-1")["status"] == "not_assessed"
    assert run_json("assess", folder, "--department", "nobody", status=1)["findings"][0]["code"] == "DS194"


def test_files_are_written(folder: Path, tmp_path: Path) -> None:
    assert run("assess", folder, "-o", tmp_path / "out").exit_code == 0
    written = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))
    assert len(written["indicators"]) == 69
    rows = json.loads((tmp_path / "out" / "rectification.json").read_text(encoding="utf-8"))
    assert {"C1-3"} <= {r["indicator"] for r in rows}
    assert all(r["lead"] and r["remedy"] for r in rows)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("assess", "nowhere"), 1),
        (("assess",), 2),
        (("assess", "fuzhou", "--scenario", "nothing"), 1),
        (("assess", "fuzhou", "--scheme", "depth_2018"), 1),
        (("assess", "fuzhou", "--sample", "0"), 2),
        (("assess", "fuzhou", "--evidence", "missing.yaml"), 1),
    ],
)
def test_mistakes_are_told_without_a_traceback(arguments: tuple[str, ...], status: int) -> None:
    found = run(*arguments)
    assert found.exit_code == status
    assert found.stderr.strip()
    assert "Traceback" not in found.output


def test_the_bundled_city_has_a_line_for_each_indicator() -> None:
    found = ds.assess("fuzhou")
    assert len(found.results) == 69
    for result in found.results:
        assert result.outcome.needs or result.outcome.facts or result.denominator is not None, result.code


def test_the_same_call_gives_the_same_document() -> None:
    one, other = (json.dumps(ds.assess("canonical").to_json("zh"), ensure_ascii=False) for _ in range(2))
    assert one == other
