"""Rules on declared depth, visits and what is offered online."""

from __future__ import annotations

from collections.abc import Iterator

from depthsim.assessment.rules._rule import CHECKER, Hit, Rules, Surroundings
from depthsim.model.code_lists import DEPTH_MAPS
from depthsim.model.guide import ServiceGuide
from depthsim.model.level import Level
from depthsim.texts.suggestions import did_you_mean

RULES = Rules()

LEVELS = ("D1-1", "D1-2", "D1-3", "D1-4")
NO_REASON = frozenset({"无", "其他", "其它", "/", "-", "—", "暂无", "none"})
"""Reasons that give none."""
_CAPS = {Level.II: 2, Level.III: 1}
"""Visits that the scheme's levels II and III admit at most; level IV has a rule of its own."""


def _level(guide: ServiceGuide) -> Level | None:
    return guide.depth.level if guide.depth else None


def _visits(guide: ServiceGuide) -> int | None:
    return guide.visits.count if guide.visits else None


@RULES.wrong("DS860", "C3-3", "D1-4")
def fully_online_means_no_visit(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Who declares level IV declares no visit."""
    if _level(guide) is Level.IV and (_visits(guide) or 0) > 0:
        yield ("visits", "count"), {"visits": _visits(guide)}


@RULES.wrong("DS861", "C3-3", source=CHECKER)
def visits_have_a_reason(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Who declares visits says why one must come."""
    reason = guide.visits.reason if guide.visits else None
    if (_visits(guide) or 0) > 0 and (reason is None or reason in NO_REASON):
        yield ("visits",), {"visits": _visits(guide)}


@RULES.wrong("DS862", "C3-3", source=CHECKER)
def no_visit_needs_another_way(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """No visit is possible only where one can apply online or by post."""
    if _visits(guide) == 0 and guide.online is False and "post" not in (guide.forms or ()):
        forms = tuple(f"list_forms_{word}" for word in guide.forms or ()) or ("—",)
        yield ("visits", "count"), {"forms": forms}


@RULES.wrong("DS863", *LEVELS)
def depth_is_coded(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The codes of the declared depth stand in a known coding, and only as many as it allows."""
    if guide.depth is None:
        return
    coding = DEPTH_MAPS.get(guide.depth.map)
    if coding is None:
        near = did_you_mean(guide.depth.map, DEPTH_MAPS)
        yield ("depth", "map"), {"given": guide.depth.map, "allowed": tuple(DEPTH_MAPS), "suggestion": near}
        return
    for number, code in enumerate(guide.depth.codes):
        if code not in coding.levels or (number > 0 and not coding.several):
            near = did_you_mean(code, coding.levels)
            yield ("depth", "codes", number), {"given": code, "allowed": tuple(coding.levels), "suggestion": near}


@RULES.wrong("DS864", *LEVELS)
def online_handling_shows_in_the_depth(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Where online handling is declared, the depth holds more than information and consultation."""
    if guide.depth is None or guide.depth.map not in DEPTH_MAPS or not (guide.online_handling or guide.online):
        return
    if _level(guide) in (None, Level.I) and guide.depth.codes:
        yield ("depth",), {"codes": guide.depth.codes, "map": f"depth_map_{guide.depth.map}"}


@RULES.wrong("DS865", *LEVELS)
def depth_needs_online_handling(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A depth above I is declared only where one can apply online."""
    level = _level(guide)
    if level is not None and level > Level.I and (guide.online is False or guide.online_handling is False):
        yield ("depth",), {"level": f"short_{level}"}


@RULES.wrong("DS866", "D1-4", "D2-7")
def fully_online_results_travel(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Who declares level IV sends the result where it is a thing to hold."""
    physical = guide.result is not None and guide.result.form == "physical"
    if _level(guide) is Level.IV and physical and guide.courier is False:
        yield ("courier",), {}


@RULES.wrong("DS867", "D1-4")
def fully_online_fees_are_paid_online(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Who declares level IV and charges a fee lets it be paid online."""
    if _level(guide) is Level.IV and guide.charged and guide.online_payment is False:
        yield ("online_payment",), {}


@RULES.wrong("DS868", "C3-3", "D1-2", "D1-3")
def visits_keep_the_cap(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Declared visits do not exceed what the declared level admits."""
    level, visits = _level(guide), _visits(guide)
    cap = _CAPS.get(level) if level else None
    if cap is not None and visits is not None and visits > cap:
        yield ("visits", "count"), {"visits": visits, "level": f"short_{level}", "cap": cap}


@RULES.missing("DS869", "C3-3", source=CHECKER)
def visits_say_what_they_mean(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A declared number of visits says whether it is the least or the greatest."""
    if _visits(guide) is not None and guide.visits and guide.visits.meaning is None:
        yield ("visits",), {"visits": _visits(guide)}
