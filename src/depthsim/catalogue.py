"""One folder, one file, one plug-in: a plug-in's name is its file's name.

A catalogue lists names from file names without importing anything, and imports a plug-in when it is asked for.
Packages elsewhere can offer more through entry points (group `depthsim.reforms`, …); these are read only for a
name that the folder does not have. Modules whose name begins with an underscore are no plug-ins.
"""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import Generic, TypeVar

from depthsim.errors import Finding, InputError, error

T = TypeVar("T")
UNKNOWN_PLUGIN = "DS590"


@dataclass(frozen=True)
class Catalogue(Generic[T]):
    """The plug-ins of one kind: modules of `package`, each with a value of type `type` called `attribute`.

    `code` is the finding of an unknown name; its text's places are `given`, `closest` and `kind`.
    """

    package: str
    attribute: str
    type: type[T]
    code: str = UNKNOWN_PLUGIN

    @property
    def kind(self) -> str:
        """Return the kind's name, the folder's: `reforms`."""
        return self.package.rpartition(".")[2]

    @cached_property
    def _names(self) -> tuple[str, ...]:
        spec = find_spec(self.package)
        folders = spec.submodule_search_locations if spec else None
        return tuple(sorted(m.name for m in pkgutil.iter_modules(folders) if not m.name.startswith("_")))

    def names(self) -> tuple[str, ...]:
        """Return the names of the plug-ins in the folder, sorted, without importing them."""
        return self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __len__(self) -> int:
        return len(self._names)

    def load(self, name: str) -> T:
        """Return the plug-in of this name. Raises InputError, with the closest names, where there is none."""
        if name in self._names:
            found = getattr(import_module(f"{self.package}.{name}"), self.attribute)
        else:
            found = self._elsewhere(name)
        if not isinstance(found, self.type):
            raise TypeError(f"{self.package}.{name}: {self.attribute} is no {self.type.__name__}")
        return found

    def _elsewhere(self, name: str) -> object:
        offered: dict[str, EntryPoint] = {e.name: e for e in entry_points(group=f"depthsim.{self.kind}")}
        if name in offered:
            return offered[name].load()
        raise InputError(self.unknown(name, offered))

    def unknown(self, name: str, more: Iterable[str] = ()) -> Finding:
        """Return the finding of a name that no plug-in has."""
        return error(self.code, given=name, closest=closest(name, (*self._names, *more)), kind=self.kind)


def closest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return up to three of the known words that `word` may have meant, best first; all, sorted, if none is close."""
    words = sorted(set(known))
    return tuple(difflib.get_close_matches(word, words, n=3, cutoff=0.6)) or tuple(words)
