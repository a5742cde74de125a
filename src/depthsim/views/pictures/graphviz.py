"""Pictures by Graphviz: DOT text, and SVG, PNG and PDF laid out by the bundled library or by `dot`.

DOT comes from the `graphviz` package. Every text is escaped here; a name cannot become markup, an escape
sequence or a second statement.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from itertools import pairwise
from typing import Any

import graphviz

from depthsim.views.pictures import style
from depthsim.views.pictures.picture import Badge, Chip, Cluster, Edge, LegendEntry, Node, Picture
from depthsim.views.typeface import FAMILY

_STROKES = {"correction": "dashed", "refusal": "dotted", "withdrawal": "dotted"}


def dot(picture: Picture) -> str:
    """Return the picture as DOT text, the same for the same picture."""
    right = picture.direction == "right"
    graph = graphviz.Digraph(
        _plain(picture.id),
        graph_attr={
            "rankdir": "LR" if right else "TB",
            "fontname": FAMILY,
            "fontsize": "12",
            "fontcolor": style.INK,
            "bgcolor": style.PAPER,
            "nodesep": "0.35",
            "ranksep": "0.28" if right else "0.22",
            "pad": "0.25",
            "label": _legend(picture.legend),
            "labelloc": "b",
            "labeljust": "l",
            "tooltip": _plain(" ".join(picture.title)),
            "splines": "true",
            "newrank": "true",
            "outputorder": "edgesfirst",
        },
        node_attr={"fontname": FAMILY, "fontsize": "11", "fontcolor": style.INK, "shape": "plain"},
        edge_attr={
            "fontname": FAMILY,
            "fontsize": "9",
            "fontcolor": style.INK,
            "arrowsize": "0.7",
            "penwidth": "1.1",
            "color": style.OTHER,
        },
    )
    with graph.subgraph(name="cluster_all") as whole:
        whole.attr(label=_header(picture), labelloc="t", labeljust="l", style="invis", margin="8", tooltip=" ")
        _boxes(whole, picture, "")
        _lanes_in_order(whole, picture)
    sides = _sides(picture)
    kinds = {n.id: n for n in picture.nodes}
    branches = {c.id: c for c in picture.clusters if c.kind == "branch"}
    for edges in _drawn_together(picture.edges):
        edges = [_through_its_name(graph, edge, branches, kinds) for edge in edges]
        _edge(graph, edges, kinds, sides.get(edges[0].key, "e"), right)
    return str(graph.source)


# -- boxes -----------------------------------------------------------------------------------------------------


def _boxes(graph: Any, picture: Picture, parent: str) -> None:
    for node in picture.nodes:
        if node.cluster == parent:
            _node(graph, node)
    lane = 0
    for cluster in picture.clusters:
        if cluster.parent != parent:
            continue
        with graph.subgraph(name=f"cluster_{cluster.id}") as box:
            box.attr(**_box(cluster, lane))
            if cluster.kind == "branch":
                words = "<BR/>".join(_line(_html(line), 10, style.INK, bold=True) for line in cluster.title)
                box.node(f"name of {cluster.id}", label=f"<{words}>", shape="plaintext", height="0.2",
                         margin="0.06,0.01", tooltip=_plain(" ".join(cluster.title)))  # fmt: skip
            _boxes(box, picture, cluster.id)
        lane += 1


def _box(cluster: Cluster, number: int) -> dict[str, str]:
    text = "<BR/>".join(_html(line) for line in cluster.title)
    if cluster.kind == "stage":
        return {
            "label": f'<<FONT COLOR="{style.QUIET}" POINT-SIZE="13"><B>{text}</B></FONT>>',
            "labeljust": "l",
            "labelloc": "t",
            "style": "filled",
            "fillcolor": style.LANES[number % 2],
            "color": style.LANE_LINE,
            "penwidth": "0.8",
            "margin": "12",
            "tooltip": _plain(" ".join(cluster.title)),
        }
    outer = cluster.kind == "parallel"
    return {
        "label": f'<<FONT POINT-SIZE="11"><B>{text}</B></FONT>>' if outer else "",
        "labeljust": "l",
        "style": "filled,bold" if outer else "filled,dashed",
        "fillcolor": "#E3E9F0" if outer else style.PAPER,
        "color": style.INK if outer else style.QUIET,
        "penwidth": "1.6" if outer else "0.8",
        "margin": "12" if outer else "10",
        "tooltip": _plain(" ".join(cluster.title)),
    }


def _lanes_in_order(graph: Any, picture: Picture) -> None:
    """Keep stages apart: an invisible mark between every two lanes, below the one and above the other."""
    lanes = [c.id for c in picture.clusters if c.kind == "stage"]
    box_of = {c.id: c.parent for c in picture.clusters}

    def lane(node: Node) -> str:
        box = node.cluster
        while box_of.get(box):
            box = box_of[box]
        return box

    at = {n.id: lane(n) for n in picture.nodes}
    inside = {(e.source, e.target) for e in picture.edges if at[e.source] == at[e.target] and not e.back}
    goes_on, comes_from = {a for a, _ in inside}, {b for _, b in inside}
    for number, (above, below) in enumerate(pairwise(lanes)):
        mark = f"lane {number}"
        graph.node(mark, label="", shape="point", style="invis", width="0.01", height="0.01")
        for node in picture.nodes:
            if at[node.id] == above and node.id not in goes_on:
                graph.edge(node.id, mark, style="invis", weight="0")
            elif at[node.id] == below and node.id not in comes_from:
                graph.edge(mark, node.id, style="invis", weight="0")


# -- nodes -----------------------------------------------------------------------------------------------------


def _node(graph: Any, node: Node) -> None:
    marks = {"group": "main"} if node.main and "/" not in node.state else {}
    if node.change != "same":
        marks["class"] = node.change
    tip = _plain(" ".join((*node.title, *node.before)) or node.id)
    if node.kind == "start":
        graph.node(node.id, label="", shape="circle", width="0.16", height="0.16", fixedsize="true",
                   style="filled", fillcolor=style.INK, color=style.INK, tooltip=tip, **marks)  # fmt: skip
    elif node.kind in ("fork", "join"):
        colour = style.CHANGES[node.change].line if node.change != "same" else style.INK
        graph.node(node.id, label="", shape="box", width="1.5", height="0.07", fixedsize="true",
                   style="filled", fillcolor=colour, color=colour, tooltip=tip, **marks)  # fmt: skip
    elif node.kind == "final":
        graph.node(node.id, label=f"<{_final(node)}>", tooltip=tip, **marks)
    elif node.who == "external":
        paint = style.CHANGES.get(node.change, style.WHO["external"])
        graph.node(node.id, label=f"<{_rows(node, frame=False)}>", shape="hexagon", style="filled",
                   fillcolor=paint.fill, color=paint.line, penwidth="1.6", margin="0.02,0.02",
                   tooltip=tip, **marks)  # fmt: skip
    else:
        graph.node(node.id, label=f"<{_rows(node, frame=True)}>", tooltip=tip, **marks)


def _final(node: Node) -> str:
    mark = {"delivered": "✓", "refused": "×", "withdrawn": "−"}[node.state]
    good = node.state == "delivered"
    fill, text = (style.INK, style.PAPER) if good else ("#E5E7EB", style.INK)
    line = style.INK if good else style.REFUSAL
    if node.change != "same":
        fill, line, text = style.CHANGES[node.change].fill, style.CHANGES[node.change].line, style.INK
    said = " ".join(_html(t) for t in (*node.title, *node.second))
    size = 11 if good else 9
    return (
        f'<TABLE STYLE="ROUNDED" BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="5" BGCOLOR="{fill}" '
        f'COLOR="{line}"><TR><TD><FONT POINT-SIZE="{size}" COLOR="{text}">{mark} {said}</FONT></TD></TR></TABLE>'
    )


def _rows(node: Node, *, frame: bool) -> str:
    paint = style.WHO[node.who]
    whole = node.on_site == "always"
    fill, line, text = paint.fill, paint.line, paint.text
    if whole:
        fill, line, text = style.ON_SITE_PALE, style.ON_SITE, style.ON_SITE
    if node.on_site == "waits":
        line = style.ON_SITE
    if node.change != "same":
        fill, line = style.CHANGES[node.change].fill, style.CHANGES[node.change].line
        text = line if node.change == "removed" else style.INK
    span = max(1, len(node.chips))
    mark = style.CHANGE_MARKS[node.change]
    rows = []
    for n, said in enumerate(node.title):
        words = f"{mark if n == 0 else ''}{_html(said)}"
        rows.append(_line(words, 13, text, bold=True))
    rows += [_line(_html(said), 10, text) for said in node.second]
    rows += [_line(_html(said), 9, style.QUIET) for said in node.lines]
    rows += [_line(_html(said), 9, style.CHANGED) for said in node.before]
    cells = f'<TR><TD COLSPAN="{span}" CELLPADDING="3">{_stacked(rows)}</TD></TR>'
    for said in node.strips:
        cells += (
            f'<TR><TD COLSPAN="{span}" CELLPADDING="3" BGCOLOR="{style.ON_SITE_PALE}">'
            f'<FONT POINT-SIZE="9" COLOR="{style.ON_SITE}"><B>{_html(said)}</B></FONT></TD></TR>'
        )
    if node.chips:
        cells += "<TR>" + "".join(_chip(chip) for chip in node.chips) + "</TR>"
    rounded = ' STYLE="ROUNDED"' if node.who == "applicant" else ""
    if not frame:
        return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{cells}</TABLE>'
    border = "2" if node.who == "applicant" or node.on_site == "waits" else "1"
    return (
        f'<TABLE{rounded} BORDER="{border}" COLOR="{line}" BGCOLOR="{fill}" CELLBORDER="0" '
        f'CELLSPACING="4" CELLPADDING="2">{cells}</TABLE>'
    )


def _chip(chip: Chip) -> str:
    fill, line, text = style.PAPER, style.CHIP_LINE, style.INK
    if chip.on_site:
        fill, line, text = style.ON_SITE, style.ON_SITE, style.PAPER
    if chip.change != "same":
        line = style.CHANGES[chip.change].line
        if not chip.on_site:
            fill = style.CHANGES[chip.change].fill
    mark = style.CHANGE_MARKS[chip.change] + ("◉ " if chip.on_site else "")
    words = f"{mark}{_html(chip.text)}"
    words = f"<S>{words}</S>" if chip.change == "removed" else words
    border = "2" if chip.change != "same" else "1"
    return (
        f'<TD PORT="{_port(chip.move)}" STYLE="ROUNDED" BORDER="{border}" COLOR="{line}" BGCOLOR="{fill}" '
        f'CELLPADDING="4"><FONT POINT-SIZE="10" COLOR="{text}">{words}</FONT></TD>'
    )


# -- edges -----------------------------------------------------------------------------------------------------


def _sides(picture: Picture) -> dict[tuple[str, str, str], str]:
    """Return on which side return edges run: that of the option through which their source was reached."""
    found = {}
    for edge in picture.edges:
        if not edge.back:
            continue
        target = next(n for n in picture.nodes if n.id == edge.target)
        moves = [chip.move for chip in target.chips]
        into = [e.move for e in picture.edges if e.source == edge.target and e.target == edge.source]
        left = bool(into) and into[0] in moves and 2 * moves.index(into[0]) + 1 < len(moves)
        found[edge.key] = "w" if left else "e"
    return found


def _drawn_together(edges: tuple[Edge, ...]) -> list[list[Edge]]:
    """Return the arrows: one for each move, but one for all unchanged corrections that return the same way."""
    found: dict[tuple[str, ...], list[Edge]] = {}
    for n, edge in enumerate(edges):
        alike = (edge.source, edge.target, edge.kind) if edge.back and edge.change == "same" else (str(n),)
        found.setdefault(alike, []).append(edge)
    return list(found.values())


def _through_its_name(graph: Any, edge: Edge, branches: dict[str, Cluster], nodes: dict[str, Node]) -> Edge:
    """Lead the arrow into a branch through the branch's name, so that none is drawn across it."""
    branch = branches.get(nodes[edge.target].cluster)
    if branch is None or nodes[edge.source].kind != "fork" or edge.move:
        return edge
    name = f"name of {branch.id}"
    colour = style.CHANGES[edge.change].line if edge.change != "same" else style.MAIN
    graph.edge(edge.source, name, color=colour, penwidth="2.6" if edge.main else "1.4", arrowhead="none", weight="6")
    return replace(edge, source=name)


