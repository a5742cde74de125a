"""Every code that the program uses has its words, in both languages, with the same places."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import depthsim
from depthsim.texts import LANGS, room

SOURCE = Path(depthsim.__file__).parent
USED = sorted({c for p in SOURCE.rglob("*.py") for c in re.findall(r"\bDS\d{3}\b", p.read_text(encoding="utf-8"))})
ENTRIES = room("findings")


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", USED)
def test_every_code_in_use_has_words(code: str) -> None:
    assert code in ENTRIES


@pytest.mark.parametrize("code", sorted(ENTRIES))
def test_words_are_complete(code: str) -> None:
    entry = ENTRIES[code]
    assert re.fullmatch(r"DS\d{3}", code)
    assert set(entry) == set(LANGS)
    for lang in LANGS:
        assert set(entry[lang]) == {"message", "remedy"}
        assert all(isinstance(part, str) and part.strip() for part in entry[lang].values())
    used = {lang: places(entry[lang]["message"]) | places(entry[lang]["remedy"]) for lang in LANGS}
    assert used["zh"] == used["en"]
    assert re.search("[一-鿿]", entry["zh"]["message"])
    assert code in USED, "words that nothing says"
