"""Rules F1 and F2: how many days of its limit a case has used."""

from __future__ import annotations

from typing import Any

import pytest

from depthsim.model.clock import limit_use, running_intervals, used_days
from depthsim.model.log import CaseLog, Row
from depthsim.model.openings import openings
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from engines.small_systems import applicant, cases, item, office, system

DAY = 1440.0


def row(step: str, entered: float, end: float, **more: Any) -> Row:
    """Return an office row of review, times in hours."""
    request, start = (more.pop(name, entered) * 60 for name in ("request", "start"))
    values: dict[str, Any] = {
        **dict.fromkeys(Row._fields, 0), "step": step, "stage": "review", "role": "review", "by": "office",
        "kind": "normal", "entered": entered * 60, "request": request, "start": start, "end": end * 60, **more,
    }  # fmt: skip
    return Row(**values)


def case(*rows: Row, outcome: str = "delivered") -> CaseLog:
    return CaseLog("matter", 1, "matter/1", 0.0, max(r.end for r in rows), outcome, True, rows)


ACCEPT = row("accept", 0, 10, stage="acceptance")


def on(day: int, hour: float) -> float:
    return day * 24 + hour


def matter(**limits: str) -> tuple[ServiceItem, ServiceSystem]:
    of = system(item({"accept": office()}, limits=limits))
    return of["matter"], of


def days_used(*rows: Row, outcome: str = "delivered", **limits: str) -> int | None:
    found = limit_use(case(*rows, outcome=outcome), *matter(**{"promised": "5 working days", **limits}))
    return None if found is None else found.promised_days


def test_the_day_of_acceptance_is_day_0() -> None:
    assert days_used(ACCEPT, row("decide", 10, 16, stage="completion")) == 0
    assert days_used(ACCEPT, row("decide", 10, on(1, 9), stage="completion")) == 1


def test_a_weekend_uses_no_working_day() -> None:
    friday = row("accept", 0, on(4, 16), stage="acceptance")
    decided = row("decide", on(4, 16), on(7, 10), stage="completion")
    assert days_used(friday, decided) == 1
    assert days_used(friday, decided, promised="5 days") == 3


def test_the_last_acceptance_starts_the_clock_and_the_last_completion_ends_it() -> None:
    rows = (
        row("accept", 0, 10, stage="acceptance", kind="correction"),
        row("supplement", 10, on(2, 9), by="applicant", stage="preparation"),
        row("accept", on(2, 9), on(2, 10), stage="acceptance"),
        row("approve", on(2, 10), on(3, 10), role="approve", stage="approval"),
        row("issue", on(3, 10), on(4, 10), stage="completion"),
        row("send", on(4, 10), on(7, 10), stage="delivery"),
    )
    assert days_used(*rows) == 2
    assert days_used(*rows, ends="decision") == 1


def test_applicant_steps_do_not_count() -> None:
    rows = (
        ACCEPT,
        row("review", 10, on(1, 9)),
        row("pay", on(1, 9), on(3, 9), by="applicant", stage="completion"),
        row("issue", on(3, 9), on(4, 9), stage="completion"),
    )
    assert days_used(*rows) == 2


@pytest.mark.parametrize(("request_day", "start_day", "used"), [(3, 3, 1), (0, 3, 4), (1, 3, 3)])
def test_a_stopping_step_stops_in_lag_and_work_but_not_in_its_queue(
    request_day: int, start_day: int, used: int
) -> None:
    """Entered on day 0, worked on from day 3 until day 7 (Monday), closed a day later."""
    stopping = row("test", 10, on(7, 11), request=on(request_day, 10), start=on(start_day, 10.5), stops=1)
    assert days_used(ACCEPT, stopping, row("issue", on(7, 11), on(8, 9), stage="completion")) == used


def test_a_stop_in_one_branch_stops_the_whole() -> None:
    rows = (
        ACCEPT,
        row("joint", 10, on(3, 12), by="parallel"),
        row("joint/a/review", 10, on(3, 12), token=1, start=11),
        row("joint/b/hearing", 10, on(2, 12), token=2, request=10, start=10, stops=1),
        row("issue", on(3, 12), on(4, 9), stage="completion"),
    )
    assert days_used(*rows) == 2


def test_a_parallel_step_that_waits_for_the_applicant_alone_uses_nothing() -> None:
    rows = (
        ACCEPT,
        row("joint", 10, on(3, 12), by="parallel"),
        row("joint/a/review", 10, on(1, 12), token=1),
        row("joint/b/explain", 10, on(3, 12), token=2, by="applicant"),
        row("issue", on(3, 12), on(3, 16), stage="completion"),
    )
    assert days_used(*rows) == 1


def test_work_after_a_branchs_deadline_counts_no_more() -> None:
    rows = (
        ACCEPT,
        row("joint", 10, on(1, 10), by="parallel", kind="withdrawal"),
        row("joint/a/review", 10, on(4, 10), token=1),
        row("joint/a/report", on(4, 10), on(8, 10), token=1, stops=1),
    )
    found = running_intervals(case(*rows, outcome="refused"))
    assert found == ((600.0, DAY + 600.0),)


def test_without_acceptance_there_is_no_value() -> None:
    assert days_used(row("accept", 0, 10, stage="acceptance", kind="refusal"), outcome="refused") is None
    assert days_used(ACCEPT, row("review", 10, on(1, 9), kind="withdrawal"), outcome="withdrawn") is None
    assert days_used(ACCEPT, row("review", 10, on(1, 9), kind="refusal"), outcome="refused") == 1


def test_on_time_is_judged_by_each_limit() -> None:
    rows = (ACCEPT, row("issue", 10, on(3, 9), stage="completion"))
    found = limit_use(case(*rows), *matter(promised="2 working days", statutory="3 days"))
    assert found is not None
    assert (found.promised_days, found.on_time_promised) == (3, False)
    assert (found.statutory_days, found.on_time_statutory) == (3, True)
    without = limit_use(case(*rows), *matter())
    assert without is not None
    assert (without.working_days, without.on_time_promised) == (3, None)


def test_used_days_do_not_depend_on_how_time_is_cut() -> None:
    hours = openings("always", system().start)
    assert used_days(((0.0, 5 * DAY),), hours) == used_days(((0.0, 2 * DAY + 7), (2 * DAY + 7, 5 * DAY)), hours) == 5


def test_a_run_is_measured() -> None:
    steps = {
        "apply": applicant(online={"next": "accept"}),
        "accept": office(stage="acceptance", next_="issue"),
        "issue": office(stage="completion", lag="2 working days"),
    }
    of = system(item(steps, limits={"promised": "2 working days"}))
    found = [limit_use(c, of["matter"], of) for c in cases(of, days=60)]
    assert {use.promised_days for use in found if use} <= {2, 3}
    assert 0 < sum(use.on_time_promised is True for use in found if use) < len(found)
