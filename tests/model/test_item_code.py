"""Item codes and the check character of unified credit codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depthsim.model.item_code import ALPHABET, check_character, parts


@pytest.mark.parametrize("code", ["91350100M000100Y43", "914403001922038216", "91110000802100433B"])
def test_published_credit_codes_check(code: str) -> None:
    assert check_character(code[:17]) == code[17]


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_always_shows(body: str, place: int, other: str) -> None:
    wrong = body[:place] + other + body[place + 1 :]
    assert (check_character(wrong) == check_character(body)) == (wrong == body)


def test_a_published_item_code_has_its_parts() -> None:
    found = parts("11450721MB155808114000104002000")
    assert found is not None
    assert (found.credit_code, found.level, found.basic_code) == ("11450721MB15580811", "4", "000104002000")
    assert (found.type, found.business) == ("01", "")
    assert parts("11450721MB155808114000104002000" + "01").business == "01"  # type: ignore[union-attr]


@pytest.mark.parametrize("code", ["", "11450721MB15580811", "11450721MB15580811400010400200", "O" * 31])
def test_what_is_no_item_code_has_no_parts(code: str) -> None:
    assert parts(code) is None


def test_letters_outside_the_alphabet_are_refused() -> None:
    with pytest.raises(ValueError, match="substring"):
        check_character("I" * 17)
