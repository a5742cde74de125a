"""Colours and strokes of pictures: told apart by shape, fill and stroke as well, so that grey print works."""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1B2430"
QUIET = "#5B6675"
PAPER = "#FFFFFF"
ON_SITE = "#C8321B"  # vermilion: dark enough to carry white text, and dark in grey print
ON_SITE_PALE = "#FCE9E4"
CHIP_LINE = "#9DB8D6"
LANES = ("#F7F9FB", "#EEF2F6")
LANE_LINE = "#D5DDE6"
MAIN = "#1B2430"
OTHER = "#8793A1"
CORRECTION = "#B26A00"
REFUSAL = "#8C8C8C"
ADDED, REMOVED, CHANGED = "#12805C", "#C0263C", "#1D5FD1"
ADDED_PALE, REMOVED_PALE, CHANGED_PALE = "#E2F4EC", "#FBE6E9", "#E4EDFC"
LEVELS = {"none": "#7A1F2B", "I": "#6B7280", "II": "#9A6A00", "III": "#1F5FA8", "IV": "#0B6E4F"}


@dataclass(frozen=True, slots=True)
class Paint:
    """How a box is painted."""

    fill: str
    line: str
    text: str = INK


WHO = {
    "applicant": Paint("#DCEBFC", "#1F5FA8"),
    "office": Paint("#FFFFFF", "#4A5563"),
    "external": Paint("#EBE1F7", "#6B3FA0"),
    "parallel": Paint(INK, INK, PAPER),
    "none": Paint(PAPER, QUIET),
}
CHANGES = {
    "added": Paint(ADDED_PALE, ADDED),
    "removed": Paint(REMOVED_PALE, REMOVED),
    "changed": Paint(CHANGED_PALE, CHANGED),
}
CHANGE_MARKS = {"same": "", "added": "+ ", "removed": "− ", "changed": "≈ "}
