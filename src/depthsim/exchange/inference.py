"""Guides to processes: the canonical template that fits what a guide says, filled; every number an assumption.

A guide publishes channels, flags, limits and special procedures, no process. Facts choose among the shapes first;
among those that fit the facts, the one whose level and visits are nearest to the declared ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from depthsim.exchange.shapes import (
    PUBLISHED,
    Shape,
    candidates,
    declared_fits,
    derived,
    materials_of,
    steps_of,
    with_materials,
)
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import GuideMaterial, Period, Title
from depthsim.model.level import Level
from depthsim.model.service import Audience, Declared, Handling, Kind
from depthsim.model.time import plain_number
from depthsim.texts import LANGS, Lang, label, text

Data = dict[str, Any]
LAGS: Mapping[str, float] = {"accept": 0.1, "examine": 0.3, "decide": 0.1}
"""Shares of the promised limit that are taken for pauses before the work: half of it in all."""
PER_YEAR = 500
_SPECIAL = (
    ("评审", "expert_review"), ("听证", "hearing"), ("公示", "public_notice"), ("公告", "public_notice"),
    ("检疫", "quarantine"), ("检测", "testing"), ("检验", "testing"), ("鉴定", "appraisal"), ("招标", "tender"),
    ("拍卖", "auction"), ("核查", "inspection"), ("勘", "inspection"), ("踏", "inspection"), ("现场", "inspection"),
)  # fmt: skip
_AUDIENCES: Mapping[str, str] = {
    **{word: word for word in get_args(Audience)},
    "enterprise": "legal_person", "public_institution": "legal_person", "social_organisation": "legal_person",
    "administrative_organ": "other_organisation",
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What a guide says that its process must show; None where it does not say."""

    charged: bool
    online: bool | None
    online_payment: bool | None
    courier: bool | None
    form: str | None
    post: bool
    prereview: bool
    declared: Declared


@dataclass(frozen=True)
class Surrounding:
    """Where an inferred process takes place: ids of the place and of the department's pools."""

    place: str
    windows: str
    officers: str
    approvers: str
    department: str | None


def facts_of(guide: ServiceGuide) -> Facts:
    """Return the facts of a guide."""
    declared = guide.declared
    charged = guide.charged if guide.charged is not None else bool(guide.fees)
    prereview = any("预审" in step.name.zh for step in guide.steps or ())
    return Facts(
        charged, True if prereview else guide.online, guide.online_payment, guide.courier,
        guide.result.form if guide.result else None, "post" in (guide.forms or ()), prereview,
        Declared(level=declared.level, visits=declared.visits, meaning=declared.meaning),
    )  # fmt: skip


@cache
def shape_for(facts: Facts) -> Shape:
    """Return the shape that fits facts: least against them, then against the declared level, then the visits."""

    def cost(shape: Shape) -> tuple[int, int, int]:
        found = derived(shape, facts.charged, _form(shape), original=shape.entry != "full")
        if found is None:
            return (99, 9, 9)
        return (_against(shape, facts), *declared_fits(found, facts.declared))

    return min(candidates(), key=cost)


def _form(shape: Shape) -> str:
    return {"electronic": "electronic", "none": "none"}.get(shape.way, "physical")


def _against(shape: Shape, facts: Facts) -> int:
    """Return in how many facts a shape differs. Where a level is declared, it says whether one applies online."""
    wrong = int((shape.payment != "none") != facts.charged)
    if facts.charged and facts.online_payment is not None:
        wrong += (shape.payment in ("online", "either")) != facts.online_payment
    if facts.form is not None:
        wrong += _form(shape) != facts.form
    else:
        wrong += shape.way == "none"
    if facts.courier is not None and facts.form not in ("electronic", "none"):
        wrong += (shape.way in ("courier", "either")) != facts.courier
    if facts.declared.level is None and facts.online is not None:
        wrong += (shape.template != "level_i") != facts.online
    if facts.declared.level is None and facts.prereview:
        wrong += shape.template != "level_ii"
    if shape.entry in ("post", "prereview_post", "verified_after_post"):
        wrong += not facts.post and facts.declared.visits != 0
    return wrong


