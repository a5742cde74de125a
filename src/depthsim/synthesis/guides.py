"""Service guides of a synthetic city: what an office would publish of each item, without a fault, after its process."""

from __future__ import annotations

from dataclasses import dataclass

from depthsim.analysis.level import Classification
from depthsim.model.guide_parts import SIX_ATTRIBUTES
from depthsim.model.service import OfficeStep, ServiceItem, walk_steps
from depthsim.synthesis.codes import basic_code, credit_code, exercise, item_code, number_of, phone, site
from depthsim.synthesis.draws import Draws
from depthsim.synthesis.items import Sketch
from depthsim.synthesis.organisation import Department, name
from depthsim.synthesis.steps import Data
from depthsim.texts import LANGS, Lang, label, text

PLATFORM, PORTAL = "platform", "city_portal"
ADDRESS = "https://services.example"
SEEN, UPDATED, BEFORE = "2025-01-10", "2024-12-20", "2023-12-31"
POWER_SOURCES = {"own": 0.8, "handed_down": 0.15, "entrusted_by_superior": 0.05}
STAGES = ("acceptance", "review", "approval", "completion", "delivery")


@dataclass(frozen=True, slots=True)
class Source:
    """What a guide is made from: the item before and after it was read, its class, and the draws of its own."""

    sketch: Sketch
    item: ServiceItem
    found: Classification
    draws: Draws
    lang: Lang

    def say(self, key: str, **values: str) -> str:
        """Return a text in the language of the files."""
        return text(f"synthetic.guide.{key}", self.lang, **values)

    @property
    def online(self) -> bool:
        """Return whether one can apply online."""
        return self.item.declared is not None and self.item.declared.level != "I"

    @property
    def days(self) -> int:
        """Return the promised working days."""
        promised = self.item.limits.promised if self.item.limits else None
        return round(promised.days) if promised else 0


def guide(source: Source) -> Data:
    """Return the guide of an item as its file holds it."""
    item, draws, department = source.item, source.draws, source.sketch.department
    licence, form = item.kind == "licence", item.result.form if item.result else "none"
    level = item.declared.level.value if item.declared and item.declared.level else "I"
    basic = basic_code(source.sketch)
    links = _links(source, basic)
    return {
        "schema": "depthsim/guide/1",
        "id": item.id,
        "name": source.sketch.name,
        "code": item_code(source.sketch),
        "basic_code": basic,
        "type": item.kind,
        "power_source": draws.weighted(
            "power_source", {"own": 0.8, "handed_down": 0.15, "entrusted_by_superior": 0.05}
        ),
        **({"quota": source.say("quota")} if licence else {}),
        "handling": item.handling,
        "exercise_level": exercise(department),
        "department": department.id,
        **({"county": department.district} if department.district else {}),
        "body": {"name": department.name, "nature": "statutory_organ", "credit_code": credit_code(department)},
        "application_based": True,
        "audience": ["enterprise" if who == "legal_person" else who for who in item.audience],
        "forms": ["computer", "mobile", *(["window"] if _window_too(item) else [])] if source.online else ["window"],
        "conditions": [source.say("condition.subject"), source.say("condition.papers")],
        "statutory": _period(item, "statutory"),
        "promised": _period(item, "promised"),
        "special": _special(source),
        "intermediaries": [],
        "places": [_place(source)],
        "contact_phones": [phone(department, 1)],
        "supervision_phones": [phone(department, 2)],
        "basis": [_law(source, department, "law")],
        "depth": {"codes": [level]},
        "visits": _visits(source),
        "online_handling": source.online,
        "charged": item.fee != "none",
        "fees": _fees(source),
        "online_payment": item.fee != "none" and source.online and level in ("II", "IV"),
        "courier": form == "physical" and (level == "IV" or (source.online and draws.happens("courier", 0.4))),
        "appointment": draws.happens("appointment", 0.5),
        "result": _result(source),
        "links": links,
        "single_sign_on": source.online,
        "unified_approval": True,
        "notify_and_commit": "promise" in item.materials,
        "accept_with_gaps": False,
        "cross_region": draws.happens("cross_region", 0.15),
        "joint_departments": [],
        "published_on": [
            {"portal": PLATFORM, "url": links["guide"]},
            {"portal": PORTAL, "url": f"https://city.example/guide/{basic}"},
            *([] if department.district else [{"portal": site(department)}]),
        ],
        "updated": UPDATED,
        "materials": _materials(source, basic),
        "steps": _steps(source),
        "faq": [{"question": source.say("faq.question"), "answer": source.say("faq.answer")}],
        "before": _before(source),
        "assumption": text("synthetic.city.assumption", source.lang),
    }


# ------------------------------------------------------------------------------------------- what is published


def _period(item: ServiceItem, which: str) -> str:
    limit = getattr(item.limits, which, None)
    return "none" if limit is None else str(limit)


def _window_too(item: ServiceItem) -> bool:
    return any(
        option.channel == "window"
        for _, step in walk_steps(item.process)
        if step.by == "applicant" and step.stage in ("preparation", "acceptance")
        for option in step.options.values()
    )


def _place(source: Source) -> Data:
    department = source.sketch.department
    number = str(source.draws.whole("window", 1, 60))
    return {
        "name": source.say("hall"),
        "address": source.say("address", number=str(number_of(department) % 400 + 1)),
        "window": source.say("window", number=number),
        "hours": source.say("hours"),
        "phone": phone(department, 1),
    }


