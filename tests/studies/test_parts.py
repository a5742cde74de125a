"""Parts add up to the whole, bit for bit, whoever works on them and in whatever order they come in."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depthsim.errors import InputError, error
from depthsim.model.system import Applicants, ServiceSystem
from depthsim.studies import parts, run
from depthsim.studies.pairs import CaseValues
from depthsim.studies.parts import runs_alike, split, together
from depthsim.studies.run import Job, Setting, Task, TaskResult, Wanted, run_job, run_task
from depthsim.studies.tally import Tally
from depthsim.verbs.compare import compare
from depthsim.verbs.simulate import simulate
from reference_hall import hall, permit, register
from strategies import systems

SEGMENTED = Applicants.model_validate(
    {"segments": {"near": {"name": "Near", "share": 0.7}, "far": {"name": "Far", "travel": 3}}}
)
DAYS = 20.0
WHOLE = 10**9


def numbers(values: Sequence[CaseValues], adding: Any = None) -> Any:
    """Return what a pairing is given, as plain data: by item, cases by number."""
    found = []
    for of in values:
        order = np.lexsort((of.k, of.item))
        columns = (
            of.k[order].tolist(),
            np.stack(of.numbers)[:, order].T.tolist(),
            order if of.segment is None else of.segment[order],
        )
        rows = zip(of.item[order].tolist(), *columns, strict=True)
        mine: dict[str, list[str]] = {}
        for item, k, row, segment in rows:
            mine.setdefault(of.items[item], []).append(repr((k, row, None if of.segment is None else int(segment))))
        found.append(mine)
    return found


def street(halls: int, per_year: float = 600) -> ServiceSystem:
    """Return a system of several permits that share their windows, and many registers of their own."""
    base = hall()
    desks = {f"desk_{n}": base.pools["registrars"] for n in range(halls)}
    registers = []
    for n in range(halls):
        text = register().model_dump_json(by_alias=True).replace('"registrars"', f'"desk_{n}"')
        registers.append(type(register()).model_validate_json(text).model_copy(update={"id": f"register_{n}"}))
    items = [permit(demand={"per_year": per_year}), permit(id="other", demand={"per_year": per_year / 2}), *registers]
    return base.model_copy(update={"pools": type(base.pools)({**base.pools, **desks})}).with_items(
        {item.id: item for item in items}
    )


def setting(system: ServiceSystem, **changes: Any) -> Setting:
    return Setting(system, **{"engine": "discrete_event", "seed": 3, "horizon_days": DAYS, **changes})


def test_items_that_share_pools_stay_together_and_small_groups_are_bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    system = street(6)
    assert split([system], DAYS * 1440) == (tuple(system.items),)
    monkeypatch.setattr(parts, "LEAST_CASES", 1)
    assert split([system], DAYS * 1440) == (("permit", "other"), *((f"register_{n}",) for n in range(6)))
    monkeypatch.setattr(parts, "LEAST_CASES", 2 * 400 * DAYS / 365)
    bundles = split([system], DAYS * 1440)
    assert bundles == (
        ("permit", "other"), ("register_0", "register_1"), ("register_2", "register_3"), ("register_4", "register_5"),
    )  # fmt: skip


def test_many_small_items_make_few_parts() -> None:
    system = street(300, per_year=1)
    assert len(split([system], 1440 * 365 * 100)) < 2 * parts.MOST_BUNDLES
    assert len(split([system], 1440 * 365)) <= 4


def test_settings_are_split_alike_so_that_their_cases_can_be_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST_CASES", 1)
    apart = street(2)
    text = apart.items["register_1"].model_dump_json(by_alias=True).replace("desk_1", "desk_0")
    shared = apart.with_items({**apart.items, "register_1": type(register()).model_validate_json(text)})
    assert ("register_0", "register_1") in split([apart, shared], DAYS * 1440)
    fewer = apart.with_items({name: item for name, item in apart.items.items() if name != "register_0"})
    assert split([fewer, apart], DAYS * 1440) == (("permit", "other"), ("register_1",), ("register_0",))


def test_what_two_settings_share_is_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that a reform leaves alone has one run for both, and the same results as with two."""
    monkeypatch.setattr(parts, "LEAST_CASES", 1)
    before = street(2)
    more = {"servers": 9}
    pools = {**before.pools, "desk_1": before.pools["desk_1"].model_copy(update=more)}
    after = before.model_copy(update={"pools": type(before.pools)(pools)})
    job = Job((setting(before), setting(after)), Wanted(pairing=numbers))
    assert job.parts == (("permit", "other"), ("register_0",), ("register_1",))
    assert job.alike == ((0, 0), (0, 0), (0, 1))
    assert [job.size(Task(0, n, (0, 1))) > job.size(Task(0, n)) for n in range(3)] == [False, False, True]
    assert {t.settings for t in job.tasks(range(1), 99)} == {(0, 1), (0,), (1,)}
    runs: list[str] = []
    engine = run._run

    def counted(*args: Any) -> Any:
        runs.append(args[1])
        return engine(*args)

    monkeypatch.setattr(run, "_run", counted)
    once = [run_task(job, Task(0, n, (0, 1))) for n in range(3)]
    assert len(runs) == 4
    object.__setattr__(job, "alike", ((0, 1),) * 3)
    twice = [run_task(job, Task(0, n, (0, 1))) for n in range(3)]
    assert [(r.tallies, r.paired) for r in once] == [(r.tallies, r.paired) for r in twice]


