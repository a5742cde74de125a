"""Cases as columns: what measures read of the log, one entry a case. An engine may read its own log into this.

All times are minutes from 00:00 of the system's start, all durations minutes, on the grid of `depthsim.model.time`;
money is CNY on the same grid. So every sum is exact whatever its order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from depthsim.model.log import CaseLog, Row

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

DELIVERED, REFUSED, WITHDRAWN = -1, -2, -3
"""How a case ended."""
NO_DAYS = -1
"""Days of a limit where its clock has no value."""

STATIC_FIELDS = Row._fields[Row._fields.index("item") :]
"""The columns of `model.log.Row` that do not depend on the case."""

POOL_FIELDS = (
    "within", "work", "present_requests", "present_wait", "file_requests", "file_wait", "overtime", "visits",
    "overnight",
)  # fmt: skip
"""The columns of `CaseColumns.pools`: those of `measures.PoolTally`, times in ticks (2^-20 minute)."""


@dataclass(frozen=True, slots=True)
class RowColumns:
    """The rows of a batch's cases as columns, one entry a row: by case, within a case by (token, sequence).

    They are named as in `model.log.Row`. What does not depend on the case stands in `statics`, the values of
    `STATIC_FIELDS` in their order, which `static` numbers; `case` is the place of a row's case in the batch.
    """

    statics: tuple[tuple[object, ...], ...]
    case: NDArray[np.int32]
    static: NDArray[np.int32]
    sequence: NDArray[np.int32]
    occurrence: NDArray[np.int32]
    visit: NDArray[np.int8]
    entered: Floats
    request: Floats
    start: Floats
    end: Floats
    travel: Floats
    takes: Floats
    served: Floats
    delay: Floats
    lag: Floats
    present: NDArray[np.int8]
    asked: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """Finished cases of one replication, in an order of the engine's own.

    `items`, `processes` (item, variant) and `segments` are the names that `item`, `process` and `segment` (-1:
    none) number. Arrays have one entry a case, but for `pools`: one row a pool in the system's order, over the rows
    made since the batch before, those of cases under way included.
    """

    items: tuple[str, ...]
    processes: tuple[tuple[str, str], ...]
    segments: tuple[str, ...]
    item: NDArray[np.int32]
    k: Numbers
    """The k-th case of its item, from 1."""
    process: NDArray[np.int32]
    segment: NDArray[np.int32]
    counted: NDArray[np.bool_]
    """False in warm-up and cool-down."""
    arrival: Floats
    end: Floats
    handed: Floats
    """When the result was in hand (or the case refused, or withdrawn): the end without what is checked afterwards."""
    outcome: NDArray[np.int8]
    visits: NDArray[np.int32]
    corrections: NDArray[np.int32]
    travel: Floats
    """On the way, there and back."""
    waiting: Floats
    """Standing in the hall unserved."""
    served: Floats
    """At the counter, and office work done while the applicant stands by."""
    form: Floats
    """The applicant's own minutes."""
    work: Floats
    """The working minutes of every pool."""
    external: Floats
    """At other authorities, from the move into the step to its end."""
    postage: Floats
    paid: NDArray[np.bool_]
    """Whether a step of role `pay` was passed."""
    limit_working: Numbers
    """Days that the limit's clock ran, in legal working days; NO_DAYS where it has no value."""
    limit_calendar: Numbers
    """The same in calendar days."""
    pools: NDArray[np.int64]
    logs: tuple[CaseLog, ...] | None = None
    """The log itself, in the same order, where it was asked for."""
    rows: RowColumns | None = None
    """The log as columns, where it was asked for."""
