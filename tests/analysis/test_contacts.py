"""Channels in which cases begin, and visits that corrections cause."""

from __future__ import annotations

import pytest

from depthsim.analysis.contacts import first_channels, visits_without_corrections
from depthsim.analysis.visits import analyse
from depthsim.model.service import ServiceItem


def item(chance: float, *, on_line: float = 0.6) -> ServiceItem:
    office = {
        "role": "accept", "stage": "acceptance", "by": "office", "pool": "desk", "takes": "5 min",
        "outcomes": {
            "fine": {"next": "delivered", "chance": round(0.9 - chance, 6)},
            "lacking": {"next": "again", "kind": "correction", "chance": chance},
            "no": {"next": "refused", "kind": "refusal", "chance": 0.1},
        },
    }  # fmt: skip
    visit = {"channel": "window", "at": "hall", "served": "5 min"}
    steps = {
        "apply": {
            "role": "submit", "stage": "preparation", "by": "applicant",
            "options": {
                "online": {"channel": "online", "uptake": on_line, "next": "check"},
                "window": {**visit, "uptake": 1 - on_line, "next": "check"},
            },
        },
        "check": office,
        "again": {
            "role": "supplement", "stage": "acceptance", "by": "applicant",
            "options": {"window": {**visit, "next": "check"}},
        },
    }  # fmt: skip
    return ServiceItem.model_validate(
        {
            "schema": "depthsim/service/1", "id": "permit", "name": "Permit", "kind": "licence",
            "handling": "committed",
            "fee": "none", "result": {"form": "none"}, "process": {"start": "apply", "steps": steps},
        }
    )  # fmt: skip


def test_cases_begin_by_uptake() -> None:
    assert first_channels(item(0.2)) == pytest.approx({"online": 0.6, "window": 0.4})


def test_a_correction_costs_its_chance_times_its_visit() -> None:
    """Every corrected case comes once more, whatever it chose first: 0.4 visits without, 0.4 + 0.2 with."""
    assert analyse(item(0.2)).expected == pytest.approx(0.6)
    assert visits_without_corrections(item(0.2)) == pytest.approx(0.4)


def test_without_corrections_nothing_is_caused() -> None:
    from depthsim.files import load_system

    for found in load_system("canonical").system.items.values():
        without = visits_without_corrections(found)
        assert without is not None
        assert without <= analyse(found).expected + 1e-12
        assert sum(first_channels(found).values()) == pytest.approx(1.0)
