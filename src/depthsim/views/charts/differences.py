"""Paired differences as points with whiskers: what each scenario changes against the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depthsim.views.typeface import FAMILY, FONT_FILE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Bar", "Figure", "differences"]

BETTER, WORSE, UNCLEAR = "#1b7837", "#b2182b", "#666666"


@dataclass(frozen=True, slots=True)
class Bar:
    """One point: its panel and row, the value with its interval (None: not known), and whether less is better."""

    panel: str
    row: str
    value: float
    interval: tuple[float, float] | None
    less_is_better: bool

    @property
    def colour(self) -> str:
        """Return green for better, red for worse, grey where the interval does not tell."""
        low, high = self.interval or (self.value, self.value)
        if low <= 0 <= high:
            return UNCLEAR
        return BETTER if (high < 0) == self.less_is_better else WORSE


def differences(bars: Sequence[Bar], title: str) -> Figure:
    """Return a figure with one panel a measure and one row a scenario, side by side; Chinese reads everywhere."""
    from matplotlib import font_manager, rc_context
    from matplotlib.figure import Figure

    font_manager.fontManager.addfont(FONT_FILE)
    panels = list(dict.fromkeys(bar.panel for bar in bars))
    rows = list(dict.fromkeys(bar.row for bar in bars))
    with rc_context({"font.family": FAMILY, "axes.unicode_minus": False, "svg.hashsalt": "depthsim"}):
        figure = Figure(figsize=(3.0 * max(1, len(panels)) + 1.5, 0.5 * len(rows) + 1.6), layout="constrained")
        figure.suptitle(title)
        axes = figure.subplots(1, max(1, len(panels)), sharey=True, squeeze=False)[0]
        for axis, panel in zip(axes, panels, strict=False):
            axis.axvline(0, color="#999999", linewidth=0.8)
            axis.set_xlabel(panel)
            axis.set_yticks(range(len(rows)), rows)
            axis.set_ylim(len(rows) - 0.5, -0.5)
            axis.spines[["top", "right"]].set_visible(False)
            for bar in (b for b in bars if b.panel == panel):
                low, high = bar.interval or (bar.value, bar.value)
                axis.plot([low, high], [rows.index(bar.row)] * 2, color=bar.colour, linewidth=2)
                axis.plot([bar.value], [rows.index(bar.row)], "o", color=bar.colour)
        return figure
