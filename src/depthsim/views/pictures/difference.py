"""Two pictures as one: what a reform adds, removes and changes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import TypeVar

from depthsim.model.level import STAGES
from depthsim.views.pictures.picture import Badge, Change, Chip, Cluster, Edge, LegendEntry, Node, Picture
from depthsim.views.pictures.words import Words

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_CHANGES: tuple[Change, ...] = ("added", "removed", "changed")


def difference(before: Picture, after: Picture, *, scenario: str = "") -> Picture:
    """Return one picture of both: added, removed and changed parts are marked, changed words say `old → new`.

    Parts are the same when their ids are: steps by path, moves by source, name and target. `scenario` is named
    under the title. Both pictures are in one language, of one item before and after.
    """
    words = Words(after.lang)
    nodes = _merged({n.id: n for n in before.nodes}, {n.id: n for n in after.nodes})
    edges = _merged({e.key: e for e in before.edges}, {e.key: e for e in after.edges})
    clusters = _merged({c.id: c for c in before.clusters}, {c.id: c for c in after.clusters})
    drawn_nodes = tuple(_node(old, new) for old, new in nodes)
    drawn_edges = tuple(_edge(old, new) for old, new in edges)
    said = words.say("before_after", scenario=scenario) if scenario else words.say("before_after_plain")
    return replace(
        after,
        subtitle=f"{after.subtitle} · {said}",
        facts=_changed_lines(before.facts, after.facts),
        nodes=drawn_nodes,
        edges=drawn_edges,
        clusters=_in_order([_either(old, new) for old, new in clusters]),
        badges=_badges(before, after, words),
        legend=_legend(before, after, drawn_nodes, drawn_edges, words),
    )


def changes(picture: Picture) -> dict[Change, int]:
    """Return how many nodes, moves and options of a difference are added, removed and changed."""
    found: list[Change] = [n.change for n in picture.nodes] + [e.change for e in picture.edges]
    found += [chip.change for n in picture.nodes for chip in n.chips]
    return {change: found.count(change) for change in _CHANGES}


def _merged(old: Mapping[K, V], new: Mapping[K, V]) -> list[tuple[V | None, V | None]]:
    """Return pairs (old, new) in the new order; what is gone follows what it used to follow."""
    order = list(new)
    last: K | None = None
    for key in old:
        if key not in new:
            order.insert(order.index(last) + 1 if last is not None else 0, key)
        last = key
    return [(old.get(key), new.get(key)) for key in order]


def _either(old: V | None, new: V | None) -> V:
    found = new if new is not None else old
    assert found is not None
    return found


def _node(old: Node | None, new: Node | None) -> Node:
    if old is None or new is None:
        there = _either(old, new)
        change: Change = "added" if old is None else "removed"
        return replace(there, change=change, main=there.main and old is None)
    chips = tuple(_chip(a, b) for a, b in _merged({c.move: c for c in old.chips}, {c.move: c for c in new.chips}))
    same = (old.title, old.second, old.lines, old.strips, old.who, old.stage, old.on_site) == (
        new.title, new.second, new.lines, new.strips, new.who, new.stage, new.on_site,
    )  # fmt: skip
    same = same and all(chip.change == "same" for chip in chips)
    return replace(
        new,
        chips=chips,
        change="same" if same else "changed",
        lines=_changed_lines(old.lines, new.lines) if len(old.lines) == len(new.lines) else new.lines,
        before=() if len(old.lines) == len(new.lines) else tuple(f"− {line}" for line in old.lines),
        strips=new.strips + tuple(f"− {said}" for said in old.strips if said not in new.strips),
    )


def _chip(old: Chip | None, new: Chip | None) -> Chip:
    if old is None or new is None:
        return replace(_either(old, new), change="added" if old is None else "removed")
    if (old.text, old.on_site) == (new.text, new.on_site):
        return new
    return replace(new, change="changed", text=_arrow(old.text, new.text))


def _edge(old: Edge | None, new: Edge | None) -> Edge:
    if old is None or new is None:
        there = _either(old, new)
        return replace(there, change="added" if old is None else "removed", main=there.main and old is None)
    if (old.head, old.lines, old.kind, old.on_site) == (new.head, new.lines, new.kind, new.on_site):
        return new
    head = new.head if old.head == new.head else f"{old.head or '100%'} → {new.head or '100%'}"
    lines = _changed_lines(old.lines, new.lines) if len(old.lines) == len(new.lines) else new.lines or old.lines
    return replace(new, change="changed", head=head, lines=lines)


def _changed_lines(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    if len(old) != len(new):
        return (*new, *(f"− {line}" for line in old if line not in new))
    return tuple(_arrow(a, b) for a, b in zip(old, new, strict=True))


def _arrow(old: str, new: str) -> str:
    """Return `old → new`, said only of the parts and words that differ: `lag 0.5 → 0.3 wd + work 5 min`."""
    if old == new:
        return new
    for mark in (" · ", " + "):
        a, b = old.split(mark), new.split(mark)
        if len(a) == len(b) > 1:
            return mark.join(_arrow(x, y) for x, y in zip(a, b, strict=True))
    if not any(c.isdigit() for c in old + new):
        return f"{old} → {new}"
    a, b = old.split(" "), new.split(" ")
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    middle = f"{' '.join(a[head : len(a) - tail])} → {' '.join(b[head : len(b) - tail])}"
    return " ".join((*a[:head], middle.strip(), *a[len(a) - tail :]))


def _in_order(clusters: list[Cluster]) -> tuple[Cluster, ...]:
    stages = {f"stage/{stage}": n for n, stage in enumerate(STAGES)}
    return tuple(sorted(clusters, key=lambda c: stages.get(c.id, len(stages))))


def _badges(before: Picture, after: Picture, words: Words) -> tuple[Badge, ...]:
    if not before.badges or not after.badges:
        return after.badges
    old, new = before.badges[0], after.badges[0]
    if old.level == new.level:
        return (new,)
    return (
        replace(old, faded=True, notes=(words.say("before"),)),
        replace(new, notes=(words.say("after"), *new.notes)),
    )


def _legend(
    before: Picture, after: Picture, nodes: tuple[Node, ...], edges: tuple[Edge, ...], words: Words
) -> tuple[LegendEntry, ...]:
    found = list(after.legend)
    known = {entry.mark for entry in found}
    found += [entry for entry in before.legend if entry.mark not in known]
    seen = {n.change for n in nodes} | {e.change for e in edges} | {c.change for n in nodes for c in n.chips}
    if "added" in seen:
        found.append(LegendEntry("added", words.say("legend_added")))
    if "removed" in seen:
        found.append(LegendEntry("removed", words.say("legend_removed")))
    if "changed" in seen:
        found.append(LegendEntry("changed", words.say("legend_changed")))
    return tuple(found)
