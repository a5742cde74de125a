"""The bundled city's guides, inventory and evidence: decided by data, and every documented fault is found."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from depthsim import assess, check
from depthsim.errors import Finding
from depthsim.files import load_system
from depthsim.files.published import with_published
from depthsim.model.item_code import check_character
from depthsim.model.system import ServiceSystem
from depthsim.verbs.assess import Assessed

DOCS = Path(__file__).parents[2] / "docs" / "explanation"
ROW = re.compile(r"^\| (\w+) \| [^|]+ \| (DS\d+) \| ([A-E]\d-\d+|—) \|$", re.MULTILINE)


def rows(page: str) -> list[tuple[str, str, str]]:
    return [tuple(found) for found in ROW.findall((DOCS / page).read_text(encoding="utf-8"))]  # type: ignore[misc]


@cache
def city() -> ServiceSystem:
    return with_published(load_system("fuzhou")).system


@cache
def assessed() -> Assessed:
    return assess("fuzhou")


@cache
def checked() -> tuple[Finding, ...]:
    return tuple(check("fuzhou").findings)


def test_fifty_three_indicators_are_decided_by_data_alone() -> None:
    status = {r.code: r.status for r in assessed().results}
    assert len(status) == 69
    decided = {i.code for i in assessed().scheme.indicators if i.decided == "computed"}
    assert {code for code, s in status.items() if s == "computed"} == decided
    assert len(decided) == 53
    assert [code for code, s in status.items() if s == "not_assessed"] == ["E3-2"]


def test_every_indicator_has_evidence_or_says_what_it_needs() -> None:
    for found in assessed().to_json("zh")["indicators"]:
        assert found["needs"] if found["status"] == "not_assessed" else found["evidence"], found["code"]


@pytest.mark.parametrize("code", ["E3-2", "A1-1"])
def test_what_a_person_must_still_say_is_asked_for(code: str) -> None:
    assert "person" in {need.what for need in assessed()[code].outcome.needs}


@pytest.mark.parametrize(("where", "finding", "indicator"), rows("fuzhou-city.md"))
def test_a_documented_fault_is_found_where_it_is(where: str, finding: str, indicator: str) -> None:
    found = checked() if indicator == "—" else assessed()[indicator].findings
    of_guides = where in city().guides
    there = [f for f in found if f.code == finding and (not of_guides or where in f.path)]
    assert there, f"{finding} is not found at {where} ({indicator})"


def test_both_pages_have_the_same_faults_and_every_guide_rule_that_warns_is_in_them() -> None:
    documented = rows("fuzhou-city.md")
    assert documented == rows("fuzhou-city.zh.md")
    assert len(documented) > 50
    known = {(where, code) for where, code, _ in documented}
    planted = {(str(f.path[1]), f.code) for f in checked() if f.code[:3] == "DS8" and f.severity == "warning"}
    follow = {"DS809", "DS860", "DS866"}  # what one fault brings with it, or what the process file declares already
    assert {(where, code) for where, code in planted - known if code not in follow} == set()


def test_there_is_a_guide_for_every_item_and_nothing_real_in_it() -> None:
    assert set(city().guides) == set(city().items)
    inventory = city().city
    assert inventory is not None
    assert all(case.synthetic for case in inventory.cases or ())
    for department in inventory.departments.values():
        code = department.credit_code or ""
        assert check_character(code[:17]) == code[17]
    for guide in city().guides.values():
        for phone in (*(guide.contact_phones or ()), *(guide.supervision_phones or ())):
            assert phone.replace("—", "-").removeprefix("0591-").startswith("0000")


def test_cases_are_filed_online_as_often_as_published_of_the_city() -> None:
    inventory = city().city
    assert inventory is not None
    cases = inventory.cases or ()
    assert sum(c.filed_online or 0 for c in cases) / sum(c.filed or 0 for c in cases) == pytest.approx(0.59, abs=0.01)
