"""A plan as tables: every law, calendar, step and item as a record of words (see `layout`)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from depthsim.engines._arrivals import OperationalTime, VisitingHours
from depthsim.engines._luck import item_key
from depthsim.engines._plan import (
    DONE,
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
)
from depthsim.engines._samplers import Draw
from depthsim.engines.compiled import layout as at
from depthsim.model.columns import STATIC_FIELDS
from depthsim.model.level import AFTERWARDS
from depthsim.model.openings import Openings, openings
from depthsim.model.service import ApplicantStep, ServiceItem, path_text, walk_steps
from depthsim.model.system import ServiceSystem
from depthsim.model.time import on_grid
from depthsim.model.variants import variants

Word = int | float
CURRENCY = "CNY"
BEFORE_ACCEPTANCE = ("preparation", "acceptance")
TICKS = 1 << 20

_LAWS = {
    "constant": at.CONSTANT, "uniform": at.UNIFORM, "triangular": at.TRIANGULAR, "exponential": at.EXPONENTIAL,
    "lognormal": at.LOGNORMAL, "tabled": at.TABLED, "weibull": at.WEIBULL, "empirical": at.EMPIRICAL,
}  # fmt: skip
_PLACE = {name: n for n, name in enumerate(STATIC_FIELDS)}
_WHO = {"office": at.BY_OFFICE, "applicant": at.BY_APPLICANT, "parallel": at.BY_PARALLEL}


class Words:
    """Words one after the other; the first is never used, so that 0 is no place."""

    def __init__(self) -> None:
        self._words: list[Word] = [0]
        self._floats: dict[int, Sequence[float]] = {}
        """Long records of floats, by their place: they are written at once."""

    def reserve(self, size: int) -> int:
        """Return the place of a new record of zeros."""
        place = len(self._words)
        self._words.extend([0] * size)
        return place

    def put(self, place: int, words: Sequence[Word]) -> None:
        """Write words from a place on."""
        self._words[place : place + len(words)] = words

    def add(self, words: Iterable[Word]) -> int:
        """Return the place of a new record."""
        place = len(self._words)
        self._words.extend(words)
        return place

    def add_floats(self, numbers: Sequence[float]) -> int:
        """Return the place of a new record of floats alone."""
        place = self.reserve(len(numbers))
        self._floats[place] = numbers
        return place

    def array(self) -> NDArray[np.int64]:
        """Return all words; floats by their bits."""
        words, found = self._words, np.zeros(len(self._words), dtype=np.int64)
        ends = [*self._floats, len(words)]
        begins = [0, *(place + len(numbers) for place, numbers in self._floats.items())]
        for begin, end in zip(begins, ends, strict=True):
            some = words[begin:end]
            found[begin:end] = [0 if type(word) is float else word for word in some]
            places = [begin + n for n, word in enumerate(some) if type(word) is float]
            found.view(np.float64)[places] = [words[n] for n in places]
        for place, numbers in self._floats.items():
            found.view(np.float64)[place : place + len(numbers)] = numbers
        return found


def signed(word: int) -> int:
    """Return 64 bits as a signed number."""
    return word - (1 << 64) if word >= 1 << 63 else word


def hours_words(hours: Openings, place: int) -> tuple[list[Word], NDArray[np.int64]]:
    """Return a calendar's record but for its number, and its tables as they will stand from `place` on."""
    opens, closes, before, legal, until = hours.table
    days = np.searchsorted(np.asarray(opens, dtype=np.int64), np.arange(0, until + 1, 1440), side="left")
    total = before[-1] + closes[-1] - opens[-1] if opens else 0
    count = len(opens)
    floats = np.array([*opens, *closes, *before], dtype=np.float64).view(np.int64)
    words = np.concatenate([floats, days.astype(np.int64), np.array(legal, dtype=np.int64)])
    ends = [place, place + count, place + 2 * count, place + 3 * count, place + 3 * count + len(days)]
    return [int(hours.always), count, *ends, until, float(total)], words


@dataclass(slots=True)
class Tables:
    """A plan in words, and what its numbers mean; `memory` is how many words pools and arrivals take at first."""

    words: NDArray[np.int64]
    hours: list[tuple[int, Openings]]
    """Place and table of every calendar; the first is the system's own, by which limits count."""
    items: int
    keys: tuple[tuple[int, str], ...]
    """Where the key of each item's luck stands, and the item's id."""
    streams: int
    facts: int
    statics: tuple[Static, ...]
    pools: tuple[tuple[int, PoolPlan], ...]
    classes: int
    largest: int
    """The size of the largest block of memory."""
    reserve: int
    """The most memory that one move takes."""
    events: int
    """The most events that one move brings."""


