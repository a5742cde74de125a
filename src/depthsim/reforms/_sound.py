"""Whether a reformed system still makes sense."""

from __future__ import annotations

from dataclasses import replace

from depthsim.errors import Finding, Severity
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.variants import variants


def unsound(before: ServiceSystem, after: ServiceSystem) -> list[Finding]:
    """Return the errors that a reform brought in; paths lead into the system."""
    from depthsim.model.references import item_findings, system_findings

    if after is before:
        return []
    shared = before.pools == after.pools and before.places == after.places
    known = {(f.code, f.path) for f in system_findings(before)} if not shared else set()
    found = _new(system_findings(after), known) if not shared else []
    for id_, item in after.items.items():
        old = before.items.get(id_)
        if not shared or item is not old:
            known = {(f.code, f.path) for f in item_findings(old, before)} if old else set()
            found += [replace(f, path=("items", id_, *f.path)) for f in _new(item_findings(item, after), known)]
    if found:
        return found
    return [
        f
        for i, item in after.items.items()
        if item is not before.items.get(i)
        for f in _process(item, before.items.get(i), after)
    ]


def _process(item: ServiceItem, old: ServiceItem | None, system: ServiceSystem) -> list[Finding]:
    """Return the errors of an item's process, and of those that it was before, as far as they are new."""
    from depthsim.analysis.soundness import findings

    known = [one.process for _, one in variants(old)] if old is not None else []
    new = [one for name, one in variants(item) if not name or not any(one.process is p for p in known)]
    return [f for one in new for f in findings(one, system) if f.severity is Severity.ERROR]


def _new(findings: list[Finding], known: set[tuple[str, tuple[str | int, ...]]]) -> list[Finding]:
    return [f for f in findings if f.severity is Severity.ERROR and (f.code, f.path) not in known]
