"""Telephone numbers: read in any notation, kept in one, shown in the usual one.

A full number is kept as E.164 ("+380501234567"). A short one, of a public service or of a
switchboard inside an institution ("15-45", "101"), is kept as its bare digits.
"""

import re
from typing import Final, NewType

import phonenumbers

from hotline_sessions.domain.errors import Invalid


PhoneNumber = NewType("PhoneNumber", str)
"""E.164 with its plus sign, or three to six digits of a short number."""

UKRAINE: Final = "+380"
HIDDEN_DIGIT: Final = "•"

_NOT_WRITTEN: Final = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SEPARATORS: Final = re.compile(r"[\s()./\-\u2010-\u2015\u2212]+")
_DIGITS: Final = re.compile(r"\+?[0-9]+")
_SHORT: Final = re.compile(r"[0-9]{3,6}")
_OLD_TRUNK: Final = re.compile(r"8(0[1-9][0-9]{8,9})")
_WITHOUT_PLUS: Final = re.compile(r"380[1-9][0-9]{8,9}")
_SUBSCRIBER_LENGTH: Final = 9
# One digit more exists with 0 800 alone: «0 800 502 70 80».
_LONG_FREE_CALL_LENGTH: Final = 10
_FREE_CALL: Final = "800"
_CALLS_THAT_COST: Final = "900"
_LONGEST_TEXT: Final = 40
_BLOCK_DIGITS: Final = 4

# What Twilio writes where a caller hides the number: a word, or that word typed on a keypad.
_WITHHELD: Final = frozenset(
    {
        "",
        "anonymous",
        "blocked",
        "private",
        "restricted",
        "unavailable",
        "unknown",
        "withheld",
        "266696687",  # ANONYMOUS
        "7378742833",  # RESTRICTED
        "2562533",  # BLOCKED
        "8656696",  # UNKNOWN
        "86282452253",  # UNAVAILABLE
    }
)


class BadPhone(Invalid):
    """The text is not a telephone number that can be called."""

    code = "bad-phone"


class PhoneAbroad(Invalid):
    """The number is of another country, and the institution does not accept those."""

    code = "phone-abroad"


def parse_phone(text: str) -> PhoneNumber:
    """The number that ``text`` writes in any notation usual in Ukraine.

    A number without a country is Ukrainian; an old leading 8 is dropped; three to six
    digits are a short number.

    Raises:
        BadPhone: It is no number, or one that cannot exist.
    """
    if len(text) > _LONGEST_TEXT:
        raise BadPhone
    bare = _SEPARATORS.sub("", _NOT_WRITTEN.sub("", text))
    if not _DIGITS.fullmatch(bare):
        raise BadPhone
    if _SHORT.fullmatch(bare):
        return PhoneNumber(bare)
    return _parse_full(bare)


def parse_mobile(text: str, *, abroad: bool = False) -> PhoneNumber:
    """The number at which a citizen can be called and sent a code.

    With ``abroad`` the numbers of other countries are accepted too.

    Raises:
        BadPhone: It is no number, a short one, or one of a free or paid service.
        PhoneAbroad: It is of another country, and ``abroad`` is false.
    """
    number = parse_phone(text)
    if is_short(number):
        raise BadPhone
    if not is_ukrainian(number):
        if abroad:
            return number
        raise PhoneAbroad
    if number.removeprefix(UKRAINE).startswith((_FREE_CALL, _CALLS_THAT_COST)):
        raise BadPhone
    return number


def is_short(number: PhoneNumber) -> bool:
    """Whether it works only inside a country or an institution."""
    return not number.startswith("+")


def is_ukrainian(number: PhoneNumber) -> bool:
    """Whether it is a full number of Ukraine."""
    return number.startswith(UKRAINE)


def is_mobile(number: PhoneNumber) -> bool:
    """Whether it is a Ukrainian number of a mobile network: one that gets text messages."""
    if not is_ukrainian(number):
        return False
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return bool(kind == phonenumbers.PhoneNumberType.MOBILE)


def number_range(number: PhoneNumber) -> str:
    """The block of ten thousand numbers it belongs to, as its beginning.

    Fraud that earns on text messages uses blocks: caps are counted by them.
    """
    return number[:-_BLOCK_DIGITS]


def operator_code(number: PhoneNumber) -> str:
    """Country and operator of a Ukrainian number: all that a log may say of it."""
    return number[: len(UKRAINE) + 2]


def is_withheld(from_: str | None) -> bool:
    """Whether ``from_``, as Twilio gives it, hides the caller instead of naming a number.

    Nothing may be looked up or counted by such a value: many people share it.
    """
    name = (from_ or "").strip().casefold()
    name = re.sub(r"^(sips?|client|tel):", "", name).partition("@")[0]
    return name.removeprefix("+") in _WITHHELD


def display(number: PhoneNumber) -> str:
    """The number as people write it: "+380 50 123 45 67", "0 800 502 708", "15-06"."""
    if is_short(number):
        return _in_pairs(number, "-")
    if not is_ukrainian(number):
        parsed = phonenumbers.parse(number)
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    digits = number.removeprefix(UKRAINE)
    if digits.startswith(_FREE_CALL):
        rest = digits.removeprefix(_FREE_CALL)
        tail = rest[3:] if len(digits) < _LONG_FREE_CALL_LENGTH else _in_pairs(rest[3:], " ")
        return f"0 {_FREE_CALL} {rest[:3]} {tail}"
    return f"{UKRAINE} {digits[:2]} {digits[2:5]} {digits[5:7]} {digits[7:]}"


def mask(number: PhoneNumber) -> str:
    """The number with all but its beginning and last two digits hidden.

    "+380 50 ••• •• 67" tells the owner which number is meant and nobody else what it is.
    """
    shown = display(number)
    positions = [index for index, char in enumerate(shown) if char.isdigit()]
    hidden = set(positions[_open_digits(number, shown) : -2])
    return "".join(HIDDEN_DIGIT if index in hidden else char for index, char in enumerate(shown))


def _parse_full(bare: str) -> PhoneNumber:
    if old := _OLD_TRUNK.fullmatch(bare):
        bare = old[1]
    elif _WITHOUT_PLUS.fullmatch(bare):
        bare = f"+{bare}"
    try:
        parsed = phonenumbers.parse(bare, "UA")
    except phonenumbers.NumberParseException:
        raise BadPhone from None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadPhone
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if number.startswith(UKRAINE):
        _check_ukrainian(number.removeprefix(UKRAINE))
    return PhoneNumber(number)


def _check_ukrainian(digits: str) -> None:
    free_call = digits.startswith(_FREE_CALL)
    longest = _LONG_FREE_CALL_LENGTH if free_call else _SUBSCRIBER_LENGTH
    if not _SUBSCRIBER_LENGTH <= len(digits) <= longest or digits.startswith("0"):
        raise BadPhone


def _in_pairs(digits: str, separator: str) -> str:
    if len(digits) <= 3:  # noqa: PLR2004 - "101" is said and written whole
        return digits
    head = len(digits) % 2
    pairs = [digits[start : start + 2] for start in range(head, len(digits), 2)]
    return separator.join(([digits[:head]] if head else []) + pairs)


def _open_digits(number: PhoneNumber, shown: str) -> int:
    if is_short(number):
        return 0
    if not is_ukrainian(number):
        return shown.index(" ") - 1
    return len("0800") if shown.startswith("0") else len("38050")
