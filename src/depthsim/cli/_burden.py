"""The options and the table of `--burden`: one result in the terms of cost models, minutes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from depthsim.cli._layout import Cell, Column
from depthsim.cli._measures import measure_name
from depthsim.cli._parameters import Decorator, Number, option
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words
from depthsim.texts import label

if TYPE_CHECKING:
    from depthsim.studies.burden import Burden, Quantity


@dataclass(frozen=True, slots=True)
class Wages:
    """Wages in CNY an hour, None where none is given."""

    wage: float | None
    staff_wage: float | None


def burden_options(say: Words) -> Decorator[Any]:
    """Return `--burden`, `--wage` and `--staff-wage`."""
    wage = Number(say, 0, 1_000_000, whole=False)
    options = (
        option("--burden", say=say, words="burden", is_flag=True),
        option("--wage", say=say, words="wage", metavar="per_hour", type=wage),
        option("--staff-wage", say=say, words="staff_wage", metavar="per_hour", type=wage),
    )

    def decorate(function: Any) -> Any:
        for one in reversed(options):
            function = one(function)
        return function

    return decorate


def wages(say: Words, asked: bool, wage: float | None, staff_wage: float | None) -> Wages | None:
    """Return the wages, or None where no burden is asked for. Raises click.UsageError for a wage without it."""
    if not asked and (wage is not None or staff_wage is not None):
        raise click.UsageError(say("burden.wage_alone"), click.get_current_context())
    return Wages(wage, staff_wage) if asked else None


def burden_table(screen: Screen, found: Sequence[Burden]) -> None:
    """Print one burden, or two beside each other with the change."""
    say = screen.say
    screen.heading(say("burden.title"))
    after = [Column(say(f"table.{what}"), right=True) for what in ("before", "after", "difference")]
    columns = [
        Column(say("table.burden"), wide=True),
        *(after if len(found) > 1 else [Column(say("table.value"), True)]),
    ]
    rows: list[list[str | Cell]] = []
    for heading, entries in _views(found, say):
        shown = [[words, *_cells(numbers, digits, say)] for words, numbers, digits in entries]
        if shown:
            rows.append([Cell(heading, "bold"), *([""] * (len(columns) - 1))])
            rows += [[f"  {line[0]}", *line[1:]] for line in shown]
    screen.table(columns, rows)
    screen.line()
    screen.paragraph(say("burden.note", wage=_rate(found[0].wage, say), staff_wage=_rate(found[0].staff_wage, say)))


def _rate(wage: float | None, say: Words) -> str:
    return say("burden.no_wage") if wage is None else say("burden.rate", wage=f"{wage:g}")


_Number = tuple[float, bool] | None
_Entry = tuple[str, list[_Number], str]


def _cells(numbers: Sequence[_Number], digits: str, say: Words) -> list[str]:
    """Return numbers, simulated ones marked, and of two the change."""
    shown = [_shown(number, digits, say) for number in numbers]
    if len(numbers) < 2:
        return shown
    before, after = numbers
    if before is None or after is None:
        return [*shown, say("unknown")]
    change = after[0] - before[0]
    if change == 0:
        return [*shown, "0"]
    words = f"{100 * change:+.1f}{say('points')}" if digits.endswith("%") else _formatted(change, digits, "+")
    return [*shown, _mark(before[1] and after[1], say) + words]


def _shown(number: _Number, digits: str, say: Words) -> str:
    return say("unknown") if number is None else _mark(number[1], say) + _formatted(number[0], digits)


def _formatted(value: float, digits: str, sign: str = "") -> str:
    return format(value + 0.0, sign + digits)


def _mark(exact: bool, say: Words) -> str:
    return "" if exact else say("burden.simulated")


def _views(found: Sequence[Burden], say: Words) -> list[tuple[str, list[_Entry]]]:
    """Return the views: a heading, and its entries with a number a burden and their format."""
    known = all(q.exact for b in found for q in b.activities.values())

    def each(of: Callable[[Burden], Quantity | None]) -> list[_Number]:
        return [None if (q := of(b)) is None else (q.value, q.exact) for b in found]

    def plain(of: Callable[[Burden], float | None], exact: bool = True) -> list[_Number]:
        return [None if (n := of(b)) is None else (n, exact) for b in found]

    minutes: list[_Entry] = [
        (measure_name(name, say), each(lambda b, name=name: b.activities[name]), ".2f")  # type: ignore[misc]
        for name in found[0].activities
    ]
    minutes.append((say("burden.minutes"), plain(lambda b: b.minutes, known), ".2f"))
    cost: list[_Entry] = []
    if found[0].wage is not None:
        cost = [
            (say("burden.postage"), each(lambda b: b.postage), ".2f"),
            (say("burden.cost"), plain(lambda b: b.cost, known), ".2f"),
            (say("burden.cost_per_year"), plain(lambda b: (b.cost or 0.0) * b.cases / 1e6, known), ",.3f"),
        ]
    hours: list[_Entry] = [
        (say("burden.respondents"), plain(lambda b: b.cases), ",.0f"),
        (say("burden.responses"), plain(lambda b: b.responses, found[0].corrections.exact), ".3f"),
        (say("burden.hours_per_response"), plain(lambda b: b.minutes / 60 / b.responses, known), ".3f"),
        (say("burden.hours"), plain(lambda b: b.hours, known), ",.0f"),
    ]
    failure: list[_Entry] = [
        (measure_name("corrections", say), each(lambda b: b.corrections), ".3f"),
        (say("burden.visits_by_corrections"), each(lambda b: b.visits_by_corrections), ".3f"),
        (say("burden.repeat_visits"), each(lambda b: b.repeat_visits), ".3f"),
    ]
    channels = dict.fromkeys(c for b in found for c in b.channels)
    take_up: list[_Entry] = [
        (say("burden.online"), plain(lambda b: b.online), ".1%"),
        (say("burden.without_visit"), each(lambda b: b.without_visit), ".1%"),
        *(
            (
                say("burden.channel", channel=label(c, say.lang)),
                plain(lambda b, c=c: b.channels.get(c, 0.0)),  # type: ignore[misc]
                ".1%",
            )
            for c in channels
        ),
    ]
    office: list[_Entry] = [(measure_name("staff_minutes", say), each(lambda b: b.staff), ".2f")]
    if found[0].staff_wage is not None:
        office.append((say("burden.staff_cost"), plain(lambda b: b.staff_cost, found[0].staff.exact), ".2f"))
    return [
        (say("burden.view.minutes"), minutes),
        (say("burden.view.cost"), cost),
        (say("burden.view.hours"), hours),
        (say("burden.view.failure"), failure),
        (say("burden.view.take_up"), take_up),
        (say("burden.view.transaction"), office),
    ]