def _law(source: Source, department: Department, which: str) -> Data:
    return {
        "title": source.say(f"{which}.title", department=department.name[source.lang]),
        "number": source.say("law.number", number=str(number_of(department) + 1)),
        "clause": source.say("law.clause", number=str(source.draws.whole(f"clause/{which}", 3, 60))),
        "text": source.say(f"{which}.text", item=source.sketch.name[source.lang]),
    }


def _visits(source: Source) -> Data:
    """Return the least number of visits, as the process gives it."""
    channels = source.found.visits.by_channel.values()
    least = [v.best for v in channels if v.best is not None]
    count = int(min(least)) if least else source.found.visits.required or 0
    return {"count": count, "meaning": "least", **({"reason": source.say("reason")} if count else {})}


def _fees(source: Source) -> list[Data]:
    fee = source.item.fee
    if fee in (None, "none"):
        return []
    amount = getattr(fee, "amount", None)
    said = f"{amount.amount:g} {amount.currency}" if amount else ""
    basis = _law(source, source.sketch.department, "fee")
    return [{
        "name": source.say("fee.name"), "standard": source.say("fee.standard", amount=f"{amount.amount:g}"),
        "amount": said, "basis": basis,
    }] if amount else []  # fmt: skip


def _special(source: Source) -> list[Data]:
    """Return the special procedures of the process, as a guide names them."""
    kinds = [s.special for _, s in walk_steps(source.item.process) if isinstance(s, OfficeStep) and s.special]
    return [
        {"code": "other", "name": label(f"special_{kind}", source.lang), "takes": "2 working days",
         "counted": True, "body": source.sketch.department.name[source.lang]}
        for kind in dict.fromkeys(kinds)
    ]  # fmt: skip


def _result(source: Source) -> Data:
    result = source.item.result
    if result is None or result.name is None:
        return {"form": "none"}
    certificate = result.name.zh.endswith(("证书", "证照"))
    return {
        "name": {lang: getattr(result.name, lang) for lang in LANGS},
        "type": "certificate" if certificate else "approval",
        "form": result.form,
        "sample": _file(source, "result", basic_code(source.sketch)),
    }


def _file(source: Source, what: str, basic: str) -> Data:
    return {
        "name": source.say(f"file.{what}"), "url": f"{ADDRESS}/files/{basic}-{what}.pdf", "state": "works",
        "checked": SEEN,
    }  # fmt: skip


def _links(source: Source, basic: str) -> Data:
    found: Data = {"guide": f"{ADDRESS}/guide/{basic}"}
    if source.online:
        found |= {"apply": f"{ADDRESS}/apply/{basic}", "mobile": f"{ADDRESS}/m/{basic}", "login": [ADDRESS]}
    return found | {what: f"{ADDRESS}/{what}" for what in ("consult", "complain", "query")}


def _materials(source: Source, basic: str) -> list[Data]:
    found = []
    for key, material in source.item.materials.items():
        government = material.source == "government"
        filled_in = key in ("form", "promise")
        one: Data = {
            "name": {lang: getattr(material.name, lang) for lang in LANGS},
            "id": key,
            "type": "form" if filled_in else "certificate" if government else "other",
            "source": material.source,
            "issued_by": source.say("issuer" if government else "applicant"),
            "originals": material.originals,
            "copies": material.copies,
            "medium": list(material.medium or ()),
            "necessity": material.required,
        }
        if material.trust:
            one |= {"trust": material.trust, "e_licence": material.trust == "A"}
        if filled_in:
            one |= {part: _file(source, f"{key}_{part}", basic) for part in ("form", "sample")}
        found.append(one)
    return found


def _steps(source: Source) -> list[Data]:
    """Return the five stages with their six attributes; those before delivery fill the promised limit."""
    attributes = {a: {s: source.say(f"step.{a}.{s}") for s in STAGES} for a in SIX_ATTRIBUTES if a != "duration"}
    delivery = 3 if source.item.result and source.item.result.form == "physical" and source.days else 0
    days = (*shares(source.days), float(delivery))
    return [
        {
            "name": name(f"guide.step.name.{stage}"),
            "stage": stage,
            "start": attributes["start"][stage],
            "end": attributes["end"][stage],
            "duration": f"{taken:g} working days",
            "person": attributes["person"][stage],
            "window": attributes["window"][stage],
            "criteria": attributes["criteria"][stage],
            "counted": stage != "delivery",
        }
        for stage, taken in zip(STAGES, days, strict=True)
    ]


def shares(days: int) -> tuple[float, float, float, float]:
    """Return how many of the promised days acceptance, review, approval and completion take."""
    if days < 2:
        return (days / 4, days / 4, days / 4, days / 4)
    short = 0.5 if days < 5 else 1.0
    approval = short if days < 8 else 2.0
    return (short, days - 2 * short - approval, approval, short)


def _before(source: Source) -> Data:
    more = source.draws.weighted("before", {0: 0.2, 1: 0.35, 2: 0.3, 3: 0.15})
    longer = source.days + source.draws.whole("longer", 0, 8)
    found: Data = {"until": BEFORE}
    if source.days:
        found["promised"] = f"{longer} working days"
    return found | {"material_count": len(source.item.materials) + more}
