"""Nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

import depthsim
from depthsim.cli._program import COMMANDS

LIBRARIES = (
    "numpy", "numba", "polars", "scipy", "networkx", "simpy", "matplotlib", "transitions", "pygraphviz", "graphviz",
    "jinja2", "docx", "xlsxwriter", "distributed", "SALib", "ddsketch",
)  # fmt: skip
HEAVY = (*LIBRARIES, "pydantic", "rich.console", "depthsim.model")
SCRIPT = """
import sys
try:
    from depthsim.cli import main
    sys.argv = ["depthsim", *{args!r}]
    main()
except SystemExit as leaving:
    assert not leaving.code, leaving.code
print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)
"""


def loaded(args: list[str], heavy: tuple[str, ...]) -> list[str]:
    """Return which of the modules a command line imports."""
    script = SCRIPT.format(args=args, heavy=heavy)
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    names = ast.literal_eval(found.stderr.strip().splitlines()[-1])
    assert isinstance(names, list)
    return names


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["simulate", "--help"], ["demo", "--help"]])
def test_help_imports_nothing_heavy(args: list[str]) -> None:
    assert loaded(args, HEAVY) == []


def test_help_of_all_commands_imports_none_of_them() -> None:
    commands = tuple(f"depthsim.cli.commands.{name}" for name in COMMANDS)
    assert loaded(["--help"], commands) == []
    assert loaded(["new", "--help"], commands) == ["depthsim.cli.commands.new"]


@pytest.mark.parametrize("command", ["classify", "check"])
def test_what_needs_no_simulation_imports_no_library_of_it(command: str) -> None:
    assert loaded([command, "fuzhou/outdoor_advertising"], LIBRARIES) == []


def test_the_package_itself_imports_nothing_heavy() -> None:
    script = f"import sys, depthsim; print([m for m in {HEAVY!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


def test_names_of_the_package() -> None:
    assert depthsim.__all__ == sorted(depthsim.__all__)
    assert set(depthsim.__all__) == set(depthsim._HOMES)
    for name in depthsim.__all__:
        assert getattr(depthsim, name) is not None
    assert set(depthsim.__all__) <= set(dir(depthsim))
    with pytest.raises(AttributeError, match="no_such_name"):
        depthsim.no_such_name  # noqa: B018


def test_the_example_of_the_interfaces() -> None:
    system = depthsim.load("fuzhou")
    item = system["food_business_licence"]
    assert depthsim.classify(item).level is depthsim.Level.IV
    assert depthsim.machine(item).steps
    reformed = depthsim.reform(system, "result_courier", items={"kind": "licence"})
    assert reformed.system != system
