"""What an item's own file says of its guide, for items that have no guide of their own."""

from __future__ import annotations

from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import GuideDepth, GuideMaterial, GuideResult, GuideVisits, Period, Title
from depthsim.model.service import Material, ServiceItem
from depthsim.model.time import Limit, Unit
from depthsim.model.value import Name


def guide_of(item: ServiceItem) -> ServiceGuide:
    """Return the guide that an item's file amounts to; what the file does not say stays unknown."""
    declared, limits, result = item.declared, item.limits, item.result
    visits = depth = None
    if declared is not None and declared.visits is not None:
        visits = GuideVisits(count=declared.visits, meaning=declared.meaning, reason=declared.reason)
    if declared is not None and declared.level is not None:
        depth = GuideDepth(codes=(declared.level.value,))
    return ServiceGuide(
        id=item.id,
        name=_title(item.name),
        type=item.kind,
        code=item.code,
        handling=item.handling,
        department=item.department,
        audience=item.audience or None,
        statutory=_period(limits.statutory if limits else None),
        promised=_period(limits.promised if limits else None),
        depth=depth,
        visits=visits,
        charged=None if item.fee is None else item.fee != "none",
        result=GuideResult(name=_title(result.name) if result.name else None, form=result.form) if result else None,
        materials=tuple(_material(name, m) for name, m in item.materials.items()) or None,
    )


def _title(name: Name) -> Title:
    return Title(zh=name.zh, en=name.en)


def _period(limit: Limit | None) -> Period | None:
    if limit is None:
        return None
    return Period(amount=float(limit.days), unit="days" if limit.unit is Unit.DAY else "working days")


def _material(name: str, material: Material) -> GuideMaterial:
    return GuideMaterial(
        name=_title(material.name),
        id=name,
        source=material.source,
        issued_by=material.issued_by.zh if material.issued_by else None,
        originals=material.originals,
        copies=material.copies,
        medium=material.medium,
        necessity=material.required,
        trust=material.trust,
    )
