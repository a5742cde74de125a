"""The curve of gain against cost: what the best portfolio saves for each budget, and the steps of the chosen one."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from depthsim.views.typeface import FAMILY, FONT_FILE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE, AREA, CHOSEN, STEPS, QUIET = "#2166ac", "#d6e6f4", "#b2182b", "#e08214", "#6b6b6b"
MANY = 40
"""With more points than this they are not marked one by one."""
_SETTINGS: dict[Any, Any] = {
    "font.family": FAMILY,
    "axes.unicode_minus": False,
    "svg.hashsalt": "depthsim",
    "svg.fonttype": "path",
    "font.size": 10.5,
}


@dataclass(frozen=True, slots=True)
class Point:
    """A cost and what is saved for it; with a name where it is a step of the chosen portfolio."""

    cost: float
    gain: float
    name: str = ""


def curve(
    points: Sequence[Point],
    chosen: Point,
    steps: Sequence[Point],
    words: Mapping[str, str],
    *,
    interval: tuple[float, float] | None = None,
    budget: float | None = None,
) -> Figure:
    """Return the curve as a figure: `points` by rising cost, each the best for what it costs.

    `interval` is that of the simulated gain of the chosen portfolio. `words` are those of title, gain, cost, points,
    chosen, steps, budget, interval and note; Chinese reads everywhere.
    """
    from matplotlib import font_manager, rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    font_manager.fontManager.addfont(FONT_FILE)
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(9.6, 5.6 + 0.24 * max(0, len(steps) - 6)))
        figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.12)
        axis: Axes = figure.add_subplot()
        axis.set_title(words["title"], loc="left", fontsize=13, pad=14)
        right = max([p.cost for p in points] + [chosen.cost, budget or 0.0]) or 1.0
        _stairs(axis, [*points, Point(1.04 * right, max([p.gain for p in points], default=0.0))], words["points"])
        _chosen(axis, chosen, interval, words)
        if budget is not None:
            axis.axvline(budget, color=QUIET, linewidth=1, linestyle=(0, (4, 3)), label=words["budget"], zorder=1)
        if steps:
            path = [Point(0.0, 0.0), *steps]
            axis.plot(
                [p.cost for p in path], [p.gain for p in path], color=STEPS, linewidth=1.4,
                drawstyle="steps-post", label=words["steps"], zorder=3,
            )  # fmt: skip
        for number, step in enumerate(steps, 1):
            _number(axis, step, number)
        axis.set_xlabel(words["cost"], labelpad=8)
        axis.set_ylabel(words["gain"], labelpad=8)
        for side, name in ((axis.xaxis, "x"), (axis.yaxis, "y")):
            side.set_major_formatter(FuncFormatter(_plain))
            side.set_major_locator(MaxNLocator(7))
            axis.grid(axis=name, color="#ececec", linewidth=0.8)  # type: ignore[arg-type]
        axis.set_axisbelow(True)
        axis.spines[["top", "right"]].set_visible(False)
        axis.spines[["left", "bottom"]].set_color("#b0b0b0")
        axis.tick_params(color="#b0b0b0")
        axis.set_xlim(-0.015 * right, 1.04 * right)
        highest = max([p.gain for p in points] + [chosen.gain, (interval or (0.0, 0.0))[1]]) or 1.0
        lowest = min([p.gain for p in [*points, *steps]] + [0.0])
        axis.set_ylim(lowest - 0.03 * (highest - lowest), highest + 0.07 * (highest - lowest))
        _beside(figure, axis, steps, words)
        return figure


def svg(figure: Figure) -> bytes:
    """Return a figure as a static SVG, the same bytes every time: text is drawn, and needs no font."""
    return _saved(figure, "svg", {"metadata": {"Date": None, "Creator": None}})


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG picture."""
    return _saved(figure, "png", {"dpi": 144, "metadata": {"Software": None}})


def _saved(figure: Figure, kind: str, more: dict[str, Any]) -> bytes:
    from matplotlib import rc_context

    stream = io.BytesIO()
    with rc_context(_SETTINGS):
        figure.savefig(stream, format=kind, **more)
    return stream.getvalue()


def _stairs(axis: Axes, points: Sequence[Point], label: str) -> None:
    """Draw what is best for each budget: it rises at a point and stays until the next."""
    costs, gains = [p.cost for p in points], [p.gain for p in points]
    axis.fill_between(costs, gains, min([*gains, 0.0]), step="post", color=AREA, linewidth=0, zorder=0)
    mark = "o" if len(points) <= MANY else ""
    axis.plot(
        costs, gains, drawstyle="steps-post", color=LINE, linewidth=1.8, marker=mark, markersize=3.5, label=label,
        zorder=2,
    )  # fmt: skip


def _chosen(axis: Axes, chosen: Point, interval: tuple[float, float] | None, words: Mapping[str, str]) -> None:
    if interval is not None:
        axis.plot([chosen.cost] * 2, interval, color=CHOSEN, linewidth=2.4, alpha=0.55, zorder=4)
        axis.plot(
            [chosen.cost] * 2, interval, linestyle="", marker="_", markersize=9, color=CHOSEN, zorder=4,
            label=words["interval"],
        )  # fmt: skip
    axis.plot(
        [chosen.cost], [chosen.gain], linestyle="", marker="o", markersize=12, markerfacecolor="none",
        markeredgecolor=CHOSEN, markeredgewidth=2, label=words["chosen"], zorder=6,
    )  # fmt: skip


def _number(axis: Axes, step: Point, number: int) -> None:
    axis.annotate(
        str(number), (step.cost, step.gain), xytext=(6, -11), textcoords="offset points", fontsize=9, color="#8a4a00",
        bbox={"boxstyle": "circle,pad=0.18", "facecolor": "white", "edgecolor": STEPS, "linewidth": 1}, zorder=7,
    )  # fmt: skip
    axis.plot([step.cost], [step.gain], marker="o", markersize=4.5, color=STEPS, zorder=5)


def _beside(figure: Figure, axis: Axes, steps: Sequence[Point], words: Mapping[str, str]) -> None:
    """Write what the marks mean, the steps in their order and the note, on the right."""
    handles, labels = axis.get_legend_handles_labels()
    from matplotlib.lines import Line2D

    for number, step in enumerate(steps, 1):
        handles.append(Line2D([], [], linestyle=""))
        labels.append(f"{number}  {step.name}")
    legend = axis.legend(
        handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, borderaxespad=0.0,
        labelspacing=0.65, handlelength=1.6, fontsize=9.5,
    )  # fmt: skip
    for line in legend.get_texts()[len(labels) - len(steps) :]:
        line.set_color("#8a4a00")
    figure.supxlabel(words["note"], x=0.012, ha="left", fontsize=8.5, color=QUIET)


def _plain(value: float, _place: object = None) -> str:
    """Return a number as people read it: 12,500 or 0.4."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:g}"
