"""How functions become machine code: numba, without fast mathematics, so that it gives the same bits as Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.extending import register_jitable

F = TypeVar("F", bound=Callable[..., Any])


def jit(function: F) -> F:
    """Compile a function that kernels call."""
    return cast(F, numba.njit(error_model="numpy")(function))


def inlined(function: F) -> F:
    """Compile a function into those that call it."""
    return cast(F, numba.njit(error_model="numpy", forceinline=True)(function))


def shared(function: F) -> F:
    """Let kernels call a function that stays plain Python for everybody else."""
    return cast(F, register_jitable(function))


def entry(function: F) -> F:
    """Compile a function that Python calls, and keep its code on disk where some folder can be written."""
    try:
        return cast(F, numba.njit(error_model="numpy", cache=True)(function))
    except RuntimeError:  # no folder for the cache: then it is compiled in every process
        return cast(F, numba.njit(error_model="numpy")(function))
