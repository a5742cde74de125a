"""Systems, lone items, scenarios and schemes: what loads, what is refused, and where findings stand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import strategies
from depthsim import files
from depthsim.errors import InputError, Severity, error
from depthsim.model.service import ApplicantStep, OfficeStep
from depthsim.texts import LANGS, finding_line

EXAMPLES = Path(__file__).parents[1] / "examples"
SHARED = Path(__file__).parents[3] / "shared" / "examples"
HALL = EXAMPLES / "demo_hall"


def refused(load: object, *args: object) -> list[str]:
    """Return `CODE line:column` of every finding of a refusal."""
    with pytest.raises(InputError) as caught:
        load(*args)  # type: ignore[operator]
    for finding in caught.value.findings:
        for lang in LANGS:
            assert finding_line(finding, lang)
    return [f"{f.code} {f.location.line}:{f.location.column}" if f.location else f.code for f in caught.value.findings]


# ------------------------------------------------------------------------------------------- what loads


@pytest.mark.parametrize("folder", [EXAMPLES, SHARED], ids=["tests", "shared"])
def test_the_examples_load_as_they_are(folder: Path) -> None:
    if not folder.is_dir():
        pytest.skip("the shared examples are not beside this checkout")
    loaded = files.load_system(folder / "demo_hall")
    assert set(loaded.system.items) == {"food_business_licence", "stall_permit_by_post", "public_event_permit"}
    assert loaded.findings == ()
    read = files.read_scenario(folder / "courier_for_all.yaml")
    assert read.scenario.name.en == "Courier for every result, and guidance to the online channel"
    assert [(f.code, f.severity, f.location.line) for f in read.findings if f.location] == [
        ("DS022", Severity.WARNING, 3)
    ]


@pytest.mark.parametrize("name", files.names("workflows"))
def test_bundled_systems_load(name: str) -> None:
    assert files.load_system(name).findings == ()


@pytest.mark.parametrize("name", files.names("scenarios"))
def test_bundled_scenarios_load(name: str) -> None:
    assert files.read_scenario(name).findings == ()


def test_bundled_things_do_not_depend_on_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "canonical").mkdir()  # a folder of results, say: no system
    assert set(files.load_system("canonical").system.items) == {"level_i", "level_ii", "level_iii", "level_iv"}
    assert files.load_item("canonical/level_ii").item.id == "level_ii"
    assert files.load_item("level_ii").item.id == "level_ii"
    assert files.load_scenario("baseline").reforms == ()


def test_one_item_uses_the_system_beside_it_or_none(tmp_path: Path) -> None:
    loaded = files.load_system(HALL / "stall_permit_by_post.yaml")
    assert list(loaded.system.items) == ["stall_permit_by_post"]
    assert not loaded.bare
    assert "front_desk" in loaded.system.pools
    shutil.copy(HALL / "stall_permit_by_post.yaml", tmp_path)
    alone = files.load_system(tmp_path / "stall_permit_by_post.yaml")
    assert alone.bare
    assert alone.item == loaded.item
    assert not alone.system.pools
    placed = files.load_item(tmp_path / "stall_permit_by_post.yaml", loaded.system)
    assert placed.system.pools == loaded.system.pools
    assert refused(files.load_item, tmp_path / "stall_permit_by_post.yaml", strategies.SYSTEM)


def test_the_system_file_stands_for_its_folder() -> None:
    assert files.load_system(HALL / "system.yaml").system == files.load_system(HALL).system


def test_chinese_units(tmp_path: Path) -> None:
    text = (HALL / "stall_permit_by_post.yaml").read_text(encoding="utf-8")
    for english, chinese in [
        ("takes: 12 min", "takes: 12 分钟"), ("delay: 2 days, next: accept", "delay: 48 小时, next: accept"),
        ("20 working days", "20 个工作日"), ("10 working days", "10工作日"), ("100 CNY", "100 元"),
        ("takes: 10 min", "lag: 1 个工作日"),
    ]:  # fmt: skip
        assert english in text
        text = text.replace(english, chinese)
    (tmp_path / "stall_permit_by_post.yaml").write_text(text, encoding="utf-8")
    item = files.load_item(tmp_path / "stall_permit_by_post.yaml").item
    accept, apply, approve = (item.process.steps[s] for s in ("accept", "apply", "approve"))
    assert isinstance(accept, OfficeStep)
    assert accept.takes is not None
    assert accept.takes.mean_minutes(420) == 12
    assert isinstance(apply, ApplicantStep)
    assert apply.options["post"].delay is not None
    assert apply.options["post"].delay.mean_minutes(420) == 2880
    assert isinstance(approve, OfficeStep)
    assert approve.lag is not None
    assert approve.lag.mean_minutes(420) == 420
    assert item.limits is not None
    assert str(item.limits.statutory) == "20 working days"


def test_two_hundred_files_load(tmp_path: Path) -> None:
    text = (HALL / "food_business_licence.yaml").read_text(encoding="utf-8")
    shutil.copy(HALL / "system.yaml", tmp_path)
    for n in range(200):
        name = f"licence_{n}"
        (tmp_path / f"{name}.yaml").write_text(
            text.replace("id: food_business_licence", f"id: {name}"), encoding="utf-8"
        )
    loaded = files.load_system(tmp_path)
    assert len(loaded.system.items) == 200
    place = loaded.locate(
        error("DS101", ("items", "licence_7", "process", "steps", "apply", "options", "window"))
    ).location
    assert place is not None
    assert (Path(place.file).name, place.line, place.column) == ("licence_7.yaml", 28, 9)


# ------------------------------------------------------------------------------------------- where


def test_paths_lead_to_lines() -> None:
    loaded = files.load_system(HALL)

    def place(*path: str | int) -> str:
        location = loaded.locate(error("DS101", path)).location
        assert location is not None
        return f"{Path(location.file).name}:{location.line}:{location.column}"

    def text(name: str, line: str, key: str) -> str:
        lines = (HALL / name).read_text(encoding="utf-8").splitlines()
        (number,) = [n for n, content in enumerate(lines) if line in content]
        return f"{name}:{number + 1}:{lines[number].index(key, lines[number].index(line)) + 1}"

    assert place("pools", "tax_desk", "servers") == text("system.yaml", "tax_desk:", "servers")
    assert place("pools", "none_such") == text("system.yaml", "pools:", "pools")
    stall = ("items", "stall_permit_by_post")
    file = "stall_permit_by_post.yaml"
    accept = (*stall, "process", "steps", "accept")
    assert place(*accept, "outcomes", "incomplete", "chance") == text(file, "incomplete:", "chance")
    assert place(*accept, "clock") == text(file, "    accept:", "accept")
    assert place(*stall, "published", 2) == text(file, "published:", "complaint")
    assert place(*stall, "limits", "promised", "days") == text(file, "limits:", "promised")
    assert place("items", "none_such").startswith("system.yaml")
    assert place() == text("system.yaml", "schema:", "schema")


def test_all_findings_of_all_files_at_once(tmp_path: Path) -> None:
    shutil.copytree(HALL, tmp_path / "hall")
    folder = tmp_path / "hall"
    for name, old, new in [
        ("system.yaml", "servers: 3", "servers: none"),
        ("food_business_licence.yaml", "kind: licence", "kind: license"),
        ("food_business_licence.yaml", "takes: 6 min", "takes: 6"),
        ("public_event_permit.yaml", "next: joint_review", "next: joint_reviw"),
        ("stall_permit_by_post.yaml", "steps:", "steps"),
    ]:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    codes = [found.split()[0] for found in refused(files.load_system, folder)]
    assert sorted(codes) == ["DS013", "DS103", "DS106", "DS115", "DS140"]


# ------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("load", "given", "code"),
    [
        (files.load_system, "none_such", "DS026"),
        (files.load_system, "none/such.yaml", "DS001"),
        (files.load_system, "canonical/none_such", "DS001"),
        (files.load_system, str(EXAMPLES), "DS027"),
        (files.load_system, str(EXAMPLES / "courier_for_all.yaml"), "DS133 1:1"),
        (files.load_system, "", "DS027"),
        (files.load_system, "a\0b.yaml", "DS0"),
        (files.load_system, "x" * 5000 + ".yaml", "DS0"),
        (files.load_item, "fuzhou", "DS002"),
        (files.load_scenario, "none_such", "DS026"),
        (files.load_scenario, str(HALL), "DS002"),
        (files.load_scenario, str(HALL / "system.yaml"), "DS133 2:1"),
        (files.load_scheme, "none_such", "DS026"),
        (files.load_scheme, str(HALL / "system.yaml"), "DS133 2:1"),
    ],
)  # fmt: skip
def test_wrong_things_are_named(
    load: object, given: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (found,) = [f for f in refused(load, given) if not f.startswith("DS022")]
    assert found.startswith(code)


def test_names_are_suggested() -> None:
    with pytest.raises(InputError, match=r"Did you mean “canonical”\?"):
        files.load_system("canonic")


# ------------------------------------------------------------------------------------------- extends

CHILD = """\
schema: depthsim/service/1
id: child
name: Child
kind: licence
handling: committed
materials:
  application_form: {name: Form}
  supporting_document: {name: Proof}
