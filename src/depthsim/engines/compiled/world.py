"""One run of the kernel: its arrays, the room that it asks for, and the batches that it fills."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from depthsim.engines._luck import Purpose, address
from depthsim.engines._plan import Plan
from depthsim.engines.compiled import layout as at
from depthsim.engines.compiled.batches import Names, columns
from depthsim.engines.compiled.events import BUCKETS, ENTRY, LANES, LINE, ROOT
from depthsim.engines.compiled.kernel import run_on
from depthsim.engines.compiled.pools import rebook
from depthsim.engines.compiled.tables import built, hours_words, signed
from depthsim.errors import InputError, error
from depthsim.model.columns import CaseColumns
from depthsim.model.openings import LONGEST_CLOSURE_DAYS, Openings
from depthsim.model.system import ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY

BATCH_CASES = 100_000
"""The most cases in a batch."""
BATCH_ROWS = 400_000
"""The rows of the log that a batch is meant for, where they are asked for."""

YEAR_DAYS = 365
EVENTS_OF_CASE = 8
"""About as many as a case has."""
EVENTS_OF_BUCKET = 32
"""So many, with those of other hours of the day, stay in the processor's cache with all that they need."""

Words = NDArray[np.int64]


def aligned(words: int, fill: int = 0) -> Words:
    """Return an array that begins with a line of the cache."""
    raw = np.full(words + LINE, fill, dtype=np.int64)
    skip = (-raw.ctypes.data // 8) % LINE
    return raw[skip : skip + words]


def longer(array: Words, words: int, fill: int = 0) -> Words:
    """Return a copy with more room."""
    found = aligned(words, fill)
    found[: len(array)] = array
    return found


def _pace(system: ServiceSystem, plan: Plan) -> float:
    """Return buckets a minute, so that on the average few hundred events are in one."""
    cases = sum(item.demand.per_year for name in plan.items if (item := system.items[name.id]).demand)
    return float(cases * EVENTS_OF_CASE / EVENTS_OF_BUCKET / (YEAR_DAYS * MINUTES_PER_DAY))


class World:
    """One replication of a plan; `counted` and `until` are instants (minutes)."""

    def __init__(
        self,
        system: ServiceSystem,
        plan: Plan,
        luck: tuple[int, int],
        counted: tuple[float, float],
        until: float,
        *,
        logs: bool,
        rows: bool,
    ) -> None:
        self.tables, self.words = built(system, plan, luck, until)
        self.names = Names(system, self.tables.statics)
        self.keep = (logs, rows)
        self.instants = np.zeros(at.X_SIZE)
        self.instants[[at.X_UNTIL, at.X_COUNTED, at.X_COUNTED_END]] = until, *counted
        self.state = np.zeros(at.K_SIZE, dtype=np.int64)
        self.memory = self._memory()
        self.heap = self._queue(256)
        self.instants[at.X_PACE] = _pace(system, plan)
        self.arrivals = np.zeros(max(1, self.tables.streams), dtype=np.int64)
        self.comings = np.full(max(1, self.tables.streams), np.inf)
        self.booked = np.full(2 * 64, -1, dtype=np.int64)
        self.booked[1::2] = 0
        self.kept = np.empty((BATCH_ROWS if any(self.keep) else 0, 1 + at.R_SIZE), dtype=np.int64)
        self._scratch(64)
        self._state(plan.token_numbers, len(system.pools))
        self._columns()

    def _memory(self) -> Words:
        """Return memory with the lists of free blocks, the pools and the streams of arrivals at its head."""
        tables, top = self.tables, self.tables.largest + 1
        idle: list[tuple[int, int]] = []
        for place, pool in tables.pools:
            self.words[place + at.POOL_STATE] = top
            if pool.priority:
                idle.append((top, pool.servers))
            top += at.Q_QUEUES + 2 * tables.classes if pool.priority else pool.servers
        self.sums = slice(top, top + at.P_SIZE * len(tables.pools))
        for n, (place, _) in enumerate(tables.pools):
            self.words[place + at.POOL_SUMS] = top + at.P_SIZE * n
        top = self.sums.stop
        self.state[at.K_ARRIVALS] = top
        top += at.A_SIZE * tables.streams
        top += -top % LINE
        self.state[at.K_TOP] = top
        memory = aligned(top + 64 * tables.reserve)
        for place, servers in idle:
            memory[place + at.Q_IDLE] = servers  # elsewhere servers are free from 0.0 on: its bits are those of 0
        return memory

    def _queue(self, room: int) -> Words:
        """Return a queue with room for so many events beside those of one move, and all of the present one's."""
        state, capacity = self.state, room + self.tables.events
        buckets = ENTRY * (ROOT + capacity)
        found = aligned(buckets + LANES * BUCKETS + ENTRY * (1 + capacity))
        if state[at.K_ROOM]:
            old, lists = self.heap, int(state[at.K_BUCKETS_AT])
            found[:lists] = old[:lists]
            found[buckets : buckets + len(old) - lists] = old[lists:]
        state[[at.K_ROOM, at.K_BUCKETS_AT, at.K_LATER_AT]] = room, buckets, buckets + LANES * BUCKETS
        return found

    def _state(self, tokens: int, pools: int) -> None:
        tables, state = self.tables, self.state
        state[at.K_RESERVE], state[at.K_EVENTS] = tables.reserve, tables.events
        state[at.K_FACTS], state[at.K_TOKENS] = tables.facts, tokens
        state[at.K_CLASSES], state[at.K_ITEMS] = tables.classes, tables.items
        state[at.K_STREAMS], state[at.K_KEEP] = tables.streams, any(self.keep)
        state[at.K_LEGAL], state[at.K_POOLS] = tables.hours[0][0], pools
        state[at.K_GAP_AT] = signed(address("", Purpose.GAP))

    def _scratch(self, rows: int) -> None:
        self.rows = np.zeros(rows, dtype=np.int64)
        self.scratch = np.zeros((2, 4 * rows + 2))

    def _columns(self) -> None:
        size = BATCH_CASES
        self.reals = np.empty((at.O_FLOATS, size))
        self.longs = np.empty((at.O_LONGS, size), dtype=np.int64)
        self.ints = np.empty((at.O_INTS, size), dtype=np.int32)
        self.small = np.empty((at.O_BYTES, size), dtype=np.int8)

    def batches(self) -> Iterator[CaseColumns]:
        """Run to the end, yielding finished cases."""
        if not self.tables.streams:
            return
        room: dict[int, Callable[[], None]] = {
            at.MEMORY: self._more_memory,
            at.HOURS: self._more_hours,
            at.BOOKINGS: self._more_bookings,
            at.SCRATCH: lambda: self._scratch(2 * len(self.rows)),
        }
        while True:
            why = self._run()
            if why == at.FINISHED:
                if self.state[at.K_OUT]:
                    yield self._batch()
                return
            if why == at.BATCH or (why == at.ROWS and self.state[at.K_OUT]):
                yield self._batch()
            elif why == at.ROWS:
                self.kept = np.empty((2 * len(self.kept) + len(self.rows), 1 + at.R_SIZE), dtype=np.int64)
            else:
                room[why]()

    def _run(self) -> int:
        self.state[at.K_NEED], self.state[at.K_LACKS] = 0, at.HOURS
        return int(
            run_on(
                self.words, self.memory, self.state, self.instants, self.heap, self.arrivals, self.comings, self.booked,
                self.rows, self.scratch, self.reals, self.longs, self.ints, self.small, self.kept,
            )
        )  # fmt: skip

    def _batch(self) -> CaseColumns:
        count, rows = int(self.state[at.K_OUT]), int(self.state[at.K_ROWS])
        filled = [array[:, :count] for array in (self.reals, self.longs, self.ints, self.small)]
        pools = self.memory[self.sums].reshape(-1, at.P_SIZE).copy()
        self.memory[self.sums] = 0
        found = columns(self.names, filled, pools, self.kept[:rows], self.keep)
        self._columns()
        self.state[[at.K_OUT, at.K_ROWS, at.K_FULL]] = 0
        return found

    def _more_memory(self) -> None:
        if self.state[at.K_TOP] + self.tables.reserve > len(self.memory):
            self.memory = longer(self.memory, 2 * len(self.memory))
        if self.state[at.K_HEAP] + self.state[at.K_LATER] > self.state[at.K_ROOM]:
            self.heap = self._queue(2 * int(self.state[at.K_ROOM]))

    def _more_bookings(self) -> None:
        booked = np.full(2 * len(self.booked), -1, dtype=np.int64)
        booked[1::2] = 0
        rebook(self.booked, booked)
        self.booked = booked

    def _more_hours(self) -> None:
        """Extend the calendar that was asked about something beyond its end."""
        place = int(self.state[at.K_NEED])
        hours = next(hours for known, hours in self.tables.hours if known == place)
        known_until = int(self.words[place + at.HOURS_UNTIL])
        _, _, _, _, until = hours.table
        if known_until == until:  # else somebody else has extended it
            if until - self.instants[at.X_NEED] > LONGEST_CLOSURE_DAYS * MINUTES_PER_DAY:
                raise InputError(error("DS411"))
            hours.cover(until)
        self._put(place, hours)

    def _put(self, place: int, hours: Openings) -> None:
        record, words = hours_words(hours, len(self.words))
        self.words = np.concatenate([self.words, words])
        total = record.pop()
        self.words[place : place + len(record)] = record
        self.words.view(np.float64)[place + at.HOURS_TOTAL] = total
