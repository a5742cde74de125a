"""The exact model under changed assumptions: what alternatives bring a year, for many sets of assumptions at once.

An item's exact numbers depend on its own numbers, the ways to places and the scenario alone, so a change is worked
out where it acts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from depthsim.errors import InputError
from depthsim.model.scenario import Scenario
from depthsim.model.system import ServiceSystem
from depthsim.studies.sensitivity.answering import one, together
from depthsim.studies.sensitivity.assumptions import MeasureName, Parameter
from depthsim.studies.sensitivity.inputs import Alternative, Inputs
from depthsim.studies.sensitivity.many import Floats

Told = Callable[[int, int], None]
AT_ONCE = 2000
"""Questions that are put together, for the memory's sake."""


def untold(_done: int, _total: int) -> None:
    """Tell nobody how far the work is."""


class ExactModel:
    """The exact answer to changed assumptions: for every alternative what a year brings against the reference.

    Raises InputError for reforms that do not fit the system.
    """

    def __init__(
        self,
        system: ServiceSystem,
        reference: Scenario,
        alternatives: Sequence[Alternative],
        parameters: Sequence[Parameter],
        measure: MeasureName,
    ) -> None:
        self.parameters = tuple(parameters)
        self.nominal = tuple(p.value for p in self.parameters)
        self._measure = measure
        self._alternatives = (Alternative("", reference, tuple(range(len(reference.reforms)))), *alternatives)
        self._inputs = Inputs(system, [a.scenario for a in self._alternatives], self.parameters)
        self.groups: list[tuple[str, ...]] = [(name,) for name in system.items]
        """Items that are worked out together: each by itself where their sum is what the whole system gives."""
        if len(system.items) > 1 and not self._separable():
            self.groups = [tuple(system.items)]

    def _separable(self) -> bool:
        def asked(group: tuple[str, ...]) -> Floats:
            return one(self._inputs, group, self._alternatives, self._measure, self.nominal)

        single = np.sum([asked(group) for group in self.groups], axis=0)
        if np.isnan(single).any():
            return False
        whole = asked(tuple(self._inputs.items))
        return bool(np.allclose(single - single[0], whole - whole[0], rtol=1e-9, atol=1e-6))

    def answer(self, values: Sequence[float]) -> list[float]:
        """Return each alternative's difference of a year, given a value for each parameter. Raises InputError."""
        found: list[float] = self.answers(np.array([values]))[0].tolist()
        if any(map(math.isnan, found)):
            raise InputError
        return found

    def answers(self, rows: Floats, progress: Told = untold, *, only: int | None = None) -> Floats:
        """Return each alternative's difference of a year against the reference, for each row of values.

        A row that makes no sense gives NaN. With `only` one alternative alone is worked out.
        """
        wanted = range(len(self._alternatives)) if only is None else (0, only + 1)
        parts = []
        for begin in range(0, len(rows), AT_ONCE):
            chunk = rows[begin : begin + AT_ONCE]
            total = np.zeros((len(chunk), len(wanted)))
            for number, group in enumerate(self.groups, 1):
                total += self._asked(group, wanted, chunk)
                progress(begin + len(chunk) * number // len(self.groups), len(rows))
            parts.append(total[:, 1:] - total[:, :1])
        return np.concatenate(parts) if parts else np.zeros((0, len(wanted) - 1))

    def headline(self, rows: Floats, progress: Told = untold) -> Floats:
        """Return the first alternative's answers; where a row makes no sense, that to what is assumed."""
        found = self.answers(rows, progress, only=0)[:, 0]
        if np.isnan(found).any():
            found = np.where(np.isnan(found), self.answer(self.nominal)[0], found)
        return found

    def _asked(self, group: tuple[str, ...], wanted: Sequence[int], rows: Floats) -> Floats:
        """Return a year of a group of items under each wanted alternative; equal questions are put once."""
        own = rows[:, self._inputs.of(group)]
        _, first, same = np.unique(own, axis=0, return_index=True, return_inverse=True)
        alternatives = [self._alternatives[n] for n in wanted]
        return together(self._inputs, group, alternatives, self._measure, rows[first])[same.ravel()]
