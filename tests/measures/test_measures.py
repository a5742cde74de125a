"""What measures read off single cases, made by hand and simulated."""

from __future__ import annotations

from typing import Any

import pytest

from depthsim.engines import discrete_event
from depthsim.errors import InputError
from depthsim.measures import Facts, PoolMeter, catalogue, load, measures_of
from depthsim.model.log import CaseLog, Row
from depthsim.model.system import ServiceSystem
from depthsim.texts import room
from reference_hall import hall, permit, register

TICKS = 1 << 20
MINUTE: dict[str, Any] = {
    "case_id": "permit/1", "sequence": 0, "occurrence": 0, "visit": 0, "entered": 0.0, "request": 0.0, "start": 0.0,
    "end": 0.0, "travel": 0.0, "takes": 0.0, "served": 0.0, "delay": 0.0, "lag": 0.0, "present": 0, "asked": 0,
    "item": "permit", "step": "apply", "token": 0, "stage": "preparation", "role": "submit", "by": "applicant",
    "channel": None, "place": None, "pool": None, "outcome": "", "kind": "normal", "stops": 0, "external": 0,
}  # fmt: skip
NINE = 9 * 60.0


def at_window(**values: Any) -> Row:
    here = {"channel": "window", "place": "hall", "pool": "windows", "present": 1, "asked": 1, "outcome": "window"}
    return Row(**{**MINUTE, **here, **values})


def in_office(**values: Any) -> Row:
    return Row(**{**MINUTE, "by": "office", "role": "accept", "stage": "acceptance", "asked": 1, **values})


def case(*rows: Row, outcome: str = "delivered", counted: bool = True) -> CaseLog:
    numbered = tuple(row._replace(sequence=n) for n, row in enumerate(rows))
    item = rows[0].item
    return CaseLog(item, 1, f"{item}/1", rows[0].entered, rows[-1].end, outcome, counted, numbered)


def read(measure: str, of: CaseLog, system: ServiceSystem | None = None) -> float | None:
    return load(measure).of(of, Facts(system or hall()))


def test_every_measure_has_a_label_and_its_file_s_name() -> None:
    assert set(catalogue()) == set(room("measures"))
    for name in catalogue():
        measure = load(name)
        assert measure.id == name
        assert measure.name("zh") != measure.name("en")


def test_an_unknown_measure_is_refused_with_the_closest() -> None:
    with pytest.raises(InputError) as refused:
        load("visit")
    assert "visits" in str(refused.value)


def test_money_is_offered_with_a_wage_only() -> None:
    assert "money" in {m.id for m in measures_of(hall())}
    assert "money" not in {m.id for m in measures_of(hall(wage=False))}


def test_the_applicant_s_time_has_four_parts() -> None:
    session = case(
        at_window(visit=1, request=600.0, start=607.0, end=619.0, travel=50.0, takes=20.0, served=12.0),
        in_office(pool="windows", present=1, asked=0, entered=619.0, request=619.0, start=619.0, end=625.0, takes=6.0),
    )
    parts = {"visits": 1, "travel_minutes": 50, "waiting_minutes": 7, "served_minutes": 18, "form_minutes": 20}
    assert {name: read(name, session) for name in parts} == parts
    assert read("applicant_minutes", session) == 95
    assert read("staff_minutes", session) == 18


def test_who_stands_by_while_a_file_rests_waits() -> None:
    """A lag, and the lunch of a back pool, are waiting for somebody who stands there; absent, they are not."""
    rests = in_office(
        pool="reviewers", present=1, entered=660.0, request=690.0, start=700.0, end=800.0, takes=40.0, lag=30.0
    )
    assert read("waiting_minutes", case(rests)) == 100
    assert read("served_minutes", case(rests)) == 40
    assert read("waiting_minutes", case(rests._replace(present=0))) == 0


def test_money_is_fee_postage_and_time() -> None:
    sent = Row(**{**MINUTE, "step": "collect", "channel": "post", "outcome": "courier", "takes": 30.0, "end": 30.0})
    assert read("money", case(sent)) == 100 + 12 + 30
    assert read("money", case(sent, outcome="refused")) == 12 + 30


