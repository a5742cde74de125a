"""From an item to its picture: nodes, edges, boxes, badge and legend. The one place that reads a process to draw it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from depthsim.analysis.graph import attended
from depthsim.model.level import STAGES
from depthsim.model.service import (
    AnyStep,
    ApplicantStep,
    Branch,
    OfficeStep,
    Option,
    Outcome,
    ParallelStep,
    Process,
    ServiceItem,
    StepPath,
    path_text,
    walk_steps,
)
from depthsim.model.system import ServiceSystem
from depthsim.views.pictures.picture import (
    Badge,
    Chip,
    Cluster,
    Direction,
    Edge,
    EdgeKind,
    LegendEntry,
    Node,
    OnSite,
    Picture,
    PictureLang,
)
from depthsim.views.pictures.words import Words, percent, wrapped

if TYPE_CHECKING:
    from depthsim.analysis.level import Classification
    from depthsim.analysis.visits import Visits
    from depthsim.model.time import Duration, Limit

_Title = tuple[tuple[str, ...], tuple[str, ...]]
_TELLS_LITTLE = ("inspect", "expert_review")
_ROMAN = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ"}


def picture(
    item: ServiceItem,
    *,
    system: ServiceSystem | None = None,
    classification: Classification | None = None,
    lang: PictureLang = "zh",
    direction: Direction = "down",
) -> Picture:
    """Return the picture of an item's process.

    With `system`, places, pools and departments are drawn by name; with `classification`, the level badge and the
    visits stand beside the title.
    """
    return _Extractor(item, system, Words(lang)).picture(classification, direction)


@dataclass(slots=True)
class _Extractor:
    item: ServiceItem
    system: ServiceSystem | None
    words: Words
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    main: set[tuple[StepPath, str]] = field(default_factory=set)
    order: dict[StepPath, int] = field(default_factory=dict)
    doubled: set[tuple[_Title, str]] = field(default_factory=set)
    attended: frozenset[StepPath] = frozenset()

    def picture(self, classification: Classification | None, direction: Direction) -> Picture:
        item, words = self.item, self.words
        steps = dict(walk_steps(item.process))
        self.order = _order(item.process)
        self.main = _main_path(item.process)
        self.attended = attended(item)
        titles = Counter((self._title(step), _hands(step)) for path, step in steps.items())
        self.doubled = {key for key, n in titles.items() if n > 1}
        used = {step.stage for step in item.process.steps.values()}
        self.clusters += [Cluster(f"stage/{s}", "stage", words.lines(None, s)) for s in STAGES if s in used]
        first = item.process.steps[item.process.start]
        self.nodes.append(Node("start", "start", cluster=f"stage/{first.stage}", stage=first.stage, main=True))
        self.edges.append(Edge("start", item.process.start, kind="automatic", main=True))
        self._level(item.process, ())
        subtitle = [item.id, words.word(item.kind), words.word(item.handling)]
        if item.department:
            found = self.system.departments.get(item.department) if self.system else None
            subtitle.append(words.name(found.name) if found else item.department)
        facts = self._facts(classification)
        title, second = words.titles(item.name, item.id, longest=64)
        return Picture(
            id=item.id,
            lang=words.lang,
            title=title,
            second=second,
            subtitle=" · ".join(subtitle),
            facts=tuple(facts),
            nodes=tuple(self.nodes),
            edges=tuple(self.edges),
            clusters=tuple(self.clusters),
            badges=badges(item, classification, words),
            legend=self._legend(),
            direction=direction,
        )

    # -- nodes ---------------------------------------------------------------------------------------------

    def _level(self, level: Process | Branch, prefix: StepPath) -> None:
        for name, step in level.steps.items():
            path = (*prefix, name)
            box = path_text(prefix) if prefix else f"stage/{step.stage}"
            if isinstance(step, ApplicantStep):
                self._applicant(path, step, box)
            elif isinstance(step, OfficeStep):
                self._office(path, step, box)
            else:
                self._parallel(path, step, box)

    def _applicant(self, path: StepPath, step: ApplicantStep, box: str) -> None:
        words = self.words
        on_site = [option.on_site for option in step.options.values()]
        standing: OnSite = "always" if all(on_site) else "choice" if any(on_site) else "never"
        chips = tuple(Chip(name, self._chip(name, option), option.on_site) for name, option in step.options.items())
        lines = [words.say("anew")] if step.choose == "anew" and len(step.options) > 1 else []
        self._step(path, step, box, who="applicant", on_site=standing, chips=chips, lines=tuple(lines))
        shares = step.shares()
        for name, option in step.options.items():
            times = [
                words.each(lambda w, key=key, law=law: w.say(key, time=w.law(law)))  # type: ignore[misc]
                for key, law in (
                    ("takes", option.takes),
                    ("transit" if option.channel == "post" else "delay", option.delay),
                    ("served", option.served),
                )
                if law is not None
            ]
            head = percent(shares[name]) if len(step.options) > 1 else ""
            kind: EdgeKind = "normal"
            if option.next in ("refused", "withdrawn"):
                kind = "refusal" if option.next == "refused" else "withdrawal"
            self._move(path, name, option.next, kind, shares[name], head, tuple(times), on_site=option.on_site)

    def _chip(self, name: str, option: Option) -> str:
        words = self.words
        channel = words.word(option.channel)
        if option.name is not None:
            said = words.name(option.name)
        elif name == option.channel or option.on_site:
            said = channel
        else:
            said = words.word(name)
        if not option.on_site:
            return wrapped(said, longest=26 * len(words.langs), most=1)[0]
        place = self._place(option.at)
        parts = [p for p in dict.fromkeys((words.say("on_site"), place, said)) if p]
        return " · ".join(wrapped(p, longest=26 * len(words.langs), most=1)[0] for p in parts)

    def _place(self, place: str | None) -> str:
        found = self.system.places.get(place) if self.system and place else None
        return self.words.name(found.name) if found else (place or "").replace("_", " ")

    def _office(self, path: StepPath, step: OfficeStep, box: str) -> None:
        words = self.words
        lines, strips = [], []
        if step.external is not None:
            lines.append(words.name(step.external))
        elif step.pool:
            found = self.system.pools.get(step.pool) if self.system else None
            lines.append(words.name(found.name) if found else step.pool.replace("_", " "))
        lines.append(words.each(lambda w: _times(step, w)))
        if step.special:
            special = words.word(f"special_{step.special}")
            if step.special == "inspection":
                special += f" · {words.say('officials_travel')}"
            lines.append(f"◆ {special}" + (f" · {words.say('stops_clock')}" if step.stops_clock else ""))
        elif step.stops_clock:
            lines.append(f"◆ {words.say('stops_clock')}")
        stands_by = path in self.attended
        if stands_by:
            strips.append(f"◉ {words.say('waits')}")
        shown = tuple(part for line in lines if line for part in wrapped(line, longest=36 * len(words.langs), most=2))
        who = "external" if step.external is not None else "office"
        standing: OnSite = "waits" if stands_by else "never"
        self._step(path, step, box, who=who, on_site=standing, lines=shown, strips=tuple(strips))
        chances = step.chances()
        for name, outcome in step.outcomes.items():
            head, details = self._outcome(name, outcome, chances[name], alone=len(step.outcomes) == 1)
            self._move(path, name, outcome.next, outcome.kind, chances[name], head, details)

    def _outcome(self, name: str, outcome: Outcome, chance: float, *, alone: bool) -> tuple[str, tuple[str, ...]]:
        words = self.words
        said = words.name(outcome.name) if outcome.name else words.word(name)
        if alone and not outcome.exception:
            return "", (said,) if outcome.name else ()
        said = wrapped(said, longest=18 * len(words.langs), most=1)[0]
        if outcome.kind == "correction":
            said = f"{words.word('correction')} · {said}"
        details = [said]
        if outcome.limit is not None and outcome.limit > 1:
            details.append(words.say("at_most", most=outcome.limit))
        if outcome.on_the_spot:
            details.append(words.say("on_the_spot"))
        return percent(chance), tuple(details)

    def _parallel(self, path: StepPath, step: ParallelStep, box: str) -> None:
        words = self.words
        text = path_text(path)
        inside = f"{text}/"
        title = words.each(lambda w: w.say("side_by_side", name=" ".join(w.lines(step.name, step.role))))
        self.clusters.append(Cluster(inside, "parallel", (title,), box))
        on_main = any(p == path for p, _ in self.main)
        self._step(path, step, inside, who="parallel", kind="fork")
        for name, branch in step.branches.items():
            branch_box = f"{text}/{name}"
            said = " ".join(words.lines(branch.name, name))
            if branch.deadline is not None:
                said = f"{said} · {self._deadline(branch.deadline)}"
            self.clusters.append(Cluster(branch_box, "branch", (said,), inside))
            start = path_text((*path, name, branch.start))
            self.edges.append(Edge(text, start, kind="automatic", main=on_main, ends=f"fork {name}"))
            self._level(branch, (*path, name))
        join = f"{text}#join"
        self.nodes.append(Node(join, "join", cluster=inside, stage=step.stage, main=on_main))
        ends = self._branch_ends(step)
        several = len(ends) > 1
        prefix = path[:-1]
        for end, target in (("done", step.next), ("refused", "refused"), ("withdrawn", "withdrawn")):
            if end != "done" and end not in ends:
                continue
            said = words.say({"done": "all_done", "refused": "one_refused", "withdrawn": "one_withdrawn"}[end])
            kind: EdgeKind = "automatic" if end == "done" else "refusal" if end == "refused" else "withdrawal"
            drawn, _ = self._target(prefix, path, target)
            self.edges.append(
                Edge(
                    join,
                    drawn,
                    kind=kind,
                    lines=(said,) if several else (),
                    ends=f"join {end}",
                    main=on_main and end == "done",
                    back=end == "done" and self._back(path, (*prefix, target)),
                )
            )

    def _deadline(self, deadline: Duration) -> str:
        return self.words.each(lambda w: w.say("branch_deadline", time=w.duration(deadline)))

    def _branch_ends(self, step: ParallelStep) -> set[str]:
        found = {"done"}
        for branch in step.branches.values():
            if branch.deadline is not None:
                found.add("withdrawn")
            for inner in branch.steps.values():
                if isinstance(inner, ApplicantStep):
                    found |= {o.next for o in inner.options.values()} - set(branch.steps)
                elif isinstance(inner, OfficeStep):
                    found |= {o.next for o in inner.outcomes.values()} - set(branch.steps)
                else:
                    found |= self._branch_ends(inner)
        return found

    def _title(self, step: AnyStep) -> _Title:
        if step.name is None and isinstance(step, OfficeStep) and step.special and step.role in _TELLS_LITTLE:
            return self.words.titles(None, f"special_{step.special}")
        return self.words.titles(step.name, step.role)

    def _step(self, path: StepPath, step: AnyStep, box: str, **marks: Any) -> None:
        named = self._title(step)
        title, second = named
        if (named, _hands(step)) in self.doubled:
            marks["lines"] = (*wrapped(f"({path[-1].replace('_', ' ')})", most=1), *marks.get("lines", ()))
        marks.setdefault("kind", "step")
        self.nodes.append(
            Node(
                path_text(path),
                state=path_text(path),
                stage=step.stage,
                cluster=box,
                role=step.role,
                title=title,
                second=second,
                main=any(p == path for p, _ in self.main),
                **marks,
            )
        )

    # -- edges ---------------------------------------------------------------------------------------------

    def _move(
        self,
        path: StepPath,
        name: str,
        target: str,
        kind: EdgeKind,
        share: float,
        head: str,
        lines: tuple[str, ...],
        on_site: bool = False,
    ) -> None:
        drawn, ends = self._target(path[:-1], path, target)
        back = not ends and self._back(path, (*path[:-1], target))
        self.edges.append(
            Edge(
                path_text(path),
                drawn,
                name,
                kind,
                on_site=on_site,
                share=share,
                head=head,
                lines=lines,
                ends=ends,
                main=(path, name) in self.main,
                back=back,
            )
        )

    def _target(self, prefix: StepPath, source: StepPath, target: str) -> tuple[str, str]:
        """Return the node that a move is drawn to, and for the end of a branch the state that it stands for.

        Refusals and withdrawals get their own mark beside the step that they come from.
        """
        level_steps = _steps_at(self.item.process, prefix)
        if target in level_steps:
            return path_text((*prefix, target)), ""
        if prefix:
            return f"{path_text(prefix[:-1])}#join", path_text((*prefix, target))
        if target == "delivered":
            if all(n.id != target for n in self.nodes):
                stage = max((s.stage for s in self.item.process.steps.values()), key=STAGES.index)
                self._final(target, target, f"stage/{stage}", stage)
            return target, ""
        mark = f"{target}@{path_text(source)}"
        if all(n.id != mark for n in self.nodes):
            stage = level_steps[source[-1]].stage
            self._final(mark, target, f"stage/{stage}", stage)
        return mark, ""

    def _final(self, id_: str, state: str, box: str, stage: str) -> None:
        early = state == "refused" and stage in ("preparation", "acceptance")
        title, second = self.words.titles(None, "rejected" if early else state)
        self.nodes.append(
            Node(
                id_,
                "final",
                state=state,
                stage=stage,
                cluster=box,
                title=title,
                second=second,
                main=state == "delivered",
            )
        )

    def _back(self, source: StepPath, target: StepPath) -> bool:
        if target not in self.order:
            return False
        return self.order[target] <= self.order[source]

    # -- round it ------------------------------------------------------------------------------------------

    def _facts(self, classification: Classification | None) -> list[str]:
        words, item = self.words, self.item
        found = []
        if classification is not None:
            found.append(words.each(lambda w: _visits(classification.visits, w)))
        if item.limits is not None:
            limits = [
                words.each(lambda w, key=key, limit=limit: w.say(key, time=_limit(limit, w)))  # type: ignore[misc]
                for key, limit in (("statutory", item.limits.statutory), ("promised", item.limits.promised))
                if limit is not None
            ]
            if limits:
                found.append(" · ".join(limits))
        return found

    def _legend(self) -> tuple[LegendEntry, ...]:
        who = {n.who for n in self.nodes}
        kinds = {e.kind for e in self.edges}
        shown: list[tuple[Any, str]] = [(w, f"legend_{w}") for w in ("applicant", "office", "external") if w in who]
        if any(n.on_site != "never" for n in self.nodes):
            shown.append(("on_site", "on_site"))
        shown.append(("main", "legend_main"))
        if "correction" in kinds:
            shown.append(("correction", "legend_correction"))
        if kinds & {"refusal", "withdrawal"}:
            shown.append(("refusal", "legend_refusal"))
        return tuple(LegendEntry(mark, self.words.say(key)) for mark, key in shown)


def badges(item: ServiceItem, classification: Classification | None, words: Words) -> tuple[Badge, ...]:
    """Return the level badges: the derived level, then the declared one where they disagree."""
    if classification is None:
        return ()
    level = classification.level.value
    notes = [words.say("derived"), words.say("by_visits", level=_ROMAN.get(classification.by_visits.value, "—"))]
    declared = item.declared.level if item.declared else None
    found = [Badge(level, words.lines(None, f"level_{level}"), (" · ".join(notes),))]
    if declared is not None and declared is not classification.level:
        said = words.each(lambda w: w.say("declared", level=w.word(f"level_{declared.value}")))
        found.append(Badge(declared.value, wrapped(said, longest=40), (f"≠ {words.say('differs')}",), differs=True))
    return tuple(found)


def _times(step: OfficeStep, words: Words) -> str:
    laws = (("lag", step.lag), ("work", step.takes))
    return " + ".join(words.say(key, time=words.law(law)) for key, law in laws if law is not None)


def _visits(visits: Visits, words: Words) -> str:
    whole = {
        key: words.say("infinite") if n is None else str(n)
        for key, n in (("least", visits.least), ("required", visits.required), ("greatest", visits.greatest))
    }
    return words.say("visits", expected=f"{visits.expected:.2f}", **whole)


def _limit(limit: Limit, words: Words) -> str:
    return words.say("working_days" if limit.unit.value == "working days" else "days", amount=str(limit.days))


def _steps_at(process: Process, prefix: StepPath) -> Any:
    found: Process | Branch = process
    for name, branch in zip(prefix[::2], prefix[1::2], strict=True):
        step = found.steps[name]
        assert isinstance(step, ParallelStep)
        found = step.branches[branch]
    return found.steps


def _hands(step: AnyStep) -> str:
    """Return in whose hands a step is: tells two steps of the same name apart."""
    return f"{step.pool} {step.applicant}" if isinstance(step, OfficeStep) else step.by


def _onward(step: AnyStep) -> list[tuple[str, str, float]]:
    """Return the moves on, as (move, next, share), likeliest first; exceptions only where nothing else is."""
    if isinstance(step, ParallelStep):
        return [("", step.next, 1.0)]
    if isinstance(step, ApplicantStep):
        shares = step.shares()
        moves = [(n, o.next, shares[n]) for n, o in step.options.items()]
    else:
        chances = step.chances()
        normal = {n: o for n, o in step.outcomes.items() if not o.exception} or dict(step.outcomes)
        moves = [(n, o.next, chances[n]) for n, o in normal.items()]
    return sorted(moves, key=lambda m: -m[2])


def _main_path(process: Process | Branch, prefix: StepPath = ()) -> set[tuple[StepPath, str]]:
    """Return the moves of the likeliest way through a process that meets no step twice."""
    found: set[tuple[StepPath, str]] = set()
    name, seen = process.start, set[str]()
    while name in process.steps and name not in seen:
        seen.add(name)
        step, path = process.steps[name], (*prefix, name)
        if isinstance(step, ParallelStep):
            for branch_name, branch in step.branches.items():
                found |= _main_path(branch, (*path, branch_name))
        fresh = [m for m in _onward(step) if m[1] not in seen]
        if not fresh:
            break
        move, name, _ = fresh[0]
        found.add((path, move))
    return found


def _order(process: Process | Branch, prefix: StepPath = ()) -> dict[StepPath, int]:
    """Return each step's place in the order of the process: a move to an equal or lower place leads back.

    Depth first along ordinary moves, likeliest first, in reverse finishing order, as a topological order would be.
    """
    done: list[str] = []
    open_: set[str] = set()

    def visit(name: str) -> None:
        stack = [(name, iter(_following(process, name)))]
        open_.add(name)
        while stack:
            here, rest = stack[-1]
            following = next((n for n in rest if n in process.steps and n not in open_), None)
            if following is None:
                done.append(here)
                stack.pop()
            else:
                open_.add(following)
                stack.append((following, iter(_following(process, following))))

    for name in (process.start, *process.steps):
        if name in process.steps and name not in open_:
            visit(name)
    ranks = {name: n for n, name in enumerate(reversed(done))}
    found = {(*prefix, name): n for name, n in ranks.items()}
    for name, step in process.steps.items():
        if isinstance(step, ParallelStep):
            for branch_name, branch in step.branches.items():
                found |= _order(branch, (*prefix, name, branch_name))
    return found


def _following(process: Process | Branch, name: str) -> list[str]:
    step = process.steps[name]
    onward = [n for _, n, _ in _onward(step)]
    if isinstance(step, OfficeStep):
        onward += [o.next for o in step.outcomes.values() if o.exception]
    return onward[::-1]
