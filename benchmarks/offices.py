"""A table of an office's guides through `import`, `assess` and `export`, each a command of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks import measured
from benchmarks.results import Result, Size, Table

ROWS = {"toy": (6, 12), "medium": (300, 3_000), "full": (1_500, 50_000)}
"""Guides that go all the way, and rows of a table that is only imported."""
HEADINGS = ("command", "guides", "seconds", "CPU seconds", "peak MiB")
_COLUMNS = (
    "name.zh", "code", "basic_code", "type", "power_source", "quota", "handling", "exercise_level", "department",
    "body.credit_code", "audience", "topics", "forms", "conditions", "statutory.amount", "statutory.unit",
    "promised.amount", "promised.unit", "hours", "contact_phones", "supervision_phones", "depth.codes", "visits.count",
    "visits.meaning", "visits.reason", "online_handling", "charged", "online_payment", "courier", "appointment",
    "result.name.zh", "result.type", "result.form", "links.apply", "links.query", "cross_region",
)  # fmt: skip
_FIRST = ("places.0.address", "places.0.window", "basis.0.title", "basis.0.clause")


def run(size: Size) -> Result:
    """Return how long 1,500 guides take all the way, and 50,000 rows to be read and written."""
    guides, many = ROWS[size]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        table, large = folder / "office.xlsx", folder / "large.xlsx"
        written = write_tables(str(table), str(large), guides, many)
        city = folder / "city"
        rows = [
            _timed("import", guides, table, "-o", city),
            _timed("assess", guides, city),
            _timed("export", guides, city, "-o", folder / "city.xlsx"),
            _timed("import", guides, folder / "city.xlsx", "-o", folder / "back", what="import (of the export)"),
            _timed("import", many, large, "-o", folder / "large"),
        ]
    together = ("the first three together", f"{guides:,}", *(f"{sum(r[n] for r in rows[:3]):.1f}" for n in (1, 2)), "")
    shown = [(name, f"{n:,}", f"{wall:.1f}", f"{cpu:.1f}", f"{peak:.0f}") for (name, n), wall, cpu, peak in rows]
    text = (
        f"The guides of `depthsim new system city --items {guides} --seed 1` as an office keeps them: a sheet of"
        f" {written['columns']} columns with Chinese headings, and {written['materials']:,} materials on a sheet of"
        f" their own. {many:,} rows are the same guides again and again, each with a name of its own, without"
        " materials. Every command is a process; its start counts."
    )
    return Result("Tables of offices", [text], [Table(HEADINGS, [*shown[:3], together, *shown[3:]])])


def write_tables(table: str, large: str, guides: int, many: int) -> dict[str, int]:
    """Write the two workbooks and return how many columns and materials the first holds."""
    import xlsxwriter

    from depthsim.exchange.cells import headings, rows
    from depthsim.exchange.columns import FLAT, GUIDES, PARTS, Sheet
    from depthsim.model.guide import ServiceGuide
    from depthsim.synthesis import synthetic_city

    data = synthetic_city("city", items=guides, seed=1, lang="zh").guide_data
    values = [ServiceGuide.model_validate(one) for one in data.values()]
    own = Sheet("guides", (), tuple(c for c in GUIDES.columns if c.key in _COLUMNS))
    first = Sheet("flat", (), tuple(c for c in FLAT.columns if c.key in _FIRST))
    heads = [*headings(own, "zh"), *headings(first, "zh")]
    materials = PARTS[0]

    def lines(some: Any) -> Iterator[list[Any]]:
        for guide in some:
            yield [*next(rows(guide, own, "zh")), *next(rows(guide, first, "zh"))]

    parts = [row[1:] for guide in values for row in rows(guide, materials, "zh")]  # joined by name, as in offices
    name = own.columns.index(next(c for c in own.columns if c.key == "name.zh"))
    with xlsxwriter.Workbook(table, {"constant_memory": True}) as book:
        _sheet(book, "事项清单", heads, lines(values))
        _sheet(book, "材料清单", headings(materials, "zh")[1:], parts)
    with xlsxwriter.Workbook(large, {"constant_memory": True}) as book:
        again = enumerate(lines(islice(cycle(values), many)))
        repeated = ([*r[:name], f"{r[name]}{n}", "", *r[name + 2 :]] for n, r in again)
        _sheet(book, "事项清单", heads, repeated)
    return {"columns": len(heads), "materials": len(parts)}


def _sheet(book: Any, title: str, heads: list[str], lines: Any) -> None:
    page = book.add_worksheet(title)
    for r, row in enumerate([heads, *lines] if isinstance(lines, list) else _with(heads, lines)):
        for c, cell in enumerate(row):
            if isinstance(cell, (int, float)):
                page.write_number(r, c, cell)
            elif cell:
                page.write_string(r, c, cell)


def _with(first: list[str], lines: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield first
    yield from lines


def _timed(verb: str, guides: int, *arguments: Any, what: str = "") -> tuple[tuple[str, int], float, float, float]:
    """Run a command and return what it was, its seconds, its seconds of work, and its peak in MiB."""
    done = measured.command(verb, *arguments)
    return (what or verb, guides), done.wall_seconds, done.cpu_seconds, done.peak_mib
