"""The lists of an assessment as files: written whole, one that came back edited taken over, nothing overwritten."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from depthsim.assessment.rectification import Entry, Rectification
from depthsim.assessment.two_lists import together
from depthsim.errors import InputError, Location, error
from depthsim.exchange.lists.document import write_document
from depthsim.exchange.lists.returned import Returned, read_list, untouched
from depthsim.exchange.lists.table import Table
from depthsim.exchange.lists.workbook import write_workbook
from depthsim.files.writer import whole_file
from depthsim.texts import LANGS, Lang, text
from depthsim.verbs.list_words import status_words
from depthsim.verbs.lists import (
    RECTIFICATION,
    decomposition,
    department_name,
    entries,
    headings,
    marks,
    rectification_table,
)

if TYPE_CHECKING:
    from depthsim.verbs.assess import Assessed

_WRITERS: tuple[tuple[str, Callable[[Table, Path], None]], ...] = (("xlsx", write_workbook), ("docx", write_document))


@dataclass(frozen=True)
class Earlier:
    """What people entered into the list that a folder holds, and the columns that they added."""

    entries: tuple[Entry, ...]
    more: tuple[str, ...]


def earlier_list(found: Assessed, folder: Path, lang: Lang) -> Earlier | None:
    """Return what was entered into the rectification list that a folder holds, None without one.

    It is read in this language or else the other; a document counts where somebody saved it since it was written, or
    where there is no workbook. Raises InputError for a file of that name that cannot be read, or is another system's
    or department's list.
    """
    workbook, document = (_returned(found, folder, lang, suffix) for suffix in ("xlsx", "docx"))
    if document is not None and workbook is not None and not document.touched:
        document = None
    if workbook is None or document is None:
        only = workbook or document
        return None if only is None else Earlier(tuple(entries(only)), only.more)
    said = partial(_also_said, lang=lang)
    both = together(entries(workbook), entries(document), both=workbook.touched, said=said)
    return Earlier(tuple(both), tuple(dict.fromkeys((*workbook.more, *document.more))))


def _also_said(field: str, entered: str, lang: Lang) -> str:
    return text(
        "lists.also_said", lang, field=text(f"lists.heading.{field}", lang), entered=status_words(entered, lang)
    )


def _returned(found: Assessed, folder: Path, lang: Lang, suffix: str) -> Returned | None:
    names = [file_name(found, "rectification", one, suffix) for one in (lang, *(x for x in LANGS if x != lang))]
    path = next((folder / name for name in names if (folder / name).exists()), None)
    if path is None:
        return None
    returned = read_list(path, RECTIFICATION, headings())
    for name, wanted in marks(found).items():
        if returned.marks.get(name, "") != wanted:
            given = returned.marks.get(name) or "—"
            other = error("DS992", file=str(path), what=name, given=given, wanted=wanted or "—")
            raise InputError(other.at(Location(str(path))))
    return returned


def merged(found: Assessed, earlier: Earlier | None) -> Rectification:
    """Return the rectification list with what people entered into an earlier one."""
    return found.rectification if earlier is None else found.rectification.merged(earlier.entries)


def save_lists(
    found: Assessed, tasks: Rectification, folder: Path, lang: Lang, when: date | None, more: tuple[str, ...] = ()
) -> tuple[Path, ...]:
    """Write task decomposition and rectification list, each as workbook and document; return the files.

    A file that somebody saved since it was written is kept in a folder of earlier ones. Raises InputError.
    """
    tables = {"decomposition": decomposition(found, lang, when),
              "rectification": rectification_table(found, tasks, lang, when, more)}  # fmt: skip
    written = []
    for kind, table in tables.items():
        for suffix, write in _WRITERS:
            path = folder / file_name(found, kind, lang, suffix)
            with whole_file(path) as unfinished:
                write(table, unfinished)
                if path.exists() and not untouched(path):
                    _set_aside(path, folder / text("lists.file.earlier", lang))
            written.append(path)
    return tuple(written)


def file_name(found: Assessed, kind: str, lang: Lang, suffix: str) -> str:
    """Return what a list's file is called; one department's carries its name."""
    stem = text(f"lists.file.{kind}", lang)
    department = re.sub(r'[\s<>:"/\\|?*\x00-\x1f]+', "_", department_name(found, lang))
    return f"{stem}_{department}.{suffix}" if department else f"{stem}.{suffix}"


def _set_aside(path: Path, folder: Path) -> Path:
    """Copy a file that people edited beside earlier ones, under the next free number."""
    folder.mkdir(exist_ok=True)
    number = 1
    while (kept := folder / f"{path.stem}_{number}{path.suffix}").exists():
        number += 1
    shutil.copy2(path, kept)
    return kept
