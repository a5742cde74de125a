"""The words on a picture, in Chinese, English or both: names, durations, shares."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from depthsim.model.chance import AnyLaw
from depthsim.model.time import Duration, plain_number
from depthsim.model.value import Name
from depthsim.texts import LANGS, Lang, label, text
from depthsim.views.pictures.picture import PictureLang

LONGEST_LINE = 26
MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Words:
    """Says things in the language of a picture."""

    lang: PictureLang

    @property
    def langs(self) -> tuple[Lang, ...]:
        """Return the languages, Chinese first."""
        return LANGS if self.lang == "both" else (self.lang,)

    def say(self, key: str, /, **values: Any) -> str:
        """Return a text of the pictures' room on one line."""
        said = [text(f"pictures.{key}", lang, **{k: _in(v, lang) for k, v in values.items()}) for lang in self.langs]
        return " ".join(dict.fromkeys(said))

    def each(self, said: Callable[[Words], str]) -> str:
        """Return what `said` says in each language, on one line: for texts made of several."""
        return " ".join(dict.fromkeys(said(Words(lang)) for lang in self.langs))

    def word(self, word: str) -> str:
        """Return the glossary's label of a word on one line; an unknown word is shown as people would write it."""
        return " ".join(dict.fromkeys(_spaced(label(word, lang)) for lang in self.langs))

    def name(self, name: Name) -> str:
        """Return a name on one line."""
        return " ".join(dict.fromkeys(clean(getattr(name, lang)) for lang in self.langs))

    def lines(self, name: Name | None, otherwise: str, *, longest: int = LONGEST_LINE) -> tuple[str, ...]:
        """Return a name, or the label of the word `otherwise`, one line (or more if long) a language."""
        said = [getattr(name, lang) if name else _capital(_spaced(label(otherwise, lang))) for lang in self.langs]
        return tuple(line for one in dict.fromkeys(said) for line in wrapped(one, longest=longest))

    def titles(
        self, name: Name | None, otherwise: str, *, longest: int = LONGEST_LINE
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the lines of a name in the first language, and those in the second one (if there are two)."""
        found = [Words(lang).lines(name, otherwise, longest=longest) for lang in self.langs]
        return found[0], found[1] if len(found) > 1 and found[1] != found[0] else ()

    def duration(self, amount: Duration) -> str:
        """Return a duration in its own unit."""
        unit = {"min": "minutes", "h": "hours", "days": "days", "working days": "working_days"}[amount.unit.value]
        return self.say(unit, amount=plain_number(amount.amount))

    def law(self, law: AnyLaw) -> str:
        """Return the mean of a law, with ~ where it varies: `15 min`, `~0.5 wd`."""
        about = "" if law.law == "constant" else "~"
        if law.working:
            return about + self.say("working_days", amount=_rounded(law.mean_minutes(1.0)))
        minutes = law.mean_minutes(480.0)
        if law.in_days:
            return about + self.say("days", amount=_rounded(minutes / 1440))
        if minutes >= 180:
            return about + self.say("hours", amount=_rounded(minutes / 60))
        return about + self.say("minutes", amount=_rounded(minutes))


def percent(share: float) -> str:
    """Return a share as people write it: 60%, 2.5%, <0.1%."""
    if 0 < share < 0.0005:
        return "<0.1%"
    return f"{plain_number(round(share * 100, 1))}%"


def clean(words: str) -> str:
    """Return text without line breaks, control marks or characters that XML forbids."""
    kept = [" " if c.isspace() else c if _drawable(c) else "\N{REPLACEMENT CHARACTER}" for c in words]
    return " ".join("".join(kept).split())


def width(words: str) -> int:
    """Return the width of text in half-width characters: Chinese ones count two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def wrapped(words: str, *, longest: int = LONGEST_LINE, most: int = MOST_LINES) -> tuple[str, ...]:
    """Return text broken into lines of at most `longest` half-width characters; what is too long ends in `…`."""
    lines: list[str] = []
    rest = clean(words)
    while rest and len(lines) < most:
        line, rest = _first_line(rest, longest)
        lines.append(line)
    if rest:
        lines[-1] = lines[-1].rstrip() + "…"
    return tuple(lines)


def _first_line(words: str, longest: int) -> tuple[str, str]:
    used = 0
    for n, c in enumerate(words):
        used += width(c)
        if used > longest:
            space = words.rfind(" ", 0, n + 1)
            cut = space if space > n // 3 else n
            while 0 < cut < len(words) and words[cut] in "，。、；：）》」』！？,.;:)!?%":
                cut -= 1
            cut = cut or n
            return words[:cut].rstrip(), words[cut:].lstrip()
    return words, ""


def _drawable(c: str) -> bool:
    return unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _rounded(amount: float) -> str:
    digits = 0 if amount >= 20 else 1 if amount >= 1 else 2
    return plain_number(round(amount, digits))


def _spaced(word: str) -> str:
    return clean(word.replace("_", " "))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _in(value: Any, lang: Lang) -> Any:
    return clean(getattr(value, lang)) if isinstance(value, Name) else value
