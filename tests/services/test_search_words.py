"""Every form of a word is one word to who searches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.services.search_words import LONGEST, MOST, list_terms, list_words


@pytest.mark.parametrize(
    "forms",
    [
        ("субсидія", "субсидії", "субсидій", "СУБСИДІЄЮ"),
        ("дорога", "дороги", "доріг", "Дорогу"),
        ("лікарня", "лікарень", "лікарні"),
        ("ремонтувати", "ремонтують"),
        ("сім'я", "сім’ї", "сімʼю"),
    ],
)
def test_forms_of_a_word_are_one_word(forms: tuple[str, ...]) -> None:
    assert len({tuple(list_words(form)) for form in forms}) == 1


def test_what_stands_everywhere_finds_nothing() -> None:
    assert list_words("Що це за я, і чому? …") == []


def test_a_number_of_the_register_is_found_whole_and_in_parts() -> None:
    assert list_words("К-17-2026") == ["к-17-2026", "17", "2026"]


def test_the_beginning_of_an_unknown_word_will_do() -> None:
    known, name = list_terms("субсидію Шевч")

    assert (known.word, known.is_beginning) == ("субсидія", False)
    assert (name.word, name.is_beginning) == ("шевч", True)


@given(st.text(max_size=300))
def test_any_text_gives_words_that_can_be_kept(text: str) -> None:
    words = list_words(text)

    assert len(words) == len(set(words)) <= MOST
    assert all(0 < len(word) <= LONGEST for word in words)
    assert words == list_words(text, text)
