"""Booking: a citizen's slot, and its life."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Conflict, Invalid, TooLate, TooMany
from hotline_sessions.domain.ids import BookingId, InstitutionId, PublicId, SessionId, SlotId


class BookingState(StrEnum):
    """Where a booking stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    HEARD = "heard"
    MISSED = "missed"
    OFFERED = "offered"
    """Kept for somebody on the waiting list, who has not said yes so far."""


LIVE: Final = frozenset({BookingState.BOOKED})
"""States in which a booking holds its slot."""

CallerName = Annotated[str, Meta(min_length=2, max_length=120)]
Community = Annotated[str, Meta(min_length=2, max_length=120)]
Question = Annotated[str, Meta(min_length=5, max_length=2000)]


class AlreadyBooked(Conflict):
    """This phone already holds a slot of this session."""

    code = "already-booked"


class SessionNotBookable(Conflict):
    """No slot of this session can be booked: it is not announced, over, or will not be held."""

    code = "session-not-bookable"


class TooManyBookings(Conflict):
    """The phone has all the talks that it may have in one month.

    Facts: ``cap``: how many.
    """

    code = "too-many-bookings"


class TooManyMissed(Conflict):
    """Too many talks were booked by this phone and missed: an operator books for it.

    Facts: ``missed``: how many.
    """

    code = "too-many-missed"


class BookingBusy(TooMany):
    """So many book at this moment that the wish could not be looked at. Facts: ``retry_after``."""

    code = "booking-busy"


class OtherForm(Invalid):
    """A form that has been sent already came again with something else in it."""

    code = "other-form"


class BookingOver(TooLate):
    """The booking was used, missed or cancelled, or its talk has begun."""

    code = "booking-over"


class QuestionHandedOver(TooLate):
    """The session has begun: the official has the question as it was written."""

    code = "question-handed-over"


class Origin(StrEnum):
    """By which way a booking came to be."""

    WEB = "web"
    PHONE = "phone"
    DESK = "desk"
    DRAW = "draw"
    OFFER = "offer"


class Caller(Struct, frozen=True, kw_only=True):
    """A citizen whose phone has been proven."""

    phone: str
    name: str


class Wish(Struct, frozen=True, kw_only=True):
    """What a citizen asks for when taking a slot; ``wants_call_back``: to be called at it."""

    starts_at: datetime
    community: Community
    question: Question
    wants_call_back: bool = False


class Booking(Struct, frozen=True, kw_only=True):
    """A citizen's slot; ``code_hint`` is the last two digits of the code.

    ``version`` grows with every other time it gets.
    """

    id: BookingId
    public_id: PublicId
    institution: InstitutionId
    session: SessionId
    slot: SlotId
    phone: str
    caller_name: str
    community: str
    question: str
    code_hint: str
    wants_call_back: bool = False
    state: BookingState
    version: int = 1
    language: str = "uk"
    email: str = ""
    origin: Origin = Origin.WEB
    starts_at: datetime
    ends_at: datetime


def check_may_cancel(booking: Booking, *, now: datetime) -> None:
    """Refuse to cancel what no longer stands ahead.

    Raises:
        BookingOver: The booking was used, missed or cancelled, or its talk has begun.
    """
    if booking.state not in LIVE or now >= booking.starts_at:
        raise BookingOver


def check_may_reword(booking: Booking, *, session_starts_at: datetime, now: datetime) -> None:
    """Refuse another question once the official may have read the one that was written.

    Raises:
        BookingOver: The booking was used, missed or cancelled, or its talk has begun.
        QuestionHandedOver: The session has begun.
    """
    check_may_cancel(booking, now=now)
    if now >= session_starts_at:
        raise QuestionHandedOver