def _edge(graph: Any, together: list[Edge], nodes: dict[str, Node], side: str, right: bool) -> None:
    edge = together[0]
    marks, colour = _pen(edge)
    label = _edge_label(together, colour)
    if label:
        marks["label"] = f"<{label}>"
    if edge.move or edge.head:
        said = "; ".join(" ".join((e.move, e.head, *e.lines)) for e in together)
        marks["tooltip"] = marks["labeltooltip"] = _plain(said)
    source, target = edge.source, edge.target
    out, into = ("e", "w") if right else ("s", "n")
    if edge.back:
        if edge.kind == "correction" and not right:
            marks |= {"tailport": side, "headport": side}
        marks |= {"dir": "back", "weight": "0"}
        source, target = target, source
    elif edge.source in nodes and nodes[edge.source].chips:
        marks["tailport"] = f"{_port(edge.move)}:{out}"
    if nodes[edge.target].kind in ("join", "fork") and not edge.back and right:
        marks["headport"] = into
    graph.edge(source, target, **marks)


def _pen(edge: Edge) -> tuple[dict[str, str], str]:
    """Return an arrow's stroke as attributes, and its colour."""
    colour, width = style.OTHER, 1.1
    if edge.main:
        colour, width = style.MAIN, 2.6
    if edge.kind == "correction":
        colour, width = style.CORRECTION, 1.2
    elif edge.kind in ("refusal", "withdrawal"):
        colour, width = style.REFUSAL, 1.2
    if edge.on_site:
        colour, width = style.ON_SITE, max(width, 1.8)
    stroke = _STROKES.get(edge.kind, "solid")
    if edge.change != "same":
        colour, width = style.CHANGES[edge.change].line, max(width, 2.0)
        stroke = "dashed" if edge.change == "removed" else stroke
    marks = {"style": stroke, "color": colour, "penwidth": f"{width:g}"}
    return (marks | {"weight": "12"} if edge.main else marks), colour


