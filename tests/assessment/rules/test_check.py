"""`check` reads what stands beside the items, and says what guides declare against their process."""

from __future__ import annotations

from pathlib import Path

import pytest

from depthsim import check, files
from depthsim.files.published import with_published
from depthsim.model.guide import ServiceGuide


def codes(path: Path) -> list[tuple[str, str]]:
    """Return the findings of guides, inventories and evidence: code and place."""
    found = [f for f in check(path).findings if f.location and path in _around(f.location.file)]
    return [(f.code, f"{f.location.line}:{f.location.column}") for f in found if f.location]


def _around(file: str) -> tuple[Path, ...]:
    """Return a file of guides, inventory or evidence, and its folders; nothing for the files of items."""
    path = Path(file)
    published = path.parent.name in ("guides", "evidence") or path.name == "catalogue.yaml"
    return (path, *path.parents) if published else ()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a system of one item of level II whose guide declares more than it keeps."""
    system = files.load_system("canonical").system
    item = system.items["level_ii"].model_copy(update={"id": "permit", "declared": None})
    folder = files.write_system(system.with_items({"permit": item}), tmp_path / "hall")
    (folder / "guides").mkdir()
    (folder / "guides" / "permit.yaml").write_text(
        "schema: depthsim/guide/1\nid: permit\nname: 例\napplication_based: false\nassumption: invented\n"
        "depth: {codes: [IV]}\nvisits: {count: 0, meaning: greatest}\n",
        encoding="utf-8",
    )
    return folder


def test_what_a_guide_declares_is_held_against_its_process(folder: Path) -> None:
    found = dict(codes(folder))
    assert found["DS301"] == "6:1"
    assert found["DS303"] == "7:10"


def test_what_the_process_file_declares_too_is_said_once(folder: Path) -> None:
    loaded = with_published(files.load_system(folder))
    item = loaded.item.model_copy(update={"declared": loaded.system.guides["permit"].declared})
    files.write_item(item, folder)
    found = [f.code for f in check(folder).findings]
    assert found.count("DS301") == 1


def test_one_guide_in_a_system_is_checked_as_the_system_checks_it(folder: Path) -> None:
    guide = folder / "guides" / "permit.yaml"
    assert codes(guide) == codes(folder)
    assert check(guide).numbers.total == 1


def test_a_guide_that_stands_alone_is_checked_by_the_rules(tmp_path: Path) -> None:
    path = tmp_path / "g.yaml"
    path.write_text("schema: depthsim/guide/1\nid: g\nname: 例\nhours: 每天\nassumption: x\n", encoding="utf-8")
    assert "DS838" in {f.code for f in check(path).findings}


def test_inventories_and_evidence_are_checked_alone_and_in_their_system(folder: Path) -> None:
    (folder / "catalogue.yaml").write_text(
        "schema: depthsim/city/1\nid: c\nname: 市\ncases:\n"
        "  - {item: nobody, start: 2025-01-01, end: 2025-06-30, filed: 3, synthetic: true}\nassumption: invented\n",
        encoding="utf-8",
    )
    (folder / "evidence").mkdir()
    (folder / "evidence" / "desk.yaml").write_text(
        "schema: depthsim/evidence/1\nassumption: invented\nfindings:\n"
        "  - {indicator: E3-1, author: 评估组, date: 2025-03-01, reference: 文件, department: nobody, verdict: met}\n",
        encoding="utf-8",
    )
    assert ("DS194", "5:6") in codes(folder)
    assert [code for code, _ in codes(folder / "evidence" / "desk.yaml")] == ["DS194"]
    alone = folder / "system.yaml"
    alone.unlink()
    assert codes(folder / "catalogue.yaml") == []


def test_a_broken_system_does_not_hide_broken_guides(folder: Path) -> None:
    (folder / "system.yaml").write_text("schema: depthsim/system/1\nid: hall\n", encoding="utf-8")
    (folder / "guides" / "permit.yaml").write_text("schema: depthsim/guide/1\nid: permit\n", encoding="utf-8")
    found = [f.location.file.rpartition("/")[2] for f in check(folder).findings if f.location and f.code == "DS101"]
    assert found == ["system.yaml", "permit.yaml"]


def test_every_word_of_a_guide_is_read_only_where_it_is_asked_for(folder: Path) -> None:
    (folder / "guides" / "permit.yaml").write_text("{{{", encoding="utf-8")
    assert files.load_system(folder).system.guides == {}
    assert not isinstance(files.load_system(folder).system.items["permit"], ServiceGuide)
