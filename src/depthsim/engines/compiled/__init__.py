"""The compiled engine: what `discrete_event` means, on tables of numbers in machine code. numba's only home.

Its log equals `discrete_event`'s bit for bit; tests hold the two against each other on random systems. What
comes back are the columns that measures read, added up as the rows of the log are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import Any

from depthsim.engines._plan import plan
from depthsim.model.columns import CaseColumns
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY

__all__ = ["adding", "available", "ready", "run"]


def available() -> bool:
    """Return whether this installation can compile."""
    return find_spec("numba") is not None


def ready() -> None:
    """Have the machine code at hand, for this process and for those it starts: compiled once, then on the disk."""
    from depthsim.engines.compiled import kept

    kept.ready()


def adding() -> tuple[Any, Any, Any]:
    """Return `add_sums`, `add_bins` and `add_differences`: what `studies` does without them, in machine code."""
    from depthsim.engines.compiled.folding import add_bins, add_differences, add_sums

    ready()
    return add_sums, add_bins, add_differences


def run(
    system: ServiceSystem,
    *,
    seed: int,
    replication: int = 0,
    horizon_days: float,
    warm_up_days: float = 0,
    cool_down_days: float = 0,
    items: Iterable[str] | None = None,
    logs: bool = False,
    rows: bool = False,
) -> Iterator[CaseColumns]:
    """Yield the finished cases of one replication in batches, in any order.

    Cases arrive in [0, warm-up + horizon + cool-down) and all run to completion; those of the horizon are
    `counted`. With `items` only these are run: exact for whole components (`engines.components`). With `logs` each
    batch carries the log as `discrete_event` gives it, with `rows` the log as columns.
    Raises InputError where the system cannot run.
    """
    from depthsim.engines.compiled.world import World

    ready()
    prepared = plan(system, items)
    begin = warm_up_days * MINUTES_PER_DAY
    counted = (begin, begin + horizon_days * MINUTES_PER_DAY)
    until = counted[1] + cool_down_days * MINUTES_PER_DAY
    return World(system, prepared, (seed, replication), counted, until, logs=logs, rows=rows).batches()
