"""What a rule is: a code, a severity, the indicators that it bears on, where it comes from, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from immutabledict import immutabledict

from depthsim.errors import Finding, Path, Severity
from depthsim.model.city import City
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import Title
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem

Hit = tuple[Path, Mapping[str, Any]]
"""A place in a guide, and the values of the finding there."""
Kind = Literal["wrong", "missing", "note"]
"""A contradiction or a fault in what is said; something that is not said; something to know."""

SCHEME = "福州市2018年网上政务服务能力第三方评估任务分解表"
GBT_39046 = "GB/T 39046-2020"
GB_32100 = "GB 32100-2015"
LICENSING_LAW = "source_licensing_law"
ITEM_CODES = "source_item_codes"
OTHER_CHECKER = "source_other_checker"
PROVENANCE = "source_provenance"
CHECKER = "MyCodeBattle/QlsxWebSpider (GitHub)"
"""Sources of rules, some named in `texts/labels.yaml`; of the checkers of guides the ideas are used, not the code."""


@dataclass(frozen=True)
class Surroundings:
    """What stands around a guide: the item of the same id with its process, the city, the codes that others use."""

    item: ServiceItem | None = None
    city: City | None = None
    codes: Mapping[str, Mapping[str, Title]] = field(default_factory=immutabledict)
    """The guides that publish an item code, by code: their ids and names."""

    @property
    def area_code(self) -> str | None:
        """Return the city's telephone area code, None where unknown."""
        return self.city.area_code if self.city else None

    def credit_code(self, guide: ServiceGuide) -> str | None:
        """Return the credit code of a guide's department, None where unknown."""
        department = self.city.departments.get(guide.department or "") if self.city else None
        return department.credit_code if department else None


Find = Callable[[ServiceGuide, Surroundings], Iterable[Hit]]


@dataclass(frozen=True)
class Rule:
    """One rule for guides; `find` yields each place where a guide breaks it, with the values of its text."""

    code: str
    severity: Severity
    kind: Kind
    indicators: tuple[str, ...]
    source: str
    find: Find

    def findings(self, guide: ServiceGuide, around: Surroundings) -> Iterator[Finding]:
        """Yield what a guide has against it, with paths into the system: `("guides", id, "promised")`."""
        for path, values in self.find(guide, around):
            yield Finding(self.code, self.severity, ("guides", guide.id, *path), values)


class Rules:
    """A collection that rules enter by decoration."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def wrong(self, code: str, *indicators: str, source: str = SCHEME) -> Callable[[Find], Find]:
        """Add a rule about what a guide says wrongly: a warning."""
        return self._adding(code, Severity.WARNING, "wrong", indicators, source)

    def missing(self, code: str, *indicators: str, source: str = SCHEME) -> Callable[[Find], Find]:
        """Add a rule about what a guide does not say: information."""
        return self._adding(code, Severity.INFORMATION, "missing", indicators, source)

    def note(self, code: str, *indicators: str, source: str = SCHEME) -> Callable[[Find], Find]:
        """Add a rule about something to know: information."""
        return self._adding(code, Severity.INFORMATION, "note", indicators, source)

    def _adding(
        self, code: str, severity: Severity, kind: Kind, indicators: tuple[str, ...], source: str
    ) -> Callable[[Find], Find]:
        def add(find: Find) -> Find:
            self._rules.append(Rule(code, severity, kind, indicators, source, find))
            return find

        return add


def surroundings(system: ServiceSystem) -> Callable[[ServiceGuide], Surroundings]:
    """Return what gives each guide of a system its surroundings."""
    users: dict[str, dict[str, Title]] = {}
    for key, guide in system.guides.items():
        if guide.code is not None:
            users.setdefault(guide.code, {})[key] = guide.name
    return lambda guide: Surroundings(system.items.get(guide.id), system.city, users)
