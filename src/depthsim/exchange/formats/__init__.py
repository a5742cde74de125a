"""PLUG-INS: foreign formats. A module each, with one public `format = Format(...)`."""

from __future__ import annotations

from pathlib import Path

from depthsim.catalogue import Catalogue
from depthsim.errors import InputError, Location, error
from depthsim.exchange.imported import Format, Imported, Options
from depthsim.files.bundled import shown

FORMATS: Catalogue[Format] = Catalogue(__name__, "format", Format)


def read(path: Path, options: Options, wanted: str | None = None) -> Imported:
    """Return what a file holds, read in the format that is wanted, or else that its ending says.

    Raises InputError where it holds nothing that can be taken over, with every reason.
    """
    if wanted is not None:
        return FORMATS.load(wanted).read(path, options)
    for name in FORMATS:
        found = FORMATS.load(name)
        if path.suffix.lower() in found.suffixes:
            return found.read(path, options)
    file = shown(path)
    suffixes = [suffix for name in FORMATS for suffix in FORMATS.load(name).suffixes]
    raise InputError(error("DS958", file=file, known=suffixes).at(Location(file)))
