"""How functions become machine code: numba, without fast mathematics, so that it gives the same bits as Python."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir  # type: ignore[import-untyped]
from numba.extending import intrinsic, register_jitable

from depthsim.engines import _luck, _quantiles, _samplers

types: Any = numba.types
F = TypeVar("F", bound=Callable[..., Any])


def jit(function: F) -> F:
    """Compile a function that kernels call."""
    return cast(F, numba.njit(error_model="numpy")(function))


def inlined(function: F) -> F:
    """Compile a function into those that call it."""
    return cast(F, numba.njit(error_model="numpy", forceinline=True)(function))


def shared(function: F) -> F:
    """Let kernels call a function that stays plain Python for everybody else."""
    known: F = register_jitable(function)
    return known


def digest() -> str:
    """Return a digest of everything that is compiled: code kept on disk is that of these sources."""
    modules = (_samplers, _quantiles, _luck)
    sources = [*sorted(Path(__file__).parent.glob("*.py")), *(Path(module.__file__ or "") for module in modules)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def entry(function: F) -> F:
    """Compile a function that Python calls, and keep its code on disk where some folder can be written."""
    for passing in (False, True):
        if passing:
            _passing_folder()
        try:
            return cast(F, numba.njit(error_model="numpy", cache=True)(function))
        except RuntimeError:  # no folder for the cache
            continue
    return cast(F, numba.njit(error_model="numpy")(function))


def _passing_folder() -> None:
    """Let this process and those it starts keep code in a folder of their own, for as long as this one lasts."""
    with suppress(OSError):
        folder = tempfile.mkdtemp(prefix="depthsim-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["NUMBA_CACHE_DIR"] = folder
        numba.config.reload_config()  # type: ignore[no-untyped-call]


def _pointer(array: Any, item: Any) -> Any:
    def code(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        data = context.make_array(array)(context, builder, args[0]).data
        return builder.bitcast(data, context.get_value_type(types.CPointer(item)))

    return types.CPointer(item)(array), code


def _items_of(_context: Any, array: Any) -> Any:
    return _pointer(array, array.dtype)


def _floats_of(_context: Any, array: Any) -> Any:
    return _pointer(array, types.float64)


items_of: Any = intrinsic(_items_of)
"""Where an array's items are, in kernels. Reading there is quicker: nothing is checked, nothing counted."""
floats_of: Any = intrinsic(_floats_of)
"""Where an array's words are, seen as floats."""


def _prefetch(_context: Any, pointer: Any, place: Any) -> Any:
    def code(_target: Any, builder: Any, _signature: Any, args: Any) -> Any:
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), flag, flag, flag])
        call = builder.module.globals.get("llvm.prefetch.p0") or ir.Function(builder.module, kind, "llvm.prefetch.p0")
        at = builder.bitcast(builder.gep(args[0], [args[1]]), ir.IntType(8).as_pointer())
        builder.call(call, [at, flag(0), flag(3), flag(1)])

    return types.void(pointer, place), code


prefetch: Any = intrinsic(_prefetch)
"""Fetch a line into the cache, in kernels; nothing else happens."""
