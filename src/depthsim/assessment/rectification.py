"""The rectification list (整改清单): every finding with who has to do what, and what it would bring."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from depthsim import reforms
from depthsim.analysis.chain import absorb
from depthsim.analysis.graph import PositionGraph
from depthsim.analysis.level import classify
from depthsim.analysis.minutes import minutes_of
from depthsim.analysis.shape import skeleton
from depthsim.assessment.assess import Assessment
from depthsim.assessment.outcome import Fact, Result
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, InputError
from depthsim.model.level import Level
from depthsim.model.service import ServiceItem
from depthsim.reforms import Reform, unsound

STATUSES = ("open", "in_progress", "done", "rejected")
Change = Literal["new", "remaining", "again", "cleared", "unseen", "added"]
"""What became of a row since the list before: `again` had been cleared, `unseen` was not looked at this time (not in
the sample), `added` was written by hand."""
BY_PROCESS = frozenset(
    {"DS301", "DS303", "DS306", "DS909", "DS860", "DS863", "DS864", "DS865", "DS866", "DS867", "DS927"}
)
"""Findings that a change of the process mends; of others the words are to be put right."""
NO_MATTER = frozenset({"pools", "places", "limits", "times", "lags"})
"""A reform that touches nothing else changes no level and no required visit."""
MOST_REFORMS = 3
"""The most reforms that a row names together."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What reforms, one after the other, do to an item: level, required visits, the applicant's own minutes a case."""

    reforms: tuple[str, ...]
    level: tuple[Level, Level]
    visits: tuple[int | None, int | None]
    minutes: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Task:
    """One row: a finding under an indicator, who leads and who is responsible, what to do and what that brings.

    `key` stays the same as long as the finding does, so that an edited list can be merged with a new one. `owner`,
    `deadline`, `status` (one of `STATUSES`, or the office's own word) and `note` are for the office to fill in.
    """

    key: str
    indicator: str
    item: str | None
    department: str | None
    finding: Finding
    evidence: tuple[Fact, ...]
    effect: Effect | None = None
    owner: str | None = None
    deadline: str | None = None
    status: str = "open"
    note: str | None = None
    change: Change | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    """Cells of columns that the office added, by heading."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of an earlier list: what the office entered, and every cell as it stood, by column.

    `key` is None where somebody wrote the row by hand.
    """

    key: str | None
    owner: str | None = None
    deadline: str | None = None
    status: str = "open"
    note: str | None = None
    change: Change | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rectification:
    """The rows of a rectification list, by department, then indicator, then item; `kept` are of an earlier list."""

    assessment: Assessment
    tasks: tuple[Task, ...]
    kept: tuple[Entry, ...] = ()

    def by_department(self) -> Mapping[str | None, tuple[Task, ...]]:
        """Return the rows of each department, departments in order, those of nobody in particular last."""
        found: dict[str | None, list[Task]] = {}
        for task in self.tasks:
            found.setdefault(task.department, []).append(task)
        return {name: tuple(tasks) for name, tasks in found.items()}

    def of(self, department: str) -> Rectification:
        """Return the rows of one department."""
        return replace(self, tasks=tuple(t for t in self.tasks if t.department == department))

    def merged(self, earlier: Iterable[Entry]) -> Rectification:
        """Return the list with what an office entered in an earlier one.

        Rows whose finding is gone, and rows that somebody wrote by hand, are kept as they stood.
        """
        entries: dict[str, Entry] = {}
        kept: list[Entry] = []
        for entry in earlier:
            if entry.key is None or entry.key in entries:  # a row that was copied counts as written by hand
                kept.append(replace(entry, key=None, change="added"))
            else:
                entries[entry.key] = entry
        tasks = tuple(_entered(task, entries.pop(task.key, None)) for task in self.tasks)
        gone = [replace(entry, change=self._fate(entry)) for entry in entries.values()]
        return replace(self, tasks=tasks, kept=(*gone, *kept))

    def _fate(self, entry: Entry) -> Change:
        """Return whether the finding of a row is gone, or was not looked for."""
        code = entry.cells.get("indicator", "").split(" ")[0]
        result = next((r for r in self.assessment.results if r.code == code), None)
        if result is None or (result.status == "not_assessed" and result.outcome.denominator is None):
            return "unseen"
        sample, item = result.outcome.sample, entry.cells.get("item_id")
        return "unseen" if sample is not None and item is not None and item not in sample.taken else "cleared"


def _entered(task: Task, earlier: Entry | None) -> Task:
    if earlier is None:
        return replace(task, change="new")
    change: Change = "again" if earlier.change == "cleared" else "remaining"
    return replace(
        task, owner=earlier.owner, deadline=earlier.deadline, status=earlier.status, note=earlier.note, change=change,
        more=earlier.more,
    )  # fmt: skip


def rectification(found: Assessment, *, effects: bool = True) -> Rectification:
    """Return a row for every finding under every indicator that it bears on.

    With `effects`, findings about processes carry the reforms that lift the item, tried on the exact model.
    """
    tried = _Trials(found.subject, offered_reforms()) if effects else None
    tasks = [task for result in found.results for task in _tasks(found.subject, result, tried)]
    tasks = _told_apart(tasks)
    order = {r.code: n for n, r in enumerate(found.results)}
    tasks.sort(key=lambda t: (t.department is None, t.department or "", order[t.indicator], t.item or "", t.key))
    return Rectification(found, tuple(tasks))


def _told_apart(tasks: Iterable[Task]) -> list[Task]:
    """Return rows whose keys differ: a further finding of the same rule at the same place gets a number."""
    seen: dict[str, int] = {}
    found = []
    for task in tasks:
        seen[task.key] = seen.get(task.key, 0) + 1
        number = seen[task.key]
        found.append(task if number == 1 else replace(task, key=f"{task.key}-{number}"))
    return found


