"""Rules on legal basis, questions and wording: what a guide must say, and in words that say something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from immutabledict import immutabledict

from depthsim.assessment.rules._rule import CHECKER, OTHER_CHECKER, PROVENANCE, Hit, Rules, Surroundings
from depthsim.errors import Path
from depthsim.model.guide import ServiceGuide

RULES = Rules()

_CLAUSE = re.compile(r"第\s*[\d０-９一二三四五六七八九十百千零〇]+\s*(条|款|项|章)|Art(icle|\.)|§|全文|附件|附录")

MANDATORY: Mapping[str, str] = immutabledict(
    {
        "type": "C1-1", "power_source": "C1-2", "quota": "C1-3", "handling": "C1-4", "code": "C1-5",
        "audience": "C1-6", "statutory": "C1-7", "promised": "C1-8", "places": "C1-9", "hours": "C1-10",
        "contact_phones": "C1-11", "supervision_phones": "C1-12", "basis": "C1-14", "special": "C1-15",
        "materials": "C2-1", "steps": "C3-1", "visits": "C3-3", "charged": "C5-1",
    }
)  # fmt: skip
"""What a guide must say, and the indicator that asks for it; `[]` says that there is none."""


def _said(guide: ServiceGuide, field: str, around: Surroundings) -> bool:
    match field:
        case "hours":
            return bool(guide.opening_times)
        case "visits":
            return guide.visits is not None and guide.visits.count is not None
        case "special":
            return guide.special is not None or guide.intermediaries is not None
        case "steps":
            return bool(guide.steps) or around.item is not None
        case "charged":
            return guide.charged is not None or guide.fees is not None
        case "quota":
            return guide.quota is not None or not guide.permit
        case "power_source":
            return guide.power_source is not None or guide.type == "public_service"
        case "places" | "contact_phones" | "supervision_phones" | "audience" | "basis":
            return bool(getattr(guide, field))
    return getattr(guide, field) is not None


@RULES.missing("DS890", *dict.fromkeys(MANDATORY.values()))
def guide_says_what_it_must(guide: ServiceGuide, around: Surroundings) -> Iterator[Hit]:
    """A guide of an item handled on application says what the assessment asks for."""
    if guide.application_based is not False:
        for field, indicator in MANDATORY.items():
            if not _said(guide, field, around):
                yield (field,), {"what": f"guide_{field}", "indicator": indicator}


@RULES.wrong("DS891", "C1-14")
def basis_names_the_clause(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The legal basis names the clause."""
    for number, basis in enumerate(guide.basis or ()):
        if basis.clause is None or not _CLAUSE.search(basis.clause):
            yield ("basis", number), {"title": basis.title}


@RULES.missing("DS892", "C1-14")
def basis_quotes_the_clause(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The legal basis quotes what the clause says."""
    for number, basis in enumerate(guide.basis or ()):
        if basis.text is None:
            yield ("basis", number), {"title": basis.title}


@RULES.missing("DS893", "B3-2", source=CHECKER)
def permits_answer_a_question(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The guide of a permit answers at least one frequent question."""
    if guide.permit and not guide.faq:
        yield ("faq",), {}


EMPTY = re.compile(
    "按规定|按有关规定|按相关规定|依规定|详见|见附件|见有关|依法办理|视情况|根据实际情况|根据情况|另行通知|以.*为准|按要求"
)
_EMPTY_UP_TO = 15
"""A longer text with such a phrase probably says something besides."""


def _texts(guide: ServiceGuide) -> Iterator[tuple[Path, str | None]]:
    yield ("quota",), guide.quota
    yield ("visits", "reason"), guide.visits.reason if guide.visits else None
    for field in ("statutory", "promised"):
        period = getattr(guide, field)
        yield (field, "text"), period.text if period is not None else None
    yield from guide.opening_times
    for number, condition in enumerate(guide.conditions or ()):
        yield ("conditions", number), condition
    for number, material in enumerate(guide.materials or ()):
        yield ("materials", number, "criteria"), material.criteria
        yield ("materials", number, "issued_by"), material.issued_by
    for number, step in enumerate(guide.steps or ()):
        for attribute in ("start", "end", "person", "window", "criteria"):
            yield ("steps", number, attribute), getattr(step, attribute)
    for number, fee in enumerate(guide.fees or ()):
        yield ("fees", number, "standard"), fee.standard
    for number, place in enumerate(guide.places or ()):
        yield ("places", number, "address"), place.address


@RULES.wrong("DS894", "B3-2", source=OTHER_CHECKER)
def texts_say_something(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """No short text consists of a phrase that says nothing: as required, see there, according to the rules."""
    for path, text in _texts(guide):
        if text is not None and len(text) <= _EMPTY_UP_TO and (found := EMPTY.search(text)):
            yield path, {"given": text, "phrase": found[0]}


@RULES.note("DS895", "B3-2", source=PROVENANCE)
def guide_names_its_origin(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A guide's file says where it was taken from, or that it is assumed."""
    if guide.source is None and guide.assumption is None:
        yield ("id",), {"item": guide.name}


@RULES.note("DS896", "A2-3", "D2-3")
def online_handling_has_an_address(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Where online handling is declared, the guide says where to apply."""
    if guide.online and (guide.links is None or not (guide.links.apply or guide.links.mobile)):
        yield ("links",) if guide.links else ("id",), {}
