"""What was wrong in a command line, in words of the user's language; click itself knows English only."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import click

from depthsim.cli._words import Words


def worded(mistake: click.ClickException, say: Words) -> str:
    """Return a mistake in words, with how to get help."""
    message = _message(mistake, say)
    ctx = getattr(mistake, "ctx", None)
    if isinstance(ctx, click.Context):
        message += "\n" + say("usage.try", command=ctx.command_path)
    return message


def _message(mistake: click.ClickException, say: Words) -> str:
    if isinstance(mistake, click.NoSuchOption):
        near = nearest(mistake.option_name, mistake.possibilities or ())
        return _suggested(say("usage.no_such_option", given=mistake.option_name), near, say)
    if isinstance(mistake, click.MissingParameter):
        name = mistake.param.make_metavar(mistake.ctx) if mistake.param and mistake.ctx else ""
        if isinstance(mistake.param, click.Option):
            name = mistake.param.opts[-1]
        return say("usage.missing", name=name)
    if isinstance(mistake, click.BadParameter):
        if mistake.param is None:
            return mistake.message
        option = isinstance(mistake.param, click.Option)
        name = mistake.param.opts[-1] if option else mistake.param.human_readable_name
        return say("usage.bad_value", name=name, reason=mistake.message)
    if isinstance(mistake, click.BadOptionUsage):
        takes_none = "not take" in mistake.message
        key = "usage.no_value_taken" if takes_none else "usage.value_missing"
        return say(key, name=mistake.option_name)
    return mistake.message


def nearest(given: str, known: Iterable[str]) -> list[str]:
    """Return up to three known words that `given` may have meant, best first."""
    return get_close_matches(given, list(known), n=3, cutoff=0.5)


def unknown_command(given: str, known: list[str], say: Words) -> str:
    """Return the words for a command that does not exist."""
    return _suggested(say("usage.no_such_command", given=given), nearest(given, known), say)


def _suggested(message: str, near: list[str], say: Words) -> str:
    if not near:
        return message
    joint = "" if say.lang == "zh" else " "
    return message + joint + say("usage.did_you_mean", words=near)
