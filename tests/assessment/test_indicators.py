"""Every indicator on a small city whose values are known by hand; a fault moves it, and taking it away clears it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from assessment.catalogue import LOG, SCHEME, STEM, assessed, city, guide, guides, judgement, system
from depthsim.assessment.assess import reading
from depthsim.assessment.indicators import deciders
from depthsim.errors import Severity
from depthsim.model.case_records import CaseRecords, SimulatedRecords
from depthsim.model.level import Level

CLEAN: dict[str, tuple[str, float | None, float | None]] = {
    "A1-1": ("partial", 4, 4), "A1-2": ("computed", 1, 1), "A1-3": ("computed", 3, 3),
    "A2-1": ("partial", 1, 1), "A2-2": ("partial", 1, 1), "A2-3": ("partial", 4, 4),
    "A3-1": ("partial", 4, 4), "A3-2": ("partial", 4, 4), "A4-1": ("partial", 1, 1), "A4-2": ("partial", 1, 1),
    "B1-1": ("computed", 4, 4), "B1-2": ("computed", 1, 1), "B1-3": ("computed", 6, 6), "B1-4": ("computed", 4, 4),
    "B2-1": ("computed", 4, 4), "B2-2": ("computed", 0, 0), "B2-3": ("computed", 1, 11), "B2-4": ("computed", 4, 4),
    "B3-1": ("computed", 20, 20), "B3-2": ("computed", 104, 104),
    **{f"C1-{n}": ("computed", 4, 4) for n in range(1, 16)},
    **{f"C2-{n}": ("computed", 4, 4) for n in range(1, 5)},
    **{f"C3-{n}": ("computed", 4, 4) for n in range(1, 4)},
    "C4-1": ("computed", 4, 4), "C4-2": ("computed", 4, 4), "C4-3": ("partial", 4, 4),
    "C4-4": ("not_assessed", None, None),
    "C5-1": ("computed", 4, 4), "C5-2": ("computed", 4, 4), "C5-3": ("computed", 4, 4),
    **{f"D1-{n}": ("computed", 1, 4) for n in range(1, 5)},
    "D2-1": ("computed", 4, 4), "D2-2": ("partial", 4, 4), "D2-3": ("computed", 4, 4), "D2-4": ("partial", 1, 1),
    "D2-5": ("computed", 4, 4), "D2-6": ("partial", 1000, 1000), "D2-7": ("computed", 4, 4),
    "E1-1": ("computed", 4, 4), "E1-2": ("computed", 3000, 1000), "E2-1": ("computed", 0, 4), "E2-2": ("partial", 1, 4),
    "E2-3": ("computed", 12, 24), "E2-4": ("computed", 46, 80), "E2-5": ("computed", 4, 4),
    "E3-1": ("not_assessed", None, None), "E3-2": ("not_assessed", None, None),
}  # fmt: skip
"""By hand: status, numerator, denominator. E2-4: (80 - 10 - 10 - 8 - 6) / 80. E2-5: 2 + 1 + 1 + 0 required visits."""


@pytest.fixture(scope="module")
def clean() -> Any:
    return assessed(system(guides(), city()))


@pytest.mark.parametrize("code", [i.code for i in SCHEME.indicators])
def test_a_clean_city_has_the_values_found_by_hand(code: str, clean: Any) -> None:
    found = clean[code]
    assert (found.status, found.numerator, found.denominator) == CLEAN[code]
    if found.denominator:
        assert found.value == pytest.approx(found.numerator / found.denominator)


def test_a_clean_city_gives_no_finding_above_information(clean: Any) -> None:
    assert [f for f in clean.findings if f.severity is not Severity.INFORMATION] == []


Fault = Callable[[dict[str, Any], dict[str, Any]], object]


def lacks(field: str) -> Fault:
    """Return the fault of a guide without a field."""
    return lambda guide, _city: guide.pop(field)


def says(field: str, value: Any) -> Fault:
    """Return the fault of a guide with another value."""
    return lambda guide, _city: guide.update({field: value})


def material(**change: Any) -> Fault:
    """Return the fault of a guide whose first material, a form, differs; None takes a field away."""

    def fault(guide: dict[str, Any], _city: dict[str, Any]) -> None:
        guide["materials"][0].update(change)
        for name in [n for n, v in change.items() if v is None]:
            del guide["materials"][0][name]

    return fault


def in_city(change: Callable[[dict[str, Any]], object]) -> Fault:
    """Return a fault of the inventory."""
    return lambda _guide, city: change(city)


def step(**change: Any) -> Fault:
    """Return the fault of a guide whose second step differs."""

    def fault(guide: dict[str, Any], _city: dict[str, Any]) -> None:
        guide["steps"][1].update(change)
        for name in [n for n, v in change.items() if v is None]:
            del guide["steps"][1][name]

    return fault


def copied(portal: str, **values: str) -> Fault:
    """Return the fault of a portal with values of its own."""

    def fault(guide: dict[str, Any], _city: dict[str, Any]) -> None:
        entry = next(p for p in guide["published_on"] if p["portal"] == portal)
        entry.pop("same_source")
        entry["values"] = values

    return fault


FAULTS: list[tuple[str, Fault, float, float]] = [
    ("A1-1", copied("portal", quota="限10个"), 3, 4),
    ("A1-2", in_city(lambda c: c["departments"]["agency"].update(on_platform=False)), 0, 1),
    ("A1-3", in_city(lambda c: c["counties"]["east"].update(on_platform=False)), 2, 3),
    ("A2-1", in_city(lambda c: c.update(apps=[])), 0, 1),
    ("A2-2", in_city(lambda c: c.update(accounts=[])), 0, 1),
    ("A2-3", in_city(lambda c: c["apps"][0]["functions"].remove("complaint")), 3, 4),
    ("A3-1", copied("portal", quota="限10个"), 3, 4),
    ("A3-2", copied("agency_site", quota="限10个"), 3, 4),
    ("A4-1", in_city(lambda c: c["portals"]["portal"]["links"][0].update(works=False)), 0, 1),
    ("A4-2", in_city(lambda c: c["portals"]["agency_site"]["links"][0].update(to="https://x.example.invalid")), 0, 1),
    ("B1-1", in_city(lambda c: c["lists"].pop(2)), 3, 4),
    ("B1-2", in_city(lambda c: c["lists"][0].update(published=False)), 0, 1),
    ("B1-3", in_city(lambda c: c["lists"][4]["fields"].remove("housing")), 5, 6),
    ("B1-4", in_city(lambda c: c["lists"][3]["entries"].pop()), 3, 4),
    ("B1-4", says("visits", {"count": 1, "meaning": "greatest", "reason": "须到窗口"}), 3, 4),
    ("B2-1", in_city(lambda c: c["lists"][0]["entries"].append({"name": "无指南", "code": "000123099000"})), 4, 5),
    ("B2-2", in_city(lambda c: c["lists"][4]["entries"].append({"name": "无指南", "type": "public_service"})), 0, 1),
    ("B2-4", in_city(lambda c: c["lists"][0]["entries"].pop(0)), 3, 4),
    ("B3-1", in_city(lambda c: c["lists"][0]["entries"][0].pop("basis")), 19, 20),
    ("B3-2", lacks("conditions"), 103, 104),
    ("C1-1", lacks("type"), 3, 4),
    ("C1-2", says("power_source", "自己说的"), 3, 4),
    ("C1-3", lacks("quota"), 3, 4),
    ("C1-4", says("handling", "immediate"), 3, 4),
    ("C1-5", says("code", "123"), 3, 4),
    ("C1-5", lacks("code"), 3, 4),
    ("C1-6", lacks("audience"), 3, 4),
    ("C1-7", says("statutory", "尽快"), 3, 4),
    ("C1-7", says("statutory", {"amount": 20, "unit": "working days", "text": "三十个工作日"}), 3, 4),
    ("C1-8", says("promised", "25 working days"), 3, 4),
    ("C1-9", says("places", [{"address": "五四路", "hours": "周一至周五 09:00-12:00"}]), 3, 4),
    ("C1-10", says("places", [{"address": "福州市鼓楼区五四路12号", "window": "3号窗口", "hours": "工作时间"}]), 3, 4),
    ("C1-11", lacks("contact_phones"), 3, 4),
    ("C1-12", lacks("supervision_phones"), 3, 4),
    ("C1-13", says("supervision_phones", ["0591-83000001"]), 3, 4),
    ("C1-13", says("contact_phones", ["83000001"]), 3, 4),
    ("C1-14", says("basis", [{"title": "条例"}]), 3, 4),
    ("C1-15", lacks("special"), 3, 4),
    ("C2-1", material(name="其他材料"), 3, 4),
    ("C2-2", material(source=None, issued_by=None), 3, 4),
    ("C2-3", material(originals=None, copies=None), 3, 4),
    ("C2-4", material(medium=None), 3, 4),
    ("C3-1", step(stage="completion", name="办结"), 3, 4),
    ("C3-2", step(criteria=None), 3, 4),
    ("C3-2", step(duration="30 working days"), 3, 4),
    ("C3-3", lacks("visits"), 3, 4),
    ("C3-3", says("visits", {"count": 1, "meaning": "greatest", "reason": "须到窗口"}), 3, 4),
    ("C4-1", material(form=None), 3, 4),
    ("C4-2", material(sample=None), 3, 4),
    ("C4-3", material(form={"url": STEM, "state": "dead"}), 3, 4),
    ("C5-1", lacks("charged"), 3, 4),
    ("C5-2", says("fees", [{"name": "费", "basis": {"title": "办法", "clause": "第一条", "text": "收费。"}}]), 3, 4),
    ("C5-3", says("fees", [{"name": "费", "standard": "每证100元"}]), 3, 4),
    ("D2-1", lacks("code"), 3, 4),
    ("D2-2", material(condition="企业申请的"), 3, 4),
    ("D2-3", says("single_sign_on", False), 3, 4),
    ("D2-4", in_city(lambda c: c["e_licences"][0].update(in_library=False)), 0, 1),
    ("D2-5", says("unified_approval", False), 3, 4),
    ("D2-6", in_city(lambda c: c["cases"][0].update(queryable=50)), 950, 1000),
    ("D2-7", says("courier", False), 3, 4),
    ("E1-1", in_city(lambda c: c["cases"][0].update(accepted_online=0)), 3, 4),
    ("E2-1", lambda g, _: g.update(handling="immediate", promised="0 working days"), 1, 4),
    ("E2-2", says("notify_and_commit", False), 0, 4),
    ("E2-3", says("before", {"material_count": 2, "source": "an earlier guide"}), 8, 20),
    ("E2-4", says("promised", "20 working days"), 36, 80),
]  # fmt: skip
FIRST = "level_i"


def faulty(fault: Fault) -> Any:
    """Return the assessment of the clean city with one fault in its first guide or its inventory."""
    every, inventory = guides(), city()
    fault(every[0], inventory)
    return assessed(system(every, inventory))


@pytest.mark.parametrize(("code", "fault", "numerator", "denominator"), FAULTS)
def test_a_fault_moves_its_indicator(code: str, fault: Fault, numerator: float, denominator: float) -> None:
    found = faulty(fault)[code]
    assert (found.numerator, found.denominator) == (numerator, denominator)


ADVICE = {"E2-1", "E2-2"}
"""Indicators that measure, and have nothing to find: a slower office, or less of a good thing, is no fault."""


@pytest.mark.parametrize(("code", "fault"), [(c, f) for c, f, *_ in FAULTS if c not in ADVICE])
def test_a_fault_is_found_under_its_indicator(code: str, fault: Fault, clean: Any) -> None:
    before = {(f.code, f.path) for f in clean[code].findings}
    found = [f for f in faulty(fault)[code].findings if (f.code, f.path) not in before]
    assert found
    assert all(f.path[0] in ("guides", "city") for f in found)


def test_every_computed_indicator_has_a_fault_here() -> None:
    below = {"B2-3", "D1-1", "D1-2", "D1-3", "D1-4", "E1-2", "E2-5"}  # those have tests of their own
    tried = {code for code, *_ in FAULTS} | below
    assert {i.code for i in SCHEME.indicators if i.decided != "person"} == tried


def test_every_indicator_has_a_function_or_is_a_persons() -> None:
    assert {i.code for i in SCHEME.indicators if i.decided != "person"} <= set(deciders())
    assert set(deciders()) <= {i.code for i in SCHEME.indicators}


# ------------------------------------------------------------------------------------------------ by themselves


def test_kinds_covered_are_of_eleven() -> None:
    found = assessed(system([*guides(), guide_of_kind("penalty")], city()))["B2-3"]
    assert (found.numerator, found.denominator) == (2, 11)
    missing = faulty(in_city(lambda c: c["lists"][0]["entries"].append({"name": "处罚", "type": "penalty"})))["B2-3"]
    assert [f.severity for f in missing.findings if f.values["kind"] == "list_type_penalty"] == [Severity.WARNING]


def guide_of_kind(kind: str, **more: Any) -> dict[str, Any]:
    """Return a fifth guide, of another kind, without a process."""
    found = guide("level_i", 5)
    return {**found, "id": "fifth", "type": kind, "process": "none", **more}


def test_levels_are_one_distribution_whose_shares_sum_to_one(clean: Any) -> None:
    shares = [clean[f"D1-{n}"].value for n in (1, 2, 3, 4)]
    none, unknown = (reading(clean["D1-1"], name) for name in ("level_none", "level_unknown"))
    assert none is not None
    assert unknown is not None
    assert sum(shares) + none.value + unknown.value == pytest.approx(1)
    assert {clean[f"D1-{n}"].points for n in (1, 2, 3, 4)} == {(25 + 50 + 75 + 100) / 4}
    assert {r.id: r.value for r in clean["D1-3"].outcome.readings}["at_least"] == 0.5


def test_a_permit_without_a_process_has_no_level_and_is_said_so() -> None:
    found = assessed(system([*guides(), guide_of_kind("licence")], city()))
    assert [found[f"D1-{n}"].numerator for n in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert {found[f"D1-{n}"].denominator for n in (1, 2, 3, 4)} == {5}
    assert found["D1-4"].status == "partial"
    assert any(n.what == "process" and n.number == 1 for n in found["D1-4"].outcome.needs)


def test_levels_come_from_processes_not_from_what_is_declared() -> None:
    found = faulty(says("depth", {"codes": ["IV"]}))
    assert found["D1-4"].numerator == 1
    assert "DS301" in {f.code for f in found["D1-4"].findings}
    whole = system(guides(), city())
    items = dict(whole.items)
    items["level_i"] = whole.items["level_iv"].model_copy(update={"id": "level_i"})
    assert assessed(whole.with_items(items))["D1-4"].numerator == 2


def test_visits_are_the_required_ones_with_declared_and_expected_beside(clean: Any) -> None:
    found = clean["E2-5"]
    assert found.value == 1.0  # (2 + 1 + 1 + 0) / 4
    declared, expected = reading(found, "declared_visits"), reading(found, "expected_visits")
    assert declared is not None
    assert declared.value == (2 + 2 + 1 + 0) / 4
    assert expected is not None
    by_hand = (100 * 2.12625 + 200 * 1.623375 + 300 * 0.92625 + 400 * 0.0) / 1000
    assert expected.value == pytest.approx(by_hand)
    whole = system(guides(), city())
    items = dict(whole.items)
    items["level_i"] = whole.items["level_iv"].model_copy(update={"id": "level_i"})
    assert assessed(whole.with_items(items))["E2-5"].numerator == 2


def test_limits_are_a_ratio_of_sums() -> None:
    """A published check: 96 permits of a bureau, 2,042 days by law and 237 promised, 88.4 % shorter."""
    every = []
    statutory, promised = split(2042, 96), split(237, 96)
    for n in range(96):
        one = guide_of_kind("licence", id=f"permit_{n}")
        every.append({**one, "statutory": f"{statutory[n]} working days", "promised": f"{promised[n]} working days"})
    whole = system(every, None)
    found = assessed(whole.with_items({}))["E2-4"]
    assert (found.numerator, found.denominator) == (2042 - 237, 2042)
    assert found.value == pytest.approx(0.884, abs=5e-4)


def test_promised_limits_are_compared_with_the_version_before() -> None:
    every = guides()
    every[0]["before"] |= {"promised": "15 working days"}
    every[1]["before"] |= {"promised": "10 working days"}
    del every[2]["promised"]
    found = reading(assessed(system(every, city()))["E2-4"], "since_before")
    assert found is not None
    assert (found.numerator, found.denominator, found.value) == (5, 25, 0.2)


def split(total: int, parts: int) -> list[int]:
    """Return a total in parts that are not all equal."""
    found = [total // parts + (2 if n % 2 else -2) for n in range(parts)]
    found[0] += total - sum(found)
    return found


def test_acceptance_online_has_two_readings(clean: Any) -> None:
    found = {r.id: r for r in clean["E1-1"].outcome.readings}
    assert (found["items_accepted_online"].numerator, found["items_accepted_online"].denominator) == (4, 4)
    assert (found["cases_accepted_online"].numerator, found["cases_accepted_online"].denominator) == (250, 1000)
    assert (found["synthetic_statistics"].numerator, found["synthetic_statistics"].denominator) == (4, 4)


def test_completion_times_come_from_cases_alone() -> None:
    found = assessed(system(guides(), city()), records=None)["E1-2"]
    assert (found.status, found.value, found.points) == ("not_assessed", None, None)
    assert [need.what for need in found.outcome.needs] == ["case_log"]
    promised, modelled = reading(found, "promised_days"), reading(found, "modelled_days")
    reported = reading(found, "reported_days")
    assert reported is not None
    assert reported.value == 3
    assert promised is not None
    assert promised.value == (10 + 10 + 8 + 6) / 4
    assert modelled is not None
    assert modelled.value is not None


def test_sites_to_log_in_to_are_counted(clean: Any) -> None:
    found = {r.id: r.value for r in clean["A1-1"].outcome.readings}
    assert found == {"login_sites": 1.0, "login_sites_most": 1}
    every = guides()
    del every[3]["links"]["login"]
    every[3]["links"]["query"] = "https://other.example.invalid/query"
    found = {r.id: r.value for r in assessed(system(every, city()))["A1-1"].outcome.readings}
    assert found == {"login_sites": (1 + 1 + 2) / 3, "login_sites_most": 2}


def test_a_link_out_of_sight_does_not_count() -> None:
    found = faulty(in_city(lambda c: c["portals"]["portal"]["links"][0].update(prominent=False)))["A4-1"]
    assert (found.numerator, found.denominator) == (0, 1)
    assert [f.code for f in found.findings] == ["DS938"]


# --------------------------------------------------------------------------------------------------- populations


OTHERS = [
    guide_of_kind("public_service"),
    guide_of_kind("licence", exercise_level="county"),
    guide_of_kind("licence", published_on=[{"portal": "portal", "same_source": True}]),
]


@pytest.mark.parametrize("other", OTHERS, ids=["public service", "county", "not on the platform"])
def test_only_permits_of_the_city_on_the_platform_count(other: dict[str, Any]) -> None:
    """A guide outside the population is in neither numerator nor denominator, however faulty it is."""
    bare = {k: other[k] for k in ("id", "name", "type", "process", "exercise_level", "published_on")}
    found = assessed(system([*guides(), bare], city()))
    for indicator in SCHEME.indicators:
        if (indicator.code[0] == "C" and indicator.decided != "person") or indicator.code[:2] == "D1":
            assert (found[indicator.code].numerator, found[indicator.code].denominator) == CLEAN[indicator.code][1:]
    for code in ("E1-1", "E2-1", "E2-4", "E2-5", "B2-4", "B3-2"):
        assert (found[code].numerator, found[code].denominator) == CLEAN[code][1:]


def test_a_guide_that_does_not_say_whether_it_belongs_is_counted_and_named() -> None:
    found = faulty(lacks("published_on"))["C1-3"]
    assert found.denominator == 4
    assert [(n.what, n.names, n.number) for n in found.outcome.needs] == [("unclear", ("published_on",), 1)]


def test_kinds_come_from_the_power_list_where_the_guide_does_not_say() -> None:
    stranger = guide_of_kind("licence", code=None, basic_code=None)
    del stranger["type"]
    inventory = city()
    alone = assessed(system([*guides(), stranger], inventory))
    assert alone["C1-3"].denominator == 4
    assert alone["C1-1"].denominator == 5  # nobody can tell its kind, so it may be a permit
    inventory["lists"][0]["entries"].append({"name": "第五", "item": "fifth", "type": "licence"})
    assert assessed(system([*guides(), stranger], inventory))["C1-3"].denominator == 5


# -------------------------------------------------------------------------------------------------- not assessed


@pytest.mark.parametrize("indicator", SCHEME.indicators, ids=lambda i: i.code)
def test_without_guides_items_and_inventory_nothing_is_guessed(indicator: Any) -> None:
    found = assessed(system([], None).with_items({}))[indicator.code]
    assert (found.status, found.value, found.points) == ("not_assessed", None, None)
    assert found.outcome.needs


FIELDS = ("power_source", "quota", "audience", "statutory", "promised", "places", "contact_phones", "basis",
          "materials", "steps", "visits", "charged", "code", "single_sign_on", "courier")  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_no_guide_has_is_unknown_not_wrong(field: str) -> None:
    every = guides()
    for one in every:
        del one[field]
    found = assessed(system(every, city()))
    lacking = [r for r in found.results if any(n.what == "field" and field in n.names for n in r.outcome.needs)]
    if field in ("materials", "steps", "visits"):
        assert lacking or field == "steps"  # the item's process tells the steps
    else:
        assert lacking
    assert all(r.status in ("not_assessed", "partial") for r in lacking)


@pytest.mark.parametrize("code", [i.code for i in SCHEME.indicators if i.decided == "person"])
def test_what_only_a_person_can_judge_waits_for_one(code: str, clean: Any) -> None:
    assert clean[code].status == "not_assessed"
    assert [n.what for n in clean[code].outcome.needs] == ["person"]
    found = assessed(system(guides(), city(), [judgement(code, verdict="met")]))[code]
    assert (found.status, found.numerator, found.denominator) == ("entered", 1, 1)
    assert found.entered[0].reference == "文件第3号"


# ------------------------------------------------------------------------------------------------------- people


def test_a_person_confirms_what_data_say_in_part() -> None:
    found = assessed(system(guides(), city(), [judgement("A2-3", verdict="met")]))["A2-3"]
    assert (found.status, found.numerator, found.denominator) == ("entered", 4, 4)
    found = assessed(system(guides(), city(), [judgement("A2-3", verdict="not_met")]))["A2-3"]
    assert (found.status, found.value) == ("entered", 0)
    found = assessed(system(guides(), city(), [judgement("A4-1", numerator=1.0, denominator=2)]))["A4-1"]
    assert (found.status, found.value) == ("entered", 0.5)


def test_data_outweigh_a_person_on_what_is_computed() -> None:
    found = assessed(system(guides(), city(), [judgement("C1-3", value=0.25)]))["C1-3"]
    assert (found.status, found.value) == ("computed", 1.0)
    assert "DS913" in {f.code for f in found.findings}


def test_the_last_finding_on_the_whole_counts_and_items_add_up() -> None:
    said = [judgement("E3-1", verdict="met", date="2018-12-01"), judgement("E3-1", verdict="not_met")]
    assert assessed(system(guides(), city(), said))["E3-1"].value == 1
    said = [judgement("C4-4", verdict="met", item=name) for name in ("level_i", "level_ii", "level_iii")]
    said.append(judgement("C4-4", verdict="not_met", item="level_iv"))
    found = assessed(system(guides(), city(), said))["C4-4"]
    assert (found.numerator, found.denominator) == (3, 4)


def test_a_slower_item_in_the_log_moves_the_mean_by_its_cases() -> None:
    slower = replace(LOG, items={**LOG.items, "level_i": replace(LOG.items["level_i"], working_days=1100)})
    found = assessed(system(guides(), city()), records=slower)["E1-2"]
    assert (found.numerator, found.denominator, found.value) == (4000, 1000, 4)
    synthetic = reading(found, "synthetic_records")
    assert synthetic is not None
    assert (synthetic.numerator, synthetic.denominator) == (1000, 1000)


def test_a_log_that_tells_channels_decides_acceptance_online() -> None:
    told = {name: replace(one, accepted_online=0 if name == "level_i" else 10) for name, one in LOG.items.items()}
    found = assessed(system(guides(), city()), records=replace(LOG, items=told))["E1-1"]
    assert (found.numerator, found.denominator) == (3, 4)
    cases = reading(found, "cases_accepted_online")
    assert cases is not None
    assert (cases.numerator, cases.denominator) == (30, 1000)
    assert [(f.code, f.path) for f in found.findings] == [("DS949", ("guides", "level_i"))]


def test_simulated_cases_stand_beside_and_are_never_the_value() -> None:
    run = CaseRecords("run/cases.parquet", {}, simulated={"level_iv": SimulatedRecords(10, 25.0)})
    found = assessed(system(guides(), city()), records=run)["E1-2"]
    simulated = reading(found, "simulated_days")
    assert simulated is not None
    assert (simulated.value, simulated.denominator) == (2.5, 10)
    assert (found.status, found.value) == ("not_assessed", None)


def test_a_finding_without_a_number_decides_nothing() -> None:
    found = assessed(system(guides(), city(), [judgement("E3-1", note="见附件")]))["E3-1"]
    assert found.status == "not_assessed"
    assert [f.code for f in found.findings] == ["DS910"]
    found = assessed(system(guides(), city(), [judgement("E3-1", value=5.0)]))["E3-1"]
    assert (found.status, found.points) == ("not_assessed", None)
    days = assessed(system(guides(), None, [judgement("E1-2", value=4.5)]))["E1-2"]
    assert (days.status, days.value) == ("entered", 4.5)


# ------------------------------------------------------------------------------------------------------ samples


def sites(number: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the guides and an inventory with many department sites, every third without a link."""
    inventory = city()
    for n in range(number):
        links = [] if n % 3 == 0 else [{"to": "platform", "works": True}]
        inventory["portals"][f"site_{n}"] = {"name": f"网站{n}", "kind": "department_site", "links": links}
    return guides(), inventory