@dataclass(slots=True)
class Builder:
    """Builds tables; a record that occurs again is written once."""

    system: ServiceSystem
    plan: Plan
    until: float
    words: Words = field(default_factory=Words)
    hours: dict[int, tuple[int, Openings]] = field(default_factory=dict)
    laws: dict[tuple[object, ...], int] = field(default_factory=dict)
    quantiles: dict[int, int] = field(default_factory=dict)
    visiting: dict[int, int] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    facts: dict[tuple[Static, int], int] = field(default_factory=dict)
    pools: list[int] = field(default_factory=list)
    tops: dict[str, int] = field(default_factory=dict)
    blocks: list[int] = field(default_factory=lambda: [at.CHUNK_SIZE, at.T_SIZE])
    most_branches: int = 0


_KNOWN = threading.local()
"""The latest tables of a thread, each with what it was built from."""
MOST_TABLES = 4


def built(system: ServiceSystem, plan: Plan, luck: tuple[int, int], until: float) -> tuple[Tables, NDArray[np.int64]]:
    """Return a plan's tables with arrivals up to an instant (minutes), and its words for one replication.

    `luck` are seed and replication. Tables are built once for all replications; the words are the caller's own.
    """
    known: deque[tuple[ServiceSystem, Plan, float, Tables]] = _KNOWN.__dict__.setdefault(
        "tables", deque(maxlen=MOST_TABLES)
    )
    tables = next((t for of, planned, upto, t in known if of is system and planned is plan and upto == until), None)
    if tables is None:
        tables = build(system, plan, until)
        known.append((system, plan, until, tables))
    words = tables.words.copy()
    for place, item in tables.keys:
        words[place] = signed(item_key(*luck, item))
    return tables, words


def build(system: ServiceSystem, plan: Plan, until: float) -> Tables:
    """Return a plan's tables, with arrivals up to an instant (minutes); the keys of luck are still 0."""
    b = Builder(system, plan, until)
    _hours(b, openings(system.calendar, system.start))
    classes = sorted({0, *_classes(plan)})
    b.pools = [_pool(b, n, pool) for n, pool in enumerate(plan.pools)]
    processes = {
        key: n for n, key in enumerate((i.id, which) for i in system.items.values() for which, _ in variants(i))
    }
    arriving = sorted((item for item in plan.items if item.arrivals), key=lambda item: item.id)
    numbers = {name: n for n, name in enumerate(system.items)}
    parts = [_PlanBuilder(b, system.items[item.id], processes, numbers, classes) for item in arriving]
    records = [_item(b, item, part.plan(item)) for item, part in zip(arriving, parts, strict=True)]
    items = b.words.add(word for record in records for word in record)
    facts = b.words.add(word for static, postage in b.facts for word in _fact(b, static, postage))
    largest = max(b.blocks)
    strands = 2 * b.most_branches
    return Tables(
        words=b.words.array(),
        hours=list(b.hours.values()),
        items=items,
        keys=tuple((items + n * at.ITEM_SIZE + at.ITEM_KEY, item.id) for n, item in enumerate(arriving)),
        streams=len(records),
        facts=facts,
        statics=tuple(static for static, _ in b.facts),
        pools=tuple(zip(b.pools, plan.pools, strict=True)),
        classes=len(classes),
        largest=largest,
        reserve=2 * largest + strands * (at.T_SIZE + 8) + 2 * at.CHUNK_SIZE + 64,
        events=strands + 4,
    )


def _classes(plan: Plan) -> Iterable[int]:
    def of(item: ItemPlan) -> Iterable[int]:
        yield item.priority
        for step in item.steps:
            if isinstance(step, ApplicantPlan):
                yield from (option.priority for option in step.options)
        for check in item.checks:
            yield from of(check.before)
        for segment in item.segments:
            yield from of(segment.item)

    for item in plan.items:
        yield from of(item)


def _hours(b: Builder, hours: Openings) -> int:
    known = b.hours.get(id(hours))
    if known is None:
        place = b.words.reserve(at.HOURS_SIZE)
        record, words = hours_words(hours, place + at.HOURS_SIZE)
        number = len(b.hours)
        b.words.put(place, [*record, number])
        b.words.add(words_as_given(words, len(hours.table[0])))
        known = b.hours[id(hours)] = (place, hours)
    return known[0]


def words_as_given(words: NDArray[np.int64], count: int) -> list[Word]:
    """Return a calendar's tables as words to add: the first three are floats."""
    return [*words[: 3 * count].view(np.float64).tolist(), *words[3 * count :].tolist()]


def _law(b: Builder, law: Draw) -> int:
    key = (law.law, law.parameters, law.least, id(law.table))
    known = b.laws.get(key)
    if known is None:
        known = b.laws[key] = law_words(b.words, law, b.quantiles)
    return known


