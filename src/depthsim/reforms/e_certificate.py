"""E-certificates (电子证照 / 免提交): what an agency holds on record need not be shown.

Certificates of trust grade A (issued by an agency) and B (verified once by a window) can be used directly; of grade
C (uploaded by the user) the original must still be verified, and D is a promise of the user.
"""

from __future__ import annotations

from typing import Literal

from immutabledict import immutabledict

from depthsim.errors import Finding, information, warning
from depthsim.model.service import ServiceItem, path_text, value_path
from depthsim.model.system import ServiceSystem
from depthsim.model.value import Identifier
from depthsim.reforms._materials import without_showing
from depthsim.reforms._names import unknown_materials
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, Reformed, each_item, refuse


class ECertificate(ItemParameters):
    """Materials whose grade is in `trust`, and those named in `materials` (brought into the library as `grade`)."""

    trust: tuple[Literal["A", "B", "C", "D"], ...] = ("A", "B")
    materials: tuple[Identifier, ...] = ()
    grade: Literal["A", "B"] = "A"


def _change(item: ServiceItem, _system: ServiceSystem, p: ECertificate) -> ItemChange:
    gone = frozenset(m for m, value in item.materials.items() if value.trust in p.trust or m in p.materials)
    if not gone:
        return item, [information("DS522", ("materials",), trust=p.trust)]
    findings: list[Finding] = []
    process, done = without_showing(item.process, gone, item.materials)
    for path, forcing in done.kept:
        names = tuple(item.materials[m].name for m in forcing)
        findings.append(information("DS523", value_path(path), step=path_text(path), materials=names))
    findings += [warning("DS524", value_path(path), step=path_text(path)) for path in done.fixed]
    materials = {
        m: value.model_copy(
            update={"originals": 0, "copies": 0, "trust": value.trust if value.trust in ("A", "B") else p.grade}
        )
        if m in gone
        else value
        for m, value in item.materials.items()
    }
    new = item.model_copy(update={"process": process, "materials": immutabledict(materials)})
    if new == item and not findings:
        findings.append(information("DS506", ("materials",)))
    return new, findings


_each = each_item(_change)


def _function(system: ServiceSystem, p: ECertificate) -> Reformed:
    if wrong := unknown_materials(system, p.materials):
        raise refuse(*wrong)
    return _each(system, p)


reform = Reform(
    function=_function,
    parameters=ECertificate,
    touches=frozenset({"materials", "steps", "options", "outcomes"}),
    source="国办函〔2016〕108号: certificates of grades A and B are used directly",
)
