"""What a measure is: a number of one case, read off its log, with an exact mean where theory has one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.model.log import CaseLog
from depthsim.model.system import ServiceSystem
from depthsim.texts import Lang, text

Unit = Literal["visits", "minutes", "days", "share", "corrections", "CNY"]


def everywhere(_system: ServiceSystem) -> bool:
    """Return True: the measure is offered for every system."""
    return True


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure. Its `id` is its file's name; its label stands in the texts under that name.

    `of` returns a case's number, a multiple of one tick (2^-20), so that sums are exact in any order, or None
    where the measure does not apply to the case (never 0 for that). What users see is that number divided by
    `divisor`, in `unit`. `exact` returns the mean over cases of an item in `unit`. `better` says which way is an
    improvement. `offered` says for which systems it is reported at all.
    """

    of: Callable[[CaseLog, Facts], float | None]
    unit: Unit
    exact: Callable[[Visits, Minutes], float] | None = None
    better: Literal["less", "more"] = "less"
    divisor: float = 1.0
    offered: Callable[[ServiceSystem], bool] = everywhere
    id: str = ""

    def name(self, lang: Lang) -> str:
        """Return its label."""
        return text(f"measures.{self.id}", lang)
