"""Opening hours unrolled over a run: tables of openings on which working time is a closed form.

Minute 0 is 00:00 of the system's start; every day has 1,440 minutes; an opening is half-open [open, close).
A table extends itself by whole calendar years as far as it is asked. After the last year that the calendar
library knows, a calendar of a country uses its weekly pattern and the fixed-date public holidays:
1 January, 1-2 May and 1-3 October (全国年节及纪念日放假办法, as amended from 2025). The moving ones (Spring
Festival, Qingming, Dragon Boat, Mid-Autumn) and the adjusted working days are then unknown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from threading import Lock

from depthsim.errors import Finding, InputError, error, warning
from depthsim.model.time import MINUTES_PER_DAY, CalendarField, Duration, clock_minute

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""(month, day) of the public holidays that fall on the same date every year."""

LONGEST_CLOSURE_DAYS = 3660
_SATURDAY, _SUNDAY = 5, 6
_ALL_DAY = ((0, MINUTES_PER_DAY),)


@cache
def _published() -> tuple[frozenset[date], frozenset[date], frozenset[int]]:
    """Return the published public holidays, adjusted working days, and the years that they cover."""
    from chinese_calendar import constants

    holidays, workdays = frozenset(constants.holidays), frozenset(constants.workdays)
    return holidays, workdays, frozenset(day.year for day in holidays)


def year_known(calendar: CalendarField, year: int) -> bool:
    """Return whether a calendar's public holidays are known in a year."""
    return calendar == "always" or calendar.country is None or year in _published()[2]


def day_pattern(calendar: CalendarField, day: date) -> int | None:
    """Return whose weekday's hours a date has (Monday is 0), or None on a public holiday.

    An adjusted working day has the hours of Friday on a Saturday and of Monday on a Sunday.
    """
    weekday = day.weekday()
    if calendar == "always":
        return weekday
    if day in calendar.workdays:
        return _adjusted(weekday)
    if day in calendar.holidays:
        return None
    if calendar.country is not None:
        holidays, workdays, years = _published()
        if day.year not in years:
            return None if (day.month, day.day) in FIXED_HOLIDAYS else weekday
        if day in workdays:
            return _adjusted(weekday)
        if day in holidays:
            return None
    return weekday


def _adjusted(weekday: int) -> int:
    return {_SATURDAY: 4, _SUNDAY: 0}.get(weekday, weekday)


def legal_working_day(calendar: CalendarField, day: date) -> bool:
    """Return whether a date is a legal working day: Monday to Friday, public holidays and adjustments applied.

    Hours play no part: a Saturday shift makes no working day. With `always` every date is one.
    """
    if calendar == "always":
        return True
    pattern = day_pattern(calendar, day)
    return pattern is not None and pattern < _SATURDAY


