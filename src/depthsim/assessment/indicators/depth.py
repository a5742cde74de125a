"""D1, handling depth (事项办理深度): one distribution over the levels, as each process is classified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from depthsim.assessment.indicators._guides import nothing, of
from depthsim.assessment.outcome import Fact, Need, Outcome, Reading
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, warning
from depthsim.model.indicators import Indicator
from depthsim.model.level import Level

UNKNOWN = "unknown"


def _level(subject: Subject, indicator: Indicator) -> Outcome:
    """The share at exactly this level; the shares of the four, of none and of unknown ones sum to 1."""
    members = subject.members(indicator)
    if not members.guides:
        return nothing(subject, indicator)
    facts, findings = [], list[Finding]()
    count: Counter[str] = Counter()
    for guide in members.guides:
        found = subject.level(guide)
        level = found.level if found else None
        count[level.value if level else UNKNOWN] += 1
        holds = None if level is None else level == indicator.level
        facts.append(Fact(guide.id, "level", level.value if level else None, holds))
        declared = guide.declared.level
        if level is not None and declared is not None and declared > level and declared == indicator.level:
            shown = {"declared": f"short_{declared}", "derived": f"short_{level}"}
            findings.append(warning("DS301", of(guide, "depth"), **shown))
    total = len(members.guides)
    if count[UNKNOWN] == total:
        return Outcome(needs=(Need("process"),))
    needs = (*subject.unclear(members), *((Need("process", (), count[UNKNOWN]),) if count[UNKNOWN] else ()))
    here = count[str(indicator.level)]
    return Outcome(
        here / total, here, total, tuple(facts), _readings(count, total, indicator), tuple(findings), needs,
        incomplete=count[UNKNOWN] > 0,
    )  # fmt: skip


def _readings(count: Counter[str], total: int, indicator: Indicator) -> tuple[Reading, ...]:
    order = [level.value for level in Level]
    least = sum(count[name] for name in order[order.index(str(indicator.level)) :])
    shares = [Reading(f"level_{name}", count[name] / total, count[name], total) for name in (*order, UNKNOWN)]
    return (Reading("at_least", least / total, least, total), *shares)


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = dict.fromkeys(("D1-1", "D1-2", "D1-3", "D1-4"), _level)
