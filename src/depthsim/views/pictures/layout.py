"""From DOT to SVG, PNG and PDF: by the library that pygraphviz brings, else by `dot` on the search path."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from itertools import pairwise
from typing import Any, Literal

from depthsim.errors import InputError, error
from depthsim.views import typeface
from depthsim.views.pictures.words import width

ImageFormat = Literal["svg", "png", "pdf"]
_LOCK = threading.Lock()
_GUTTER = 14.0
_DOTS_PER_INCH = "144"


def lay_out(dot: str, file_format: ImageFormat) -> bytes:
    """Return the laid-out picture as a file's bytes. Raises InputError where no Graphviz is to be had."""
    typeface.install()
    data = _by_library(dot, file_format)
    if data is None:
        data = _by_program(dot, file_format)
    if data is None:
        raise InputError(error("DS701", (), format=file_format))
    return _svg(data) if file_format == "svg" else data


def _by_library(dot: str, file_format: ImageFormat) -> bytes | None:
    try:
        import pygraphviz
    except ImportError:
        return None
    # Graphviz keeps global state: one layout at a time.
    with _LOCK:
        _wake(pygraphviz)
        graph = pygraphviz.AGraph(string=dot)
        try:
            lanes = _lanes(graph)
            names = [f"<{lane.graph_attr['label']}>" for lane in lanes]  # markup comes back without its brackets
            for lane in lanes:
                lane.graph_attr["label"] = ""  # lanes get their names in a gutter, not inside
            graph.layout(prog="dot")
            for lane, name in zip(lanes, names, strict=True):
                lane.graph_attr["label"] = name
            _straighten(graph, lanes)
            if file_format == "png":
                graph.graph_attr["dpi"] = _DOTS_PER_INCH
            data: bytes = graph.draw(format=file_format, prog="nop2")
            return data
        finally:
            graph.close()


_awake: list[bool] = []


def _wake(library: Any) -> None:
    """Draw nothing much once, for the library to read its font settings.

    It also looks through the machine's samples of font settings, which it does not use, and complains of those
    newer than itself on the standard error of the process; those lines are taken out, others passed on.
    """
    if _awake:
        return
    _awake.append(True)
    try:
        sys.stderr.flush()
        usual = os.dup(2)
    except (OSError, ValueError, AttributeError):  # no standard error to protect
        return
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            graph = library.AGraph(string=f'digraph {{ a [label="a", fontname="{typeface.FAMILY}"] }}')
            graph.layout(prog="dot")
            graph.close()
        finally:
            os.dup2(usual, 2)
            os.close(usual)
        said.seek(0)
        for line in said:
            if not line.startswith(b"Fontconfig warning: "):
                os.write(2, line)


def _by_program(dot: str, file_format: ImageFormat) -> bytes | None:
    program = shutil.which("dot")
    if program is None:
        return None
    extra = [f"-Gdpi={_DOTS_PER_INCH}"] if file_format == "png" else []
    made = subprocess.run([program, f"-T{file_format}", *extra], input=dot.encode(), capture_output=True, check=False)
    if made.returncode != 0 or not made.stdout:
        raise InputError(error("DS702", (), program=program, said=made.stderr.decode(errors="replace")[:200]))
    return made.stdout


def _lanes(graph: Any) -> list[Any]:
    whole = next((s for s in graph.subgraphs() if s.name == "cluster_all"), None)
    return [s for s in whole.subgraphs() if s.name.startswith("cluster_stage/")] if whole else []


