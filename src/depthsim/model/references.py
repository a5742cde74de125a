"""Do the names in a system lead somewhere? (filled in below)"""

from __future__ import annotations

from depthsim.errors import Finding
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem


def item_findings(item: ServiceItem, system: ServiceSystem | None) -> list[Finding]:
    return []


def system_findings(system: ServiceSystem) -> list[Finding]:
    return []
