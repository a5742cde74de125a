"""Plans: which reforms for which items, exactly, under a budget and targets; the curve of gain against cost."""

from depthsim.studies.plan.confirm import Gain, confirm
from depthsim.studies.plan.effort import Effort, effort
from depthsim.studies.plan.frontier import Frontier, frontier
from depthsim.studies.plan.options import Entry, entries
from depthsim.studies.plan.portfolio import Portfolio, Program, within_reach
from depthsim.studies.plan.ranking import Step, ranked, scenario
from depthsim.studies.plan.search import MOST_TOGETHER, Row, Search, search
from depthsim.studies.plan.targets import Target, target
from depthsim.studies.plan.worth import OBJECTIVES, Objective

__all__ = [
    "MOST_TOGETHER",
    "OBJECTIVES",
    "Effort",
    "Entry",
    "Frontier",
    "Gain",
    "Objective",
    "Portfolio",
    "Program",
    "Row",
    "Search",
    "Step",
    "Target",
    "confirm",
    "effort",
    "entries",
    "frontier",
    "ranked",
    "scenario",
    "search",
    "target",
    "within_reach",
]