def test_a_spot_check_is_seeded_and_says_its_size() -> None:
    whole = system(*sites(30))
    one, again, other = (assessed(whole, sample=10, seed=s)["A4-2"].outcome.sample for s in (1, 1, 2))
    assert one == again
    assert one is not None
    assert other is not None
    assert one.taken != other.taken
    assert (one.size, one.population, one.seed) == (10, 31, 1)
    assert assessed(whole, sample=10)["A4-2"].denominator == 10
    assert assessed(whole)["A4-2"].denominator == 31
    assert assessed(whole, sample=50)["A4-2"].outcome.sample is None


def test_a_spot_check_keeps_what_it_took_when_more_is_there() -> None:
    taken = [assessed(system(*sites(n)), sample=8)["A4-2"].outcome.sample for n in (20, 21)]
    assert len(set(taken[0].taken) & set(taken[1].taken)) >= 7


def test_the_same_input_gives_the_same_result() -> None:
    one, other = (assessed(system(guides(), city())) for _ in range(2))
    assert one.results == other.results


def test_levels_are_all_in_the_scheme() -> None:
    assert [SCHEME.indicator(f"D1-{n}").level for n in (1, 2, 3, 4)] == [Level.I, Level.II, Level.III, Level.IV]


def test_an_item_without_a_guide_is_left_out_where_others_have_one() -> None:
    found = assessed(system(guides()[:3], city()))
    assert found.subject.unpublished == ("level_iv",)
    assert {found[f"D1-{n}"].denominator for n in (1, 2, 3, 4)} == {3}
    assert found["D1-4"].numerator == 0
    alone = assessed(system([], None))
    assert alone.subject.unpublished == ()
    assert alone["D1-4"].denominator == 4
