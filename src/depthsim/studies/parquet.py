"""Parquet files that are there whole or not at all, with the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from depthsim.files.writer import write_bytes

if TYPE_CHECKING:
    from polars import DataFrame

ROW_GROUP = 100_000


def write_parquet(rows: DataFrame, path: Path) -> None:
    """Write rows to a file. Raises InputError where it cannot be written; then nothing is left."""
    content = BytesIO()
    rows.write_parquet(content, compression="zstd", row_group_size=ROW_GROUP)
    write_bytes(path, content.getvalue())


def join_parquet(parts: Sequence[Path], path: Path) -> None:
    """Write the rows of several files, in their order, to one. Raises OSError where it cannot be written.

    Rows stream through: never are all of them in memory.
    """
    import polars as pl

    try:
        pl.concat([pl.scan_parquet(part) for part in parts]).sink_parquet(
            path, compression="zstd", row_group_size=ROW_GROUP, maintain_order=True
        )
    except pl.exceptions.PolarsError as problem:
        raise OSError(str(problem)) from problem
