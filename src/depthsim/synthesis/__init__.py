"""Synthetic cities: realistic systems of any size, made from a seed, whose numbers are all assumptions."""

from depthsim.synthesis.city import MOST_ITEMS, City, synthetic_city
from depthsim.synthesis.faults import Planted, with_faults

__all__ = ["MOST_ITEMS", "City", "Planted", "synthetic_city", "with_faults"]
