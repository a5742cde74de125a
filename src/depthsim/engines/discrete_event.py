"""The reference engine, on SimPy: cases are processes that queue for servers and sleep in between.

Every pause is an event at an absolute time, with a priority by case and token, so that simultaneous events are
processed oldest case first; a server that becomes free passes at once to the head of its queue. simpy's only home.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator
from heapq import heappop, heappush, merge
from typing import Any

import simpy
from simpy.core import EmptySchedule
from simpy.events import Event, EventPriority

from depthsim.engines._arrivals import arrival_at_place
from depthsim.engines._luck import case_key, item_key, uniform
from depthsim.engines._plan import (
    DONE,
    END_NAMES,
    REFUSED,
    WITHDRAWN,
    ApplicantPlan,
    BranchPlan,
    ItemPlan,
    OfficePlan,
    OptionPlan,
    OutcomePlan,
    ParallelPlan,
    Plan,
    PoolPlan,
    Static,
    plan,
)
from depthsim.engines._samplers import Draw
from depthsim.errors import DepthsimError
from depthsim.model.log import Batch, CaseLog, Row
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY

BATCH_CASES = 1000
FIRST_PRIORITY = 2
"""SimPy's own events have priorities 0 and 1; ours follow."""

Pause = Generator[Event, Any, int]
"""A piece of a case's life: it yields what it waits for and returns the number of the next step or end."""


def run(
    system: ServiceSystem,
    *,
    seed: int,
    replication: int = 0,
    horizon_days: float,
    warm_up_days: float = 0,
    cool_down_days: float = 0,
    items: Iterable[str] | None = None,
) -> Iterator[Batch]:
    """Yield the finished cases of one replication in batches, in the order in which they finish.

    Cases arrive in [0, warm-up + horizon + cool-down) and all run to completion; those of the horizon are
    `counted`. With `items` only these are run: exact for whole components (`engines.components`).
    Raises InputError where the system cannot run.
    """
    world = _World(plan(system, items), seed, replication)
    begin = warm_up_days * MINUTES_PER_DAY
    counted = (begin, begin + horizon_days * MINUTES_PER_DAY)
    world.env.process(world.arrivals(counted, counted[1] + cool_down_days * MINUTES_PER_DAY))
    return world.batches()


class _Instant(Event):
    """An event at an absolute time, in the order of (time, case, token)."""

    def __init__(self, env: simpy.Environment, time: float, priority: EventPriority) -> None:
        self.env = env
        self.callbacks = []
        self._value = None
        self._ok = True
        env.schedule(self, priority, time - env.now)


class _Servers:
    """The servers of a pool and the queue before them: by class where the pool has priorities, first come first."""

    __slots__ = ("_asked", "_booked", "_env", "_idle", "_queue", "plan")

    def __init__(self, env: simpy.Environment, pool: PoolPlan) -> None:
        self.plan = pool
        self._env = env
        self._idle = pool.servers
        self._queue: list[tuple[int, int, Event]] = []
        self._asked = 0
        self._booked: dict[float, int] = {}

    def ask(self, priority: int) -> Event | None:
        """Take a server at once (None), or return the event of getting one."""
        if self._idle:
            self._idle -= 1
            return None
        turn = Event(self._env)
        self._asked += 1
        heappush(self._queue, (-priority if self.plan.priority else 0, self._asked, turn))
        return turn

    def release(self) -> None:
        """Pass the server to the head of the queue, or let it idle."""
        if self._queue:
            heappop(self._queue)[2].succeed()
        else:
            self._idle += 1

    def book(self, earliest: float) -> float:
        """Take a place in the first slot from an instant on that has one left, and return when the slot begins."""
        pool = self.plan
        for opens, closes, _ in pool.hours.segments(earliest):
            n = max(0, math.ceil((earliest - opens) / pool.slot))
            while (begin := opens + n * pool.slot) + pool.slot <= closes:
                if self._booked.get(begin, 0) < pool.servers:
                    self._booked[begin] = self._booked.get(begin, 0) + 1
                    return begin
                n += 1
        raise AssertionError("openings never end")

    def work(self, since: float, minutes: float, present: bool) -> tuple[float, float]:
        """Return start and end of work by a server that is held from `since` on.

        Back pools suspend work outside their hours. Windows serve whoever stands there, whatever the hour; on
        files they start in their hours and finish what they have begun.
        """
        pool = self.plan
        if not pool.front:
            start = pool.hours.next_open(since)
            return start, pool.hours.add_working(start, minutes)
        start = since if present else pool.hours.next_open(since)
        return start, start + minutes


