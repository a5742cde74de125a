"""Every reform has a page, in both languages, that says what the code says, with an example that applies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from depthsim import reforms
from depthsim.errors import Severity
from depthsim.files import load_system
from depthsim.model.scenario import Scenario
from depthsim.reforms import Reform
from depthsim.texts import room

FOLDER = Path(__file__).parents[2] / "docs" / "reforms"
NAMES = reforms.catalogue()
HEADINGS = (
    "What it does to the process", "Parameters", "When it does nothing", "What it touches", "Source", "Example",
    "What it does not model", "中文",
)  # fmt: skip


def page(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def test_there_is_a_page_for_every_reform_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {*NAMES, "index"}
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"({name}.md)" in index, name


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_every_section_in_both_languages(name: str) -> None:
    text = page(name)
    reform = reforms.load(name)
    for heading in HEADINGS:
        assert f"\n## {heading}\n" in text, heading
    english, chinese = text.split("\n## 中文\n")
    assert reform.name("en") in english
    assert reform.name("zh") in chinese
    assert reform.summary("en") in english
    assert reform.summary("zh") in chinese
    for label in ("不起作用的情形", "触及", "依据", "未模拟的"):
        assert f"**{label}**" in chinese, label


@pytest.mark.parametrize("name", NAMES)
def test_parameters_and_touches_are_those_of_the_code(name: str) -> None:
    reform = reforms.load(name)
    english, chinese = page(name).split("\n## 中文\n")
    for text, lang in ((english, "en"), (chinese, "zh")):
        rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", text, re.MULTILINE)
        assert [row[0] for row in rows] == list(reform.parameters.model_fields)
        for parameter, default, meaning in rows:
            assert meaning == reform.parameter(parameter, lang)  # type: ignore[arg-type]
            assert shown_default(reform, parameter, default), (parameter, default)
    touched = english.split("## What it touches")[1].split("\n## ")[0].split(". ")[0]
    assert set(re.findall(r"`(\w+)`", touched)) == reform.touches


def shown_default(reform: Reform, parameter: str, shown: str) -> bool:
    """Return whether a default is shown as it is: the parameter with it is the parameter left out."""
    field = reform.parameters.model_fields[parameter]
    if field.is_required():
        return "required" in shown or "必填" in shown
    default = field.get_default(call_default_factory=True)
    if default is None:
        return shown in ("not given", "不写")
    written = yaml.safe_load(shown.strip("`"))
    needed = {n: value(n, reform) for n, f in reform.parameters.model_fields.items() if f.is_required()}
    given = reforms.read_parameters(reform, {**needed, parameter: written})
    return bool(getattr(given, parameter) == default)


def value(parameter: str, reform: Reform) -> object:
    """Return some value of a required parameter, from the page's own example."""
    return next(use[reform.id][parameter] for use in example(reform.id)["reforms"] if reform.id in use)


def example(name: str) -> dict[str, list[dict[str, dict[str, object]]]]:
    found: dict[str, list[dict[str, dict[str, object]]]] = yaml.safe_load(
        re.search(r"```yaml\n(.+?)```", page(name), re.DOTALL)[1]  # type: ignore[index]
    )
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_example_applies_to_the_bundled_city_and_changes_it(name: str) -> None:
    plain = example(name)
    assert name in {n for use in plain["reforms"] for n in use}
    scenario = Scenario.model_validate({"id": "example", "name": "example", **plain})
    system = load_system("fuzhou").system
    after = reforms.apply(system, scenario)
    assert after.system != system
    assert all(f.severity is not Severity.ERROR for f in after.findings)
    for use in after.uses:
        assert use.changed or not use.chosen


def test_every_finding_that_a_page_names_exists() -> None:
    named = {code for name in (*NAMES, "index") for code in re.findall(r"\bDS\d{3}\b", page(name))}
    known = {key.split(".")[0] for key in room("findings")}
    assert named <= known
    assert len(named) > 40


@pytest.mark.parametrize("name", [*NAMES, "index"])
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page(name)):
        assert (FOLDER / target).exists(), target
