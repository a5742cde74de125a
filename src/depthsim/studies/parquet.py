"""Parquet files that are there whole or not at all, with the same bytes for the same rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from depthsim.files.writer import whole_file, write_bytes

if TYPE_CHECKING:
    from polars import DataFrame, Series

ROW_GROUP = 100_000
SLICE = 200_000
"""About so many rows of sorted files are merged at a time."""
_STEP = 4096
"""One row in so many tells where a sorted file is cut."""


def write_parquet(rows: DataFrame, path: Path, *, compression: Literal["zstd", "lz4"] = "zstd") -> None:
    """Write rows to a file. Raises InputError where it cannot be written; then nothing is left."""
    content = BytesIO()
    rows.write_parquet(content, compression=compression, row_group_size=ROW_GROUP)
    write_bytes(path, content.getvalue())


def merge_parquet(
    groups: Sequence[Sequence[Path]],
    path: Path,
    order: Sequence[str],
    *,
    add: Mapping[str, int] | None = None,
    drop: Sequence[str] = (),
) -> None:
    """Write the rows of sorted files to one: groups one after the other, within a group sorted by `order`.

    The bytes follow from the rows alone, not from which file they come from. About `SLICE` rows are in memory at a
    time, more where many share the first column of `order`. There is at least one file. `add` are columns of one
    number each (32 bits) to put before the others, `drop` are columns to leave out. Raises InputError where it
    cannot be written; then nothing is left.
    """
    import polars as pl
    from polars.io.plugins import register_io_source

    if len(groups) == 1 and len(groups[0]) == 1 and not add and not drop:
        with whole_file(path) as unfinished:
            shutil.copyfile(groups[0][0], unfinished)
        return
    before = [pl.lit(number, dtype=pl.Int32).alias(name) for name, number in (add or {}).items()]

    def shaped(rows: DataFrame) -> DataFrame:
        return rows.select(*before, pl.exclude(drop) if drop else pl.all())

    def slices(*_asked: object) -> Iterator[DataFrame]:  # all rows and columns: nothing else is asked of it
        for parts in groups:
            yield from map(shaped, _merged(parts, order))

    schema = shaped(pl.scan_parquet(groups[0][0]).head(0).collect()).schema
    with whole_file(path) as unfinished:
        try:
            register_io_source(slices, schema=schema).sink_parquet(
                unfinished, compression="zstd", row_group_size=ROW_GROUP, maintain_order=True
            )
        except pl.exceptions.PolarsError as problem:
            raise OSError(str(problem)) from problem


def _merged(parts: Sequence[Path], order: Sequence[str]) -> Iterator[DataFrame]:
    """Yield the rows of sorted files in order, a slice at a time, cut where the first column changes."""
    import polars as pl

    samples = {part: found for part in parts if len(found := _samples(part, order[0]))}
    if not samples:
        return
    cuts = pl.concat(samples.values()).sort().gather_every(max(1, SLICE // _STEP))[1:].unique(maintain_order=True)
    at = pl.col(order[0])
    for low, high in zip([None, *cuts], [*cuts, None], strict=True):
        here = [part for part, s in samples.items() if (low is None or s[-1] >= low) and (high is None or s[0] < high)]
        within = pl.lit(True) if low is None else at >= low
        if high is not None:
            within &= at < high
        rows = pl.concat([pl.scan_parquet(part).filter(within).collect() for part in here])
        yield rows.sort(order) if len(here) > 1 else rows


def _samples(part: Path, column: str) -> Series:
    """Return one value in `_STEP` of a sorted file's column, the first and the last among them."""
    import polars as pl

    rows = pl.scan_parquet(part).select(column)
    height = rows.select(pl.len()).collect().item()
    piece = 256 * _STEP
    found = [rows.slice(begin, piece).collect().to_series().gather_every(_STEP) for begin in range(0, height, piece)]
    last = rows.slice(max(0, height - 1), 1).collect().to_series()
    return pl.concat([*found, last])
