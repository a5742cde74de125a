"""One neutral picture of a process: what is drawn, in words and marks, before any back end draws it.

A picture holds plain text (never markup), so that each back end escapes for itself. Node ids are step paths, so
the picture's states and moves can be compared with the single-case machine's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from depthsim.errors import Finding
from depthsim.texts import Lang

PictureLang = Lang | Literal["both"]
Change = Literal["same", "added", "removed", "changed"]
Who = Literal["applicant", "office", "external", "parallel", "none"]
NodeKind = Literal["start", "step", "fork", "join", "final"]
EdgeKind = Literal["normal", "correction", "refusal", "withdrawal", "automatic"]
OnSite = Literal["always", "choice", "waits", "never"]
Direction = Literal["down", "right"]


@dataclass(frozen=True, slots=True)
class Chip:
    """One option of an applicant step, as a small box in its node; `place` is set for options on site."""

    move: str
    text: str
    on_site: bool = False
    change: Change = "same"


@dataclass(frozen=True, slots=True)
class Node:
    """A step, a final state, or a mark of the drawing (start, join).

    `state` is the state of the process that it shows ("" for a mark): one final state may be drawn several times.
    `title` are the lines of its name, `second` those in the second language, `lines` details, `strips` marked ones;
    `before` says what a changed step was like.
    """

    id: str
    kind: NodeKind
    who: Who = "none"
    state: str = ""
    stage: str = ""
    cluster: str = ""
    role: str = ""
    title: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    strips: tuple[str, ...] = ()
    on_site: OnSite = "never"
    chips: tuple[Chip, ...] = ()
    main: bool = False
    change: Change = "same"
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A move drawn as an arrow. `move` is "" for what happens by itself (start, fork, join).

    `back` leads against the order of the process. `head` and `lines` are its label: share or chance, then times.
    `ends` is the end of a branch that it stands for.
    """

    source: str
    target: str
    move: str = ""
    kind: EdgeKind = "normal"
    on_site: bool = False
    share: float = 1.0
    head: str = ""
    lines: tuple[str, ...] = ()
    ends: str = ""
    main: bool = False
    back: bool = False
    change: Change = "same"

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what makes it the same arrow in two pictures."""
        return (self.source, self.move or self.ends, self.target)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A box around nodes: a stage (lane), a parallel step, or one of its branches."""

    id: str
    kind: Literal["stage", "parallel", "branch"]
    title: tuple[str, ...]
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """The level badge: the derived level, and the declared one where they disagree; `faded` is the level before."""

    level: str
    title: tuple[str, ...]
    notes: tuple[str, ...] = ()
    differs: bool = False
    faded: bool = False


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One mark and what it means."""

    mark: Literal[
        "applicant", "office", "external", "on_site", "main", "other", "correction", "refusal", "added", "removed",
        "changed",
    ]  # fmt: skip
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture. `second` is the title in the second language; `subtitle` and `facts` stand under it.

    `findings` tell what could not be shown.
    """

    id: str
    lang: PictureLang
    title: tuple[str, ...]
    second: tuple[str, ...]
    subtitle: str
    facts: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    clusters: tuple[Cluster, ...]
    badges: tuple[Badge, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    direction: Direction = "down"
    findings: tuple[Finding, ...] = ()

    @property
    def states(self) -> frozenset[str]:
        """Return the states that are drawn: step paths and final states."""
        return frozenset(n.state for n in self.nodes if n.state)

    @property
    def moves(self) -> frozenset[tuple[str, str, str]]:
        """Return the moves that are drawn, as (step path, move, target path)."""
        state = {n.id: n.state for n in self.nodes}
        return frozenset((state[e.source], e.move, e.ends or state[e.target]) for e in self.edges if e.move)

    def with_direction(self, direction: Direction) -> Picture:
        """Return the same picture drawn downwards or to the right."""
        return replace(self, direction=direction)

    def text(self) -> str:
        """Return every word on the picture, for checks of fonts."""
        words = [*self.title, *self.second, self.subtitle, *self.facts]
        words += [w for c in self.clusters for w in c.title]
        words += [w for b in self.badges for w in (*b.title, *b.notes)]
        words += [entry.text for entry in self.legend]
        for n in self.nodes:
            words += [*n.title, *n.second, *n.lines, *n.strips, *n.before, *(chip.text for chip in n.chips)]
        for e in self.edges:
            words += [e.head, *e.lines]
        return "\n".join(words)