def _edge_label(together: list[Edge], colour: str) -> str:
    dark = style.INK if colour in (style.OTHER, style.MAIN) else colour
    rows = []
    for edge in together:
        mark = style.CHANGE_MARKS[edge.change]
        if edge.head:
            rows.append(_line(mark + _html(edge.head), 10, dark, bold=True))
            mark = ""
        for said in edge.lines:
            tint = dark if edge.kind != "normal" or edge.change != "same" else style.QUIET
            rows.append(_line(mark + _html(said), 9, tint))
            mark = ""
    if not rows:
        return ""
    return (
        '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR><TD WIDTH="5"></TD>'
        f'<TD ALIGN="LEFT">{_stacked(rows, "LEFT")}</TD></TR></TABLE>'
    )


# -- header and legend -----------------------------------------------------------------------------------------


def _header(picture: Picture) -> str:
    rows = [_line(_html(said), 20, style.INK, bold=True) for said in picture.title]
    rows += [_line(_html(said), 14, style.INK) for said in picture.second]
    rows.append(_line(_html(picture.subtitle), 10, style.QUIET))
    rows += [
        _line(_html(said), 11, style.INK, bold=n == 0 and bool(picture.badges)) for n, said in enumerate(picture.facts)
    ]
    cells = "".join(f"<TD>{_badge(badge)}</TD>" for badge in picture.badges)
    return (
        '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="8" CELLPADDING="0">'
        f'<TR>{cells}<TD ALIGN="LEFT">{_stacked(rows, "LEFT")}</TD></TR></TABLE>>'
    )


