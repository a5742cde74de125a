"""Reforms that only some cases adopt, or that start on a day: who runs which process, exactly and simulated."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from depthsim import files, reforms
from depthsim.analysis.load import offered_loads
from depthsim.analysis.mixture import parts, within
from depthsim.analysis.visits import analyse
from depthsim.engines.discrete_event import run
from depthsim.engines.single_case import machine
from depthsim.errors import InputError
from depthsim.model.log import CaseLog, in_order
from depthsim.model.scenario import Scenario
from depthsim.model.service import Before, ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.variants import variant, variant_shares, variants
from depthsim.verbs.classify import classify
from depthsim.verbs.compare import compare
from depthsim.verbs.simulate import simulate
from reference_hall import hall

COURIER: dict[str, Any] = {"uptake": 1.0}
ONLINE: dict[str, Any] = {"role": "submit", "channel": "online", "share": 0.9}


def scenario(*uses: tuple[str, dict[str, Any]], id_: str = "some") -> Scenario:
    return Scenario.model_validate({"id": id_, "name": id_, "reforms": [{name: given} for name, given in uses]})


def reformed(*uses: tuple[str, dict[str, Any]]) -> ServiceSystem:
    return reforms.apply(hall(), scenario(*uses)).system


def roomy() -> ServiceSystem:
    """Return the system with so many servers that nobody feels what others do."""
    return reforms.apply(hall(), scenario(("capacity", {"pools": [*hall().pools], "servers": 500}))).system


def cases(system: ServiceSystem, days: float = 120, seed: int = 3) -> list[CaseLog]:
    return in_order([case for batch in run(system, seed=seed, horizon_days=days) for case in batch])


def test_without_shares_and_starts_nothing_is_remembered() -> None:
    after = reformed(("result_courier", COURIER), ("uptake", ONLINE))
    assert all(not item.before for item in after.items.values())
    assert all(case.variant == "" and case.segment is None for case in cases(after, 10))


def test_a_reform_adopted_by_some_keeps_what_was() -> None:
    whole, half = reformed(("result_courier", COURIER)), reformed(("result_courier", {**COURIER, "adoption": 0.6}))
    for name, item in half.items.items():
        if not item.before:
            continue
        assert item.alone == whole.items[name]
        assert item.before == (Before(reform="result_courier", adoption=0.6, item=hall().items[name]),)
        assert dict(variants(item)).keys() == {"", "result_courier"}
    assert any(item.before for item in half.items.values())


def test_cases_that_do_not_adopt_are_the_same_in_both_scenarios() -> None:
    """Servers are never short here, so that nobody feels what others do."""
    base = roomy()
    after = reforms.apply(base, scenario(("result_courier", {**COURIER, "adoption": 0.6}))).system
    whole = reforms.apply(base, scenario(("result_courier", COURIER))).system
    old = {c.case_id: c for c in cases(base)}
    new = {c.case_id: c for c in cases(whole)}
    found = cases(after)
    others = [c for c in found if c.variant]
    adopters = [c for c in found if not c.variant]
    assert len(others) > 50
    assert len(adopters) > 50
    assert all(c._replace(variant="") == old[c.case_id] for c in others)
    assert all(c == new[c.case_id] for c in adopters)


def test_more_adoption_only_adds_adopters() -> None:
    few, many = (
        {c.case_id for c in cases(reformed(("result_courier", {**COURIER, "adoption": a}))) if not c.variant}
        for a in (0.3, 0.7)
    )
    assert few < many


@pytest.mark.parametrize("adoption", [0.3, 0.75])
def test_the_simulated_mean_lies_at_the_mixture(adoption: float) -> None:
    use = ("result_courier", {**COURIER, "adoption": adoption})
    found = simulate(hall(), scenario(use), replications=8, horizon_days=200, seed=5)
    for name in ("visits", "form_minutes", "travel_minutes", "corrections", "delivered"):
        total = found.summary.totals[name]
        assert total.exact is not None
        assert total.mean is not None
        assert total.ci95 is not None
        se = (total.ci95[1] - total.ci95[0]) / 2 / 2.365
        assert abs(total.mean - total.exact) <= 4 * se + 1e-12, name
    whole = simulate(hall(), scenario(("result_courier", COURIER)), replications=1, horizon_days=5)
    none = simulate(hall(), replications=1, horizon_days=5)
    ends = [s.summary.totals["visits"].exact or 0.0 for s in (none, whole)]
    mixed = found.summary.totals["visits"].exact
    assert mixed == pytest.approx(ends[0] + adoption * (ends[1] - ends[0]), abs=1e-12)


def test_combinations_of_two_reforms_come_out_by_their_shares() -> None:
    system = reformed(("result_courier", {**COURIER, "adoption": 0.5}), ("uptake", {**ONLINE, "adoption": 0.4}))
    item = next(i for i in system.items.values() if len(dict(variants(i))) == 4)
    shares = variant_shares(item, lambda _: True)
    assert shares is not None
    assert math.fsum(shares.values()) == pytest.approx(1)
    base = hall().items[item.id]
    alone = {
        "": reformed(("result_courier", COURIER), ("uptake", ONLINE)),
        "uptake": reformed(("result_courier", COURIER)),
        "result_courier": reformed(("uptake", ONLINE)),
    }
    wanted = {"": 0.2, "uptake": 0.3, "result_courier": 0.2, "uptake/result_courier": 0.3}
    assert shares == pytest.approx(wanted)
    for name, one in alone.items():
        assert variant(item, name) == one.items[item.id]
    assert variant(item, "uptake/result_courier") == base
    counts = dict.fromkeys(wanted, 0)
    mine = [c for c in cases(system, 365) if c.item == item.id]
    for case in mine:
        counts[case.variant] += 1
    for name, share in wanted.items():
        assert abs(counts[name] / len(mine) - share) < 4 * math.sqrt(share * (1 - share) / len(mine))


def test_a_later_reform_for_all_reaches_those_who_adopted_none() -> None:
    system = reformed(("result_courier", {**COURIER, "adoption": 0.5}), ("uptake", ONLINE))
    for name, item in system.items.items():
        if item.before:
            assert item.before[0].item == reformed(("uptake", ONLINE)).items[name]


def test_the_same_reform_twice_is_adopted_by_the_same_cases() -> None:
    item = hall().items["permit"]
    inner = item.model_copy(update={"before": (Before(reform="uptake", adoption=0.7, item=item),)})
    outer = item.model_copy(
        update={
            "before": (
                Before(reform="uptake", adoption=0.4, item=inner),
                Before(reform="uptake", adoption=0.7, item=item),
            )
        }
    )
    shares = variant_shares(outer, lambda _: True)
    assert shares == pytest.approx({"": 0.4, "uptake": 0.3, "uptake/uptake": 0.3})
    assert dict(variants(outer)).keys() == {"", "uptake", "uptake/uptake", "uptake#2"}


def test_a_start_acts_on_arrivals_to_the_minute() -> None:
    base = roomy()
    start = date.fromordinal(base.start.toordinal() + 60)
    after = reforms.apply(base, scenario(("result_courier", {**COURIER, "starts": start.isoformat()}))).system
    old = {c.case_id: c for c in cases(base)}
    changed = {i for i, item in after.items.items() if item.before}
    for case in cases(after):
        if case.item in changed:
            assert (case.variant == "result_courier") == (case.arrival < 60 * 1440)
        if case.variant:
            assert case._replace(variant="") == old[case.case_id]


def test_a_start_within_the_run_leaves_the_exact_column_out() -> None:
    def exact(start: str) -> float | None:
        use = ("result_courier", {**COURIER, "starts": start})
        return simulate(hall(), scenario(use), replications=1, horizon_days=20).summary.totals["visits"].exact

    year = hall().start.year
    full = simulate(hall(), scenario(("result_courier", COURIER)), replications=1, horizon_days=20)
    none = simulate(hall(), replications=1, horizon_days=20)
    assert exact(f"{year - 1}-01-01") == full.summary.totals["visits"].exact
    assert exact(f"{year + 2}-01-01") == none.summary.totals["visits"].exact
    assert exact(date.fromordinal(hall().start.toordinal() + 7).isoformat()) is None


def test_the_level_is_what_is_offered_and_use_is_told_beside() -> None:
    after = reformed(("result_courier", {**COURIER, "adoption": 0.5}))
    whole = reformed(("result_courier", COURIER))
    changed = next(i for i, item in after.items.items() if item.before)
    found, all_of_them = (classify(s).item_json(classify(s)[changed], "en") for s in (after, whole))
    assert found["level"] == all_of_them["level"]
    assert found["visits"]["expected"] == all_of_them["visits"]["expected"]
    assert "expected_in_use" not in all_of_them["visits"]
    before = analyse(hall().items[changed]).expected
    assert found["visits"]["expected_in_use"] == pytest.approx((before + found["visits"]["expected"]) / 2)


def test_the_load_of_pools_is_that_of_the_mixture() -> None:
    loads = [
        offered_loads(s)
        for s in (
            hall(),
            reformed(("result_courier", COURIER)),
            reformed(("result_courier", {**COURIER, "adoption": 0.25})),
        )
    ]
    for pool in loads[0]:
        assert loads[2][pool] == pytest.approx(0.75 * loads[0][pool] + 0.25 * loads[1][pool])


def test_the_machine_follows_every_variant() -> None:
    system = reformed(("result_courier", {**COURIER, "adoption": 0.5}), ("uptake", {**ONLINE, "adoption": 0.5}))
    seen = set()
    for case in cases(system, 60):
        done = machine(system.items[case.item]).replay(case)
        assert done.outcome == case.outcome
        assert done.item.process == variant(system.items[case.item], case.variant).process
        seen.add(case.variant)
    assert len(seen) >= 4


@pytest.mark.parametrize("given", [{"adoption": 0.5}, {"starts": "2026-07-01"}])
def test_what_changes_the_whole_system_takes_neither(given: dict[str, Any]) -> None:
    for name, rest in (
        ("one_window", {"pools": ["windows"]}),
        ("capacity", {"pools": ["windows"], "add": 1}),
        ("patch", {"set": {"name": "New"}}),
    ):
        with pytest.raises(InputError) as refused:
            reforms.apply(hall(), scenario((name, {**rest, **given})))
        assert [f.code for f in refused.value.findings] == ["DS509"]
        assert refused.value.findings[0].path == ("reforms", 0, name, next(iter(given)))


def test_a_patch_of_items_may_be_adopted() -> None:
    use = {"items": {"id": "permit"}, "set": {"name": "New"}, "adoption": 0.5}
    item = reformed(("patch", use)).items["permit"]
    assert item.name.en == "New"
    assert item.before[0].item == hall().items["permit"]


def test_a_reformed_item_reads_back_from_its_file(tmp_path: Any) -> None:
    system = reformed(("result_courier", {**COURIER, "adoption": 0.5, "starts": "2026-07-01"}))
    files.write_system(system, tmp_path / "s")
    assert files.load_system(tmp_path / "s").system == system


def test_compare_gives_the_mixture_of_differences() -> None:
    some = scenario(("result_courier", {**COURIER, "adoption": 0.5}))
    found = compare(hall(), [hall_baseline(), some], replications=6, horizon_days=120, seed=8)["some"].study
    visits = found.difference["visits"]
    assert visits.exact is not None
    assert visits.ci95 is not None
    assert visits.ci95[0] <= visits.exact <= visits.ci95[1]


def hall_baseline() -> Scenario:
    return scenario(id_="reference")


def test_parts_sum_to_one() -> None:
    system = reformed(("result_courier", {**COURIER, "adoption": 0.5}))
    for item in system.items.values():
        found = parts(item, system, within(system, 0, 1440))
        assert found is not None
        assert math.fsum(p.share for p in found) == pytest.approx(1)
        assert isinstance(found[0].item, ServiceItem)
