"""The lists of an assessment to circulate: task decomposition (任务分解表) and rectification list (整改清单)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from depthsim.assessment.outcome import Result
from depthsim.assessment.rectification import STATUSES, Change, Entry, Rectification, Task
from depthsim.exchange.lists.returned import Returned, day
from depthsim.exchange.lists.table import Column, Number, Row, Table
from depthsim.texts import LANGS, Lang, finding_message, label, text
from depthsim.verbs.list_words import effect_words, evidence_words, remedy_words, status_words

if TYPE_CHECKING:
    from depthsim.verbs.assess import Assessed

DECOMPOSITION, RECTIFICATION = "depthsim/decomposition/1", "depthsim/rectification/1"
_ENGLISH: Mapping[str, float] = {
    "number": 11, "item": 28, "code": 18, "effect": 38, "lead": 32, "responsible": 42, "severity": 20, "owner": 18,
    "deadline": 22, "status": 17, "change": 21,
}  # fmt: skip
"""The least width, in a document, of columns whose English words are longer than the Chinese ones."""
CHANGES: tuple[Change, ...] = ("new", "remaining", "again", "cleared", "unseen", "added")


def _say(key: str, lang: Lang, /, **values: Any) -> str:
    return text(f"lists.{key}", lang, **values)


# ------------------------------------------------------------------------------------- task decomposition


def decomposition(found: Assessed, lang: Lang, when: date | None = None) -> Table:
    """Return every indicator in the scheme's columns and order, with what the assessment says of it."""
    columns = (
        _column("first_level", lang, 11, 20, centred=True, joined=True),
        _column("second_level", lang, 12, 22, centred=True, joined=True),
        _column("third_level", lang, 17, 32, centred=True),
        _column("checks", lang, 42, 76),
        _column("lead", lang, 18, 30, centred=True),
        _column("responsible", lang, 18, 30, centred=True),
        _column("status_of", lang, 9, 18, centred=True),
        _column("value", lang, 10, 17, centred=True),
        _column("share_of", lang, 12, 18, centred=True),
        _column("findings", lang, 7, 13, centred=True),
        _column("needs", lang, 22, 0),
    )
    rows = [
        {
            "first_level": f"{getattr(first.name, lang)}\n{first.code}",
            "second_level": f"{getattr(second.name, lang)}\n{second.code}",
            "third_level": f"{getattr(third.name, lang)}\n{third.code}",
            "checks": getattr(third.checks, lang),
            "lead": getattr(found.scheme.units[third.lead], lang),
            "responsible": getattr(found.scheme.units[third.responsible], lang),
            **_decided(found[third.code], lang),
        }
        for first in found.scheme.groups
        for second in first.groups
        for third in second.indicators
    ]
    decided = sum(r.status != "not_assessed" for r in found.results)
    heads = (_whose(found, lang), _say("indicators", lang, number=len(rows), decided=decided), _dated(when, lang))
    return Table(
        DECOMPOSITION, _title(found, "decomposition", lang), _say("title.decomposition", lang), lang, columns,
        tuple(rows), heads, notes=(_say("note.unofficial", lang),),
    )  # fmt: skip


def _decided(result: Result, lang: Lang) -> Row:
    from depthsim.verbs.assessment_words import need_words

    share = None
    if result.numerator is not None and result.denominator is not None:
        share = f"{result.numerator:g}/{result.denominator:g}"
    return {
        "status_of": text(f"assess.status.{result.status}", lang),
        "value": _value(result, lang),
        "share_of": share,
        "findings": Number(len(result.findings), str(len(result.findings)), "0") if result.findings else None,
        "needs": ("；" if lang == "zh" else "; ").join(need_words(n, lang) for n in result.outcome.needs),
    }


def _value(result: Result, lang: Lang) -> str | Number | None:
    """Return a value as people read it: a share in per cent, yes or no, days, visits."""
    number, kind = result.value, result.indicator.value
    if number is None:
        return "—"
    if kind == "yes_no" and number in (0, 1):
        return text(f"assess.value.{'yes' if number else 'no'}", lang)
    if kind in ("days", "visits"):
        return Number(number, text(f"assess.value.{kind}", lang, number=f"{number:.2f}"), "0.00")
    return Number(number, f"{number:.1%}", "0.0%")


