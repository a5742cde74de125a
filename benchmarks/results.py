"""What benchmarks give: tables and pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Size = Literal["toy", "medium", "full"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its headings; cells are as they are shown."""

    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture: bars (one value a label), or lines over numbers; both axes logarithmic where `logarithmic`."""

    name: str
    title: str
    x_label: str
    y_label: str
    bars: dict[str, float] = field(default_factory=dict)
    lines: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    logarithmic: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark found: text, tables and charts."""

    title: str
    text: list[str]
    tables: list[Table]
    charts: list[Chart] = field(default_factory=list)


def number(value: float) -> str:
    """Return a number as it is shown: three digits that count, thousands apart."""
    if value >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"
