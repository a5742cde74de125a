"""Charts, as matplotlib figures: matplotlib's only home."""

from depthsim.views.charts.differences import Bar, differences

__all__ = ["Bar", "differences"]
