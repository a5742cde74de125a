"""The handling-depth level (网上办理深度) of an item under a scheme, with a proof that a small checker accepts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from depthsim.analysis.criteria import Play, Verdict, is_admitted, judge, track, visits_before
from depthsim.analysis.games import Admits, ordinary, play, strategy
from depthsim.analysis.graph import Move, Node, PositionGraph
from depthsim.analysis.shape import Shaped, shaped
from depthsim.analysis.visits import VisitReason, Visits, analyse
from depthsim.errors import Finding, information, warning
from depthsim.model.level import Level, LevelScheme, SchemeLevel
from depthsim.model.service import ApplicantStep, Published, ServiceItem

_TIMES_AROUND = 400


@dataclass(frozen=True, slots=True)
class Standing:
    """One level of the scheme for one item: the verdicts, the strategy that shows it and a path under it."""

    level: SchemeLevel
    verdicts: tuple[Verdict, ...]
    visits: int | None
    strategy: tuple[dict[str, Any], ...]
    path: tuple[dict[str, Any], ...]

    @property
    def holds(self) -> bool:
        """Return whether every criterion holds or does not apply."""
        return all(v.ruling != "fails" for v in self.verdicts)

    @property
    def failing(self) -> tuple[Verdict, ...]:
        """Return the criteria that fail."""
        return tuple(v for v in self.verdicts if v.ruling == "fails")


@dataclass(frozen=True, slots=True)
class Classification:
    """An item's level under a scheme, beside the level by visits alone.

    `binding` is the first failing criterion of the next level (None at the top); `blockers` are the visits that
    the play of the next level still forces; `findings` tell of declared against derived and of deviations.
    """

    item: ServiceItem
    scheme: LevelScheme
    level: Level
    scheme_level: str
    by_visits: Level
    visits: Visits
    standings: tuple[Standing, ...]
    binding: Verdict | None
    blockers: tuple[VisitReason, ...]
    agrees: bool | None
    findings: tuple[Finding, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return the verdicts of all levels, lowest level first."""
        return tuple(v for s in self.standings for v in s.verdicts)

    @property
    def missing(self) -> tuple[Verdict, ...]:
        """Return the criteria that keep the item from the next level."""
        following = next_standing(self.standings)
        return following.failing if following else ()

    @property
    def proof(self) -> dict[str, Any]:
        """Return the proof as plain data: what `checker.problems` takes."""
        return {
            "item": self.item.id,
            "scheme": self.scheme.id,
            "level": self.scheme_level,
            "levels": [
                {
                    "level": s.level.id,
                    "holds": s.holds,
                    "visits": s.visits,
                    "criteria": [{"id": v.id, "ruling": v.ruling, "why": v.why} for v in s.verdicts],
                    "strategy": list(s.strategy),
                    "path": list(s.path),
                }
                for s in self.standings
            ],
        }


def next_standing(standings: tuple[Standing, ...]) -> Standing | None:
    """Return the level just above the highest one that holds, or None at the top."""
    top = max((n for n, s in enumerate(standings) if s.holds), default=-1)
    return standings[top + 1] if top + 1 < len(standings) else None


def level_by_visits(required: int | None) -> Level:
    """Return the level by the pure count: IV = 0, III = 1, II = 2, I = more or without bound."""
    return {0: Level.IV, 1: Level.III, 2: Level.II}.get(-1 if required is None else required, Level.I)


def classify(item: ServiceItem, scheme: LevelScheme, published: Iterable[Published] = ()) -> Classification:
    """Return the item's level: the highest one of the scheme that holds, with the proof.

    `published` is what the system publishes for all items. Raises InputError for an unsound process.
    """
    return _classify(item, scheme, frozenset(published))