@pytest.mark.parametrize(
    "change", [{"start": date(2026, 2, 1)}, {"calendar": "always"}, {"applicants": SEGMENTED}, {"places": {}}]
)
def test_what_a_run_depends_on_is_not_shared(change: dict[str, Any]) -> None:
    system = hall()
    assert runs_alike(system, system.model_copy(), ("register",))
    assert not runs_alike(system, system.model_copy(update=change), ("register",))
    other = system.items["register"].model_copy(update={"demand": None})
    assert not runs_alike(system, system.with_items({**system.items, "register": other}), ("register",))
    assert runs_alike(system, system.with_items({**system.items, "register": other}), ("permit",))


def test_a_system_without_items_has_one_empty_part() -> None:
    empty = hall().with_items({})
    assert split([empty], 1440.0) == ((),)
    (found,) = run_job(Job((setting(empty),), Wanted()), range(1))
    assert found.tallies[0].items == {}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_parts_add_up_to_the_whole_bit_for_bit(data: st.DataObject) -> None:
    drawn = data.draw(systems(most_items=4))
    if data.draw(st.booleans()):
        drawn = drawn.model_copy(update={"applicants": SEGMENTED})
    with pytest.MonkeyPatch.context() as patch:
        found = []
        for least in (WHOLE, 0.001):
            patch.setattr(parts, "LEAST_CASES", least)
            job = Job((setting(drawn, horizon_days=60.0, warm_up_days=5.0),), Wanted(pairing=numbers))
            results = [run_task(job, Task(2, n)) for n in range(len(job.parts))]
            sums = together(drawn, [r.tallies[0] for r in results])
            values = {name: v for r in results for part in r.paired for name, v in part.items()}
            found.append((sums.to_plain(), sums, values))
    assert found[0] == found[1]
    assert list(found[0][0]["items"]) == list(found[1][0]["items"]), "in the same order"


class _Slow:
    """A crew that finishes tasks in another order than they were given."""

    def __init__(self, job: Job, rank: Any) -> None:
        self.job, self.rank, self.tasks = job, rank, []
        self.most = 0

    tasks: list[Task]
    places = 5

    def begin(self, task: Task) -> None:
        self.tasks.append(task)
        self.most = max(self.most, len(self.tasks))

    def finished(self) -> list[TaskResult]:
        self.tasks.sort(key=lambda task: self.rank((task.replication, task.part, task.settings)))
        return [run_task(self.job, self.tasks.pop())]

    def under_way(self) -> float:
        return 0.0

    def close(self) -> None:
        pass


@pytest.mark.parametrize("rank", [hash, lambda t: t, lambda t: tuple(-n for n in t[:2])])
def test_any_order_of_completion_gives_the_same(rank: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST_CASES", 5)
    job = Job((setting(street(4)), setting(street(4), seed=4)), Wanted(pairing=numbers))
    assert len(job.parts) == 5
    expected = list(run_job(job, range(3)))
    told: list[int] = []
    kept: list[Task] = []
    tasks = job.tasks(range(3), places=100)
    assert {task.settings for task in tasks} == {(0,), (1,)}, "few tasks for so many places: settings apart"
    state = run._State(job, range(3), tasks, lambda r: kept.append(r.task), lambda done, total: told.append(done), None)
    crew = _Slow(job, rank)
    assert list(run._with_crew(state, crew)) == expected
    assert sorted(kept, key=str) == sorted(tasks, key=str)
    assert told == sorted(told)
    assert crew.most <= crew.places


def test_the_greatest_tasks_come_first_within_a_replication() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "LEAST_CASES", 5)
        job = Job((setting(street(4)),), Wanted())
    sizes = [job.size(task) for task in job.tasks(range(2), places=2)]
    assert sizes[:5] == sizes[5:] == sorted(sizes[:5], reverse=True)
    assert sizes[0] > 3 * sizes[1]


