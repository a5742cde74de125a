"""Explain (说明): the proof of an item's level in words, what forces visits, and the fewest reforms for a target."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from depthsim.analysis.criteria import Verdict
from depthsim.analysis.level import Classification
from depthsim.errors import Finding, InputError, error
from depthsim.files import LoadedCosts, load_item, load_scheme, load_system
from depthsim.model.costs import CENTS
from depthsim.model.level import Level, LevelScheme
from depthsim.model.system import ServiceSystem
from depthsim.studies.recipes import Recipe, Recipes, candidates, recipes, vanishing
from depthsim.texts import Lang
from depthsim.verbs.classify import STANDARD, Classified, classified
from depthsim.verbs.inputs import COSTS, GivenCosts, given_costs
from depthsim.verbs.wording import criterion_name, only_way, option_name, step_name, why


@dataclass(frozen=True, slots=True)
class Blocker:
    """A step that keeps an item from a level by a visit; `visits`: how many of a case vanish without it alone."""

    step: str
    visits: float


@dataclass(frozen=True, slots=True)
class Target:
    """What reaches a level: `reached` already, or the recipes of fewest reforms; if none, what keeps failing."""

    level: Level
    reached: bool
    search: Recipes | None = None
    blockers: tuple[Blocker, ...] = ()
    currency: str = ""

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """Return the sets of fewest reforms, the cheapest first."""
        return self.search.recipes if self.search else ()

    @property
    def remaining(self) -> tuple[Verdict, ...]:
        """Return what still fails where no set of reforms reaches the level, in the best state that was met."""
        if self.search is None or self.search.recipes:
            return ()
        standings = self.search.nearest.standings
        return next((s for s in standings if s.level.means >= self.level), standings[-1]).failing


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
    found = target.search
    return {
        "level": target.level.value,
        "reached": target.reached,
        "recipes": [
            {
                "reforms": list(r.reforms),
                "options": [c.key for c in r.candidates],
                "level": r.level.value,
                "required": r.required,
                "cost": None if r.cents is None else r.cents / CENTS,
            }
            for r in target.recipes
        ],
        "currency": target.currency,
        "searched": found
        and {
            "reforms": found.candidates,
            "largest": found.largest,
            "sets": found.sets,
            "smaller_sets": found.smaller,
        },
        "blockers": [
            {"step": b.step, "name": step_name(item, b.step, lang), "visits": b.visits} for b in target.blockers
        ],
        "remaining": [{"id": v.id, "why": why(v, item, lang)} for v in target.remaining],
    }


def explain(
    item: str | Path,
    *,
    system: str | Path | None = None,
    scheme: str | LevelScheme = STANDARD,
    target: Level | str | None = None,
    costs: GivenCosts = COSTS,
) -> Explanation:
    """Return why an item has its level. `item` is a file or bundled item, or with `system` an id in it.

    With a `target`, the smallest sets of reforms that reach it, with the parameters and prices of `costs`. Raises
    InputError where files or the process are at fault, or the system has no such item.
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
    reached = _target(found, name, wanted, given_costs(costs)) if wanted is not None else None
    return Explanation(found, found[name], reached)


def _target(found: Classified, item: str, target: Level, costs: LoadedCosts) -> Target:
    """Return the fewest reforms that reach a level, the cheapest first, and what blocks it now."""
    now = found[item]
    if now.level >= target:
        return Target(target, True)
    try:
        offered = candidates(found.system, item, costs.costs)
    except InputError as refused:
        raise InputError([costs.locate(f) for f in refused.findings]) from None
    searched = recipes(found.system, item, target, now.scheme, offered)
    standing = next((s for s in now.standings if s.level.means >= target), now.standings[-1])
    steps = dict.fromkeys(p["step"] for p in standing.path if p["visits"])
    blockers = tuple(
        Blocker(step, vanishing(now.item, tuple(step.split("/")), found.system, now.scheme)) for step in steps
    )
    return Target(target, False, searched, blockers, costs.costs.currency)
