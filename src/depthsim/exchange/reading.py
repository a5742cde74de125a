"""Cells to values: what people write into a guide table, in either language, in codes, or in digits of full width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from depthsim.exchange.cells import from_lines, unguarded
from depthsim.exchange.columns import NOTHING, Column, words_of
from depthsim.exchange.synonyms import SEVERAL_WORDS, WORDS
from depthsim.model.code_lists import CODE_LISTS
from depthsim.texts import LANGS, text


@dataclass(frozen=True)
class Unreadable:
    """A cell that holds nothing that its column can take; `code` is the finding's."""

    code: str


UNKNOWN = None
"""What an empty cell says."""

_NONE = frozenset({"无", "没有", "（无）", "(无)", "none", "(none)", "n/a", "不涉及", "暂无"})
_DASHES = frozenset({"-", "--", "—", "——", "/", "\\", "#N/A", "N/A", "null", "NULL", "None"})
"""Cells by which people say that they say nothing."""
_YES = frozenset({"是", "有", "yes", "y", "true", "1", "√", "✓", "支持", "已实现", "需要", "可以", "收费"})
_NO = frozenset(
    {
        "否",
        "无",
        "没有",
        "no",
        "n",
        "false",
        "0",
        "×",
        "✗",
        "x",
        "不支持",
        "不需要",
        "未实现",
        "不可以",
        "不收费",
        "免费",
    }
)
_SEPARATORS = re.compile(r"[\n；;、]|(?<=[^\d])[,，]|[,，](?=[^\d])")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*个?\s*(工作日|自然日|日历日|小时|分钟|天|日|h|min|working days?|days?)?")
_UNITS = {
    "工作日": "working days", "working day": "working days", "working days": "working days", "自然日": "days",
    "日历日": "days", "day": "days", "days": "days", "小时": "h", "h": "h", "分钟": "min", "min": "min",
}  # fmt: skip
_AT_ONCE = re.compile("即办|即时办结|当场办结|马上办")
_UNLIMITED = re.compile("无(期限|时限|法定)|没有(期限|时限)|no limit|^none$")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?")
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[34]\d{4}(\.\d+)?")
_EPOCH = date(1899, 12, 30)


def half_width(cell: str) -> str:
    """Return a text with digits, letters and marks of full width as ASCII (NFKC of those characters alone)."""
    return "".join(unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in cell)


def value_of(cell: str, column: Column, exact: bool) -> Any:
    """Return what a cell that is not empty says, None where it says nothing, or `Unreadable`.

    `exact` cells were written by depthsim and are taken to the letter. A cell of kind `amount` gives a mapping of a
    period; one of kind `rows` gives `[]`, None, or the lines that stand there in place of rows.
    """
    cell = unguarded(cell)
    if exact:
        return () if cell in NOTHING.values() and column.kind in _SEVERAL else _READERS[column.kind](cell, column, True)
    cell = cell.strip().strip("\u3000")
    if not cell or cell in _DASHES:
        return UNKNOWN
    return _READERS[column.kind](cell, column, False)


_SEVERAL = frozenset({"words", "texts", "choices", "rows"})


def _text(cell: str, _column: Column, exact: bool) -> Any:
    return cell if exact or cell not in _NONE else UNKNOWN


def _word(cell: str, _column: Column, exact: bool) -> Any:
    if exact:
        return cell
    bare = half_width(cell)
    return UNKNOWN if bare in _NONE else bare


def _count(cell: str, _column: Column, _exact: bool) -> Any:
    bare = half_width(cell)
    found = re.fullmatch(r"(\d+)(?:\.0+)?\s*(次|份|个|项|张|套)?", bare)
    if found:
        return int(found[1])
    return 0 if cell in _NONE else Unreadable("DS962")


def _number(cell: str, _column: Column, _exact: bool) -> Any:
    bare = half_width(cell)
    return float(bare) if _NUMBER.fullmatch(bare) else Unreadable("DS962")


def _bound(cell: str, _column: Column, _exact: bool) -> Any:
    return float(cell) if _NUMBER.fullmatch(cell) else cell


def _flag(cell: str, column: Column, exact: bool) -> Any:
    bare = half_width(cell).lower()
    if bare in _YES:
        return True
    if bare in _NO:
        return False
    if column.key == "courier" and not exact:  # how results are handed over: 邮寄送达、自取
        if _SENT.search(bare):
            return True
        if _FETCHED.search(bare):
            return False
    return Unreadable("DS963")


_SENT = re.compile("邮寄|快递|物流|寄送|ems")
_FETCHED = re.compile("自取|窗口|现场|领取|自行")
_FORMS = (
    ("window", "窗口|现场|线下|大厅"), ("computer", "网上|线上|在线|电脑|网厅"), ("mobile", "移动|手机|掌上|app"),
    ("post", "邮寄|快递|寄送"),
)  # fmt: skip
"""Words for ways of applying in a sentence such as 预审通过后现场递交或邮寄."""


def _date(cell: str, _column: Column, _exact: bool) -> Any:
    bare = half_width(cell)
    if found := _DATE.fullmatch(bare) or _EIGHT_DIGITS.fullmatch(bare):
        try:
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        except ValueError:
            return Unreadable("DS964")
    if _SERIAL.fullmatch(bare):
        return (_EPOCH + timedelta(days=int(float(bare)))).isoformat()
    return Unreadable("DS964")


