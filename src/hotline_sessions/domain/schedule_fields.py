"""What people write into the cells of a schedule: hours, lengths, yes and no, nothing."""

import re
from datetime import time, timedelta
from typing import ClassVar, Final

from hotline_sessions.domain.errors import Invalid


BLANK_WORDS: Final = frozenset({
    "", "-", "–", "—", "?", "n/a", "na", "none", "not published", "not shown", "not known",
    "tbd", "unknown", "н/д", "не вказано", "не зазначено", "не опубліковано",
    "не оприлюднено", "не показано", "не публікується", "невідомо", "немає", "нема",
    "буде уточнено", "уточнюється",
})  # fmt: skip
"""Words that say only that the fact is not there."""

YES: Final = frozenset({"yes", "y", "true", "1", "так", "т", "безкоштовно", "безоплатно", "+"})
NO: Final = frozenset({"no", "n", "false", "0", "ні", "платно", "за тарифом оператора"})

_CLOCK: Final = r"(\d{1,2})(?:[:.\-](\d{2}))?(?::00)?(?:\s*(?:год\w*\.?|h))?"
_ONE: Final = re.compile(rf"(?:о|об|з|із|from|at|до|to)?\s*{_CLOCK}", re.IGNORECASE)
_TWO: Final = re.compile(
    rf"(?:з|із|from)?\s*{_CLOCK}\s*(?:-|–|—|\.\.|…|до|to)\s*{_CLOCK}", re.IGNORECASE
)
_LENGTH: Final = re.compile(
    r"(?:(?P<hours>\d{1,2}(?:[.,]\d{1,2})?)\s*(?:h|hours?|hrs?|год\w*\.?))?"
    r"\s*(?:(?P<minutes>\d{1,3})\s*(?:m|mins?\.?|minutes?|хв\w*\.?))?",
    re.IGNORECASE,
)
_ISO_LENGTH: Final = re.compile(
    r"PT(?:(?P<hours>\d{1,2})H)?(?:(?P<minutes>\d{1,3})M)?", re.IGNORECASE
)
_CLOCK_LENGTH: Final = re.compile(r"(?P<hours>\d{1,2}):(?P<minutes>\d{2})(?::00)?")

LAST_HOUR: Final = 24
LONGEST: Final = timedelta(hours=12)


class BadCell(Invalid):
    """One cell cannot be used.

    ``reason`` is stable and has its sentence in the catalogue; facts are the values in it.
    """

    code: ClassVar[str] = "bad-cell"

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(**facts)
        self.reason = reason


def tidy(text: str) -> str:
    """``text`` on one line, without control characters and double spaces."""
    spaced = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(spaced.split())


def is_blank(text: str) -> bool:
    """Whether a cell says nothing, or says that the fact is not known."""
    return tidy(text).casefold().strip(" .") in BLANK_WORDS


def parse_clock(text: str) -> time:
    """Wall time, written as 17:00, 17.00, 17-00, «о 17 год».

    Raises:
        BadCell: It is not a time of day, or may be two: «9-15» (``unreadable-time``).
    """
    found = _ONE.fullmatch(tidy(text))
    if found is None or _may_be_two(tidy(text)):
        raise BadCell("unreadable-time", text=tidy(text))
    return _clock(found[1], found[2], text)


def parse_hours(text: str) -> tuple[time, time | None]:
    """Start and, where the cell holds both («13:00–14:00», «з 13 до 14»), end.

    «17-00» is one time, as Ukrainian notices write it; «9-15» may be both and is refused.

    Raises:
        BadCell: These are not times of day (``unreadable-time``).
    """
    plain = tidy(text)
    if _ONE.fullmatch(plain):
        return parse_clock(plain), None
    found = _TWO.fullmatch(plain)
    if found is None:
        raise BadCell("unreadable-time", text=plain)
    return _clock(found[1], found[2], text), _clock(found[3], found[4], text)


def parse_length(text: str) -> timedelta:
    """How long a session lasts: «60 min», «1 год 30 хв», «1,5 год», 1:30, PT1H, 60.

    A bare number means minutes.

    Raises:
        BadCell: It is not a length (``unreadable-duration``), or not one between a minute
            and ``LONGEST`` (``impossible-duration``).
    """
    plain = tidy(text)
    found = (
        _ISO_LENGTH.fullmatch(plain)
        or _CLOCK_LENGTH.fullmatch(plain)
        or _LENGTH.fullmatch(f"{plain} min" if plain.isdecimal() else plain)
    )
    if found is None or not (found["hours"] or found["minutes"]):
        raise BadCell("unreadable-duration", text=plain)
    hours = float((found["hours"] or "0").replace(",", "."))
    length = timedelta(minutes=round(hours * 60) + int(found["minutes"] or 0))
    if not timedelta() < length <= LONGEST:
        raise BadCell("impossible-duration", text=plain)
    return length


def parse_yes(text: str) -> bool | None:
    """Yes, no, or ``None`` where neither is said.

    Raises:
        BadCell: The cell says something else (``unreadable-yes``).
    """
    word = tidy(text).casefold()
    if is_blank(word):
        return None
    if word in YES | NO:
        return word in YES
    raise BadCell("unreadable-yes", text=tidy(text))


def _may_be_two(text: str) -> bool:
    """Whether «9-15» stands here: a quarter past nine, or from nine to three."""
    found = re.fullmatch(r"(\d{1,2})-(\d{2})", text)
    return found is not None and int(found[1]) < int(found[2]) <= LAST_HOUR


def _clock(hour: str, minute: str | None, text: str) -> time:
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise BadCell("unreadable-time", text=tidy(text)) from None
