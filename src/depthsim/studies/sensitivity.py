"""Sensitivity: every assumption varied over its range, on the exact model; does the conclusion survive?

Numbers are varied as they are written (plain data), and what comes of them is validated again. An item's exact numbers
depend on its own numbers, the ways to places and the scenario alone, so a change is worked out where it acts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, cast

from pydantic import TypeAdapter, ValidationError

from depthsim import reforms
from depthsim.analysis.chain import absorb, endless
from depthsim.analysis.graph import positions
from depthsim.analysis.minutes import minutes_of
from depthsim.analysis.mixture import at_last, parts
from depthsim.errors import InputError, error
from depthsim.model.chance import AnyLaw, Law
from depthsim.model.provenance import Assumed, assumed_numbers
from depthsim.model.scenario import Scenario
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, plain_number
from depthsim.model.value import thaw

MeasureName = Literal["visits", "active_minutes"]
MEASURES: tuple[MeasureName, ...] = ("visits", "active_minutes")
"""What is known exactly and followed here: visits a year; minutes of forms, service and travel a year."""
SPREAD = 0.5
"""Without a range of its own a number varies by this share of it, both ways; shares stay at most 1."""
CORRECTIONS = (0.05, 0.5)
"""Without a range of its own the chance of a correction varies over this range, since no rate is published."""

Kind = Literal["chance", "uptake", "minutes", "travel", "demand", "reform", "segment"]
_MINUTES = ("takes", "takes_again", "served")
_NO_TIMES = ("law", "cv", "shape", "assumption", "source")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One assumption that is varied: `where` is an item's id, `system` or `scenario ID`; numbers in `unit`s of its own.

    `own_range` says whether the file gives the range. A law is varied by its mean.
    """

    where: str
    path: Path
    kind: Kind
    value: float
    low: float
    high: float
    own_range: bool
    note: str
    unit: str = ""

    @property
    def id(self) -> str:
        """Return its name: where it is and its path."""
        return "/".join((self.where, *map(str, self.path)))


# -------------------------------------------------------------------------------------------------- parameters


def _written(value: Any) -> Any:
    return value.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _kind(path: Path) -> Kind | None:
    """Return what a number of an item is, or None where neither visits nor active minutes depend on it."""
    if path[0] == "demand":
        return "demand" if path[-1] == "per_year" else None
    if path[0] != "process":
        return None
    if path[-1] in _MINUTES:
        return "minutes"
    return cast("Kind | None", {"chance": "chance", "uptake": "uptake"}.get(str(path[-1])))


def _system_kind(path: Path) -> Kind | None:
    if path[0] == "places" and path[-1] == "travel":
        return "travel"
    if path[:2] == ("applicants", "segments") and len(path) > 3 and path[3] in ("share", "uptake", "travel"):
        return "segment"
    return None


def _scenario_kind(path: Path) -> Kind | None:
    return "reform" if path[0] == "reforms" and path[-1] != "starts" else None


def parameters_of(
    system: ServiceSystem, scenarios: Sequence[Scenario], measure: MeasureName
) -> tuple[tuple[Parameter, ...], int]:
    """Return the assumptions that may move a measure, and how many assumptions there are besides."""
    found: list[Parameter] = []
    others = 0
    without = ("minutes", "travel") if measure == "visits" else ()
    bare = _written(system.with_items({}))
    documents: list[tuple[str, Any, Callable[[Path], Kind | None]]] = [("system", bare, _system_kind)]
    documents += [(name, _written(item), _kind) for name, item in system.items.items()]
    documents += [(_place(s), _written(s), _scenario_kind) for s in dict.fromkeys(scenarios)]
    for where, document, kind in documents:
        every = assumed_numbers(document)
        wanted = [(a, k) for a in every if (k := kind(a.path)) is not None and k not in without]
        ranged = [p for a, k in wanted if (p := _parameter(where, a, k, document)) is not None]
        found += ranged
        others += len(every) - len(ranged)
    return tuple(found), others


def _place(scenario: Scenario) -> str:
    return f"scenario {scenario.id}"


def _parameter(where: str, assumed: Assumed, kind: Kind, document: Any) -> Parameter | None:
    value, unit = _number(assumed.value)
    if value is None or not value > 0:
        return None
    low, high = (_bound(b, unit) for b in (assumed.low, assumed.high))
    own = low is not None or high is not None
    share = kind in ("chance", "uptake") or (kind in ("segment", "reform") and not unit and value <= 1)
    least, most = value * (1 - SPREAD), value * (1 + SPREAD)
    if kind == "chance" and _parent(document, assumed.path).get("kind") == "correction":
        least, most = CORRECTIONS
    least, most = min(value, least if low is None else low), max(value, most if high is None else high)
    if share:
        most = min(most, 1.0)
    return Parameter(where, assumed.path, kind, value, least, most, own, assumed.note, unit)


