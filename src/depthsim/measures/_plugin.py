"""What a measure is: a number of each case, read off the log, with an exact mean where theory has one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from depthsim.analysis.minutes import Minutes
from depthsim.analysis.visits import Visits
from depthsim.measures._facts import Facts
from depthsim.measures._reading import Reader
from depthsim.model.columns import CaseColumns, Floats
from depthsim.model.log import CaseLog
from depthsim.model.system import ServiceSystem
from depthsim.texts import Lang, text

Unit = Literal["visits", "minutes", "days", "share", "corrections", "CNY"]
OfCase = Callable[[CaseLog, Facts], float | None]
Column = Callable[[CaseColumns, Facts], Floats]
Exact = Callable[[Visits, Minutes], float]
Better = Literal["less", "more"]
Offered = Callable[[ServiceSystem], bool]


def everywhere(_system: ServiceSystem) -> bool:
    """Return True: the measure is offered for every system."""
    return True


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure. Its `id` is its file's name; its label stands in the texts under that name.

    `column` returns the numbers of many cases at once, multiples of one tick (2^-20), so that sums are exact in any
    order, and NaN where the measure does not apply to a case (never 0 for that). `of` is the same for one case of
    the log, None for NaN; a measure that has nothing else needs the log of every case, which is slow. What users
    see is that number divided by `divisor`, in `unit`. `exact` returns the mean over cases of an item in `unit`.
    `better` says which way is an improvement. `offered` says for which systems it is reported at all.
    """

    of: OfCase
    unit: Unit
    exact: Exact | None = None
    better: Better = "less"
    divisor: float = 1.0
    offered: Offered = everywhere
    id: str = ""
    column: Column | None = None

    def name(self, lang: Lang) -> str:
        """Return its label."""
        return text(f"measures.{self.id}", lang)

    def numbers(self, columns: CaseColumns, facts: Facts) -> Floats:
        """Return the number of every case, NaN where it does not apply. Raises TypeError where a log is missing."""
        if self.column is not None:
            return self.column(columns, facts)
        if columns.logs is None:
            raise TypeError(f"the measure {self.id} reads the log of every case")
        found = (self.of(case, facts) for case in columns.logs)
        return np.array([math.nan if number is None else number for number in found], dtype=np.float64)


def of_columns(
    column: Column,
    unit: Unit,
    *,
    exact: Exact | None = None,
    better: Better = "less",
    divisor: float = 1.0,
    offered: Offered = everywhere,
) -> Measure:
    """Return a measure that reads many cases at once; that of one case follows."""
    return Measure(partial(_alone, column), unit, exact, better, divisor, offered, column=column)


def _alone(column: Column, case: CaseLog, facts: Facts) -> float | None:
    number = float(column(Reader(facts, (0.0, math.inf)).read((case,)), facts)[0])
    return None if math.isnan(number) else number
