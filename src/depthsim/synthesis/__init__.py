"""Synthetic cities: realistic systems of any size, made from a seed, whose numbers are all assumptions."""

from depthsim.synthesis.cases import case_file, case_rows
from depthsim.synthesis.city import MOST_ITEMS, City, synthetic_city
from depthsim.synthesis.faults import Planted, with_faults
from depthsim.synthesis.inventory import CASE_LOG

__all__ = [
    "CASE_LOG", "MOST_ITEMS", "City", "Planted", "case_file", "case_rows", "synthetic_city", "with_faults",
]  # fmt: skip
