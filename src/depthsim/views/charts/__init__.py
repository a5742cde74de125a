"""Charts, as matplotlib figures: matplotlib's only home."""

from depthsim.views.charts.curve import Point, curve, png, svg
from depthsim.views.charts.differences import Bar, differences
from depthsim.views.charts.tornado import SwingBar, tornado

__all__ = ["Bar", "Point", "SwingBar", "curve", "differences", "png", "svg", "tornado"]
