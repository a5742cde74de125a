"""Rules A3 to A8 and F1: tables of openings, adjusted working days, years beyond the data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depthsim.errors import InputError, Severity
from depthsim.model.openings import (
    Openings,
    any_day,
    calendar_findings,
    closed_weights,
    openings,
    unknown_years,
    weighted_pieces,
    working_day_minutes,
)
from depthsim.model.time import TICK, Calendar

HOURS = {"mon-fri": ["09:00-12:00", "13:00-17:00"]}
WEEKLY = Calendar.model_validate({"hours": HOURS})
CHINA = Calendar.model_validate({"hours": HOURS, "country": "CN"})
MONDAY = date(2026, 3, 2)


def at(day: int, hour: float) -> float:
    return day * 1440 + hour * 60


@pytest.fixture
def week() -> Openings:
    return openings(WEEKLY, MONDAY)


def open_dates(table: Openings, year: int) -> set[date]:
    days = (date(year, 12, 31) - table.start).days + 1
    return {table.start + timedelta(days=d) for d in range(days) if table.open_minutes(d * 1440, (d + 1) * 1440) > 0}


def test_openings_are_half_open(week: Openings) -> None:
    assert week.is_open(at(0, 9))
    assert not week.is_open(at(0, 12))
    assert week.is_open(at(0, 12) - TICK)
    assert week.next_open(at(0, 12)) == at(0, 13)
    assert week.next_open(at(4, 17)) == at(7, 9)


def test_a_piece_that_ends_at_closing_ends_at_closing(week: Openings) -> None:
    assert week.add_working(at(0, 16), 60) == at(0, 17)
    assert week.add_working(at(0, 16), 60 + TICK) == at(1, 9) + TICK
    assert week.add_working(at(0, 11), 60) == at(0, 12)
    assert week.add_working(at(4, 17), 0) == at(7, 9)
    assert week.add_working(at(0, 9), 5 * 420) == at(4, 17)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 60 * 1440 * 8), st.integers(0, 20 * 420 * 8))
def test_adding_working_time_is_the_earliest_such_instant(start: int, minutes: int) -> None:
    table = openings(WEEKLY, MONDAY)
    t, d = start / 8, minutes / 8
    first, end = table.next_open(t), table.add_working(t, d)
    assert table.working(end) == table.working(first) + d
    if d:
        assert table.working(end - 1 / 8) < table.working(end)


def test_the_table_extends_itself_by_years() -> None:
    table = Openings(WEEKLY, MONDAY)
    assert table.add_working(0, 420 * 261 * 10) > 9.9 * 365 * 1440
    far = at(9000, 11)
    assert table.next_open(far) >= far


def test_adjusted_working_days_have_friday_or_monday_hours() -> None:
    calendar = Calendar.model_validate(
        {
            "country": "CN",
            "hours": {
                "mon": ["10:00-11:00"],
                "tue-thu": ["09:00-17:00"],
                "fri": ["14:00-16:00"],
                "sat": ["08:00-09:00"],
            },
        }
    )
    start = date(2026, 1, 1)
    table = openings(calendar, start)
    friday, monday = (14 * 60, 16 * 60), (10 * 60, 11 * 60)
    for month, day, hours in (
        (1, 4, monday), (2, 14, friday), (2, 28, friday), (5, 9, friday), (9, 20, monday), (10, 10, friday)
    ):  # fmt: skip
        midnight = (date(2026, month, day) - start).days * 1440
        assert table.next_open(midnight) == midnight + hours[0]
        assert table.open_minutes(midnight, midnight + 1440) == hours[1] - hours[0]
    saturday = (date(2026, 5, 2) - start).days * 1440  # a public holiday closes Saturday pools too
    assert table.open_minutes(saturday, saturday + 1440) == 0
    plain_saturday = (date(2026, 3, 7) - start).days * 1440
    assert table.open_minutes(plain_saturday, plain_saturday + 1440) == 60


def test_2026_has_its_published_working_days() -> None:
    table = openings(CHINA, date(2026, 1, 1))
    found = open_dates(table, 2026)
    assert len(found) == 248
    assert date(2026, 2, 28) in found
    assert date(2026, 2, 20) not in found


def test_holidays_and_workdays_correct_the_library() -> None:
    calendar = CHINA.model_copy(
        update={"holidays": (date(2026, 3, 4),), "workdays": (date(2026, 3, 7), date(2026, 5, 1))}
    )
    found = open_dates(openings(calendar, MONDAY), 2026)
    assert date(2026, 3, 4) not in found
    assert {date(2026, 3, 7), date(2026, 5, 1)} <= found


def test_beyond_the_data_the_weekly_pattern_with_fixed_holidays_is_used_and_reported() -> None:
    table = Openings(CHINA, date(2027, 1, 1))
    found = open_dates(table, 2027)
    closed = {date(2027, 1, 1) + timedelta(days=d) for d in range(365)} - found
    assert {d for d in closed if d.weekday() < 5} == {date(2027, 1, 1), date(2027, 10, 1)}
    assert date(2027, 5, 3) in found
    assert table.unknown_years == [2027]
    assert unknown_years(CHINA, date(2026, 3, 2), 305) == ()
    assert unknown_years(CHINA, date(2026, 3, 2), 365) == (2027,)
    (finding,) = calendar_findings(CHINA, date(2026, 3, 2), 365)
    assert (finding.code, finding.severity, finding.values["years"]) == ("DS413", Severity.WARNING, [2027])


def test_beyond_can_be_refused() -> None:
    calendar = CHINA.model_copy(update={"beyond": "refuse"})
    table = Openings(calendar, MONDAY)
    assert table.next_open(at(100, 3)) == at(100, 9)
    with pytest.raises(InputError) as caught:
        table.add_working(0, 420 * 300)
    assert caught.value.findings[0].values["years"] == [2027]
    assert calendar_findings(calendar, MONDAY, 400)[0].severity is Severity.ERROR


def test_a_calendar_without_opening_is_refused() -> None:
    never = Calendar.model_validate({"hours": {}})
    with pytest.raises(InputError):
        openings(never, MONDAY)
    assert working_day_minutes(never) == 0
    assert calendar_findings(never, MONDAY, 1)[0].code == "DS411"


def test_a_working_day_is_the_mean_of_the_weekdays_that_open() -> None:
    assert working_day_minutes(WEEKLY) == 420
    assert working_day_minutes("always") == 1440
    assert working_day_minutes(Calendar.model_validate({"hours": {**HOURS, "sat": ["09:00-12:00"]}})) == 380


def test_always_is_calendar_time() -> None:
    table = openings("always", MONDAY)
    assert table.next_open(12.5) == 12.5
    assert table.add_working(12.5, 7) == 19.5
    assert table.open_minutes(10, 20) == 10
    assert next(table.segments(1500.0)) == (1440, 2880, 1)


def test_legal_days_ignore_hours() -> None:
    """A Saturday shift makes no working day; a public holiday is none, an adjusted Saturday is one."""
    shifts = Calendar.model_validate({"country": "CN", "hours": {"mon-sat": ["09:00-12:00"]}})
    start = date(2026, 2, 9)
    table = openings(shifts, start)

    def used(first: date, last: date) -> int:
        a, b = ((d - start).days * 1440 + 600 for d in (first, last))
        return table.legal_days(b) - table.legal_days(a)

    assert used(date(2026, 3, 2), date(2026, 3, 2)) == 0
    assert used(date(2026, 3, 6), date(2026, 3, 9)) == 1
    assert used(date(2026, 2, 13), date(2026, 2, 14)) == 1
    assert used(date(2026, 2, 14), date(2026, 2, 24)) == 1
    assert openings("always", start).legal_days(3 * 1440 + 5) == 4


def test_tables_are_shared() -> None:
    again = Calendar.model_validate({"hours": HOURS})
    assert openings(again, MONDAY) is openings(WEEKLY, MONDAY)


def test_weights_are_spread_over_open_minutes() -> None:
    pieces = weighted_pieces({"09:00": 0.6, "11:00": 0.2, "16:00": 0.2}, any_day(WEEKLY))
    assert pieces == [
        (540, 660, 0.6 / 120),
        (660, 720, pytest.approx(0.2 / 240)),
        (780, 960, pytest.approx(0.2 / 240)),
        (960, 1020, 0.2 / 60),
    ]
    assert closed_weights({"09:00": 1, "12:00": 1, "13:00": 1, "17:00": 1, "18:00": 0}, any_day(WEEKLY)) == [
        "12:00",
        "17:00",
    ]


def test_any_day_joins_the_week() -> None:
    mixed = Calendar.model_validate({"hours": {"mon": ["09:00-12:00"], "tue": ["11:00-15:00"], "wed": ["18:00-19:00"]}})
    assert any_day(mixed) == [(540, 900), (1080, 1140)]
