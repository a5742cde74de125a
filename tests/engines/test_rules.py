"""The engines' contract, rule by rule, on systems small enough to reckon by hand."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest

from depthsim.engines._plan import plan
from depthsim.errors import InputError, UsageError
from depthsim.model.log import CaseLog, Row
from depthsim.model.openings import openings
from depthsim.model.system import ServiceSystem
from depthsim.model.time import TICK
from engines.small_systems import applicant, cases, demo_hall, item, office, rows, system

AT_WINDOW = {"channel": "window", "at": "hall", "pool": "window"}
FLAT = {"per_year": 4000, "profile": "flat"}


def minute_of_day(t: float) -> float:
    return t % 1440


# ---------------------------------------------------------------------------------------------- A numbers and time


def test_a1_every_instant_and_duration_lies_on_the_grid() -> None:
    for row in rows(demo_hall(), days=30):
        for value in row[4:13]:
            assert (float(value) / TICK).is_integer()


def test_a2_work_without_length_lasts_a_tick() -> None:
    for row in rows(system(item({"review": office(takes="0 min")}, demand=FLAT)), days=10):
        assert row.end - row.start == TICK


def test_a7_a_working_day_is_the_pools_own() -> None:
    pools = {
        "desk": {"name": "d", "kind": "back", "servers": 50, "calendar": {"hours": {"mon-fri": ["08:00-18:00"]}}},
        "night": {"name": "n", "kind": "back", "servers": 50, "calendar": "always"},
    }
    steps = {
        "review": office(lag="1 working days", takes="1 min", next_="again"),
        "again": office("night", lag="1 working days", takes="1 min"),
    }
    of = system(item(steps), pools=pools)
    hours = openings(of.pool_calendar("desk"), of.start)
    for row in rows(of, days=20):
        if row.step == "review":
            assert row.lag == 600
            assert hours.open_minutes(row.entered, row.request) == 600
        else:
            assert row.request - row.entered == 1440


def test_a5_beyond_the_data_a_run_goes_on_or_is_refused() -> None:
    china = {"country": "CN", "hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}
    steps = {"review": office(takes="60 min")}
    of = system(item(steps, per_year=4000), calendar=china)  # twice what the desk can do
    log = cases(of, days=300)
    assert max(case.end for case in log) > 600 * 1440
    refusing = system(item(steps, per_year=4000), calendar={**china, "beyond": "refuse"})
    assert cases(refusing, days=100) == cases(of, days=100)  # done within 2026, though the year of demand is not
    with pytest.raises(InputError) as caught:
        cases(refusing, days=300)
    assert [(f.code, f.values["years"]) for f in caught.value.findings] == [("DS412", [2027])]
    with pytest.raises(InputError):
        cases(system(item({"review": office(takes="1 min")}), calendar={**china, "beyond": "refuse"}), days=310)


def test_a8_what_cannot_be_reckoned_is_refused() -> None:
    of = system(item({"review": office()}))
    with pytest.raises(InputError):
        plan(system(item({"review": office()}), calendar={"hours": {}}))
    with pytest.raises(UsageError):
        plan(of, ["nothing"])
    closed = {"hall": {"name": "h", "arrivals": {"09:00": 1, "18:00": 1}}, "annexe": {"name": "a"}}
    with pytest.raises(InputError) as caught:
        plan(system(item({"apply": applicant(go=AT_WINDOW)}), places=closed))
    assert caught.value.findings[0].code == "DS414"


# ---------------------------------------------------------------------------------------------- B order


def recommitted(of: ServiceSystem, log: list[CaseLog], tokens: int) -> int:
    """Assert that every row starts when commitment on arrival says so; return how many requests were checked.

    Requests to a pool in the order (time, case, token); start = max(request, earliest free server), by C2 to C5.
    """
    requests: dict[str, list[tuple[float, int, int, list[Row]]]] = defaultdict(list)
    for rank, case in enumerate(log):
        session: list[Row] = []
        for row in case.rows:
            if row.asked:
                session = [row]
                requests[str(row.pool)].append((row.request, rank, row.token, session))
            elif row.present and session and row.pool == session[-1].pool and row.entered == session[-1].end:
                session.append(row)
    checked = 0
    for name, asked in requests.items():
        pool, hours = of.pools[name], openings(of.pool_calendar(name), of.start)
        free = [0.0] * pool.servers
        for request, _, _, session in sorted(asked, key=lambda entry: entry[:3]):
            server = min(range(len(free)), key=free.__getitem__)
            since = max(request, free[server])
            for row in session:
                work = row.served if row.by == "applicant" else row.takes
                if pool.kind == "back":
                    start = hours.next_open(since)
                    end = hours.add_working(start, work)
                else:
                    start = since if row.present else hours.next_open(since)
                    end = start + work
                assert (row.start, row.end) == (start, end), row
                since = end
                checked += 1
            free[server] = since
    return checked


@pytest.mark.parametrize("load", [1, 20])
def test_b1_c2_to_c5_commitment_on_arrival_gives_the_same_log(load: float) -> None:
    of = demo_hall(load)
    days = 120 if load == 1 else 20
    log = cases(of, days)
    assert recommitted(of, log, 3) > 8000
    ties = Counter((row.request, row.pool) for case in log for row in case.rows if row.asked)
    assert max(ties.values()) >= 5  # nights and lunches collapse: the order at one instant is put to the test


def test_b3_at_one_instant_the_older_case_goes_first() -> None:
    """Cases that came over night all ask at 09:00 (a lag of one minute ends there at 09:01)."""
    of = system(item({"review": office(lag="1 min", takes="30 min")}, demand=FLAT))
    at_once = defaultdict(list)
    for case in cases(of, days=20):
        at_once[case.rows[0].request].append((case.arrival, case.rows[0].start))
    groups = [group for group in at_once.values() if len(group) > 1]
    assert groups
    for group in groups:
        assert [start for _, start in sorted(group)] == sorted(start for _, start in group)


def test_b4_rows_are_in_order_and_numbered() -> None:
    for case in cases(demo_hall(), days=60):
        numbers = [(row.token, row.sequence) for row in case.rows]
        assert numbers == sorted(numbers)
        assert len(set(numbers)) == len(numbers)
        assert all(row.case_id == case.case_id == f"{case.item}/{case.k}" for row in case.rows)
        for before, after in zip(case.rows, case.rows[1:], strict=False):
            if after.token == before.token == 0:
                assert after.entered == before.end
        for row in case.rows:
            assert row.entered <= row.request <= row.start <= row.end


# ---------------------------------------------------------------------------------------------- C office steps


def test_c1_a_request_without_lag_keeps_its_own_time_at_night() -> None:
    of = system(item({"review": office()}, demand=FLAT))
    night = [row for row in rows(of, days=30) if minute_of_day(row.entered) > 17 * 60]
    assert night
    for row in night:
        assert row.request == row.entered
        assert minute_of_day(row.start) >= 9 * 60


def test_c1_a_lag_in_days_is_calendar_time() -> None:
    of = system(item({"review": office(lag="2 days")}))
    for row in rows(of, days=30):
        assert row.request == row.entered + 2880


def test_c2_back_work_is_suspended_over_night() -> None:
    of = system(item({"review": office(takes="300 min")}, per_year=200))
    hours = openings(of.calendar, of.start)
    log = rows(of, days=60)
    assert any(row.end - row.start > 300 for row in log)
    for row in log:
        assert hours.open_minutes(row.start, row.end) == 300


def test_c3_windows_serve_people_through_lunch_and_after_closing() -> None:
    of = system(item({"apply": applicant(go={**AT_WINDOW, "served": "40 min"})}, per_year=3500))
    log = rows(of, days=60)
    assert all(row.end == row.start + 40 for row in log)
    assert any(minute_of_day(row.start) > 17 * 60 for row in log)
    assert any(12 * 60 < minute_of_day(row.start) < 13 * 60 for row in log)
    closing = {720, 1020}
    for row in log:
        assert openings(of.calendar, of.start).is_open(row.request)
        assert minute_of_day(row.request) not in closing


def test_c4_files_at_a_window_start_in_its_hours_and_are_never_suspended() -> None:
    of = system(item({"review": office("window", takes="50 min")}, demand=FLAT))
    hours = openings(of.calendar, of.start)
    log = rows(of, days=30)
    for row in log:
        assert hours.is_open(row.start)
        assert row.end == row.start + 50
    assert any(not hours.is_open(row.end) for row in log)
    assert not any(row.present for row in log)


SESSION = {
    "apply": applicant(go={**AT_WINDOW, "served": "5 min", "next": "check"}),
    "check": office(
        "window",
        applicant="waits",
        takes="6 min",
        outcomes={
            "fine": {"next": "print"},
            "unsigned": {"chance": 0.4, "kind": "correction", "on_the_spot": True, "next": "apply"},
            "incomplete": {"chance": 0.3, "kind": "correction", "next": "apply"},
        },
    ),
    "print": office("window", applicant="waits", takes="2 min", next_="store"),
    "store": office("window", takes="1 min"),
}


def test_c5_a_session_is_one_request_with_one_server() -> None:
    log = cases(system(item(SESSION, per_year=4000)), days=60)
    for case in log:
        for before, row in zip(case.rows, case.rows[1:], strict=False):
            if row.step in ("check", "print"):
                assert (row.asked, row.request, row.start) == (0, before.end, before.end)
            elif row.step == "store":
                assert (row.asked, row.present) == (1, 0)
            elif before.outcome == "unsigned":  # on the spot: nobody goes home, nobody queues again
                assert (row.visit, row.asked, row.start) == (0, 0, before.end)
            else:
                assert before.outcome == "incomplete"
                assert (row.visit, row.asked) == (1, 1)
    assert any(row.outcome == "unsigned" for case in log for row in case.rows)


def test_c5_on_the_spot_with_own_time_queues_again_without_a_visit() -> None:
    steps = {**SESSION, "apply": applicant(go={**AT_WINDOW, "served": "5 min", "takes": "20 min", "next": "check"})}
    log = cases(system(item(steps, per_year=4000)), days=60)
    again = [
        (before, row)
        for case in log
        for before, row in zip(case.rows, case.rows[1:], strict=False)
        if before.outcome == "unsigned"
    ]
    assert again
    for before, row in again:
        assert (row.visit, row.asked, row.request) == (0, 1, before.end + 20)
    assert any(row.start > row.request for _, row in again)


def test_c5_a_lag_or_another_pool_ends_the_session() -> None:
    steps: dict[str, Any] = {
        "apply": applicant(go={**AT_WINDOW, "served": "5 min", "next": "check"}),
        "check": office("window", applicant="waits", lag="3 min", next_="count"),
        "count": office("counter", applicant="waits"),
    }
    for row in rows(system(item(steps)), days=20):
        assert row.asked
        assert row.present
        if row.step == "check":
            assert row.request >= row.entered + 3


def test_c6_waiting_at_a_back_pool_keeps_presence_but_obeys_its_hours() -> None:
    steps: dict[str, Any] = {
        "apply": applicant(go={**AT_WINDOW, "served": "5 min", "next": "check"}),
        "check": office("desk", applicant="waits", takes="90 min", next_="sign"),
        "sign": applicant(go={**AT_WINDOW, "served": "1 min"}),
    }
    of = system(item(steps))
    hours = openings(of.calendar, of.start)
    log = rows(of, days=30)
    assert sum(row.visit for row in log) == sum(row.step == "apply" for row in log)
    checks = [row for row in log if row.step == "check"]
    assert all(row.present and hours.open_minutes(row.start, row.end) == 90 for row in checks)
    assert any(row.end - row.start > 90 for row in checks)


def test_external_and_poolless_steps_need_no_server() -> None:
    steps = {
        "ask": office(None, takes=None, lag="3 working days", external="province", next_="note"),
        "note": office(None, takes=None),
    }
    of = system(item(steps, demand=FLAT))
    hours = openings(of.calendar, of.start)
    for row in rows(of, days=20):
        assert (row.pool, row.asked) == (None, 0)
        if row.step == "ask":
            assert row.external
            assert hours.open_minutes(row.entered, row.end) == 3 * 420
        else:
            assert row.end == row.entered


# ---------------------------------------------------------------------------------------------- D applicants


def test_d1_delay_then_takes_then_the_way() -> None:
    option = {**AT_WINDOW, "served": "4 min", "delay": "2 days", "takes": "30 min"}
    for row in rows(system(item({"apply": applicant(go=option)})), days=30):
        assert (row.delay, row.takes, row.travel, row.served) == (2880, 30, 60, 4)
        assert row.request >= row.entered + 2880 + 30 + 30


def test_d2_d3_people_come_by_the_profile_whatever_the_day() -> None:
    """Unconditional hour shares: with the hour conditioned on being possible the late hours would double."""
    declared = {"09:00": 0.24, "10:00": 0.25, "11:00": 0.12, "13:00": 0.12, "14:00": 0.13, "15:00": 0.09, "16:00": 0.05}
    places = {"hall": {"name": "hall", "travel": "30 min", "arrivals": declared}, "annexe": {"name": "annexe"}}
    of = system(item({"apply": applicant(go={**AT_WINDOW, "served": "1 min"})}, per_year=20000), places=places)
    hours = openings(of.calendar, of.start)
    log = rows(of, days=365)
    found = Counter(int(minute_of_day(row.request) // 60) for row in log)
    for key, share in declared.items():
        error = math.sqrt(share * (1 - share) / len(log))
        assert abs(found[int(key[:2])] / len(log) - share) < 4 * error
    assert set(found) == {9, 10, 11, 13, 14, 15, 16}
    for row in log[:3000]:
        assert hours.is_open(row.request)
        assert row.request >= row.entered + 30
        days = range(int(row.entered // 1440), int(row.request // 1440))
        earlier = [d * 1440 + minute_of_day(row.request) for d in days]
        assert not any(t >= row.entered + 30 and hours.is_open(t) for t in earlier)  # the first possible day


def test_d4_travel_is_drawn_once_per_case_and_place() -> None:
    places = {
        "hall": {"name": "hall", "travel": {"law": "exponential", "mean": "30 min"}},
        "annexe": {"name": "annexe", "travel": {"law": "exponential", "mean": "30 min"}},
    }
    steps: dict[str, Any] = {
        "one": applicant(go={**AT_WINDOW, "served": "1 min", "next": "two"}),
        "two": applicant(go={**AT_WINDOW, "at": "annexe", "pool": "counter", "served": "1 min", "next": "three"}),
        "three": applicant(go={**AT_WINDOW, "served": "1 min"}),
    }
    for case in cases(system(item(steps), places=places), days=20):
        one, two, three = case.rows
        assert one.travel == three.travel > 0
        assert two.travel != one.travel
        assert [row.visit for row in case.rows] == [1, 1, 1]


@pytest.mark.parametrize(("between", "visits"), [({}, 1), ({"delay": "1 h"}, 2), ({"takes": "1 h"}, 1)])
def test_d5_presence_follows_the_graph(between: dict[str, str], visits: int) -> None:
    steps: dict[str, Any] = {
        "one": applicant(go={**AT_WINDOW, "served": "1 min", "next": "two"}),
        "two": applicant(go={**AT_WINDOW, "served": "1 min", **between}),
    }
    for case in cases(system(item(steps)), days=20):
        assert sum(row.visit for row in case.rows) == visits


@pytest.mark.parametrize(("choose", "same"), [("as_before", True), ("anew", False)])
def test_d6_loyalty(choose: str, same: bool) -> None:
    again = {"ok": {"next": "delivered"}, "gap": {"chance": 0.5, "kind": "correction", "at_most": 3, "next": "apply"}}
    options = {"online": {"next": "check"}, "post": {"channel": "post", "delay": "1 days", "next": "check"}}
    steps = {"apply": {**applicant(**options), "choose": choose}, "check": office(outcomes=again, takes="1 min")}
    taken = [{row.outcome for row in case.rows if row.step == "apply"} for case in cases(system(item(steps)), days=60)]
    assert all(len(chosen) == 1 for chosen in taken) is same


def test_d7_a_new_option_moves_only_those_whom_it_wins() -> None:
    def chosen(**options: float) -> dict[str, str]:
        made = {name: {"uptake": share} for name, share in options.items()}
        return {c.case_id: c.rows[0].outcome for c in cases(system(item({"apply": applicant(**made)})), days=365)}

    before = chosen(a=0.3, b=0.3, c=0.4)
    after = chosen(c=0.2, new=0.5, b=0.15, a=0.15)  # other order, shares halved for a new one
    assert before.keys() == after.keys()
    assert all(after[k] in (before[k], "new") for k in before)
    share = sum(v == "new" for v in after.values()) / len(after)
    assert abs(share - 0.5) < 4 * math.sqrt(0.25 / len(after))
    moved = chosen(a=0.5, b=0.3, c=0.2)
    assert 0.2 <= sum(moved[k] != before[k] for k in before) / len(before) < 0.29


def test_d8_a_lower_chance_of_correction_only_removes_corrections() -> None:
    def corrected(chance: float) -> set[str]:
        outcomes = {
            "ok": {"next": "delivered"},
            "gap": {"chance": chance, "kind": "correction", "next": "check"},
            "no": {"chance": 0.1, "kind": "refusal", "next": "refused"},
        }
        of = system(item({"check": office(takes="1 min", outcomes=outcomes)}))
        return {row.case_id for row in rows(of, days=365) if row.outcome == "gap"}

    assert corrected(0.1) < corrected(0.3)


def test_d8_used_up_corrections_share_their_chance_in_proportion() -> None:
    outcomes = {
        "ok": {"next": "delivered", "chance": 0.3},
        "gap": {"chance": 0.5, "kind": "correction", "at_most": 2, "next": "check"},
        "no": {"chance": 0.2, "kind": "refusal", "next": "refused"},
    }
    log = cases(system(item({"check": office(takes="1 min", outcomes=outcomes)}, per_year=20000)), days=200)
    corrections = [sum(row.outcome == "gap" for row in case.rows) for case in log]
    assert max(corrections) == 2
    last = [case.outcome for case, n in zip(log, corrections, strict=True) if n == 2]
    refused = last.count("refused") / len(last)
    assert abs(refused - 0.4) < 4 * math.sqrt(0.24 / len(last))
    assert abs(len(last) / len(log) - 0.25) < 4 * math.sqrt(0.1875 / len(log))


def test_d9_takes_again_replaces_the_time_of_a_return() -> None:
    outcomes = {"ok": {"next": "delivered"}, "gap": {"chance": 0.5, "kind": "correction", "next": "apply"}}
    steps = {
        "apply": applicant(online={"takes": "35 min", "takes_again": "5 min", "next": "check"}),
        "check": office(takes="1 min", outcomes=outcomes),
    }
    for row in rows(system(item(steps)), days=30):
        if row.step == "apply":
            assert row.takes == (5 if row.occurrence else 35)


def test_a_kiosk_has_no_queue() -> None:
    kiosk = {"channel": "kiosk", "at": "hall", "served": "30 min"}
    log = rows(system(item({"apply": applicant(go=kiosk)}, per_year=20000)), days=30)
    assert all(row.start == row.request and row.end == row.start + 30 and row.visit for row in log)
    assert any(b.start < a.end for a, b in pairwise(log))


def test_withdrawal_ends_a_case() -> None:
    outcomes = {"ok": {"next": "delivered"}, "silent": {"chance": 0.5, "kind": "withdrawal", "next": "withdrawn"}}
    log = cases(system(item({"check": office(outcomes=outcomes)})), days=60)
    assert {case.outcome for case in log} == {"delivered", "withdrawn"}
    for case in log:
        assert (case.outcome == "withdrawn") == (case.rows[-1].kind == "withdrawal")
        assert case.end == case.rows[-1].end


# ---------------------------------------------------------------------------------------------- E parallel


def parallel(next_: str = "delivered", **branches: Any) -> dict[str, Any]:
    return {"role": "countersign", "stage": "review", "by": "parallel", "branches": branches, "next": next_}


def branch(**steps: Any) -> dict[str, Any]:
    more = {"deadline": steps.pop("deadline")} if "deadline" in steps else {}
    return {"start": next(iter(steps)), "steps": steps, **more}


MANY = {
    "desk": {"name": "d", "kind": "back", "servers": 9, "calendar": "always"},
    "window": {"name": "w", "kind": "front", "at": "hall", "servers": 9, "calendar": "always"},
}


def test_e1_the_step_ends_with_its_last_branch_and_nothing_is_cancelled() -> None:
    outcomes = {"ok": {"next": "done"}, "no": {"chance": 0.3, "kind": "refusal", "next": "refused"}}
    steps = {
        "joint": parallel(
            fire=branch(survey=office(takes="10 min", outcomes=outcomes)),
            health=branch(visit=office(takes="50 min", next_="write"), write=office(takes="5 min", next_="done")),
        )
    }
    log = cases(system(item(steps), pools=MANY), days=60)
    assert {case.outcome for case in log} == {"delivered", "refused"}
    for case in log:
        trunk, survey, visit, write = case.rows
        assert [row.token for row in case.rows] == [0, 1, 2, 2]
        assert trunk.end == write.end == case.end == case.arrival + 55
        assert visit.entered == survey.entered == trunk.entered
        assert (case.outcome == "refused") == (survey.outcome == "no") == (trunk.outcome == "refused")
        assert write.step == "joint/health/write"


@pytest.mark.parametrize(
    ("deadline", "outcome", "end"),
    [("49 min", "withdrawn", 49), ("50 min", "delivered", 50), ("2 days", "delivered", 50)],
)
def test_e1_a_deadline_counts_a_late_branch_as_withdrawn_but_its_work_is_done(
    deadline: str, outcome: str, end: float
) -> None:
    slow = branch(
        visit=office(takes="20 min", next_="write"), write=office(takes="30 min", next_="done"), deadline=deadline
    )
    steps = {"joint": parallel(fire=branch(survey=office(takes="10 min", next_="done")), health=slow)}
    for case in cases(system(item(steps), pools=MANY), days=20):
        assert (case.outcome, case.end) == (outcome, case.arrival + end)
        assert case.rows[-1].end == case.arrival + 50
        assert case.rows[0].outcome == ("done" if outcome == "delivered" else outcome)


def test_e1_a_deadline_in_working_days_and_refusal_before_withdrawal() -> None:
    late = branch(wait=office(None, takes=None, lag="9 days", next_="done"), deadline="2 working days")
    no = branch(look=office(takes="5 min", outcomes={"no": {"kind": "refusal", "next": "refused"}}))
    of = system(item({"joint": parallel(late=late, no=no)}), pools=MANY)
    hours = openings(of.calendar, of.start)
    for case in cases(of, days=20):
        assert case.outcome == "refused"
        assert hours.open_minutes(case.arrival, case.end) == 840


def test_e1_the_case_goes_on_while_a_late_branch_is_at_work() -> None:
    """A branch of a branch: the inner step is withdrawn at its deadline, so the outer one is, at that time."""
    inner = parallel("done", slow=branch(work=office(takes="60 min", next_="done"), deadline="15 min"))
    steps = {
        "outer": parallel("sign", one=branch(inner=inner), two=branch(work=office(takes="5 min", next_="done"))),
        "sign": office(takes="1 min"),
    }
    for case in cases(system(item(steps), pools=MANY), days=20):
        assert (case.outcome, case.end) == ("withdrawn", case.arrival + 15)
        assert max(row.end for row in case.rows) == case.arrival + 60
        assert {row.step: row.token for row in case.rows} == {
            "outer": 0, "outer/one/inner": 1, "outer/one/inner/slow/work": 2, "outer/two/work": 3
        }  # fmt: skip


def test_e2_branches_make_their_own_visits_and_have_no_presence_at_first() -> None:
    go = {**AT_WINDOW, "served": "5 min", "next": "done"}
    steps = {
        "apply": applicant(go={**AT_WINDOW, "served": "5 min", "next": "joint"}),
        "joint": parallel(a=branch(ask=applicant(go=go)), b=branch(ask=applicant(go=go))),
    }
    for case in cases(system(item(steps), pools=MANY), days=20):
        assert [row.visit for row in case.rows if row.by == "applicant"] == [1, 1, 1]
        a, b = (row for row in case.rows if row.token)
        assert a.request != b.request  # luck is addressed by the path of the branch


def test_e2_corrections_count_per_branch() -> None:
    again = {"ok": {"next": "done"}, "gap": {"chance": 0.7, "kind": "correction", "next": "look"}}
    one = branch(look=office(takes="1 min", outcomes=again))
    log = cases(system(item({"joint": parallel(a=one, b=one)}), pools=MANY), days=60)
    counts = Counter((row.case_id, row.token) for case in log for row in case.rows if row.outcome == "gap")
    assert set(counts.values()) == {1}
    assert len({case for case, _ in counts}) < len(counts)


# ---------------------------------------------------------------------------------------------- G demand


def test_g1_a_shorter_horizon_is_a_prefix() -> None:
    of = demo_hall()
    short = {case.case_id: case.arrival for case in cases(of, days=90)}
    long = {case.case_id: case.arrival for case in cases(of, days=120)}
    assert short == {name: t for name, t in long.items() if t < 90 * 1440}
    assert len(long) > len(short)


def test_g1_arrivals_have_the_rate_of_the_year_and_come_in_opening_hours() -> None:
    of = system(item({"review": office(takes="1 min")}, per_year=40000))
    log = cases(of, days=365)
    assert abs(len(log) - 40000) < 4 * math.sqrt(40000)
    hours = openings(of.calendar, of.start)
    assert all(hours.is_open(case.arrival) for case in log)
    assert 0 not in {minute_of_day(case.arrival) - 540 for case in log}  # nobody is moved to the opening instant
    week = [case for case in log if case.arrival < 7 * 1440]
    assert abs(len(week) - 40000 * 5 / 261) < 4 * math.sqrt(40000 * 5 / 261)


def test_g1_profiles_weigh_hours_and_weekdays() -> None:
    profile = {"hours": {"09:00": 3, "13:00": 1}, "weekdays": {"mon": 2, "sat,sun": 0}}
    of = system(item({"review": office(takes="1 min")}, demand={"per_year": 40000, "profile": profile}))
    log = cases(of, days=364)
    mornings = sum(minute_of_day(case.arrival) < 720 for case in log) / len(log)
    mondays = sum(case.arrival // 1440 % 7 == 0 for case in log) / len(log)
    assert abs(mornings - 0.75) < 4 * math.sqrt(0.1875 / len(log))
    assert abs(mondays - 2 / 6) < 4 * math.sqrt(0.2222 / len(log))


def test_g1_flat_arrivals_come_at_any_time() -> None:
    log = cases(system(item({"review": office(takes="1 min")}, demand={"per_year": 40000, "profile": "flat"})), days=70)
    night = sum(minute_of_day(case.arrival) < 480 for case in log) / len(log)
    weekend = sum(case.arrival // 1440 % 7 >= 5 for case in log) / len(log)
    assert abs(night - 1 / 3) < 4 * math.sqrt(0.2222 / len(log))
    assert abs(weekend - 2 / 7) < 4 * math.sqrt(0.2041 / len(log))


def test_g2_everything_that_arrives_is_finished_and_warm_up_is_marked() -> None:
    of = system(item({"review": office(takes="60 min")}, per_year=3000))  # overloaded: 3,000 h of work a year
    log = cases(of, days=30, warm_up_days=10, cool_down_days=5)
    assert {case.outcome for case in log} == {"delivered"}
    assert max(case.end for case in log) > 60 * 1440
    assert [case.k for case in log] == list(range(1, len(log) + 1))
    for case in log:
        assert case.arrival < 45 * 1440
        assert case.counted == (10 * 1440 <= case.arrival < 40 * 1440)
    assert cases(of, days=45) == [case._replace(counted=True) for case in log]


def test_no_demand_no_cases() -> None:
    assert cases(system(item({"review": office()}, demand=None))) == []
    assert cases(system(item({"review": office()}, per_year=0))) == []
