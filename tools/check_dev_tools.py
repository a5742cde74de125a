"""Fail unless the extra `dev` and the dependency group `dev` in pyproject.toml name the same tools."""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
extra = set(project["project"]["optional-dependencies"]["dev"])
group = set(project["dependency-groups"]["dev"])
if extra != group:
    sys.exit(f"pyproject.toml: extra `dev` and group `dev` differ in {', '.join(sorted(extra ^ group))}")
