"""Runs of the command line, in this process and in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from depthsim.cli import depthsim
from depthsim.cli._program import COMMANDS

__all__ = ["COMMANDS", "run", "run_json", "start"]


def run(*args: str | Path, lang: str | None = "en", given: str | None = None) -> Result:
    """Run a command line in this process; `lang` None leaves it to the locale."""
    spoken = [] if lang is None else ["--lang", lang]
    return CliRunner().invoke(depthsim, [*spoken, *map(str, args)], input=given)


def run_json(*args: str | Path, status: int = 0) -> Any:
    """Return the one JSON document that a command prints on standard output."""
    found = run(*args, "--json")
    assert found.exit_code == status, found.output
    return json.loads(found.stdout)


def start(*args: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line in a process of its own."""
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    program = "import sys; from depthsim.cli import main; sys.argv[0] = 'depthsim'; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, args)], capture_output=True, env=env, timeout=120, check=False
    )
