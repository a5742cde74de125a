"""A small service system with everything that measures read: two channels, exceptions, another authority, a fee."""

from __future__ import annotations

from typing import Any

from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem

APPLY = {
    "online": {"channel": "online", "uptake": 0.4, "takes": "30 min", "next": "accept"},
    "window": {
        "channel": "window",
        "at": "hall",
        "pool": "windows",
        "takes": "20 min",
        "served": {"law": "lognormal", "mean": "12 min", "cv": 0.5},
        "next": "accept_here",
    },
}
ACCEPTING = {
    "accepted": {"next": "review"},
    "incomplete": {"chance": 0.4, "kind": "correction", "at_most": 2, "next": "apply"},
    "refused": {"chance": 0.1, "kind": "refusal", "next": "refused"},
}


def permit(**changes: Any) -> ServiceItem:
    """Return an item that goes wrong often, so that every rate is measured well with few cases."""
    steps = {
        "apply": {"role": "submit", "stage": "preparation", "by": "applicant", "options": APPLY},
        "accept": {
            "role": "accept",
            "stage": "acceptance",
            "by": "office",
            "pool": "reviewers",
            "lag": "0.5 working days",
            "takes": {"law": "gamma", "mean": "15 min", "cv": 0.7},
            "outcomes": ACCEPTING,
        },
        "accept_here": {
            "role": "accept",
            "stage": "acceptance",
            "by": "office",
            "pool": "windows",
            "applicant": "waits",
            "takes": "6 min",
            "outcomes": ACCEPTING,
        },
        "review": {
            "role": "review",
            "stage": "review",
            "by": "office",
            "pool": "reviewers",
            "takes": {"law": "triangular", "low": "10 min", "mode": "20 min", "high": "40 min"},
            "outcomes": {
                "fit": {"next": "issue"},
                "unfit": {"chance": 0.2, "kind": "refusal", "next": "refused"},
                "silent": {"chance": 0.35, "kind": "withdrawal", "next": "withdrawn"},
            },
        },
        "issue": {
            "role": "complete",
            "stage": "completion",
            "by": "office",
            "pool": "reviewers",
            "takes": "10 min",
            "outcomes": {"ready": {"next": "collect"}},
        },
        "collect": {
            "role": "collect",
            "stage": "delivery",
            "by": "applicant",
            "options": {
                "courier": {
                    "channel": "post",
                    "uptake": 0.5,
                    "delay": "2 days",
                    "postage": "12 CNY",
                    "next": "delivered",
                },
                "window": {
                    "channel": "window",
                    "at": "hall",
                    "pool": "windows",
                    "served": "5 min",
                    "next": "delivered",
                },
            },
        },
    }
    data: dict[str, Any] = {
        "id": "permit",
        "name": {"zh": "许可", "en": "Permit"},
        "kind": "licence",
        "handling": "committed",
        "result": {"form": "physical"},
        "fee": {"amount": "100 CNY"},
        "limits": {"statutory": "20 working days", "promised": "1 working days"},
        "demand": {"per_year": 2000},
        "process": {"start": "apply", "steps": steps},
    }
    return ServiceItem.model_validate({**data, **changes})


def register(**changes: Any) -> ServiceItem:
    """Return an item that the office does alone, with another authority; it shares no pool with the permit."""
    steps = {
        "accept": {
            "role": "accept",
            "stage": "acceptance",
            "by": "office",
            "pool": "registrars",
            "takes": "5 min",
            "outcomes": {"accepted": {"next": "opinion"}},
        },
        "opinion": {
            "role": "forward",
            "stage": "review",
            "by": "office",
            "external": "province",
            "lag": "3 working days",
            "outcomes": {"given": {"next": "enter"}},
        },
        "enter": {
            "role": "complete",
            "stage": "completion",
            "by": "office",
            "pool": "registrars",
            "takes": {"law": "exponential", "mean": "10 min"},
            "outcomes": {"ready": {"next": "delivered"}},
        },
    }
    data: dict[str, Any] = {
        "id": "register",
        "name": {"zh": "登记", "en": "Register"},
        "kind": "confirmation",
        "handling": "forwarded",
        "result": {"form": "electronic"},
        "fee": "none",
        "limits": {"promised": "1 working days"},
        "demand": {"per_year": 400},
        "process": {"start": "accept", "steps": steps},
    }
    return ServiceItem.model_validate({**data, **changes})


def hall(*items: ServiceItem, servers: int = 4, wage: bool = True, calendar: Any = None) -> ServiceSystem:
    """Return the system with these items (without: the permit and the register)."""
    chosen = items or (permit(), register())
    data: dict[str, Any] = {
        "id": "hall",
        "name": {"zh": "大厅", "en": "Hall"},
        "start": "2026-03-02",
        "calendar": calendar or {"hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}},
        "places": {
            "hall": {"name": "hall", "travel": {"law": "lognormal", "mean": "25 min", "cv": 0.5}},
        },
        "pools": {
            "windows": {"name": "windows", "kind": "front", "at": "hall", "servers": servers},
            "reviewers": {"name": "reviewers", "kind": "back", "servers": servers},
            "registrars": {"name": "registrars", "kind": "back", "servers": 1},
        },
        "applicants": {"wage": {"amount": 60, "unit": "CNY/h"}} if wage else {},
    }
    return ServiceSystem.model_validate(data).with_items({item.id: item for item in chosen})
