"""A system resolved for running: step tables by number, laws in minutes, shares, luck's addresses, tokens.

Everything that does not depend on seed or case is worked out here once, so that engines only look up.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from operator import is_

from depthsim.engines._arrivals import Arrivals, KnownTimes, VisitingHours, arrivals
from depthsim.engines._luck import Purpose, address, uniform
from depthsim.engines._samplers import Draw, draw
from depthsim.errors import InputError, UsageError, error
from depthsim.model.chance import AnyLaw
from depthsim.model.openings import Openings, any_day, closed_weights, duration_minutes, openings
from depthsim.model.segments import item_for, segment_shares, way
from depthsim.model.service import (
    ApplicantStep,
    Branch,
    OfficeStep,
    Option,
    ParallelStep,
    Process,
    ServiceItem,
    StepPath,
    path_text,
    value_path,
    walk_steps,
)
from depthsim.model.system import Pool, Segment, ServiceSystem
from depthsim.model.time import MINUTES_PER_DAY, TICK, on_grid
from depthsim.model.variants import checks, variants

ENDS = {"delivered": -1, "refused": -2, "withdrawn": -3, "done": -4}
END_NAMES = {number: name for name, number in ENDS.items()}
DONE, REFUSED, WITHDRAWN = ENDS["done"], ENDS["refused"], ENDS["withdrawn"]

Static = tuple[object, ...]
"""The columns of a row that do not depend on the case, in the order of `model.log.Row` from `item` on."""


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """A pool: its servers and hours; at a front pool people who stand there are served whatever the hour.

    `slot` is the length of its appointments in minutes, 0 without.
    """

    id: str
    front: bool
    servers: int
    hours: Openings
    priority: bool
    slot: float


@dataclass(frozen=True, slots=True)
class PlacePlan:
    """A place: the way to it, drawn once per case."""

    id: str
    travel: Draw
    travel_at: int


@dataclass(frozen=True, slots=True)
class OptionPlan:
    """An option of an applicant step. `pool` and `place` are numbers, None without."""

    next: int
    on_site: bool
    place: int | None
    pool: int | None
    share: float
    option_at: int
    delay: Draw
    delay_hours: Openings | None
    takes: Draw
    takes_again: Draw
    served: Draw
    hours: Openings
    visiting: VisitingHours
    static: Static
    priority: int
    appointment: bool


@dataclass(frozen=True, slots=True)
class ApplicantPlan:
    """An applicant step; `*_at` are addresses of luck."""

    number: int
    options: tuple[OptionPlan, ...]
    anew: bool
    takes_at: int
    delay_at: int
    served_at: int
    hour_at: int


@dataclass(frozen=True, slots=True)
class OutcomePlan:
    """An outcome of an office step; `counter` numbers what limits how often it can befall a case, -1 without."""

    next: int
    chance: float
    limit: int
    counter: int
    exception: bool
    on_the_spot: bool
    static: Static


@dataclass(frozen=True, slots=True)
class OfficePlan:
    """An office step. Outcomes: exceptions first, then normal ones, of positive chance, in file order."""

    number: int
    pool: int | None
    waits: bool
    lag: Draw
    lag_in_days: bool
    hours: Openings
    takes: Draw
    outcomes: tuple[OutcomePlan, ...]
    limited: bool
    lag_at: int
    takes_at: int
    outcome_at: int


@dataclass(frozen=True, slots=True)
class BranchPlan:
    """A branch: its token, where it starts, and its deadline in minutes (infinite without)."""

    token: int
    start: int
    deadline: float
    deadline_hours: Openings | None


@dataclass(frozen=True, slots=True)
class ParallelPlan:
    """A parallel step; `static` by the number of how it ended."""

    number: int
    branches: tuple[BranchPlan, ...]
    next: int
    static: dict[int, Static]


StepPlan = ApplicantPlan | OfficePlan | ParallelPlan


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """An item: its steps by number, tokens (1 and the branches), counters of limited outcomes, and arrivals.

    It is one variant for one segment; `places` are as far away as for that segment. A case of the item runs the
    first of `segments` that it draws, then what its first failing check says, else the plan itself.
    """

    id: str
    steps: tuple[StepPlan, ...]
    start: int
    tokens: int
    counters: int
    arrivals: Arrivals | None
    places: tuple[PlacePlan, ...]
    variant: str = ""
    segment: str | None = None
    priority: int = 0
    checks: tuple[CheckPlan, ...] = ()
    segments: tuple[SegmentPlan, ...] = ()

    @property
    def most_tokens(self) -> int:
        """Return the greatest number of tokens among its variants."""
        inner = (*(c.before for c in self.checks), *(s.item for s in self.segments))
        return max((self.tokens, *(plan.most_tokens for plan in inner)))

    def at(self, key: int, arrival: float) -> ItemPlan:
        """Return the plan that a case (by its key of luck) runs that arrives at an instant, in minutes."""
        if self.segments:
            drawn = min(self.segments, key=lambda s: -math.log(uniform(key, s.segment_at, 0)) / s.share)
            return drawn.item.at(key, arrival)
        for check in self.checks:
            if arrival < check.starts or uniform(key, check.adoption_at, 0) >= check.adoption:
                return check.before.at(key, arrival)
        return self


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """A reform that cases fail who arrive before `starts` (minutes) or do not adopt it: they run `before`."""

    starts: float
    adoption: float
    adoption_at: int
    before: ItemPlan


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """A segment of applicants, its share, and the item as it meets it."""

    share: float
    segment_at: int
    item: ItemPlan


@dataclass(frozen=True, slots=True)
class Plan:
    """A system, or some of its items, ready to run."""

    pools: tuple[PoolPlan, ...]
    places: tuple[PlacePlan, ...]
    items: tuple[ItemPlan, ...]

    @property
    def token_numbers(self) -> int:
        """Return how many numbers a case's tokens take: its branches, the trunk, and the watch over deadlines."""
        return max((item.most_tokens for item in self.items), default=1) + 1


