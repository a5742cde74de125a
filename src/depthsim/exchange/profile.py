"""How one office's tables are read: which column is which, which sheets, how depth is coded and visits are meant."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from depthsim.errors import Finding, InputError, Location, error
from depthsim.exchange.columns import FLAT, SHEETS
from depthsim.files.bundled import shown
from depthsim.files.document import read
from depthsim.files.reader import refuse, validated
from depthsim.model.code_lists import DEPTH_MAPS
from depthsim.model.value import FrozenMap, Value
from depthsim.texts.suggestions import did_you_mean

Meaning = Literal["least", "greatest"]
FOLDER = "imports"
"""The folder, beside the guides, in which profiles are kept."""


class Profile(Value):
    """`schema: depthsim/import/1`: headings to fields (`承诺时限: promised.amount`; null keeps a column raw)."""

    schema_: Literal["depthsim/import/1"] = Field("depthsim/import/1", alias="schema")
    columns: FrozenMap[str, str | None] = Field(default_factory=dict, validate_default=True)
    sheet: str | None = None
    depth_codes: str | None = None
    visits: Meaning | None = None


KNOWN: dict[str, Profile] = {
    "national": Profile(depth_codes="national"),
    "zhejiang": Profile(depth_codes="levels", visits="least"),
    "guangdong": Profile(depth_codes="levels"),
    "fujian": Profile(depth_codes="fujian_stars", visits="greatest"),
    "shandong_province": Profile(depth_codes="shandong_province"),
    "shandong_city": Profile(depth_codes="shandong_city"),
}
"""What is known of sources: how they code depth, and what their number of visits means where records show it."""
FIELDS: tuple[str, ...] = (
    *(column.key for sheet in (SHEETS[0], FLAT) for column in sheet.columns),
    *(f"{sheet.key}.{column.key}" for sheet in SHEETS[1:] for column in sheet.columns),
)
"""The fields that a heading can be mapped to."""


def read_profile(path: Path) -> Profile:
    """Return a profile from its file. Raises InputError with the place of everything that is wrong."""
    document = read(path, shown(path))
    profile, findings = validated(document, Profile, "import")
    found = [f if f.location else f.at(document.locate(f.path)) for f in findings]
    for heading, field in profile.columns.items() if profile else ():
        if field is not None and field not in FIELDS:
            wrong = error("DS971", ("columns", heading), given=field, suggestion=did_you_mean(field, FIELDS))
            found.append(wrong.at(document.locate(("columns", heading))))
    if profile and profile.depth_codes is not None and profile.depth_codes not in DEPTH_MAPS:
        found.append(unknown_coding(profile.depth_codes).at(document.locate(("depth_codes",))))
    refuse(found)
    assert profile is not None
    return profile


def unknown_coding(given: str) -> Finding:
    """Return the finding of a coding of depth that does not exist."""
    return error("DS970", given=given, known=tuple(DEPTH_MAPS), suggestion=did_you_mean(given, DEPTH_MAPS))


def named(name: str, folder: Path | None) -> Profile:
    """Return the profile of a name: of a file, of one kept in a system's folder, or a known one. Raises InputError."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return read_profile(path)
    if folder is not None and (kept := folder / FOLDER / f"{name}.yaml").is_file():
        return read_profile(kept)
    if name in KNOWN:
        return KNOWN[name]
    saved = tuple(p.stem for p in sorted((folder / FOLDER).glob("*.yaml"))) if folder is not None else ()
    known = tuple(dict.fromkeys((*saved, *KNOWN)))
    raise InputError(error("DS969", given=name, known=known, suggestion=did_you_mean(name, known)).at(Location(name)))
