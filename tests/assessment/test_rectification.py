"""The rectification list: a row for each finding, known by the same key again, merged with what an office entered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assessment.catalogue import SCHEME, assessed, city, guides, system
from depthsim import reforms
from depthsim.analysis.level import classify
from depthsim.analysis.minutes import mean_minutes
from depthsim.assessment.rectification import Entry, rectification
from depthsim.files import load_scheme
from depthsim.verbs.assess import assess


def faulty() -> Any:
    """Return a city with a missing quota, a wrong level and a county that is not on the platform."""
    every, inventory = guides(), city()
    del every[0]["quota"]
    every[2]["depth"] = {"codes": ["IV"]}
    inventory["counties"]["east"]["on_platform"] = False
    return system(every, inventory)


@pytest.fixture(scope="module")
def rows() -> Any:
    return rectification(assessed(faulty()))


def test_every_finding_has_a_row_under_its_indicator(rows: Any) -> None:
    found = assessed(faulty())
    assert len(rows.tasks) == sum(len(r.findings) for r in found.results)
    assert len({t.key for t in rows.tasks}) == len(rows.tasks)
    quota = [t for t in rows.tasks if t.indicator == "C1-3"]
    assert [(t.item, t.department) for t in quota] == [("level_i", "agency")]
    assert [str(f) for t in quota for f in t.evidence] == ["level_i.quota = —"]
    county = next(t for t in rows.tasks if t.indicator == "A1-3")
    assert (county.item, county.department) == (None, None)


def test_effects_are_those_of_the_reforms_on_the_exact_model(rows: Any) -> None:
    levels = load_scheme("depth_2018")
    effects = {t.item: t.effect for t in rows.tasks if t.effect}
    assert {"level_i", "level_ii"} <= set(effects)
    for name, effect in effects.items():
        whole = faulty()
        after = whole
        for reform in effect.reforms:
            after = reforms.reform(after, reform, items={"id": [name]}).system
        for n, one in enumerate((whole, after)):
            item = one.items[name]
            classified = classify(item, levels, one.published)
            assert effect.level[n] == classified.level
            assert effect.visits[n] == classified.visits.required
            assert effect.minutes[n] == pytest.approx(mean_minutes(item, one.with_items({name: item})).active)
        assert effect.level[1] > effect.level[0] or effect.visits[1] < effect.visits[0]


def test_findings_of_words_alone_have_no_reform(rows: Any) -> None:
    assert all(t.effect is None for t in rows.tasks if t.indicator.startswith(("A", "B", "C1", "C2", "C4", "C5")))


def test_rows_are_grouped_by_department(rows: Any) -> None:
    groups = rows.by_department()
    assert list(groups)[-1] is None
    assert sum(len(some) for some in groups.values()) == len(rows.tasks)
    assert all(t.department == "agency" for t in rows.of("agency").tasks)


def entry(task: Any, number: int) -> Entry:
    """Return the row of a task as an office filled it in."""
    cells = {"indicator": f"{task.indicator} name", "item_id": task.item or "", "message": "as it stood"}
    return Entry(task.key, "张处", "2018-12-31", "in_progress", f"n{number}", cells=cells)


def test_an_edited_list_is_merged_and_nothing_is_lost(rows: Any) -> None:
    edited = [entry(task, n) for n, task in enumerate(rows.tasks)]
    again = rectification(assessed(faulty())).merged(edited)
    assert [(t.owner, t.status, t.note, t.change) for t in again.tasks] == [
        ("张处", "in_progress", f"n{n}", "remaining") for n in range(len(edited))
    ]
    assert again.kept == ()
    fixed = rectification(assessed(system(guides(), city()))).merged(edited)
    (gone,) = [e for e in fixed.kept if e.cells["indicator"].startswith("C1-3")]
    assert (gone.change, gone.owner, gone.status, gone.cells["message"]) == (
        "cleared", "张处", "in_progress", "as it stood"
    )  # fmt: skip
    assert {e.key for e in edited} == {t.key for t in fixed.tasks if t.owner} | {e.key for e in fixed.kept}


def test_what_comes_back_is_said_to_and_what_is_new_is_new(rows: Any) -> None:
    first, *others = rows.tasks
    merged = rows.merged([replace(entry(first, 0), change="cleared"), *(entry(t, 1) for t in others[1:])])
    assert [t.change for t in merged.tasks] == ["again", "new", *["remaining"] * (len(others) - 1)]


def test_rows_by_hand_and_copies_are_kept(rows: Any) -> None:
    own = replace(entry(rows.tasks[0], 0), key=None)
    copied = [entry(rows.tasks[1], 1), entry(rows.tasks[1], 2)]
    merged = rows.merged([own, *copied])
    assert [(e.key, e.change, e.note) for e in merged.kept] == [(None, "added", "n0"), (None, "added", "n2")]
    assert merged.tasks[1].note == "n1"


def test_what_was_not_looked_at_is_not_cleared(rows: Any) -> None:
    missing = Entry("0" * 12, cells={"indicator": "E3-1 name"})
    other = Entry("1" * 12, cells={"indicator": "Z9-9 name"})
    assert [e.change for e in rows.merged([missing, other]).kept] == ["unseen", "unseen"]


def test_rows_read_as_the_scheme_does() -> None:
    found = assess(faulty())
    row = next(r for r in found.rectification_json("zh") if r["indicator"] == "C1-3")
    third = SCHEME.indicator("C1-3")
    assert list(row)[:8] == [
        "key", "first_level", "second_level", "third_level", "indicator", "checks", "lead", "responsible"
    ]  # fmt: skip
    assert (row["first_level"], row["second_level"], row["third_level"]) == ("办事指南准确度", "基本信息", "许可数量")
    assert row["lead"] == SCHEME.units[third.lead].zh
    assert row["status"] == "open"
    assert row["owner"] is row["deadline"] is None