def _parent(document: Any, path: Path) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


_LAW: TypeAdapter[AnyLaw] = TypeAdapter(Law)
_DURATION: TypeAdapter[Duration] = TypeAdapter(Duration)
_DAY = 480.0
"""Minutes of a working day, for turning a law's mean into its unit and back; it cancels out."""


def _number(value: Any) -> tuple[float | None, str]:
    """Return a number and its unit: a law's mean, a quantity's amount; None for what cannot be varied."""
    if isinstance(value, Mapping):
        law = _LAW.validate_python(value)
        first = law.durations()[0]
        one = first.model_copy(update={"amount": 1.0}).minutes(_DAY)
        return law.mean_minutes(_DAY) / one, first.unit.value
    if isinstance(value, str):
        try:
            found = _DURATION.validate_python(value)
        except ValidationError:
            return None, ""
        return found.amount, found.unit.value
    return float(value), ""


def _bound(bound: Any, unit: str) -> float | None:
    """Return the end of a range in the unit of its number; None where there is none, or in another kind of unit."""
    if bound is None:
        return None
    if not isinstance(bound, str):
        return float(bound)
    try:
        given = _DURATION.validate_python(bound)
    except ValidationError:
        return None
    if not unit:
        return None
    one = _DURATION.validate_python(f"1 {unit}")
    return given.minutes(_DAY) / one.minutes(_DAY) if given.working == one.working else None


def _scaled(value: Any, factor: float) -> Any:
    """Return a number, a quantity or a law as written, times a factor."""
    if isinstance(value, Mapping):
        return {k: v if k in _NO_TIMES else _scaled(v, factor) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scaled(v, factor) for v in value]
    if isinstance(value, str):
        try:
            given = _DURATION.validate_python(value)
        except ValidationError:
            return value
        amount = float(f"{given.amount * factor:.7g}")
        return f"{plain_number(amount)} {given.unit.value}"
    return value if isinstance(value, bool) else value * factor


def _varied(document: Any, parameters: Sequence[Parameter], values: Sequence[float]) -> Any:
    """Return a document with varied numbers; what does not change is shared with the old one."""
    changed = [(p, v) for p, v in zip(parameters, values, strict=True) if v != p.value]
    own: dict[Path, Any] = {(): _copied(document)}
    for parameter, _ in changed:
        for depth in range(1, len(parameter.path) + 1):
            path = parameter.path[:depth]
            parent = own[path[:-1]]
            if path not in own and isinstance(parent[path[-1]], (dict, list)):
                parent[path[-1]] = own[path] = _copied(parent[path[-1]])
                if path[-1] in ("options", "outcomes", "segments"):
                    for name, child in parent[path[-1]].items():
                        own[path][name] = own[*path, name] = _copied(child)
    for parameter, value in changed:
        _set(own[()], parameter, value)
    return own[()]


def _copied(node: Any) -> Any:
    return dict(node) if isinstance(node, dict) else list(node)


def _set(document: Any, parameter: Parameter, value: float) -> None:
    """Put a varied number into a document (in place); shares beside it make room, in proportion."""
    parent, key = _parent(document, parameter.path), parameter.path[-1]
    if parameter.unit or parameter.kind in ("minutes", "travel"):
        parent[key] = _scaled(parent[key], value / parameter.value)
        return
    parent[key] = round(value) if isinstance(parent[key], int) and value > 1 else value
    if parameter.kind in ("chance", "uptake", "segment") and key in ("chance", "uptake", "share"):
        _make_room(_parent(document, parameter.path[:-1]), str(parameter.path[-2]), str(key))


def _make_room(siblings: Any, mine: str, key: str) -> None:
    """Scale the shares beside one so that all sum to 1, or to at most 1 where some have none."""
    if not isinstance(siblings, dict):
        return
    given = {n: s[key] for n, s in siblings.items() if n != mine and isinstance(s, dict) and s.get(key) is not None}
    open_ones = any(isinstance(s, dict) and s.get(key) is None for n, s in siblings.items() if n != mine)
    total, left = math.fsum(given.values()), 1 - siblings[mine][key]
    if not given:
        if not open_ones:
            siblings[mine][key] = 1.0
        return
    if total <= left and open_ones:
        return
    for name, share in given.items():
        siblings[name][key] = share * left / total if total else left / len(given)