def _tasks(subject: Subject, result: Result, tried: _Trials | None) -> Iterable[Task]:
    facts: dict[str, list[Fact]] = {}
    for fact in result.outcome.facts:
        facts.setdefault(fact.id, []).append(fact)
    for finding in result.findings:
        item = subject_item(finding)
        guide = subject.guides.get(item) if item else None
        department = subject.department_of(guide) if guide else _department(subject, finding)
        evidence = tuple(f for f in facts.get(item or "", ()) if f.holds is not True)
        effect = tried.best(item) if tried and item and finding.code in BY_PROCESS else None
        yield Task(key_of(result.code, finding), result.code, item, department, finding, evidence, effect)


def subject_item(finding: Finding) -> str | None:
    """Return the item that a finding is about, None where it is about none."""
    path = finding.path
    return str(path[1]) if len(path) > 1 and path[0] in ("guides", "items") else None


def _department(subject: Subject, finding: Finding) -> str | None:
    """Return the department that a finding about the inventory is about."""
    city, path = subject.city, finding.path
    if city is None or len(path) < 3 or path[0] != "city":
        return None
    if path[1] == "departments":
        return str(path[2])
    if path[1] == "portals":
        return city.portals[str(path[2])].department
    if path[1] == "e_licences" and city.e_licences:
        return city.e_licences[int(path[2])].department
    if path[1] == "lists" and len(path) > 4 and city.lists:
        entries = city.lists[int(path[2])].entries or ()
        return entries[int(path[4])].department
    return None


def key_of(indicator: str, finding: Finding) -> str:
    """Return what a row is known by: indicator, rule and place of the finding, not its line.

    Of the inventory, where one place may lack several things, also which.
    """
    parts = [indicator, finding.code, *finding.path]
    if subject_item(finding) is None:
        parts += [f"{name}={value}" for name, value in sorted(finding.values.items()) if isinstance(value, str)]
    text = "/".join(map(str, parts))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class _Judged:
    level: Level
    required: int | None
    expected: float
    minutes: float

    @property
    def rank(self) -> tuple[int, float, float, float]:
        """Return what is compared: more is better."""
        required = -1e9 if self.required is None else -float(self.required)
        return self.level.rank, required, -round(self.expected, 9), -self.minutes


@dataclass
class _Trials:
    """Reforms tried on items; items of one shape share which ones are best."""

    subject: Subject
    _offered: Sequence[tuple[Reform, Any]]
    _best: dict[Any, tuple[str, ...]] = field(default_factory=dict)
    _effects: dict[str, Effect | None] = field(default_factory=dict)

    def best(self, name: str) -> Effect | None:
        """Return the effect of the reforms that lift an item: the level, then required visits, None if none does."""
        if name not in self._effects:
            item = self.subject.system.items.get(name)
            guide = self.subject.guides.get(name)
            known = item is not None and guide is not None and self.subject.level(guide) is not None
            self._effects[name] = self._tried(item.alone) if known and item is not None else None
        return self._effects[name]

    def _tried(self, item: ServiceItem) -> Effect | None:
        shape = skeleton(item)
        if shape not in self._best:
            self._best[shape] = self._searched(item)
        names = self._best[shape]
        after: ServiceItem | None = item
        for name in names:
            reform, parameters = next(one for one in self._offered if one[0].id == name)
            after = self._reformed(after, reform, parameters) if after is not None else None
        if not names or after is None:
            return None
        one, other = self._judged(item), self._judged(after)
        return Effect(
            names, (one.level, other.level), (one.required, other.required), (one.minutes, other.minutes)
        )  # fmt: skip

    def _searched(self, item: ServiceItem) -> tuple[str, ...]:
        """Return the reforms found by taking the best next one while it helps; none if no level or visit is gained."""
        here, judged = item, self._judged(item)
        names, reached, needed = list[str](), judged.rank[:2], 0
        for _ in range(MOST_REFORMS):
            found = []
            for reform, parameters in self._offered:
                if (after := self._reformed(here, reform, parameters)) is not None:
                    found.append((self._judged(after), reform.id, after))
            best = max(found, key=lambda f: f[0].rank, default=None)
            if best is None or best[0].rank[:3] <= judged.rank[:3]:
                break
            judged, here = best[0], best[2]
            names.append(best[1])
            if judged.rank[:2] > reached:
                reached, needed = judged.rank[:2], len(names)
        return tuple(names[:needed])

    def _reformed(self, item: ServiceItem, reform: Reform, parameters: Any) -> ServiceItem | None:
        alone = self._alone(item)
        try:
            done = reform(alone, parameters).system
        except InputError:
            return None
        after = done.items.get(item.id)
        return None if after is None or after == item or unsound(alone, done) else after

    def _alone(self, item: ServiceItem) -> Any:
        return self.subject.system.with_items({item.id: item})

    def _judged(self, item: ServiceItem) -> _Judged:
        system = self.subject.system
        found = classify(item, self.subject.levels, system.published)
        graph = PositionGraph(item)
        minutes = minutes_of(graph, absorb(graph).times, system).active
        return _Judged(found.level, found.visits.required, found.visits.expected, minutes)


def offered_reforms() -> list[tuple[Reform, Any]]:
    """Return the reforms of items that need not be told anything and can change a level, with their defaults."""
    found = []
    for name in reforms.catalogue():
        one = reforms.load(name)
        told = any(f.is_required() for f in one.parameters.model_fields.values())
        if issubclass(one.parameters, reforms.ItemParameters) and not told and one.touches - NO_MATTER:
            found.append((one, reforms.read_parameters(one, {})))
    return found