def _straighten(graph: Any, lanes: list[Any]) -> None:
    """Make lanes of the stages' boxes: all as wide as the picture, touching each other, with a gutter for names."""
    if not lanes:
        return
    whole = next(s for s in graph.subgraphs() if s.name == "cluster_all")
    down = graph.graph_attr["rankdir"] != "LR"
    outer = _numbers(whole.graph_attr["bb"])
    left, right = _extent(graph)
    sizes = [(_label_width(s.graph_attr["label"]) * 13 / 9, 20.0) for s in lanes]
    head = _size(whole)[1]
    gutter = (max(w for w, _ in sizes) if down else 0) + 2 * _GUTTER
    if down:
        left -= gutter
    wide = max(right - left, _size(whole)[0], _size(graph)[0])
    right = left + wide
    boxes = [_numbers(s.graph_attr["bb"]) for s in lanes]
    order = sorted(range(len(lanes)), key=lambda n: -boxes[n][1] if down else boxes[n][0])
    starts, ends = (3, 1) if down else (0, 2)  # the sides of a box where the process enters and leaves it
    cuts = [(boxes[before][ends] + boxes[after][starts]) / 2 for before, after in pairwise(order)]
    for place, n in enumerate(order):
        enter = cuts[place - 1] if place else boxes[n][starts]
        leave = cuts[place] if place < len(cuts) else boxes[n][ends]
        box = [left, min(enter, leave), right, max(enter, leave)]
        label = (left + gutter / 2, (box[1] + box[3]) / 2)
        if not down:
            box = [min(enter, leave), outer[1], max(enter, leave), outer[3] - head]
            label = (box[0] + sizes[n][0] / 2 + _GUTTER, box[3] - sizes[n][1] / 2 - 4)
        lanes[n].graph_attr["bb"], lanes[n].graph_attr["lp"] = _text(box), _text(label)
    for part in (whole, graph):
        box = _numbers(part.graph_attr["bb"])
        box[0], box[2] = left, right
        part.graph_attr["bb"] = _text(box)
        if part.graph_attr["lp"]:
            part.graph_attr["lp"] = _text((left + _size(part)[0] / 2, _numbers(part.graph_attr["lp"])[1]))


def _extent(graph: Any) -> tuple[float, float]:
    """Return the leftmost and rightmost point of what is drawn: nodes, arrows and their labels."""
    xs: list[float] = []
    for node in graph.nodes():
        x, half = _numbers(node.attr["pos"])[0], float(node.attr["width"]) * 36
        xs += (x - half, x + half)
    for edge in graph.edges():
        if edge.attr["style"] == "invis":
            continue
        xs += [float(x) for x in _POINT.findall(edge.attr["pos"] or "")]
        if edge.attr["lp"]:
            x = _numbers(edge.attr["lp"])[0]
            half = _label_width(edge.attr["label"]) / 2
            xs += (x - half, x + half)
    for box in _inner(graph):
        x0, _, x1, _ = _numbers(box.graph_attr["bb"])
        xs += (x0, x1)
    return min(xs) - _GUTTER, max(xs) + _GUTTER


def _inner(graph: Any) -> list[Any]:
    found = []
    for part in graph.subgraphs():
        if not part.name.startswith("cluster_stage/") and part.name != "cluster_all":
            found.append(part)
        found += _inner(part)
    return found


def _label_width(label: str | None) -> float:
    """Return an upper estimate of a label's width in points: its longest line at 9.5 points."""
    lines = re.split(r"<BR[^>]*>", label or "")
    return max(width(re.sub(r"<[^>]*>|&[^;]*;", "", line)) for line in lines) * 5.2 + 8


def _size(part: Any) -> tuple[float, float]:
    """Return width and height of a box's label in points."""
    attributes = part.graph_attr
    return float(attributes["lwidth"] or 0) * 72, float(attributes["lheight"] or 0) * 72


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def _text(numbers: Any) -> str:
    return ",".join(f"{n:.2f}" for n in numbers)


FIRST_CHINESE = "\N{CJK RADICAL REPEAT}"
_POINT = re.compile(r"(-?\d[\d.]*(?:e[+-]?\d+)?),-?\d")
_FONT = re.compile(rf' font-family="{typeface.FAMILY}[^"]*"')


def _svg(data: bytes) -> bytes:
    """Return the SVG with the Chinese letters that it uses, and without the drawing program's notes.

    Texts without Chinese use the fonts of the machine: they are everywhere, and the picture stays small.
    """
    families = ", ".join(f"'{f}'" if " " in f else f for f in typeface.SVG_FAMILIES)
    shown = _FONT.sub("", data.decode("utf-8"))
    shown = shown.replace("<svg ", f'<svg font-family="{families}" ', 1)
    written = frozenset(html.unescape(re.sub(r"<[^>]*>", "", shown)))
    if any(c >= FIRST_CHINESE for c in written):
        style = f"<style>{typeface.font_face(written)}</style>"
        shown = re.sub(r"(<svg [^>]*>)", lambda found: f"{found[1]}\n{style}", shown, count=1)
    shown = re.sub(r"<!-- (?:Generated by|Pages:)[^>]*-->\n?", "", shown, flags=re.DOTALL)
    return shown.encode("utf-8")
