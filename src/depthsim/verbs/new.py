"""New (新建): a commented file that `check` accepts, to start from."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from depthsim.errors import InputError, UsageError, error
from depthsim.exchange.template import write_template
from depthsim.files import load_system, whole_folder, write_text
from depthsim.files.loaded import CITY, GUIDES
from depthsim.files.writer import dump_data
from depthsim.model.system import ServiceSystem
from depthsim.model.value import IDENTIFIER
from depthsim.synthesis import CASE_LOG, MOST_ITEMS, Planted, case_file, synthetic_city, with_faults
from depthsim.texts import Lang, room
from depthsim.verbs.inputs import at_least

NewKind = Literal["item", "system", "scenario", "guide-table"]
KINDS: tuple[NewKind, ...] = ("item", "system", "scenario", "guide-table")
FIRST_ITEM = "example_item"
MOST_CASES = 1e9
PLANTED = "faults.csv"
RESERVED = ("system", "catalogue")


@dataclass(frozen=True, slots=True)
class Created:
    """The files written, and what to check next; of a synthetic city, its value too."""

    files: tuple[Path, ...]
    path: Path
    city: ServiceSystem | None = None

    def to_json(self, _lang: Lang = "en") -> dict[str, Any]:
        """Return the files and the path to check."""
        return {"files": [str(f) for f in self.files], "path": str(self.path)}


def new(
    kind: NewKind,
    name: str,
    *,
    folder: str | Path = ".",
    lang: Lang = "en",
    items: int | None = None,
    seed: int | None = None,
    cases: float | None = None,
    faults: float | None = None,
) -> Created:
    """Write a commented item, scenario (`FOLDER/NAME.yaml`) or system (`FOLDER/NAME/` with one item).

    An item uses pools and a place of the `system.yaml` beside it, if there is one. With `items` the system is a
    synthetic city of so many items and `cases` a year, the same for the same seed (1 if not given); with `faults`
    each fault stands in its guides with this chance where it fits, and `faults.csv` lists them. Raises
    UsageError for a name that cannot be an id and for numbers that make no sense, InputError where the file exists
    already or cannot be written.
    """
    if kind not in KINDS:
        raise UsageError(error("DS394", given=kind, known=KINDS))
    if not re.fullmatch(IDENTIFIER, name) or name in RESERVED:
        raise UsageError(error("DS392", given=name))
    if items is None and (seed, cases, faults) != (None, None, None):
        raise UsageError(error("DS395"))
    if items is not None and kind != "system":
        raise UsageError(error("DS395"))
    ending = {"system": "", "guide-table": ".xlsx"}.get(kind, ".yaml")
    target = Path(folder) / f"{name}{ending}"
    if target.exists() or target.is_symlink():
        raise InputError(error("DS393", file=str(target)))
    if kind == "guide-table":
        return Created((write_template(target, lang),), target)
    if items is not None:
        return _city(name, target, lang, items, 1 if seed is None else seed, cases, faults or 0.0)
    if kind == "system":
        with whole_folder(target) as inside:
            write_text(inside / "system.yaml", _text("system", name, lang))
            write_text(inside / f"{FIRST_ITEM}.yaml", _item(FIRST_ITEM, lang, department="example_bureau"))
        return Created((target / "system.yaml", target / f"{FIRST_ITEM}.yaml"), target)
    content = _item(name, lang, **_names(Path(folder))) if kind == "item" else _text(kind, name, lang)
    return Created((write_text(target, content),), target)


def _city(name: str, target: Path, lang: Lang, items: int, seed: int, cases: float | None, faults: float) -> Created:
    """Write a synthetic city. Every file is plain data already, so no value is turned into text."""
    if not 1 <= items <= MOST_ITEMS:
        raise UsageError(error("DS396", option="items", given=items, least=1, most=MOST_ITEMS))
    if cases is not None and not items <= cases <= MOST_CASES:
        raise UsageError(error("DS396", option="cases", given=cases, least=items, most=MOST_CASES))
    if not 0 <= faults <= 1:
        raise UsageError(error("DS396", option="faults", given=faults, least=0, most=1))
    at_least("seed", seed, 0)
    city = synthetic_city(name, items=items, seed=seed, lang=lang, cases=cases)
    documents = {"system.yaml": city.system_data, CITY: city.city_data}
    documents |= {f"{id_}.yaml": data for id_, data in city.item_data.items()}
    guides, planted = with_faults(city.guide_data, seed, faults)
    documents |= {f"{GUIDES}/{id_}.yaml": data for id_, data in guides.items()}
    with whole_folder(target) as inside:
        (inside / GUIDES).mkdir()
        for file, data in documents.items():
            head = f"# {city.note[lang]}\n" if file in ("system.yaml", CITY) else ""
            (inside / file).write_text(head + dump_data(data), encoding="utf-8")
        (inside / CASE_LOG).write_bytes(case_file(city.case_rows))
        if faults:
            (inside / PLANTED).write_bytes(_listed(planted))
    files = [*documents, CASE_LOG, *([PLANTED] if faults else [])]
    return Created(tuple(target / file for file in files), target, city.system)


def _listed(planted: Iterable[Planted]) -> bytes:
    """Return a list of planted faults as a table that spreadsheets open as it is."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(field.name for field in fields(Planted))
    for one in planted:
        rows.writerow([one.item, one.rule, one.field, *(_shown(value) for value in (one.before, one.after))])
    return table.getvalue().encode("utf-8-sig")


def _shown(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text(kind: NewKind, name: str, lang: Lang) -> str:
    return str(room("starting")[kind][lang]).replace("NAME", name)


def _item(
    name: str,
    lang: Lang,
    *,
    front: str = "front_desk",
    back: str = "reviewers",
    place: str = "city_hall",
    department: str | None = None,
) -> str:
    found = _text("item", name, lang)
    said = f"department: {department}" if department else "# department: some_bureau"
    for word, value in (("FRONT", front), ("BACK", back), ("PLACE", place), ("DEPARTMENT", said)):
        found = found.replace(f"@{word}@", value)
    return found


def _names(folder: Path) -> dict[str, str]:
    """Return the pools, place and department of the system in a folder that a new item can use."""
    if not (folder / "system.yaml").is_file():
        return {}
    try:
        system: ServiceSystem = load_system(folder).system
    except InputError:
        return {}
    found: dict[str, str] = {}
    for name, pool in system.pools.items():
        if pool.kind == "front" and pool.at is not None and "front" not in found:
            found |= {"front": name, "place": pool.at}
        elif pool.kind == "back":
            found.setdefault("back", name)
    if system.departments:
        found["department"] = next(iter(system.departments))
    return found