# ---------------------------------------------------------------------------------------------------- the model


@dataclass(frozen=True, slots=True)
class Alternative:
    """What is compared with the reference: the uses of reforms of one scenario, by their places in it."""

    id: str
    scenario: Scenario
    uses: tuple[int, ...]

    @property
    def whole(self) -> bool:
        """Return whether it is the whole scenario."""
        return self.id == self.scenario.id


class ExactModel:
    """The exact answer to changed assumptions: for every alternative what a year brings against the reference.

    `answer(values)` takes one value for each of `parameters` and returns the differences of a year's visits or active
    minutes, one for each alternative. Raises InputError where the varied input makes no sense.
    """

    def __init__(
        self,
        system: ServiceSystem,
        reference: Scenario,
        alternatives: Sequence[Alternative],
        parameters: Sequence[Parameter],
        measure: MeasureName,
    ) -> None:
        self.parameters = tuple(parameters)
        self._measure = measure
        self._alternatives = (Alternative("", reference, tuple(range(len(reference.reforms)))), *alternatives)
        self._system = _written(system.with_items({}))
        self._omitted = tuple(dict.fromkeys((*system.items, *system.omitted)))
        self._chosen = [_chosen(system, a.scenario) for a in self._alternatives]
        self._items = {name: _written(item) for name, item in system.items.items()}
        self._scenarios = {_place(a.scenario): _written(a.scenario) for a in self._alternatives}
        self._places: dict[str, list[int]] = {}
        for n, p in enumerate(self.parameters):
            self._places.setdefault(p.where, []).append(n)
        whole = [frozenset(system.items)]
        self._groups = [frozenset({name}) for name in system.items]
        self._memory: dict[frozenset[str], tuple[tuple[float, ...], list[float]]] = {}
        self._shared: tuple[tuple[float, ...], ServiceSystem, list[list[tuple[reforms.Reform, Any]]]] | None = None
        self.nominal = tuple(p.value for p in self.parameters)
        if len(system.items) > 1 and not self._separable(whole):
            self._groups = whole

    def _separable(self, whole: list[frozenset[str]]) -> bool:
        """Return whether items can be worked out one by one: whether their sum is what the whole system gives."""
        try:
            single = self.answer(self.nominal)
        except InputError:
            return False
        groups, self._groups, self._memory = self._groups, whole, {}
        together = self.answer(self.nominal)
        self._groups, self._memory = groups, {}
        return all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6) for a, b in zip(single, together, strict=True))

    def answer(self, values: Sequence[float]) -> list[float]:
        """Return each alternative's difference of a year against the reference. Raises InputError."""
        shared = tuple(values[n] for where in ("system", *self._scenarios) for n in self._places.get(where, ()))
        totals = [0.0] * len(self._alternatives)
        for group in self._groups:
            key = (*shared, *(values[n] for name in sorted(group) for n in self._places.get(name, ())))
            known = self._memory.get(group)
            if known is None or known[0] != key:
                known = (key, self._worked_out(group, values, shared))
                self._memory[group] = known
            totals = [a + b for a, b in zip(totals, known[1], strict=True)]
        return [t - totals[0] for t in totals[1:]]

    def _worked_out(self, group: frozenset[str], values: Sequence[float], shared: tuple[float, ...]) -> list[float]:
        try:
            bare, uses = self._common(values, shared)
            items = {name: self._item(name, values) for name in self._items if name in group}
        except ValidationError as wrong:
            raise InputError from wrong
        base = bare.with_items(items).model_copy(update={"omitted": tuple(n for n in self._omitted if n not in group)})
        reformed = [base] * len(uses)
        for n, alternative in enumerate(uses):
            for reform, parameters in alternative:
                if _meant(parameters, reformed[n]):
                    reformed[n] = reform(reformed[n], _only(parameters, reformed[n])).system
        same = [_same(system, base) for system in reformed]
        if all(same):
            return [0.0] * len(uses)
        untouched = _year(base, self._measure) if any(same) else 0.0
        return [untouched if kept else _year(s, self._measure) for kept, s in zip(same, reformed, strict=True)]

    def _item(self, name: str, values: Sequence[float]) -> ServiceItem:
        return ServiceItem.model_validate(self._vary(self._items[name], name, values))

    def _vary(self, document: Any, where: str, values: Sequence[float]) -> Any:
        places = self._places.get(where, ())
        return _varied(document, [self.parameters[n] for n in places], [values[n] for n in places])

    def _common(
        self, values: Sequence[float], shared: tuple[float, ...]
    ) -> tuple[ServiceSystem, list[list[tuple[reforms.Reform, Any]]]]:
        """Return what all items share: the system without items, and each alternative's reforms, read."""
        if self._shared is not None and self._shared[0] == shared:
            return self._shared[1], self._shared[2]
        document = self._vary(self._system, "system", values)
        uses = []
        varied = {where: self._vary(written, where, values) for where, written in self._scenarios.items()}
        for alternative, chosen in zip(self._alternatives, self._chosen, strict=True):
            written = varied[_place(alternative.scenario)]
            read = []
            for place in alternative.uses:
                ((name, parameters),) = written.get("reforms", ())[place].items()
                reform = reforms.load(name)
                if issubclass(reform.parameters, reforms.ItemParameters):
                    parameters = {**(parameters or {}), "items": {"id": list(chosen[place])}}
                read.append((reform, reforms.read_parameters(reform, thaw(parameters or {}))))
            uses.append([r for r in read if not _empty(r[1])])
        self._shared = (shared, ServiceSystem.model_validate(document), uses)
        return self._shared[1], self._shared[2]


