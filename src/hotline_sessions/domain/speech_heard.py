"""Digits that a caller has spoken instead of keying them in, as a machine has heard them."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


_UKRAINIAN: Final = "нуль один два три чотири п'ять шість сім вісім дев'ять"
_ENGLISH: Final = "zero one two three four five six seven eight nine"
_FORMS: Final = "одна:1 одиниця:1 дві:2 двійка:2 трійка:3 пять:5 девять:9 oh:0 o:0"
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{word: str(digit) for digit, word in enumerate(_UKRAINIAN.split())},
        **{word: str(digit) for digit, word in enumerate(_ENGLISH.split())},
        **dict(form.split(":") for form in _FORMS.split()),
    }
)
_TOKEN: Final = re.compile(r"[0-9]|[^\W\d_]+(?:'[^\W\d_]+)?")
_APOSTROPHES: Final = str.maketrans("’ʼ`", "'''")
LONGEST: Final = 12
UNCLEAR: Final = "?"
"""Stands for words in which there are no digits: never a code, and not silence either."""


def read_digits(heard: str) -> str:
    """The digits that ``heard`` says one by one, as "418205" for «чотири один вісім 205».

    A word that is no digit makes it no answer at all: guessing would be worse than asking again.
    """
    digits = []
    for token in _TOKEN.findall(heard.casefold().translate(_APOSTROPHES)):
        digit = token if token.isdecimal() else _WORDS.get(token)
        if digit is None:
            return ""
        digits.append(digit)
    return "".join(digits) if len(digits) <= LONGEST else ""


def choose_answer(keyed: str, heard: str) -> str:
    """What a caller has answered who may key digits in or say them; empty is silence."""
    if keyed or not heard.strip():
        return keyed
    return read_digits(heard) or UNCLEAR
