"""Questions about a group of items put to the exact model: one by itself, or many together.

Together, the numbers of the input stand for many (`many`), and the reforms and the analysis run over them once. Where
that fails, because code wants one plain number, each question is put by itself. One question of every batch is put
both ways, and they must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from depthsim.errors import InputError
from depthsim.model.system import ServiceSystem
from depthsim.studies.sensitivity.assumptions import MeasureName, place_of
from depthsim.studies.sensitivity.inputs import Alternative, Inputs, Row, Use
from depthsim.studies.sensitivity.many import Floats, Many, Parted, each
from depthsim.studies.sensitivity.year import year

Places = NDArray[np.intp]


def one(
    inputs: Inputs, group: Sequence[str], alternatives: Sequence[Alternative], measure: MeasureName, row: Row
) -> Floats:
    """Return a year of a group of items under each alternative; NaN where the question makes no sense.

    0 for all where none of them touches the items.
    """
    try:
        base = inputs.with_items_at(group, row)
        uses = cache(lambda where: inputs.uses_at(where, row))
        found = [_reformed(base, a, uses, measure) for a in alternatives]
        if all(year_under is None for year_under in found):
            return np.zeros(len(alternatives))
        idle = year(base, measure) if any(year_under is None for year_under in found) else 0.0
        return np.array([idle if year_under is None else year_under for year_under in found])
    except (InputError, ValidationError):
        return np.full(len(alternatives), np.nan)


def _reformed(
    base: ServiceSystem, alternative: Alternative, uses: Callable[[str], list[Use]], measure: MeasureName
) -> Any:
    """Return the year under an alternative, None where it touches nothing. Raises InputError, ValidationError."""
    reformed = base
    for use in uses(place_of(alternative.scenario)):
        if use.place in alternative.uses:
            reformed = use.on(reformed)
    return None if same(reformed, base) else year(reformed, measure)


def same(system: ServiceSystem, base: ServiceSystem) -> bool:
    """Return whether nothing that the exact numbers depend on has changed: the items and the ways."""
    if any(system.items.get(name) is not item for name, item in base.items.items()):
        return False
    return system.places is base.places or {n: p.travel for n, p in base.places.items()} == {
        n: p.travel for n, p in system.places.items()
    }


def together(
    inputs: Inputs, group: Sequence[str], alternatives: Sequence[Alternative], measure: MeasureName, rows: Floats
) -> Floats:
    """Return what `one` returns, for each row."""
    batch = _Batch(inputs, group, measure, rows)
    found = np.zeros((len(rows), len(alternatives)))
    untouched = np.zeros(found.shape, dtype=bool)
    for column, alternative in enumerate(alternatives):
        for some, result in _in_parts(partial(batch.under, alternative), np.arange(len(rows))):
            untouched[some, column] = result is None
            found[some, column] = 0.0 if result is None else result
    idle = untouched.any(axis=1) & ~untouched.all(axis=1) & ~np.isnan(found).any(axis=1)
    for some, result in _in_parts(batch.idle, np.flatnonzero(idle)):
        found[some] = np.where(untouched[some], np.reshape(result, (-1, 1)), found[some])
    found[np.isnan(found).any(axis=1)] = np.nan
    if len(rows) > 1 and not np.allclose(one(inputs, group, alternatives, measure, rows[0].tolist()), found[0], 1e-9):
        return np.array([one(inputs, group, alternatives, measure, row) for row in rows.tolist()])
    return found


def _in_parts(run: Callable[[Places], Any], places: Places) -> Iterator[tuple[Places, Any]]:
    """Yield what comes of questions put together, in parts for which every comparison comes out the same.

    A part for which that fails is put question by question; NaN is one that makes no sense.
    """
    todo = [places] if len(places) else []
    while todo:
        some = todo.pop()
        try:
            with np.errstate(divide="raise", invalid="raise", over="raise"):
                yield some, run(some)
        except Parted as parted:
            todo += [some[~parted.holds], some[parted.holds]]
        except (InputError, TypeError, AttributeError, ValueError, ArithmeticError, LookupError):
            if len(some) == 1:
                yield some, np.nan
            else:
                todo += [some[n : n + 1] for n in range(len(some))]


class _Batch:
    """Questions about a group of items; `some` says which of them are put together."""

    def __init__(self, inputs: Inputs, group: Sequence[str], measure: MeasureName, rows: Floats) -> None:
        self._inputs, self._group, self._measure, self._rows = inputs, group, measure, rows
        self._columns = inputs.of(group)
        self._assumed = np.array([p.value for p in inputs.parameters])
        self._bases: dict[bytes, tuple[ServiceSystem, Callable[[str], list[Use]]]] = {}

    def _base(self, some: Places) -> tuple[ServiceSystem, Callable[[str], list[Use]]]:
        """Return the system without reforms, and what gives a scenario's uses of reforms."""
        key = some.tobytes()
        if key not in self._bases:
            row: list[Any] = self._rows[some[0]].tolist()
            for n in self._columns if len(some) > 1 else ():
                values = self._rows[some, n]
                row[n] = Many(values) if (values != self._assumed[n]).any() else row[n]
            uses = cache(lambda where: self._inputs.uses_at(where, row))
            self._bases[key] = (self._inputs.with_items_at(self._group, row), uses)
        return self._bases[key]

    def under(self, alternative: Alternative, some: Places) -> Any:
        """Return the years under an alternative, None where it touches nothing."""
        base, uses = self._base(some)
        return each(_reformed(base, alternative, uses, self._measure))

    def idle(self, some: Places) -> Any:
        """Return the years without any reform."""
        return each(year(self._base(some)[0], self._measure))