# ------------------------------------------------------------------------------------- rectification list


def rectification_table(
    found: Assessed, tasks: Rectification, lang: Lang, when: date | None = None, more: tuple[str, ...] = ()
) -> Table:
    """Return the rectification list by department; `more` are the columns that people added to an earlier one."""
    names = {name: getattr(one, lang) for name, one in _departments(found).items()}
    rows = [*_rows(found, tasks, names, lang)]
    rows = [{"number": Number(n, str(n), "0"), **row} for n, row in enumerate(rows, 1)]
    seen = Counter(t.change for t in tasks.tasks) + Counter(e.change for e in tasks.kept)
    again = bool(tasks.kept) or any(t.change is not None for t in tasks.tasks)
    counted = {"number": len(rows), "new": seen["new"], "cleared": seen["cleared"],
               "remaining": seen["remaining"] + seen["again"]}  # fmt: skip
    heads = (_whose(found, lang), _say("counts_again" if again else "counts", lang, **counted), _dated(when, lang))
    notes = (_say("note.colour" if rows else "no_rows", lang),)
    title, sheet = _title(found, "rectification", lang), _say("title.rectification", lang)
    columns = (*_columns(lang), *(Column(name, name, 14, entered=True) for name in more))
    return Table(
        RECTIFICATION, title, sheet, lang, columns, tuple(rows), heads, group="department", marks=marks(found),
        notes=notes,
    )  # fmt: skip


def marks(found: Assessed) -> dict[str, str]:
    """Return what tells one list from another: its scheme, its system, its department."""
    subject = found.assessment.subject
    return {"scheme": found.scheme.id, "system": subject.system.id, "department": subject.department or ""}


def _columns(lang: Lang) -> tuple[Column, ...]:
    statuses = tuple(_say(f"status.{name}", lang) for name in STATUSES)
    return (
        _column("number", lang, 5, 8, centred=True),
        _column("department", lang, 10, 1, centred=True),
        _column("indicator", lang, 11, 22),
        _column("item", lang, 13, 24),
        _column("message", lang, 23, 40),
        _column("evidence", lang, 15),
        _column("code", lang, 7, 15, centred=True),
        _column("severity", lang, 6, 11, centred=True),
        _column("remedy", lang, 21, 36),
        _column("effect", lang, 17, 32),
        _column("lead", lang, 12, 24, centred=True),
        _column("responsible", lang, 12, 22, centred=True),
        _column("owner", lang, 8, 14, centred=True, entered=True),
        _column("deadline", lang, 11, 17, centred=True, entered=True),
        _column("status", lang, 8, 15, centred=True, entered=True, choices=statuses),
        _column("note", lang, 11, 16, entered=True),
        _column("change", lang, 8, 14, centred=True),
        _column("item_id", lang, 0),
        _column("key", lang, 0),
    )


def headings() -> dict[str, str]:
    """Return what the columns of a rectification list are called, in any language, with their keys."""
    return {column.heading: column.key for lang in LANGS for column in _columns(lang)}


def entries(returned: Returned) -> Iterator[Entry]:
    """Yield what people entered into a list, row by row; words of either language are understood."""
    statuses = {_say(f"status.{name}", lang): name for lang in LANGS for name in STATUSES}
    changes = {_say(f"change.{name}", lang): name for lang in LANGS for name in CHANGES}
    written = {_say(f"note.{name}", lang) for lang in LANGS for name in ("colour", "unofficial")}
    written |= {_say("no_rows", lang) for lang in LANGS}
    for row in returned.rows:
        if set(row) == {"number"} and row["number"] in written:  # the sentence under the list
            continue
        status, when = row.get("status", ""), row.get("deadline")
        yield Entry(
            row.get("key"),
            row.get("owner"),
            day(when) if when else None,
            statuses.get(status, status) or "open",
            row.get("note"),
            changes.get(row.get("change", "")),
            row,
            {name: row[name] for name in returned.more if name in row},
        )


