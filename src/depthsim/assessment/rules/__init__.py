"""Rules for published guides: what contradicts itself, what is not said, what cannot be used.

Each rule is data and one function; `RULES` holds them all by code. Only what a guide says counts: what is unknown is
not wrong, unless it must be said.
"""

from __future__ import annotations

from collections.abc import Mapping

from immutabledict import immutabledict

from depthsim.assessment.rules import contacts, depth, fees, identity, limits, materials, process, wording
from depthsim.assessment.rules._declared import Verdict, declared_findings
from depthsim.assessment.rules._rule import Rule, Surroundings, surroundings
from depthsim.errors import Finding
from depthsim.model.guide import ServiceGuide
from depthsim.model.system import ServiceSystem

__all__ = [
    "RULES",
    "Rule",
    "Surroundings",
    "Verdict",
    "declared_findings",
    "findings",
    "guide_findings",
    "indicators",
    "surroundings",
]

_ROOMS = (identity, limits, contacts, materials, depth, fees, process, wording)
RULES: Mapping[str, Rule] = immutabledict({rule.code: rule for room in _ROOMS for rule in room.RULES})
"""Every rule by its code, in the order of the codes' rooms."""


def guide_findings(guide: ServiceGuide, around: Surroundings | None = None) -> list[Finding]:
    """Return what one guide has against the rules, with paths `("guides", id, …)`."""
    there = around or Surroundings()
    return [finding for rule in RULES.values() for finding in rule.findings(guide, there)]


def findings(system: ServiceSystem) -> list[Finding]:
    """Return what all guides of a system have against the rules, guide by guide."""
    around = surroundings(system)
    return [finding for guide in system.guides.values() for finding in guide_findings(guide, around(guide))]


def indicators(finding: Finding) -> tuple[str, ...]:
    """Return the indicators that a rule's finding bears on; none of a finding that is no rule's.

    A rule that looks at several fields says in its finding on which indicators that field bears.
    """
    said = finding.values.get("indicator")
    if said is not None:
        return tuple(str(one) for one in said) if isinstance(said, tuple) else (str(said),)
    rule = RULES.get(finding.code)
    return rule.indicators if rule else ()
