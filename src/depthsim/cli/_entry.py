"""Where the command starts: language, exit status, and one clear line for whatever goes wrong.

Exit status: 0 fine, 1 the input or its location is at fault, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import gc
import io
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from depthsim.cli._words import Words, spoken
from depthsim.errors import DepthsimError, UsageError

INTERRUPTED = 130
YOUNG = 200_000
"""So many new values before the search for unreachable cycles: ours make none, and it would take half of a start."""
_LOG = logging.getLogger("depthsim")


class Entry(click.Command):
    """The command before its language is known: `main` builds the program in that language and runs it."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **_: Any) -> NoReturn:  # type: ignore[override]
        """Run the program and leave with its exit status."""
        given = list(sys.argv[1:] if args is None else args)
        status = run(given, prog_name or "depthsim")
        gc.freeze()  # leaving would search all that was read for cycles once more
        sys.exit(status)


depthsim = Entry("depthsim")


def main() -> NoReturn:
    """Run the command with the arguments that it was called with."""
    depthsim.main()


def run(args: list[str], prog_name: str = "depthsim") -> int:
    """Run a command line and return its exit status; every error becomes words."""
    _LOG.setLevel(logging.WARNING)
    _never_refuse_characters()
    gc.set_threshold(YOUNG, 20, 20)
    say = Words(spoken(args))
    try:
        status = _run(args, prog_name, say)
        sys.stdout.flush()
    except BrokenPipeError:
        _hush()
        return 0
    except (KeyboardInterrupt, click.Abort):
        return _tell(say, say("interrupted"), INTERRUPTED)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    except MemoryError:
        return _tell(say, say("out_of_memory"), 1)
    except Exception as unforeseen:  # noqa: BLE001 - the last resort: a line, never a traceback
        if _LOG.isEnabledFor(logging.INFO):
            _LOG.error("", exc_info=unforeseen)
        kind, said = type(unforeseen).__name__, str(unforeseen)
        return _tell(say, say("unforeseen", kind=kind, said=said[:300] or kind), 1)
    return status


def _run(args: list[str], prog_name: str, say: Words) -> int:
    from depthsim.cli._program import program

    as_json = "--json" in args
    try:
        found = program(say).main(args, prog_name=prog_name, standalone_mode=False)
        return found if isinstance(found, int) else 0
    except click.ClickException as mistake:
        from depthsim.cli._mistakes import worded

        return _tell(say, worded(mistake, say), mistake.exit_code)
    except DepthsimError as problem:
        from depthsim.cli._screen import Screen

        Screen(say).problem(problem.findings, as_json=as_json)
        return 2 if isinstance(problem, UsageError) else 1
    except BrokenPipeError:
        raise
    except OSError as problem:
        from depthsim.texts import text

        reason = text("files.no_permission", say.lang) if isinstance(problem, PermissionError) else problem.strerror
        where = problem.filename if isinstance(problem.filename, str) else ""
        return _tell(say, say("file_problem", file=where, reason=reason or str(problem)), 1)


def _never_refuse_characters() -> None:
    """Let a terminal that knows no Chinese show a question mark instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def _tell(say: Words, message: str, status: int) -> int:
    from depthsim.cli._screen import Screen

    try:
        Screen(say).complain(message)
    except BrokenPipeError:
        _hush()
    return status


def _hush() -> None:
    """Let what is left to be written go nowhere: nobody reads it, and the interpreter would complain."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
