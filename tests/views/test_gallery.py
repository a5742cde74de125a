"""All pictures of a system in a folder: written, found current, found stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from depthsim.errors import InputError
from depthsim.views.pictures import draw_all, stale
from views.drawn import ITEMS, SYSTEM, classified

OPTIONS = {"classify": classified, "formats": ("svg", "dot")}


def test_what_was_drawn_is_current_until_something_changes(tmp_path: Path) -> None:
    assert len(stale(SYSTEM, tmp_path, **OPTIONS)) == 4 * len(ITEMS)  # type: ignore[arg-type]
    files, findings = draw_all(SYSTEM, tmp_path, **OPTIONS)  # type: ignore[arg-type]
    assert not findings
    assert {f.name for f in files} == {
        f"{i}.{lang}.{s}" for i in ITEMS for lang in ("zh", "en") for s in ("svg", "dot")
    }
    assert stale(SYSTEM, tmp_path, **OPTIONS) == ()  # type: ignore[arg-type]
    first = {f: f.read_bytes() for f in files}
    draw_all(SYSTEM, tmp_path, **OPTIONS)  # type: ignore[arg-type]
    assert first == {f: f.read_bytes() for f in files}

    place = tmp_path / "demo_hall"
    (place / "food_business_licence.zh.svg").unlink()
    (place / "public_event_permit.en.dot").write_text("digraph {}", encoding="utf-8")
    (place / "gone.zh.svg").write_text("<svg/>", encoding="utf-8")
    (place / "README.md").write_text("kept", encoding="utf-8")
    found = stale(SYSTEM, tmp_path, **OPTIONS)  # type: ignore[arg-type]
    assert set(found) == {
        "demo_hall/food_business_licence.zh.svg", "demo_hall/public_event_permit.en.dot", "demo_hall/gone.zh.svg",
    }  # fmt: skip
    draw_all(SYSTEM, tmp_path, **OPTIONS)  # type: ignore[arg-type]
    assert stale(SYSTEM, tmp_path, **OPTIONS) == ()  # type: ignore[arg-type]
    assert (place / "README.md").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(InputError):
        draw_all(SYSTEM, tmp_path / "file", formats=("dot",))
