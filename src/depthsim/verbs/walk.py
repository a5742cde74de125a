"""Walk (走流程): one case, step by step, on the single-case machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from depthsim.engines.single_case import CaseMachine, PossibleMove, machine
from depthsim.errors import IllegalMove, InputError, error
from depthsim.files import Loaded, load_item, load_system
from depthsim.model.service import path_text, walk_steps
from depthsim.texts import Lang, label
from depthsim.verbs.wording import option_name, step_name


@dataclass
class Walk:
    """A case on its way. `choose` makes the n-th possible move, counted from 1; `back` takes the last one back."""

    loaded: Loaded
    case: CaseMachine
    made: list[tuple[str, str]] = field(default_factory=list)

    @property
    def possible(self) -> tuple[PossibleMove, ...]:
        """Return the moves that can be made now."""
        return self.case.possible()

    def choose(self, number: int) -> None:
        """Make the n-th possible move. Raises IllegalMove where there is no such number."""
        moves = self.possible
        if not 1 <= number <= len(moves):
            raise IllegalMove(error("DS659", given=number, most=len(moves)))
        self.move(moves[number - 1].move, moves[number - 1].step)

    def move(self, name: str, step: str | None = None) -> None:
        """Make a move by its name. Raises IllegalMove, with what is possible."""
        self.case.move(name, step=step)
        self.made = list(self.case.moves_made)

    def back(self) -> bool:
        """Take the last move back; returns whether there was one."""
        if not self.made:
            return False
        before = self.made[:-1]
        self.case.restart()
        for step, name in before:
            self.case.move(name, step=step)
        self.made = before
        return True

    def where(self, lang: Lang) -> tuple[tuple[str, str, str | None], ...]:
        """Return where the case is: (step, stage, place of the applicant or None), of several while branches run."""
        item = self.case.item
        stages = {path_text(path): step.stage for path, step in walk_steps(item.process)}
        return tuple(
            (step_name(item, s, lang), label(stages[s], lang), self._place(self.case.presence(s), lang))
            for s in self.case.steps
        )

    def words(self, move: PossibleMove, lang: Lang) -> str:
        """Return what a move is and where it leads."""
        item = self.case.item
        target = step_name(item, move.target, lang)
        target = label(move.target.rpartition("/")[2], lang) if target == move.target else target
        name = option_name(item, move.step, move.move, lang)
        head = f"{step_name(item, move.step, lang)}: " if len(self.case.steps) > 1 else ""
        return f"{head}{name} → {target}"

    def to_json(self, _lang: Lang = "en") -> dict[str, Any]:
        """Return the moves made, the visits, where the case is and what can happen next."""
        return {
            "id": self.case.item.id,
            "moves": [{"step": s, "move": m} for s, m in self.made],
            "visits": self.case.visits,
            "steps": list(self.case.steps),
            "outcome": self.case.outcome,
            "possible": [
                {"step": m.step, "move": m.move, "target": m.target, "visits": m.visits} for m in self.possible
            ],
        }

    def _place(self, place: str | None, lang: Lang) -> str | None:
        found = self.loaded.system.places.get(place) if place else None
        return str(getattr(found.name, lang)) if found else place


def walk(item: str, *, system: str | None = None) -> Walk:
    """Return a case of an item at its start. Raises InputError where files are at fault or there is no such item."""
    if system is None:
        loaded = load_item(item)
        return Walk(loaded, machine(loaded.item))
    loaded = load_system(system)
    if item not in loaded.system.items:
        known = tuple(loaded.system.items)
        raise InputError(error("DS391", given=item, system=loaded.system.name, known=known))
    return Walk(loaded, machine(loaded.system.items[item]))
