"""A number that stands for many: one value for each of many questions, taken through a computation at once.

It behaves as a float wherever all its values take the same way. Where a comparison holds for some of them only,
`Parted` says for which, so that each part is worked out by itself. Where code would turn it into one plain float,
it raises: what comes out at the end is therefore what each value by itself would have given.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Parted(Exception):  # noqa: N818  (no error: it steers)
    """A comparison holds for those questions alone that `holds` marks."""

    def __init__(self, holds: Flags) -> None:
        super().__init__()
        self.holds = holds


class OneAlone(TypeError):  # noqa: N818  (it is met where a number is meant)
    """Code asked for one plain number where there are many."""


def each(value: Any) -> Any:
    """Return the values of a number that stands for many; any other number as it is."""
    return value.each if isinstance(value, Many) else value


def _settled(holds: Any) -> bool:
    """Return what a comparison gives for all questions. Raises Parted where they do not agree."""
    flags = np.asarray(holds, dtype=np.bool_)
    if flags.all():
        return True
    if not flags.any():
        return False
    raise Parted(flags)


def _both(function: Callable[[Any, Any], Any]) -> Any:
    def forward(self: Many, other: Any) -> Any:
        return _of(function(self.each, other.each if type(other) is Many else other), other)

    return forward


def _swapped(function: Callable[[Any, Any], Any]) -> Any:
    def backward(self: Many, other: Any) -> Any:
        return _of(function(other, self.each), other)

    return backward


def _compared(function: Callable[[Any, Any], Any]) -> Any:
    def compare(self: Many, other: Any) -> Any:
        return _settled(function(self.each, each(other))) if isinstance(other, (int, float, Many)) else NotImplemented

    return compare


def _of(values: Any, other: Any) -> Any:
    return Many(values) if isinstance(other, (int, float, Many)) else NotImplemented


class Many:
    """One value for each of many questions, in `each`."""

    __slots__ = ("each",)

    def __init__(self, values: Floats) -> None:
        self.each = values

    __add__ = _both(operator.add)
    __sub__ = _both(operator.sub)
    __mul__ = _both(operator.mul)
    __truediv__ = _both(operator.truediv)
    __radd__ = _swapped(operator.add)
    __rsub__ = _swapped(operator.sub)
    __rmul__ = _swapped(operator.mul)
    __rtruediv__ = _swapped(operator.truediv)
    __lt__ = _compared(operator.lt)
    __le__ = _compared(operator.le)
    __gt__ = _compared(operator.gt)
    __ge__ = _compared(operator.ge)
    __eq__ = _compared(operator.eq)
    __ne__ = _compared(operator.ne)

    def __neg__(self) -> Many:
        return Many(-self.each)

    def __abs__(self) -> Many:
        return Many(np.abs(self.each))

    def __round__(self, digits: int | None = None) -> Many:
        return self.mapped(lambda x: float(round(x, digits)))

    def __ceil__(self) -> Many:
        return Many(np.ceil(self.each))

    def __bool__(self) -> bool:
        return _settled(self.each != 0)

    def __hash__(self) -> int:
        return hash(self.each.tobytes())

    def __float__(self) -> float:
        raise OneAlone

    __int__ = __index__ = __float__

    def mapped(self, function: Callable[[float], float]) -> Many:
        """Return a function of every value by itself."""
        return Many(np.array([function(x) for x in self.each.tolist()]))
