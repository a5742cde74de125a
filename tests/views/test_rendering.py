"""Files that come out: valid, in Chinese without any font on the machine, harmless whatever the names are."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from depthsim.errors import InputError
from depthsim.model.service import ServiceItem
from depthsim.views import typeface
from depthsim.views.pictures import checked, dot, layout, mermaid, picture, render
from views.drawn import ITEMS, SYSTEM, demo

HOSTILE = {
    "quotes": "a \"b\" 'c' `d`",
    "markup": "<b>bold</b> & </TABLE>> <script>alert(1)</script>",
    "escapes": 'C:\\new\\N \\G \\l \\" \\',
    "lines": "one\ntwo\r\nthree\ttab",
    "dot": '"]; evil [label="x"]; }',
    "mermaid": 'x"] --> y; %%{init: {"theme":"dark"}}%% end #lt; |pipe| :::cls',
    "entity": "&lt;&#10;&nbsp;",
    "brackets": "<<TABLE>>",
    "long": "长" * 100 + "w" * 100,
    "control": "a\u200b\u202eb\ufeffc\x7f",
    "emoji": "许可😀𠮷",
    "blank-like": "\u3000\u00a0 x",
}


def named(words: str) -> ServiceItem:
    """Return an item whose every name is the same hostile words."""
    name = {"zh": words, "en": words}
    office = {"by": "office", "stage": "review", "pool": "reviewers", "name": name}
    steps = {
        "apply": {"by": "applicant", "role": "submit", "stage": "preparation", "name": name,
                  "options": {"online": {"channel": "online", "name": name, "next": "check"},
                              "window": {"channel": "window", "at": "city_hall", "pool": "front_desk", "name": name,
                                         "next": "check"}}},
        "check": {**office, "role": "review",
                  "outcomes": {"good": {"next": "both", "name": name},
                               "bad": {"next": "apply", "kind": "correction", "chance": 0.2, "name": name}}},
        "both": {"by": "parallel", "role": "countersign", "stage": "review", "name": name, "next": "delivered",
                 "branches": {"a": {"name": name, "start": "far",
                                    "steps": {"far": {"by": "office", "role": "forward", "stage": "review",
                                                      "external": name, "name": name,
                                                      "outcomes": {"back": {"next": "done", "name": name}}}}}}},
    }  # fmt: skip
    return ServiceItem.model_validate(
        {"id": "hostile", "name": name, "kind": "other", "handling": "committed",
         "process": {"start": "apply", "steps": steps}}
    )  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("lang", ["zh", "both"])
def test_hostile_names_are_harmless(words: str, lang: Any, capfd: pytest.CaptureFixture[str]) -> None:
    plain, hostile = (picture(named(w), lang=lang) for w in ("plain", words))
    drawn = ET.fromstring(render(hostile, "svg"))
    usual = ET.fromstring(render(plain, "svg"))

    def marks(root: ET.Element) -> dict[str | None, int]:
        found = [e.get("class") for e in root.iter() if e.get("class")]
        return {c: found.count(c) for c in found}

    assert marks(drawn) == marks(usual)  # no node, edge or box more or less
    assert not {e.tag.rpartition("}")[2] for e in drawn.iter()} & {"script", "foreignObject", "image"}
    assert capfd.readouterr().err == ""
    shown = "".join(e.text or "" for e in drawn.iter() if e.tag.endswith("text"))
    for piece in re.findall(r"[a-z]{4,}", words)[:1]:
        assert piece in shown
    text = mermaid(hostile)
    assert text.count("\n") == mermaid(plain).count("\n")
    body = text.split("---\n", 2)[2]
    assert "<script" not in body
    assert all(line.count('"') in (0, 2) for line in body.splitlines())
    assert "%%" not in body
    assert dot(hostile) == dot(picture(named(words), lang=lang))


def test_text_is_shown_as_it_is_written() -> None:
    drawn = ET.fromstring(render(picture(named('<b> & \\N "q"'), lang="en"), "svg"))
    shown = [e.text for e in drawn.iter() if e.tag.endswith("text")]
    assert '<b> & \\N "q"' in shown


@pytest.mark.parametrize("item", ITEMS)
def test_images_are_valid_files(item: str) -> None:
    drawn = demo(item, lang="both")
    svg = ET.fromstring(render(drawn, "svg"))
    words = "".join(e.text or "" for e in svg.iter() if e.tag.endswith("text"))
    assert "到现场" in words
    assert "on site" in words
    assert "Noto Sans SC" in svg.get("font-family", "")
    png = render(drawn, "png")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(png) > 20_000
    pdf = render(drawn, "pdf")
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert _fonts(pdf) == {"NotoSansSC-Regular"}


def _fonts(pdf: bytes) -> set[str]:
    """Return the fonts embedded in a PDF; bold, drawn from the regular weight, has no name of its own."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    names = {n.decode() for n in re.findall(rb"/FontName\s*/(?:[A-Z]{6}\+)?([\w-]+)", b"\n".join(parts))}
    return {n for n in names if not n.startswith("CairoFont")}


