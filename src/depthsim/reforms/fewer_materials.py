"""Fewer materials (材料缩减): less form-filling, fewer corrections, and no verifying of what is no longer asked."""

from __future__ import annotations

from immutabledict import immutabledict

from depthsim.errors import Finding, information, warning
from depthsim.model.service import AnyStep, ApplicantStep, OfficeStep, ServiceItem, StepPath, path_text, value_path
from depthsim.model.system import ServiceSystem
from depthsim.model.value import Identifier, Name
from depthsim.reforms._materials import without_showing
from depthsim.reforms._plugin import Factor, ItemChange, ItemParameters, Reform, each_item
from depthsim.reforms._surgery import map_steps, rarer_corrections, scaled, with_options

FILLED_AT = ("fill_in", "upload", "submit")
EARLY = ("preparation", "acceptance")


class FewerMaterials(ItemParameters):
    """Drops `materials`, or those that are optional; `takes` and `corrections` are what remains of both.

    Where they are not given, minutes and corrections shrink with the number of materials.
    """

    materials: tuple[Identifier, ...] = ()
    takes: Factor | None = None
    corrections: Factor | None = None


def _change(item: ServiceItem, _system: ServiceSystem, p: FewerMaterials) -> ItemChange:
    gone = frozenset(
        m for m, v in item.materials.items() if (m in p.materials if p.materials else v.required == "optional")
    )
    if not gone:
        return item, [information("DS570", ("materials",))]
    kept_share = 1.0 - len(gone) / len(item.materials)
    minutes = kept_share if p.takes is None else p.takes
    chance = kept_share if p.corrections is None else p.corrections
    process, done = without_showing(item.process, gone, item.materials)

    def change(_path: StepPath, step: AnyStep) -> AnyStep:
        if set(step.materials) & gone:
            step = step.model_copy(update={"materials": tuple(m for m in step.materials if m not in gone)})
        if isinstance(step, ApplicantStep) and step.role in FILLED_AT:
            return with_options(
                step,
                {
                    n: o.model_copy(update={"takes": scaled(o.takes, minutes)}) if o.takes else o
                    for n, o in step.options.items()
                },
            )
        if isinstance(step, OfficeStep) and step.stage in EARLY:
            return rarer_corrections(step, chance)
        return step

    findings: list[Finding] = [
        information("DS523", value_path(path), step=path_text(path), materials=_names(item, forcing))
        for path, forcing in done.kept
    ]
    findings += [warning("DS524", value_path(path), step=path_text(path)) for path in done.fixed]
    materials = {m: v for m, v in item.materials.items() if m not in gone}
    update = {"process": map_steps(process, change), "materials": immutabledict(materials)}
    return item.model_copy(update=update), findings


def _names(item: ServiceItem, materials: tuple[str, ...]) -> tuple[Name, ...]:
    return tuple(item.materials[m].name for m in materials)


reform = Reform(
    function=each_item(_change),
    parameters=FewerMaterials,
    touches=frozenset({"materials", "steps", "options", "times", "outcomes"}),
    source="hall census 2017: the five most frequent items per hall asked for 60.2 % fewer documents",
)
