"""Charts, as matplotlib figures: matplotlib's only home."""

from depthsim.views.charts.curve import Point, curve, png, svg
from depthsim.views.charts.differences import Bar, differences

__all__ = ["Bar", "Point", "curve", "differences", "png", "svg"]