class _Case:
    """A case under way: what it has met, and its rows."""

    __slots__ = (
        "arrival", "counted", "end", "entered", "id", "item", "k", "key", "live", "outcome", "priority", "rows",
        "sequence", "travel", "used",
    )  # fmt: skip

    def __init__(self, item: ItemPlan, k: int, key: int, arrival: float, counted: bool, priority: int) -> None:
        self.item = item
        self.k = k
        self.id = f"{item.id}/{k}"
        self.key = key
        self.arrival = arrival
        self.counted = counted
        self.priority = priority
        self.entered = [0] * len(item.steps)
        self.used = [0] * item.counters
        self.sequence = [0] * item.tokens
        self.travel: dict[int, float] = {}
        self.rows: list[Row] = []
        self.live = 0
        self.end = math.nan
        self.outcome = DONE

    def log(self) -> CaseLog:
        """Return the finished case."""
        if self.item.tokens > 1:
            self.rows.sort(key=lambda row: (row.token, row.sequence))
        outcome = END_NAMES[self.outcome]
        head = (self.item.id, self.k, self.id, self.arrival, self.end, outcome, self.counted)
        return CaseLog(*head, tuple(self.rows), self.item.variant, self.item.segment)


class _World:
    """One run: SimPy's environment, the pools, and the cases that have finished."""

    def __init__(self, prepared: Plan, seed: int, replication: int) -> None:
        self.env = simpy.Environment()
        self.plan = prepared
        self.pools = [_Servers(self.env, pool) for pool in prepared.pools]
        self.tokens = prepared.token_numbers
        self.keys = [item_key(seed, replication, item.id) for item in prepared.items]
        self.done: list[CaseLog] = []
        self.failure: DepthsimError | None = None

    def batches(self) -> Iterator[Batch]:
        """Run to the end, yielding finished cases."""
        step, done = self.env.step, self.done
        try:
            while True:
                step()
                if len(done) >= BATCH_CASES:
                    yield tuple(done)
                    done.clear()
                if self.failure is not None:
                    raise self.failure
        except EmptySchedule:
            if done:
                yield tuple(done)

    def arrivals(self, counted: tuple[float, float], until: float) -> Generator[Event, Any, None]:
        """Let every case arrive at its time; its number is the rank of (arrival, item, k)."""
        streams = [self._stream(item, number, until) for number, item in enumerate(self.plan.items) if item.arrivals]
        env, items, keys, tokens = self.env, self.plan.items, self.keys, self.tokens
        try:
            for rank, (arrival, _, k, number) in enumerate(merge(*streams)):
                priority = FIRST_PRIORITY + rank * tokens
                yield _Instant(env, arrival, EventPriority(priority))
                is_counted = counted[0] <= arrival < counted[1]
                key = case_key(keys[number], k)
                case = _Case(items[number].at(key, arrival), k, key, arrival, is_counted, priority)
                env.process(self._trunk(case))
        except DepthsimError as problem:  # SimPy would rebuild it from its text
            self.failure = problem

    def _stream(self, item: ItemPlan, number: int, until: float) -> Iterator[tuple[float, str, int, int]]:
        assert item.arrivals is not None
        for arrival, k in item.arrivals.times(self.keys[number], until):
            yield arrival, item.id, k, number

    def _trunk(self, case: _Case) -> Generator[Event, Any, None]:
        case.live += 1
        token = _Token(self, case, 0)
        try:
            case.outcome = yield from token.live(case.item.start)
        except DepthsimError as problem:
            self.failure = problem
        case.end = token.now
        self.leave(case)

    def leave(self, case: _Case) -> None:
        """Count one token of a case less; with the last one it has finished."""
        case.live -= 1
        if not case.live:
            self.done.append(case.log())


class _Gate(Event):
    """An event that somebody opens, at the present time, in the order of (case, token)."""

    def open(self, priority: EventPriority) -> None:
        """Let whoever waits go on once everything older at this instant is done."""
        self._ok = True
        self._value = None
        self.env.schedule(self, priority)


