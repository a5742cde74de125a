"""What the commands print and return, on good input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.commandline import run, run_json, start
from depthsim.texts import LANGS, Lang

EXAMPLES = Path(__file__).parents[2].parent / "shared" / "examples"
QUICK = ["--horizon", "2", "--replications", "2", "--jobs", "1"]


def test_classify_as_in_the_interfaces() -> None:
    found = run_json("classify", "fuzhou")
    assert len(found) >= 16
    wanted = {"id", "name", "department", "level", "level_by_visits", "visits", "declared", "agrees", "binding"}
    for entry in found:
        assert wanted | {"criteria", "findings"} <= set(entry)
        assert entry["level"] in ("none", "I", "II", "III", "IV")
        assert {"level", "id", "holds", "why"} <= set(entry["criteria"][0])
        assert sum(entry["visits"]["distribution"].values()) == pytest.approx(1)
        for finding in entry["findings"]:
            assert {"code", "severity", "where", "message", "remedy"} == set(finding)
            assert ".yaml:" in finding["where"]


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the shared examples are not here")
def test_the_expected_values_of_the_examples() -> None:
    expected = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
    found = {entry["id"]: entry for entry in run_json("classify", EXAMPLES / "demo_hall")}
    for item in expected:
        entry = found[item["id"]]
        assert (entry["level"], entry["level_by_visits"]) == (item["level"], item["level_by_visits"])
        for name, number in item["visits"].items():
            if isinstance(number, float):
                assert entry["visits"][name] == pytest.approx(number, abs=1e-9)


def test_by_visits_counts_the_other_level() -> None:
    standard = {e["id"]: e for e in run_json("classify", "fuzhou")}
    visits = {e["id"]: e for e in run_json("classify", "fuzhou", "--by", "visits")}
    assert any(standard[i]["level"] != visits[i]["level"] for i in standard)
    for item, entry in visits.items():
        assert entry["level"] == standard[item]["level_by_visits"]
        assert entry["level_by_standard"] == standard[item]["level"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("scheme", ["depth_2018", "fujian_stars", "ozg_maturity"])
def test_explain_every_item_under_every_scheme(lang: str, scheme: str) -> None:
    for item in run_json("classify", "fuzhou"):
        found = run("explain", item["id"], "--system", "fuzhou", "--scheme", scheme, lang=lang)
        assert found.exit_code == 0, found.output
        assert "{" not in found.stdout


def test_explain_finds_the_fewest_reforms() -> None:
    found = run_json("explain", "fuzhou/road_occupation", "--target", "IV")["target"]
    assert [r["reforms"] for r in found["recipes"]] == [["online_payment"]]
    reached = run_json("explain", "canonical/level_iv", "--target", "II")["target"]
    assert reached["reached"]
    missing = run_json("explain", "fuzhou/marriage_registration", "--target", "IV")["target"]
    assert missing["recipes"] == []
    assert missing["remaining"]


def test_the_proof_that_explain_prints_is_accepted() -> None:
    import depthsim

    system = depthsim.load("fuzhou")
    from depthsim.files import load_scheme

    proof = run_json("explain", "fuzhou/road_occupation")["proof"]
    assert depthsim.accepts(system["road_occupation"], load_scheme("depth_2018"), proof, system.published) == []


def test_check_accepts_everything_bundled() -> None:
    from depthsim.files import bundled, names

    paths = [
        str(bundled(kind, name)) for kind in ("workflows", "scenarios", "standards", "costs") for name in names(kind)
    ]  # type: ignore[arg-type]
    found = run_json("check", *paths)
    assert all(f["severity"] != "error" for f in found)
    assert "assumptions" in run("check", "fuzhou").stdout


def test_check_reports_all_files_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").touch()
    found = run_json("check", tmp_path / "empty.yaml", "fuzhou", tmp_path / "missing.yaml", status=1)
    assert {"DS001", "DS006"} <= {f["code"] for f in found}
    assert len(found) > 2


def test_check_reads_scenarios_against_the_reforms(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(
        "schema: depthsim/scenario/1\nid: s\nname: s\nreforms:\n"
        "  - result_courier: {items: {kind: licence}, uptake: 3}\n  - nonsense\n",
        encoding="utf-8",
    )
    found = run_json("check", file, status=1)
    assert {f["where"].rpartition("s.yaml:")[2].partition(":")[0] for f in found} >= {"5", "6"}


def test_walk_by_numbers() -> None:
    found = run("walk", "canonical/level_iv", given="1\nb\n1\nx\n99\nq\n")
    assert found.exit_code == 0
    assert "none of the numbers" in found.stderr
    assert "Left at" in found.stdout
    assert run("walk", "canonical/level_iv", given="").exit_code == 0


def test_walk_to_the_end() -> None:
    found = run("walk", "canonical/level_iv", given="1\n" * 40)
    assert "Ended: delivered" in found.stdout
    moves = run_json("walk", "canonical/level_iv", "--move", "nowhere", status=1)
    assert moves["findings"][0]["code"] == "DS650"
    first = run_json("walk", "canonical/level_iv")["possible"][0]["move"]
    assert run_json("walk", "canonical/level_iv", "--move", first)["moves"][0]["move"] == first


def test_simulate_and_compare() -> None:
    found = run_json("simulate", "canonical", *QUICK)
    assert found["cases"] > 0
    assert {"mean", "ci95", "sum"} <= set(found["totals"]["visits"])
    both = run_json("compare", "fuzhou", "--scenario", "courier", *QUICK)
    assert [s["scenario"] for s in both["scenarios"]] == ["baseline", "courier"]
    assert both["scenarios"][1]["difference"]["visits"]["mean"] < 0
    for lang in LANGS:
        assert run("simulate", "canonical", *QUICK, lang=lang).exit_code == 0
        assert run("compare", "canonical", "--scenario", "courier", *QUICK, lang=lang).exit_code == 0


def test_simulate_writes_a_run_folder(tmp_path: Path) -> None:
    found = run("simulate", "canonical", *QUICK, "-o", tmp_path / "run")
    assert found.exit_code == 0, found.output
    assert (tmp_path / "run" / "run.json").is_file()
    again = run("simulate", "canonical", *QUICK, "-o", tmp_path / "run")
    assert again.exit_code == 1


@pytest.mark.parametrize("file_format", ["dot", "mermaid", "svg"])
def test_draw_one_item(file_format: str, tmp_path: Path) -> None:
    found = run_json("draw", "fuzhou/road_occupation", "--format", file_format, "-o", tmp_path)
    (file,) = found["files"]
    assert Path(file).stat().st_size > 500
    suffix = Path(file).suffix
    named = tmp_path / f"picture{suffix}"
    run_json("draw", "fuzhou/road_occupation", "--format", file_format, "-o", named)
    assert named.is_file()


def test_draw_differences(tmp_path: Path) -> None:
    found = run_json("draw", "fuzhou", "--scenario", "courier", "--diff", "--format", "dot", "-o", tmp_path)
    assert 0 < len(found["files"]) < 24
    assert run("draw", "fuzhou", "--scenario", "baseline", "--diff", "-o", tmp_path).exit_code == 1


def test_draw_checks_what_it_drew(tmp_path: Path) -> None:
    assert run("draw", "--all", "-o", tmp_path).exit_code == 0
    assert run("draw", "--check", "-o", tmp_path).exit_code == 0
    changed = next(tmp_path.rglob("*.dot"))
    changed.write_text("digraph {}", encoding="utf-8")
    found = run("draw", "--check", "-o", tmp_path)
    assert found.exit_code == 1
    assert changed.name in found.stderr


@pytest.mark.parametrize("kind", ["service", "system", "scenario", "standard"])
def test_schema(kind: str) -> None:
    found = run("schema", kind)
    assert found.exit_code == 0
    assert json.loads(found.stdout)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("lang", LANGS)
def test_new_files_pass_the_check_without_a_warning(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for args in (["item", "mine"], ["system", "town"], ["scenario", "plan"], ["item", "more", "-o", "town"]):
        found = run("new", *args, lang=lang)
        assert found.exit_code == 0, found.output
    assert run_json("check", "mine.yaml", "town", "plan.yaml") == []
    assert run_json("classify", "town", "mine.yaml")[0]["level"] == "IV"
    assert run("compare", "town", "--scenario", "plan.yaml", *QUICK).exit_code == 0
    before = (tmp_path / "mine.yaml").read_bytes()
    for args in (["item", "mine"], ["system", "town"], ["scenario", "plan"]):
        assert run("new", *args).exit_code == 1
    assert (tmp_path / "mine.yaml").read_bytes() == before


def test_new_files_are_the_same_in_both_languages() -> None:
    import yaml

    from depthsim.texts import room

    def bare(node: object) -> object:
        if isinstance(node, dict):
            return {k: bare(v) for k, v in node.items() if k not in ("assumption", "source")}
        return [bare(v) for v in node] if isinstance(node, list) else node

    for kind, entry in room("starting").items():
        both = [entry[lang].replace("@DEPARTMENT@", "department: x").replace("@", "") for lang in LANGS]
        assert bare(yaml.safe_load(both[0])) == bare(yaml.safe_load(both[1])), kind


def test_demo(tmp_path: Path) -> None:
    for lang in LANGS:
        found = run("demo", "-o", tmp_path / lang, *QUICK, lang=lang)
        assert found.exit_code == 0, found.output
        assert (tmp_path / lang / "comparison.json").is_file()
        assert len(list((tmp_path / lang / "diagrams").glob("*.svg"))) > 24
    assert "assumptions" in found.stdout
    assert "95 % interval" in found.stdout
    assert run("demo", "-o", tmp_path / "en", *QUICK).exit_code == 0
    document = run_json("demo", "-o", tmp_path / "json", *QUICK)
    assert document["numbers"]["assumptions"] > 100


def test_the_program_itself() -> None:
    version = start("--version")
    assert version.returncode == 0
    assert version.stdout.startswith(b"depthsim ")
    alone = start(LC_ALL="C")
    assert alone.returncode == 0
    assert b"classify" in alone.stdout
    assert start("classify", "canonical").returncode == 0
    assert start("classify", "nowhere").returncode == 1
    assert start("classify").returncode == 2


def test_completion() -> None:
    found = start(_DEPTHSIM_COMPLETE="bash_source")
    assert b"_DEPTHSIM_COMPLETE=bash_complete" in found.stdout
    words = start(_DEPTHSIM_COMPLETE="bash_complete", COMP_WORDS="depthsim cl", COMP_CWORD="1")
    assert b"classify" in words.stdout
    options = start(_DEPTHSIM_COMPLETE="bash_complete", COMP_WORDS="depthsim classify --sc", COMP_CWORD="2")
    assert b"--scheme" in options.stdout


def test_verbose_logs_on_standard_error_only() -> None:
    plain, loud = run("classify", "canonical"), run("-v", "classify", "canonical")
    assert plain.stdout == loud.stdout
    logged = start("classify", "canonical", "-v")
    assert b"depthsim.cli" in logged.stderr
    assert start("classify", "canonical").stderr == b""


def test_compare_to_a_precision_says_what_was_not_reached() -> None:
    asked = (
        "compare",
        "canonical",
        "--scenario",
        "courier",
        *QUICK,
        "--precision",
        "0.01%",
        "--most-replications",
        "3",
    )
    document = run_json(*asked)
    assert document["precision"]["stopped"] == "replications"
    assert document["replications"] == 3
    assert document["precision"]["not_reached"]
    for lang, said in (("en", "limit of replications"), ("zh", "上限")):
        shown = run(*asked, lang=lang).stdout
        assert said in shown
    assert run("compare", "canonical", "--scenario", "courier", "--precision", "200%").exit_code == 2
    assert run("compare", "canonical", "--scenario", "courier", "--most-seconds", "3").exit_code == 2


def test_several_scenarios_are_shown_with_simultaneous_intervals() -> None:
    shown = run(
        "compare", "canonical", "--scenario", "baseline", "--scenario", "courier", "--scenario", "faster", *QUICK
    )
    assert "Bonferroni" in shown.stdout


@pytest.mark.parametrize("lang", LANGS)
def test_burden_in_words_and_as_json(lang: Lang) -> None:
    asked = ("compare", "canonical", "--scenario", "courier", *QUICK, "--burden", "--wage", "30")
    shown = run(*asked, "--staff-wage", "60", lang=lang).stdout
    assert {"en": "Failure demand", "zh": "失败需求"}[lang] in shown
    assert "≈" in shown
    document = run_json(*asked)
    assert document["scenarios"][1]["burden"]["wage"] == 30
    assert run("simulate", "canonical", *QUICK, "--wage", "30").exit_code == 2
    assert run_json("simulate", "canonical", *QUICK, "--burden")["burden"]["staff_wage"] is None


@pytest.mark.parametrize("lang", LANGS)
def test_sensitivity_in_words_and_as_a_picture(lang: Lang, tmp_path: Path) -> None:
    asked = ("sensitivity", "canonical", "--scenario", "baseline", "--scenario", "courier", "--scenario", "faster")
    shown = run(*asked, "--draws", "4", "--screen", "2", "-o", tmp_path / "t.svg", lang=lang)
    assert shown.exit_code == 0, shown.output
    assert {"en": "90 %", "zh": "90%"}[lang] in shown.stdout
    assert "Morris" in shown.stdout
    assert (tmp_path / "t.svg").is_file()
    assert run(*asked, "-o", "t.gif").exit_code == 2
