"""Services by phone: where a caller stands, what a key means there, and how it ends.

A number shown by the network proves nothing: it is only offered as the one to which a code is
sent. What books, moves or cancels is a code that was keyed in.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import BookingId, CallSid, InstitutionId, LineId, PublicId


class Step(StrEnum):
    """What was asked last."""

    SERVICE = "service"
    SESSION = "session"
    NUMBER = "number"
    PHONE = "phone"
    SMS_CODE = "sms-code"
    SLOT = "slot"
    BOOKED = "booked"
    OWN_PHONE = "own-phone"
    OWN_CODE = "own-code"
    OWN = "own"
    SURE = "sure"
    CHOICE = "choice"
    WAIT = "wait"
    PLACE = "place"
    LOT = "lot"
    LOT_TIMES = "lot-times"
    LOT_SURE = "lot-sure"
    OVER = "over"


BACK: Final[Mapping[Step, Step]] = MappingProxyType(
    {
        Step.SESSION: Step.SERVICE,
        Step.NUMBER: Step.SESSION,
        Step.PHONE: Step.SESSION,
        Step.SMS_CODE: Step.SESSION,
        Step.SLOT: Step.SESSION,
        Step.BOOKED: Step.SERVICE,
        Step.OWN_PHONE: Step.SERVICE,
        Step.OWN_CODE: Step.SERVICE,
        Step.OWN: Step.SERVICE,
        Step.SURE: Step.OWN,
        Step.CHOICE: Step.SERVICE,
        Step.WAIT: Step.SERVICE,
        Step.PLACE: Step.SERVICE,
        Step.LOT: Step.SERVICE,
        Step.LOT_TIMES: Step.LOT,
        Step.LOT_SURE: Step.LOT,
    }
)
"""Where the star key leads from each step; from the first one out of the menu."""

PHONE_DIGITS: Final = 12
"""Most digits of a number that is keyed in: with the country, without its plus sign."""

MISSES: Final = 3
"""Silence or a key without a meaning, so often in a row, ends the dialogue."""
MOST_STEPS: Final = 60
"""No dialogue is longer: whoever goes round in circles is seen off."""
CALL_TRIES: Final = 3
"""Wrong codes of bookings in one call."""
BOOKING_TRIES: Final = 5
"""Wrong codes of one booking in ``TRIES_PERIOD``; then not even the right one opens it."""
ALL_TRIES: Final = 100
"""Wrong codes in an institution in ``TRIES_PERIOD``; then no booking is opened by telephone.

Of a million codes a hundred tries find one with a probability of 10⁻⁴.
"""
TRIES_PERIOD: Final = timedelta(hours=24)

SESSIONS_OFFERED: Final = 3
SLOTS_OFFERED: Final = 2
"""Times told at once when there are more: the third key leads on."""
MORE_KEY: Final = 3
PLACE_KEY: Final = "4"
"""Leads to one's place on the waiting list, and to the offer that waits for an answer."""

BACK_KEY: Final = "*"
LEAVE_KEY: Final = "0"
LANGUAGE_KEY: Final = "9"


class Facts(Struct, frozen=True, kw_only=True):
    """What was chosen and proven so far in this call.

    ``booking`` was opened by its code, ``made`` is the one that was booked or moved last.
    ``goal`` is where the proof of the number leads. ``entry`` is the place on a waiting list
    that was told last, ``offer`` what was offered to it then; ``nth`` counts such places.
    ``wishes`` are the times that were named for a draw.
    """

    sessions: tuple[PublicId, ...] = ()
    session: PublicId | None = None
    starts: tuple[datetime, ...] = ()
    after: int = 0
    phone: str | None = None
    token: str = ""
    is_proven: bool = False
    own_phone: str | None = None
    tries: int = 0
    booking: PublicId | None = None
    is_moving: bool = False
    made: PublicId | None = None
    goal: Step = Step.SLOT
    entry: PublicId | None = None
    offer: PublicId | None = None
    nth: int = 0
    wishes: tuple[datetime, ...] = ()


class Dialogue(Struct, frozen=True, kw_only=True):
    """A call in the menu; ``number`` counts its steps, ``misses`` the answers without a meaning."""

    id: int
    public_id: PublicId
    institution: InstitutionId
    line: LineId
    sid: CallSid
    caller: str | None
    leg: PublicId | None
    language: str
    step: Step
    number: int
    misses: int
    facts: Facts
    started_at: datetime


class OwnCode(Struct, frozen=True, kw_only=True):
    """A booking that may be opened by code: ``mac`` is the keyed hash of that code."""

    id: BookingId
    public_id: PublicId
    session: PublicId
    mac: str


def choose_number(keys: str, *, of: int) -> int | None:
    """Place, from 0, of what was chosen of ``of`` things by one key; None if it names none."""
    if len(keys) != 1 or not keys.isascii() or not keys.isdigit():
        return None
    number = int(keys)
    return number - 1 if 1 <= number <= of else None


def may_try(*, of_booking: int, of_all: int) -> bool:
    """Whether a code of a booking is looked at, after so many wrong ones in the period."""
    return of_booking < BOOKING_TRIES and of_all < ALL_TRIES
