"""The reference is what the code says, and nothing that users can meet is missing from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from depthsim import files, measures, reforms
from depthsim.cli._program import COMMANDS
from depthsim.files.schema import KINDS
from depthsim.texts import LANGS, room
from scripts import ROOT, tool

make_reference = tool("make_reference")
FOLDER = ROOT / "docs" / "reference"
PAGES = make_reference.pages()


@pytest.mark.parametrize("name", PAGES)
def test_reference_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name], "run `make docs`"


def test_nothing_is_left_over() -> None:
    assert {p.name for p in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize("lang", LANGS)
def test_every_command_and_option_is_documented(lang: str) -> None:
    from depthsim.cli._program import load
    from depthsim.cli._words import Words

    page = PAGES["command-line.md" if lang == "en" else "command-line.zh.md"]
    for name in COMMANDS:
        assert f"## depthsim {name}\n" in page
        section = page.split(f"## depthsim {name}\n")[1].split("\n## ")[0]
        for parameter in load(name, Words(lang)).params:  # type: ignore[arg-type]
            for option in (o for o in parameter.opts if o.startswith("--")):
                assert option in section, (name, option)
            assert getattr(parameter, "help", None), (name, parameter.name)


@pytest.mark.parametrize("lang", LANGS)
def test_every_reform_with_its_parameters_is_documented(lang: str) -> None:
    page = PAGES["reforms.md" if lang == "en" else "reforms.zh.md"]
    for name in reforms.catalogue():
        section = page.split(f"## {name}\n")[1].split("\n## ")[0]
        for parameter in reforms.load(name).parameters.model_fields:
            assert f"| `{parameter}` |" in section


def test_every_measure_is_documented() -> None:
    for page in (PAGES["measures.md"], PAGES["measures.zh.md"]):
        assert all(f"| `{name}` |" in page for name in measures.catalogue())


def test_every_finding_is_documented_in_both_languages() -> None:
    for code, entry in room("findings").items():
        for lang, page in (("en", PAGES["findings.md"]), ("zh", PAGES["findings.zh.md"])):
            assert f"| {code} |" in page
            assert entry[lang]["message"].strip()
            assert entry[lang]["remedy"].strip()


def test_every_field_of_the_files_has_a_meaning() -> None:
    for kind in KINDS:
        schema = files.json_schema(kind)
        for name, part in {schema["title"]: schema, **schema["$defs"]}.items():
            if name == "Level":
                continue
            assert room("fields")[name]
            for field in part.get("properties", ()):
                owner = "Process" if name == "InheritedProcess" else name
                assert all(make_reference.meaning(owner, field, lang).strip() for lang in LANGS)


def test_the_python_api_is_documented() -> None:
    import depthsim

    page = PAGES["python.md"]
    for name in depthsim.__all__:
        section = page.split(f"## {name}\n")[1].split("\n## ")[0]
        said = [line for line in section.splitlines() if line and not line.startswith(("```", f"{name}("))]
        assert said, f"{name} has no docstring"


@pytest.mark.parametrize("command", make_reference.described()["commands"])
def test_every_field_of_the_json_outputs_is_documented(command: str, tmp_path: Path) -> None:
    said = make_reference.described()
    found = make_reference.document(said["commands"][command]["run"], tmp_path)
    free = frozenset({f"{at}visits.{what}" for at in ("[].", "") for what in ("by_channel", "distribution")})
    free |= {"totals", "difference", "scenarios[].totals", "scenarios[].difference", "scenarios[].items[].difference"}
    free |= set(said["commands"][command].get("free", ()))
    seen = set(make_reference.paths(found, free))
    known = make_reference.described_paths(command) | set(said["commands"][command]["fields"])
    assert not seen - known
    for name, field in set(make_reference.shapes_in(found)):
        assert field in said["shapes"][name]["fields"], (name, field)
