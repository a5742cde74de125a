"""How long a plan is simulated: as long as the number of cases allows, unless one says how long."""

from __future__ import annotations

import math
from dataclasses import dataclass

from depthsim.model.system import ServiceSystem
from depthsim.studies.engine import COMPILED
from depthsim.studies.parts import predicted_cases

REPLICATIONS, LEAST_REPLICATIONS = 5, 3
DAYS, LEAST_DAYS = 30.0, 5.0
MOST_CASES = {COMPILED: 2_500_000}
"""Cases of all runs together by engine; about half a minute of work on two cores."""
MOST_CASES_ELSE = 400_000


@dataclass(frozen=True, slots=True)
class Effort:
    """How many replications of how many days, and whether these are fewer than usual; `cases` of all runs together."""

    replications: int
    horizon_days: float
    shortened: bool
    cases: float


def effort(
    system: ServiceSystem,
    runs: int,
    engine: str,
    *,
    replications: int | None = None,
    horizon_days: float | None = None,
    warm_up_days: float = 0.0,
) -> Effort:
    """Return how to simulate `runs` systems as large as this one: what is given, and the rest within the budget.

    Replications go first, to no fewer than three: an interval needs some. Then days, to no fewer than five, which
    are whole: the usual start is a Monday. A very large system may still need more cases than the budget.
    """
    most = MOST_CASES.get(engine, MOST_CASES_ELSE)
    a_day = predicted_cases(system, 1.0) * runs
    times, days = replications or REPLICATIONS, horizon_days or DAYS

    def cases() -> float:
        return a_day * times * (days + warm_up_days)

    usual = cases()
    if replications is None and usual > most:
        times = max(LEAST_REPLICATIONS, min(times, math.floor(most / (usual / times))))
    if horizon_days is None and cases() > most:
        days = max(LEAST_DAYS, math.floor(most / (a_day * times) - warm_up_days))
    return Effort(times, float(days), cases() < usual, cases())
