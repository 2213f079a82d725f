"""What stands on letters is clean text, and codes are those of law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.letters import (
    LONGEST_WORD,
    BadEdrpou,
    clean,
    let_break,
    parse_edrpou,
    split_paragraphs,
)


@pytest.mark.parametrize("code", ["1234567", "123456789", "1234567a", "１２３４５６７８", ""])
def test_the_code_of_an_institution_has_eight_digits(code: str) -> None:
    with pytest.raises(BadEdrpou):
        parse_edrpou(code)

    assert parse_edrpou("13986712") == "13986712"


def test_paragraphs_keep_their_order_and_lose_what_nobody_sees() -> None:
    typed = " Перший.\x0b\r\n\r\nДругий\u202e.\n\u200b\nм\u2019який\u00adзнак\ud800"

    assert split_paragraphs(typed) == ["Перший.", "Другий.", "м’який\u00adзнак"]


@given(st.text())
def test_clean_text_can_stand_in_every_document(text: str) -> None:
    cleaned = clean(text)

    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert all(sign == "\t" or ord(sign) >= 32 for sign in cleaned)
    assert not set(cleaned) & set("\u202a\u202e\u2066\u2069\ufffe\uffff")


@given(st.text())
def test_long_words_may_break_and_lose_nothing(text: str) -> None:
    broken = let_break(text)

    assert broken.replace("\u200b", "") == text.replace("\u200b", "")
    assert all(len(run) <= LONGEST_WORD for run in broken.replace("\u200b", " ").split())
