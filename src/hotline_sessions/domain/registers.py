"""Registration indexes of appeals: «К-17-2026».

The first letter of the surname, the running number of the year, the year. A collective appeal
has «КО» in place of the letter, one without a name «БП». A slash and a number mark the
duplicates of one appeal: «К-17-2026/1»; they take no number of their own.

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

_MARKS: Final = {"5.2": COLLECTIVE, "5.3": UNSIGNED}

MOST_DUPLICATES: Final = 999
"""Appeals that stand under one number at most."""

DEFAULT_TEMPLATE: Final = "{letter}-{number}-{year}"
"""How an index is written where the institution has chosen nothing else."""
LONGEST_INDEX: Final = 16
"""Characters of an index of six digits: an SMS with it must stay one."""

_PLACES: Final = re.compile(r"\{(\w*)\}")
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


class BadTemplate(Invalid):
    """Indexes written so could not be read again, or lack a part. Facts: ``what``."""

    code = "bad-index-template"


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


def choose_mark(surname: str, subject: str) -> str:
    """What an index begins with: «КО» for many, «БП» for nobody, else the letter of the surname.

    ``subject`` is a code of section 5 of the classifier, or empty.
    """
    return _MARKS.get(subject) or choose_letter(surname)


def build_index(index: RegisterIndex, template: str = DEFAULT_TEMPLATE) -> str:
    """The index as it is written on the card and the reply."""
    parts = {
        "letter": index.letter,
        "number": str(index.number),
        "year": str(index.year),
        "yy": f"{index.year % _TWO_DIGITS:02}",
    }
    text = _PLACES.sub(lambda place: parts[place[1]], template)
    return f"{text}/{index.duplicate}" if index.duplicate else text


def build_duplicate(first: str, duplicate: int) -> str:
    """The index of a duplicate, under that of the ``first``, however that was written."""
    return f"{first}/{duplicate}"


def check_template(template: str) -> str:
    """A way of writing indexes that people can read out and find their appeals by.

    Raises:
        BadTemplate: A part is missing or unknown, it is too long, or cannot be read again.
    """
    places = _PLACES.findall(template)
    if sorted({*places} - {"year", "yy"}) != ["letter", "number"] or len(places) != len(
        ("letter", "number", "year")
    ):
        raise BadTemplate(what="parts")
    if not template.isprintable() or set("{}") & set(_PLACES.sub("", template)):
        raise BadTemplate(what="parts")
    longest = RegisterIndex(letter=UNSIGNED, number=123_456, year=_CENTURY)
    if len(build_index(longest, template)) > LONGEST_INDEX:
        raise BadTemplate(what="length")
    for letter in ("К", UNSIGNED, COLLECTIVE):
        for number in (1, 401, 123_456):
            for duplicate in (0, 2):
                index = RegisterIndex(
                    letter=letter, number=number, year=_CENTURY + 31, duplicate=duplicate
                )
                if not _is_read_again(index, template):
                    raise BadTemplate(what="reading")
    return template


def _is_read_again(index: RegisterIndex, template: str) -> bool:
    try:
        return is_same(parse_index(build_index(index, template), this_year=_CENTURY), index)
    except BadIndex:
        return False


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
