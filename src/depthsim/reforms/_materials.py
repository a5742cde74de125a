"""What becomes of a process when some materials need no longer be shown or handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from immutabledict import immutabledict

from depthsim.model.service import AnyStep, ApplicantStep, Material, OfficeStep, ParallelStep, Process, StepPath
from depthsim.reforms._surgery import ENDS, Scope, map_scopes, map_steps, normal_next, without_step

SHOWN_AT = ("verify_originals", "collect", "deliver")


@dataclass(slots=True)
class Outcomes:
    """What happened to the steps that verify originals: which went, and which stay because of other materials."""

    removed: list[StepPath] = field(default_factory=list)
    kept: list[tuple[StepPath, tuple[str, ...]]] = field(default_factory=list)
    fixed: list[StepPath] = field(default_factory=list)


def without_showing(
    process: Process, gone: frozenset[str], materials: Mapping[str, Material]
) -> tuple[Process, Outcomes]:
    """Return the process without the verifying that only the materials in `gone` force.

    A step of role verify_originals goes when every paper that it lists (all papers, if it lists none) is gone;
    moves to it lead on. A correction that sent people back to it goes too: nothing is shown that could be wrong.
    """
    done = Outcomes()

    def scope_changed(scope: Scope, container: Any) -> Any:
        for name in list(container.steps):
            step = container.steps[name]
            if step.role != "verify_originals" or isinstance(step, ParallelStep):
                continue
            path = (*scope, name)
            listed = step.materials or tuple(m for m, value in materials.items() if value.originals)
            forcing = tuple(m for m in listed if m in materials and _paper(materials[m]) and m not in gone)
            if not gone & set(listed):
                continue
            then = normal_next(step)
            if forcing:
                done.kept.append((path, forcing))
            elif then in (None, name) or (container.start == name and then in ENDS) or only_acceptance(container, name):
                done.fixed.append(path)
            else:
                container = without_step(no_way_back(container, name), name, str(then))
                done.removed.append(path)
        return container

    def unlisted(_path: StepPath, step: AnyStep) -> AnyStep:
        kept = tuple(m for m in step.materials if m not in gone)
        if step.role not in SHOWN_AT or kept == step.materials:
            return step
        return step.model_copy(update={"materials": kept})

    return map_steps(map_scopes(process, scope_changed), unlisted), done


def _paper(material: Material) -> bool:
    return "electronic" not in material.medium


def only_acceptance(container: Any, name: str) -> bool:
    """Return whether this office step is the only one of its scope that accepts the application."""
    step = container.steps[name]
    return (
        isinstance(step, OfficeStep)
        and step.stage == "acceptance"
        and not any(
            isinstance(s, OfficeStep) and s.stage == "acceptance" for n, s in container.steps.items() if n != name
        )
    )


def no_way_back(container: Any, name: str) -> Any:
    """Return the container without corrections that lead to the applicant's step `name`."""
    if not isinstance(container.steps[name], ApplicantStep):
        return container
    steps = {}
    for other, step in container.steps.items():
        if isinstance(step, OfficeStep):
            step = without_outcomes(step, lambda o: o.kind == "correction" and o.next == name)
        steps[other] = step
    return container.model_copy(update={"steps": immutabledict(steps)})


def without_outcomes(step: OfficeStep, gone: Callable[[Any], bool]) -> OfficeStep:
    """Return the step without some outcomes; the normal ones gain their chance in proportion."""
    kept = {n: o for n, o in step.outcomes.items() if not gone(o)}
    if len(kept) == len(step.outcomes) or not any(not o.exception for o in kept.values()):
        return step
    chances = step.chances()
    normal = [n for n, o in kept.items() if not o.exception]
    if any(kept[n].chance is not None for n in normal):
        lost = sum(chances[n] for n in step.outcomes if n not in kept)
        old = sum(chances[n] for n in normal)
        for name in normal:
            more = lost * (chances[name] / old if old else 1 / len(normal))
            kept[name] = kept[name].model_copy(update={"chance": chances[name] + more})
    return step.model_copy(update={"outcomes": immutabledict(kept)})
