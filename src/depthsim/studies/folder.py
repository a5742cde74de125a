"""Run folders: `run.json`, rows, and the inputs as used; whole or not at all.

While a run is under way, a hidden folder beside the wanted one holds the request and each finished task, which is
all that is needed to finish an interrupted run with the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, ValidationError

from depthsim.errors import InputError, Location, error
from depthsim.files.writer import dump, whole_folder, write_bytes, write_item, write_text
from depthsim.model.scenario import Scenario
from depthsim.model.system import ServiceSystem
from depthsim.studies.recorder import Record
from depthsim.studies.rows import join_rows
from depthsim.studies.run import Task
from depthsim.studies.tally import Tally, from_plain

PACKAGES = ("depthsim", "chinesecalendar", "numpy", "polars", "pydantic", "scipy", "simpy")
SCHEMA = "depthsim/run/1"
UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do; with the same versions it determines every byte of the run folder."""

    system: ServiceSystem
    scenario: Scenario
    engine: str
    seed: int
    replications: int
    horizon_days: float
    warm_up_days: float
    record: Record

    def options(self) -> dict[str, Any]:
        """Return everything but the inputs, as plain data."""
        return {
            "engine": self.engine,
            "seed": self.seed,
            "replications": self.replications,
            "horizon_days": self.horizon_days,
            "warm_up_days": self.warm_up_days,
            "record": self.record,
        }

    def inputs(self) -> dict[str, Any]:
        """Return the inputs by content hash: SHA-256 of their canonical JSON, what has its default left out."""
        bare = self.system.model_dump(mode="json", by_alias=True, exclude={"items"}, exclude_defaults=True)
        return {
            "system": {"id": self.system.id, "sha256": _hash(bare)},
            "items": {name: _hash(_written(item)) for name, item in self.system.items.items()},
            "scenario": {"id": self.scenario.id, "sha256": _hash(_written(self.scenario))},
        }

    @property
    def run_id(self) -> str:
        """Return the run's name: the same for the same inputs, options and version, whatever is recorded."""
        options = {name: value for name, value in self.options().items() if name != "record"}
        return _hash([self.inputs(), options, versions()["depthsim"]])[:16]

    def to_plain(self) -> dict[str, Any]:
        """Return it as plain data; `request_of` is the inverse."""
        return {
            "versions": versions(),
            "system": _plain(self.system),
            "scenario": _plain(self.scenario),
            **self.options(),
        }


def versions() -> dict[str, str]:
    """Return the versions that results depend on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    return found


def _plain(value: BaseModel) -> Any:
    return value.model_dump(mode="json", by_alias=True)


def _written(value: BaseModel) -> Any:
    return value.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _hash(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def to_text(data: Any) -> str:
    """Return data as the JSON text of a file."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