def plan(system: ServiceSystem, items: Iterable[str] | None = None) -> Plan:
    """Return a system ready to run, with all of its items or some.

    Raises InputError where running makes no sense: a calendar that never opens, arrivals at closed hours,
    working days on a calendar without one. Names are taken to be known (`files` has checked them).
    """
    chosen = list(system.items) if items is None else list(items)
    if unknown := [i for i in chosen if i not in system.items]:
        raise UsageError(error("DS640", unknown=unknown, known=list(system.items)))
    return _planner(system).plan([system.items[name] for name in chosen])


_KNOWN = threading.local()
"""The latest planners of a thread: plans extend their tables as they are read, so threads share none."""
MOST_PLANNERS, MOST_PLANS, MOST_WHOLE, MOST_SYSTEMS = 4, 20_000, 8, 16


def _planner(system: ServiceSystem) -> _Planner:
    """Return a planner for a system's surroundings. Systems that differ in some items share the plans of the others."""
    known: deque[_Planner] = _KNOWN.__dict__.setdefault("planners", deque(maxlen=MOST_PLANNERS))
    for found in known:
        if any(served is system for served in found.served):
            return found
    for found in known:
        if found.could_serve(system):
            found.served.append(system)
            return found
    known.append(_Planner(system))
    return known[-1]


def components(system: ServiceSystem) -> tuple[tuple[str, ...], ...]:
    """Return the items that share pools, directly or through others, in groups; file order within and between."""
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    for name, item in system.items.items():
        for pool in pools_of(item):
            group[root("pool " + pool)] = root("item " + name)
    found: dict[str, list[str]] = {}
    for name in system.items:
        found.setdefault(root("item " + name), []).append(name)
    return tuple(tuple(names) for names in found.values())


def pools_of(item: ServiceItem) -> tuple[str, ...]:
    """Return the pools that an item's processes use, each once, in file order."""
    found: dict[str, None] = {}
    for _, step in (entry for _, one in variants(item) for entry in walk_steps(one.process)):
        if isinstance(step, ApplicantStep):
            found.update(dict.fromkeys(o.pool for o in step.options.values() if o.on_site and o.pool))
        elif isinstance(step, OfficeStep) and step.pool:
            found[step.pool] = None
    return tuple(found)


