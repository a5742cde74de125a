"""depthsim plan on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.commandline import run, run_json

QUICK = ("--replications", "2", "--horizon", "3", "--jobs", "1")


def test_plan_writes_a_scenario_that_compare_takes(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    found = run_json("plan", "fuzhou", "--budget", "300000", "-o", out, *QUICK)
    assert [entry["reform"] for entry in found["portfolio"]]
    assert found["total"]["cost"] <= 300_000
    assert found["total"]["simulated_gain"]["ci95"]
    assert all(entry["simulated_gain"]["ci95"] for entry in found["portfolio"])
    assert found["alone"]
    compared = run_json("compare", "fuzhou", "--scenario", out / "portfolio.yaml", *QUICK)
    saved = -compared["scenarios"][1]["difference"]["visits"]["per_year"]
    assert saved == pytest.approx(found["total"]["simulated_gain"]["mean"])
    assert -compared["scenarios"][1]["difference"]["visits"]["exact"] > 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_plan_in_words(lang: str) -> None:
    found = run("plan", "fuzhou", "--budget", "300000", "--target", "IV:40%", "--no-simulate", "--jobs", "1", lang=lang)
    assert found.exit_code == 0, found.output
    assert "IV:40%" in found.stdout
    assert ("没有搜索的" if lang == "zh" else "What was not") in found.stdout


def test_faults_of_plan(tmp_path: Path) -> None:
    assert run("plan", "fuzhou", "--target", "licence=IV:2", "--no-simulate").exit_code == 2
    assert run("plan", "fuzhou", "--budget", "-1").exit_code == 2
    assert run("plan", "fuzhou", "--objective", "joy").exit_code == 2
    assert run("plan", "fuzhou", "--costs", "gold", "--no-simulate").exit_code == 1
    far = run_json("plan", "fuzhou", "--target", "IV:1", "--budget", "1000000", "--no-simulate", status=1)
    assert {f["code"] for f in far["findings"]} >= {"DS665"}
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").write_text("a")
    assert run("plan", "canonical", "--no-simulate", "-o", tmp_path / "full").exit_code == 1
