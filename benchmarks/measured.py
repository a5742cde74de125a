"""A function run in a process of its own: what it returns, how long it took, and how much memory it needed."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

APART = True
"""Whether functions run in processes of their own; at toy size they do not, since starting takes longer than they."""

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Measured:
    """`value` is what the function returned; the times are of the whole process, its start included."""

    value: Any
    wall_seconds: float
    cpu_seconds: float
    peak_mib: float


def measured(function: str, **arguments: Any) -> Measured:
    """Run `module:function` of this package with arguments that JSON can hold, and measure it."""
    if not APART:
        return _here(function, arguments)
    call = [sys.executable, "-m", "benchmarks.child", function, json.dumps(arguments)]
    began = time.perf_counter()
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{function} ended with {child.returncode}")
    cpu = used.ru_utime + used.ru_stime
    return Measured(json.loads(said.splitlines()[-1]), time.perf_counter() - began, cpu, used.ru_maxrss / 1024)


def command(*arguments: Any) -> Measured:
    """Run a command of depthsim in a process of its own; its output is dropped, and so is its value."""
    call = [sys.executable, "-c", "import sys; from depthsim.cli import main; sys.exit(main())", *map(str, arguments)]
    began = time.perf_counter()
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {child.returncode}")
    return Measured(None, time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def called(function: str, arguments: dict[str, Any]) -> Any:
    """Return what `module:function` of this package gives."""
    module, _, name = function.partition(":")
    return getattr(import_module(f"benchmarks.{module}"), name)(**arguments)


def _here(function: str, arguments: dict[str, Any]) -> Measured:
    began, cpu = time.perf_counter(), time.process_time()
    value = called(function, arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(value, time.perf_counter() - began, time.process_time() - cpu, peak)
