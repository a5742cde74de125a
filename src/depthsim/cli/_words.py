"""The words of one language for the command line, and which language that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from depthsim.texts import LANGS, Lang, preferred_lang, text


@dataclass(frozen=True, slots=True)
class Words:
    """What the command line says, in one language: `say("help.check")` is the text `cli.help.check`."""

    lang: Lang

    def __call__(self, key: str, /, **values: Any) -> str:
        """Return a text of room `cli`, its places filled."""
        return text(f"cli.{key}", self.lang, **values)


def spoken(args: Sequence[str]) -> Lang:
    """Return the language asked for by `--lang`, wherever it stands, else the locale's.

    It must be known before click reads the arguments, since help and mistakes are worded in it.
    """
    found = preferred_lang()
    for n, arg in enumerate(args):
        if arg == "--":
            break
        name, given, value = arg.partition("=")
        if name == "--lang":
            value = value if given else args[n + 1] if n + 1 < len(args) else ""
            found = next((lang for lang in LANGS if lang == value), found)
    return found
