"""Numbers, times and days in spoken Ukrainian."""

# ruff: noqa: SIM905 - tables of words read better as lines of words

from datetime import date, time
from enum import StrEnum
from typing import Final


class Gender(StrEnum):
    """Gender of the noun that a number stands with."""

    MASCULINE = "masculine"
    FEMININE = "feminine"
    NEUTER = "neuter"


_UNITS: Final = tuple(
    (
        "нуль один два три чотири п’ять шість сім вісім дев’ять десять одинадцять дванадцять"
        " тринадцять чотирнадцять п’ятнадцять шістнадцять сімнадцять вісімнадцять дев’ятнадцять"
    ).split()
)
_TENS: Final = tuple(
    ("двадцять тридцять сорок п’ятдесят шістдесят сімдесят вісімдесят дев’яносто").split()
)
_HUNDREDS: Final = tuple(
    "сто двісті триста чотириста п’ятсот шістсот сімсот вісімсот дев’ятсот".split()
)
_GENDERED: Final = {
    (1, Gender.FEMININE): "одна",
    (1, Gender.NEUTER): "одне",
    (2, Gender.FEMININE): "дві",
}

_UNIT_STEMS: Final = tuple(
    (
        "нульов перш друг трет четверт п’ят шост сьом восьм дев’ят десят одинадцят дванадцят"
        " тринадцят чотирнадцят п’ятнадцят шістнадцят сімнадцят вісімнадцят дев’ятнадцят"
    ).split()
)
_TEN_STEMS: Final = tuple(
    ("двадцят тридцят сороков п’ятдесят шістдесят сімдесят вісімдесят дев’яност").split()
)
_HUNDRED_STEMS: Final = tuple(
    ("сот двохсот трьохсот чотирьохсот п’ятисот шестисот семисот восьмисот дев’ятисот").split()
)
_ENDINGS: Final = {Gender.MASCULINE: "ий", Gender.FEMININE: "а", Gender.NEUTER: "е"}
_SOFT_ENDINGS: Final = {Gender.MASCULINE: "ій", Gender.FEMININE: "я", Gender.NEUTER: "є"}
# «Третій» alone is soft.
_SOFT_STEM: Final = "трет"

_TWO_DIGITS: Final = 10
_MONTHS: Final = tuple(
    (
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"
    ).split()
)
_WEEKDAYS: Final = tuple("понеділок вівторок середу четвер п’ятницю суботу неділю".split())
_MINUTE: Final = ("хвилина", "хвилини", "хвилин")


def cardinal(number: int, gender: Gender = Gender.MASCULINE) -> str:
    """«сто двадцять одна» for 121 and the feminine."""
    words = _hundreds_and_tens(number)
    rest = _rest(number)
    if rest or not words:
        words.append(_GENDERED.get((rest, gender), _UNITS[rest]))
    return " ".join(words)


def ordinal(number: int, gender: Gender = Gender.MASCULINE) -> str:
    """«сто двадцять третій» for 123: only the last word is ordinal."""
    *before, stem = _ordinal_words(number)
    endings = _SOFT_ENDINGS if stem == _SOFT_STEM else _ENDINGS
    return " ".join([*before, stem + endings[gender]])


def at_time(clock: time) -> str:
    """«о десятій двадцять», «об одинадцятій», «о дев’ятій нуль п’ять»."""
    *before, stem = _ordinal_words(clock.hour)
    hour = " ".join([*before, f"{stem}ій"])
    preposition = "об" if hour.startswith("о") else "о"
    if not clock.minute:
        return f"{preposition} {hour}"
    zero = f"{_UNITS[0]} " if clock.minute < _TWO_DIGITS else ""
    return f"{preposition} {hour} {zero}{cardinal(clock.minute, Gender.FEMININE)}"


def minutes(count: int) -> str:
    """«одна хвилина», «дві хвилини», «п’ять хвилин»."""
    return f"{cardinal(count, Gender.FEMININE)} {_MINUTE[choose_plural(count)]}"


def day(on: date) -> str:
    """«першого грудня»: the day on which something happens."""
    *before, stem = _ordinal_words(on.day)
    ending = "ього" if stem == _SOFT_STEM else "ого"
    return " ".join([*before, stem + ending, _MONTHS[on.month - 1]])


def weekday(on: date) -> str:
    """«у вівторок»: the day of the week on which something happens."""
    return f"у {_WEEKDAYS[on.weekday()]}"


def digits(code: str) -> str:
    """Digits one by one, with commas at which a voice pauses: «чотири, один, вісім»."""
    return ", ".join(_UNITS[int(digit)] for digit in code)


def choose_plural(count: int) -> int:
    """Which of the three forms of a noun stands with ``count``: 0 (1), 1 (2–4), 2 (5)."""
    if count % 10 == 1 and count % 100 != 11:  # noqa: PLR2004 - grammar
        return 0
    if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14:  # noqa: PLR2004 - grammar
        return 1
    return 2


def _hundreds_and_tens(number: int) -> list[str]:
    """Words of the hundreds and, from twenty on, of the tens."""
    hundreds, rest = divmod(number, 100)
    words = [_HUNDREDS[hundreds - 1]] if hundreds else []
    return [*words, _TENS[rest // 10 - 2]] if rest >= len(_UNITS) else words


def _rest(number: int) -> int:
    """What is left to say after hundreds and tens: 0 to 19."""
    rest = number % 100
    return rest % 10 if rest >= len(_UNITS) else rest


def _ordinal_words(number: int) -> list[str]:
    """Cardinal words, then the stem of the ordinal that ends the number."""
    words, rest = _hundreds_and_tens(number), _rest(number)
    if rest or not words:
        return [*words, _UNIT_STEMS[rest]]
    if number % 100:
        return [*words[:-1], _TEN_STEMS[number % 100 // 10 - 2]]
    return [_HUNDRED_STEMS[number // 100 - 1]]
