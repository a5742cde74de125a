"""The program `depthsim`: its commands by name, imported when they are asked for, and the looks of its help."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from depthsim.cli._help import help_page
from depthsim.cli._mistakes import unknown_command
from depthsim.cli._parameters import Command, lang_option, verbose_option
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

COMMANDS = (
    "demo", "check", "classify", "explain", "walk", "simulate", "compare", "plan", "sensitivity", "assess", "draw",
    "schema", "new", "import", "export",
)  # fmt: skip
"""The commands in the order in which help shows them; each is a module of `depthsim.cli.commands`."""


class Program(click.Group):
    """The group of all commands."""

    say: Words

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands, in the order of a first acquaintance."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command in the program's language, or None where there is none of this name."""
        return load(cmd_name, self.say) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments begin with; refuses unknown ones, with the nearest names."""
        found = self.get_command(ctx, args[0])
        if found is None and not ctx.resilient_parsing:
            raise click.UsageError(unknown_command(args[0], list(COMMANDS), self.say), ctx)
        return (args[0] if found else None), found, args[1:]

    def get_usage(self, ctx: click.Context) -> str:
        """Return the line that shows how to call it."""
        return " ".join(
            [self.say("usage.usage"), ctx.command_path, self.say("usage.options"), self.say("metavar.command"), "…"]
        )

    def get_help(self, ctx: click.Context) -> str:
        """Return the help; no command is imported for it."""
        return help_page(self, ctx, self.get_usage(ctx), self.say)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, worded."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = self.say("option.help")
        return found


@cache
def load(name: str, say: Words) -> Command:
    """Return the command of this name in one language."""
    module = f"{name}_" if iskeyword(name) else name
    found = import_module(f"depthsim.cli.commands.{module}").command(say)
    assert isinstance(found, Command)
    return found


@cache
def program(say: Words) -> Program:
    """Return the program in one language."""

    @click.pass_context
    def start(ctx: click.Context) -> None:
        ctx.obj = Screen(say)
        if ctx.invoked_subcommand is None:
            click.echo(ctx.get_help())

    params: list[click.Parameter] = []
    for decorate in (lang_option(say), verbose_option(say), _version_option(say)):
        decorate(start)
    params = list(reversed(getattr(start, "__click_params__", [])))
    found = Program(
        name="depthsim",
        callback=start,
        params=params,
        help=say("help.depthsim"),
        epilog=say("help.epilog"),
        invoke_without_command=True,
        no_args_is_help=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    found.say = say
    return found


def _version_option(say: Words) -> Any:
    def show(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            from importlib.metadata import version

            click.echo(f"depthsim {version('depthsim')}")
            ctx.exit()

    return click.option(
        "--version", is_flag=True, expose_value=False, is_eager=True, callback=show, help=say("option.version")
    )
