"""The columns of a guide table: one definition that reading and writing share.

A guide is a row of the sheet `guides`; what it has several of (materials, steps, fees, …) stands on sheets of its own,
a row each, joined by the guide's id. Every field of a guide has one column. What a column is called stands in
`texts/columns.yaml`, under its key; what others call it in `depthsim.exchange.synonyms`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from immutabledict import immutabledict

from depthsim.model.code_lists import CODE_LISTS, DEPTH_MAPS
from depthsim.model.level import STAGES
from depthsim.texts import Lang, label, text

Kind = Literal[
    "text", "word", "choice", "choices", "words", "texts", "count", "number", "flag", "date", "amount", "money",
    "bound", "values", "rows", "only_published",
]  # fmt: skip
"""What cells of a column hold. `words`, `texts`, `choices`: several, a line each; `rows`: they stand on their own
sheet, the cell says whether there are none; `bound`: a number or a quantity; `values`: lines `field=value`."""

_OWN_LISTS: Mapping[str, tuple[str, ...]] = immutabledict(
    {
        "stage": STAGES,
        "unit": ("working days", "days", "h", "min"),
        "meaning": ("least", "greatest"),
        "trust": ("A", "B", "C", "D"),
        "result_form": ("physical", "electronic", "none"),
        "state": ("works", "dead", "garbled", "other_item"),
        "depth_map": tuple(DEPTH_MAPS),
    }
)
"""Closed lists of guides without official codes."""


def words_of(choice: str, lang: Lang) -> dict[str, str]:
    """Return the words of a closed list of columns, each with its label. Raises KeyError for an unknown list."""
    if choice in CODE_LISTS:
        return {word: label(f"list_{choice}_{word}", lang) for word in CODE_LISTS[choice].words}
    if choice == "depth_map":
        return {word: label(f"depth_map_{word}", lang) for word in _OWN_LISTS[choice]}
    return {word: text(f"columns.word.{choice}.{word.replace(' ', '_')}", lang) for word in _OWN_LISTS[choice]}


@dataclass(frozen=True)
class Column:
    """One column: where its value stands in the guide (or in the row's part of it), what its cells hold, the closed
    list of a choice, its width in characters."""

    path: tuple[str | int, ...]
    kind: Kind = "text"
    choice: str | None = None
    width: int = 14

    @property
    def key(self) -> str:
        """Return its name: `promised.amount`."""
        return ".".join(map(str, self.path))


@dataclass(frozen=True)
class Sheet:
    """One sheet: the field of the guide whose rows stand there (empty for the guides themselves), and its columns."""

    key: str
    path: tuple[str, ...]
    columns: tuple[Column, ...]

    def title(self, lang: Lang) -> str:
        """Return what the sheet is called."""
        return text(f"columns.sheet.{self.key}", lang)

    def heading(self, column: Column, lang: Lang) -> str:
        """Return what one of its columns is called."""
        return text(f"columns.{self.key}.{column.key}", lang)


def _c(path: str, kind: Kind = "text", choice: str | None = None, width: int = 14) -> Column:
    return Column(tuple(int(p) if p.isdigit() else p for p in path.split(".")), kind, choice, width)


def _title(path: str) -> Iterator[Column]:
    yield _c(f"{path}.zh", width=30)
    yield _c(f"{path}.en", width=16)


def _period(path: str) -> Iterator[Column]:
    yield _c(f"{path}.amount", "amount", width=10)
    yield _c(f"{path}.unit", "choice", "unit", 10)
    yield _c(f"{path}.text", width=18)


def _visits(path: str) -> Iterator[Column]:
    yield _c(f"{path}.count", "count", width=10)
    yield _c(f"{path}.meaning", "choice", "meaning", 10)
    yield _c(f"{path}.reason", width=24)


def _depth(path: str) -> Iterator[Column]:
    yield _c(f"{path}.codes", "words")
    yield _c(f"{path}.map", "choice", "depth_map")


def _file(path: str) -> Iterator[Column]:
    yield _c(f"{path}.name")
    yield _c(f"{path}.url", width=20)
    yield _c(f"{path}.sha256", "word")
    yield _c(f"{path}.state", "choice", "state")
    yield _c(f"{path}.checked", "date")


def _origin(path: str) -> Iterator[Column]:
    yield _c(f"{path}source.title", width=24)
    yield _c(f"{path}source.url")
    yield _c(f"{path}source.seen", "date")
    yield _c(f"{path}source.note")
    yield _c(f"{path}assumption.note", width=24)
    yield _c(f"{path}assumption.low", "bound")
    yield _c(f"{path}assumption.high", "bound")


GUIDES = Sheet(
    "guides",
    (),
    (
        _c("id", "word", width=22),
        *_title("name"),
        _c("code", "word", width=36),
        _c("basic_code", "word", width=16),
        _c("business_code", "word"),
        _c("part_of", "word"),
        _c("type", "choice", "type"),
        _c("power_source", "choice", "power_source"),
        _c("quota"),
        _c("handling", "choice", "handling", 10),
        _c("exercise_level", "choice", "exercise_level", 10),
        _c("department", "word", width=20),
        _c("county", "word"),
        *_title("body.name"),
        _c("body.nature", "choice", "body_nature"),
        _c("body.credit_code", "word", width=20),
        _c("application_based", "flag", width=10),
        _c("audience", "choices", "audience", 20),
        _c("topics", "words"),
        _c("forms", "choices", "forms", 20),
        _c("conditions", "texts", width=40),
        *_period("statutory"),
        *_period("promised"),
        _c("special", "rows"),
        _c("intermediaries", "rows"),
        _c("places", "rows"),
        _c("hours", width=30),
        _c("contact_phones", "words", width=16),
        _c("supervision_phones", "words", width=16),
        _c("basis", "rows"),
        *_depth("depth"),
        *_visits("visits"),
        _c("online_handling", "flag", width=10),
        _c("charged", "flag", width=10),
        _c("fees", "rows"),
        _c("online_payment", "flag", width=10),
        _c("courier", "flag", width=10),
        _c("appointment", "flag", width=10),
        *_title("result.name"),
        _c("result.code", "word"),
        _c("result.type", "choice", "result_type"),
        _c("result.form", "choice", "result_form"),
        *_file("result.sample"),
        _c("links.guide"),
        _c("links.apply"),
        _c("links.consult"),
        _c("links.complain"),
        _c("links.query"),
        _c("links.mobile"),
        _c("links.login", "words"),
        _c("single_sign_on", "flag", width=10),
        _c("unified_approval", "flag", width=10),
        _c("notify_and_commit", "flag", width=10),
        _c("accept_with_gaps", "flag", width=10),
        _c("cross_region", "flag", width=10),
        _c("joint_departments", "texts"),
        _c("published_on", "rows"),
        _c("updated", "date"),
        _c("version", "word", width=8),
        _c("materials", "rows"),
        _c("steps", "rows"),
        _c("faq", "rows"),
        _c("process", "only_published"),
        _c("before.until", "date"),
        *_period("before.statutory"),
        *_period("before.promised"),
        _c("before.materials", "rows"),
        _c("before.material_count", "count"),
        *_visits("before.visits"),
        *_depth("before.depth"),
        *_origin("before."),
        *_origin(""),
    ),
)

FLAT = Sheet(
    "flat",
    (),
    (
        _c("places.0.name", width=24),
        _c("places.0.address", width=40),
        _c("places.0.window"),
        _c("places.0.room"),
        _c("places.0.directions"),
        _c("fees.0.name"),
        _c("fees.0.standard", width=24),
        _c("fees.0.basis.title", width=24),
        _c("special.0.code", "choice", "special_procedure"),
        _c("special.0.name"),
        _c("special.0.takes.amount", "amount", width=10),
        _c("special.0.takes.unit", "choice", "unit", 10),
        _c("special.0.counted", "flag"),
        _c("basis.0.title", width=30),
        _c("basis.0.clause"),
        _c("basis.0.text", width=40),
    ),
)
"""Columns of the guides' sheet for the first of several parts: offices have them there, so that they are read, and
the template has some; what depthsim writes stands on the parts' own sheets."""

_MATERIAL = (
    *_title("name"),
    _c("id", "word"),
    _c("type", "choice", "material_type"),
    _c("source", "choice", "material_source"),
    _c("issued_by"),
    _c("originals", "count", width=8),
    _c("copies", "count", width=8),
    _c("medium", "choices", "medium"),
    _c("necessity", "choice", "necessity"),
    _c("trust", "choice", "trust", 8),
    _c("e_licence", "flag", width=10),
    _c("condition"),
    *_file("form"),
    *_file("sample"),
    _c("criteria"),
    _c("note"),
)

PARTS: tuple[Sheet, ...] = (
    Sheet("materials", ("materials",), _MATERIAL),
    Sheet(
        "steps",
        ("steps",),
        (
            *_title("name"),
            _c("stage", "choice", "stage"),
            _c("start"),
            _c("end"),
            *_period("duration"),
            _c("person"),
            _c("window"),
            _c("criteria", width=30),
            _c("counted", "flag"),
        ),
    ),
    Sheet(
        "places",
        ("places",),
        (
            _c("name", width=24),
            _c("address", width=40),
            _c("window"),
            _c("room"),
            _c("hours", width=30),
            _c("phone"),
            _c("directions"),
        ),
    ),
    Sheet(
        "fees",
        ("fees",),
        (
            _c("name"),
            _c("standard", width=24),
            _c("basis.title", width=30),
            _c("basis.number"),
            _c("basis.clause"),
            _c("basis.text"),
            _c("amount", "money"),
        ),
    ),
    Sheet("basis", ("basis",), (_c("title", width=40), _c("number"), _c("clause"), _c("text", width=60))),
    Sheet(
        "special",
        ("special",),
        (
            _c("code", "choice", "special_procedure"),
            _c("name"),
            *_period("takes"),
            _c("counted", "flag"),
            _c("body"),
            _c("note"),
        ),
    ),
    Sheet("intermediaries", ("intermediaries",), (_c("name", width=30), _c("body"), _c("basis"), _c("fee"))),
    Sheet("faq", ("faq",), (_c("question", width=40), _c("answer", width=60))),
    Sheet(
        "published_on",
        ("published_on",),
        (
            _c("portal", "word"),
            _c("url", width=30),
            _c("same_source", "flag"),
            _c("checked", "date"),
            _c("values", "values", width=40),
        ),
    ),
    Sheet("before_materials", ("before", "materials"), _MATERIAL),
    Sheet("raw", ("raw",), (_c("field", "word", width=30), _c("value", width=60))),
)
"""The sheets of what a guide has several of; rows of `raw` are fields as they were in the source."""

SHEETS: tuple[Sheet, ...] = (GUIDES, *PARTS)
JOIN: tuple[Column, ...] = (_c("id", "word", width=22), _c("name.zh", width=30), _c("code", "word", width=36))
"""The first columns of every sheet but `guides`: id and name (written), item code (read too). Headings as there."""

MARK = "depthsim/guide-table/1"
"""Stands in cell A1 of the sheet of notes in a table that depthsim wrote out of guides. In such a table cells are
read to the letter: several values are parted by lines only, and an empty list is written as `NOTHING`."""
NOTHING: Mapping[Lang, str] = immutabledict({"zh": "（无）", "en": "(none)"})
"""The cell that says that there is none, where an empty one says that nothing is known."""
