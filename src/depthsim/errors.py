"""Findings, and the errors that carry them.

    DepthsimError
    ├── InputError       the input or its location is at fault; carries every finding   (exit status 1)
    ├── UsageError       the request itself makes no sense, e.g. a negative count      (exit status 2)
    └── IllegalMove      a case cannot make this move; says which moves are possible   (exit status 1)

A finding carries values, never sentences: the words are in `depthsim.texts`, under the finding's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a finding is. `error`: numbers would be meaningless."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file; line and column count from 1, 0 where only the file is known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about an input.

    `code` names the text (`DS101`), `path` leads into the value that it speaks of, e.g.
    `("items", "food_licence", "process", "steps", "apply")`; `values` fill the text's places.
    `location` is set by `depthsim.files`, which alone knows lines.
    """

    code: str
    severity: Severity
    path: Path = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    location: Location | None = None

    def at(self, location: Location | None) -> Finding:
        """Return the same finding with a place in a file."""
        return replace(self, location=location)


def _bare(finding: Finding) -> str:
    return f"{finding.location or '/'.join(map(str, finding.path))}: {finding.code} {dict(finding.values)}"


speak: Callable[[Finding], str] = _bare
"""How an error words its findings where no face does it; `depthsim` puts the English texts here."""


class DepthsimError(Exception):
    """Everything that depthsim raises on purpose."""

    findings: tuple[Finding, ...] = ()

    def __init__(self, findings: Finding | Iterable[Finding] = ()) -> None:
        self.findings = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__(self._plain())

    def _plain(self) -> str:
        return "\n".join(map(speak, self.findings)) or type(self).__name__


class InputError(DepthsimError):
    """The input, or the place where it should be, is at fault."""


class UsageError(DepthsimError):
    """The request makes no sense, whatever the input."""


class IllegalMove(DepthsimError):  # noqa: N818 - the name says it all
    """A case cannot make this move from where it is."""


def error(code: str, path: Path = (), **values: Any) -> Finding:
    """Return a finding of severity error."""
    return Finding(code, Severity.ERROR, path, values)


def warning(code: str, path: Path = (), **values: Any) -> Finding:
    """Return a finding of severity warning."""
    return Finding(code, Severity.WARNING, path, values)


def information(code: str, path: Path = (), **values: Any) -> Finding:
    """Return a finding of severity information."""
    return Finding(code, Severity.INFORMATION, path, values)
