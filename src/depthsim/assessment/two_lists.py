"""One rectification list that went out twice, as workbook and as document: what people entered in either, together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from depthsim.assessment.rectification import Entry

FIELDS = ("owner", "deadline", "status")
_WORDS = ("indicator", "item", "message", "remedy")
"""By what a row that has no key is known."""
NOTHING = (None, "", "open")


def together(
    workbook: Iterable[Entry], document: Iterable[Entry], *, both: bool, said: Callable[[str, str], str]
) -> Iterator[Entry]:
    """Yield the entries of a workbook with what was entered in the document; those that only the document has last.

    Where only the document was edited, it says what holds. Where both were, an empty field gives way, and of two that
    differ the workbook's holds and the document's is added to the note, as `said(field, entered)`. Nothing is lost.
    """
    others: dict[str, list[Entry]] = {}
    for entry in document:
        others.setdefault(_known_by(entry), []).append(entry)
    for entry in workbook:
        mine = others.get(_known_by(entry))
        yield entry if not mine else _joined(entry, mine.pop(0), both, said)
    for rest in others.values():
        yield from rest


def _known_by(entry: Entry) -> str:
    return entry.key or "\n".join(entry.cells.get(name, "") for name in _WORDS)


def _joined(entry: Entry, other: Entry, both: bool, said: Callable[[str, str], str]) -> Entry:
    values: dict[str, Any] = {}
    notes = [entry.note] if entry.note else []
    for field in FIELDS:
        here, there = getattr(entry, field), getattr(other, field)
        if not both or here in NOTHING:
            values[field] = there
        elif there not in NOTHING and there != here:
            notes.append(said(field, there))
    if other.note and other.note not in notes:
        notes = [other.note] if not both else [*notes, other.note]
    more = {**entry.more, **{k: v for k, v in other.more.items() if not both or k not in entry.more}}
    return replace(entry, more=more, note="\n".join(notes) or None, **values)
