"""C2, application materials (申请材料): a guide holds when every one of its materials does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from depthsim.assessment.indicators._guides import stated
from depthsim.assessment.outcome import Outcome
from depthsim.assessment.subject import Subject
from depthsim.model.code_lists import CODE_LISTS
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import GuideMaterial
from depthsim.model.indicators import Indicator

VAGUE = re.compile(r"其[他它](相关|有关)?(材料|资料|文件|证明)|(相关|有关)(材料|资料|文件)|等(材料|资料)$")


def _every(field: str, holds: Callable[[GuideMaterial], bool]) -> Callable[[Subject, Indicator], Outcome]:
    """Return the share of guides all of whose materials hold; unknown where no material of any guide says it."""

    def decide(subject: Subject, indicator: Indicator) -> Outcome:
        return stated(subject, indicator, "materials", lambda g: all(holds(m) for m in g.materials or ()))

    decide.__doc__ = field
    return decide


def _named(guide: ServiceGuide) -> bool:
    names = [m.name.zh for m in guide.materials or ()]
    return len(set(names)) == len(names) and not any(VAGUE.search(n) for n in names)


def _copies(material: GuideMaterial) -> bool:
    return material.originals is not None or material.copies is not None


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "C2-1": lambda s, i: stated(s, i, "materials", _named),
    "C2-2": _every("source", lambda m: m.source in CODE_LISTS["material_source"] or bool(m.issued_by)),
    "C2-3": _every("copies", _copies),
    "C2-4": _every("medium", lambda m: bool(m.medium) and all(x in CODE_LISTS["medium"] for x in m.medium or ())),
}