def test_refused_before_acceptance_has_no_limit_days() -> None:
    refusal = in_office(kind="refusal", outcome="refused", end=5 * 1440.0)
    assert read("limit_days", case(refusal, outcome="refused")) is None
    assert read("on_time", case(refusal, outcome="refused")) is None
    first = in_office(stage="acceptance", end=60.0)
    assert read("limit_days", case(first, refusal, outcome="refused")) is None, "an earlier check is no acceptance"
    later = refusal._replace(stage="review", entered=60.0)
    assert read("limit_days", case(first, later, outcome="refused")) == 5 - 1, "Monday to Saturday: four more days"


def test_days_count_by_date_and_against_each_limit() -> None:
    accepted = in_office(end=NINE + 60)
    issued = in_office(stage="completion", role="complete", entered=NINE + 60, end=NINE + 2 * 1440)
    used = case(accepted, issued)
    assert read("limit_days", used) == 2
    assert read("on_time", used) == 0.0
    assert read("on_time_statutory", used) == 1.0
    assert read("on_time_statutory", used, hall(permit(limits={"promised": "30 days"}))) is None


def test_calendar_days_count_every_date() -> None:
    accepted = in_office(end=NINE)
    issued = in_office(stage="completion", role="complete", entered=NINE, end=NINE + 8 * 1440)
    assert read("limit_days", case(accepted, issued)) == 6
    assert read("limit_days", case(accepted, issued), hall(permit(limits={"promised": "8 days"}))) == 8


def test_a_forwarded_item_s_limit_is_of_our_own_part() -> None:
    def days(handling: str) -> set[float | None]:
        system = hall(register(handling=handling))
        run = discrete_event.run(system, seed=1, horizon_days=20)
        return {read("limit_days", done, system) for batch in run for done in batch}

    assert days("forwarded") <= {0, 1}
    assert min(d for d in days("committed") if d is not None) >= 3


def test_other_authorities_count_where_there_are_some() -> None:
    assert read("external_days", case(at_window())) is None
    away = in_office(item="register", external=1, entered=0.0, end=1440.0)
    assert read("external_days", case(away)) == 1440
    assert load("external_days").divisor == 1440


def tallies(*cases: CaseLog, begin: float = 0.0, end: float = 1440.0) -> Any:
    meter = PoolMeter(hall(), begin, end)
    for one in cases:
        meter.read(one)
    return meter.tallies


def test_waits_of_people_and_of_files_are_kept_apart() -> None:
    found = tallies(
        case(at_window(visit=1, request=NINE, start=NINE + 3, end=NINE + 9, served=6.0)),
        case(in_office(pool="windows", request=NINE, start=NINE + 30, end=NINE + 40, takes=10.0)),
        case(in_office(pool="reviewers", request=16 * 60.0, start=1440 + NINE, end=1440 + NINE + 60, takes=60.0)),
    )
    windows, reviewers = found["windows"], found["reviewers"]
    assert (windows.present_requests, windows.present_wait) == (1, 3 * TICKS)
    assert (windows.file_requests, windows.file_wait) == (1, 30 * TICKS)
    assert reviewers.file_wait == 60 * TICKS, "in the pool's working minutes: from 16:00 to 17:00"


def test_work_within_the_span_is_working_time_at_back_pools() -> None:
    over_lunch = in_office(pool="reviewers", request=690.0, start=690.0, end=810.0, takes=60.0)
    assert tallies(case(over_lunch))["reviewers"].within == 60 * TICKS
    assert tallies(case(over_lunch), end=700.0)["reviewers"].within == 10 * TICKS
    assert tallies(case(over_lunch, counted=False))["reviewers"].within == 60 * TICKS, "servers were busy all the same"
    assert tallies(case(over_lunch, counted=False))["reviewers"].work == 0


def test_overtime_and_visits_overnight() -> None:
    served = at_window(visit=1, request=16 * 60.0, start=16 * 60 + 50, end=17 * 60 + 20, served=30.0)
    on = in_office(
        pool="windows", present=1, asked=0, entered=1040.0, request=1040.0, start=1040.0, end=1500.0, takes=460.0
    )
    found = tallies(case(served))["windows"]
    assert (found.overtime, found.visits, found.overnight) == (20 * TICKS, 1, 0)
    assert tallies(case(served, on))["windows"].overnight == 1
    assert tallies(case(served, on._replace(present=0)))["windows"].overnight == 0, "the applicant had left"