class _Planner:
    def __init__(self, system: ServiceSystem) -> None:
        self.system = system
        self.hours = openings(system.calendar, system.start)
        self.always = openings("always", system.start)
        self.pool_number = {name: i for i, name in enumerate(system.pools)}
        self.place_number = {name: i for i, name in enumerate(system.places)}
        self.times: KnownTimes = {}
        self.pool_hours = [openings(system.pool_calendar(name), system.start) for name in system.pools]
        self._places: dict[str | None, tuple[PlacePlan, ...]] = {}
        self._items: dict[int, tuple[ServiceItem, ItemPlan]] = {}
        self._draws: dict[tuple[int, float, float], tuple[AnyLaw | None, Draw]] = {}
        self._plans: deque[Plan] = deque(maxlen=MOST_WHOLE)
        self.served = deque([system], maxlen=MOST_SYSTEMS)
        """Systems that are known to differ in nothing but items."""

    def could_serve(self, system: ServiceSystem) -> bool:
        """Return whether all but the items is as in its own system."""
        own = self.system
        here = (own.start, own.calendar, own.pools, own.places, own.applicants)
        return here == (system.start, system.calendar, system.pools, system.places, system.applicants)

    def plan(self, items: list[ServiceItem]) -> Plan:
        """Return items ready to run, in this order: the same value for the same items."""
        ready = tuple(map(self._known, items))
        for known in self._plans:
            if len(known.items) == len(ready) and all(map(is_, known.items, ready)):
                return known
        pools = tuple(
            PoolPlan(name, pool.kind == "front", pool.servers, hours, pool.discipline == "priority", _slot(pool))
            for (name, pool), hours in zip(self.system.pools.items(), self.pool_hours, strict=True)
        )
        self._plans.append(Plan(pools, self.places(None), ready))
        return self._plans[-1]

    def _known(self, item: ServiceItem) -> ItemPlan:
        found = self._items.get(id(item))  # the item is held beside its plan, so its identity stays its own
        if found is None:
            if len(self._items) >= MOST_PLANS:
                self._items.clear()
                self._draws.clear()
            found = self._items[id(item)] = (item, self.item(item))
        return found[1]

    def draw(self, law: AnyLaw | None, working_day: float, least: float) -> Draw:
        """Return a law ready to be drawn from: one value for one law, however many segments meet it."""
        key = id(law), working_day, least
        found = self._draws.get(key)  # as above, the law is held
        if found is None:
            found = self._draws[key] = (law, draw(law, working_day, least))
        return found[1]

    def places(self, segment: str | None) -> tuple[PlacePlan, ...]:
        """Return the places, as far away as they are for a segment, by its name."""
        if segment not in self._places:
            found = self.system.applicants.segments[segment] if segment is not None else None
            self._places[segment] = self._distances(found)
        return self._places[segment]

    def _distances(self, segment: Segment | None) -> tuple[PlacePlan, ...]:
        day = self.hours.working_day_minutes
        laws = {n: p.travel if segment is None else way(p.travel, segment) for n, p in self.system.places.items()}
        return tuple(PlacePlan(n, draw(law, day), address(n, Purpose.TRAVEL)) for n, law in laws.items())

    def item(self, item: ServiceItem) -> ItemPlan:
        """Return an item ready to run, for every segment that comes for it."""
        whole = self._variants(item, "", None, self.places(None))
        segments = self.system.applicants.segments
        parts = []
        for name, share in segment_shares(self.system, item).items():
            met = self._variants(item_for(item, segments[name]), "", name, self.places(name))
            parts.append(SegmentPlan(share, address("", Purpose.SEGMENT, name), met))
        return replace(whole, segments=tuple(parts)) if parts else whole

    def _variants(self, item: ServiceItem, name: str, segment: str | None, places: tuple[PlacePlan, ...]) -> ItemPlan:
        """Return an item's plan with those of what it was before; `name` is the variant's."""
        found = []
        for check, before in checks(item):
            starts = -math.inf
            if before.starts is not None:
                starts = float((before.starts - self.system.start).days * MINUTES_PER_DAY)
            luck = address("", Purpose.ADOPTION, before.reform)
            inner = self._variants(before.item, f"{name}/{check}".lstrip("/"), segment, places)
            found.append(CheckPlan(starts, before.adoption, luck, inner))
        priority = self.system.applicants.segments[segment].priority if segment else 0
        own = _ItemPlanner(self, item, places).plan()
        return replace(own, variant=name, segment=segment, priority=priority, checks=tuple(found))

    @cached_property
    def _visiting(self) -> dict[tuple[str | None, Openings], VisitingHours]:
        return {}

    def visiting(self, place: str | None, hours: Openings) -> VisitingHours:
        """Return the hours at which people come to a place, cut to a pool's hours."""
        known = self._visiting.get((place, hours))
        if known is None:
            weights = self.system.places[place].arrivals if place in self.system.places else None
            if weights is not None:
                closed = closed_weights(weights, any_day(hours.calendar))
                if closed:
                    raise InputError(error("DS414", ("places", place or "", "arrivals"), hours=closed))
            known = self._visiting[place, hours] = VisitingHours(weights, hours.calendar)
        return known


