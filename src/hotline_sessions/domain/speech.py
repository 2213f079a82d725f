"""What a voice says for numbers, times, days and codes, in the language of the caller.

Voices read figures wrongly in Ukrainian, where number, gender and case must agree: they get
words. Numbers go from 0 to 999; others are a mistake of the program and a ``ValueError``.
"""

import re
from datetime import date, time
from typing import Final, Literal

from hotline_sessions.domain import speech_en, speech_uk
from hotline_sessions.domain.speech_uk import Gender


Language = Literal["uk", "en"]

LARGEST: Final = 999

_DIGITS: Final = re.compile(r"[0-9]+")


def say_number(number: int, language: Language, gender: Gender = Gender.MASCULINE) -> str:
    """«двадцять одна», "twenty-one"; only Ukrainian asks for the gender of the noun."""
    _check_range(number)
    if language == "uk":
        return speech_uk.cardinal(number, gender)
    return speech_en.cardinal(number)


def say_ordinal(number: int, language: Language, gender: Gender = Gender.MASCULINE) -> str:
    """«третій», "third": the place in a queue, in the nominative."""
    _check_range(number)
    if language == "uk":
        return speech_uk.ordinal(number, gender)
    return speech_en.ordinal(number)


def say_time(clock: time, language: Language) -> str:
    """«о десятій двадцять», "at ten twenty": a local clock time with its preposition."""
    return speech_uk.at_time(clock) if language == "uk" else speech_en.at_time(clock)


def say_minutes(count: int, language: Language) -> str:
    """«дві хвилини», "two minutes"."""
    _check_range(count)
    return speech_uk.minutes(count) if language == "uk" else speech_en.minutes(count)


def say_day(on: date, language: Language) -> str:
    """«першого грудня», "the first of December": the day on which something happens."""
    return speech_uk.day(on) if language == "uk" else speech_en.day(on)


def say_date(on: date, language: Language) -> str:
    """«у вівторок, першого грудня», "on Tuesday, the first of December"."""
    weekday = speech_uk.weekday(on) if language == "uk" else speech_en.weekday(on)
    return f"{weekday}, {say_day(on, language)}"


def say_digits(code: str, language: Language) -> str:
    """«чотири, один, вісім», "four, one, eight": digits of a code, one by one."""
    if not _DIGITS.fullmatch(code):
        raise ValueError("a code has digits only")
    return speech_uk.digits(code) if language == "uk" else speech_en.digits(code)


def _check_range(number: int) -> None:
    if not 0 <= number <= LARGEST:
        raise ValueError("numbers are said from 0 to 999")
