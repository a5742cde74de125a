"""Values to YAML: clean text that reads back as the same value, and files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from depthsim.errors import InputError, Location, error
from depthsim.files.document import both
from depthsim.files.lines import Line, LineList, lines_of
from depthsim.files.loaded import CITY, EVIDENCE, GUIDES
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem

if TYPE_CHECKING:
    from depthsim.model.city import City
    from depthsim.model.evidence import Evidence
    from depthsim.model.guide import ServiceGuide

_LINE = 100
"""A mapping or list without nested blocks stays on one line up to this many characters."""


def dump(value: BaseModel) -> str:
    """Return a value (item, system, scenario, level scheme) as YAML that reads back as the same value.

    Fields that have their default are left out; a system's items are not in its text.
    """
    hidden = {"items"} if isinstance(value, ServiceSystem) else None
    data = value.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=hidden)
    if (schema := getattr(value, "schema_", None)) is not None:
        data = {"schema": schema, **data}
    if isinstance(value, ServiceItem):
        data["process"] = data.pop("process")  # the longest part last
    return dump_data({k: v if k in _AS_WRITTEN else _short(v, k) for k, v in _origins_last(data).items()})


def dump_data(data: Mapping[str, Any]) -> str:
    """Return plain data as YAML in the same style."""
    return lines_of(_tidy(data))


def write_item(item: ServiceItem, folder: str | Path) -> Path:
    """Write an item into a folder, under its id, and return the file. Raises InputError where that fails."""
    path = Path(folder) / f"{item.id}.yaml"
    if item.id in ("system", "catalogue"):
        raise InputError(_unwritable(path, both("files.reserved_name")))
    return write_text(path, dump(item))


def write_guide(guide: ServiceGuide, folder: str | Path) -> Path:
    """Write a guide into the folder of its system, under `guides`, and return the file. Raises InputError."""
    return write_text(Path(folder) / GUIDES / f"{guide.id}.yaml", dump(guide))


def write_city(city: City, folder: str | Path) -> Path:
    """Write a city's inventory into the folder of its system and return the file. Raises InputError."""
    return write_text(Path(folder) / CITY, dump(city))


def write_evidence(evidence: Evidence, name: str, folder: str | Path) -> Path:
    """Write a file of findings into the folder of its system and return it. Raises InputError."""
    return write_text(Path(folder) / EVIDENCE / f"{name}.yaml", dump(evidence))


def write_system(system: ServiceSystem, folder: str | Path) -> Path:
    """Write a system, its items and what it publishes into a new (or empty) folder and return it; whole or not at all.

    Raises InputError where the folder holds something already or cannot be written.
    """
    target = Path(folder)
    with whole_folder(target) as unfinished:
        write_text(unfinished / "system.yaml", dump(system))
        for item in system.items.values():
            write_item(item, unfinished)
        for guide in system.guides.values():
            write_guide(guide, unfinished)
        if system.city is not None:
            write_city(system.city, unfinished)
        for name, evidence in system.evidence.items():
            write_evidence(evidence, name, unfinished)
    return target


def write_text(path: str | Path, content: str) -> Path:
    """Write a text as UTF-8, replacing what was there only when all is written; raises InputError."""
    return write_bytes(path, content.encode("utf-8"))


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write bytes, replacing what was there only when all is written; raises InputError."""
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)
    return Path(path)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a file to fill that takes its final name when the block ends well, and vanishes when it does not.

    It replaces what was there. Raises InputError where it cannot be written.
    """
    target = Path(path)
    unfinished: str | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise InputError(error("DS002", file=str(target)).at(Location(str(target))))
        handle, unfinished = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
        os.close(handle)
        yield Path(unfinished)
        Path(unfinished).chmod(0o666 & ~_umask())
        Path(unfinished).replace(target)
        unfinished = None
    except (OSError, ValueError) as problem:
        raise InputError(_failure(target, problem)) from None
    finally:
        if unfinished is not None:
            Path(unfinished).unlink(missing_ok=True)


