"""What an assessment is in words: how an indicator was decided, what is missing, what a number beside a value is."""

from __future__ import annotations

from typing import Any

from depthsim.assessment.outcome import Need, Reading, Result
from depthsim.model.indicators import Indicator, IndicatorScheme
from depthsim.texts import Lang, label, room, text

_SOME_OR_ALL = ("field", "inventory", "process", "cases", "case_log")


def decided(result: Result, lang: Lang) -> str:
    """Return how an indicator was decided: by data, by a sample with its seed and size, by whom and when."""
    parts = []
    if result.status in ("computed", "partial") or (result.entered and result.outcome.denominator is not None):
        sample = result.outcome.sample
        parts.append(
            text("assess.by_sample", lang, size=sample.size, population=sample.population, seed=sample.seed)
            if sample
            else text("assess.by_data", lang)
        )
    parts += [
        text("assess.by_person", lang, author=said.author, date=said.date, reference=said.reference)
        for said in result.entered
    ]
    if result.status == "not_assessed":
        parts = [text("assess.by_nothing", lang)]
    return ("；" if lang == "zh" else "; ").join(parts)


def need_words(need: Need, lang: Lang) -> str:
    """Return what is missing, in words."""
    joint = "、" if lang == "zh" else ", "
    if need.what == "guides":
        return text("assess.need.guides", lang, population=need.names[0 if lang == "zh" else 1])
    labels = room("labels")
    names = joint.join(
        label(f"guide_{n}", lang) if f"guide_{n}" in labels else label(n, lang) if n in labels else n
        for n in need.names
    )
    part = "some" if need.number else "all"
    key = f"assess.need.{need.what}_{part}" if need.what in _SOME_OR_ALL else None
    return text(key or f"assess.need.{need.what}", lang, names=inventory_words(need, lang) or names, number=need.number)


def inventory_words(need: Need, lang: Lang) -> str:
    """Return parts of the inventory or of statistics in words, empty for other needs."""
    if need.what not in ("inventory", "cases"):
        return ""
    joint = "、" if lang == "zh" else ", "
    return joint.join(text(f"assess.part.{name}", lang) for name in need.names)


def reading_name(reading: Reading, lang: Lang) -> str:
    """Return what a number beside a value is."""
    return text(f"assess.reading.{reading.id}", lang)


def levels_of(scheme: IndicatorScheme, code: str) -> tuple[Any, Any, Indicator]:
    """Return the names of an indicator's first and second level, and the indicator. Raises KeyError."""
    for first in scheme.groups:
        for second in first.groups:
            for third in second.indicators:
                if third.code == code:
                    return first.name, second.name, third
    raise KeyError(code)
