"""Digits that were spoken: heard as they are said, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.speech import Language, say_digits
from hotline_sessions.domain.speech_heard import LONGEST, UNCLEAR, choose_answer, read_digits


digits = st.text("0123456789", min_size=1, max_size=LONGEST)


@given(digits, st.sampled_from(["uk", "en"]))
def test_what_our_voice_says_is_understood(code: str, language: Language) -> None:
    assert read_digits(say_digits(code, language)) == code


@pytest.mark.parametrize(
    ("heard", "code"),
    [
        ("418205", "418205"),
        ("41 82 05.", "418205"),
        ("Чотири один вісім, два нуль п'ять", "418205"),
        ("дві одна пять девять", "2159"),
        ("four one oh", "410"),
        ("", ""),
        ("сорок один", ""),
        ("алло чотири один", ""),
        ("12.5 гривень", ""),
    ],
)
def test_only_digits_said_one_by_one_are_a_code(heard: str, code: str) -> None:
    assert read_digits(heard) == code


@given(st.text())
def test_whatever_is_heard_gives_a_few_digits_or_nothing(heard: str) -> None:
    code = read_digits(heard)

    assert len(code) <= LONGEST
    assert not code.strip("0123456789")


@pytest.mark.parametrize(
    ("keyed", "heard", "answer"),
    [
        ("", "", ""),
        ("", "  ", ""),
        ("42", "", "42"),
        ("*", "алло", "*"),
        ("", "чотири два", "42"),
        ("", "Алло, добрий день!", UNCLEAR),
    ],
)
def test_words_without_digits_are_told_from_silence(keyed: str, heard: str, answer: str) -> None:
    assert choose_answer(keyed, heard) == answer
