"""Whether an item is left worse by a reform that must not cost it visits, its level or its soundness."""

from __future__ import annotations

import math

from depthsim.errors import Finding, InputError, Severity, warning
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem


def loss(before: ServiceItem, after: ServiceItem, system: ServiceSystem) -> Finding | None:
    """Return a finding where the changed item is unsound, needs more visits or has a lower level, else None."""
    from depthsim.analysis.level import classify
    from depthsim.analysis.soundness import findings
    from depthsim.analysis.visits import analyse
    from depthsim.files import load_scheme
    from depthsim.model.references import item_findings

    def errors(item: ServiceItem) -> bool:
        found = item_findings(item, system) or findings(item, system)
        return any(f.severity is Severity.ERROR for f in found)

    if errors(after):
        return None if errors(before) else warning("DS579", ("process",))
    try:
        old, new = analyse(before), analyse(after)
        scheme = load_scheme("depth_2018")
        levels = (classify(before, scheme, system.published).level, classify(after, scheme, system.published).level)
    except InputError:
        return warning("DS579", ("process",))
    if levels[1] < levels[0]:
        return warning("DS580", ("process",), before=levels[0], after=levels[1])
    if _number(new.required) > _number(old.required):
        return warning("DS581", ("process",), before=_shown(old.required), after=_shown(new.required))
    return None


def _number(visits: int | None) -> float:
    return math.inf if visits is None else visits


def _shown(visits: int | None) -> str:
    return "∞" if visits is None else str(visits)