@lru_cache(maxsize=4096)
def _classify(item: ServiceItem, scheme: LevelScheme, published: frozenset[Published]) -> Classification:
    visits = analyse(item)
    shared = _plays(shaped(item), scheme)
    plays = [replace(s.play, item=item, published=frozenset(item.published) | published) for s in shared]
    standings = tuple(_standing(play, s) for play, s in zip(plays, shared, strict=True))
    top = next((s for s in reversed(standings) if s.holds), None)
    following = next_standing(standings)
    level = top.level.means if top else Level.NONE
    found: list[Finding] = list(visits.findings)
    findings, agrees = declared_findings(item, level, visits)
    found += findings
    found += _deviations(item, level, plays)
    if not any(True for n in plays[0].graph.nodes for m in n.moves if getattr(m.what, "kind", "") == "correction"):
        found.append(warning("DS304", ("items", item.id, "process"), item=item.id))
    return Classification(
        item=item,
        scheme=scheme,
        level=level,
        scheme_level=top.level.id if top else "none",
        by_visits=level_by_visits(visits.required),
        visits=visits,
        standings=standings,
        binding=following.failing[0] if following else None,
        blockers=_blockers(following, visits),
        agrees=agrees,
        findings=tuple(found),
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """What items of one shape share of one level: the play (of the first such item), the strategy and a path."""

    play: Play
    strategy: tuple[dict[str, Any], ...]
    path: tuple[dict[str, Any], ...]


@lru_cache(maxsize=4096)
def _plays(like: Shaped, scheme: LevelScheme) -> tuple[_Shared, ...]:
    """Return the plays of all levels for items of one shape; their verdicts are each item's own."""
    graph = PositionGraph(like.item, track)
    plays = [_play(like.item, level, graph) for level in scheme.levels]
    return tuple(_Shared(play, tuple(_strategy(play, chosen)), tuple(_path(play))) for play, chosen in plays)


def _play(item: ServiceItem, level: SchemeLevel, graph: PositionGraph) -> tuple[Play, dict[int, str]]:
    """Return the play that a level is judged on, with the applicant's strategy.

    Where admitted options do not suffice, other options are used at the steps that have no admitted one, so that
    the verdicts still speak of the level's own way; only if that cannot end either, of any way.
    """
    safe = _safe(graph, level)

    def admits(node: Node, move: Move) -> bool:
        if move.exception:
            return False
        kept = isinstance(move.target, str) or move.target in safe
        return kept and is_admitted(level, node, move)

    def nearest(node: Node, move: Move) -> bool:
        return not move.exception and (is_admitted(level, node, move) or not _any_admitted(level, node))

    value = play(graph, applicant="min", office="max", admits=admits)
    is_safe = 0 in safe and value[0] < math.inf
    ways: list[Admits] = [admits] if is_safe else [nearest, ordinary]
    chosen: dict[int, str] = {}
    for way in ways:
        value = play(graph, applicant="min", office="max", admits=way)
        chosen = strategy(graph, value, way)
        if value[0] < math.inf:
            break
    chosen |= _lost(graph, level, safe, chosen)
    met_ordinary = _met(graph, chosen, exceptions=False)
    met_all = _met(graph, chosen, exceptions=True)
    stuck = () if is_safe else tuple(_stuck(graph, level))
    found = Play(item, level, frozenset(), graph, met_ordinary, met_all, is_safe, stuck, value)
    return found, chosen


def _any_admitted(level: SchemeLevel, node: Node) -> bool:
    return any(is_admitted(level, node, m) for m in node.moves)


def _lost(graph: PositionGraph, level: SchemeLevel, safe: set[int], chosen: dict[int, str]) -> dict[int, str]:
    """Return an option for the nodes from which a case can no longer be delivered (a branch was refused)."""
    found: dict[int, str] = {}
    for n, node in enumerate(graph.nodes):
        if n not in chosen and isinstance(node.step, ApplicantStep):
            kept = [
                m for m in node.moves if is_admitted(level, node, m) and (isinstance(m.target, str) or m.target in safe)
            ]
            found[n] = (kept or node.moves)[0].name
    return found


def _safe(graph: PositionGraph, level: SchemeLevel) -> set[int]:
    """Return the nodes from which admitted options suffice whatever the office does, exceptions included."""
    safe = set(range(len(graph.nodes)))
    changed = True
    while changed:
        changed = False
        for n in sorted(safe, reverse=True):
            node = graph.nodes[n]
            stays = [isinstance(m.target, str) or m.target in safe for m in node.moves if is_admitted(level, node, m)]
            if not (any(stays) if isinstance(node.step, ApplicantStep) else all(stays)):
                safe.discard(n)
                changed = True
    return safe


def _stuck(graph: PositionGraph, level: SchemeLevel) -> list[str]:
    """Return the applicant steps, met on admitted options, that have no admitted option themselves."""
    found: dict[str, None] = {}
    todo, seen = [0], set()
    while todo:
        n = todo.pop()
        if n in seen:
            continue
        seen.add(n)
        node = graph.nodes[n]
        moves = [m for m in node.moves if is_admitted(level, node, m)]
        if not moves:
            found[graph.label(n)] = None
        todo += [m.target for m in moves if isinstance(m.target, int)]
    return list(found)


def _met(graph: PositionGraph, chosen: dict[int, str], *, exceptions: bool) -> dict[int, list[Move]]:
    found: dict[int, list[Move]] = {}
    todo = [0]
    while todo:
        n = todo.pop()
        if n in found:
            continue
        node = graph.nodes[n]
        if isinstance(node.step, ApplicantStep):
            found[n] = [m for m in node.moves if m.name == chosen[n]]
        else:
            found[n] = [m for m in node.moves if exceptions or not m.exception]
        todo += sorted(m.target for m in found[n] if isinstance(m.target, int))
    return found


def _standing(found: Play, shared: _Shared) -> Standing:
    return Standing(
        level=found.level,
        verdicts=tuple(judge(found)),
        visits=None if found.visits == math.inf else int(found.visits),
        strategy=shared.strategy,
        path=shared.path,
    )


def _strategy(found: Play, chosen: dict[int, str]) -> Iterable[dict[str, Any]]:
    """Yield the option chosen at every applicant position that the play meets."""
    for n in sorted(found.everything):
        if n in chosen:
            position = found.graph.nodes[n].position
            yield {
                "step": found.graph.label(n),
                "presence": position.presence,
                "memory": [["/".join(path), what, value] for (path, what), value in position.memory],
                "ends": list(position.ends),
                "facts": sorted(position.facts),
                "option": chosen[n],
            }


def _path(found: Play) -> Iterable[dict[str, Any]]:
    """Yield one path to the end that costs the visits of the play, short otherwise."""
    distance = _distance(found)
    here: int | str = 0
    seen: set[int] = set()
    for _ in range(_TIMES_AROUND):
        if isinstance(here, str) or not found.ordinary[here]:
            return
        seen.add(here)
        moves, worth = found.ordinary[here], found.value[here]
        ranks = [_detour(m, found, seen, distance, worth) for m in moves]
        move = moves[ranks.index(min(ranks))]
        yield {"step": found.graph.label(here), "move": move.name, "visits": move.visits}
        here = move.target


def _detour(
    move: Move, found: Play, seen: set[int], distance: dict[int | str, float], worth: float
) -> tuple[bool, bool, float]:
    """Rank a move of the path: not back, then as dear as the play's value, then nearest to the end."""
    cost = move.visits + (0.0 if isinstance(move.target, str) else found.value[move.target])
    return move.target in seen, cost != worth, distance.get(move.target, math.inf)


def _distance(found: Play) -> dict[int | str, float]:
    """Return, for every node met, how many moves the nearest final state is away."""
    before: dict[int | str, list[int]] = {}
    for n, moves in found.ordinary.items():
        for m in moves:
            before.setdefault(m.target, []).append(n)
    distance: dict[int | str, float] = {}
    reached: list[int | str] = [t for t in before if isinstance(t, str)]
    steps = 0.0
    while reached:
        for target in reached:
            distance.setdefault(target, steps)
        reached = [b for target in reached for b in before.get(target, ()) if b not in distance]
        steps += 1
    return distance


def _blockers(following: Standing | None, visits: Visits) -> tuple[VisitReason, ...]:
    """Return the visits on the path that shows why the next level is not reached."""
    if following is None:
        return ()
    taken = {(p["step"], p["move"]) for p in following.path if p["visits"]}
    return tuple(r for r in visits.reasons if (r.step, r.option) in taken)


def _deviations(item: ServiceItem, level: Level, plays: list[Play]) -> Iterable[Finding]:
    """Yield what departs from the standard's text without changing the level."""
    for found in plays:
        if found.level.means is level is Level.III:
            for step in visits_before(found, "decided"):
                yield information("DS306", ("items", item.id, "process"), item=item.id, step=step)


def declared_findings(item: ServiceItem, level: Level, visits: Visits) -> tuple[list[Finding], bool | None]:
    """Return what the declared level and visits have against the derived ones, and whether they agree."""
    declared = item.declared
    if declared is None or (declared.level is None and declared.visits is None):
        return [], None
    path = ("items", item.id, "declared")
    found: list[Finding] = []
    if declared.level is not None and declared.level != level:
        code = "DS301" if declared.level > level else "DS302"
        found.append(warning(code, (*path, "level"), declared=f"short_{declared.level}", derived=f"short_{level}"))
    if declared.visits is not None:
        derived = _comparable(item, visits)
        if derived != declared.visits:
            shown = "∞" if derived is None else derived
            meaning = declared.meaning or "required"
            found.append(
                warning(
                    "DS303",
                    (*path, "visits"),
                    declared=declared.visits,
                    derived=shown,
                    meaning=f"meaning_{meaning}",
                )
            )
    return found, not found


def _comparable(item: ServiceItem, visits: Visits) -> int | None:
    """Return the derived number that a declared one is compared with, by what the declared one means."""
    declared = item.declared
    assert declared is not None
    if declared.meaning is None:
        return visits.required
    channels = [v for c, v in visits.by_channel.items() if declared.channel is None or c == declared.channel] or list(
        visits.by_channel.values()
    )
    if not channels:
        return visits.required
    numbers = [v.best if declared.meaning == "least" else v.worst for v in channels]
    pick = min if declared.meaning == "least" else max
    worth = pick(math.inf if v is None else v for v in numbers)
    return None if worth == math.inf else int(worth)
