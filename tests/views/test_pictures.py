"""What is on a picture: who acts, where visits fall, levels, and the golden DOT and Mermaid texts."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

from depthsim.errors import UsageError
from depthsim.model.level import Level
from depthsim.model.service import ServiceItem
from depthsim.views.pictures import FORMATS, changes, difference, dot, mermaid, picture, render
from views.drawn import GOLDEN, ITEMS, SYSTEM, classified, demo


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize(("lang", "kind"), [("zh", "dot"), ("en", "dot"), ("both", "mermaid")])
def test_golden_texts(item: str, lang: Any, kind: str) -> None:
    """DEPTHSIM_GOLDEN=write makes them anew; look at the pictures before you commit them."""
    golden = GOLDEN / f"{item}.{lang}.{'dot' if kind == 'dot' else 'mmd'}"
    text = render(demo(item, lang=lang), kind).decode()
    if os.environ.get("DEPTHSIM_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


def test_who_acts_and_where() -> None:
    nodes = {n.id: n for n in demo("public_event_permit", lang="zh").nodes}
    assert {i: nodes[i].who for i in ("apply", "approve", "joint_review", "joint_review/province/opinion")} == {
        "apply": "applicant",
        "approve": "office",
        "joint_review": "parallel",
        "joint_review/province/opinion": "external",
    }
    assert nodes["apply"].on_site == "choice"
    assert nodes["joint_review/fire/explain"].on_site == "always"
    assert nodes["accept_at_window"].on_site == "waits"
    assert nodes["accept_online"].on_site == "never"
    assert nodes["joint_review/fire/survey"].cluster == "joint_review/fire"
    (chip,) = (c for c in nodes["pay"].chips if c.on_site)
    assert chip.text == "到现场 · 办税服务厅 · 窗口"
    assert "专家评审" in " ".join(nodes["joint_review/province/opinion"].lines)


def test_edges_carry_chances_times_and_kinds() -> None:
    edges = {(e.source, e.move): e for e in demo("food_business_licence", lang="en").edges}
    assert (edges["apply", "online"].head, edges["apply", "online"].lines) == ("60%", ("35 min own work",))
    assert edges["apply", "window"].lines == ("25 min own work", "served ~12 min")
    assert edges["check", "incomplete"].kind == "correction"
    assert edges["check", "incomplete"].back
    assert edges["inspect", "unfit"].target == "refused@inspect"
    assert edges["issue", "ready"].head == ""  # nothing else can happen
    main = [e.move for e in edges.values() if e.main and e.move]
    assert main == ["online", "accepted", "passed", "fit", "granted", "ready", "courier"]


def test_badges_show_a_disagreement() -> None:
    (badge,) = demo("food_business_licence", lang="zh").badges
    assert (badge.level, badge.differs) == ("IV", False)
    item = SYSTEM["food_business_licence"]
    declared = item.model_copy(update={"declared": item.declared.model_copy(update={"level": Level.II})})  # type: ignore[union-attr]
    found = picture(declared, classification=classified(declared), lang="en").badges
    assert [(b.level, b.differs) for b in found] == [("IV", False), ("II", True)]
    assert not picture(item).badges


def test_a_picture_without_its_system_names_places_by_id() -> None:
    (node,) = (n for n in picture(SYSTEM["food_business_licence"], lang="en").nodes if n.id == "apply")
    assert [c.text for c in node.chips] == ["online", "on site · city hall · window"]


def test_both_languages_stand_together() -> None:
    node = next(n for n in demo("food_business_licence", lang="both").nodes if n.id == "apply")
    assert (node.title, node.second) == (("提交申请",), ("Submit",))


def reformed() -> ServiceItem:
    """Return the food licence with online reception taken away, a courier for more, and a new notice step."""
    data = SYSTEM["food_business_licence"].model_dump(mode="json", by_alias=True, exclude_none=True)
    steps = data["process"]["steps"]
    steps["apply"]["options"]["online"]["uptake"] = 0.85
    steps["apply"]["options"]["window"]["uptake"] = 0.15
    steps["review"]["lag"] = "0.5 working days"
    del steps["inspect"]
    steps["review"]["outcomes"] = {"passed": {"next": "tell"}}
    steps["tell"] = {"role": "notify", "stage": "review", "by": "office", "pool": "reviewers",
                     "takes": "2 min", "outcomes": {"told": {"next": "approve"}}}  # fmt: skip
    return ServiceItem.model_validate(data)


def test_a_difference_marks_what_was_added_removed_and_changed() -> None:
    after = picture(reformed(), system=SYSTEM, classification=classified(reformed()), lang="en")
    drawn = difference(demo("food_business_licence", lang="en"), after, scenario="less inspection")
    nodes = {n.id: n for n in drawn.nodes}
    assert {i: nodes[i].change for i in ("tell", "inspect", "refused@inspect", "review", "apply")} == {
        "tell": "added",
        "inspect": "removed",
        "refused@inspect": "removed",
        "review": "changed",
        "apply": "same",
    }
    assert "lag 1 → 0.5 wd + work ~32 min" in nodes["review"].lines
    edges = {e.key: e for e in drawn.edges}
    assert edges["apply", "online", "verify_online"].head == "60% → 85%"
    assert edges["review", "passed", "inspect"].change == "removed"
    assert edges["review", "passed", "tell"].change == "added"
    assert [entry.mark for entry in drawn.legend][-3:] == ["added", "removed", "changed"]
    assert "less inspection" in drawn.subtitle
    assert "→" in drawn.facts[0]
    text = dot(drawn)
    assert "− On-site inspection" in text
    assert "+ Notify" in text
    assert mermaid(drawn).count(":::removed") == 2
    assert len(render(drawn, "png")) > 10_000


@pytest.mark.parametrize("item", ITEMS)
def test_no_difference_to_itself(item: str) -> None:
    drawn = difference(demo(item, lang="zh"), demo(item, lang="zh"))
    assert changes(drawn) == {"added": 0, "removed": 0, "changed": 0}
    assert drawn.states == demo(item, lang="zh").states


@pytest.mark.parametrize("item", ITEMS)
def test_mermaid_is_well_formed(item: str) -> None:
    lines = mermaid(demo(item, lang="zh")).splitlines()
    assert lines[3] == "flowchart TB"
    assert sum(line.strip().startswith("subgraph ") for line in lines) == sum(line.strip() == "end" for line in lines)
    node = r'n\d+(\(\("●"\)\)|\[\["[^"]*"\]\]:::\w+|\(\["[^"]*"\]\):::\w+|\["[^"]*"\]:::\w+|\{\{"[^"]*"\}\}:::\w+)'
    edge = r'n\d+ (-->|==>|-\.->)(\|"[^"]*"\|)? n\d+'
    rest = r'subgraph c\d+\["[^"]*"\]|end|classDef \w+ fill:#\w+,stroke:#\w+,color:#\w+|linkStyle \d+ stroke:\S+'
    for line in lines[4:]:
        assert re.fullmatch(rf"\s*({node}|{edge}|{rest})", line), line


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError):
        render(demo("food_business_licence"), "gif")
    assert set(FORMATS) == {"svg", "png", "pdf", "dot", "mermaid"}
