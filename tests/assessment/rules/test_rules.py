"""Each rule for guides has a fixture that breaks it at one place, and taking the fault away clears it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from depthsim import files
from depthsim.assessment import rules
from depthsim.errors import Finding, Location
from depthsim.files.document import parse
from depthsim.files.published import read_guide, with_published
from depthsim.model.guide import ServiceGuide
from depthsim.texts import LANGS, finding_line, finding_message

FIXTURES = Path(__file__).parent / "fixtures"
HEAD = re.compile(r"# expect: (DS8\d\d) (\w+) (\d+):(\d+)\n# cleared by: (.*)\n")
INDICATOR = re.compile(r"[A-E][1-9]-\d{1,2}")


@dataclass(frozen=True)
class Broken:
    """A guide that breaks one rule: where, and what must change in it."""

    path: Path
    code: str
    severity: str
    place: tuple[int, int]
    cure: dict[str, Any]

    def findings(self, *, cured: bool = False) -> list[Finding]:
        """Return what the rules find, located unless cured."""
        source = self.path.read_text(encoding="utf-8")
        data = parse(source, self.path.name).data
        guide = ServiceGuide.model_validate(_merged(data, self.cure) if cured else data)
        if self.path.parent == FIXTURES:
            found = rules.guide_findings(guide)
            document = read_guide(self.path)[1]
            return found if cured else [f.at(document.locate(f.path[2:])) for f in found]
        loaded = with_published(files.load_system(self.path.parents[1]))
        guides = loaded.system.guides | {guide.id: guide}
        found = rules.findings(loaded.system.model_copy(update={"guides": guides}))
        return [f for f in loaded.located(found) if f.path[1] == guide.id]


def _merged(data: Any, change: Any) -> Any:
    if not isinstance(data, dict) or not isinstance(change, dict):
        return change
    return {**data, **{key: _merged(data.get(key), value) for key, value in change.items()}}


def _fixtures() -> Iterator[Broken]:
    for path in sorted(FIXTURES.rglob("*.yaml")):
        if found := HEAD.match(path.read_text(encoding="utf-8")):
            code, severity, line, column, cure = found.groups()
            yield Broken(path, code, severity, (int(line), int(column)), yaml.safe_load(cure))


BROKEN = {broken.code: broken for broken in _fixtures()}


@pytest.mark.parametrize("code", rules.RULES)
def test_a_rule_finds_its_fault_and_nothing_else(code: str) -> None:
    assert code in BROKEN, f"no fixture breaks {code}"
    broken = BROKEN[code]
    found = broken.findings()
    mine = [f for f in found if f.code == code]
    assert mine, [finding_line(f, "en") for f in found]
    location = mine[0].location
    assert location is not None
    assert (mine[0].severity.value, location.line, location.column) == (broken.severity, *broken.place)
    others = [finding_line(f, "en") for f in found if f.severity.value == "warning" and f.code != code]
    assert not others, "one fault gives one warning"


@pytest.mark.parametrize("code", rules.RULES)
def test_taking_the_fault_away_clears_it(code: str) -> None:
    found = BROKEN[code].findings(cured=True)
    assert code not in {f.code for f in found}, [finding_line(f, "en") for f in found]


@pytest.mark.parametrize("code", rules.RULES)
@pytest.mark.parametrize("lang", LANGS)
def test_a_finding_reads_well(code: str, lang: Any) -> None:
    finding = next(f for f in BROKEN[code].findings() if f.code == code)
    said = finding_line(finding.at(Location("x", 1, 1)), lang)
    assert not re.search(r"\{|\}|\b(list|guide|attribute|special|depth_map|source)_|None", said), said
    assert finding_message(finding, lang).endswith("。" if lang == "zh" else "."), said


def test_a_clean_guide_breaks_no_rule() -> None:
    guide, document, findings = read_guide(FIXTURES / "clean.yaml")
    assert not findings
    found = [finding_line(f.at(document.locate(f.path[2:])), "en") for f in rules.guide_findings(guide)]
    assert not found, found


def test_every_rule_bears_on_an_indicator_and_says_where_it_comes_from() -> None:
    assert len(rules.RULES) >= 30
    for code, rule in rules.RULES.items():
        assert rule.source, code
        assert rule.indicators, code
        assert all(INDICATOR.fullmatch(one) for one in rule.indicators), code


def test_what_is_unknown_is_not_wrong() -> None:
    bare = ServiceGuide.model_validate({"id": "bare", "name": "例", "process": "none", "assumption": "invented"})
    found = rules.guide_findings(bare)
    assert {f.code for f in found} == {"DS890"}
    assert all(f.severity.value == "information" for f in found)
    assert {i for f in found for i in rules.indicators(f)} >= {"C1-1", "C1-12", "C2-1", "C3-3", "C5-1"}


def test_items_not_handled_on_application_need_no_guide_for_applicants() -> None:
    penalty = ServiceGuide.model_validate(
        {"id": "fine", "name": "例", "type": "penalty", "application_based": False, "process": "none",
         "assumption": "invented"}
    )  # fmt: skip
    assert rules.guide_findings(penalty) == []