def _badge(badge: Badge) -> str:
    colour = style.LEVELS.get(badge.level, style.QUIET)
    fill, text = (style.PAPER, style.ON_SITE) if badge.differs else (colour, style.PAPER)
    if badge.faded:
        fill, text = style.PAPER, colour
    line = style.ON_SITE if badge.differs else colour
    dashed = ",DASHED" if badge.differs else ""
    rows = [_line(_html(said), 14 if n == 0 else 10, text, bold=True) for n, said in enumerate(badge.title)]
    rows += [_line(_html(said), 9, text) for said in badge.notes]
    return (
        f'<TABLE STYLE="ROUNDED{dashed}" BORDER="2" COLOR="{line}" BGCOLOR="{fill}" CELLBORDER="0" '
        f'CELLSPACING="0" CELLPADDING="7"><TR><TD>{_stacked(rows)}</TD></TR></TABLE>'
    )


_STROKE_MARKS = {
    "main": ("━━", style.MAIN),
    "other": ("──", style.OTHER),
    "correction": ("┅┅", style.CORRECTION),
    "refusal": ("┈┈", style.REFUSAL),
}


def _legend(entries: tuple[LegendEntry, ...]) -> str:
    cells, strokes = [], []
    for entry in entries:
        said = _html(entry.text)
        if entry.mark in _STROKE_MARKS:
            stroke, colour = _STROKE_MARKS[entry.mark]
            strokes.append(f'<FONT COLOR="{colour}"><B>{stroke}</B></FONT><FONT POINT-SIZE="9"> {said}</FONT>')
            continue
        if entry.mark == "on_site":
            fill, line, text, rounded = style.ON_SITE, style.ON_SITE, style.PAPER, True
            said = f"◉ {said}"
        elif entry.mark in style.CHANGES:
            paint = style.CHANGES[entry.mark]
            fill, line, text, rounded = paint.fill, paint.line, paint.line, False
        else:
            paint = style.WHO[entry.mark]
            fill, line, text, rounded = paint.fill, paint.line, paint.text, entry.mark == "applicant"
        shape = ' STYLE="ROUNDED"' if rounded else ""
        cells.append(
            f'<TD{shape} BORDER="1" COLOR="{line}" BGCOLOR="{fill}" CELLPADDING="5">'
            f'<FONT POINT-SIZE="9" COLOR="{text}">{said}</FONT></TD>'
        )
    rows = []
    if strokes:
        said = "&#160;&#160;&#160;&#160;".join(strokes)
        rows.append(f'<TR><TD ALIGN="LEFT">{said}<BR ALIGN="LEFT"/></TD></TR>')
    if cells:
        boxes = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="6" CELLPADDING="1"><TR>{"".join(cells)}</TR></TABLE>'
        rows.insert(0, f'<TR><TD ALIGN="LEFT">{boxes}</TD></TR>')
    if not rows:
        return ""
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="6">{"".join(rows)}</TABLE>>'


# -- text ------------------------------------------------------------------------------------------------------


def _line(markup: str, size: int, colour: str, *, bold: bool = False) -> str:
    """Return a line of a label; a larger blank gives it the height that Chinese characters need."""
    said = f"<B>{markup}</B>" if bold else markup
    blank = f'<FONT POINT-SIZE="{round(size * 1.3)}">\u200a</FONT>'
    return f'{blank}<FONT POINT-SIZE="{size}" COLOR="{colour}">{said}</FONT>'


def _stacked(rows: list[str], align: str = "CENTER") -> str:
    """Return lines of markup one under the other."""
    end = f'<BR ALIGN="{align}"/>'
    return end.join(rows) + (end if align != "CENTER" else "")


def _html(words: str) -> str:
    """Return text for an HTML-like label; a backslash is written as an entity, so that it starts no sequence."""
    return escape(words, quote=True).replace("\\", "&#92;")


def _plain(words: str) -> str:
    """Return text for a quoted attribute, where a backslash would start an escape sequence."""
    shown = words.replace("\\", "\\\\")
    return shown if not (shown.startswith("<") and shown.endswith(">")) else f" {shown}"


def _port(move: str) -> str:
    return f"o_{move}"
