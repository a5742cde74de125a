"""Segments of applicants: who they are, what they choose, how far they go; exactly, simulated, and in tables."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from depthsim import files, reforms
from depthsim.analysis import soundness
from depthsim.analysis.minutes import mean_minutes
from depthsim.analysis.mixture import parts
from depthsim.analysis.visits import analyse
from depthsim.cli import depthsim
from depthsim.engines.discrete_event import run
from depthsim.errors import InputError, Severity
from depthsim.model.log import CaseLog, in_order
from depthsim.model.scenario import Scenario
from depthsim.model.segments import item_for, segment_shares, system_for, way
from depthsim.model.service import ApplicantStep
from depthsim.model.system import Segment, ServiceSystem
from depthsim.verbs.classify import classify
from depthsim.verbs.compare import compare
from depthsim.verbs.simulate import simulate
from reference_hall import hall, permit

SEGMENTS: dict[str, Any] = {
    "elderly": {"name": {"zh": "老年人", "en": "Elderly"}, "share": 0.3, "uptake": {"online": 0.2}, "travel": 2.0},
    "others": {"name": {"zh": "其他", "en": "Others"}},
}
ONLINE = Scenario.model_validate(
    {"id": "online", "name": "online", "reforms": [{"uptake": {"role": "submit", "share": 0.8}}]}
)


def segmented(segments: dict[str, Any] | None = None, *items: Any, **demand: Any) -> ServiceSystem:
    plain = hall(*items).model_dump(mode="json", by_alias=True, exclude_none=True)
    plain["applicants"]["segments"] = SEGMENTS if segments is None else segments
    if demand:
        plain["items"]["permit"]["demand"]["segments"] = demand
    return ServiceSystem.model_validate(plain)


def cases(system: ServiceSystem, days: float = 120) -> list[CaseLog]:
    return in_order([case for batch in run(system, seed=3, horizon_days=days) for case in batch])


def test_one_segment_like_everybody_changes_nothing() -> None:
    one = segmented({"all": {"name": "all"}})
    assert [c._replace(segment=None) for c in cases(one)] == cases(hall())
    assert {c.segment for c in cases(one, 10)} == {"all"}


def test_shares_are_those_of_the_system_or_of_the_item() -> None:
    item = hall().items["permit"]
    assert segment_shares(segmented(), item) == pytest.approx({"elderly": 0.3, "others": 0.7})
    own = segmented(None, elderly=0.6)
    assert segment_shares(own, own.items["permit"]) == pytest.approx({"elderly": 0.6, "others": 0.4})


def test_segments_come_for_items_of_their_audience() -> None:
    groups = {
        "young": {"name": "young", "share": 0.2, "audience": ["natural_person"]},
        "old": {"name": "old", "share": 0.2, "audience": ["natural_person"]},
        "firms": {"name": "firms", "audience": ["legal_person"]},
    }
    system = segmented(groups, permit(audience=["natural_person"]), permit(id="trade", audience=["legal_person"]))
    assert segment_shares(system, system.items["permit"]) == pytest.approx({"young": 0.5, "old": 0.5})
    assert segment_shares(system, system.items["trade"]) == {"firms": 1.0}
    found = cases(system, 40)
    assert {c.segment for c in found if c.item == "trade"} == {"firms"}
    assert {c.segment for c in found if c.item == "permit"} == {"young", "old"}
    assert segment_shares(system, permit(audience=["other_organisation"])) == {}


def test_drawn_shares_are_those_given() -> None:
    found = [c for c in cases(segmented(), 365) if c.item == "permit"]
    share = sum(c.segment == "elderly" for c in found) / len(found)
    assert abs(share - 0.3) < 4 * math.sqrt(0.21 / len(found))


def test_uptake_weighs_options_by_channel() -> None:
    step = item_for(permit(), segmented().applicants.segments["elderly"]).process.steps["apply"]
    assert isinstance(step, ApplicantStep)
    assert step.shares() == pytest.approx({"online": 0.08 / 0.68, "window": 0.6 / 0.68})


def test_options_of_weight_zero_stay_where_no_other_is_left() -> None:
    nobody = Segment.model_validate({"name": "n", "uptake": {"window": 0, "online": 0, "post": 0}})
    assert item_for(permit(), nobody).process == permit().process
    never = Segment.model_validate({"name": "n", "uptake": {"online": 0}})
    step = item_for(permit(), never).process.steps["apply"]
    assert isinstance(step, ApplicantStep)
    assert step.shares() == {"online": 0.0, "window": 1.0}


def test_travel_is_scaled_or_replaced() -> None:
    place = hall().places["hall"]
    twice = Segment.model_validate({"name": "n", "travel": 2})
    assert way(place.travel, twice).mean_minutes(480) == pytest.approx(50)
    far = Segment.model_validate({"name": "n", "travel": "90 min"})
    assert way(place.travel, far).mean_minutes(480) == 90
    minutes = {c.segment: c.rows for c in cases(segmented(), 60)}
    assert set(minutes) == {"elderly", "others"}
    own, plain = segmented(), hall()
    ways = {c.case_id: next((r.travel for r in c.rows if r.visit), None) for c in cases(plain)}
    compared = 0
    for case in cases(own):
        there = next((r.travel for r in case.rows if r.visit), None)
        if there is not None and ways[case.case_id] is not None:
            factor = 2 if case.segment == "elderly" else 1
            assert there == pytest.approx(factor * (ways[case.case_id] or 0), abs=1e-4)
            compared += 1
    assert compared > 100


def test_segments_sum_to_the_totals_and_lie_at_the_exact_means() -> None:
    found = simulate(segmented(), replications=8, horizon_days=200, seed=4)
    summary = found.summary
    assert sum(s.cases for s in summary.segments) == summary.cases
    assert sum(s.per_year for s in summary.segments) == pytest.approx(2400)
    for tally in found.study.tallies:
        whole = tally.total(len(summary.totals))
        for n, total in enumerate(whole.sums):
            assert sum(t.sums[n].total for t in tally.segments.values()) == total.total
    for name in ("visits", "travel_minutes", "form_minutes", "delivered"):
        mixed = 0.0
        for segment in summary.segments:
            estimate = segment.measures[name]
            assert estimate.exact is not None
            assert estimate.ci95 is not None
            se = (estimate.ci95[1] - estimate.ci95[0]) / 2 / 2.365
            assert abs((estimate.mean or 0) - estimate.exact) <= 4 * se + 1e-12, (segment.id, name)
            mixed += estimate.exact * segment.per_year
        assert mixed / 2400 == pytest.approx(summary.totals[name].exact)
    assert (
        summary.totals["visits"].exact
        != simulate(hall(), replications=1, horizon_days=3).summary.totals["visits"].exact
    )


def test_exact_means_of_a_segment_are_those_of_its_own_item_and_ways() -> None:
    system = segmented()
    found = parts(system.items["permit"], system, lambda _: True)
    assert found is not None
    assert [(p.segment, pytest.approx(p.share)) for p in found] == [("elderly", 0.3), ("others", 0.7)]
    assert analyse(found[0].item).expected > analyse(found[1].item).expected
    elderly = mean_minutes(found[0].item, system_for(system, system.applicants.segments["elderly"]))
    near = mean_minutes(found[0].item, hall())
    assert elderly.travel == pytest.approx(2 * near.travel)
    assert elderly.form == near.form


def test_a_comparison_says_who_gains() -> None:
    found = compare(segmented(), ONLINE, replications=6, horizon_days=120, seed=7)["online"]
    study = found.study
    assert set(study.segments) == {"elderly", "others"}
    for measure in ("visits", "applicant_minutes"):
        whole = study.difference[measure]
        halves = [study.segments[s][measure] for s in study.segments]
        assert sum(h.pairs for h in halves) == whole.pairs
        mean = sum((h.mean or 0) * h.pairs for h in halves) / whole.pairs
        assert mean == pytest.approx(whole.mean)
    gains = {s: study.segments[s]["visits"].exact or 0.0 for s in study.segments}
    assert gains["others"] < gains["elderly"] < 0
    plain = found.to_json("en")
    assert [s["id"] for s in plain["segments"]] == ["elderly", "others"]
    assert plain["segments"][0]["difference"]["visits"]["exact"] == gains["elderly"]


def test_segments_and_adoption_together() -> None:
    use = {"id": "x", "name": "x", "reforms": [{"result_courier": {"uptake": 1.0, "adoption": 0.5}}]}
    system = reforms.apply(segmented(), Scenario.model_validate(use)).system
    found = parts(system.items["permit"], system, lambda _: True)
    assert found is not None
    assert len(found) == 4
    assert math.fsum(p.share for p in found) == pytest.approx(1)
    assert {(c.segment, c.variant) for c in cases(system) if c.item == "permit"} == {
        (p.segment, p.variant) for p in found
    }


def test_the_level_does_not_depend_on_who_comes() -> None:
    assert classify(segmented())["permit"].level == classify(hall())["permit"].level
    told = classify(segmented()).item_json(classify(segmented())["permit"], "en")["visits"]
    mixture = parts(segmented().items["permit"], segmented(), lambda _: True) or ()
    assert told["expected_in_use"] == pytest.approx(sum(p.share * analyse(p.item).expected for p in mixture))


def test_a_run_keeps_the_segment_of_every_case(tmp_path: Path) -> None:
    import polars as pl

    simulate(segmented(), replications=1, horizon_days=20, output=tmp_path / "run")
    rows = pl.read_parquet(tmp_path / "run" / "cases.parquet")
    assert set(rows["segment"]) == {"elderly", "others"}
    assert "variant" not in rows.columns
    assert files.load_system(tmp_path / "run").system == segmented()


def test_tables_show_segments(tmp_path: Path) -> None:
    files.write_system(segmented(), tmp_path / "s")
    (tmp_path / "online.yaml").write_text(files.dump(ONLINE), encoding="utf-8")
    span = ("--replications", "2", "--horizon", "10")
    commands = (["simulate", tmp_path / "s"], ["compare", tmp_path / "s", "--scenario", tmp_path / "online.yaml"])
    for command in commands:
        for lang, word in (("en", "Elderly"), ("zh", "老年人")):
            found = CliRunner().invoke(depthsim, ["--lang", lang, *map(str, command), *span])
            assert found.exit_code == 0, found.output
            assert word in found.stdout
    found = CliRunner().invoke(depthsim, [*map(str, commands[0]), *span, "--json"])
    assert [s["id"] for s in json.loads(found.stdout)["segments"]] == ["elderly", "others"]


def test_no_shares_of_segments_that_are_not_there() -> None:
    broken = segmented(None, elderly=0.6).model_copy(update={"applicants": hall().applicants})
    from depthsim.model.references import item_findings

    assert [f.code for f in item_findings(broken.items["permit"], broken)] == ["DS182"]


def test_a_segment_for_whom_a_case_never_ends_is_refused() -> None:
    steps = {
        "choose": {
            "role": "submit",
            "stage": "preparation",
            "by": "applicant",
            "options": {
                "online": {"channel": "online", "next": "check"},
                "window": {"channel": "window", "at": "hall", "next": "delivered"},
            },
        },
        "check": {
            "role": "accept",
            "stage": "acceptance",
            "by": "office",
            "pool": "reviewers",
            "outcomes": {"again": {"next": "choose"}},
        },
    }
    steps["choose"]["choose"] = "anew"
    item = permit(process={"start": "choose", "steps": steps})
    system = segmented({"stuck": {"name": "stuck", "uptake": {"window": 0}}}, item)
    found = soundness.findings(item, system)
    assert [(f.code, f.values["segment"].en) for f in found if f.severity is Severity.ERROR] == [("DS223", "stuck")]
    with pytest.raises(InputError) as refused:
        simulate(system, replications=1, horizon_days=5)
    assert [f.code for f in refused.value.findings] == ["DS202"]
