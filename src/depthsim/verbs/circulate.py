"""The lists of an assessment as files: written whole, one that came back edited taken over, nothing overwritten."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from depthsim.assessment.rectification import Rectification
from depthsim.errors import InputError, Location, error
from depthsim.exchange.lists.document import write_document
from depthsim.exchange.lists.returned import Returned, read_list, untouched
from depthsim.exchange.lists.table import Table
from depthsim.exchange.lists.workbook import write_workbook
from depthsim.files.writer import whole_file
from depthsim.texts import LANGS, Lang, text
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


def returned_list(found: Assessed, folder: Path, lang: Lang) -> Returned | None:
    """Return the rectification list that a folder holds, in this language or else the other, None without one.

    Raises InputError for a file of that name that cannot be read, or is another system's or department's list.
    """
    names = [file_name(found, "rectification", one, "xlsx") for one in (lang, *(x for x in LANGS if x != lang))]
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


def merged(found: Assessed, returned: Returned | None) -> Rectification:
    """Return the rectification list with what people entered into an earlier one."""
    return found.rectification if returned is None else found.rectification.merged(entries(returned))


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
