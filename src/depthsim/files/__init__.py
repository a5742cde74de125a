"""YAML to values and back: loading with every finding at its line, writing, JSON Schema, bundled files.

What offices publish is read by `depthsim.files.published`, imported only where it is asked for.
"""

from depthsim.files.bundled import bundled, names
from depthsim.files.document import Document
from depthsim.files.loaded import Loaded, LoadedCosts, LoadedScenario, LoadedScheme, Sources
from depthsim.files.reader import (
    load_costs,
    load_item,
    load_scenario,
    load_scheme,
    load_system,
    read_costs,
    read_scenario,
    read_scheme,
)
from depthsim.files.schema import json_schema
from depthsim.files.writer import (
    dump,
    dump_data,
    whole_folder,
    write_bytes,
    write_city,
    write_evidence,
    write_guide,
    write_item,
    write_system,
    write_text,
)

__all__ = [
    "Document",
    "Loaded",
    "LoadedCosts",
    "LoadedScenario",
    "LoadedScheme",
    "Sources",
    "bundled",
    "dump",
    "dump_data",
    "json_schema",
    "load_costs",
    "load_item",
    "load_scenario",
    "load_scheme",
    "load_system",
    "names",
    "read_costs",
    "read_scenario",
    "read_scheme",
    "whole_folder",
    "write_bytes",
    "write_city",
    "write_evidence",
    "write_guide",
    "write_item",
    "write_system",
    "write_text",
]
