"""Studies: replications, their statistics, and scenarios compared by case."""

from depthsim.studies.compare import ComparedScenario, ComparisonStudy, Difference, compare
from depthsim.studies.run import Progress, Setting
from depthsim.studies.simulate import SimulationStudy, simulate
from depthsim.studies.statistics import Estimate
from depthsim.studies.summary import ItemSummary, PoolSummary, Summary

__all__ = [
    "ComparedScenario",
    "ComparisonStudy",
    "Difference",
    "Estimate",
    "ItemSummary",
    "PoolSummary",
    "Progress",
    "Setting",
    "SimulationStudy",
    "Summary",
    "compare",
    "simulate",
]