class WorkFolder:
    """The hidden folder of a run that is under way, beside the folder that it will become."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.parent / f".{target.name}{UNFINISHED}"

    @property
    def _request(self) -> Path:
        return self.path / "request.json"

    def begin(self, request: Request) -> None:
        """Make it ready for a run: what is left of the same request is kept, of another one it is thrown away.

        Raises InputError where the target holds something already, or nothing can be written.
        """
        self.check_target()
        content = to_text(request.to_plain()).encode("utf-8")
        try:
            known = self._request.read_bytes()
        except (OSError, ValueError):
            known = b""
        if known == content:
            self.tidy()
        else:
            shutil.rmtree(self.path, ignore_errors=True)
            try:
                write_bytes(self._request, content)
            except InputError as problem:  # say what was asked for, not where it was tried
                place = Location(str(self.target))
                said = [replace(f, values={**f.values, "file": str(self.target)}) for f in problem.findings]
                raise InputError([f.at(place) for f in said]) from None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other run out of this folder. Raises InputError where one is under way.

        The lock is the operating system's: it ends with the process, however that ends.
        """
        lock = self.path.with_name(f"{self.path.name}.lock")
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            handle = lock.open("ab")
        except (OSError, ValueError):  # no place at all; writing says so
            yield
            return
        with handle:
            if not _locked(handle) or not _same(handle, lock):
                raise InputError(error("DS629", folder=str(self.target)).at(Location(str(self.target))))
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)

    def check_target(self) -> None:
        """Raise InputError where the target is a file, or a folder that holds something."""
        target = self.target
        try:
            taken = any(target.iterdir()) if target.is_dir() else target.exists()
        except PermissionError:
            taken = True
        except (OSError, ValueError):  # no place at all; writing says so
            taken = False
        if taken:
            raise InputError(error("DS030", file=str(target)).at(Location(str(target))))

    def request(self) -> Request:
        """Return the request of the interrupted run. Raises InputError where there is none, or it fits no more."""
        place = Location(str(self.target))
        try:
            data = json.loads(self._request.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            finished = (self.target / "run.json").is_file()
            raise InputError(error("DS624" if finished else "DS623", folder=str(self.target)).at(place)) from None
        except (OSError, ValueError):
            raise InputError(error("DS625", file=str(self._request)).at(place)) from None
        try:
            if data.pop("versions") != versions():
                raise InputError(error("DS627", folder=str(self.target)).at(place))
            system = ServiceSystem.model_validate(data.pop("system"))
            scenario = Scenario.model_validate(data.pop("scenario"))
            return Request(system=system, scenario=scenario, **data)
        except (AttributeError, KeyError, TypeError, ValidationError):
            raise InputError(error("DS625", file=str(self._request)).at(place)) from None

    def keep(self, task: Task, tally: Tally) -> None:
        """Keep a finished task. Raises InputError where it cannot be written."""
        write_text(self.path / f"{task.name}.json", to_text(tally.to_plain()))

    def finished(self, tasks: Iterable[Task], record: Record) -> dict[Task, Tally]:
        """Return those tasks that are finished, with their rows where these are recorded."""
        found: dict[Task, Tally] = {}
        for task in tasks:
            rows = self.rows(task, record)
            try:
                data = json.loads((self.path / f"{task.name}.json").read_text(encoding="utf-8"))
                if all(path.is_file() for path in rows.values()):
                    found[task] = from_plain(data)
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return found

    def rows(self, task: Task, record: Record) -> dict[str, Path]:
        """Return the files of rows that a task leaves, by kind."""
        kinds = {"summary": (), "cases": ("cases",), "events": ("cases", "events")}[record]
        return {kind: self.path / f"{task.name}.{kind}.parquet" for kind in kinds}

    def finish(self, request: Request, tasks: Iterable[Task], document: dict[str, Any]) -> None:
        """Write the run folder and remove this one. Raises InputError where it cannot be written."""
        parts: dict[int, list[dict[str, Path]]] = {}
        for task in tasks:
            parts.setdefault(task.replication, []).append(self.rows(task, request.record))
        kinds = list(self.rows(Task(0, 0), request.record))
        with whole_folder(self.target, within=self.path) as folder:
            for kind in kinds:
                files = [[part[kind] for part in parts[number]] for number in sorted(parts)]
                join_rows(kind, files, folder / f"{kind}.parquet")
            write_text(folder / "system.yaml", dump(request.system))
            for item in request.system.items.values():
                write_item(item, folder)
            write_text(folder / _scenario_file(request.system), dump(request.scenario))
            head = {"schema": SCHEMA, "run": request.run_id, "inputs": request.inputs(), "versions": versions()}
            write_text(folder / "run.json", to_text({**head, "options": request.options(), **document}))
        self.remove()

    def tidy(self) -> None:
        """Remove files that a process was writing when it was ended."""
        for path in self.path.glob(".*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove it with all that it holds."""
        shutil.rmtree(self.path, ignore_errors=True)


def _locked(handle: BinaryIO) -> bool:
    """Lock an open file for this process alone; return whether nobody else has."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _same(handle: BinaryIO, path: Path) -> bool:
    """Return whether a path still leads to an open file: the run that held it may have taken it away."""
    try:
        return os.path.samestat(os.fstat(handle.fileno()), path.stat())
    except OSError:
        return False


def _scenario_file(system: ServiceSystem) -> str:
    """Return the scenario's file name; an item of that name comes first."""
    return "scenario_used.yaml" if "scenario" in system.items else "scenario.yaml"


def work_folder(folder: Path) -> WorkFolder:
    """Return the work folder of a run folder; the hidden folder itself may be named too."""
    if folder.name in ("", ".."):
        folder = folder.resolve()
    name = folder.name
    if name.startswith(".") and name.endswith(UNFINISHED):
        folder = folder.with_name(name[1 : -len(UNFINISHED)])
    return WorkFolder(folder)
