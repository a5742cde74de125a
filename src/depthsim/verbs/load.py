"""Load (读入): a system or a scenario as a value, from files or by a bundled name."""

from __future__ import annotations

from pathlib import Path

from depthsim.files import load_scenario, load_system
from depthsim.model.scenario import Scenario
from depthsim.model.system import ServiceSystem


def load(path_or_name: str | Path) -> ServiceSystem:
    """Return a service system: a folder with `system.yaml`, one item's file, or a bundled name such as `fuzhou`.

    Raises InputError with every finding, each with its place. Warnings are what `check` returns.
    """
    return load_system(path_or_name).system


def scenario(path_or_name: str | Path) -> Scenario:
    """Return a scenario from a file or a bundled name; `baseline` always exists. Raises InputError."""
    return load_scenario(path_or_name)
