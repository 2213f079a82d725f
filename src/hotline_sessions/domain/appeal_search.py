"""What a clerk looks for in the register, and by what a page of it is cut off."""

from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.card_facts import Procedure
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.ids import AppealId
from hotline_sessions.domain.phones import PhoneNumber, parse_mobile
from hotline_sessions.domain.registers import RegisterIndex, parse_index


PAGE: Final = 50
"""Appeals on one page of a list."""


class Which(StrEnum):
    """Which appeals are listed, and so in which order.

    Those that wait for an answer come by their last lawful day, all others newest first.
    """

    OPEN = "open"
    OVERDUE = "overdue"
    THIS_WEEK = "week"
    ENDED = "ended"
    """Answered, returned, forwarded or not considered."""
    ALL = "all"


BY_LAST_DAY: Final = frozenset({Which.OPEN, Which.OVERDUE, Which.THIS_WEEK})


class Wanted(Struct, frozen=True, kw_only=True):
    """What to list. ``text`` may be a number of the register, a phone, or words.

    Codes are those of the classifier; days are those of receipt, both ends included.
    """

    which: Which = Which.OPEN
    text: str = ""
    kind: str = ""
    topic: str = ""
    category: str = ""
    procedure: Procedure | None = None
    received_from: date | None = None
    received_to: date | None = None


class SearchTerm(Struct, frozen=True):
    """A word that must stand in a card, or the beginning of one."""

    word: str
    is_beginning: bool = False


class Place(Struct, frozen=True, kw_only=True):
    """The last appeal of a page: the next page begins behind it.

    ``on`` is the day by which the list is ordered: the last lawful one, or that of receipt.
    """

    id: AppealId
    on: date


def read_number(text: str, *, this_year: int) -> RegisterIndex | None:
    """The number of the register that ``text`` is; None for anything else."""
    try:
        return parse_index(text, this_year=this_year)
    except Invalid:
        return None


def read_phone(text: str) -> PhoneNumber | None:
    """The phone that ``text`` is; None for anything else."""
    try:
        return parse_mobile(text)
    except Invalid:
        return None
