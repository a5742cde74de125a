"""A tornado: what each assumption does to a number by itself, the widest swing on top."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depthsim.views.typeface import FAMILY, FONT_FILE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LOW, HIGH, NOMINAL, BAND = "#d98c3f", "#2166ac", "#333333", "#eef3f8"


@dataclass(frozen=True, slots=True)
class SwingBar:
    """One assumption: its name, its ends in words, and the number at either end."""

    name: str
    low: str
    high: str
    at_low: float
    at_high: float


def tornado(
    bars: Sequence[SwingBar], nominal: float, words: Mapping[str, str], *, interval: tuple[float, float] | None = None
) -> Figure:
    """Return the swings as a figure, in their order from the top; `interval` is a band behind them.

    `words` are those of title, value, low, high, nominal and band; Chinese reads everywhere.
    """
    from matplotlib import font_manager, rc_context
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    font_manager.fontManager.addfont(FONT_FILE)
    settings = {"font.family": FAMILY, "axes.unicode_minus": False, "svg.hashsalt": "depthsim", "svg.fonttype": "path"}
    with rc_context(settings):  # type: ignore[arg-type]
        figure = Figure(figsize=(11.5, 0.42 * len(bars) + 2.2), layout="constrained")
        figure.suptitle(words["title"], x=0.01, ha="left", fontsize=12)
        axis = figure.add_subplot()
        if interval is not None:
            axis.axvspan(*interval, color=BAND, zorder=0, label=words["band"])
        axis.axvline(nominal, color=NOMINAL, linewidth=1, zorder=3, label=words["nominal"])
        for place, bar in enumerate(bars):
            ends = ((bar.at_low, bar.at_high, LOW, bar.low), (bar.at_high, bar.at_low, HIGH, bar.high))
            for end, other, colour, said in ends:
                axis.barh(place, end - nominal, left=nominal, height=0.62, color=colour, zorder=2)
                still = math.isclose(end, nominal, rel_tol=1e-9, abs_tol=1e-9)
                right = other < nominal if still else end > nominal  # beside the bar, never on it
                axis.annotate(
                    said, (end, place), xytext=(4 if right else -4, 0), textcoords="offset points",
                    ha="left" if right else "right", va="center", fontsize=8, color="#444444",
                )  # fmt: skip
        axis.set_yticks(range(len(bars)), [bar.name for bar in bars], fontsize=9.5)
        axis.set_ylim(len(bars) - 0.4, -0.6)
        axis.margins(x=0.12)
        axis.set_xlabel(words["value"])
        axis.xaxis.set_major_locator(MaxNLocator(7))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.0f}"))
        axis.grid(axis="x", color="#ececec", linewidth=0.8)
        axis.set_axisbelow(True)
        axis.spines[["top", "right", "left"]].set_visible(False)
        axis.tick_params(axis="y", length=0)
        colours = [Patch(color=LOW, label=words["low"]), Patch(color=HIGH, label=words["high"])]
        handles = [*axis.get_legend_handles_labels()[0], *colours]
        figure.legend(handles=handles, loc="outside lower right", ncols=4, frameon=False, fontsize=9)
        return figure