process:
  extends: parent
  steps:
    accept: {takes: 3 min, lag: null}
    extra: {role: notify, stage: completion, by: office, pool: desk, outcomes: {told: {next: delivered}}}
    approve: null
    review:
      takes: {law: uniform, low: 1 min, high: 2 min}
      outcomes: {passed: {next: extra}}
"""
PARENT = """\
schema: depthsim/service/1
id: parent
name: Parent
kind: licence
handling: committed
process:
  start: accept
  steps:
    accept:
      {role: accept, stage: acceptance, by: office, pool: desk, takes: 9 min, lag: 1 h, outcomes: {ok: {next: review}}}
    review:
      role: review
      stage: review
      by: office
      pool: desk
      takes: {law: gamma, mean: 5 min, cv: 1}
      outcomes: {passed: {next: approve}, unfit: {chance: 0.1, kind: refusal, next: refused}}
    approve: {role: approve, stage: approval, by: office, pool: desk, outcomes: {granted: {next: delivered}}}
"""


def family(folder: Path, child: str = CHILD, parent: str = PARENT) -> Path:
    (folder / "child.yaml").write_text(child, encoding="utf-8")
    (folder / "parent.yaml").write_text(parent, encoding="utf-8")
    return folder / "child.yaml"


def test_a_process_extends_another(tmp_path: Path) -> None:
    loaded = files.load_item(family(tmp_path))
    steps = loaded.item.process.steps
    assert list(steps) == ["accept", "review", "extra"]
    accept, review = steps["accept"], steps["review"]
    assert isinstance(accept, OfficeStep)
    assert isinstance(review, OfficeStep)
    assert (str(accept.takes.durations()[0]) if accept.takes else None, accept.lag) == ("3 min", None)
    assert review.takes is not None
    assert review.takes.law == "uniform"
    assert {n: o.next for n, o in review.outcomes.items()} == {"passed": "extra", "unfit": "refused"}

    def place(*path: str) -> str:
        location = loaded.locate(error("DS101", ("items", "child", "process", *path))).location
        assert location is not None
        return f"{location.line}:{location.column}"

    assert place("steps", "review", "outcomes", "passed", "next") == "17:27"
    assert place("steps", "review", "outcomes", "unfit", "chance") == "17:7", "the nearest that the child says itself"
    assert place("start") == "10:3", "inherited: where `extends` stands"
    assert place("steps", "none") == "10:3"


def test_a_template_is_extended_wherever_the_item_lies(tmp_path: Path) -> None:
    text = CHILD[: CHILD.index("process")] + "process:\n  extends: level_ii\n"
    (tmp_path / "child.yaml").write_text(text, encoding="utf-8")
    item = files.load_item(tmp_path / "child.yaml").item
    assert item.process == files.load_item("canonical/level_ii").item.process
    assert files.dump(item).count("extends") == 0


def test_what_inheriting_breaks_is_told_where_extends_stands(tmp_path: Path) -> None:
    path = family(tmp_path, CHILD.replace("passed: {next: extra}", "unfit: null"))
    assert refused(files.load_item, path) == ["DS140 17:7"]


def test_a_circle_of_extends_is_refused(tmp_path: Path) -> None:
    path = family(tmp_path, parent=PARENT.replace("  start: accept\n", "  extends: child\n  start: accept\n"))
    assert any(code.startswith("DS136 10:3") for code in refused(files.load_item, path))


def test_the_start_may_be_overridden(tmp_path: Path) -> None:
    path = family(tmp_path, CHILD.replace("  extends: parent\n", "  extends: parent\n  start: review\n"))
    assert files.load_item(path).item.process.start == "review"


def test_a_scenario_may_name_the_items_beside_a_lone_one() -> None:
    from depthsim import reforms

    lone = files.load_system("fuzhou/outdoor_advertising").system
    assert tuple(lone.items) == ("outdoor_advertising",)
    assert "residence_permit" in lone.omitted
    assert "system" not in lone.omitted
    done = reforms.apply(lone, files.load_scenario("full_package"))
    whole = reforms.apply(files.load_system("fuzhou").system, files.load_scenario("full_package"))
    assert done.system["outdoor_advertising"] == whole.system["outdoor_advertising"]
    assert files.load_system("fuzhou").system.omitted == ()


def test_wrong_values_do_not_hide_wrong_names(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "examples" / "demo_hall"
    shutil.copytree(source, tmp_path / "hall")
    item = tmp_path / "hall" / "food_business_licence.yaml"
    text = item.read_text(encoding="utf-8")
    text = text.replace("applicant: waits", "applicant: wait", 1).replace("uptake: 0.6", "uptake: many", 1)
    text = text.replace("passed: {next: inspect}", "passed: {next: inspekt}", 1)
    text = text.replace("materials: [application_form, identity]", "materials: [application_form, identty]", 1)
    item.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        files.load_system(tmp_path / "hall")
    assert sorted({f.code for f in caught.value.findings}) == ["DS103", "DS105", "DS140", "DS146"]
