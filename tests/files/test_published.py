"""Guides, inventory and evidence: what is written reads back the same, what is wrong has its place, nothing is read
that nobody asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depthsim import files
from depthsim.errors import InputError
from depthsim.files.document import parse
from depthsim.files.published import read_guide, read_published, with_published
from depthsim.model.guide import ServiceGuide
from depthsim.model.system import ServiceSystem
from depthsim.texts import finding_line
from published import cities, evidence, guides

CLEAN = Path(__file__).parents[1] / "assessment" / "rules" / "fixtures" / "clean.yaml"
often = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@often
@given(st.one_of(guides(), cities(), evidence()))
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    document = parse(files.dump(value), "written.yaml")
    assert not document.findings
    assert type(value).model_validate(document.data) == value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a system's folder with one guide."""
    system = ServiceSystem.model_validate({"id": "hall", "name": "Hall", "departments": {"health": {"name": "Health"}}})
    guide = read_guide(CLEAN)[0]
    target = tmp_path / "hall"
    return files.write_system(system.model_copy(update={"guides": {"clean": guide}}), target)


def test_a_system_is_written_with_its_guides_and_read_back(folder: Path) -> None:
    bare = files.load_system(folder)
    assert not bare.system.guides
    loaded = with_published(bare)
    assert loaded.system.guides == {"clean": read_guide(CLEAN)[0]}
    assert files.dump(loaded.system) == files.dump(bare.system), "guides are no part of system.yaml"


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(cities(), evidence())
def test_inventory_and_evidence_survive(tmp_path_factory: pytest.TempPathFactory, city: Any, found: Any) -> None:
    target = tmp_path_factory.mktemp("city")
    files.write_city(city, target)
    files.write_evidence(found, "portal", target)
    published = read_published(target)
    assert (published.city, published.evidence) == (city, {"portal": found})


def test_broken_guides_do_not_hinder_simulations(folder: Path) -> None:
    (folder / "guides" / "broken.yaml").write_text("schema: depthsim/guide/1\nid: broken\n", encoding="utf-8")
    loaded = files.load_system(folder)
    with pytest.raises(InputError) as refused:
        with_published(loaded)
    (finding,) = refused.value.findings
    assert finding.code == "DS101"
    assert str(finding.location).endswith("broken.yaml:1:1")


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("id: clean", "id: another", "DS132", "2:1"),
        ("department: health", "department: healt", "DS194", "12:1"),
        ("charged: false", "charged: no", "DS107", "33:1"),
        ("charged: false", "chraged: false", "DS102", "33:1"),
        ('basic_code: "000123004000"', "basic_code: 210123004000", "DS104", "6:1"),
        ("    copies: 0", "    copies: -1", "DS113", "53:5"),
        ("trust: A", "trust: E", "DS103", "66:5"),
        ("until: 2024-06-30", "until: 2024-06-31", "DS110", "84:10"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_guide_has_its_place(folder: Path, old: str, new: str, code: str, place: str) -> None:
    path = folder / "guides" / "clean.yaml"
    path.write_text(CLEAN.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    findings = read_published(folder, files.load_system(folder).system).findings
    assert [f.code for f in findings] == [code], [finding_line(f, "en") for f in findings]
    assert str(findings[0].location).endswith(f"clean.yaml:{place}")


def test_a_lone_item_is_read_with_its_own_guide(tmp_path: Path) -> None:
    demo = Path(__file__).parents[1] / "assessment" / "rules" / "fixtures" / "ds812_guide_agrees_with_the_process_file"
    loaded = with_published(files.load_item(demo / "permit.yaml"))
    assert list(loaded.system.guides) == ["permit"]


def test_the_same_guide_twice_is_refused(folder: Path) -> None:
    (folder / "guides" / "clean.yml").write_text(CLEAN.read_text(encoding="utf-8"), encoding="utf-8")
    assert "DS138" in {f.code for f in read_published(folder).findings}


def test_system_yaml_holds_no_guides(tmp_path: Path) -> None:
    (tmp_path / "system.yaml").write_text(
        "schema: depthsim/system/1\nid: hall\nname: Hall\nguides: {}\nevidence: {}\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as refused:
        files.load_system(tmp_path)
    assert [(f.code, f.location.line) for f in refused.value.findings if f.location] == [("DS139", 4), ("DS139", 5)]


def test_loading_a_system_does_not_even_import_what_guides_need(folder: Path) -> None:
    script = (
        f"import sys, depthsim; depthsim.load({str(folder)!r}); "
        "print([m for m in sys.modules if m in ('depthsim.model.guide', 'depthsim.model.city')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_declared_reads_as_an_items_declaration() -> None:
    guide: ServiceGuide = read_guide(CLEAN)[0]
    declared = guide.declared
    assert (declared.level, declared.visits, declared.meaning) == ("II", 1, "greatest")
