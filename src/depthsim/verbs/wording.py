"""How findings, criteria and steps read: shared by the verbs' results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from depthsim.analysis.criteria import Verdict
from depthsim.errors import Finding
from depthsim.model.service import (
    OfficeStep,
    Option,
    Outcome,
    ParallelStep,
    ServiceItem,
    path_text,
    step_at,
    walk_steps,
)
from depthsim.texts import Lang, finding_message, finding_remedy, label, text


def finding_json(finding: Finding, lang: Lang) -> dict[str, Any]:
    """Return a finding as JSON: code, severity, where, message, remedy."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "where": str(finding.location) if finding.location else "/".join(map(str, finding.path)),
        "message": finding_message(finding, lang),
        "remedy": finding_remedy(finding, lang),
    }


def step_name(item: ServiceItem, step: str, lang: Lang) -> str:
    """Return a step as users read it: its name, or its role's, with its path as the file has it."""
    for path, found in walk_steps(item.process):
        if path_text(path) == step:
            name = getattr(found.name, lang) if found.name else label(found.role, lang)
            return f"{name}（{step}）" if lang == "zh" else f"{name} ({step})"
    return step


def option_name(item: ServiceItem, step: str, move: str, lang: Lang) -> str:
    """Return an option or outcome as users read it: its name, the glossary's word, its channel, or as in the file."""
    try:
        found = step_at(item.process, tuple(step.split("/")))
    except (KeyError, ValueError):
        return move
    if isinstance(found, ParallelStep):
        return move
    ways: Mapping[str, Option | Outcome] = found.outcomes if isinstance(found, OfficeStep) else found.options
    what = ways.get(move)
    if what is not None and what.name is not None:
        return str(getattr(what.name, lang))
    if isinstance(what, Option) and label(move, lang) == move:
        alike = [o for o in ways.values() if isinstance(o, Option) and o.channel == what.channel]
        return label(what.channel, lang) + ("" if len(alike) == 1 else f" {move}")
    return label(move, lang)


def only_way(item: ServiceItem, step: str) -> bool:
    """Return whether a step can be left in one way only, or is no step that is left by a move."""
    found = step_at(item.process, tuple(step.split("/")))
    if isinstance(found, ParallelStep):
        return True
    return len(found.outcomes if isinstance(found, OfficeStep) else found.options) == 1


def why(verdict: Verdict, item: ServiceItem, lang: Lang) -> str:
    """Return why a criterion holds, fails or does not apply."""
    values = {name: _shown(name, value, item, lang) for name, value in verdict.values}
    return text(f"criteria.{verdict.why}", lang, **values)


def _shown(name: str, value: Any, item: ServiceItem, lang: Lang) -> Any:
    if name in ("step", "answer"):
        return step_name(item, value, lang)
    if name == "steps":
        return tuple(step_name(item, step, lang) for step in value)
    return label("unbounded", lang) if value is None else value


def criterion_name(criterion: str, lang: Lang) -> str:
    """Return a criterion's name."""
    return text(f"criteria.criterion.{criterion}", lang)


def ruling_name(ruling: str, lang: Lang) -> str:
    """Return `holds`, `fails` or `not applicable` in words."""
    return text(f"criteria.ruling.{ruling}", lang)


def reform_name(reform: str, lang: Lang) -> str:
    """Return a reform's name with its id."""
    name = text(f"reforms.{reform}", lang)
    return f"{name}（{reform}）" if lang == "zh" else f"{name} ({reform})"
