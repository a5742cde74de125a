"""Explain (说明): the proof of an item's level in words, what forces visits, and the fewest reforms for a target."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from depthsim import reforms
from depthsim.analysis.criteria import Verdict
from depthsim.analysis.level import Classification
from depthsim.errors import Finding, InputError, error
from depthsim.files import load_item, load_scheme, load_system
from depthsim.model.level import Level, LevelScheme
from depthsim.model.system import ServiceSystem
from depthsim.texts import Lang
from depthsim.verbs.classify import STANDARD, Classified, classified
from depthsim.verbs.wording import criterion_name, only_way, option_name, step_name, why

MOST_REFORMS = 4
MOST_STATES = 2000
_WIDE = frozenset({"pools", "places", "limits", "times", "lags"})


@dataclass(frozen=True, slots=True)
class Recipe:
    """Reforms, in the order of their use, that bring an item to a level, and the visits then required."""

    reforms: tuple[str, ...]
    level: Level
    required: int | None


@dataclass(frozen=True, slots=True)
class Target:
    """What reaches a level: `reached` already, or the recipes of fewest reforms; if none, what keeps failing."""

    level: Level
    reached: bool
    recipes: tuple[Recipe, ...]
    remaining: tuple[Verdict, ...]


@dataclass(frozen=True)
class Explanation:
    """An item's classification with its findings located, and what reaches the target, if one was asked for."""

    classified: Classified
    classification: Classification
    target: Target | None = None

    @property
    def system(self) -> ServiceSystem:
        """Return the system that the item stands in."""
        return self.classified.system

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the findings with their places."""
        return self.classified.findings(self.classification)

    def place(self, place: str, lang: Lang) -> str:
        """Return a place's name."""
        found = self.system.places.get(place)
        return str(getattr(found.name, lang)) if found else place

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return the object of `classify`, with levels and their paths, reasons of visits, what is missing, target."""
        found, item = self.classification, self.classification.item
        return {
            **self.classified.item_json(found, lang),
            "levels": [
                {
                    "level": s.level.id,
                    "name": {"zh": s.level.name.zh, "en": s.level.name.en},
                    "holds": s.holds,
                    "visits": s.visits,
                    "path": list(s.path),
                }
                for s in found.standings
            ],
            "reasons": [
                {
                    "step": r.step,
                    "name": step_name(item, r.step, lang),
                    "option": r.option,
                    "place": r.place,
                    "role": r.role,
                    "materials": list(r.materials),
                    "expected": r.expected,
                }
                for r in found.visits.reasons
            ],
            "missing": [
                {"level": v.level, "id": v.id, "name": criterion_name(v.id, lang), "why": why(v, item, lang)}
                for v in found.missing
            ],
            "blockers": [{"step": r.step, "option": r.option} for r in found.blockers],
            "target": self.target and _target_json(self.target, self, lang),
            "proof": found.proof,
        }

    def path_words(self, path: tuple[dict[str, Any], ...], lang: Lang) -> str:
        """Return a path on one line: steps by name, with what was chosen where there is a choice."""
        item = self.classification.item
        parts = []
        for p in path:
            if p["move"] == "fork":
                continue
            name = step_name(item, p["step"], lang).rpartition("（" if lang == "zh" else " (")[0]
            move = option_name(item, p["step"], p["move"], lang)
            if only_way(item, p["step"]):
                parts.append(name)
            else:
                parts.append(f"{name}〔{move}〕" if lang == "zh" else f"{name} [{move}]")
        return " → ".join(parts)


def _target_json(target: Target, explanation: Explanation, lang: Lang) -> dict[str, Any]:
    item = explanation.classification.item
    return {
        "level": target.level.value,
        "reached": target.reached,
        "recipes": [
            {"reforms": list(r.reforms), "level": r.level.value, "required": r.required} for r in target.recipes
        ],
        "remaining": [{"id": v.id, "why": why(v, item, lang)} for v in target.remaining],
    }


def explain(
    item: str | Path,
    *,
    system: str | Path | None = None,
    scheme: str | LevelScheme = STANDARD,
    target: Level | str | None = None,
) -> Explanation:
    """Return why an item has its level. `item` is a file or bundled item, or with `system` an id in it.

    Raises InputError where files or the process are at fault, or the system has no such item.
    """
    rules = load_scheme(scheme) if isinstance(scheme, str) else scheme
    loaded = load_system(system) if system is not None else load_item(item)
    if system is not None and str(item) not in loaded.system.items:
        if not str(item).endswith((".yaml", ".yml")):
            known = tuple(loaded.system.items)
            raise InputError(error("DS391", given=str(item), system=loaded.system.name, known=known))
        loaded = load_item(item, loaded.system)
    name = str(item) if str(item) in loaded.system.items else loaded.item.id
    narrow = loaded.system.with_items({name: loaded.system.items[name]})
    found = classified(narrow, rules, sources=loaded)
    wanted = Level(target) if target is not None else None
    reached = _target(found, name, wanted) if wanted is not None else None
    return Explanation(found, found[name], reached)


def _target(found: Classified, item: str, target: Level) -> Target:
    """Return the fewest reforms, with their default parameters, that reach a level: breadth-first, each state once."""
    scheme = found[item].scheme
    if found[item].level >= target:
        return Target(target, True, (), ())
    candidates = [name for name in reforms.catalogue() if _mends_levels(name)]
    states: dict[ServiceSystem, tuple[str, ...]] = {found.system: ()}
    frontier = dict(states)
    best = found[item]
    for _ in range(MOST_REFORMS):
        following: dict[ServiceSystem, tuple[str, ...]] = {}
        recipes: dict[frozenset[str], Recipe] = {}
        for system, used in frontier.items():
            for name in candidates:
                after = _reformed(system, item, name) if name not in used else None
                if after is None or after in states or after in following or len(states) > MOST_STATES:
                    continue
                following[after] = (*used, name)
                level = classified(after, scheme)[item]
                if level.level >= target:
                    recipe = Recipe((*used, name), level.level, level.visits.required)
                    recipes.setdefault(frozenset(recipe.reforms), recipe)
                elif level.level > best.level:
                    best = level
        if recipes:
            return Target(target, False, tuple(recipes.values()), ())
        states |= following
        frontier = following
    level_wanted = next((s for s in best.standings if s.level.means >= target), best.standings[-1])
    return Target(target, False, (), level_wanted.failing)


def _mends_levels(name: str) -> bool:
    """Return whether a reform changes what a level is judged on, for chosen items and without being told how."""
    reform = reforms.load(name)
    needs = any(f.is_required() for f in reform.parameters.model_fields.values())
    return "items" in reform.parameters.model_fields and not needs and bool(reform.touches - _WIDE)


def _reformed(system: ServiceSystem, item: str, name: str) -> ServiceSystem | None:
    """Return the system with the item reformed, or None where the reform cannot be used or changes nothing."""
    try:
        after = reforms.reform(system, name, items={"id": item}).system
    except InputError:
        return None
    return None if after == system else after