def item_of(guide: ServiceGuide, around: Surrounding, lang: Lang) -> Data:
    """Return an item for a guide as its file holds it: the guide's facts, and an inferred process."""
    shape = shape_for(facts_of(guide))
    origin = text("exchange.as_in_guide", lang)
    why = _why(guide, shape, lang)
    materials = _materials(guide, shape)
    steps = _filled(guide, shape, around, lang)
    first = [key for key, material in materials.items() if material.get("required") != "may_follow"] or [*materials]
    shown = [
        key for key, m in materials.items() if m.get("originals") and "electronic" not in m.get("medium", ["paper"])
    ]
    with_materials(steps, first, shown or first[:1])
    data: Data = {
        "schema": "depthsim/service/1",
        "id": guide.id,
        "name": _named(guide.name),
        "kind": guide.type if guide.type in get_args(Kind) else "other",
        "handling": guide.handling if guide.handling in get_args(Handling) else "committed",
    }
    if around.department is not None:
        data["department"] = around.department
    if guide.code is not None and len(guide.code) <= 40:
        data["code"] = guide.code
    audience = dict.fromkeys(_AUDIENCES[word] for word in guide.audience or () if word in _AUDIENCES)
    if audience:
        data["audience"] = list(audience)
    data["published"] = list(PUBLISHED)
    data["result"] = {"form": _form(shape)}
    if guide.result is not None and guide.result.name is not None:
        data["result"]["name"] = _named(guide.result.name)
    data["fee"] = _fee(guide, shape, lang)
    limits = {name: period for name in ("statutory", "promised") if (period := _limit(getattr(guide, name)))}
    if limits:
        data["limits"] = {**limits, "source": origin}
    data["demand"] = {"per_year": PER_YEAR, "assumption": text("exchange.assumed_demand", lang)}
    data["materials"] = {key: {**m, "assumption": origin} for key, m in materials.items()}
    data["process"] = {"assumption": why, "start": "submit", "steps": steps}
    return data


def _why(guide: ServiceGuide, shape: Shape, lang: Lang) -> str:
    """Return why this process was inferred."""
    declared = guide.declared
    level = label(f"short_{declared.level}", lang) if declared.level else text("exchange.not_said", lang)
    visits = text("exchange.not_said", lang) if declared.visits is None else str(declared.visits)
    said = text("exchange.inferred", lang, template=shape.template, level=level, visits=visits)
    if declared.level is Level.I and guide.online:
        said += text("exchange.contradicting_depth", lang)
    return said


def _named(title: Title) -> Data:
    """Return a name as an item can have it: a guide's may be ten times as long."""
    return {lang: getattr(title, lang)[:200] for lang in LANGS}


def _limit(period: Period | None) -> str | None:
    if period is None or period.amount is None or period.unit is None:
        return None
    return f"{plain_number(period.amount)} {period.unit}"


def _fee(guide: ServiceGuide, shape: Shape, lang: Lang) -> Any:
    if shape.payment == "none":
        return "none"
    origin = text("exchange.as_in_guide", lang)
    for fee in guide.fees or ():
        if fee.amount is not None:
            return {"amount": str(fee.amount.model_dump()), "source": origin}
        if fee.standard is not None:
            return {"standard": fee.standard, "source": origin}
    return {"standard": text("exchange.not_said", lang), "assumption": text("exchange.fee_not_said", lang)}


def _materials(guide: ServiceGuide, shape: Shape) -> Data:
    """Return the guide's materials as an item has them, or the template's where it lists none."""
    if not guide.materials:
        return materials_of(shape)
    return {f"m{number}": _material(m, shape) for number, m in enumerate(guide.materials, 1)}


