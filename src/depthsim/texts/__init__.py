"""Every word that users see, in Chinese and English.

One YAML file a room (`findings.yaml`, `labels.yaml`, `cli.yaml`, …); each entry holds `zh` and `en` side by
side. A key is `room.entry[.part]`. Rooms are read when first asked for.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import yaml

if TYPE_CHECKING:
    from depthsim.errors import Finding

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@cache
def room(name: str) -> dict[str, Any]:
    """Return one room's entries: key -> {zh, en}. Raises KeyError for a room that does not exist."""
    source = files(__package__).joinpath(f"{name}.yaml")
    if not source.is_file():
        raise KeyError(name)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(source.read_text(encoding="utf-8"), Loader=loader) or {}


def text(key: str, lang: Lang, /, **values: Any) -> str:
    """Return the text of `room.entry`, its places filled with `values`.

    Raises KeyError where the text does not exist: a missing text is a bug that a test finds.
    """
    name, _, entry = key.partition(".")
    found = room(name)[entry][lang]
    return _fill(found, values, lang)


def label(word: str, lang: Lang) -> str:
    """Return the glossary's label of a closed-list word (a channel, a role, a stage), or the word itself."""
    entry = room("labels").get(word)
    return entry[lang] if entry else word


def finding_message(finding: Finding, lang: Lang) -> str:
    """Return what a finding says, without its place."""
    return _part(finding, "message", lang)


def finding_remedy(finding: Finding, lang: Lang) -> str:
    """Return what to do about a finding."""
    return _part(finding, "remedy", lang)


def finding_line(finding: Finding, lang: Lang) -> str:
    """Return a finding on one line: place, severity, code, message, remedy."""
    where = str(finding.location) if finding.location else "/".join(map(str, finding.path))
    head = f"{where}: " if where else ""
    severity = label(finding.severity.value, lang)
    joint = "" if lang == "zh" else " "
    return f"{head}{severity} {finding.code}: {finding_message(finding, lang)}{joint}{finding_remedy(finding, lang)}"


def _part(finding: Finding, part: str, lang: Lang) -> str:
    entry = room("findings")[finding.code]
    return _fill(entry[lang][part], finding.values, lang)


class _Place:
    """A value in a text's place; `{stage:label}` shows words, or a list of them, by their glossary labels."""

    def __init__(self, value: Any, lang: Lang) -> None:
        self._value, self._lang = value, lang

    def __format__(self, spec: str) -> str:
        if spec != "label":
            return format(_shown(self._value, self._lang), spec)
        value = self._value
        words = value if isinstance(value, Collection) and not isinstance(value, str) else [value]
        return str(_shown([label(str(word), self._lang) for word in words], self._lang))


def _fill(template: str, values: Mapping[str, Any], lang: Lang) -> str:
    return template.format_map({name: _Place(value, lang) for name, value in values.items()}).strip()


def _shown(value: Any, lang: Lang) -> Any:
    """Return a value as users read it: names in their language, lists with commas, no control marks."""
    if isinstance(value, Mapping) and set(value) == set(LANGS):
        return value[lang]
    if hasattr(value, "in_words"):
        return value.in_words(lang)
    if hasattr(value, "zh") and hasattr(value, "en"):
        return getattr(value, lang)
    if isinstance(value, (list, tuple, set, frozenset)):
        return ("、" if lang == "zh" else ", ").join(str(_shown(v, lang)) for v in value)
    if isinstance(value, str):
        return "".join(c if c.isprintable() or c == "\u3000" else "\N{REPLACEMENT CHARACTER}" for c in value)
    return value


def preferred_lang(environ: Mapping[str, str] | None = None) -> Lang:
    """Return the language of the locale: zh for a Chinese one, else en."""
    env = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := env.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    if environ is None and (found := locale.getlocale()[0]):
        return "zh" if found.lower().startswith(("zh", "chinese")) else "en"
    return "en"
