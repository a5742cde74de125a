"""What is assessed: a system's guides, items and inventory, the populations of a scheme, spot checks."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from depthsim.analysis.level import Classification, classify
from depthsim.assessment.derived import guide_of
from depthsim.assessment.outcome import Need, Sample
from depthsim.errors import Finding, InputError
from depthsim.model.case_records import CaseRecords
from depthsim.model.city import City, ListEntry, ListKind, PublishedList
from depthsim.model.code_lists import CODE_LISTS
from depthsim.model.guide import ServiceGuide
from depthsim.model.indicators import Indicator, IndicatorScheme, Population
from depthsim.model.level import LevelScheme
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem

SEED = 1


@dataclass(frozen=True, slots=True)
class Members:
    """The guides of a population. `unclear` counts those whose field did not say whether they belong: counted in."""

    guides: tuple[ServiceGuide, ...]
    unclear: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """A system to be assessed by a scheme. `lint` are the findings of guide rules: indicator -> item -> findings.

    With `sample` spot checks take so many, else all. `department` leaves only one department's guides.
    """

    scheme: IndicatorScheme
    levels: LevelScheme
    system: ServiceSystem
    lint: Mapping[str, Mapping[str, tuple[Finding, ...]]] = field(default_factory=dict)
    seed: int = SEED
    sample: int | None = None
    department: str | None = None
    records: CaseRecords | None = None
    """Logs of cases, read; None where there is none."""

    @cached_property
    def city(self) -> City | None:
        """Return the city's inventory."""
        return self.system.city

    @cached_property
    def guides(self) -> Mapping[str, ServiceGuide]:
        """Return the guides by id; where there is no guide at all, what the items' own files say."""
        if self.department is None:
            return self._every_guide
        return {name: g for name, g in self._every_guide.items() if self.department_of(g) == self.department}

    @cached_property
    def _every_guide(self) -> Mapping[str, ServiceGuide]:
        if self.system.guides:
            return {g.id: g for g in self.system.guides.values()}
        return {name: guide_of(item) for name, item in self.system.items.items()}

    @cached_property
    def unpublished(self) -> tuple[str, ...]:
        """Return the items that have no guide, where others have one: they are in no population of guides."""
        return tuple(name for name in self.system.items if name not in self._every_guide)

    def of(self, department: str) -> Subject:
        """Return the same with only one department's guides; what was classified stays known."""
        part = replace(self, department=department)
        part.__dict__.update({name: getattr(self, name) for name in ("_every_guide", "_levels", "_joined")})
        return part

    def item(self, guide: ServiceGuide) -> ServiceItem | None:
        """Return the item with the process of a guide, None where there is none."""
        return self.system.items.get(guide.id)

    def department_of(self, guide: ServiceGuide) -> str | None:
        """Return the department of a guide: its own, or its item's."""
        item = self.item(guide)
        return guide.department or (item.department if item else None)

    @cached_property
    def _levels(self) -> dict[str, Classification | None]:
        return {}

    def level(self, guide: ServiceGuide) -> Classification | None:
        """Return the classification of a guide's process; None where there is none, or it is unsound."""
        if guide.id not in self._levels:
            item, found = self.item(guide), None
            if item is not None:
                try:
                    found = classify(item.alone, self.levels, self.system.published)
                except InputError:
                    found = None
            self._levels[guide.id] = found
        return self._levels[guide.id]

    # ------------------------------------------------------------------------------------- populations

    def population(self, indicator: Indicator) -> Population:
        """Return the population that an indicator is about."""
        return self.scheme.populations[indicator.population]

    def members(self, indicator: Indicator, **instead: object) -> Members:
        """Return the guides of an indicator's population, or of one that differs from it in some conditions."""
        wanted = self.population(indicator)
        if instead:
            wanted = wanted.model_copy(update=instead)
        if wanted not in self._members:
            self._members[wanted] = self._chosen(wanted)
        return self._members[wanted]

    @cached_property
    def _members(self) -> dict[Population, Members]:
        return {}

    def _chosen(self, wanted: Population) -> Members:
        found: list[ServiceGuide] = []
        unclear: dict[str, int] = defaultdict(int)
        for guide in self.guides.values():
            fits = {name: holds for name, holds in self._conditions(guide, wanted) if holds is not True}
            if False in fits.values() or "type" in fits:
                continue
            found.append(guide)
            for name in fits:
                unclear[name] += 1
        return Members(tuple(found), dict(unclear))

    def _conditions(self, guide: ServiceGuide, wanted: Population) -> Iterable[tuple[str, bool | None]]:
        """Yield each condition with whether the guide fits it, None where it does not say."""
        kind = self.kind(guide)
        if wanted.kinds:
            yield "type", None if kind is None else kind in wanted.kinds
        if wanted.exercise:
            level = self.exercise(guide)
            yield "exercise_level", None if level is None else level in wanted.exercise
        if wanted.platform:
            yield "published_on", self.on_platform(guide)
        if wanted.on_application:
            own = guide.application_based
            yield "application_based", own if own is not None or kind is None else kind in self.scheme.on_application
        if wanted.charged:
            yield "charged", guide.charged is True
        if wanted.statutory_limit:
            statutory = guide.statutory
            yield "statutory", statutory is not None and bool(statutory.working_days)
        if wanted.physical_result:
            form = guide.result.form if guide.result else None
            yield "result", form == "physical" if form else None
        if wanted.earlier_version:
            yield "before", guide.before is not None

    def kind(self, guide: ServiceGuide) -> str | None:
        """Return the kind of a guide: as it says, as its item or the power list says, or by its code."""
        if guide.type in CODE_LISTS["type"]:
            return guide.type
        item = self.item(guide)
        if item is not None:
            return item.kind
        entry = self.entry_of(guide, "power") or self.entry_of(guide, "public_service")
        if entry is not None and entry.type in CODE_LISTS["type"]:
            return entry.type
        return CODE_LISTS["type"].word(guide.code[21:23]) if guide.code and len(guide.code) >= 31 else None

    def exercise(self, guide: ServiceGuide) -> str | None:
        """Return the level of exercise of a guide: as it says, by its county, by its code, by its department."""
        known = CODE_LISTS["exercise_level"]
        if guide.exercise_level in known:
            return guide.exercise_level
        if guide.county is not None:
            return "county"
        if guide.code and len(guide.code) >= 31:
            return known.word(guide.code[18])
        name = self.department_of(guide)
        department = self.city.departments.get(name) if self.city and name else None
        return department.level if department and department.level in known else None

    def on_platform(self, guide: ServiceGuide) -> bool | None:
        """Return whether a guide is published on the provincial platform."""
        if guide.published_on is None or self.city is None:
            return None
        return any(self.kind_of_portal(p.portal) == "provincial_platform" for p in guide.published_on)

    def kind_of_portal(self, name: str) -> str | None:
        """Return what kind a portal of the city is."""
        portal = self.city.portals.get(name) if self.city else None
        return portal.kind if portal else None

    # ------------------------------------------------------------------------------------- lists

    def list_of(self, *kinds: ListKind) -> PublishedList | None:
        """Return the city's published list of one of these kinds; one with entries is preferred."""
        if self.city is None or self.city.lists is None:
            return None
        fitting = [one for one in self.city.lists if one.kind in kinds and one.published is not False]
        return next((one for one in fitting if one.entries is not None), fitting[0] if fitting else None)

    def entries(self, *kinds: ListKind) -> tuple[ListEntry, ...] | None:
        """Return the entries of the published list of one of these kinds (of one department, if that is asked for)."""
        found = self.list_of(*kinds)
        if found is None or found.entries is None:
            return None
        if self.department is None:
            return found.entries
        return tuple(e for e in found.entries if e.department == self.department)

    def entry_of(self, guide: ServiceGuide, which: str) -> ListEntry | None:
        """Return the entry of a guide in the `power`, `public_service` or `visits` list, joined by id or by code."""
        index = self._joined[which]
        return next((index[key] for key in keys_of(guide) if key in index), None)

    @cached_property
    def _joined(self) -> Mapping[str, Mapping[str, ListEntry]]:
        return {which: self._index(LISTS[which]) for which in LISTS}

    def _index(self, kinds: Sequence[ListKind]) -> Mapping[str, ListEntry]:
        found = self.list_of(*kinds)
        index: dict[str, ListEntry] = {}
        for entry in (found.entries or ()) if found else ():
            for key in keys_of_entry(entry):
                index.setdefault(key, entry)
        return index

    @cached_property
    def by_key(self) -> Mapping[str, ServiceGuide]:
        """Return the guides by every key that joins them with entries of lists."""
        return {key: guide for guide in self.guides.values() for key in keys_of(guide)}

    # ------------------------------------------------------------------------------------- spot checks

    def taken(self, indicator: Indicator, ids: Iterable[str]) -> Sample | None:
        """Return the spot check of an indicator among ids, None where all are taken.

        Which are taken follows from the seed, the indicator and each id alone: more or fewer others change nothing
        in the order, so a sample is the same wherever the same things are there.
        """
        names = sorted(set(ids))
        if not indicator.spot_check or self.sample is None or self.sample >= len(names):
            return None
        order = sorted(names, key=lambda name: _address(self.seed, indicator.code, name))
        return Sample(self.seed, len(names), tuple(sorted(order[: self.sample])))

    def unclear(self, members: Members) -> tuple[Need, ...]:
        """Return what guides should say so that it is clear whether they belong to the population."""
        return tuple(Need("unclear", (name,), number) for name, number in members.unclear.items())


LISTS: Mapping[str, tuple[ListKind, ...]] = {
    "power": ("power", "power_and_responsibility"),
    "public_service": ("public_service",),
    "visits": ("at_most_one_visit", "visits"),
}


def _address(seed: int, indicator: str, name: str) -> str:
    return hashlib.sha256(f"{seed}/{indicator}/{name}".encode()).hexdigest()


def keys_of(guide: ServiceGuide) -> tuple[str, ...]:
    """Return what joins a guide with entries of lists: its id, its codes, the basic code inside its code."""
    basic = guide.basic_code or (guide.code[19:31] if guide.code and len(guide.code) >= 31 else None)
    return tuple(key for key in (f"id:{guide.id}", guide.code, basic) if key)


def keys_of_entry(entry: ListEntry) -> tuple[str, ...]:
    """Return what joins an entry of a list with guides."""
    item = f"id:{entry.item}" if entry.item else None
    return tuple(key for key in (item, entry.code) if key)
