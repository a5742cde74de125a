"""Did you mean …? in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from depthsim.texts import LANGS, text


def nearest(given: object, known: Iterable[str]) -> str | None:
    """Return the known word that is most like the given one, or None where none is."""
    words = [str(word) for word in known]
    found = get_close_matches(str(given)[:200], words, n=1, cutoff=0.6)
    if not found and (lower := str(given).lower()) in (folded := {w.lower(): w for w in words}):
        return folded[lower]
    return found[0] if found else None


def did_you_mean(given: object, known: Iterable[str]) -> dict[str, str]:
    """Return "Did you mean …?" in both languages, empty where no known word is near: a value for a finding."""
    word = nearest(given, known)
    if word is None:
        return dict.fromkeys(LANGS, "")
    return {lang: text("files.did_you_mean", lang, word=word) + (" " if lang == "en" else "") for lang in LANGS}
