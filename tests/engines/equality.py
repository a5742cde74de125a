"""Two engines held against each other: the first event that differs, in words."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from depthsim.engines import compiled, discrete_event
from depthsim.errors import DepthsimError
from depthsim.measures._reading import read
from depthsim.model.columns import STATIC_FIELDS, CaseColumns, RowColumns
from depthsim.model.log import CaseLog, Row
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY

Found = list[CaseLog] | str


def reference(system: ServiceSystem, **how: Any) -> Found:
    """Return the log of the reference engine, or the codes of the error that it raises."""
    try:
        return [case for batch in discrete_event.run(system, **how) for case in batch]
    except DepthsimError as problem:
        return str([finding.code for finding in problem.findings])


def machine_code(system: ServiceSystem, **how: Any) -> tuple[Found, list[CaseColumns]]:
    """Return the log of the compiled engine, or the codes of its error, and its batches."""
    try:
        batches = list(compiled.run(system, **how, logs=True, rows=True))
    except DepthsimError as problem:
        return str([finding.code for finding in problem.findings]), []
    return [case for batch in batches for case in batch.logs or ()], batches


def difference(expected: Found, found: Found) -> str:
    """Return the first difference between two logs, case by case as they arrive; empty if they are equal."""
    if isinstance(expected, str) or isinstance(found, str):
        return "" if expected == found else f"{expected!s:.200} against {found!s:.200}"
    for n, (one, other) in enumerate(zip(sorted(expected, key=_number), sorted(found, key=_number), strict=False)):
        if one == other:
            continue
        head = f"case {n}, {one.case_id} against {other.case_id}: "
        for field in CaseLog._fields[:-3]:
            if getattr(one, field) != getattr(other, field):
                head += f"{field} {getattr(one, field)} against {getattr(other, field)}; "
        for row, (a, b) in enumerate(zip(one.rows, other.rows, strict=False)):
            names = [name for name in Row._fields if getattr(a, name) != getattr(b, name)]
            if names:
                told = ", ".join(f"{name} {getattr(a, name)!r} against {getattr(b, name)!r}" for name in names)
                return f"{head}row {row} ({a.step}, token {a.token}): {told}\n  {a}\n  {b}"
        return f"{head}{len(one.rows)} rows against {len(other.rows)}"
    return "" if len(expected) == len(found) else f"{len(expected)} cases against {len(found)}"


def _number(case: CaseLog) -> tuple[float, str, int]:
    """Return what cases are numbered by."""
    return case.arrival, case.item, case.k


def columns_difference(
    batches: list[CaseColumns], log: list[CaseLog], system: ServiceSystem, span: tuple[float, float]
) -> str:
    """Return the first column of the compiled engine's own reading that differs from Python's reading."""
    pools = sum((batch.pools for batch in batches), np.zeros((len(system.pools), 9), dtype=np.int64))
    expected = read(tuple(log), system, span)
    if not np.array_equal(pools, expected.pools):
        return f"pools: {expected.pools.tolist()} against {pools.tolist()}"
    for field in fields(CaseColumns):
        if field.name in ("pools", "logs", "rows") or not batches:
            continue
        wanted = getattr(expected, field.name)
        if isinstance(wanted, tuple):
            if any(getattr(batch, field.name) != wanted for batch in batches):
                return f"{field.name}: {wanted}"
            continue
        found = np.concatenate([getattr(batch, field.name) for batch in batches])
        if found.dtype != wanted.dtype or not np.array_equal(found, wanted):
            place = int(np.flatnonzero(found != wanted)[0])
            return f"{field.name} of {log[place].case_id}: {wanted[place]} against {found[place]}\n{log[place]}"
    return ""


def rows_difference(batches: list[CaseColumns]) -> str:
    """Return a row of the log as columns that differs from the log as values."""
    for batch in batches:
        assert batch.rows is not None
        assert batch.logs is not None
        values = [(n, row) for n, case in enumerate(batch.logs) for row in case.rows]
        for (n, row), again in zip(values, _rows(batch, batch.rows), strict=True):
            if (n, row) != again:
                return f"{row} against {again}"
    return ""


def _rows(batch: CaseColumns, rows: RowColumns) -> list[tuple[int, Row]]:
    found = []
    dynamic = Row._fields[1 : -len(STATIC_FIELDS)]
    for place in range(len(rows.case)):
        case = int(rows.case[place])
        name = f"{batch.items[batch.item[case]]}/{batch.k[case]}"
        values = [getattr(rows, field)[place] for field in dynamic]
        found.append((case, Row(name, *values, *rows.statics[rows.static[place]])))  # type: ignore[arg-type]
    return found


def assert_equal(system: ServiceSystem, *, rows: bool = False, **how: Any) -> int:
    """Hold both engines against each other; return how many cases there were."""
    expected = reference(system, **how)
    found, batches = machine_code(system, **how)
    assert not (told := difference(expected, found)), told
    if isinstance(found, str):
        return 0
    begin = how.get("warm_up_days", 0) * MINUTES_PER_DAY
    span = (begin, begin + how["horizon_days"] * MINUTES_PER_DAY)
    assert not (told := columns_difference(batches, found, system, span)), told
    assert not rows or not (told := rows_difference(batches)), told
    plain = list(compiled.run(system, **how))  # what is added up without a log is the same
    assert not (told := columns_difference(plain, found, system, span)), told
    return len(found)