def _empty(parameters: Any) -> bool:
    return isinstance(parameters, reforms.ItemParameters) and not parameters.items.id


def _meant(parameters: Any, system: ServiceSystem) -> bool:
    return not isinstance(parameters, reforms.ItemParameters) or bool(set(parameters.items.id) & set(system.items))


def _same(system: ServiceSystem, base: ServiceSystem) -> bool:
    """Return whether nothing that the exact numbers depend on has changed: the items and the ways."""
    if any(system.items.get(name) is not item for name, item in base.items.items()):
        return False
    return system.places is base.places or {n: p.travel for n, p in base.places.items()} == {
        n: p.travel for n, p in system.places.items()
    }


def _only(parameters: Any, system: ServiceSystem) -> Any:
    if not isinstance(parameters, reforms.ItemParameters):
        return parameters
    here = tuple(id_ for id_ in parameters.items.id if id_ in system.items)
    return parameters.model_copy(update={"items": parameters.items.model_copy(update={"id": here})})


def _chosen(system: ServiceSystem, scenario: Scenario) -> list[tuple[str, ...]]:
    """Return the items that each reform of a scenario is for, so that a choice by level stays as it is."""
    return [use.chosen for use in reforms.apply(system, scenario).uses]


def _year(system: ServiceSystem, measure: MeasureName) -> float:
    """Return a year's visits or active minutes of all items of a system."""
    found = 0.0
    for item in system.items.values():
        if not item.demand or not item.demand.per_year:
            continue
        mixture = parts(item, system, at_last(system, math.inf)) if item.before or system.applicants.segments else None
        cases = [(1.0, item, system)] if mixture is None else [(p.share, p.item, p.system) for p in mixture]
        for share, one, around in cases:
            found += share * item.demand.per_year * _mean(one, around, measure)
    return found


def _mean(item: ServiceItem, system: ServiceSystem, measure: MeasureName) -> float:
    """Return the mean of one case: from the chain alone, without the rest of `analyse`, for it is asked so often."""
    graph = positions(item)
    if stuck := endless(graph):
        raise InputError(error("DS202", graph.where(stuck[0]), step=graph.label(stuck[0])))
    times = absorb(graph).times
    if measure == "active_minutes":
        return minutes_of(graph, times, system).active
    return math.fsum(times[n] * move.share * move.visits for n, node in enumerate(graph.nodes) for move in node.moves)


# ------------------------------------------------------------------------------------------------ what is asked


@dataclass(frozen=True, slots=True)
class Swing:
    """What one assumption does by itself: the headline at its low and its high end."""

    parameter: Parameter
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """Return how far it moves the headline."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True, slots=True)
class Draws:
    """All assumptions varied at once: each draw's difference of a year by alternative; `refused` made no sense."""

    outcomes: tuple[tuple[float, ...], ...]
    refused: int

    def interval(self, alternative: int = 0, share: float = 0.9) -> tuple[float, float]:
        """Return the middle `share` of an alternative's outcomes."""
        found = sorted(o[alternative] for o in self.outcomes)
        cut = (1 - share) / 2 * (len(found) - 1)
        return _quantile(found, cut), _quantile(found, len(found) - 1 - cut)

    def same_sign(self, nominal: float, alternative: int = 0) -> float:
        """Return the share of draws in which an alternative acts in the direction that it has nominally."""
        return _part([(o[alternative] > 0) == (nominal > 0) and o[alternative] != 0 for o in self.outcomes])