def test_lanes_are_as_wide_as_the_picture_and_in_order() -> None:
    root = ET.fromstring(render(demo("public_event_permit", lang="zh"), "svg"))
    lanes = {}
    for group in root.iter():
        title = group.find("{*}title")
        if group.get("class") == "cluster" and title is not None and (title.text or "").startswith("cluster_stage/"):
            polygon = group.find(".//{*}polygon")
            assert polygon is not None
            points = [tuple(map(float, p.split(","))) for p in (polygon.get("points") or "").split()]
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            lanes[(title.text or "")[14:]] = (min(xs), max(xs), min(ys), max(ys))
    assert len({(x0, x1) for x0, x1, _, _ in lanes.values()}) == 1
    order = ["preparation", "acceptance", "review", "approval", "completion", "delivery"]
    assert sorted(lanes, key=lambda stage: lanes[stage][2]) == order
    for above, below in itertools.pairwise(order):
        assert lanes[above][3] == pytest.approx(lanes[below][2], abs=0.02)


def test_a_machine_without_fonts_and_a_read_only_home(tmp_path: Path) -> None:
    """In a fresh process: no home, no cache, no font settings; the letters come from the bundled font alone."""
    home = tmp_path / "home"
    home.mkdir(mode=0o555)
    program = (
        "import sys; from views.drawn import demo; from depthsim.views.pictures import render;"
        "sys.stdout.buffer.write(render(demo('food_business_licence', lang='zh'), 'pdf'))"
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith(("FONTCONFIG", "XDG"))}
    env |= {"HOME": str(home), "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])}
    made = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, check=True)
    assert _fonts(made.stdout) == {"NotoSansSC-Regular"}
    assert made.stderr == b""


def test_without_graphviz_the_finding_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_by_library", lambda *_: None)
    monkeypatch.setattr(layout.shutil, "which", lambda _: None)
    with pytest.raises(InputError) as caught:
        render(demo("food_business_licence"), "svg")
    assert caught.value.findings[0].code == "DS701"
    assert render(demo("food_business_licence"), "dot")
    assert render(demo("food_business_licence"), "mermaid")


def test_dot_on_the_path_is_the_second_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "dot"
    fake.write_text(f"#!{sys.executable}\nimport sys\nsys.stdin.buffer.read()\nprint('<svg ' + sys.argv[1] + '/>')\n")
    fake.chmod(0o755)
    monkeypatch.setattr(layout, "_by_library", lambda *_: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert b"-Tsvg" in render(demo("food_business_licence"), "svg")
    fake.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('no plug-in')\n")
    with pytest.raises(InputError) as caught:
        render(demo("food_business_licence"), "png")
    assert caught.value.findings[0].code == "DS702"


def test_characters_that_the_font_lacks_are_named() -> None:
    (finding,) = checked(picture(named("许可😀𠮷"))).findings
    assert finding.code == "DS703"
    assert list(finding.values["characters"]) == ["😀", "𠮷"]
    assert not checked(demo("food_business_licence", lang="both")).findings
    assert typeface.missing("政务服务 Ⅳ级 ◉✓×−→≈∥●┅┈━") == ""


def test_the_same_picture_gives_the_same_bytes() -> None:
    drawn = demo("public_event_permit", lang="zh")
    assert render(drawn, "svg") == render(drawn, "svg")
    assert drawn == demo("public_event_permit", lang="zh")
    assert SYSTEM["public_event_permit"] == SYSTEM.items["public_event_permit"]


def test_a_chinese_svg_carries_its_letters_and_an_english_one_none() -> None:
    chinese = render(demo("stall_permit_by_post", lang="zh"), "svg").decode()
    assert chinese.count("@font-face") == 1
    assert "data:font/woff;base64," in chinese
    assert render(demo("stall_permit_by_post", lang="zh"), "svg").decode() == chinese
    assert "@font-face" not in render(demo("stall_permit_by_post", lang="en"), "svg").decode()
