"""A2, one mobile end (一端服务): is there one, is there an account, what can it do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

from depthsim.assessment.outcome import Fact, Need, Outcome, Reading, counted
from depthsim.assessment.subject import Subject
from depthsim.errors import warning
from depthsim.model.city import MobileFunction
from depthsim.model.indicators import Indicator

FUNCTIONS: tuple[str, ...] = get_args(MobileFunction)


def _any(part: str, finding: str) -> Callable[[Subject, Indicator], Outcome]:
    """Return yes or no: does the inventory name one; that it works and is kept up, a person confirms."""

    def decide(subject: Subject, _indicator: Indicator) -> Outcome:
        found = getattr(subject.city, part) if subject.city else None
        if found is None:
            return Outcome(needs=(Need("inventory", (part,)), Need("person")))
        there = bool(found)
        facts = [Fact("city", part, "; ".join(x.name.zh for x in found) or None, there, "city")]
        findings = () if there else (warning(finding, ("city", part)),)
        return counted(facts, findings, needs=(Need("person"),), incomplete=True)

    return decide


def _functions(subject: Subject, indicator: Indicator) -> Outcome:
    """Functions of the provincial platform's mobile end, of the four; beside it guides with a mobile link."""
    apps = subject.city.apps if subject.city else None
    told = [a for a in apps or () if a.functions is not None]
    if not told and apps != ():
        return Outcome(needs=(Need("inventory", ("apps.functions",)), Need("person")))
    provincial = [a for a in told if a.platform == "provincial"]
    offered = {f for a in provincial for f in a.functions or ()}
    local = {f for a in told for f in a.functions or ()}
    facts = [Fact("apps", f, f in offered, f in offered, "city") for f in FUNCTIONS]
    missing = tuple(f"function_{f}" for f in FUNCTIONS if f not in offered)
    findings = (warning("DS933", ("city", "apps"), functions=missing),) if missing else ()
    guides = subject.members(indicator, of="guides", exercise=("municipal",), platform="provincial").guides
    linked = sum(g.links is not None and g.links.mobile is not None for g in guides)
    return counted(facts, findings, needs=(Need("person"),), incomplete=True).having(
        Reading("functions_all_apps", len(local) / len(FUNCTIONS), len(local), len(FUNCTIONS)),
        Reading("mobile_items", linked / len(guides) if guides else None, linked, len(guides)),
    )


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "A2-1": _any("apps", "DS931"),
    "A2-2": _any("accounts", "DS932"),
    "A2-3": _functions,
}