def _quantile(found: Sequence[float], place: float) -> float:
    low = math.floor(place)
    high = min(low + 1, len(found) - 1)
    return found[low] + (place - low) * (found[high] - found[low])


def _part(true: Sequence[bool]) -> float:
    return sum(true) / len(true) if true else math.nan


@dataclass(frozen=True, slots=True)
class Ranking:
    """Alternatives by what they save nominally, the best first, and in what share of draws that holds.

    `whole`: the same order throughout; `first`: the same one first; `pairs`: the mean share of pairs in order.
    """

    order: tuple[int, ...]
    whole: float
    first: float
    pairs: float


def ranked(nominal: Sequence[float], draws: Draws) -> Ranking | None:
    """Return the ranking of the alternatives that do something; None of fewer than two. Ties count as in order."""
    order = tuple(sorted((n for n, d in enumerate(nominal) if abs(d) > 1e-9), key=lambda n: nominal[n]))
    if len(order) < 2 or not draws.outcomes:
        return None
    pairs = list(combinations(order, 2))
    held = [[o[a] <= o[b] + 1e-9 for a, b in pairs] for o in draws.outcomes]
    first = [all(o[order[0]] <= o[n] + 1e-9 for n in order) for o in draws.outcomes]
    return Ranking(order, _part([all(h) for h in held]), _part(first), _part([x for h in held for x in h]))


Told = Callable[[int, int], None]


def swings(model: ExactModel, progress: Told = lambda _done, _total: None) -> list[Swing]:
    """Return what each assumption does to the first alternative, the widest first."""
    found = []
    for n, parameter in enumerate(model.parameters):
        ends = []
        for end in (parameter.low, parameter.high):
            values = list(model.nominal)
            values[n] = end
            try:
                ends.append(model.answer(values)[0])
            except InputError:
                ends.append(model.answer(model.nominal)[0])
        found.append(Swing(parameter, *ends))
        progress(n + 1, len(model.parameters))
    return sorted(found, key=lambda s: -s.width)


def drawn(model: ExactModel, number: int, seed: int, progress: Told = lambda _done, _total: None) -> Draws:
    """Return a Latin hypercube of draws, every assumption uniform over its range; the same seed, the same draws."""
    from scipy.stats import qmc

    if not model.parameters:
        return Draws((tuple(model.answer(())),), 0)
    sample = qmc.LatinHypercube(len(model.parameters), seed=seed).random(number)
    outcomes, refused = [], 0
    for n, row in enumerate(sample):
        values = [p.low + float(u) * (p.high - p.low) for p, u in zip(model.parameters, row, strict=True)]
        try:
            outcomes.append(tuple(model.answer(values)))
        except InputError:
            refused += 1
        progress(n + 1, number)
    return Draws(tuple(outcomes), refused)


@dataclass(frozen=True, slots=True)
class Effect:
    """Morris' elementary effects of one assumption on the headline: mean size, spread, and 95 % interval of the size.

    A spread near the size or above it means that the effect depends on the other assumptions.
    """

    parameter: Parameter
    size: float
    spread: float
    uncertainty: float


def screened(
    model: ExactModel, trajectories: int, seed: int, progress: Told = lambda _done, _total: None
) -> list[Effect]:
    """Return Morris' screening of all assumptions at once (SALib), the largest first; ranges count as a whole."""
    import numpy as np
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    varied = [n for n, p in enumerate(model.parameters) if p.high > p.low]
    problem = {
        "num_vars": len(varied),
        "names": [model.parameters[n].id for n in varied],
        "bounds": [[0.0, 1.0]] * len(varied),
    }
    sample = sampling.sample(problem, trajectories, num_levels=4, seed=seed)
    answers = []
    nominal = model.answer(model.nominal)[0]
    for done, row in enumerate(sample, 1):
        values = list(model.nominal)
        for n, u in zip(varied, row, strict=True):
            p = model.parameters[n]
            values[n] = p.low + float(u) * (p.high - p.low)
        try:
            answers.append(model.answer(values)[0])
        except InputError:
            answers.append(nominal)
        progress(done, len(sample))
    found = analysis.analyze(problem, sample, np.array(answers), num_levels=4, seed=seed, print_to_console=False)
    effects = [
        Effect(
            model.parameters[n], float(found["mu_star"][k]), float(found["sigma"][k]), float(found["mu_star_conf"][k])
        )
        for k, n in enumerate(varied)
    ]
    return sorted(effects, key=lambda e: -e.size)