def _material(material: GuideMaterial, shape: Shape) -> Data:
    medium = {"electronic"} & set(material.medium or ())
    if shape.entry == "full" or not material.medium or set(material.medium) - {"electronic"}:
        medium |= {"paper"}
    if shape.entry == "full":
        medium = {"electronic"} if material.medium == ("electronic",) else {"paper", "electronic"}
    said: Data = {"name": _named(material.name)}
    if material.source in ("applicant", "government", "intermediary", "other"):
        said["source"] = material.source
    for field in ("originals", "copies"):
        if (number := getattr(material, field)) is not None:
            said[field] = min(number, 1000)
    said["medium"] = sorted(medium, reverse=True)
    if material.trust is not None:
        said["trust"] = material.trust
    if material.necessity in ("optional", "may_follow"):
        said["required"] = material.necessity
    return said


_STAGES = {"accept": "acceptance", "examine": "review", "decide": "approval"}
_PARTS = {
    "accept": "accept",
    "accept_online": "accept",
    "verify_online": "accept",
    "examine": "examine",
    "decide": "decide",
}


def _filled(guide: ServiceGuide, shape: Shape, around: Surrounding, lang: Lang) -> Data:
    """Return the steps of a shape at the guide's place, with pauses after its limits."""
    special = next((s for s in guide.special or () if s.takes is not None and s.takes.working_days), None)
    immediate = guide.handling == "immediate" or (guide.promised is not None and guide.promised.amount == 0)
    whole = Shape(shape.entry, shape.payment, shape.way, immediate, special is not None)
    steps = steps_of(whole)
    names = {"hall_windows": around.windows, "officers": around.officers, "decision_maker": around.approvers}
    note = text("exchange.assumed_step", lang, template=shape.template)
    promised = guide.promised.working_days if guide.promised else None
    for name, step in steps.items():
        said = note
        pause = _pause(guide, _PARTS.get(name), promised) if "lag" in step else None
        if pause is not None:
            step["lag"], share = f"{plain_number(pause)} working days", LAGS[_PARTS[name]]
            said = text("exchange.assumed_pause", lang, template=shape.template, share=f"{share:.0%}")
        if name == "special_procedure" and special is not None and special.takes is not None:
            step["special"] = next((kind for word, kind in _SPECIAL if word in (special.name or "")), "assessment")
            step["lag"] = _limit(special.takes)
            step["clock"] = "runs" if special.counted else "stops"
            step["external"] = special.body or special.name or label("special", lang)
            said = text("exchange.assumed_special", lang)
        _own(step, names, around.place, lang)
        step["assumption"] = said
    return steps


def _pause(guide: ServiceGuide, part: str | None, promised: float | None) -> float | None:
    """Return a pause in working days: half of what the published step takes, else a share of the promise."""
    if part is None:
        return None
    days = [
        step.duration.working_days for step in guide.steps or () if step.stage == _STAGES[part] and step.duration
    ]  # fmt: skip
    known = [d for d in days if d is not None]
    if known:
        return round(sum(known) / 2, 1)
    return round(LAGS[part] * promised, 1) if promised else None


def _own(step: Data, names: Mapping[str, str], place: str, lang: Lang) -> None:
    """Put the guide's own place and pools into a step, and drop the template's notes."""
    for part in (step, *step.get("options", {}).values(), *step.get("outcomes", {}).values()):
        if "pool" in part:
            part["pool"] = names.get(part["pool"], part["pool"])
        if "at" in part:
            part["at"] = place
        _forget(part, lang)
        for law in ("takes", "lag", "delay", "served"):
            if isinstance(part.get(law), dict):
                _forget(part[law], lang)


def _forget(part: Data, lang: Lang) -> None:
    """Keep the range of an assumption, in our words; the step's own note covers everything else."""
    said = part.pop("assumption", None)
    part.pop("source", None)
    if isinstance(said, dict) and said.get("low") is not None:
        part["assumption"] = {"note": text("exchange.assumed_chance", lang), "low": said["low"], "high": said["high"]}
