"""Each fault that is planted in a faultless city is found where it was planted, and nothing is found without it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from assessment.planting import OF_INDICATORS, OF_RULES, Raw, faultless, raw, read, records
from depthsim.assessment import rules
from depthsim.assessment.assess import Assessment, assess, subject_of
from depthsim.assessment.rules import RULES
from depthsim.errors import Finding
from depthsim.files import load_scheme
from depthsim.files.assessment import read_indicators
from depthsim.model.system import ServiceSystem

SCHEME = read_indicators().scheme
LEVELS = load_scheme("depth_2018")


def assessed(city: Raw) -> Assessment:
    system = read(city)
    with TemporaryDirectory() as folder:
        return assess(subject_of(system, SCHEME, LEVELS, records=records(city, system, Path(folder))))


@cache
def clean() -> Assessment:
    return assessed(raw())


def found_in(system: ServiceSystem, guides: set[str]) -> list[Finding]:
    """Return what rules find in some guides."""
    around = rules.surroundings(system)
    return [f for key in sorted(guides) for f in rules.guide_findings(system.guides[key], around(system.guides[key]))]


def planted(fault: object) -> Raw:
    city = raw()
    assert callable(fault)
    fault(city)
    return city


def test_there_is_a_fault_for_every_rule_and_every_indicator_that_data_decide() -> None:
    assert set(OF_RULES) == set(RULES)
    assert set(OF_INDICATORS) == {i.code for i in SCHEME.indicators if i.decided != "person"}


@pytest.mark.parametrize("code", OF_RULES)
def test_a_rule_finds_its_fault_in_the_one_guide_and_nothing_where_it_is_gone(code: str) -> None:
    city = planted(OF_RULES[code])
    hit = [f for f in found_in(read(city), city.changed) if f.code == code]
    assert {f.path[1] for f in hit} == city.changed
    assert not [f for f in found_in(faultless(), city.changed) if f.code == code]


@pytest.mark.parametrize("code", OF_INDICATORS)
def test_an_indicator_moves_with_its_fault_says_so_and_moves_back_without_it(code: str) -> None:
    fault, way, finding = OF_INDICATORS[code]
    result, before = assessed(planted(fault))[code], clean()[code]
    assert result.value is not None
    if before.value is None:  # nothing of its kind there but with the fault
        assert result.value < 1
    else:
        assert result.value < before.value if way == "falls" else result.value > before.value
    told = {f.code for f in result.findings} - {f.code for f in before.findings}
    more = len(result.findings) > len(before.findings)
    assert finding in {f.code for f in result.findings} if finding else (told or more or code.startswith(("D1", "E")))
    assert finding is None or finding in told or more
    assert assessed(raw())[code].value == before.value


def test_nothing_above_information_is_found_without_faults() -> None:
    assert not [f for f in clean().findings if f.severity != "information"]