class Openings:
    """The openings of one calendar from a start date on, in minutes. Get one from `openings`.

    With `beyond: refuse` it raises InputError when asked about a year whose holidays are unknown, and for a
    calendar that never opens.
    """

    def __init__(self, calendar: CalendarField, start: date) -> None:
        self.calendar = calendar
        self.start = start
        self.weekly = (_ALL_DAY,) * 7 if calendar == "always" else calendar.weekly()
        if not any(self.weekly):
            raise InputError(error("DS411"))
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = []
        self._total = 0
        self._legal: list[int] = []
        self._until = 0
        self._lock = Lock()
        self.unknown_years: list[int] = []

    @property
    def always(self) -> bool:
        """Return whether it is open at all times."""
        return self.calendar == "always"

    @property
    def table(self) -> tuple[list[int], list[int], list[int], list[int], int]:
        """Return the table so far, not to be changed: openings, closings, open minutes before each, N by date, end."""
        return self._opens, self._closes, self._before, self._legal, self._until

    def cover(self, minute: float) -> None:
        """Extend the table so that it answers for every instant up to and including `minute`."""
        while self._until <= minute:
            with self._lock:
                if self._until <= minute:
                    self._add_year()

    def _add_year(self) -> None:
        day = self.start + timedelta(days=self._until // MINUTES_PER_DAY)
        if not year_known(self.calendar, day.year):
            if self.calendar != "always" and self.calendar.beyond == "refuse":
                raise InputError(error("DS412", years=[day.year]))
            self.unknown_years.append(day.year)
        minute, legal = self._until, self._legal[-1] if self._legal else 0
        year = day.year
        while day.year == year:
            pattern = day_pattern(self.calendar, day)
            legal += legal_working_day(self.calendar, day)
            self._legal.append(legal)
            for opens, closes in self.weekly[pattern] if pattern is not None else ():
                self._closes.append(minute + closes)
                self._before.append(self._total)
                self._opens.append(minute + opens)
                self._total += closes - opens
            minute += MINUTES_PER_DAY
            day += timedelta(days=1)
        self._until = minute

    def is_open(self, t: float) -> bool:
        """Return whether it is open at instant `t`."""
        self.cover(t)
        i = bisect_right(self._opens, t) - 1
        return i >= 0 and t < self._closes[i]

    def next_open(self, t: float) -> float:
        """Return `t` if open then, else the next opening (minutes)."""
        if t >= self._until:
            self.cover(t)
        i = bisect_right(self._opens, t)
        if i and t < self._closes[i - 1]:
            return t
        while i >= len(self._opens):
            if self._until - t > LONGEST_CLOSURE_DAYS * MINUTES_PER_DAY:
                raise InputError(error("DS411"))
            self.cover(self._until)
        return float(self._opens[i])

    def working(self, t: float) -> float:
        """Return the open minutes in [0, t)."""
        if t > self._until:
            self.cover(t)
        i = bisect_right(self._opens, t) - 1
        if i < 0:
            return 0.0
        return self._before[i] + min(t, float(self._closes[i])) - self._opens[i]

    def add_working(self, t: float, minutes: float) -> float:
        """Return the earliest instant at which `minutes` of working time have passed since next_open(t)."""
        first = self.next_open(t)
        if minutes == 0.0:
            return first
        i = bisect_right(self._opens, first) - 1
        if first + minutes <= self._closes[i]:
            return first + minutes
        target = self._before[i] + (first - self._opens[i]) + minutes
        while self._total < target:
            self.cover(self._until)
        i = bisect_left(self._before, target) - 1
        return self._opens[i] + (target - self._before[i])

    def open_minutes(self, begin: float, end: float) -> float:
        """Return the open minutes in [begin, end)."""
        return self.working(end) - self.working(begin)

    @cached_property
    def working_day_minutes(self) -> float:
        """Return a working day as a duration: mean open minutes of the weekdays that have any."""
        return working_day_minutes(self.calendar)

    def legal_days(self, t: float) -> int:
        """Return N(t): the number of legal working days from the start up to and including the date of `t`."""
        if t >= self._until:
            self.cover(t)
        return self._legal[int(t // MINUTES_PER_DAY)]

    def segments(self, begin: float) -> Iterator[tuple[int, int, int]]:
        """Yield (open, close, weekday whose hours it has) of every opening that closes after `begin`, without end."""
        self.cover(begin)
        i = bisect_right(self._closes, begin)
        while True:
            while i >= len(self._opens):
                self.cover(self._until)
            opens = self._opens[i]
            pattern = day_pattern(self.calendar, self.start + timedelta(days=opens // MINUTES_PER_DAY))
            assert pattern is not None
            yield opens, self._closes[i], pattern
            i += 1


class _Always(Openings):
    """Open at all times: working time is calendar time."""

    def is_open(self, t: float) -> bool:  # noqa: ARG002
        return True

    def next_open(self, t: float) -> float:
        return t

    def working(self, t: float) -> float:
        return t

    def add_working(self, t: float, minutes: float) -> float:
        return t + minutes


@lru_cache(maxsize=256)
def _table(calendar: CalendarField, start: date) -> Openings:
    return _Always(calendar, start) if calendar == "always" else Openings(calendar, start)


def openings(calendar: CalendarField, start: date, days: float = 0) -> Openings:
    """Return the table of a calendar from `start` on, ready for `days` days; one table a (calendar, start).

    Raises InputError for a calendar that never opens.
    """
    found = _table(calendar, start)
    if days > 0:
        found.cover(days * MINUTES_PER_DAY - 1)
    return found


def working_day_minutes(calendar: CalendarField) -> float:
    """Return the mean open minutes of the weekdays that have any: 1,440 for `always`; 0 if it never opens."""
    if calendar == "always":
        return float(MINUTES_PER_DAY)
    days = [sum(closes - opens for opens, closes in day) for day in calendar.weekly() if day]
    return sum(days) / len(days) if days else 0.0


def duration_minutes(duration: Duration, calendar: CalendarField) -> float:
    """Return a duration in minutes where `calendar` says what a working day is."""
    return duration.minutes(working_day_minutes(calendar))


def unknown_years(calendar: CalendarField, start: date, days: float) -> tuple[int, ...]:
    """Return the years within the first `days` days whose public holidays the calendar does not know."""
    last = start + timedelta(days=max(0, int(days - 1e-9)))
    return tuple(y for y in range(start.year, last.year + 1) if not year_known(calendar, y))


def calendar_findings(
    calendar: CalendarField, start: date, days: float, path: tuple[str | int, ...] = ()
) -> list[Finding]:
    """Return what is to know about a calendar over a run of `days`: that it never opens, or unknown holidays."""
    if working_day_minutes(calendar) == 0:
        return [error("DS411", path)]
    years = list(unknown_years(calendar, start, days))
    if not years or calendar == "always":
        return []
    if calendar.beyond == "refuse":
        return [error("DS412", path, years=years)]
    return [warning("DS413", path, years=years)]


def weighted_pieces(
    weights: Mapping[str, float] | None, day: Sequence[tuple[int, int]]
) -> list[tuple[int, int, float]]:
    """Return (begin, end, weight a minute) over one day's openings, minutes from midnight.

    Each weight of `weights` (clock time -> weight) lasts to the next key or to midnight and is spread evenly over
    the open minutes of that time; before the first key it is 0. Without weights every open minute weighs 1.
    """
    if weights is None:
        return [(opens, closes, 1.0) for opens, closes in day]
    starts = sorted((clock_minute(key), weight) for key, weight in weights.items())
    ends = [begin for begin, _ in starts[1:]] + [MINUTES_PER_DAY]
    found = []
    for (begin, weight), end in zip(starts, ends, strict=True):
        parts = [(max(o, begin), min(c, end)) for o, c in day if max(o, begin) < min(c, end)]
        minutes = sum(c - o for o, c in parts)
        found += [(o, c, weight / minutes) for o, c in parts if weight > 0]
    return sorted(found)


def closed_weights(weights: Mapping[str, float], day: Sequence[tuple[int, int]]) -> list[str]:
    """Return the clock times of `weights` above 0 whose time holds no open minute of the day."""
    starts = sorted((clock_minute(key), key) for key in weights)
    ends = [begin for begin, _ in starts[1:]] + [MINUTES_PER_DAY]
    return [
        key
        for (begin, key), end in zip(starts, ends, strict=True)
        if weights[key] > 0 and not any(max(o, begin) < min(c, end) for o, c in day)
    ]


def any_day(calendar: CalendarField) -> list[tuple[int, int]]:
    """Return the minutes of the day that are open on any weekday, as disjoint (open, close)."""
    if calendar == "always":
        return list(_ALL_DAY)
    found: list[tuple[int, int]] = []
    for opens, closes in sorted(opening for day in calendar.weekly() for opening in day):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found
