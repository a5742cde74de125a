"""Words of a list that offices circulate: evidence, remedies, statuses, and what reforms would bring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from depthsim.assessment.outcome import Fact
from depthsim.assessment.rectification import STATUSES, Effect
from depthsim.errors import Finding
from depthsim.exchange.columns import words_of
from depthsim.model.code_lists import CODE_LISTS
from depthsim.texts import Lang, finding_remedy, label, room, text

_SEVERAL = frozenset(
    {"materials", "steps", "fees", "published_on", "basis", "places", "special", "intermediaries", "contact_phones",
     "supervision_phones"}
)  # fmt: skip
"""Fields of which a fact tells how many there are."""
_MOST_FACTS = 6
"""The most facts that stand as evidence in one cell; all of them are in the JSON."""
_FOR_FILES = re.compile(r"（[ -~、]*[a-z][ -~、]*）|是否想写“[ -~]+”？")
"""What a remedy says to people who write the files: a field's name, a command, in brackets; a word of theirs."""
_DIFFERENCE = re.compile(r"(\w+): (.*) ≠ (.*)")


def _say(key: str, lang: Lang, /, **values: Any) -> str:
    return text(f"lists.{key}", lang, **values)


def remedy_words(finding: Finding, lang: Lang) -> str:
    """Return what to do, in words of an office: in Chinese without the names that files have for things."""
    said = finding_remedy(finding, lang)
    return _FOR_FILES.sub("", said) if lang == "zh" else said


def _difference(said: str, lang: Lang) -> str:
    """Return in words how a field reads there and on the platform."""
    found = _DIFFERENCE.fullmatch(said)
    if found is None:
        return said
    return _say("fact.differs", lang, field=label(f"guide_{found[1]}", lang), here=found[2], there=found[3])


def status_words(status: str, lang: Lang) -> str:
    """Return a status in words; an office's own word as it is."""
    return _say(f"status.{status}", lang) if status in STATUSES else status


def effect_words(effect: Effect, lang: Lang) -> str:
    """Return reforms and what they would bring, a line each."""
    joint = "、" if lang == "zh" else ", "
    lines = [joint.join(text(f"reforms.{name}", lang) for name in effect.reforms)]
    levels = [label(f"level_{level.value}", lang) for level in effect.level]
    lines.append(_say("effect.level", lang, before=levels[0], after=levels[1]))
    visits = [_say("effect.unbounded", lang) if v is None else str(v) for v in effect.visits]
    lines.append(_say("effect.visits", lang, before=visits[0], after=visits[1]))
    before, after = (f"{minutes:.0f}" for minutes in effect.minutes)
    lines.append(_say("effect.minutes", lang, before=before, after=after))
    return "\n".join(lines)


def evidence_words(facts: Iterable[Fact], lang: Lang, portals: Mapping[str, str]) -> str:
    """Return the facts that do not hold, a line each."""
    every = list(dict.fromkeys(fact_words(fact, lang, portals) for fact in facts))
    return "\n".join(every[:_MOST_FACTS] + (["…"] if len(every) > _MOST_FACTS else []))


def fact_words(fact: Fact, lang: Lang, portals: Mapping[str, str]) -> str:
    """Return one fact of an item in words: the field and what it says."""
    return _say("fact.is", lang, field=_field(fact.field, lang, portals), value=_said(fact, lang))


def _field(field: str, lang: Lang, portals: Mapping[str, str]) -> str:
    labels, own = room("labels"), room("lists")
    if f"guide_{field}" in labels:
        return label(f"guide_{field}", lang)
    if f"fact.{field}" in own:
        return _say(f"fact.{field}", lang)
    if found := re.fullmatch(r"materials\[(\d+)\]\.(form|sample)", field):
        return _say(f"fact.{found[2]}", lang, number=int(found[1]) + 1)
    if field.startswith("published_on."):
        portal = field.partition(".")[2]
        return _say("fact.there", lang, portal=portals.get(portal, portal))
    return label(field, lang)


def _said(fact: Fact, lang: Lang) -> str:
    value = fact.value
    if value is None or value == "":
        return _say("fact.missing", lang)
    if isinstance(value, bool):
        if fact.field.startswith("published_on."):
            return _say("fact.same" if value else "fact.other", lang)
        return text(f"assess.value.{'yes' if value else 'no'}", lang)
    if isinstance(value, int) and fact.field in _SEVERAL:
        return _say("fact.count" if value else "fact.none", lang, number=value)
    said = str(value)
    if fact.field in CODE_LISTS:
        words = {word: label(f"list_{fact.field}_{word}", lang) for word in CODE_LISTS[fact.field].words}
        said = ("、" if lang == "zh" else ", ").join(words.get(word, word) for word in said.split("; "))
    elif fact.field.endswith(".form") and said in (states := words_of("state", lang)):
        said = states[said]
    elif fact.field.startswith("published_on."):
        said = "; ".join(_difference(part, lang) for part in said.split("; "))
    elif fact.field == "level":
        said = label(f"level_{said}", lang)
    return said if len(said) <= 80 else f"{said[:79]}…"
