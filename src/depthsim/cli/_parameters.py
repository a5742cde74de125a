"""Commands, and the options that several of them share; every word comes from the texts."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from depthsim.cli._help import help_page
from depthsim.cli._words import Words
from depthsim.texts import LANGS

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

ENGINES = ("auto", "discrete_event", "compiled")
SEED_LIMIT = 2**63 - 1


class _Argument(click.Argument):
    """A positional argument with help of its own."""

    def __init__(self, *args: Any, help: str = "", **more: Any) -> None:  # noqa: A002 - click's own word
        super().__init__(*args, **more)
        self.help = help


class Command(click.Command):
    """A command whose help and mistakes are worded in one language."""

    say: Words

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Return what is left; too many arguments are refused in words."""
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if left and not ctx.resilient_parsing:
            raise click.UsageError(self.say("usage.too_many", words=tuple(left)), ctx)
        return left

    def invoke(self, ctx: click.Context) -> Any:
        """Return the command's exit status; log what it was called with and how long it took."""
        log, began = logging.getLogger("depthsim.cli"), time.monotonic()
        log.info("%s %s", self.name, {k: v for k, v in ctx.params.items() if v is not None})
        try:
            return super().invoke(ctx)
        finally:
            log.info("%s: %.2f s", self.name, time.monotonic() - began)

    def get_usage(self, ctx: click.Context) -> str:
        """Return the line that shows how to call it."""
        words = [p.make_metavar(ctx) for p in self.params if isinstance(p, click.Argument)]
        return " ".join([self.say("usage.usage"), ctx.command_path, self.say("usage.options"), *words])

    def get_help(self, ctx: click.Context) -> str:
        """Return the help."""
        return help_page(self, ctx, self.get_usage(ctx), self.say)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, worded."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = self.say("option.help")
        return found


def command(name: str, say: Words) -> Callable[[Callable[..., Any]], Command]:
    """Return the decorator that makes a function the command `name`."""

    def made(function: Callable[..., Any]) -> Command:
        function = lang_option(say)(verbose_option(say)(function))
        found = click.command(name, cls=Command, help=say(f"help.{name}"))(function)
        found.say = say
        return found

    return made


def argument(name: str, say: Words, words: str, **more: Any) -> Decorator[Any]:
    """Return a positional argument; `words` names its help `argument.WORDS` and its metavar `metavar.WORDS`."""
    many = more.get("nargs") == -1
    shown = say(f"metavar.{words}") + ("…" if many else "")
    if not more.get("required", True):
        shown = f"[{shown}]"
    more.setdefault("type", click.STRING)
    return click.argument(name, cls=_Argument, metavar=shown, help=say(f"argument.{words}"), **more)


def option(*names: str, say: Words, words: str, metavar: str | None = None, **more: Any) -> Decorator[Any]:
    """Return an option whose help is `option.WORDS`; `metavar` names the text of what it takes."""
    if metavar:
        more["metavar"] = say(f"metavar.{metavar}")
    return click.option(*names, help=say(f"option.{words}"), **more)


def simulation_options(say: Words) -> Decorator[Any]:
    """Return the options of every command that simulates."""
    options = (
        option("--engine", say=say, words="engine", metavar="engine", type=OneOf(ENGINES, say), default="auto"),
        option("--replications", say=say, words="replications", metavar="number", type=Number(say, 1, 1_000_000)),
        option("--seed", say=say, words="seed", metavar="number", type=Number(say)),
        option("--horizon", say=say, words="horizon", metavar="days", type=Number(say, 0.01, 36500, whole=False)),
        option("--warm-up", say=say, words="warm_up", metavar="days", type=Number(say, 0, 36500, whole=False)),
        option("--jobs", say=say, words="jobs", metavar="number", type=Number(say, 1, 1024)),
    )

    def decorate(function: Any) -> Any:
        for one in reversed(options):
            function = one(function)
        return function

    return decorate


def cluster_option(say: Words) -> Decorator[Any]:
    """Return `--cluster`."""
    return option("--cluster", say=say, words="cluster", metavar="address")


def one_place(say: Words, jobs: int | None, cluster: str | None) -> None:
    """Refuse a number of processes on this machine together with a cluster."""
    if jobs is not None and cluster is not None:
        raise click.UsageError(say("usage.jobs_or_cluster"), click.get_current_context())


class Share(click.ParamType):  # type: ignore[type-arg]
    """A share: `2%` or `0.02`."""

    name = "share"

    def __init__(self, say: Words) -> None:
        self._say = say

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the share; refuses what is none between 0 and 1."""
        from depthsim.errors import UsageError
        from depthsim.studies.precision import share_of

        try:
            return share_of(value)
        except UsageError:
            self.fail(self._say("type.share", given=str(value)), param, ctx)


def json_option(say: Words) -> Decorator[Any]:
    """Return `--json`."""
    return option("--json", "as_json", say=say, words="json", is_flag=True)


def scheme_option(say: Words) -> Decorator[Any]:
    """Return `--scheme`."""
    return option("--scheme", say=say, words="scheme", metavar="name_or_file", default="depth_2018", show_default=True)


def lang_option(say: Words) -> Decorator[Any]:
    """Return `--lang`; it is read before click reads anything, so here it is only known and checked."""
    return option("--lang", say=say, words="lang", type=OneOf(LANGS, say), expose_value=False)


def verbose_option(say: Words) -> Decorator[Any]:
    """Return `-v`."""
    return option(
        "-v", "--verbose", say=say, words="verbose", count=True, expose_value=False, is_eager=True, callback=_speak_up
    )


def _speak_up(_ctx: click.Context, _option: click.Parameter, times: int) -> None:
    if times:
        logger = logging.getLogger("depthsim")
        if not logger.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
            logger.addHandler(handler)
        logger.setLevel(logging.INFO if times == 1 else logging.DEBUG)


class OneOf(click.Choice[str]):
    """One word of a closed list."""

    def __init__(self, words: tuple[str, ...], say: Words) -> None:
        super().__init__(words)
        self._say = say

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word; refuses others, with the list."""
        if value not in self.choices:
            self.fail(self._say("type.one_of", given=str(value), words=tuple(self.choices)), param, ctx)
        return str(value)


class Day(click.ParamType):  # type: ignore[type-arg]
    """A date: `2018-12-31`."""

    name = "day"

    def __init__(self, say: Words) -> None:
        self._say = say

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date; refuses what is none."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(self._say("type.day", given=str(value)), param, ctx)


class Number(click.ParamType):  # type: ignore[type-arg]
    """A whole number (or, with `whole=False`, any) between two bounds."""

    name = "number"

    def __init__(self, say: Words, least: float = 0, most: float = SEED_LIMIT, *, whole: bool = True) -> None:
        self._say, self._least, self._most, self._whole = say, least, most, whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; refuses what is none, or lies outside the bounds."""
        try:
            number = int(value) if self._whole else float(value)
        except ValueError:
            kind = "type.whole_number" if self._whole else "type.number"
            self.fail(self._say(kind, given=str(value)), param, ctx)
        if not self._least <= number <= self._most:
            if number < self._least and self._most >= SEED_LIMIT:
                self.fail(self._say("type.too_small", given=str(value), least=self._least), param, ctx)
            self.fail(self._say("type.outside", given=str(value), least=self._least, most=self._most), param, ctx)
        return number
