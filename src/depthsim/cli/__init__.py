"""The command line: one thin face on the verbs; a command a file in `commands`, no logic."""

from depthsim.cli._entry import depthsim, main

__all__ = ["depthsim", "main"]
