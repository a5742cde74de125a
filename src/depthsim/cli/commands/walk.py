"""`depthsim walk`: one case, step by step."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from depthsim.cli._layout import clean
from depthsim.cli._parameters import Command, argument, json_option, option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words
from depthsim.errors import IllegalMove
from depthsim.texts import label

if TYPE_CHECKING:
    from depthsim.verbs.walk import Walk


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("walk", say)
    @argument("item", say, "item")
    @option("--system", say=say, words="system", metavar="path")
    @option("--move", "moves", say=say, words="moves", metavar="moves", multiple=True)
    @json_option(say)
    @click.pass_obj
    def walk(screen: Screen, item: str, system: str | None, moves: tuple[str, ...], as_json: bool) -> int:
        from depthsim.verbs.walk import walk as verb

        found = verb(item, system=system)
        for name in moves:
            step, _, move = name.rpartition(":")
            found.move(move, step or None)
        if as_json:
            screen.json(found.to_json(screen.lang))
            return 0
        if not moves:
            screen.paragraph(say("walk.start", name=found.case.item.name))
            _converse(screen, found)
        else:
            _here(screen, found)
        _end(screen, found)
        return 0

    return walk


def _converse(screen: Screen, found: Walk) -> None:
    """Ask and go on until the case has ended or the user leaves."""
    say = screen.say
    while found.case.outcome is None:
        _here(screen, found)
        given = _ask(say("walk.prompt"))
        if given is None or given in ("q", "Q"):
            return
        if given in ("b", "B"):
            if not found.back():
                screen.complain(say("walk.at_start"))
            continue
        try:
            found.choose(int(given))
        except (ValueError, IllegalMove):
            screen.complain(say("walk.unknown", given=given))


def _ask(prompt: str) -> str | None:
    """Return the next line, or None at the end of the input."""
    sys.stdout.write(prompt + " ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        sys.stdout.write(clean(line.strip()) + "\n")
    return line.strip() if line else None


def _here(screen: Screen, found: Walk) -> None:
    say = screen.say
    screen.line()
    for step, stage, place in found.where(screen.lang):
        present = say("walk.present", place=place) if place else ""
        words = say("walk.here", step=step, stage=stage, visits=found.case.visits)
        screen.line(say("walk.joined", first=words, second=present) if present else words, "bold")
    for number, move in enumerate(found.possible, start=1):
        mark = say("walk.visit") if move.visits else ""
        screen.line(f"  {number}  {found.words(move, screen.lang)}" + (f"  [{mark}]" if mark else ""))


def _end(screen: Screen, found: Walk) -> None:
    say, case = screen.say, found.case
    if case.outcome is not None:
        outcome = label(case.outcome, screen.lang)
        screen.line(say("walk.end", outcome=outcome, visits=case.visits, moves=len(found.made)))
        return
    steps = tuple(step for step, _, _ in found.where(screen.lang))
    screen.line(say("walk.left", step=steps, visits=case.visits))
