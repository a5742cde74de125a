"""What indicators about guides share: is it stated, does a rule object, is a flag set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from depthsim.assessment.outcome import Fact, Need, Outcome, counted
from depthsim.assessment.rules import RULES
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, information, warning
from depthsim.model.guide import ServiceGuide
from depthsim.model.indicators import Indicator


def of(guide: ServiceGuide, *rest: str | int) -> tuple[str | int, ...]:
    """Return a path into a guide."""
    return ("guides", guide.id, *rest)


def nothing(subject: Subject, indicator: Indicator) -> Outcome:
    """Return what is said where a population is empty."""
    named = subject.scheme.populations[indicator.population].name
    return Outcome(needs=(Need("guides", (named.zh, named.en)),))


def stated(
    subject: Subject,
    indicator: Indicator,
    field: str,
    holds: Callable[[ServiceGuide], bool],
    *,
    guides: Sequence[ServiceGuide] | None = None,
    rules: Iterable[str] = (),
    at: Callable[[ServiceGuide], str] | None = None,
) -> Outcome:
    """Return the share of guides that state a field as they should: absent is not stated.

    A guide also fails where a rule of this indicator (or of `rules`) has something against it. A field that no guide
    of several has is not known, rather than wrong everywhere. Where several fields make up what is asked for, `at`
    names the one of a guide to show.
    """
    members = subject.members(indicator)
    taken = members.guides if guides is None else tuple(guides)
    if not taken:
        return nothing(subject, indicator)
    if len(taken) > 1 and all(getattr(g, field) is None for g in taken):
        return Outcome(needs=(Need("field", (field,)),))
    facts, findings = [], list[Finding]()
    for guide in taken:
        objections = objecting(subject, indicator, guide, rules)
        name = at(guide) if at else field
        found = getattr(guide, name)
        right = found is not None and holds(guide)
        facts.append(Fact(guide.id, name, shown(found), right and not objections))
        findings += objections
        if right or objections:
            continue
        if found is None or found == ():
            findings.append(warning("DS911", of(guide), item=guide.name, field=f"guide_{name}"))
        else:
            findings.append(
                warning("DS912", of(guide, name), item=guide.name, field=f"guide_{name}", given=shown(found))
            )
    return counted(facts, findings, needs=subject.unclear(members))


def objecting(subject: Subject, indicator: Indicator, guide: ServiceGuide, more: Iterable[str] = ()) -> list[Finding]:
    """Return what rules of an indicator have against a guide: what is wrong or not said; notes are no objection."""
    found: list[Finding] = []
    for code in (indicator.code, *more):
        found += (f for f in subject.lint.get(code, {}).get(guide.id, ()) if RULES[f.code].kind != "note")
    return found


def flagged(
    subject: Subject,
    indicator: Indicator,
    field: str,
    *,
    value: Callable[[ServiceGuide], bool | None] | None = None,
    finding: str,
    mere: Callable[[ServiceGuide], bool] = lambda _: False,
) -> Outcome:
    """Return the share of guides whose flag is set; one that does not say does not count, and makes it incomplete.

    A flag that is not set is a warning; where `mere` holds, only information.
    """
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    read = value or (lambda guide: getattr(guide, field))
    if all(read(g) is None for g in members.guides):
        return Outcome(needs=(Need("field", (field,)),))
    facts, findings = [], list[Finding]()
    for guide in members.guides:
        flag = read(guide)
        facts.append(Fact(guide.id, field, flag, flag))
        if flag is False:
            said = information if mere(guide) else warning
            findings.append(said(finding, of(guide, field), item=guide.name, field=f"guide_{field}"))
    unknown = sum(f.holds is None for f in facts)
    needs = (*subject.unclear(members), *((Need("field", (field,), unknown),) if unknown else ()))
    return counted(facts, findings, needs=needs)


def shown(value: Any) -> Any:
    """Return a field's value short enough to be evidence."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (tuple, list)):
        if value and all(isinstance(v, str) for v in value):
            return "; ".join(value)
        return len(value)
    if hasattr(value, "in_words"):
        return value.in_words("zh")
    if hasattr(value, "zh"):
        return value.zh
    return str(value)
