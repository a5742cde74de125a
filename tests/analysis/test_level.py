"""Levels: the examples and templates exactly, what decides between them, and proofs that a checker accepts."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from depthsim.analysis.checker import problems
from depthsim.analysis.level import Classification, classify
from depthsim.errors import InputError
from depthsim.files import load_scheme, load_system
from depthsim.model.level import Level
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from tests.random_items import random_item

EXAMPLES = Path(__file__).parent.parent / "examples"
SCHEME = load_scheme("depth_2018")
FUJIAN = load_scheme("fujian_stars")
EXPECTED = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo() -> ServiceSystem:
    return load_system(EXAMPLES / "demo_hall").system


@pytest.fixture(scope="module")
def canonical() -> ServiceSystem:
    return load_system("canonical").system


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: e["id"])
def test_the_examples_match_exactly(demo: ServiceSystem, expected: dict[str, Any]) -> None:
    found = classify(demo[expected["id"]], SCHEME, demo.published)
    assert found.level == expected["level"]
    assert found.by_visits == expected["level_by_visits"]
    visits = found.visits
    for name in ("least", "required", "expected", "expected_delivered", "greatest"):
        assert getattr(visits, name) == pytest.approx(expected["visits"][name], abs=1e-9)
    assert {c: {"best": v.best, "worst": v.worst} for c, v in visits.by_channel.items()} == expected["visits"][
        "by_channel"
    ]
    assert {str(k): p for k, p in visits.distribution.items()} == pytest.approx(
        expected["visits"]["distribution"], abs=1e-9
    )


@pytest.mark.parametrize("level", ["I", "II", "III", "IV"])
def test_the_four_templates_have_their_level(canonical: ServiceSystem, level: str) -> None:
    assert classify(canonical[f"level_{level.lower()}"], SCHEME, canonical.published).level == level


def changed(item: ServiceItem, **changes: Any) -> ServiceItem:
    """Return an item with parts of its plain data replaced; a key `a__b__c` leads inwards, None removes."""
    data = item.model_dump(mode="json", by_alias=True, exclude_none=True)
    for key, value in changes.items():
        *outer, last = key.split("__")
        inner = data
        for name in outer:
            inner = inner[name]
        if value is None:
            inner.pop(last)
        else:
            inner[last] = value
    return ServiceItem.model_validate(data)


def of(item: ServiceItem, system: ServiceSystem) -> Classification:
    return classify(item, SCHEME, system.published)


def test_what_keeps_an_item_from_level_iv(canonical: ServiceSystem) -> None:
    """Semantics §3, 3 and 4: one thing changed at a time."""
    best = canonical["level_iv"]
    pay = next(n for n, s in best.process.steps.items() if s.role == "pay")
    send = next(n for n, s in best.process.steps.items() if s.role in ("deliver", "collect"))

    def level(**changes: Any) -> tuple[str, str | None]:
        found = of(changed(best, **changes), canonical)
        return found.level.value, found.binding.id if found.binding else None

    steps = "process__steps__"
    window = {"channel": "window", "at": "city_hall", "next": "delivered"}
    assert level() == ("IV", None)
    assert level(published=["guide", "consultation"])[0] == "none"
    assert level(published=["guide", "consultation", "complaint"]) == ("II", "status_query")
    at_window = window | {"next": best.process.steps[pay].options["online"].next}
    assert level(**{f"{steps}{pay}__options": {"window": at_window}}) == ("III", "fee_paid_online")
    assert level(**{f"{steps}{send}__options": {"window": window}}) == ("III", "result_sent")
    assert level(**{f"{steps}{send}__options": {"window": window}}, result={"form": "electronic"}) == (
        "III",
        "admitted",
    )
    assert level(fee=None)[0] == "IV"  # a pay step that can be done online is enough
    shown = {"licence": {"name": "licence", "originals": 1, "medium": ["paper"]}}
    assert level(materials=shown) == ("III", "verified_online")
    assert level(materials={"licence": shown["licence"] | {"trust": "A"}}) == ("IV", None)
    assert level(materials={"licence": shown["licence"] | {"trust": "C"}}) == ("III", "verified_online")


def test_a_fee_without_a_payment_step_fails_unless_there_is_declared_to_be_none(canonical: ServiceSystem) -> None:
    best = canonical["level_iv"]
    pay = next(n for n, s in best.process.steps.items() if s.role == "pay")
    role = {f"process__steps__{pay}__role": "notify"}
    assert of(changed(best, **role), canonical).level == Level.III
    assert of(changed(best, **role, fee="none"), canonical).level == Level.IV
    assert of(changed(best, **role, fee=None), canonical).level == Level.III


def test_zero_visits_by_post_is_not_level_iv_and_one_visit_may_be_level_ii(
    demo: ServiceSystem, canonical: ServiceSystem
) -> None:
    by_post = of(demo["stall_permit_by_post"], demo)
    assert (by_post.level, by_post.by_visits, by_post.visits.required) == (Level.I, Level.IV, 0)
    reviewed = of(canonical["level_ii"], canonical)
    assert (reviewed.level, reviewed.by_visits, reviewed.visits.required) == (Level.II, Level.III, 1)


def test_a_visit_between_acceptance_and_decision_keeps_level_iii_unless_the_scheme_says_otherwise(
    demo: ServiceSystem,
) -> None:
    event = demo["public_event_permit"]
    found = classify(event, SCHEME, demo.published)
    assert found.level == Level.III
    assert "DS306" in [f.code for f in found.findings]
    levels = tuple(
        level.model_copy(update={"visit_after": "decision"}) if level.id == "III" else level for level in SCHEME.levels
    )
    strict = SCHEME.model_copy(update={"levels": levels})
    assert classify(event, strict, demo.published).level < Level.III


def test_declared_level_and_visits_are_held_against_the_derived_ones(demo: ServiceSystem) -> None:
    food = demo["food_business_licence"]
    found = classify(food, SCHEME, demo.published)
    assert (found.agrees, [f.code for f in found.findings]) == (False, ["DS303"])
    assert found.findings[0].values["derived"] == 2
    online = changed(food, declared={"level": "IV", "visits": 1, "meaning": "greatest", "channel": "online"})
    assert classify(online, SCHEME, demo.published).agrees is True
    least = changed(food, declared={"visits": 0, "meaning": "least"})
    assert classify(least, SCHEME, demo.published).agrees is True
    unlabelled = changed(food, declared={"level": "III", "visits": 0})
    assert [f.code for f in classify(unlabelled, SCHEME, demo.published).findings] == ["DS302"]


def bundled_items() -> list[tuple[str, str]]:
    return [(s, i) for s in ("canonical", "fuzhou") for i in load_system(s).system.items]


@pytest.mark.parametrize(("system", "item"), bundled_items())
def test_every_printed_proof_is_accepted(system: str, item: str) -> None:
    found = load_system(system).system
    for scheme in (SCHEME, FUJIAN, load_scheme("ozg_maturity")):
        proof = json.loads(json.dumps(classify(found[item], scheme, found.published).proof))
        assert problems(found[item], scheme, proof, found.published) == []


@pytest.mark.parametrize("seed", range(40))
def test_proofs_of_random_items_are_accepted(seed: int) -> None:
    item = random_item(seed, blocks=4)
    try:
        proof = json.loads(json.dumps(classify(item, SCHEME).proof))
    except InputError:
        pytest.skip("the random item is not sound")
    assert problems(item, SCHEME, proof) == []


def tampered(proof: dict[str, Any], how: str) -> dict[str, Any]:
    """Return a proof with one thing falsified."""
    fake = copy.deepcopy(proof)
    top = fake["levels"][-1]
    if how == "level":
        fake["level"] = "IV" if fake["level"] != "IV" else "III"
    elif how == "criterion":
        failing = next(c for entry in fake["levels"] for c in entry["criteria"] if c["ruling"] == "fails")
        failing["ruling"] = "holds"
    elif how == "criterion left out":
        top["criteria"].pop(0)
    elif how == "visits":
        top["visits"] = (top["visits"] or 0) + 1
    elif how == "strategy":
        top["strategy"][0]["option"] = "window" if top["strategy"][0]["option"] != "window" else "online"
    elif how == "strategy left out":
        top["strategy"].pop()
    elif how == "path":
        top["path"][0]["visits"] = 1 - top["path"][0]["visits"]
    elif how == "path shortened":
        top["path"].pop()
    elif how == "another item":
        fake["item"] = "something_else"
    elif how == "verdict and level together":
        for criterion in top["criteria"]:
            criterion["ruling"] = "holds"
        top["holds"], fake["level"] = True, "IV"
    return fake


@pytest.mark.parametrize(
    "how",
    [
        "level", "criterion", "criterion left out", "visits", "strategy", "strategy left out", "path",
        "path shortened", "another item", "verdict and level together",
    ],
)  # fmt: skip
@pytest.mark.parametrize("item", ["public_event_permit", "stall_permit_by_post"])
def test_tampered_proofs_are_refused(demo: ServiceSystem, item: str, how: str) -> None:
    proof = classify(demo[item], SCHEME, demo.published).proof
    assert problems(demo[item], SCHEME, proof, demo.published) == []
    assert problems(demo[item], SCHEME, tampered(proof, how), demo.published) != []


def test_a_five_star_item_may_still_ask_for_one_visit_to_collect(canonical: ServiceSystem) -> None:
    best = canonical["level_iv"]
    send = next(n for n, s in best.process.steps.items() if s.role in ("deliver", "collect"))
    window = {"channel": "window", "at": "city_hall", "next": "delivered"}
    fetched = changed(best, **{f"process__steps__{send}__options": {"window": window}})
    assert classify(fetched, FUJIAN, canonical.published).scheme_level == FUJIAN.levels[-1].id
    assert classify(fetched, SCHEME, canonical.published).level == Level.III
