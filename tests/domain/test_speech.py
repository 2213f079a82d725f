import re
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.speech import (
    LARGEST,
    Language,
    say_date,
    say_day,
    say_digits,
    say_minutes,
    say_number,
    say_ordinal,
    say_time,
)
from hotline_sessions.domain.speech_uk import Gender, choose_plural


ALL = range(LARGEST + 1)
UKRAINIAN = re.compile("[абвгґдеєжзиіїйклмнопрстуфхцчшщьюя’ ,]+")
ENGLISH = re.compile("[A-Za-z’ ,-]+")
ALPHABETS = {"uk": UKRAINIAN, "en": ENGLISH}

languages = st.sampled_from(["uk", "en"])
numbers = st.integers(min_value=0, max_value=LARGEST)
genders = st.sampled_from(Gender)


@given(numbers, genders, languages)
def test_every_number_has_words_of_its_language(
    number: int, gender: Gender, language: Language
) -> None:
    for said in (
        say_number(number, language, gender),
        say_ordinal(number, language, gender),
        say_minutes(number, language),
        say_digits(str(number), language),
    ):
        assert ALPHABETS[language].fullmatch(said)


@given(st.times(), st.dates(), languages)
def test_every_time_and_day_has_words_of_its_language(
    clock: time, on: date, language: Language
) -> None:
    assert ALPHABETS[language].fullmatch(say_time(clock, language))
    assert ALPHABETS[language].fullmatch(say_day(on, language))
    assert ALPHABETS[language].fullmatch(say_date(on, language))


@pytest.mark.parametrize("language", ["uk", "en"])
def test_no_two_numbers_sound_the_same(language: Language) -> None:
    assert len({say_number(number, language) for number in ALL}) == len(ALL)
    assert len({say_ordinal(number, language) for number in ALL}) == len(ALL)


@pytest.mark.parametrize("language", ["uk", "en"])
def test_no_two_times_of_a_day_sound_the_same(language: Language) -> None:
    times = [time(hour, minute) for hour in range(24) for minute in range(60)]

    assert len({say_time(clock, language) for clock in times}) == len(times)


@pytest.mark.parametrize(
    ("number", "gender", "uk", "en"),
    [
        (0, Gender.MASCULINE, "нуль", "zero"),
        (1, Gender.FEMININE, "одна", "one"),
        (1, Gender.NEUTER, "одне", "one"),
        (2, Gender.FEMININE, "дві", "two"),
        (2, Gender.NEUTER, "два", "two"),
        (12, Gender.FEMININE, "дванадцять", "twelve"),
        (21, Gender.FEMININE, "двадцять одна", "twenty-one"),
        (40, Gender.MASCULINE, "сорок", "forty"),
        (100, Gender.MASCULINE, "сто", "one hundred"),
        (111, Gender.FEMININE, "сто одинадцять", "one hundred and eleven"),
        (999, Gender.MASCULINE, "дев’ятсот дев’яносто дев’ять", "nine hundred and ninety-nine"),
    ],
)
def test_numbers_agree_with_their_noun(number: int, gender: Gender, uk: str, en: str) -> None:
    assert say_number(number, "uk", gender) == uk
    assert say_number(number, "en", gender) == en


@pytest.mark.parametrize(
    ("number", "gender", "uk", "en"),
    [
        (0, Gender.MASCULINE, "нульовий", "zeroth"),
        (1, Gender.MASCULINE, "перший", "first"),
        (3, Gender.MASCULINE, "третій", "third"),
        (3, Gender.FEMININE, "третя", "third"),
        (3, Gender.NEUTER, "третє", "third"),
        (7, Gender.FEMININE, "сьома", "seventh"),
        (12, Gender.NEUTER, "дванадцяте", "twelfth"),
        (20, Gender.MASCULINE, "двадцятий", "twentieth"),
        (43, Gender.MASCULINE, "сорок третій", "forty-third"),
        (90, Gender.FEMININE, "дев’яноста", "ninetieth"),
        (100, Gender.MASCULINE, "сотий", "one hundredth"),
        (140, Gender.MASCULINE, "сто сороковий", "one hundred and fortieth"),
        (300, Gender.MASCULINE, "трьохсотий", "three hundredth"),
    ],
)
def test_a_place_is_an_ordinal(number: int, gender: Gender, uk: str, en: str) -> None:
    assert say_ordinal(number, "uk", gender) == uk
    assert say_ordinal(number, "en", gender) == en


