"""A log of cases of a synthetic city: a few made-up cases of each item, as an office would export them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from math import exp
from typing import Any

from depthsim.model.openings import legal_working_day
from depthsim.model.time import CalendarField
from depthsim.synthesis.draws import Draws
from depthsim.synthesis.steps import Data
from depthsim.texts import Lang, label, text

CASES_EACH = 8
FIELDS = ("case", "item", "name", "applied", "accepted", "completed", "channel", "synthetic")
_SPREAD = 0.4


def case_rows(
    statistics: Iterable[Mapping[str, Any]],
    guides: Mapping[str, Data],
    calendar: CalendarField,
    seed: int,
    lang: Lang,
    each: int = CASES_EACH,
) -> Iterator[list[str]]:
    """Yield rows after a row of headings: `each` cases of an item, in keeping with its statistics.

    Those say in which period, how many of the accepted ones came online, and the mean working days; no case takes
    longer than what its guide promises. The same seed gives the same rows.
    """
    yield [label(f"case_{field}", lang) for field in FIELDS]
    for row in statistics:
        for number in range(1, each + 1 if row["accepted"] else 1):
            draws = Draws.of(seed, f"{row['item']}/case/{number}")
            yield _case(row, guides[row["item"]], calendar, number, draws, lang)


def case_file(rows: Iterable[list[str]]) -> bytes:
    """Return rows as CSV that spreadsheets open as it is."""
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(rows)
    return table.getvalue().encode("utf-8-sig")


def _case(
    row: Mapping[str, Any], guide: Data, calendar: CalendarField, number: int, draws: Draws, lang: Lang
) -> list[str]:
    begin, end = date.fromisoformat(str(row["start"])), date.fromisoformat(str(row["end"]))
    share = row["accepted_online"] / row["accepted"]
    online = share > 0 and (number == 1 or draws.happens("online", share))  # a few cases must not hide a channel
    applied = _working(begin + timedelta(days=int(draws.unit("day") * (end - begin).days * 0.8)), calendar)
    accepted = _later(applied, draws.whole("acceptance", 0, 2), calendar)
    days = round(row["mean_working_days"] * exp(_SPREAD * draws.normal("days")))
    promised = _promised(guide)
    completed = _later(accepted, days if promised is None else min(days, promised), calendar)
    hour = draws.whole("hour", 9, 15)
    times = (
        datetime.combine(applied, time(hour, draws.whole("minute", 0, 59))),
        datetime.combine(accepted, time(16, draws.whole("accepted", 0, 29))),
        datetime.combine(completed, time(16, draws.whole("completed", 30, 59))),
    )
    channel = label(f"list_forms_{'computer' if online else 'window'}", lang)
    name = guide["name"]
    return [
        f"{row['item']}-{number:04d}", guide["code"], name if isinstance(name, str) else name[lang],
        *(f"{t:%Y-%m-%d %H:%M}" for t in times), channel, text("columns.word.flag.yes", lang),
    ]  # fmt: skip


def _promised(guide: Data) -> int | None:
    """Return the promised working days of a guide, None where they count otherwise or there are none."""
    number, _, unit = str(guide.get("promised", "")).partition(" ")
    return int(float(number)) if unit.startswith("working") else None


def _working(day: date, calendar: CalendarField) -> date:
    while not legal_working_day(calendar, day):
        day += timedelta(days=1)
    return day


def _later(day: date, days: int, calendar: CalendarField) -> date:
    """Return the date so many working days later."""
    for _ in range(days):
        day = _working(day + timedelta(days=1), calendar)
    return day
