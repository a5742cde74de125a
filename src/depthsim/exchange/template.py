"""The empty guide table that offices fill in: drop-downs for closed lists, an example row, notes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from depthsim.exchange.columns import FLAT, GUIDES, PARTS, Column, Sheet, words_of
from depthsim.exchange.workbook import letters
from depthsim.files.writer import whole_file
from depthsim.texts import LANGS, Lang, room, text

_OWN = {f"{GUIDES.key}.{c.key}": (GUIDES, c) for c in GUIDES.columns}
_FIRST = {f"{FLAT.key}.{c.key}": (FLAT, c) for c in FLAT.columns}
_CHOSEN = (
    "guides.name.zh", "guides.code", "guides.basic_code", "guides.type", "guides.power_source", "guides.quota",
    "guides.handling", "guides.exercise_level", "guides.department", "guides.body.credit_code", "guides.audience",
    "guides.topics", "guides.forms", "guides.conditions", "guides.statutory.amount", "guides.statutory.unit",
    "guides.promised.amount", "guides.promised.unit", "guides.promised.text", "flat.special.0.name",
    "flat.special.0.takes.amount", "flat.special.0.counted", "flat.places.0.name", "flat.places.0.address",
    "flat.places.0.window", "guides.hours", "guides.contact_phones", "guides.supervision_phones",
    "flat.basis.0.title", "flat.basis.0.clause", "flat.basis.0.text", "guides.depth.codes", "guides.depth.map",
    "guides.visits.count", "guides.visits.meaning", "guides.visits.reason", "guides.online_handling",
    "guides.charged", "flat.fees.0.name", "flat.fees.0.standard", "flat.fees.0.basis.title",
    "guides.online_payment", "guides.courier", "guides.appointment", "guides.result.name.zh",
    "guides.result.type", "guides.result.form", "guides.links.apply", "guides.links.query",
    "guides.notify_and_commit", "guides.accept_with_gaps",
)  # fmt: skip
"""The columns of the guides' sheet: what the assessment asks for."""
_PARTS = {
    "materials": ("name.zh", "type", "source", "issued_by", "originals", "copies", "medium", "necessity", "form.name",
                  "form.url", "sample.name", "sample.url", "criteria"),
    "steps": ("name.zh", "stage", "start", "end", "duration.amount", "duration.unit", "person", "window", "criteria",
              "counted"),
}  # fmt: skip
ROWS = 2000
"""Rows that have drop-downs."""
_NEEDED = frozenset({"guides.name.zh", "materials.name.zh", "steps.name.zh"})


def is_example(data: Mapping[str, Any]) -> bool:
    """Return whether a row is the template's example."""
    name = data.get("name")
    said = name.get("zh") if isinstance(name, Mapping) else name
    return isinstance(said, str) and said.startswith(tuple(text("guide_table.example_mark", lang) for lang in LANGS))


def write_template(path: Path, lang: Lang) -> Path:
    """Write the empty guide table and return its file. Raises InputError where it cannot be written."""
    import xlsxwriter

    with whole_file(path) as unfinished, xlsxwriter.Workbook(str(unfinished)) as book:
        _Template(book, lang).write()
    return path