@pytest.mark.parametrize(
    ("clock", "uk", "en"),
    [
        (time(10, 20), "о десятій двадцять", "at ten twenty"),
        (time(11), "об одинадцятій", "at eleven o’clock"),
        (time(9, 5), "о дев’ятій нуль п’ять", "at nine oh five"),
        (time(3, 1), "о третій нуль одна", "at three oh one"),
        (time(17, 22), "о сімнадцятій двадцять дві", "at seventeen twenty-two"),
        (time(23, 10), "о двадцять третій десять", "at twenty-three ten"),
        (time(20), "о двадцятій", "at twenty o’clock"),
        (time(0, 30), "о нульовій тридцять", "at zero thirty"),
    ],
)
def test_a_time_is_said_with_its_preposition(clock: time, uk: str, en: str) -> None:
    assert say_time(clock, "uk") == uk
    assert say_time(clock, "en") == en


@pytest.mark.parametrize(
    ("count", "uk", "en"),
    [
        (0, "нуль хвилин", "zero minutes"),
        (1, "одна хвилина", "one minute"),
        (2, "дві хвилини", "two minutes"),
        (5, "п’ять хвилин", "five minutes"),
        (11, "одинадцять хвилин", "eleven minutes"),
        (14, "чотирнадцять хвилин", "fourteen minutes"),
        (21, "двадцять одна хвилина", "twenty-one minutes"),
        (102, "сто дві хвилини", "one hundred and two minutes"),
        (112, "сто дванадцять хвилин", "one hundred and twelve minutes"),
    ],
)
def test_minutes_take_the_right_plural(count: int, uk: str, en: str) -> None:
    assert say_minutes(count, "uk") == uk
    assert say_minutes(count, "en") == en


@given(st.integers(min_value=0, max_value=100_000))
def test_the_plural_depends_on_the_last_two_digits(count: int) -> None:
    assert choose_plural(count) == choose_plural(count % 100)


@pytest.mark.parametrize(
    ("on", "uk", "en"),
    [
        (date(2026, 12, 1), "першого грудня", "the first of December"),
        (date(2026, 11, 23), "двадцять третього листопада", "the twenty-third of November"),
        (date(2026, 8, 30), "тридцятого серпня", "the thirtieth of August"),
    ],
)
def test_a_day_is_said_in_the_genitive(on: date, uk: str, en: str) -> None:
    assert say_day(on, "uk") == uk
    assert say_day(on, "en") == en


def test_a_code_is_said_digit_by_digit() -> None:
    assert say_digits("418205", "uk") == "чотири, один, вісім, два, нуль, п’ять"
    assert say_digits("418205", "en") == "four, one, eight, two, zero, five"


@pytest.mark.parametrize("number", [-1, 1000])
def test_numbers_out_of_range_are_a_mistake_of_the_program(number: int) -> None:
    for say in (say_number, say_ordinal, say_minutes):
        with pytest.raises(ValueError, match="999"):
            say(number, "uk")


@pytest.mark.parametrize("code", ["", "12a", "١٢"])
def test_a_code_with_anything_but_digits_is_a_mistake_of_the_program(code: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        say_digits(code, "uk")


@pytest.mark.parametrize(
    ("day", "uk", "en"),
    [
        (23, "у понеділок", "on Monday"),
        (24, "у вівторок", "on Tuesday"),
        (25, "у середу", "on Wednesday"),
        (26, "у четвер", "on Thursday"),
        (27, "у п’ятницю", "on Friday"),
        (28, "у суботу", "on Saturday"),
        (29, "у неділю", "on Sunday"),
    ],
)
def test_a_date_begins_with_its_day_of_the_week(day: int, uk: str, en: str) -> None:
    on = date(2026, 11, day)

    assert say_date(on, "uk") == f"{uk}, {say_day(on, 'uk')}"
    assert say_date(on, "en") == f"{en}, {say_day(on, 'en')}"
