"""`depthsim new`: a commented file to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from depthsim.cli._parameters import Command, Number, OneOf, argument, json_option, option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words

if TYPE_CHECKING:
    from depthsim.model.system import ServiceSystem

KINDS = ("item", "system", "scenario", "guide-table")


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("new", say)
    @argument("kind", say, "kind", type=OneOf(KINDS, say))
    @argument("name", say, "name")
    @option("-o", "--output", say=say, words="output", metavar="folder", default=".", show_default=True)
    @option("--items", say=say, words="items", metavar="number", type=Number(say, 1, 20_000))
    @option("--cases", say=say, words="cases", metavar="number", type=Number(say, 1, 1e9))
    @option("--seed", say=say, words="new_seed", metavar="number", type=Number(say))
    @option("--faults", say=say, words="faults", metavar="number", type=Number(say, 0, 1, whole=False))
    @json_option(say)
    @click.pass_obj
    def new(
        screen: Screen,
        kind: Literal["item", "system", "scenario", "guide-table"],
        name: str,
        output: str,
        items: int | None,
        cases: float | None,
        seed: int | None,
        faults: float | None,
        as_json: bool,
    ) -> int:
        from depthsim.verbs.new import new as verb

        found = verb(kind, name, folder=output, lang=screen.lang, items=items, seed=seed, cases=cases, faults=faults)
        if as_json:
            screen.json(found.to_json(screen.lang))
            return 0
        if found.city is not None:
            screen.line(say("new.city", file=str(found.path), **_size(found.city)))
        for file in () if found.city is not None else found.files:
            screen.line(say("written", file=str(file)))
        screen.line(say("new.fill_in" if kind == "guide-table" else "new.next", file=str(found.path)))
        return 0

    return new


def _size(city: ServiceSystem) -> dict[str, str]:
    """Return how large a city is."""
    return {
        "items": f"{len(city.items):,}",
        "departments": f"{len(city.departments):,}",
        "pools": f"{len(city.pools):,}",
        "servers": f"{sum(pool.servers for pool in city.pools.values()):,}",
        "cases": f"{sum(item.demand.per_year for item in city.items.values() if item.demand):,.0f}",
    }
