"""What the kernel filled, as the columns and the log that everybody reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from depthsim.engines._plan import END_NAMES, Static
from depthsim.engines.compiled import layout as at
from depthsim.model.columns import CaseColumns, RowColumns
from depthsim.model.log import CaseLog, Row
from depthsim.model.system import ServiceSystem
from depthsim.model.variants import variants


class Names:
    """What numbers mean in the columns: all of a system's items, whichever are run."""

    def __init__(self, system: ServiceSystem, statics: tuple[Static, ...]) -> None:
        self.items = tuple(system.items)
        self.processes = tuple((item.id, name) for item in system.items.values() for name, _ in variants(item))
        self.segments = tuple(system.applicants.segments)
        self.statics = statics
        token = Row._fields.index("token") - Row._fields.index("item")
        self.tokens = np.array([static[token] for static in statics], dtype=np.int64)


def columns(
    names: Names,
    filled: list[NDArray[Any]],
    pools: NDArray[np.int64],
    kept: NDArray[np.int64],
    keep: tuple[bool, bool],
) -> CaseColumns:
    """Return a batch; with `keep` its log, as values or as columns."""
    reals, longs, ints, small = filled
    found = CaseColumns(
        items=names.items,
        processes=names.processes,
        segments=names.segments,
        item=ints[at.O_ITEM],
        k=longs[at.O_K],
        process=ints[at.O_PROCESS],
        segment=ints[at.O_SEGMENT],
        counted=small[at.O_COUNTED].view(np.bool_),
        arrival=reals[at.O_ARRIVAL],
        end=reals[at.O_END],
        handed=reals[at.O_HANDED],
        outcome=small[at.O_OUTCOME],
        visits=ints[at.O_VISITS],
        corrections=ints[at.O_CORRECTIONS],
        travel=reals[at.O_TRAVEL],
        waiting=reals[at.O_WAITING],
        served=reals[at.O_SERVED],
        form=reals[at.O_FORM],
        work=reals[at.O_WORK],
        external=reals[at.O_EXTERNAL],
        postage=reals[at.O_POSTAGE],
        paid=small[at.O_PAID].view(np.bool_),
        limit_working=longs[at.O_WORKING_DAYS],
        limit_calendar=longs[at.O_CALENDAR_DAYS],
        pools=pools,
    )
    if not any(keep):
        return found
    rows = _rows(names, kept)
    logs, wanted = keep
    return replace(found, logs=_logs(names, found, rows) if logs else None, rows=rows if wanted else None)


def _rows(names: Names, kept: NDArray[np.int64]) -> RowColumns:
    """Return the rows of a batch as columns."""
    words = np.ascontiguousarray(kept.T)
    floats = words.view(np.float64)
    head = words[1 + at.R_HEAD]
    static = head & at.FACT_MASK
    case = words[0]
    sequence = _sequence(case, names.tokens[static])
    return RowColumns(
        statics=names.statics,
        case=case.astype(np.int32),
        static=static.astype(np.int32),
        sequence=sequence,
        occurrence=(head >> at.OCCURRENCE_SHIFT).astype(np.int32),
        visit=((head & at.VISIT) != 0).astype(np.int8),
        entered=floats[1 + at.R_ENTERED],
        request=floats[1 + at.R_REQUEST],
        start=floats[1 + at.R_START],
        end=floats[1 + at.R_END],
        travel=floats[1 + at.R_TRAVEL],
        takes=floats[1 + at.R_TAKES],
        served=floats[1 + at.R_SERVED],
        delay=floats[1 + at.R_DELAY],
        lag=floats[1 + at.R_LAG],
        present=((head & at.PRESENT) != 0).astype(np.int8),
        asked=((head & at.ASKED) != 0).astype(np.int8),
    )


def _sequence(case: NDArray[np.int64], token: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return each row's position among the rows of its case and token, which stand together."""
    places = np.arange(len(case))
    new = np.ones(len(case), dtype=np.bool_)
    new[1:] = (case[1:] != case[:-1]) | (token[1:] != token[:-1])
    firsts = np.maximum.accumulate(np.where(new, places, 0)) if len(case) else places
    return (places - firsts).astype(np.int32)


def _logs(names: Names, cases: CaseColumns, rows: RowColumns) -> tuple[CaseLog, ...]:
    """Return the cases of a batch as values."""
    bounds = np.searchsorted(rows.case, np.arange(len(cases.k) + 1)).tolist()
    dynamic = zip(
        *(getattr(rows, name).tolist() for name in Row._fields[1 : Row._fields.index("item")]),
        strict=True,
    )
    statics = [names.statics[n] for n in rows.static.tolist()]
    halves = list(zip(dynamic, statics, strict=True))
    heads = zip(
        *(getattr(cases, name).tolist() for name in ("item", "k", "process", "segment")),
        *(getattr(cases, name).tolist() for name in ("arrival", "end", "outcome", "counted")),
        strict=True,
    )
    found = []
    for n, (item, k, process, segment, arrival, end, outcome, counted) in enumerate(heads):
        name, variant = names.processes[process]
        case_id = f"{names.items[item]}/{k}"
        mine = tuple(Row(case_id, *row, *static) for row, static in halves[bounds[n] : bounds[n + 1]])
        group = None if segment < 0 else names.segments[segment]
        head = (name, k, case_id, arrival, end, END_NAMES[outcome], counted)
        found.append(CaseLog(*head, mine, variant, group))
    return tuple(found)