def test_known_tasks_are_not_worked_on_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST_CASES", 5)
    job = Job((setting(street(2)),), Wanted())
    whole = list(run_job(job, range(2)))
    known = {task: run_task(job, task) for task in job.tasks(range(2), 1)[1:]}
    kept: list[Task] = []
    assert list(run_job(job, range(2), known=known, keep=lambda r: kept.append(r.task))) == whole
    assert kept == [job.tasks(range(2), 1)[0]]
    assert list(run_job(job, range(2), known={**known, kept[0]: run_task(job, kept[0])}, cluster="tcp://nowhere")) == (
        whole
    )


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other processes work on the smallest run, in the smallest parts."""
    monkeypatch.setattr(run, "PROCESSES_PAY", 0.0)
    monkeypatch.setattr(parts, "LEAST_CASES", 5)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_done_meanwhile_may_stop_a_run(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless process is found while others work on it already: nobody waits for them."""
    ended: list[Task] = []
    monkeypatch.setattr(run, "run_task", lambda _job, task, _told: ended.append(task))

    def meanwhile() -> None:
        raise InputError(error("DS411"))

    with pytest.raises(InputError, match="DS411"):
        list(run_job(Job((setting(street(3)),), Wanted()), range(3), jobs=jobs, meanwhile=meanwhile))
    assert not ended


def test_copies_of_the_process_are_made_only_where_that_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    from depthsim.studies import workers

    job = Job((setting(hall()),), Wanted())
    for name in [name for name in sys.modules if name.partition(".")[0] == "polars"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert workers._can_fork(job) == (sys.platform == "linux")
    assert not workers._can_fork(Job((setting(hall()),), Wanted("cases"))), "rows are written by threads"
    monkeypatch.setitem(sys.modules, "polars", object())
    assert not workers._can_fork(job)
    monkeypatch.delitem(sys.modules, "polars")
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not workers._can_fork(job)


@pytest.mark.usefixtures("eager")
def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    small: dict[str, Any] = {"replications": 2, "horizon_days": 10, "seed": 4, "engine": "discrete_event"}
    found = {}
    for jobs in (1, 2, 3):
        simulate(street(3), **small, record="events", output=tmp_path / str(jobs), jobs=jobs)
        found[jobs] = {p.name: p.read_bytes() for p in sorted((tmp_path / str(jobs)).iterdir())}
    assert found[1] == found[2] == found[3]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1", "2", "3"], "no leftovers"
    scenario = Path(__file__).parents[2] / "scenarios" / "courier.yaml"
    one, two = (compare(street(3), scenario, **small, jobs=jobs).to_json() for jobs in (1, 2))
    assert one == two


@pytest.mark.usefixtures("eager")
def test_what_a_worker_refuses_is_refused_here() -> None:
    base = hall()
    closed = base.places["hall"].model_copy(update={"arrivals": {"02:00": 0.5, "05:00": 0.5}})
    broken = base.model_copy(update={"places": type(base.places)({"hall": closed})})
    messages = []
    for jobs in (1, 2):
        with pytest.raises(InputError) as refused:
            list(run_job(Job((setting(broken),), Wanted()), range(2), jobs=jobs))
        messages.append(refused.value.findings)
    assert messages[0] == messages[1]


def test_small_runs_stay_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from depthsim.studies import workers

    def refuse(*_: Any) -> Any:
        raise InputError(error("DS626", jobs=2))

    monkeypatch.setattr(workers, "Workers", refuse)
    small = simulate(hall(), replications=2, horizon_days=5, jobs=2)
    assert small.summary.cases > 0
    with pytest.raises(InputError):
        simulate(hall(permit(demand={"per_year": 100_000})), replications=9, jobs=2, engine="discrete_event")


def test_merging_forgets_no_field_of_a_tally() -> None:
    """A new field has to be added up too: then this list grows."""
    assert {f.name for f in fields(Tally)} == {"items", "pools", "last_end", "days", "segments"}
    assert np.iinfo(np.int64).max < parts.together(hall(), [_many(), _many()]).pools["windows"].work


def _many() -> Tally:
    tally = run_task(Job((setting(hall()),), Wanted()), Task(0, 0)).tallies[0]
    tally.pools["windows"].work = 2**62
    return tally
