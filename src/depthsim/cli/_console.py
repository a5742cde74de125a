"""Rich's console, which the screen asks for when there is something to print: rich is slow to import."""

from __future__ import annotations

from rich.console import Console


class Writing(Console):
    """A console that says when nobody reads it any more, instead of ending the program with a failure."""

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError: where the command starts, it is known to be no failure."""
        raise BrokenPipeError