def law_words(words: Words, law: Draw, tables: dict[int, int]) -> int:
    """Write a law, and return its place; `tables` are the places of tables of quantiles, by identity."""
    place = 0
    if law.table:
        if id(law.table) not in tables:
            tables[id(law.table)] = words.add_floats(law.table)
        place = tables[id(law.table)]
    parameters: tuple[Word, ...] = () if law.law == "empirical" else law.parameters
    padded = (*parameters, *[0.0] * (at.LAW_TABLE - at.LAW_A - len(parameters)))
    return words.add((_LAWS[law.law], law.least, *padded, place, len(law.table)))


def _pieces(
    b: Builder, begin: Sequence[Word], end: Sequence[Word], weight: Sequence[float], before: Sequence[float]
) -> int:
    """Return the place of weighted pieces of time."""
    count = len(begin)
    place = b.words.reserve(at.PIECES_SIZE)
    parts = [b.words.add(float(word) for word in part) for part in (begin, end, weight, before[: count + 1])]
    b.words.put(place, [count, *parts])
    return place


def _visiting(b: Builder, hours: VisitingHours) -> int:
    if id(hours) not in b.visiting:
        b.visiting[id(hours)] = _pieces(b, *hours.table)
    return b.visiting[id(hours)]


def _time(b: Builder, time: OperationalTime) -> int:
    if id(time) not in b.times:
        b.times[id(time)] = _pieces(b, *time.table(b.until))
    return b.times[id(time)]


def _pool(b: Builder, number: int, pool: PoolPlan) -> int:
    hours = _hours(b, pool.hours)
    return b.words.add((number, int(pool.front), pool.servers, hours, int(pool.priority), pool.slot, 0, 0))


def _item(b: Builder, item: ItemPlan, plan: int) -> tuple[Word, ...]:
    assert item.arrivals is not None
    return 0, plan, _time(b, item.arrivals.time), item.arrivals.rate


def _fact(b: Builder, static: Static, postage: int) -> tuple[Word, ...]:
    """Return what reading needs of a static."""
    stage, role, by = (static[_PLACE[name]] for name in ("stage", "role", "by"))
    token, pool, step, kind = (static[_PLACE[name]] for name in ("token", "pool", "step", "kind"))
    office = by == "office"
    flags = _WHO[str(by)]
    behind = stage == "delivery" and (role in AFTERWARDS if office else role == "supplement")
    for flag, holds in (
        (at.ACCEPTS, office and stage == "acceptance" and kind == "normal"),
        (at.COMPLETES, office and stage == "completion"),
        (at.DECIDES, office and role == "approve"),
        (at.BEFORE, stage in BEFORE_ACCEPTANCE),
        (at.AFTERWARDS, behind),
        (at.CORRECTS, kind == "correction"),
        (at.PAYS, role == "pay"),
        (at.STOPS, static[_PLACE["stops"]]),
        (at.EXTERNAL, static[_PLACE["external"]]),
    ):
        flags |= flag if holds else 0
    names = list(b.system.pools)
    where = -1 if pool is None else b.pools[names.index(str(pool))]
    top = b.tops.setdefault(str(step).partition("/")[0], len(b.tops))
    assert isinstance(token, int)
    return flags, where, postage, token, top


class _PlanBuilder:
    """Writes the plans of one item: every variant for every segment."""

    def __init__(
        self,
        b: Builder,
        item: ServiceItem,
        processes: Mapping[tuple[str, str], int],
        numbers: Mapping[str, int],
        classes: list[int],
    ) -> None:
        self.b = b
        self.item = item
        self.processes = processes
        self.numbers = numbers
        self.classes = {priority: n for n, priority in enumerate(classes)}
        self.segments = {name: n for n, name in enumerate(b.system.applicants.segments)}
        self.variants = dict(variants(item))
        self.postage = {name: _postage(one) for name, one in self.variants.items()}

    def plan(self, plan: ItemPlan) -> int:
        """Return the place of a plan, after those that it may lead to."""
        words = self.b.words
        segments = [(s.share, signed(s.segment_at), self.plan(s.item)) for s in plan.segments]
        checks = [(c.starts, c.adoption, signed(c.adoption_at), self.plan(c.before)) for c in plan.checks]
        segment_place = words.add(word for record in segments for word in record)
        check_place = words.add(word for record in checks for word in record)
        start, places = _Steps(self.b, plan, self.postage[plan.variant], self.classes).write()
        used = at.C_ENTERED + len(plan.steps)
        travel = used + plan.counters
        block = travel + len(places)
        self.b.blocks.append(block)
        variant = self.variants[plan.variant]
        decision = variant.limits is not None and variant.limits.ends == "decision"
        segment = -1 if plan.segment is None else self.segments[plan.segment]
        return words.add(
            (start, plan.tokens, block, used, travel, self.numbers[plan.id], self.processes[plan.id, plan.variant],
             segment, self.classes[plan.priority], segment_place, len(segments), check_place, len(checks),
             int(variant.handling == "forwarded"), int(decision))
        )  # fmt: skip