def _rows(found: Assessed, tasks: Rectification, names: Mapping[str, str], lang: Lang) -> Iterator[Row]:
    """Yield the rows, those that are kept of an earlier list at the end of their department's."""
    nobody = _say("nobody", lang)
    kept: dict[str, list[Entry]] = {}
    for entry in tasks.kept:
        kept.setdefault(entry.cells.get("department", nobody), []).append(entry)
    for department, some in tasks.by_department().items():
        name = names.get(department, department) if department else nobody
        for task in some:
            yield _row(found, task, name, lang)
        for entry in kept.pop(name, ()):
            yield _kept(entry, name, lang)
    for name, entries_ in kept.items():
        for entry in entries_:
            yield _kept(entry, name, lang)


def _row(found: Assessed, task: Task, department: str, lang: Lang) -> Row:
    third = found.scheme.indicator(task.indicator)
    finding = task.finding
    guide = found.assessment.subject.guides.get(task.item or "")
    return {
        "department": department,
        "indicator": f"{task.indicator} {getattr(third.name, lang)}",
        "item": getattr(guide.name, lang) if guide else task.item,
        "item_id": task.item,
        "message": finding_message(finding, lang),
        "evidence": evidence_words(task.evidence, lang, _portals(found, lang)),
        "code": finding.code,
        "severity": label(finding.severity.value, lang),
        "remedy": remedy_words(finding, lang),
        "effect": effect_words(task.effect, lang) if task.effect else None,
        "lead": getattr(found.scheme.units[third.lead], lang),
        "responsible": getattr(found.scheme.units[third.responsible], lang),
        "key": task.key,
        "change": _say(f"change.{task.change}", lang) if task.change else None,
        **_entered(task, lang),
    }


def _kept(entry: Entry, department: str, lang: Lang) -> Row:
    change = {"change": _say(f"change.{entry.change}", lang)} if entry.change else {}
    cells = {name: cell for name, cell in entry.cells.items() if name not in ("number", "key")}
    return {**cells, **_entered(entry, lang), **change, "key": entry.key, "department": department}


def _entered(said: Task | Entry, lang: Lang) -> dict[str, str | None]:
    status = status_words(said.status, lang)
    return {"owner": said.owner, "deadline": said.deadline, "status": status, "note": said.note, **said.more}


def _column(key: str, lang: Lang, width: float, paper: float = 0, **more: Any) -> Column:
    if lang == "en" and paper:
        width, paper = max(width, _ENGLISH.get(key, 0) / 2), max(paper, _ENGLISH.get(key, 0))
    return Column(key, _say(f"heading.{key}", lang), width, paper, **more)


def _portals(found: Assessed, lang: Lang) -> dict[str, str]:
    """Return the portals' names."""
    city = found.assessment.subject.system.city
    return {key: getattr(portal.name, lang) for key, portal in (city.portals if city else {}).items()}


def _departments(found: Assessed) -> dict[str, Any]:
    """Return the departments' names."""
    system = found.assessment.subject.system
    names: dict[str, Any] = {name: one.name for name, one in system.departments.items()}
    names |= {name: one.name for name, one in (system.city.departments if system.city else {}).items()}
    return names


def _title(found: Assessed, kind: str, lang: Lang) -> str:
    """Return the title: the scheme's own name ends with what it is, in Chinese."""
    what = _say(f"title.{kind}", lang)
    stem = getattr(found.scheme.name, lang).removesuffix(_say("title.decomposition", lang))
    return _say("title.with", lang, scheme=stem, what=what)


def _whose(found: Assessed, lang: Lang) -> str:
    subject = found.assessment.subject
    if subject.department is None:
        return _say("of", lang, system=subject.system.name)
    return _say("of_department", lang, department=department_name(found, lang))


def department_name(found: Assessed, lang: Lang) -> str:
    """Return the name of the one department that was assessed, or its id."""
    name = found.assessment.subject.department or ""
    named = _departments(found).get(name)
    return getattr(named, lang) if named else name


def _dated(when: date | None, lang: Lang) -> str:
    if when is None:
        return _say("no_date", lang)
    return _say("date", lang, date=_say("day", lang, year=when.year, month=when.month, day=when.day))
