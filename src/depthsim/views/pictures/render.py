"""One picture as the bytes of a file, in any of the formats."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from depthsim.errors import UsageError, error
from depthsim.views import typeface
from depthsim.views.pictures.graphviz import dot
from depthsim.views.pictures.layout import ImageFormat, lay_out
from depthsim.views.pictures.mermaid import mermaid
from depthsim.views.pictures.picture import Picture

FORMATS = ("svg", "png", "pdf", "dot", "mermaid")
SUFFIXES = {"svg": ".svg", "png": ".png", "pdf": ".pdf", "dot": ".dot", "mermaid": ".mmd"}


def render(picture: Picture, file_format: str) -> bytes:
    """Return the picture as a file's bytes; text is UTF-8.

    Raises UsageError for an unknown format, InputError where an image is asked for and there is no Graphviz.
    """
    if file_format not in FORMATS:
        raise UsageError(error("DS706", (), format=file_format, formats=list(FORMATS)))
    if file_format == "dot":
        return dot(picture).encode("utf-8")
    if file_format == "mermaid":
        return mermaid(picture).encode("utf-8")
    return lay_out(dot(picture), cast(ImageFormat, file_format))


def checked(picture: Picture) -> Picture:
    """Return the picture with a warning of the characters that the bundled font lacks, if there are any."""
    found = typeface.findings(picture.text(), ("items", picture.id))
    return replace(picture, findings=(*picture.findings, *found))