class _Join:
    """The end of a parallel step: it comes when every branch has ended, or is past its deadline."""

    __slots__ = ("_ends", "_priority", "_waiting", "gate")

    def __init__(self, env: simpy.Environment, priority: EventPriority, branches: int) -> None:
        self.gate = _Gate(env)
        self._priority = priority
        self._waiting = branches
        self._ends: dict[int, int] = {}

    def arrive(self, token: int, end: int) -> None:
        """Note how a branch ended; the first word counts."""
        if token in self._ends:
            return
        self._ends[token] = end
        self._waiting -= 1
        if not self._waiting:
            self.gate.open(self._priority)

    @property
    def result(self) -> int:
        """Return refused if any branch was, else withdrawn if any was, else done."""
        ends = self._ends.values()
        return REFUSED if REFUSED in ends else WITHDRAWN if WITHDRAWN in ends else DONE


class _Token:
    """One strand of a case: the trunk, or a branch of a parallel step."""

    __slots__ = ("case", "env", "now", "number", "place", "priority", "world")

    def __init__(self, world: _World, case: _Case, number: int) -> None:
        self.world = world
        self.env = world.env
        self.case = case
        self.number = number
        self.priority = EventPriority(case.priority + number)
        self.now: float = world.env.now
        self.place: int | None = None
        """Where the applicant physically is."""

    def live(self, position: int) -> Pause:
        """Go from step to step until an end; return its number."""
        steps = self.case.item.steps
        while position >= 0:
            step = steps[position]
            if isinstance(step, OfficePlan):
                position = yield from self._office(step)
            elif isinstance(step, ApplicantPlan):
                position = yield from self._applicant(step)
            else:
                position = yield from self._parallel(step)
        return position

    # -- pieces of a life ----------------------------------------------------------------------------------

    def _applicant(self, step: ApplicantPlan) -> Pause:
        entered, case = self.now, self.case
        occurrence = self._enter(step.number)
        option = self._choice(step, occurrence)
        delay = _minutes(option.delay, case.key, step.delay_at, occurrence)
        takes = _minutes(option.takes_again if occurrence else option.takes, case.key, step.takes_at, occurrence)
        acts = entered + delay if option.delay_hours is None else option.delay_hours.add_working(entered, delay)
        ready = acts + takes
        if not option.on_site:
            self.place = None
            times = (entered, acts, acts, ready)
            self._row(occurrence, 0, times, 0.0, takes, 0.0, delay, 0.0, False, False, option.static)
            yield from self._until(ready)
            return option.next
        if option.appointment:
            return (yield from self._appointment(step, option, occurrence, (entered, ready, delay, takes)))
        if not option.delay.zero:
            self.place = None
        visit, way, request = 0, 0.0, ready
        if self.place != option.place:
            visit, way, request = 1, *self._visit(step, option, ready, occurrence)
            self.place = option.place
        served = _minutes(option.served, case.key, step.served_at, occurrence)
        if option.pool is None:
            times = (entered, request, request, request + served)
            self._row(occurrence, visit, times, way, takes, served, delay, 0.0, True, False, option.static)
            yield from self._until(request + served)
            return option.next
        yield from self._until(request)
        servers = self.world.pools[option.pool]
        yield from self._turn(servers, max(option.priority, case.item.priority))
        start, end = servers.work(self.now, served, present=True)
        times = (entered, request, start, end)
        self._row(occurrence, visit, times, way, takes, served, delay, 0.0, True, True, option.static)
        position, end = self._session(servers, option.pool, option.next, end, spot=False)
        yield from self._until(end)
        servers.release()
        return position

    def _appointment(
        self, step: ApplicantPlan, option: OptionPlan, occurrence: int, times: tuple[float, float, float, float]
    ) -> Pause:
        """Book a slot when ready, wait at home, and be served at it; nobody queues."""
        entered, ready, delay, takes = times
        assert option.pool is not None
        self.place = None
        yield from self._until(ready)
        servers, way = self.world.pools[option.pool], self._way(option)
        start = servers.book(ready + way)
        served = _minutes(option.served, self.case.key, step.served_at, occurrence)
        self.place = option.place
        instants = (entered, start, start, start + served)
        self._row(occurrence, 1, instants, 2.0 * way, takes, served, delay, 0.0, True, True, option.static)
        position, end = self._session(servers, option.pool, option.next, start + served, spot=False)
        yield from self._until(end)
        return position

    def _office(self, step: OfficePlan) -> Pause:
        entered, case = self.now, self.case
        occurrence = self._enter(step.number)
        if not step.waits:
            self.place = None
        present = self.place is not None
        lag = _minutes(step.lag, case.key, step.lag_at, occurrence)
        request = entered
        if lag:
            request = entered + lag if step.lag_in_days else step.hours.add_working(entered, lag)
        takes = _minutes(step.takes, case.key, step.takes_at, occurrence)
        if step.pool is None:
            start = step.hours.next_open(request) if takes else request
            end = step.hours.add_working(start, takes) if takes else request
            outcome = self._outcome(step, occurrence)
            times = (entered, request, start, end)
            self._row(occurrence, 0, times, 0.0, takes, 0.0, 0.0, lag, present, False, outcome.static)
            yield from self._until(end)
            return outcome.next
        yield from self._until(request)
        servers = self.world.pools[step.pool]
        yield from self._turn(servers, case.item.priority)
        start, end = servers.work(self.now, takes, present)
        outcome = self._outcome(step, occurrence)
        times = (entered, request, start, end)
        self._row(occurrence, 0, times, 0.0, takes, 0.0, 0.0, lag, present, True, outcome.static)
        position = outcome.next
        if present:
            position, end = self._session(servers, step.pool, position, end, outcome.on_the_spot)
        yield from self._until(end)
        servers.release()
        return position

    def _session(self, servers: _Servers, pool: int, position: int, end: float, spot: bool) -> tuple[int, float]:
        """Stay with the same server while the process allows; return where the case goes then, and when.

        `waits` steps at the same pool without a lag go on at once, and after a correction on the spot so does an
        option at the same pool without own time. All of it is settled now: nobody else can come between.
        """
        steps, case = self.case.item.steps, self.case
        while position >= 0 and self.place is not None:
            step = steps[position]
            if isinstance(step, OfficePlan):
                if step.pool != pool or not step.waits or not step.lag.zero:
                    break
                occurrence = self._enter(step.number)
                takes = _minutes(step.takes, case.key, step.takes_at, occurrence)
                start, finish = servers.work(end, takes, present=True)
                outcome = self._outcome(step, occurrence)
                times = (end, end, start, finish)
                self._row(occurrence, 0, times, 0.0, takes, 0.0, 0.0, 0.0, True, False, outcome.static)
                position, spot, end = outcome.next, outcome.on_the_spot, finish
            elif isinstance(step, ApplicantPlan) and spot:
                occurrence = case.entered[step.number]
                option = self._choice(step, occurrence)
                takes_law = option.takes_again if occurrence else option.takes
                same = option.pool == pool and option.place == self.place
                if not (same and takes_law.zero and option.delay.zero) or option.appointment:
                    break
                self._enter(step.number)
                served = _minutes(option.served, case.key, step.served_at, occurrence)
                start, finish = servers.work(end, served, present=True)
                times = (end, end, start, finish)
                self._row(occurrence, 0, times, 0.0, 0.0, served, 0.0, 0.0, True, False, option.static)
                position, spot, end = option.next, False, finish
            else:
                break
        return position, end

    def _parallel(self, step: ParallelPlan) -> Pause:
        entered = self.now
        occurrence = self._enter(step.number)
        self.place = None
        join = _Join(self.env, self.priority, len(step.branches))
        for branch in step.branches:
            self.env.process(self._branch(branch, join))
            if branch.deadline < math.inf:
                self.env.process(self._watch(branch, join))
        self.case.live += len(step.branches)
        yield join.gate
        self.now = self.env.now
        result = join.result
        times = (entered, entered, entered, self.now)
        self._row(occurrence, 0, times, 0.0, 0.0, 0.0, 0.0, 0.0, False, False, step.static[result])
        return step.next if result == DONE else result

    def _branch(self, branch: BranchPlan, join: _Join) -> Generator[Event, Any, None]:
        token = _Token(self.world, self.case, branch.token)
        yield _Instant(self.env, self.env.now, token.priority)
        try:
            join.arrive(branch.token, (yield from token.live(branch.start)))
        except DepthsimError as problem:
            self.world.failure = problem
        self.world.leave(self.case)

    def _watch(self, branch: BranchPlan, join: _Join) -> Generator[Event, Any, None]:
        """Count a branch as withdrawn when its deadline has passed; an end at that very instant is in time."""
        hours, last = branch.deadline_hours, EventPriority(self.case.priority + self.world.tokens - 1)
        now = self.env.now
        deadline = now + branch.deadline if hours is None else hours.add_working(now, branch.deadline)
        yield _Instant(self.env, deadline, last)
        join.arrive(branch.token, WITHDRAWN)

    # -- what happens to a case ----------------------------------------------------------------------------

    def _enter(self, number: int) -> int:
        """Return how often the case had entered a step before, and count."""
        entered = self.case.entered
        occurrence = entered[number]
        entered[number] = occurrence + 1
        return occurrence

    def _choice(self, step: ApplicantPlan, occurrence: int) -> OptionPlan:
        """Return the option of least -log(u) / share; the same each time unless the step says `choose: anew`."""
        options = step.options
        if len(options) == 1:
            return options[0]
        key, draw = self.case.key, occurrence if step.anew else 0
        return min(options, key=lambda option: -math.log(uniform(key, option.option_at, draw)) / option.share)

    def _outcome(self, step: OfficePlan, occurrence: int) -> OutcomePlan:
        """Return the outcome at u on [0, 1), exceptions first; used-up ones are left out; keep presence."""
        outcomes, used = step.outcomes, self.case.used
        if len(outcomes) > 1:
            u = uniform(self.case.key, step.outcome_at, occurrence)
            if step.limited:
                left = tuple(o for o in outcomes if o.counter < 0 or used[o.counter] < o.limit)
                if len(left) < len(outcomes):
                    outcomes = left or outcomes[-1:]
                    mass = 0.0
                    for left_over in outcomes:  # in this order, as every engine adds them
                        mass += left_over.chance
                    u *= mass
            for found in outcomes:
                if u < found.chance:
                    break
                u -= found.chance
        else:
            found = outcomes[0]
        if found.counter >= 0:
            used[found.counter] += 1
        if found.exception and not found.on_the_spot:
            self.place = None
        return found

    def _visit(self, step: ApplicantPlan, option: OptionPlan, ready: float, occurrence: int) -> tuple[float, float]:
        """Return the minutes on the way there and back, and when the applicant comes to the hall."""
        way = self._way(option)
        hour = option.visiting.hour(uniform(self.case.key, step.hour_at, occurrence))
        return 2.0 * way, arrival_at_place(option.hours, ready + way, hour)

    def _way(self, option: OptionPlan) -> float:
        """Return the minutes on the way to an option's place, drawn once a case and place."""
        if option.place is None:
            return 0.0
        case = self.case
        known = case.travel.get(option.place)
        if known is None:
            place = case.item.places[option.place]
            known = case.travel[option.place] = _minutes(place.travel, case.key, place.travel_at, 0)
        return known

    def _until(self, time: float) -> Generator[Event, Any, None]:
        """Sleep until an instant."""
        if time > self.now:
            yield _Instant(self.env, time, self.priority)
            self.now = time

    def _turn(self, servers: _Servers, priority: int) -> Generator[Event, Any, None]:
        """Queue for a server."""
        turn = servers.ask(priority)
        if turn is not None:
            yield turn
            self.now = self.env.now

    def _row(
        self,
        occurrence: int,
        visit: int,
        times: tuple[float, float, float, float],
        way: float,
        takes: float,
        served: float,
        delay: float,
        lag: float,
        present: bool,
        asked: bool,
        static: Static,
    ) -> None:
        case = self.case
        sequence = case.sequence[self.number]
        case.sequence[self.number] = sequence + 1
        head = (case.id, sequence, occurrence, visit, *times, way, takes, served, delay, lag)
        case.rows.append(_new_row(Row, (*head, int(present), int(asked), *static)))


def _minutes(law: Draw, case: int, where: int, occurrence: int) -> float:
    """Return the minutes of a law at one address of luck."""
    constant = law.constant
    return law.at(uniform(case, where, occurrence)) if constant is None else constant


_new_row: Callable[[type[Row], tuple[object, ...]], Row] = tuple.__new__
