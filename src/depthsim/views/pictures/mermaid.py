"""Pictures as Mermaid text, for pages that draw it themselves."""

from __future__ import annotations

from depthsim.views.pictures import style
from depthsim.views.pictures.picture import Edge, Node, Picture

_SHAPES = {
    "applicant": ("([", "])"),
    "office": ("[", "]"),
    "external": ("{{", "}}"),
    "parallel": ("[[", "]]"),
}
_ARROWS = {"correction": "-.->", "refusal": "-.->", "withdrawal": "-.->"}
_CLASSES = {
    "applicant": (style.WHO["applicant"].fill, style.WHO["applicant"].line, style.INK),
    "office": (style.WHO["office"].fill, style.WHO["office"].line, style.INK),
    "external": (style.WHO["external"].fill, style.WHO["external"].line, style.INK),
    "parallel": (style.INK, style.INK, style.PAPER),
    "onsite": (style.ON_SITE, style.ON_SITE, style.PAPER),
    "maybe": (style.WHO["applicant"].fill, style.ON_SITE, style.INK),
    "final": ("#E5E7EB", style.REFUSAL, style.INK),
    "delivered": (style.INK, style.INK, style.PAPER),
    "added": (style.ADDED_PALE, style.ADDED, style.INK),
    "removed": (style.REMOVED_PALE, style.REMOVED, style.INK),
    "changed": (style.CHANGED_PALE, style.CHANGED, style.INK),
}


def mermaid(picture: Picture) -> str:
    """Return the picture as a Mermaid flowchart, the same for the same picture."""
    numbers = {node.id: f"n{n}" for n, node in enumerate(picture.nodes)}
    boxes = {cluster.id: f"c{n}" for n, cluster in enumerate(picture.clusters)}
    lines = ["---", f'title: "{_front_matter(" ".join(picture.title))}"', "---"]
    lines.append("flowchart " + ("LR" if picture.direction == "right" else "TB"))
    lines += _boxes(picture, "", numbers, boxes, "  ")
    styles = []
    for n, edge in enumerate(picture.edges):
        lines.append("  " + _edge(edge, numbers))
        if drawn := _stroke(edge):
            styles.append(f"  linkStyle {n} {drawn}")
    lines += styles
    used = {_class(node) for node in picture.nodes}
    lines += [
        f"  classDef {name} fill:{fill},stroke:{line},color:{text}"
        for name, (fill, line, text) in _CLASSES.items()
        if name in used
    ]
    return "\n".join(lines) + "\n"


def _boxes(picture: Picture, parent: str, numbers: dict[str, str], boxes: dict[str, str], indent: str) -> list[str]:
    lines = [indent + _node(n, numbers[n.id]) for n in picture.nodes if n.cluster == parent]
    for cluster in picture.clusters:
        if cluster.parent == parent:
            lines.append(f'{indent}subgraph {boxes[cluster.id]}["{_said(" ".join(cluster.title))}"]')
            lines += _boxes(picture, cluster.id, numbers, boxes, indent + "  ")
            lines.append(f"{indent}end")
    return lines


def _node(node: Node, number: str) -> str:
    if node.kind == "start":
        return f'{number}(("●"))'
    if node.kind == "join":
        return f'{number}[["∥"]]:::parallel'
    if node.kind == "final":
        mark = {"delivered": "✓", "refused": "×", "withdrawn": "−"}[node.state]
        return f'{number}(["{mark} {_said(" ".join((*node.title, *node.second)))}"]):::{_class(node)}'
    rows = [f"<b>{_said(style.CHANGE_MARKS[node.change] + ''.join(node.title[:1]))}</b>"]
    rows += [_said(line) for line in (*node.title[1:], *node.second, *node.lines, *node.before, *node.strips)]
    rows += [
        _said(style.CHANGE_MARKS[chip.change] + ("◉ " if chip.on_site else "· ") + chip.text) for chip in node.chips
    ]
    left, right = _SHAPES[node.who]
    return f'{number}{left}"{"<br/>".join(rows)}"{right}:::{_class(node)}'


def _class(node: Node) -> str:
    if node.change != "same":
        return node.change
    if node.kind in ("start", "join"):
        return "parallel"
    if node.kind == "final":
        return "delivered" if node.state == "delivered" else "final"
    if node.who == "applicant":
        return {"always": "onsite", "choice": "maybe"}.get(node.on_site, "applicant")
    return "maybe" if node.on_site == "waits" else node.who


def _edge(edge: Edge, numbers: dict[str, str]) -> str:
    arrow = _ARROWS.get(edge.kind, "==>" if edge.main else "-->")
    said = "<br/>".join(_said(line) for line in (edge.head, *edge.lines) if line)
    if edge.change != "same" and said:
        said = style.CHANGE_MARKS[edge.change] + said
    if edge.change == "removed":
        arrow = "-.->"
    label = f'|"{said}"|' if said else ""
    return f"{numbers[edge.source]} {arrow}{label} {numbers[edge.target]}"


def _stroke(edge: Edge) -> str:
    if edge.change != "same":
        return f"stroke:{style.CHANGES[edge.change].line},stroke-width:2px"
    if edge.on_site:
        return f"stroke:{style.ON_SITE},stroke-width:2px"
    if edge.kind == "correction":
        return f"stroke:{style.CORRECTION}"
    return ""


_ENTITIES = {
    "#": "#35;", "&": "#amp;", "<": "#lt;", ">": "#gt;", '"': "#quot;", "\\": "#92;", "`": "#96;", ";": "#59;",
    "|": "#124;", "{": "#123;", "}": "#125;", "[": "#91;", "]": "#93;", "*": "#42;", "_": "#95;",
}  # fmt: skip


def _said(words: str) -> str:
    """Return text for a quoted label: what Mermaid, Markdown or HTML would read is written as an entity."""
    return "".join(_ENTITIES.get(c, c) for c in words).replace("%%", "%#37;")


def _front_matter(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"')
