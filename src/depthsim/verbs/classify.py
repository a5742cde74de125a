"""Classify (定级): the level and the visits of items, declared beside derived."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, overload

from depthsim.analysis.level import Classification, declared_findings
from depthsim.analysis.level import classify as _classify
from depthsim.analysis.load import YEAR_DAYS
from depthsim.analysis.mixture import parts, within
from depthsim.analysis.visits import analyse
from depthsim.errors import Finding, InputError, UsageError, error
from depthsim.files import Loaded, load_scheme, load_system
from depthsim.model.level import Level, LevelScheme
from depthsim.model.service import Published, ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY
from depthsim.texts import Lang
from depthsim.verbs.wording import finding_json, why

By = Literal["standard", "visits"]
STANDARD = "depth_2018"
_DECLARED = frozenset({"DS301", "DS302", "DS303"})


@dataclass(frozen=True)
class Classified:
    """The classifications of a system's items. `findings` are located; `by` says which level counts."""

    system: ServiceSystem
    items: tuple[Classification, ...]
    by: By = "standard"
    sources: Loaded | None = None

    def __iter__(self) -> Iterator[Classification]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, item: str) -> Classification:
        return next(c for c in self.items if c.item.id == item)

    def level(self, found: Classification) -> Level:
        """Return the level that counts."""
        return found.by_visits if self.by == "visits" else found.level

    def findings(self, found: Classification) -> tuple[Finding, ...]:
        """Return an item's findings with their places."""
        findings = found.findings
        if self.by == "visits":
            others = tuple(f for f in findings if f.code not in _DECLARED)
            findings = others + tuple(declared_findings(found.item, found.by_visits, found.visits)[0])
        return self.sources.located(findings) if self.sources else tuple(findings)

    def agrees(self, found: Classification) -> bool | None:
        """Return whether declared and derived agree; None where nothing is declared."""
        if self.by == "visits":
            return declared_findings(found.item, found.by_visits, found.visits)[1]
        return found.agrees

    def to_json(self, lang: Lang) -> list[dict[str, Any]]:
        """Return one object an item."""
        return [self.item_json(found, lang) for found in self.items]

    def item_json(self, found: Classification, lang: Lang) -> dict[str, Any]:
        """Return one item's object."""
        item, declared = found.item, found.item.declared
        return {
            "id": item.id,
            "name": {"zh": item.name.zh, "en": item.name.en},
            "department": item.department,
            "scheme": found.scheme.id,
            "by": self.by,
            "level": self.level(found).value,
            "level_by_standard": found.level.value,
            "level_by_visits": found.by_visits.value,
            "scheme_level": found.scheme_level,
            "visits": {**visits_json(found), **self._in_use(item)},
            "declared": declared
            and {
                "level": declared.level and declared.level.value,
                "visits": declared.visits,
                "meaning": declared.meaning,
            },
            "agrees": self.agrees(found),
            "binding": found.binding.id if found.binding else None,
            "criteria": [
                {
                    "level": v.level,
                    "id": v.id,
                    "holds": v.ruling != "fails",
                    "ruling": v.ruling,
                    "why": why(v, item, lang),
                }
                for v in found.verdicts
            ],
            "findings": [finding_json(f, lang) for f in self.findings(found)],
        }

    def _in_use(self, item: ServiceItem) -> dict[str, float | None]:
        """Return the mean visits of all cases where not all run the item as it is: `expected` is of those who do."""
        if not item.before and not self.system.applicants.segments:
            return {}
        mixture = parts(item, self.system, within(self.system, 0.0, YEAR_DAYS * MINUTES_PER_DAY))
        mean = None if mixture is None else math.fsum(p.share * analyse(p.item).expected for p in mixture)
        return {"expected_in_use": mean}


def visits_json(found: Classification) -> dict[str, Any]:
    """Return an item's numbers of visits; an infinite one is None."""
    v = found.visits
    never = v.expected_delivered != v.expected_delivered
    return {
        "least": v.least,
        "required": v.required,
        "expected": v.expected,
        "expected_delivered": None if never else v.expected_delivered,
        "greatest": v.greatest,
        "by_channel": {c: {"best": b.best, "worst": b.worst} for c, b in v.by_channel.items()},
        "distribution": {str(k): p for k, p in v.distribution.items()},
    }


@overload
def classify(
    what: ServiceItem, *, scheme: str | LevelScheme = ..., published: Iterable[Published] = ...
) -> Classification: ...


@overload
def classify(
    what: ServiceSystem | Loaded | str | Path, *, scheme: str | LevelScheme = ..., by: By = ...
) -> Classified: ...


def classify(
    what: ServiceItem | ServiceSystem | Loaded | str | Path,
    *,
    scheme: str | LevelScheme = STANDARD,
    by: By = "standard",
    published: Iterable[Published] = (),
) -> Classification | Classified:
    """Return an item's classification, or those of all items of a system, a path or a bundled name.

    `published` is what the system publishes for all items; of a system it is known. Raises InputError where
    files or processes are at fault, with every finding.
    """
    rules = load_scheme(scheme) if isinstance(scheme, str) else scheme
    if by not in ("standard", "visits"):
        raise UsageError(error("DS390", given=by))
    if isinstance(what, ServiceItem):
        return _classify(what, rules, published)
    loaded = what if isinstance(what, Loaded) else None
    if isinstance(what, (str, Path)):
        loaded = load_system(what)
    system = loaded.system if loaded else what
    assert isinstance(system, ServiceSystem)
    return classified(system, rules, by, loaded)


def classified(
    system: ServiceSystem, scheme: LevelScheme, by: By = "standard", sources: Loaded | None = None
) -> Classified:
    """Return the classifications of a system's items. Raises InputError with the findings of every unsound item."""
    found: list[Classification] = []
    wrong: list[Finding] = []
    for item in system.items.values():
        try:
            found.append(_classify(item, scheme, system.published))
        except InputError as problem:
            wrong += problem.findings
    if wrong:
        raise InputError(sources.located(wrong) if sources else wrong)
    return Classified(system, tuple(found), by, sources)
