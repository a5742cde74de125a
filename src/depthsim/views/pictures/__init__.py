"""Pictures of processes: one neutral picture, drawn by Graphviz or written as Mermaid."""

from depthsim.views.pictures.difference import changes, difference
from depthsim.views.pictures.extract import picture
from depthsim.views.pictures.gallery import Drawing, draw_all, drawings, stale
from depthsim.views.pictures.graphviz import dot
from depthsim.views.pictures.mermaid import mermaid
from depthsim.views.pictures.picture import Picture
from depthsim.views.pictures.render import FORMATS, checked, render

__all__ = [
    "FORMATS",
    "Drawing",
    "Picture",
    "changes",
    "checked",
    "difference",
    "dot",
    "draw_all",
    "drawings",
    "mermaid",
    "picture",
    "render",
    "stale",
]