def _amount(cell: str, _column: Column, exact: bool) -> Any:
    """Return a period: a number, a number with its unit, that there is no limit, or a text beside it."""
    bare = half_width(cell).strip()
    if _NUMBER.fullmatch(bare) and float(bare) >= 0:
        return {"amount": float(bare)}
    if cell in [text("columns.word.unlimited", lang) for lang in LANGS] or (not exact and _UNLIMITED.search(bare)):
        return {"unlimited": True}
    found = _AMOUNT.fullmatch(bare)
    if found:
        unit = _UNITS.get(found[2] or "")
        said = {"amount": float(found[1]), "unit": unit} if unit else {"amount": float(found[1])}
        return said if unit or not found[2] else {**said, "text": cell}  # 日 alone: which days, nobody knows
    if _AT_ONCE.search(bare) and len(bare) <= 12:
        return {"amount": 0.0, "unit": "working days", "text": cell}
    return {"text": cell}


def _choice(cell: str, column: Column, exact: bool) -> Any:
    assert column.choice is not None
    return _listed(cell, column.choice, exact)


def _choices(cell: str, column: Column, exact: bool) -> Any:
    assert column.choice is not None
    words: list[str] = []
    for said in _parted(cell, exact):
        words += SEVERAL_WORDS.get((column.choice, said)) or _of_sentence(said, column.choice, exact)
    return tuple(words if exact else dict.fromkeys(words))


def _of_sentence(said: str, choice: str, exact: bool) -> list[str]:
    """Return the word of a list that is meant; of ways of applying also those that a sentence names."""
    word = _listed(said, choice, exact)
    if choice != "forms" or exact or word != said:
        return [word]
    return [form for form, words in _FORMS if re.search(words, half_width(said).lower())] or [word]


def _words(cell: str, _column: Column, exact: bool) -> Any:
    if not exact and cell in _NONE:
        return ()
    return tuple(word if exact else half_width(word) for word in _parted(cell, exact))


def _texts(cell: str, _column: Column, exact: bool) -> Any:
    if exact:
        return tuple(from_lines(cell))
    return () if cell in _NONE else tuple(line.strip() for line in cell.splitlines() if line.strip())


def _values(cell: str, _column: Column, _exact: bool) -> Any:
    pairs = [line.partition("=") for line in from_lines(cell)]
    return {field.strip(): there for field, equals, there in pairs if equals} or Unreadable("DS965")


_SEE = re.compile("^(见|详见|see )[“\"《'「]?.*(表|sheet)|^see sheet")


def _rows(cell: str, _column: Column, exact: bool) -> Any:
    if exact:
        return UNKNOWN
    if cell in _NONE or half_width(cell).lower() in _NO:
        return ()
    if half_width(cell).lower() in _YES or _SEE.search(cell):
        return UNKNOWN
    return tuple(line.strip() for line in re.split(r"[\n；;]", cell) if line.strip())


def _only_published(cell: str, _column: Column, _exact: bool) -> Any:
    return "none" if cell in ("none", *(text("columns.word.only_published", lang) for lang in LANGS)) else UNKNOWN


def _money(cell: str, _column: Column, exact: bool) -> Any:
    bare = cell if exact else half_width(cell)
    if exact or re.fullmatch(r"\d+(\.\d+)?\s*([A-Z]{3}|元)", bare):
        return bare
    return f"{bare} CNY" if _NUMBER.fullmatch(bare) and float(bare) >= 0 else Unreadable("DS962")


_READERS: Mapping[str, Callable[[str, Column, bool], Any]] = {
    "text": _text, "word": _word, "choice": _choice, "choices": _choices, "words": _words, "texts": _texts,
    "count": _count, "number": _number, "flag": _flag, "date": _date, "amount": _amount, "money": _money,
    "bound": _bound, "values": _values, "rows": _rows, "only_published": _only_published,
}  # fmt: skip


def _parted(cell: str, exact: bool) -> list[str]:
    if exact:
        return from_lines(cell)
    return [word.strip() for word in _SEPARATORS.split(cell) if word.strip()]


_REMARK = re.compile(r"[（(].*?[）)]$|^[A-Z]?\d{1,2}\s*[-.、:：\s]\s*")


@cache
def _known(choice: str, exact: bool) -> Mapping[str, str]:
    """Return what a word of a list may be called: its labels and itself; elsewhere also its code and other names."""
    found: dict[str, str] = {}
    for lang in LANGS:
        for word, called in words_of(choice, lang).items():
            found.setdefault(called, word)
            if not exact:
                found.setdefault(called.lower(), word)
    found |= {word: word for word in words_of(choice, "en")}
    return found if exact else {**WORDS.get(choice, {}), **found}


def _listed(cell: str, choice: str, exact: bool) -> str:
    """Return the word of a list that is meant, or what stands there: rules find what is outside a list."""
    known = _known(choice, exact)
    if cell in known or exact:
        return known.get(cell, cell)
    bare = half_width(cell)
    for said in (bare, bare.lower(), _REMARK.sub("", bare).strip()):
        if said in known:
            return known[said]
    if choice in CODE_LISTS and re.fullmatch(r"\d{1,2}(\.0)?", bare):
        return CODE_LISTS[choice].word(bare.removesuffix(".0")) or bare
    return cell


def listed(cell: str, choice: str) -> str:
    """Return the word of a list that a code or a name means, or what stands there."""
    return _listed(cell.strip(), choice, exact=False)
