"""Synthetic cities: realistic systems of any size, made from a seed, whose numbers are all assumptions."""

from depthsim.synthesis.city import MOST_ITEMS, City, synthetic_city

__all__ = ["MOST_ITEMS", "City", "synthetic_city"]
