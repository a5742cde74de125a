"""The bundled scheme is complete and quotes names; what is wrong in a scheme or in weights is found at its place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from depthsim.errors import InputError
from depthsim.files import bundled
from depthsim.files.assessment import read_evidence, read_indicators, read_weights
from depthsim.verbs.check import check

SCHEME = read_indicators().scheme
TEXT = bundled("standards", "fuzhou_2018").read_text(encoding="utf-8")
CENTRE = "市行政(市民)服务中心管委会"


def test_there_are_sixty_nine_indicators() -> None:
    assert Counter(i.code[0] for i in SCHEME.indicators) == {"A": 10, "B": 10, "C": 29, "D": 11, "E": 9}
    assert Counter(i.decided for i in SCHEME.indicators) == {"computed": 53, "partial": 13, "person": 3}
    assert [i.code for i in SCHEME.indicators if i.decided == "person"] == ["C4-4", "E3-1", "E3-2"]
    second = {s.code: len(s.indicators) for g in SCHEME.groups for s in g.groups}
    assert second == {"A1": 3, "A2": 3, "A3": 2, "A4": 2, "B1": 4, "B2": 4, "B3": 2, "C1": 15, "C2": 4, "C3": 3,
                      "C4": 4, "C5": 3, "D1": 4, "D2": 7, "E1": 2, "E2": 5, "E3": 2}  # fmt: skip


def test_lead_units_are_those_of_the_table() -> None:
    leads = Counter(SCHEME.units[i.lead].zh for i in SCHEME.indicators)
    assert leads == {
        CENTRE: 55,
        "市数字办": 9,
        "市审改办": 3,
        "市效能办": 1,
        "市审改办、市发改委(市物价局)、" + CENTRE: 1,
    }


@pytest.mark.parametrize(
    ("code", "name", "lead", "responsible"),
    [
        ("A1-1", "一网式服务提供情况", CENTRE, "市数字办等市直各部门,各县(市)区政府"),
        ("B1-1", "清单类型", "市审改办、市发改委(市物价局)、" + CENTRE, "市直各部门,各县(市)区政府"),
        ("C1-5", "事项编码", CENTRE, "市审改办等市直各部门,各县(市)区政府"),
        ("D1-4", "全程网办(IV级)", CENTRE, "市直各部门,各县(市)区政府"),
        ("E3-1", "是否纳入年度政府绩效考核体系", "市效能办", "市直各部门,各县(市)区政府"),
    ],
)
def test_names_and_units_are_quoted(code: str, name: str, lead: str, responsible: str) -> None:
    found = SCHEME.indicator(code)
    assert (found.name.zh, SCHEME.units[found.lead].zh, SCHEME.units[found.responsible].zh) == (name, lead, responsible)


@pytest.mark.parametrize("code", [f"{g.code}" for g in SCHEME.groups[2].groups] + ["D1"])
def test_guides_are_assessed_on_municipal_permits_on_the_platform(code: str) -> None:
    (group,) = [s for g in SCHEME.groups for s in g.groups if s.code == code]
    for indicator in group.indicators:
        population = SCHEME.populations[indicator.population]
        assert (population.kinds, population.exercise, population.platform) == (
            ("licence",), ("municipal",), "provincial"
        )  # fmt: skip


def test_every_unit_and_population_is_used() -> None:
    assert {i.population for i in SCHEME.indicators} == set(SCHEME.populations)
    assert {u for i in SCHEME.indicators for u in (i.lead, i.responsible)} == set(SCHEME.units)


def test_the_bundled_scheme_passes_the_check() -> None:
    assert check(bundled("standards", "fuzhou_2018")).findings == ()


MISTAKES = [
    ("lead: digital\n", "lead: digitall\n", "DS901"),
    ("population: counties\n", "population: county\n", "DS901"),
    ("code: A1-3\n", "code: B1-3\n", "DS902"),
    ("code: A1-3\n", "code: A1-2\n", "DS903"),
    ("decided: partial\n", "decided: perhaps\n", "DS103"),
    ("points:\n", "point:\n", "DS101"),
    ("value: share\n", "value: share\n            colour: red\n", "DS102"),
    ("levels: {none: 0, I: 25,", "levels: {I: 25,", "DS131"),
]


@pytest.mark.parametrize(("old", "new", "code"), MISTAKES)
def test_a_mistake_is_found_at_its_line(old: str, new: str, code: str, tmp_path: Path) -> None:
    assert old in TEXT
    file = tmp_path / "scheme.yaml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_indicators(file)
    found = [f for f in refused.value.findings if f.code == code]
    assert found
    assert found[0].location is not None
    assert found[0].location.file.endswith("scheme.yaml")
    if code not in ("DS101", "DS131"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert new.rsplit(maxsplit=1)[-1] in lines[found[0].location.line - 1]


WEIGHTS = "schema: depthsim/weights/1\nid: mine\nname: Mine\nscheme: fuzhou_2018\nassumption: mine\nweights:\n"


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("  C9-1: 2\n", "DS905", 7),
        ("  A: 0\n  B: 0\n  C: 0\n  D: 0\n  E: 0\n", "DS906", 7),
        ("  A: -1\n", "DS113", 7),
        ("  a: 1\n", "DS131", 7),
    ],
)
def test_mistakes_in_weights_are_found(body: str, code: str, line: int, tmp_path: Path) -> None:
    file = tmp_path / "weights.yaml"
    file.write_text(WEIGHTS + body, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_weights(file)
    assert [f.code for f in refused.value.findings] == [code]
    assert refused.value.findings[0].location is not None
    assert refused.value.findings[0].location.line in (line - 1, line)


def test_weights_of_another_scheme_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.yaml"
    file.write_text(WEIGHTS.replace("fuzhou_2018", "other") + "  A: 1\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_weights(file, SCHEME)
    assert [f.code for f in refused.value.findings] == ["DS904"]


def test_a_scheme_is_no_level_scheme_and_the_reverse(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_indicators("depth_2018")
    assert "DS133" in {f.code for f in refused.value.findings}
    with pytest.raises(InputError):
        read_evidence(bundled("standards", "fuzhou_2018"))