class _ItemPlanner:
    def __init__(self, planner: _Planner, item: ServiceItem, places: tuple[PlacePlan, ...]) -> None:
        self.planner = planner
        self.item = item
        self.places = places
        self.numbers = {path: i for i, (path, _) in enumerate(walk_steps(item.process))}
        self.tokens: dict[StepPath, int] = {(): 0}
        for prefix in _branches(item.process):
            self.tokens[prefix] = len(self.tokens)
        self.counters = 0

    def plan(self) -> ItemPlan:
        steps = tuple(self._step(path, step) for path, step in walk_steps(self.item.process))
        planner = self.planner
        coming = arrivals(self.item.demand, planner.hours, planner.always, planner.times)
        start = self._next((), self.item.process.start)
        return ItemPlan(self.item.id, steps, start, len(self.tokens), self.counters, coming, self.places)

    def _next(self, prefix: StepPath, name: str) -> int:
        number = self.numbers.get((*prefix, name))
        return ENDS[name] if number is None else number

    def _step(self, path: StepPath, step: ApplicantStep | OfficeStep | ParallelStep) -> StepPlan:
        if isinstance(step, ApplicantStep):
            return self._applicant(path, step)
        if isinstance(step, OfficeStep):
            return self._office(path, step)
        return self._parallel(path, step)

    def _static(
        self,
        path: StepPath,
        step: ApplicantStep | OfficeStep | ParallelStep,
        outcome: str,
        kind: str,
        option: Option | None = None,
    ) -> Static:
        office = step if isinstance(step, OfficeStep) else None
        channel = option.channel if option else None
        place = option.at if option and option.on_site else None
        pool = office.pool if office else option.pool if option and option.on_site else None
        stops = int(office is not None and office.stops_clock)
        external = int(office is not None and office.external is not None)
        token = self.tokens[path[:-1]]
        where = (self.item.id, path_text(path), token, step.stage, step.role, step.by)
        return (*where, channel, place, pool, outcome, kind, stops, external)

    def _draw(self, law: AnyLaw | None, hours: Openings, path: StepPath, least: float = 0.0) -> Draw:
        if law is not None and law.working and hours.working_day_minutes == 0:
            raise InputError(error("DS411", ("items", self.item.id, *value_path(path))))
        return self.planner.draw(law, hours.working_day_minutes, least)

    def _applicant(self, path: StepPath, step: ApplicantStep) -> ApplicantPlan:
        shares = step.shares()
        text = path_text(path)
        options = tuple(
            self._option(path, step, name, option, shares[name])
            for name, option in step.options.items()
            if shares[name] > 0 or len(step.options) == 1
        )
        return ApplicantPlan(
            self.numbers[path],
            options,
            step.choose == "anew",
            address(text, Purpose.TAKES),
            address(text, Purpose.DELAY),
            address(text, Purpose.SERVED),
            address(text, Purpose.HOUR),
        )

    def _option(self, path: StepPath, step: ApplicantStep, name: str, option: Option, share: float) -> OptionPlan:
        planner = self.planner
        pool = planner.pool_number[option.pool] if option.pool and option.on_site else None
        place = planner.place_number[option.at] if option.at and option.on_site else None
        if pool is not None:
            hours = planner.pool_hours[pool]
        elif option.at and option.on_site:
            hours = openings(planner.system.place_calendar(option.at), planner.system.start)
        else:
            hours = planner.hours
        takes = self._draw(option.takes, hours, path)
        again = takes if option.takes_again is None else self._draw(option.takes_again, hours, path)
        return OptionPlan(
            next=self._next(path[:-1], option.next),
            on_site=option.on_site,
            place=place,
            pool=pool,
            share=share,
            option_at=address(path_text(path), Purpose.OPTION, name),
            delay=self._draw(option.delay, planner.hours, path),
            delay_hours=planner.hours if option.delay is not None and option.delay.working else None,
            takes=takes,
            takes_again=again,
            served=self._draw(option.served, hours, path, TICK if pool is not None else 0.0),
            hours=hours,
            visiting=planner.visiting(option.at if option.on_site else None, hours),
            static=self._static(path, step, name, "normal", option),
            priority=option.priority,
            appointment=option.appointment,
        )

    def _office(self, path: StepPath, step: OfficeStep) -> OfficePlan:
        planner, text = self.planner, path_text(path)
        pool = planner.pool_number[step.pool] if step.pool else None
        hours = planner.hours if pool is None else planner.pool_hours[pool]
        outcomes = self._outcomes(path, step)
        return OfficePlan(
            number=self.numbers[path],
            pool=pool,
            waits=step.applicant == "waits",
            lag=self._draw(step.lag, hours, path),
            lag_in_days=step.lag is not None and step.lag.in_days,
            hours=hours,
            takes=self._draw(step.takes, hours, path, TICK if pool is not None else 0.0),
            outcomes=outcomes,
            limited=any(outcome.counter >= 0 for outcome in outcomes),
            lag_at=address(text, Purpose.LAG),
            takes_at=address(text, Purpose.TAKES),
            outcome_at=address(text, Purpose.OUTCOME),
        )

    def _outcomes(self, path: StepPath, step: OfficeStep) -> tuple[OutcomePlan, ...]:
        chances = step.chances()
        found = []
        for name, outcome in sorted(step.outcomes.items(), key=lambda entry: not entry[1].exception):
            if chances[name] <= 0 and len(step.outcomes) > 1:
                continue
            counter = -1
            if outcome.limit is not None:
                counter, self.counters = self.counters, self.counters + 1
            found.append(
                OutcomePlan(
                    next=self._next(path[:-1], outcome.next),
                    chance=chances[name],
                    limit=outcome.limit or 0,
                    counter=counter,
                    exception=outcome.exception,
                    on_the_spot=outcome.on_the_spot,
                    static=self._static(path, step, name, outcome.kind),
                )
            )
        return tuple(found)

    def _parallel(self, path: StepPath, step: ParallelStep) -> ParallelPlan:
        branches = tuple(self._branch((*path, name), branch) for name, branch in step.branches.items())
        kinds = {DONE: "normal", REFUSED: "refusal", WITHDRAWN: "withdrawal"}
        static = {end: self._static(path, step, END_NAMES[end], kind) for end, kind in kinds.items()}
        return ParallelPlan(self.numbers[path], branches, self._next(path[:-1], step.next), static)

    def _branch(self, prefix: StepPath, branch: Branch) -> BranchPlan:
        hours = self.planner.hours
        limit = math.inf
        if branch.deadline is not None:
            limit = on_grid(duration_minutes(branch.deadline, hours.calendar))
        working = branch.deadline is not None and branch.deadline.working
        start = self._next(prefix, branch.start)
        return BranchPlan(self.tokens[prefix], start, limit, hours if working else None)


def _slot(pool: Pool) -> float:
    return on_grid(pool.slot.minutes(0.0)) if pool.slot is not None else 0.0


def _branches(process: Process | Branch, prefix: StepPath = ()) -> Iterator[StepPath]:
    for name, step in process.steps.items():
        if isinstance(step, ParallelStep):
            for branch_name, branch in step.branches.items():
                yield (*prefix, name, branch_name)
                yield from _branches(branch, (*prefix, name, branch_name))
