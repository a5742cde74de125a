"""Where the bundled workflows, scenarios and standards lie: a checkout's root, or inside the package of a wheel."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from depthsim.errors import InputError, error
from depthsim.texts.suggestions import did_you_mean

Kind = Literal["workflows", "scenarios", "standards", "costs"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@cache
def root(kind: Kind) -> Path:
    """Return the folder of one kind of bundled things; it may be missing from a broken installation."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "bundled" / kind
    return inside if inside.is_dir() else package.parents[1] / kind


def names(kind: Kind) -> tuple[str, ...]:
    """Return the names of the bundled things of one kind, sorted."""
    folder = root(kind)
    if not folder.is_dir():
        return ()
    if kind == "workflows":
        return tuple(sorted(p.name for p in folder.iterdir() if (p / "system.yaml").is_file()))
    return tuple(sorted(p.stem for p in folder.glob("*.yaml")))


def bundled(kind: Kind, name: str) -> Path:
    """Return the folder (workflows) or file of a bundled thing; raises InputError with the nearest names."""
    known = names(kind)
    if name in known:
        return root(kind) / (name if kind == "workflows" else f"{name}.yaml")
    raise InputError(error("DS026", name=name, known=known, suggestion=did_you_mean(name, known)))


def bundled_item(name: str) -> Path | None:
    """Return the file of a bundled service item, named `SYSTEM/ITEM`, or `ITEM` where no other system has it."""
    system, _, item = name.rpartition("/")
    folders = [system] if system in names("workflows") else ([] if system else names("workflows"))
    if not item.replace("_", "").isalnum() or item in ("system", "catalogue"):
        return None
    found = [path for folder in folders if (path := root("workflows") / folder / f"{item}.yaml").is_file()]
    return found[0] if len(found) == 1 else None


def shown(path: Path) -> str:
    """Return a file's name as findings show it: bundled files from their kind on, others as given."""
    given = str(path)
    for kind in KINDS:
        folder = f"{root(kind)}{os.sep}"
        if given.startswith(folder):
            return f"{kind}/{path.relative_to(folder).as_posix()}"
    return given
