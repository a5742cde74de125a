"""What the command line prints: results on standard output, messages and progress on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from depthsim.cli._layout import Cell, Column, cells, clean, table_lines, wrapped
from depthsim.cli._words import Words
from depthsim.errors import Finding, Severity
from depthsim.texts import finding_message, finding_remedy, label

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFORMATION: "cyan"}
LEVEL_COLOURS = {"IV": "green", "III": "cyan", "II": "yellow", "I": "red", "none": "bright_black"}


class Screen:
    """Standard output and error in one language. Text is shown as it is: no markup, no control characters."""

    def __init__(self, say: Words) -> None:
        self.say = say

    @property
    def lang(self) -> Any:
        """Return the language."""
        return self.say.lang

    # -- standard output -----------------------------------------------------------------------------------

    def json(self, document: Any) -> None:
        """Print one JSON document."""
        stream = sys.stdout
        plain = not (stream.encoding or "").lower().startswith("utf")
        stream.write(json.dumps(document, ensure_ascii=plain, indent=2, allow_nan=False) + "\n")

    def line(self, text: str = "", colour: str = "") -> None:
        """Print a line; the terminal wraps it, a pipe gets it whole."""
        _line(_console(sys.stdout), text, colour)

    def heading(self, text: str) -> None:
        """Print a heading with an empty line before it."""
        self.line()
        for line in wrapped(clean(text), _console(sys.stdout).width):
            self.line(line, "bold")

    def paragraph(self, text: str, indent: int = 0, *, mark: str = "", colour: str = "") -> None:
        """Print text wrapped to the width; with a `mark` before it, the text hangs beside the mark."""
        from rich.text import Text

        console = _console(sys.stdout)
        head = " " * indent + (f"{mark} " if mark else "")
        rest = " " * cells(head)
        lines = wrapped(clean(text), console.width - cells(head))
        for number, line in enumerate(lines):
            shown = Text(head, colour) if number == 0 else Text(rest)
            console.print(shown.append(line), soft_wrap=True)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str | Cell]]) -> None:
        """Print a table that fits the width: headings go over several lines, wide columns take what is left."""
        console = _console(sys.stdout)
        if not console.is_terminal:
            for line in table_lines(columns, rows, console.width):
                console.file.write("".join(piece.text for piece in line).rstrip() + "\n")
            return
        from rich.text import Text

        for line in table_lines(columns, rows, console.width, framed=True):
            console.print(Text.assemble(*((piece.text, piece.colour) for piece in line)), soft_wrap=True)

    def findings(self, findings: Iterable[Finding]) -> None:
        """Print findings on standard output."""
        self._findings(findings, sys.stdout)

    # -- standard error ------------------------------------------------------------------------------------

    def complain(self, message: str) -> None:
        """Print a message on standard error."""
        _line(_console(sys.stderr), message, "")

    def warn(self, findings: Iterable[Finding]) -> None:
        """Print findings on standard error; mere notes are counted, unless `-v` asks for them."""
        every = tuple(findings)
        loud = logging.getLogger("depthsim").isEnabledFor(logging.INFO)
        shown = tuple(f for f in every if loud or f.severity is not Severity.INFORMATION)
        self._findings(shown, sys.stderr)
        if len(every) > len(shown):
            self.complain(self.say("notes_hidden", number=len(every) - len(shown)))

    def problem(self, findings: Iterable[Finding], *, as_json: bool) -> None:
        """Print what is wrong with an input: as JSON on standard output, else in words on standard error."""
        if as_json:
            from depthsim.verbs.wording import finding_json

            self.json({"findings": [finding_json(f, self.lang) for f in findings]})
        else:
            self._findings(findings, sys.stderr)

    @contextmanager
    def progress(self, label: str, *, quiet: bool = False) -> Iterator[Callable[[float, float], None]]:
        """Show a bar with the time left on standard error, on a terminal only; yields a function of (done, total)."""
        console = _console(sys.stderr)
        if quiet or not console.is_terminal:
            yield lambda _done, _total: None
            return
        from depthsim.cli._progress import bar

        with bar(console, clean(label), self.say) as told, _telling(console, self.say("compiling")):
            yield told

    # -- both ----------------------------------------------------------------------------------------------

    def _findings(self, findings: Iterable[Finding], stream: TextIO) -> None:
        from rich.text import Text

        console = _console(stream)
        for finding in findings:
            where = str(finding.location) if finding.location else "/".join(map(str, finding.path))
            line = Text()
            if where:
                line.append(f"{clean(where)}: ", "bold")
            severity = label(finding.severity.value, self.lang)
            line.append(f"{severity} {finding.code}: ", COLOURS[finding.severity])
            line.append(clean(finding_message(finding, self.lang)))
            console.print(line, soft_wrap=True)
            if remedy := finding_remedy(finding, self.lang):
                console.print(Text(f"    {clean(remedy)}", "dim" if console.is_terminal else ""), soft_wrap=True)


def level_cell(level: str, words: str) -> Cell:
    """Return a level in its colour."""
    return Cell(words, LEVEL_COLOURS.get(level, ""))


class _Telling(logging.Handler):
    """Tells of every record in words of its own."""

    tell: Callable[[], None]

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.tell()


@contextmanager
def _telling(console: Console, words: str) -> Iterator[None]:
    """Print a line when the engine is compiled while the block runs, unless `-v` tells it already."""
    log = logging.getLogger("depthsim.engines.compiled.kept")
    if log.isEnabledFor(logging.INFO):
        yield
        return
    telling = _Telling(logging.INFO)
    telling.tell = lambda: _line(console, words, "")
    log.addHandler(telling)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(logging.NOTSET)
        log.removeHandler(telling)


def _line(console: Console, text: str, colour: str) -> None:
    from rich.text import Text

    console.print(Text(clean(text), colour), soft_wrap=True)


def _console(stream: TextIO) -> Console:
    from depthsim.cli._console import Writing

    return Writing(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
