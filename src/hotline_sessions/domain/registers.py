"""Registration indexes of appeals: «К-17-2026».

The first letter of the surname, the running number of the year, the year. A slash and a
number mark the duplicates of one appeal: «К-17-2026/1».

Source: Instruction approved by CMU Resolution 348 of 14.04.1997.
"""

import re
import unicodedata
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.errors import Invalid


UNSIGNED: Final = "БП"
"""Mark of an appeal without a name («без підпису»)."""
COLLECTIVE: Final = "КО"
"""Mark of an appeal of several people («колективне»)."""

_LOOKALIKES: Final = str.maketrans("ABCEHIÏKMOPTXY", "АВСЕНІЇКМОРТХУ")
_CENTURY: Final = 2000
_TWO_DIGITS: Final = 100
_LONGEST_TEXT: Final = 40
_DASHES: Final = re.compile(r"[\s\u2010-\u2015\u2212_.\-]+")
_INDEX: Final = re.compile(
    r"(?:№-?)?(?P<letter>[^\W\d_]{1,2})-?(?P<number>[0-9]{1,7})"
    r"(?:-(?P<year>[0-9]{4}|[0-9]{2}))?-?(?:/-?(?P<duplicate>[0-9]{1,3}))?"
)


class BadIndex(Invalid):
    """The text is no registration index."""

    code = "bad-index"


class RegisterIndex(Struct, frozen=True, kw_only=True):
    """Index of one appeal; ``duplicate`` is 0 for the appeal itself."""

    letter: str
    number: int
    year: int
    duplicate: int = 0


def choose_letter(surname: str) -> str:
    """Mark of the author of an appeal: the first letter of ``surname``, upper case.

    A surname in another script keeps its letter; «БП» when there is none. A first letter
    typed on the wrong keyboard is put right when the rest is Cyrillic.
    """
    letters = [char for char in unicodedata.normalize("NFC", surname) if char.isalpha()]
    if not letters:
        return UNSIGNED
    first = letters[0].upper()[0]
    return _fold(first) if any(_is_cyrillic(char) for char in letters) else first


def build_index(index: RegisterIndex) -> str:
    """The index as it is written on the card and the reply."""
    text = f"{index.letter}-{index.number}-{index.year}"
    return f"{text}/{index.duplicate}" if index.duplicate else text


def parse_index(text: str, *, this_year: int) -> RegisterIndex:
    """The index that a person typed or read out.

    Forgiven: Latin letters that look Cyrillic, lower case, spaces, any dashes, «№», two
    digits of the year, no year (then it is ``this_year``). A Latin letter that has a
    Cyrillic double is taken for it: compare with ``is_same``.

    Raises:
        BadIndex: It is no index.
    """
    if len(text) > _LONGEST_TEXT:
        raise BadIndex
    shown = unicodedata.normalize("NFC", text).strip()
    match = _INDEX.fullmatch(_DASHES.sub("-", shown))
    if match is None or not int(match["number"]):
        raise BadIndex
    return RegisterIndex(
        letter=_fold(match["letter"].upper()[:2]),
        number=int(match["number"]),
        year=_parse_year(match["year"], this_year),
        duplicate=int(match["duplicate"] or 0),
    )


def is_same(one: RegisterIndex, other: RegisterIndex) -> bool:
    """Whether both name one appeal, letters that look alike being one letter."""
    return (_fold(one.letter), one.number, one.year, one.duplicate) == (
        _fold(other.letter),
        other.number,
        other.year,
        other.duplicate,
    )


def _parse_year(text: str | None, this_year: int) -> int:
    if text is None:
        return this_year
    year = int(text)
    return year + _CENTURY if year < _TWO_DIGITS else year


def _fold(letters: str) -> str:
    return letters.translate(_LOOKALIKES)


def _is_cyrillic(char: str) -> bool:
    return unicodedata.name(char, "").startswith("CYRILLIC")
