"""The page and its pictures."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from benchmarks.results import Chart, Result, Table, number

LIBRARIES = ("depthsim", "simpy", "numba", "numpy", "polars")


def page(results: Iterable[Result], where: str) -> str:
    """Return the page in Markdown, with `where` it was measured; pictures lie in a folder beside it."""
    about = (
        "Written by `make bench` (`python -m benchmarks`); everything on this page was measured in one run, on"
        f" {where}. Other machines give other seconds; the ratios are what to trust."
    )
    parts = ["# Benchmarks", "[index](index.md)", about]
    for result in results:
        parts += [f"## {result.title}", *result.text, *map(_markdown, result.tables)]
        parts += [f"![{chart.title}](pictures/benchmarks_{chart.name}.svg)" for chart in result.charts]
    return "\n\n".join(parts) + "\n"


def machine() -> str:
    """Return what the machine is, without its name."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    cores = os.cpu_count() or 1
    kind = f"{platform.machine()}, {platform.system()}"
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    load = f", while about {busy:.0f} other processes were busy" if busy >= 0.7 else ""
    return f"{cores} cores ({kind}){load}, Python {platform.python_version()}, {libraries}"


def _markdown(table: Table) -> str:
    rows = [table.headings, tuple("---" for _ in table.headings), *table.rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def draw(chart: Chart, folder: Path) -> Path:
    """Write a chart as SVG, the same bytes for the same numbers, and return the file."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    with mpl.rc_context({"svg.hashsalt": chart.name, "svg.fonttype": "path", "font.size": 10}):
        figure, axes = plt.subplots(figsize=(7.2, 0.42 * len(chart.bars) + 1.2 if chart.bars else 4.2))
        if chart.bars:
            names = list(chart.bars)[::-1]
            values = [chart.bars[name] for name in names]
            colours = ["#d1495b" if name.startswith("depthsim") else "#8d99ae" for name in names]
            drawn = axes.barh(names, values, color=colours)
            axes.bar_label(drawn, [f" {number(value)}" for value in values])
            axes.set_xlim(*((min(values) / 5, max(values) * 6) if chart.logarithmic else (0, max(values) * 1.2)))
        for name, points in chart.lines.items():
            axes.plot(*zip(*points, strict=True), marker="o", label=name)
        if chart.lines:
            axes.legend(frameon=False)
            axes.grid(alpha=0.3)
            axes.set_ylabel(chart.y_label)
        if chart.logarithmic:
            axes.set_xscale("log")
            if chart.lines:
                axes.set_yscale("log")
        axes.set_xlabel(chart.x_label)
        axes.set_title(chart.title, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        file = folder / f"benchmarks_{chart.name}.svg"
        figure.savefig(file, bbox_inches="tight", metadata={"Date": None, "Creator": None})
        plt.close(figure)
    return file
