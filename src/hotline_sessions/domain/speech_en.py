"""Numbers, times and days in spoken English."""

# ruff: noqa: SIM905 - tables of words read better as lines of words

from datetime import date, time
from typing import Final


_UNITS: Final = tuple(
    (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen"
    ).split()
)
_TENS: Final = tuple("twenty thirty forty fifty sixty seventy eighty ninety".split())
_ORDINALS: Final = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_TWO_DIGITS: Final = 10
_MONTHS: Final = tuple(
    (
        "January February March April May June July August September October November December"
    ).split()
)
_WEEKDAYS: Final = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())


def cardinal(number: int) -> str:
    """Such as "one hundred and twenty-one" for 121."""
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    said = f"{_UNITS[hundreds]} hundred"
    return f"{said} and {_below_hundred(rest)}" if rest else said


def ordinal(number: int) -> str:
    """Such as "twenty-third" for 23: only the last word is ordinal."""
    said = cardinal(number)
    cut = max(said.rfind(" "), said.rfind("-")) + 1
    before, last = said[:cut], said[cut:]
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return before + _ORDINALS.get(last, regular)


def at_time(clock: time) -> str:
    """Such as "at ten twenty", "at nine oh five", "at eleven o’clock", on twenty-four hours."""
    hour = cardinal(clock.hour)
    if not clock.minute:
        return f"at {hour} o’clock"
    oh = "oh " if clock.minute < _TWO_DIGITS else ""
    return f"at {hour} {oh}{cardinal(clock.minute)}"


def minutes(count: int) -> str:
    """Such as "one minute", "two minutes"."""
    return f"{cardinal(count)} {'minute' if count == 1 else 'minutes'}"


def day(on: date) -> str:
    """Such as "the first of December"."""
    return f"the {ordinal(on.day)} of {_MONTHS[on.month - 1]}"


def weekday(on: date) -> str:
    """Such as "on Tuesday"."""
    return f"on {_WEEKDAYS[on.weekday()]}"


def digits(code: str) -> str:
    """Digits one by one, with commas at which a voice pauses: "four, one, eight"."""
    return ", ".join(_UNITS[int(digit)] for digit in code)


def _below_hundred(number: int) -> str:
    if number < len(_UNITS):
        return _UNITS[number]
    tens, units = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{_UNITS[units]}" if units else _TENS[tens - 2]