class _Template:
    """One template while it is written."""

    def __init__(self, book: Any, lang: Lang) -> None:
        font = {"font_name": "宋体" if lang == "zh" else "Calibri", "font_size": 11, "valign": "top", "text_wrap": True}
        border = {"border": 1, "border_color": "#B7C3D0"}
        head = {**font, **border, "bold": True, "valign": "vcenter", "align": "center"}
        self._book, self._lang = book, lang
        self._plain = book.add_format({**font, "num_format": "@"})
        self._example = book.add_format(
            {**font, **border, "italic": True, "font_color": "#5F6B7A", "bg_color": "#F4F6F8"}
        )
        self._head = book.add_format({**head, "bg_color": "#DCE6F1"})
        self._needed = book.add_format({**head, "bg_color": "#F8D7B0"})
        self._title = book.add_format({**font, "bold": True, "font_size": 14})
        self._text = book.add_format(font)
        self._lists: dict[str, str] = {}

    def write(self) -> None:
        """Write every sheet; the guides' comes first."""
        sheets = [(GUIDES, [{**_OWN, **_FIRST}[key] for key in _CHOSEN])]
        for part in PARTS:
            if part.key in _PARTS:
                of = {c.key: c for c in part.columns}
                joined = [_OWN["guides.name.zh"], _OWN["guides.code"]]
                sheets.append((part, [*joined, *((part, of[key]) for key in _PARTS[part.key])]))
        pages = [self._book.add_worksheet(sheet.title(self._lang)) for sheet, _ in sheets]
        notes = self._book.add_worksheet(text("columns.sheet.notes", self._lang))
        self._write_lists([column for _, columns in sheets for _, column in columns])
        for page, (sheet, columns) in zip(pages, sheets, strict=True):
            self._write_sheet(page, sheet, columns)
        self._write_notes(notes)
        pages[0].activate()

    def _write_sheet(self, page: Any, sheet: Sheet, columns: list[tuple[Sheet, Column]]) -> None:
        examples = room("guide_table")
        page.freeze_panes(1, 1)
        page.set_landscape()
        page.set_paper(9)
        page.repeat_rows(0)
        page.set_row(0, 36)
        page.set_row(1, 96 if sheet is GUIDES else 36)
        for n, (of, column) in enumerate(columns):
            heading = of.heading(column, self._lang)
            key = f"{of.key}.{column.key}"
            page.set_column(n, n, max(column.width, 2 * len(heading) + 2 if self._lang == "zh" else 12), self._plain)
            page.write_string(0, n, heading, self._needed if key in _NEEDED else self._head)
            entry = examples.get(f"example.{key}")
            page.write_string(1, n, str(entry[self._lang]) if entry else "", self._example)
            self._validate(page, n, column, heading)
        page.autofilter(0, 0, 0, len(columns) - 1)

    def _validate(self, page: Any, n: int, column: Column, heading: str) -> None:
        rule = self._rule(column)
        if rule:
            page.data_validation(1, n, ROWS, n, {**rule, "input_title": heading[:32]})

    def _rule(self, column: Column) -> dict[str, Any]:
        """Return the validation of a column's cells, empty where anything goes."""

        def say(key: str, **values: str) -> str:
            return text(f"guide_table.{key}", self._lang, **values)

        warned = {"error_type": "warning", "error_title": say("outside_title")}
        match column.kind:
            case "choice" | "flag":
                source = self._lists[column.choice or "flag"]
                rule = {"validate": "list", "source": source, **warned, "error_message": say("outside")}
                return {**rule, "input_message": say("tell_depth_map")} if column.choice == "depth_map" else rule
            case "choices":
                words = list(words_of(column.choice or "", self._lang).values())
                return {"validate": "any", "input_message": say("tell_several", words="、".join(words))[:250]}
            case "count":
                number = {"validate": "integer", "criteria": ">=", "value": 0}
                return {**number, **warned, "error_message": say("no_count")}
            case "words" | "texts" | "amount":
                return {
                    "validate": "any",
                    "input_message": say("tell_amount" if column.kind == "amount" else "tell_lines"),
                }
        return {}

    def _write_lists(self, columns: list[Column]) -> None:
        page = self._book.add_worksheet(text("columns.sheet.lists", self._lang))
        yes_no = [text(f"columns.word.flag.{word}", self._lang) for word in ("yes", "no")]
        lists = {"flag": yes_no}
        for column in columns:
            if column.choice is not None:
                lists.setdefault(column.choice, list(words_of(column.choice, self._lang).values()))
        called = {c.choice: s.heading(c, self._lang) for s in (*PARTS, FLAT, GUIDES) for c in s.columns if c.choice}
        for n, (name, words) in enumerate(lists.items()):
            page.set_column(n, n, 20)
            page.write_string(0, n, called.get(name, "／".join(yes_no)), self._head)
            for row, word in enumerate(words, 1):
                page.write_string(row, n, word, self._text)
            at = letters(n)
            self._lists[name] = f"='{page.get_name()}'!${at}$2:${at}${len(words) + 1}"

    def _write_notes(self, page: Any) -> None:
        page.set_column(0, 0, 110)
        page.write_string(0, 0, text("guide_table.notes_title", self._lang), self._title)
        for row, line in enumerate(text("guide_table.notes", self._lang).splitlines(), 2):
            page.write_string(row, 0, line, self._text)
