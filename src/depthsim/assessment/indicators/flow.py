"""C3, the handling process (办理流程): five stages, six attributes of each step, visits stated and true.

The published steps are looked at; where a guide publishes none, the process of its item is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from depthsim.analysis.level import Classification, declared_findings
from depthsim.assessment.indicators._guides import nothing, objecting, of
from depthsim.assessment.outcome import Fact, Need, Outcome, Reading, counted
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, warning
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import SIX_ATTRIBUTES
from depthsim.model.indicators import Indicator
from depthsim.model.service import OfficeStep, walk_steps

FIVE_STAGES = ("acceptance", "review", "approval", "completion", "delivery")
_WORDS: tuple[tuple[str, str], ...] = (
    ("受理", "acceptance"), ("收件", "acceptance"), ("审核", "review"), ("审查", "review"), ("初审", "review"),
    ("复核", "review"), ("审批", "approval"), ("决定", "approval"), ("核准", "approval"), ("签发", "approval"),
    ("办结", "completion"), ("制证", "completion"), ("送达", "delivery"), ("发证", "delivery"), ("领取", "delivery"),
    ("取件", "delivery"),
)  # fmt: skip
"""What steps are called, in order: the first word that is met names the stage."""


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    stage: str | None
    missing: tuple[str, ...]


def stage_of(name: str) -> str | None:
    """Return the stage that a step's name speaks of, None where it speaks of none."""
    return next((stage for word, stage in _WORDS if word in name), None)


def _steps(subject: Subject, guide: ServiceGuide) -> list[_Step] | None:
    """Return a guide's steps: as published, else those of its item's process; None where there are neither."""
    if guide.steps is not None:
        return [_Step(s.name.zh, s.stage or stage_of(s.name.zh), s.missing) for s in guide.steps]
    item = subject.item(guide)
    if item is None:
        return None
    found = []
    for path, step in walk_steps(item.process):
        said = step.attributes
        lacking = tuple(a for a in SIX_ATTRIBUTES if said is None or getattr(said, a) is None)
        if isinstance(step, OfficeStep):
            found.append(_Step("/".join(path), step.stage, lacking))
        elif step.stage in FIVE_STAGES:
            found.append(_Step("/".join(path), step.stage, ()))
    return found


def _stages(subject: Subject, indicator: Indicator) -> Outcome:
    def look(guide: ServiceGuide, steps: list[_Step]) -> Finding | None:
        missing = tuple(s for s in FIVE_STAGES if s not in {step.stage for step in steps})
        return warning("DS915", of(guide, "steps"), item=guide.name, stages=missing) if missing else None

    return _flow(subject, indicator, look)


def _attributes(subject: Subject, indicator: Indicator) -> Outcome:
    def look(guide: ServiceGuide, steps: list[_Step]) -> Finding | None:
        lacking = [step for step in steps if step.missing]
        if not lacking and steps:
            return None
        names = tuple(s.name for s in lacking)
        fields = tuple(f"attribute_{a}" for a in SIX_ATTRIBUTES if any(a in s.missing for s in lacking))
        return warning("DS916", of(guide, "steps"), item=guide.name, steps=names, fields=fields)

    return _flow(subject, indicator, look)


def _flow(
    subject: Subject, indicator: Indicator, look: Callable[[ServiceGuide, list[_Step]], Finding | None]
) -> Outcome:
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    if all(_steps(subject, g) is None for g in members.guides):
        return Outcome(needs=(Need("field", ("steps",)),))
    facts, findings = [], list[Finding]()
    for guide in members.guides:
        steps = _steps(subject, guide)
        if steps is None:
            facts.append(Fact(guide.id, "steps", None, False))
            findings.append(warning("DS911", of(guide), item=guide.name, field="guide_steps"))
            continue
        problem = look(guide, steps)
        objections = objecting(subject, indicator, guide)
        facts.append(Fact(guide.id, "steps", len(steps), problem is None and not objections))
        findings += objections
        if problem is not None and not objections:
            findings.append(problem)
    return counted(facts, findings, needs=subject.unclear(members))


def _visits(subject: Subject, indicator: Indicator) -> Outcome:
    """Stated, and what the process demands by what the number means; without a process only stated."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    if len(members.guides) > 1 and all(g.visits is None or g.visits.count is None for g in members.guides):
        return Outcome(needs=(Need("field", ("visits",)),))
    facts, findings = [], list[Finding]()
    given = underived = 0
    for guide in members.guides:
        objections = [f for f in objecting(subject, indicator, guide) if f.severity != "information"]
        findings += objections
        count = guide.visits.count if guide.visits else None
        classified = subject.level(guide)
        holds = count is not None and not objections
        if count is None:
            findings.append(warning("DS911", of(guide), item=guide.name, field="guide_visits"))
        else:
            given += 1
            if classified is None:
                underived += 1
            elif (contradiction := visits_contradicted(guide, classified)) is not None:
                holds = False
                findings.append(contradiction)
        facts.append(Fact(guide.id, "visits", count, holds))
    needs = (*subject.unclear(members), *((Need("process", (), underived),) if underived else ()))
    found = counted(facts, findings, needs=needs, incomplete=underived > 0)
    return found.having(Reading("stated", given / len(facts), given, len(facts)))


def visits_contradicted(guide: ServiceGuide, found: Classification) -> Finding | None:
    """Return the finding of declared visits that are not those of the process, None where they agree."""
    item = found.item.model_copy(update={"declared": guide.declared})
    for finding in declared_findings(item, found.level, found.visits)[0]:
        if finding.code == "DS303":
            return warning("DS303", of(guide, "visits", "count"), **finding.values)
    return None


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "C3-1": _stages,
    "C3-2": _attributes,
    "C3-3": _visits,
}
