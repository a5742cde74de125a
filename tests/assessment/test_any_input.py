"""Whatever is missing from guides and inventory, an assessment ends, keeps its bounds, and says what is missing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment.catalogue import SCHEME, city, guides, judgement, system
from depthsim.assessment.rectification import rectification
from depthsim.texts import LANGS
from depthsim.verbs.assess import assess

FIELDS = sorted(set(guides()[1]) - {"schema", "id", "name"})
PARTS = sorted(set(city()) - {"id", "name"})
CODES = [i.code for i in SCHEME.indicators]

missing = st.lists(st.frozensets(st.sampled_from(FIELDS)), min_size=4, max_size=4)
parts = st.none() | st.frozensets(st.sampled_from(PARTS))
SAID: list[dict[str, Any]] = [
    {}, {"verdict": "met"}, {"verdict": "partly"}, {"value": 0.3}, {"numerator": 1.0, "denominator": 4},
    {"numerator": 1.0, "denominator": 0},
]  # fmt: skip
numbers = st.sampled_from(SAID)
people = st.lists(st.tuples(st.sampled_from(CODES), numbers), max_size=8)
words = st.sampled_from(["", "无", "x" * 40, "0591", "１２３", "11350100MB1558081X3000123001000", "第一条", "尽快"])


def changed(gone: list[frozenset[str]], lost: frozenset[str] | None, said: list[Any], word: str) -> Any:
    every: list[dict[str, Any]] = guides()
    for one, fields in zip(every, gone, strict=True):
        for field in fields:
            del one[field]
    if word:
        every[0] |= {"code": word, "hours": word, "type": word, "contact_phones": [word]}
    inventory = None if lost is None else {k: v for k, v in city().items() if k not in lost}
    if inventory is None or "portals" in lost or "departments" in lost:  # names that nothing has are refused on reading
        for one in every:
            one.pop("published_on", None)
    return system(every, inventory, [judgement(code, **more) for code, more in said])


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(missing, parts, people, words, st.none() | st.integers(1, 3))
def test_an_assessment_keeps_its_bounds(
    gone: list[frozenset[str]], lost: frozenset[str] | None, said: list[Any], word: str, sample: int | None
) -> None:
    found = assess(changed(gone, lost, said, word), sample=sample)
    assert [r.code for r in found.results] == CODES
    for result in found.results:
        value, numerator, denominator = result.value, result.numerator, result.denominator
        if result.status == "not_assessed":
            assert value is None
            assert result.outcome.needs, result.code
        if value is not None and denominator:
            assert numerator is not None
            assert abs(value - numerator / denominator) < 1e-9
            if result.indicator.value in ("share", "yes_no", "level") and result.code not in ("E2-3", "E2-4"):
                assert 0 <= value <= 1, result.code
        assert result.points is None or 0 <= result.points <= 100
    if any(found[f"D1-{n}"].denominator for n in (1, 2, 3, 4)):
        shares = {r.id: r.value or 0 for r in found["D1-1"].outcome.readings if r.id.startswith("level_")}
        assert abs(sum(shares.values()) - 1) < 1e-9
    for lang in LANGS:
        json.dumps(found.to_json(lang), allow_nan=False)
    rows = rectification(found.assessment, effects=False).tasks
    assert len({t.key for t in rows}) == len(rows)
