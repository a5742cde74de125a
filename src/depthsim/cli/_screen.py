"""What the command line prints: results on standard output, messages and progress on standard error."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TextIO

from depthsim.cli._words import Words
from depthsim.errors import Finding, Severity
from depthsim.texts import finding_message, finding_remedy, label

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFORMATION: "cyan"}
LEVEL_COLOURS = {"IV": "green", "III": "cyan", "II": "yellow", "I": "red", "none": "bright_black"}


NARROW = 11
"""A heading that is wider than its column's cells may make the column this wide, then it goes over several lines."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, whether numbers stand in it, and whether it takes what width is left."""

    heading: str
    right: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a colour, and a second line under it."""

    text: str
    colour: str = ""
    under: str = ""


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
        from rich import box
        from rich.table import Table

        console = _console(sys.stdout)
        frame = box.SIMPLE_HEAD if console.is_terminal else None
        table = Table(box=frame, pad_edge=False, padding=(0, 1), header_style="bold", show_edge=False)
        body = [[c if isinstance(c, Cell) else Cell(c) for c in row] for row in rows]
        between = 3 if frame else 2
        widths = _widths(columns, body, console.width - between * len(columns))
        for column, width in zip(columns, widths, strict=True):
            heading = "\n".join(wrapped(clean(column.heading), width))
            justify: Literal["left", "right"] = "right" if column.right else "left"
            table.add_column(heading, justify=justify, overflow="fold", min_width=width, vertical="top")
        for row in body:
            table.add_row(*(_cell(c, width) for c, width in zip(row, widths, strict=True)))
        _print(console, table, sum(widths) + between * len(widths))

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


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a Chinese character."""
    from rich.cells import cell_len

    return cell_len(text)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines no wider than `width`: broken at blanks and between Chinese characters.

    No line begins with a closing mark or ends with an opening one; a longer word is cut.
    """
    lines, line = [], ""
    for part in _PARTS.findall(text):
        if cells((line + part).rstrip()) <= width:
            line += part
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = part.lstrip()
        while cells(line.rstrip()) > width:
            cut = max(n for n in range(1, len(line)) if cells(line[:n]) <= max(width, 2))
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f"
_CLOSING = "，。、；：？！）》」』】〕”’％"
_OPENING = "（《「『【〔“‘"
_PARTS = re.compile(rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)?[{_CLOSING}]*\s*|\s+")


def clean(text: str) -> str:
    """Return text without what a terminal would obey: control and direction marks are shown as U+FFFD."""
    return "".join(c if c.isprintable() or c in "\n\u3000" else "\N{REPLACEMENT CHARACTER}" for c in text)


def level_cell(level: str, words: str) -> Cell:
    """Return a level in its colour."""
    return Cell(words, LEVEL_COLOURS.get(level, ""))


def _print(console: Console, what: Any, least: int) -> None:
    """Print something that is laid out, `least` wide even where the width is less: a number that is cut is a wrong one.

    A pipe gets no blanks at the ends of lines.
    """
    width = max(console.width, least)
    if console.is_terminal:
        console.print(what, width=width, crop=False)
        return
    with console.capture() as captured:
        console.print(what, width=width, crop=False)
    console.file.write("\n".join(line.rstrip() for line in captured.get().split("\n")))


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


def _widths(columns: Sequence[Column], body: list[list[Cell]], most: int) -> list[int]:
    """Return each column's width: its longest cell, its heading up to a few words; wide columns share the rest."""
    longest = [
        max((cells(clean(text)) for row in body for text in (row[n].text, row[n].under)), default=0)
        for n in range(len(columns))
    ]
    widths = [
        max(found, min(cells(clean(column.heading)), NARROW)) for column, found in zip(columns, longest, strict=True)
    ]
    wide = [n for n, column in enumerate(columns) if column.wide]
    rest = most - sum(width for n, width in enumerate(widths) if n not in wide)
    for n in wide:
        widths[n] = max(min(widths[n], rest // len(wide)), NARROW)
    return widths


def _cell(cell: Cell, width: int) -> Any:
    from rich.text import Text

    found = Text("\n".join(wrapped(clean(cell.text), width)), cell.colour)
    if cell.under:
        found.append("\n" + "\n".join(wrapped(clean(cell.under), width)), "dim")
    return found


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
