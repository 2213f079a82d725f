"""What a clerk looks for in the register, and by what a page of it is cut off."""

from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.appeal_life import Party
from hotline_sessions.domain.appeals import OPEN, AppealState
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


class Whose(StrEnum):
    """Whose work is listed."""

    ANY = "any"
    MINE = "mine"
    """Given to who asks, or to somebody for whom they stand in."""
    UNIT = "unit"
    """Given to a unit of who asks, or to somebody in it."""
    WAITING = "waiting"
    """A draft that waits for who asks: to be checked, or signed by the head."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What to list. ``text`` may be a number of the register, a phone, or words.

    Codes are those of the classifier; days are those of receipt, both ends included.
    """

    which: Which = Which.OPEN
    whose: Whose = Whose.ANY
    state: AppealState | None = None
    executor: Party | None = None
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


def settle(wanted: Wanted) -> Wanted | None:
    """The same wish in the words of the index that serves it; None if nothing can be so.

    A state that is still open belongs to what is open, any other to what has ended; what
    waits for somebody is open.
    """
    if wanted.whose is Whose.WAITING and wanted.which not in BY_LAST_DAY:
        wanted = replace(wanted, which=Which.OPEN)
    if wanted.state is None:
        return wanted
    is_open = wanted.state in OPEN
    if wanted.which is Which.ALL:
        return replace(wanted, which=Which.OPEN if is_open else Which.ENDED)
    return wanted if is_open == (wanted.which in BY_LAST_DAY) else None


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
