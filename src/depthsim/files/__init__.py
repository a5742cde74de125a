"""YAML to values and back: loading with every finding at its line, writing, JSON Schema, bundled files."""

from depthsim.files.bundled import bundled, names
from depthsim.files.document import Document
from depthsim.files.loaded import Loaded, LoadedScenario, LoadedScheme, Sources
from depthsim.files.reader import (
    load_item,
    load_scenario,
    load_scheme,
    load_system,
    read_scenario,
    read_scheme,
)

__all__ = [
    "Document",
    "Loaded",
    "LoadedScenario",
    "LoadedScheme",
    "Sources",
    "bundled",
    "load_item",
    "load_scenario",
    "load_scheme",
    "load_system",
    "names",
    "read_scenario",
    "read_scheme",
]