def _postage(item: ServiceItem) -> dict[tuple[str, str], int]:
    """Return (step path, option) -> postage in ticks of CNY."""
    return {
        (path_text(path), name): int(on_grid(option.postage.amount) * TICKS)
        for path, step in walk_steps(item.process)
        if isinstance(step, ApplicantStep)
        for name, option in step.options.items()
        if option.postage and option.postage.currency == CURRENCY
    }


class _Steps:
    """Writes the steps of one plan."""

    def __init__(
        self, b: Builder, plan: ItemPlan, postage: Mapping[tuple[str, str], int], classes: Mapping[int, int]
    ) -> None:
        self.b = b
        self.item = plan
        self.postage = postage
        self.classes = classes
        self.base = b.words.reserve(at.STEP_SIZE * len(plan.steps))
        self.places: dict[int, int] = {}

    def write(self) -> tuple[int, dict[int, int]]:
        """Write them; return where a case starts, and the places that it may go to by number."""
        for step in self.item.steps:
            if isinstance(step, OfficePlan):
                record = self._office(step)
            elif isinstance(step, ApplicantPlan):
                record = self._applicant(step)
            else:
                record = self._parallel(step)
            self.b.words.put(self.base + at.STEP_SIZE * step.number, record)
        return self._next(self.item.start), self.places

    def _next(self, number: int) -> int:
        return number if number < 0 else self.base + at.STEP_SIZE * number

    def _pool(self, number: int | None) -> int:
        return -1 if number is None else self.b.pools[number]

    def _fact(self, static: Static) -> int:
        postage = self.postage.get((str(static[_PLACE["step"]]), str(static[_PLACE["outcome"]])), 0)
        return self.b.facts.setdefault((static, postage), len(self.b.facts))

    def _office(self, step: OfficePlan) -> list[Word]:
        b = self.b
        outcomes = b.words.add(word for outcome in step.outcomes for word in self._outcome(outcome))
        return [
            at.OFFICE, step.number, self._pool(step.pool), int(step.waits), _law(b, step.lag), int(step.lag_in_days),
            _hours(b, step.hours), _law(b, step.takes), outcomes, len(step.outcomes), int(step.limited),
            signed(step.lag_at), signed(step.takes_at), signed(step.outcome_at),
        ]  # fmt: skip

    def _outcome(self, outcome: OutcomePlan) -> tuple[Word, ...]:
        away = outcome.exception and not outcome.on_the_spot
        return (
            self._next(outcome.next), float(outcome.chance), outcome.limit, outcome.counter, int(away),
            int(outcome.on_the_spot), self._fact(outcome.static),
        )  # fmt: skip

    def _applicant(self, step: ApplicantPlan) -> list[Word]:
        options = [self._option(option) for option in step.options]
        place = self.b.words.add(word for option in options for word in option)
        return [
            at.APPLICANT, step.number, place, len(options), int(step.anew), signed(step.takes_at),
            signed(step.delay_at), signed(step.served_at), signed(step.hour_at),
        ]  # fmt: skip

    def _option(self, option: OptionPlan) -> list[Word]:
        b = self.b
        way = travel = travel_at = -1
        if option.place is not None:
            way = self.places.setdefault(option.place, len(self.places))
            place = self.item.places[option.place]
            travel, travel_at = _law(b, place.travel), signed(place.travel_at)
        return [
            self._next(option.next), int(option.on_site), -1 if option.place is None else option.place,
            self._pool(option.pool), float(option.share), signed(option.option_at), _law(b, option.delay),
            -1 if option.delay_hours is None else _hours(b, option.delay_hours), _law(b, option.takes),
            _law(b, option.takes_again), _law(b, option.served), _hours(b, option.hours),
            _visiting(b, option.visiting), self._fact(option.static), self.classes[option.priority],
            int(option.appointment), travel, travel_at, way,
        ]  # fmt: skip

    def _parallel(self, step: ParallelPlan) -> list[Word]:
        b = self.b
        branches = b.words.add(word for branch in step.branches for word in self._branch(branch))
        b.most_branches = max(b.most_branches, len(step.branches))
        b.blocks.append(at.J_ENDS + len(step.branches))
        facts = [self._fact(step.static[end]) for end in (DONE, REFUSED, WITHDRAWN)]
        return [at.PARALLEL, step.number, branches, len(step.branches), self._next(step.next), *facts]

    def _branch(self, branch: BranchPlan) -> tuple[Word, ...]:
        hours = -1 if branch.deadline_hours is None else _hours(self.b, branch.deadline_hours)
        return branch.token, self._next(branch.start), float(branch.deadline), hours