@contextmanager
def whole_folder(folder: str | Path, within: Path | None = None) -> Iterator[Path]:
    """Give a folder to fill that takes its final name when the block ends well, and vanishes when it does not.

    It stands beside the final one until then, or `within` another folder of the same disk. Raises InputError where
    the folder holds something already or cannot be written.
    """
    target = Path(folder)
    unfinished: Path | None = None
    try:
        if target.is_dir() and any(target.iterdir()):
            raise InputError(error("DS030", file=str(target)).at(Location(str(target))))
        if target.exists() and not target.is_dir():
            raise InputError(error("DS030", file=str(target)).at(Location(str(target))))
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", dir=within or target.parent))
        yield unfinished
        unfinished.chmod(0o777 & ~_umask())
        if target.is_dir():
            target.rmdir()
        unfinished.replace(target)
        unfinished = None
    except (OSError, ValueError) as problem:
        raise InputError(_failure(target, problem)) from None
    finally:
        if unfinished is not None:
            shutil.rmtree(unfinished, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _failure(target: Path, problem: OSError | ValueError) -> Any:
    """Return the finding of a failed writing."""
    number = getattr(problem, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return error("DS029", file=str(target)).at(Location(str(target)))
    if isinstance(problem, PermissionError):
        return _unwritable(target, both("files.no_permission"))
    if isinstance(problem, (NotADirectoryError, FileExistsError)):
        return _unwritable(target, both("files.no_folder"))
    return _unwritable(target, getattr(problem, "strerror", None) or str(problem))


def _unwritable(target: Path, reason: Any) -> Any:
    return error("DS028", file=str(target), reason=reason).at(Location(str(target)))


# ------------------------------------------------------------------------------------------- style


_AS_WRITTEN = {"reforms"}
_BLOCKS = {
    "process", "steps", "options", "outcomes", "branches", "materials", "places", "pools", "departments", "levels",
    "reforms", "faq", "cases", "lists", "portals", "counties", "findings",
}  # fmt: skip
_SHORT_FORM = {"source": "title", "assumption": "note"}


def _short(data: Any, key: str = "") -> Any:
    """Return a value's data with the short forms that people write, and origins after what they explain."""
    if isinstance(data, Mapping):
        if set(data) == {"zh", "en"} and data["zh"] == data["en"]:
            return data["zh"]
        if set(data) == {_SHORT_FORM.get(key)}:
            return data[_SHORT_FORM[key]]
        return {k: _short(v, k) for k, v in _origins_last(data).items()}
    if isinstance(data, list):
        return [_short(v) for v in data]
    return data


def _origins_last(data: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(data.get("source", {}), Mapping):  # a material's source is who issues it
        return dict(data)
    last = [k for k in data if k in _SHORT_FORM]
    return {k: data[k] for k in [*(k for k in data if k not in _SHORT_FORM), *last]}


def _tidy(data: Any, key: str = "") -> Any:
    """Return data with whole numbers as such, and small mappings and lists marked for one line."""
    if isinstance(data, (str, bool, int)):  # most are
        return data
    if isinstance(data, float):
        return int(data) if data.is_integer() and abs(data) < 1e15 else data
    if isinstance(data, (dict, Mapping)):  # the first is the quicker to ask
        found = {str(k): _tidy(v, str(k)) for k, v in data.items()}
        flat = key not in _BLOCKS and all(map(_stays_flat, found.values()))
        return Line(found) if flat and _length(found) <= _LINE else found
    if isinstance(data, (list, tuple)):
        entries = [_tidy(v) for v in data]
        if all(not isinstance(v, (dict, list)) for v in entries) and _length(entries) <= _LINE:
            return LineList(entries)
        return entries
    return data


def _stays_flat(value: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(value, Line) and _leaf(value)
    return not isinstance(value, list) or isinstance(value, LineList)


def _leaf(data: Mapping[str, Any]) -> bool:
    return not any(isinstance(v, dict) for v in data.values())


def _length(data: Any) -> int:
    """Return how wide data is on one line; of what is too wide for it, only that."""
    if isinstance(data, str):
        if data.isascii() or len(data) > _LINE:
            return len(data)
        return sum(2 if ord(c) > 0x2E80 else 1 for c in data)
    width = 0
    if isinstance(data, dict):
        for key, value in data.items():
            width += len(key) + 4 + _length(value)
            if width > _LINE:
                break
        return width
    if isinstance(data, list):
        for value in data:
            width += 2 + _length(value)
            if width > _LINE:
                break
        return width
    return len(str(data))
