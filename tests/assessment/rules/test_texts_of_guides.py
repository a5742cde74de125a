"""What rules read in texts: Chinese numbers, limits in words, telephone numbers, addresses, opening times, names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depthsim.assessment import rules
from depthsim.assessment.rules._numbers import contradicts, number, spans
from depthsim.model.city import City
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import GuidePlace, Period
from depthsim.texts import LANGS, finding_line, finding_message
from published import cities, guides


def codes(**fields: Any) -> set[str]:
    """Return the codes of the warnings that a guide with these fields gives."""
    given = {"id": "g", "name": "例", "process": "none", "assumption": "invented", **fields}
    found = rules.guide_findings(ServiceGuide.model_validate(given))
    return {f.code for f in found if f.severity.value == "warning"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("20", 20), ("十", 10), ("十五", 15), ("二十", 20), ("三十五", 35), ("一百二十", 120), ("两", 2), ("二〇", 20),
     ("一百零五", 105), ("0.5", 0.5)],
)  # fmt: skip
def test_numbers_in_words(text: str, value: float) -> None:
    assert number(text) == value


def test_spans_of_a_text() -> None:
    said = "自受理之日起２０个工作日内作出决定，经批准可延长十日"
    assert list(spans(said)) == [(20, "工作日"), (10, "日")]


@pytest.mark.parametrize(
    ("amount", "unit", "text", "wrong"),
    [
        (30, "working days", "十日内", "number"),
        (20, "working days", "二十日内", None),
        (20, "working days", "20个自然日", "unit"),
        (20, "days", "20个工作日", "unit"),
        (20, "working days", "20个工作日，可延长10个工作日", None),
        (60, "days", "两个月内", None),
        (30, "days", "两个月内", "number"),
        (5, "working days", "当场办结", "number"),
        (0, "working days", "即办", None),
        (5, "working days", "无", None),
        (5, "working days", None, None),
        (20, None, "20日", None),
        (2, "h", "3个工作日", None),
    ],
)  # fmt: skip
def test_words_against_the_number(amount: float, unit: Any, text: str | None, wrong: str | None) -> None:
    assert contradicts(Period(amount=amount, unit=unit, text=text)) == wrong


@pytest.mark.parametrize(
    "phone", ["0591-83000001", "059183000001", "010-12345678-801", "13800138000", "12345", "110", "96123",
              "400-100-1234", "0591-12345", "0591-83000001、0591-83000002", "0591-83000001（咨询）"],
)  # fmt: skip
def test_numbers_that_one_can_call(phone: str) -> None:
    assert codes(contact_phones=[phone]) == set()


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("0591—83000001", "DS832"),
        ("0591－83000001", "DS832"),
        ("０591-83000001", "DS832"),
        ("83000001", "DS831"),
        ("0591-830", "DS833"),
        ("暂无", "DS833"),
        ("138001380", "DS833"),
    ],
)  # fmt: skip
def test_numbers_that_one_cannot(phone: str, code: str) -> None:
    assert codes(contact_phones=[phone]) == {code}


def test_a_dash_does_not_make_another_number() -> None:
    assert codes(contact_phones=["0591-83000001"], supervision_phones=["0591—83000001"]) == {"DS830", "DS832"}


@pytest.mark.parametrize(
    "address", ["五四路12号市民中心三楼315室", "江南路5号政务服务中心工程建设项目综合窗口", "温泉街道五四路12号A102",
                "五四路１２号２楼５号窗口", "https://example.invalid 网上办理"],
)  # fmt: skip
def test_addresses_that_lead_there(address: str) -> None:
    assert codes(places=[{"address": address}]) == set()


@pytest.mark.parametrize(
    "hours", ["工作日：上午9:00-12:00、下午14：00-17:00", "星期一至星期五 9时至17时", "周一至周五9:00-17:00", "24小时"]
)
def test_opening_times_that_say_when(hours: str) -> None:
    assert codes(hours=hours) == set()


@pytest.mark.parametrize(
    ("name", "kind", "fits"),
    [
        ("食品经营许可证", "certificate", True),
        ("食品经营许可证", "approval", False),
        ("关于节能报告的批复", "approval", True),
        ("关于节能报告的批复", "certificate", False),
        ("《准予行政许可决定书》", "certificate", False),
        ("登记结果", "other", True),
        ("营业执照（正本）", "certificate", True),
    ],
)  # fmt: skip
def test_the_type_of_a_result_and_its_name(name: str, kind: str, fits: bool) -> None:
    assert ("DS885" in codes(result={"name": name, "type": kind})) != fits


@pytest.mark.parametrize("coding", ["levels", "national", "shandong_province", "shandong_city", "fujian_stars"])
def test_each_coding_of_depth_has_a_fully_online_code(coding: str) -> None:
    fully = {"levels": ["IV"], "national": ["5", "7"], "shandong_province": ["1"], "shandong_city": ["2"],
             "fujian_stars": ["5"]}  # fmt: skip
    visits = {"count": 1, "meaning": "greatest", "reason": "领取证件"}
    assert codes(depth={"codes": fully[coding], "map": coding}, visits=visits) == {"DS860"}


def test_limits_are_compared_in_one_unit() -> None:
    assert codes(statutory="20 working days", promised="20 days") == set()
    assert codes(statutory="20 days", promised="14 working days") == set()
    assert codes(statutory="20 days", promised="15 working days") == {"DS821"}
    assert codes(statutory="none", promised="15 working days") == set()


def test_immediate_items_promise_nothing_else() -> None:
    assert codes(handling="immediate", promised="0 working days") == set()
    assert codes(handling="committed", promised="0 working days") == {"DS820"}


NASTY = [
    "٣个工作日",
    "²日",
    "十十日",
    "百日",
    "〇日",
    "",
    " ",
    "—",
    "（",
    "0" * 400 + "日",
    "\u2028",
    "第条",
    "0591-",
    "-",
    "+86",
]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(guides(), cities(), st.sampled_from(NASTY))
def test_no_guide_upsets_the_rules(guide: ServiceGuide, city: City, nasty: str) -> None:
    text = nasty.strip() or "x"
    upset = guide.model_copy(
        update={
            "statutory": Period(amount=20, unit="days", text=text),
            "contact_phones": (text,),
            "supervision_phones": (text,),
            "hours": text,
            "places": (GuidePlace(address=text, phone=text),),
            "code": text,
        }
    )
    for one in (guide, upset):
        around = rules.Surroundings(city=city, codes={text: {one.id: one.name, "other": one.name}})
        for finding in rules.guide_findings(one, around):
            assert all("{" not in finding_line(finding, lang) or "{" in repr(one) for lang in LANGS)


@pytest.mark.parametrize(
    ("fields", "zh", "en"),
    [
        ({"charged": True}, "指南写明的收费没有收费标准。", "The charge that the guide mentions has no standard."),
        ({"fees": [{"name": "登记费"}]}, "收费项目“登记费”没有收费标准。", "The fee '登记费' has no standard."),
        ({"fees": [{"standard": "80元"}, {}]}, "第 2 个收费项目没有收费标准。", "Fee 2 has no standard."),
    ],
)
def test_a_fee_is_called_by_what_is_known_of_it(fields: dict[str, Any], zh: str, en: str) -> None:
    given = {"id": "g", "name": "例", "process": "none", "assumption": "invented", **fields}
    guide = ServiceGuide.model_validate(given)
    (found,) = [f for f in rules.guide_findings(guide) if f.code == "DS871"]
    assert (finding_message(found, "zh"), finding_message(found, "en")) == (zh, en)
