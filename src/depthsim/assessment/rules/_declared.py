"""What a guide declares against what its process gives: level and visits, found where the guide declares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from depthsim.analysis import level
from depthsim.analysis.visits import Visits
from depthsim.errors import Finding
from depthsim.model.guide import ServiceGuide
from depthsim.model.level import Level
from depthsim.model.service import Declared
from depthsim.model.system import ServiceSystem

_AT = {"level": ("depth",), "visits": ("visits", "count")}


Verdict = tuple[Level, Visits]
"""What a process gives: its level and its visits."""


def declared_findings(system: ServiceSystem, known: Mapping[str, Verdict]) -> Iterator[Finding]:
    """Yield where a guide declares another level or other visits than its process gives (`known`).

    What the process file declares in the same words is reported there already.
    """
    for key, guide in system.guides.items():
        item = system.items.get(key)
        if item is None or key not in known or not _says_more(guide, item.declared):
            continue
        declaring = item.model_copy(update={"declared": guide.declared})
        for finding in level.declared_findings(declaring, *known[key])[0]:
            yield Finding(finding.code, finding.severity, ("guides", key, *_AT[str(finding.path[-1])]), finding.values)


def _says_more(guide: ServiceGuide, of_item: Declared | None) -> bool:
    ours = guide.declared
    if ours.level is None and ours.visits is None:
        return False
    theirs = of_item or Declared()
    return (ours.level, ours.visits, ours.meaning) != (theirs.level, theirs.visits, theirs.meaning)
