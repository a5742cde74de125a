"""The help of a command: usage, what it does, and its arguments, options and commands in columns.

Laid out here, since click measures Chinese characters as one column each and words its headings in English.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence

import click

from depthsim.cli._layout import cells, wrapped
from depthsim.cli._words import Words

WIDEST = 100
_GAP = 2


def help_page(command: click.Command, ctx: click.Context, usage: str, say: Words) -> str:
    """Return a command's help as text, as wide as the terminal but no wider than 100 columns."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    params = command.get_params(ctx)
    options = [p for p in params if isinstance(p, click.Option) and not p.hidden]
    parts = [
        wrapped(usage, width),
        wrapped(command.help or "", width),
        _table(
            "usage.arguments", [_argument(p, ctx, say) for p in params if isinstance(p, click.Argument)], width, say
        ),
        _table("usage.options_title", [_option(p, ctx, say) for p in options], width, say),
    ]
    if isinstance(command, click.Group):
        rows = [(name, say(f"short.{name}")) for name in command.list_commands(ctx)]
        parts.append(_table("usage.commands_title", rows, width, say))
    parts.append(wrapped(command.epilog or "", width))
    return "\n\n".join("\n".join(lines) for lines in parts if any(lines))


def _argument(param: click.Argument, ctx: click.Context, say: Words) -> tuple[str, ...]:
    words = [getattr(param, "help", ""), say("usage.required") if param.required else ""]
    return param.make_metavar(ctx), _joined(words, say)


def _option(param: click.Option, ctx: click.Context, say: Words) -> tuple[str, ...]:
    short = next((name for name in param.opts if not name.startswith("--")), "")
    long = next((name for name in param.opts if name.startswith("--")), "")
    takes = "" if param.is_flag or param.count else param.make_metavar(ctx)
    default = say("usage.default", value=param.default) if param.show_default else ""
    return short, long, takes, _joined([param.help or "", default], say)


def _joined(words: Iterable[str], say: Words) -> str:
    return ("" if say.lang == "zh" else " ").join(filter(None, words))


def _table(title: str, rows: Sequence[tuple[str, ...]], width: int, say: Words) -> list[str]:
    """Return a heading and rows in columns; the last column goes over several lines. Nothing without rows."""
    if not rows:
        return []
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)][:-1]
    left = _GAP + sum(w + _GAP for w in widths)
    lines = [click.style(f"{say(title)}:", bold=True)]
    for *heads, words in rows:
        head = "".join(" " * _GAP + cell + " " * (w - cells(cell)) for cell, w in zip(heads, widths, strict=True))
        for line in wrapped(words, max(width - left, 20)):
            lines.append((head + " " * _GAP + line).rstrip())
            head = " " * (left - _GAP)
    return lines
