import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.registers import (
    COLLECTIVE,
    UNSIGNED,
    BadIndex,
    BadTemplate,
    RegisterIndex,
    build_index,
    check_template,
    choose_letter,
    is_same,
    parse_index,
)


ALPHABET = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЮЯ"
K17 = RegisterIndex(letter="К", number=17, year=2026)

indexes = st.builds(
    RegisterIndex,
    letter=st.sampled_from([*ALPHABET, UNSIGNED, COLLECTIVE]),
    number=st.integers(min_value=1, max_value=9_999_999),
    year=st.integers(min_value=1996, max_value=2099),
    duplicate=st.integers(min_value=0, max_value=999),
)


@given(indexes)
def test_what_is_written_reads_back(index: RegisterIndex) -> None:
    assert parse_index(build_index(index), this_year=2026) == index
    assert parse_index(build_index(index).lower(), this_year=2026) == index


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("К-17-2026", id="as-written"),
        pytest.param("k 17 2026", id="latin-lower-case-and-spaces"),
        pytest.param("K–17—26", id="dashes-and-two-digits-of-the-year"),
        pytest.param(" № К - 17 - 2026 ", id="number-sign"),
        pytest.param("к17", id="no-dash-and-no-year"),
        pytest.param("К_17.2026", id="other-separators"),
    ],
)
def test_slips_of_typing_are_forgiven(text: str) -> None:
    assert parse_index(text, this_year=2026) == K17


def test_a_slash_marks_a_duplicate() -> None:
    duplicate = parse_index("К-17-2026 / 2", this_year=2026)

    assert duplicate.duplicate == 2
    assert build_index(duplicate) == "К-17-2026/2"
    assert not is_same(duplicate, K17)


@pytest.mark.parametrize("text", ["", "17-2026", "К-0-2026", "КОЗ-1", "К", "К-17-2026-3", "К" * 41])
def test_what_is_no_index_is_refused(text: str) -> None:
    with pytest.raises(BadIndex):
        parse_index(text, this_year=2026)


@given(st.text(max_size=45))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    try:
        index = parse_index(text, this_year=2026)
    except BadIndex:
        return

    assert index.number > 0


@pytest.mark.parametrize(
    ("surname", "letter"),
    [
        ("Ковальчук", "К"),
        ("ґалаґан", "Ґ"),
        ("Єсипенко", "Є"),
        ("іваненко", "І"),
        (unicodedata.normalize("NFD", "Їжакевич"), "Ї"),
        (unicodedata.normalize("NFD", "йосипенко"), "Й"),
        ("Д’Артаньян", "Д"),
        ("'Ємець", "Є"),
        ("«Стельмах»", "С"),
        ("Kowalski", "K"),
        ("öztürk", "Ö"),
        pytest.param("Kовальчук", "К", id="first-letter-on-the-wrong-keyboard"),
        ("", "БП"),
        ("—", "БП"),
    ],
)
def test_an_index_begins_with_the_letter_of_the_surname(surname: str, letter: str) -> None:
    assert choose_letter(surname) == letter


@pytest.mark.parametrize("letter", ALPHABET)
def test_every_ukrainian_letter_begins_an_index(letter: str) -> None:
    assert choose_letter(letter.lower() + "авенко") == letter


def test_a_latin_letter_and_its_cyrillic_double_name_one_appeal() -> None:
    latin = RegisterIndex(letter=choose_letter("Kowalski"), number=17, year=2026)

    assert is_same(latin, K17)
    assert is_same(parse_index(build_index(latin), this_year=2026), latin)


@pytest.mark.parametrize(
    "template",
    ["{letter}-{number}-{year}", "{letter}-{number}-{yy}", "№ {letter}.{number}.{yy}",
     "{letter}{number} {year}"],
)  # fmt: skip
def test_a_template_whose_indexes_are_read_again_is_taken(template: str) -> None:
    index = RegisterIndex(letter="Д", number=401, year=2026)

    assert check_template(template) == template
    assert is_same(parse_index(build_index(index, template), this_year=2030), index)


@pytest.mark.parametrize(
    "template",
    [
        "", "{number}-{year}", "{letter}-{year}", "{letter}-{number}", "{letter}-{number}/{yy}",
        "{year}-{letter}-{number}", "{letter}-{number}{year}", "{letter}-{number}-{month}",
        "{letter}-{number}-{year}-{yy}", "{letter}-{number}-{year}}",
        "№№№№{letter}-{number}-{year}",
        "ДОЗ-{letter}-{number}-{yy}", "{letter}-{number}-{year}\n", "{letter!r}-{number}-{year}",
    ],
)  # fmt: skip
def test_a_template_whose_indexes_could_not_be_found_again_is_refused(template: str) -> None:
    with pytest.raises(BadTemplate):
        check_template(template)
