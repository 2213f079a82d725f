"""Waiting list: who waits for a slot, who is next, and how long an offer stands."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.bookings import Origin
from hotline_sessions.domain.errors import Conflict, TooLate
from hotline_sessions.domain.ids import (
    AccountId,
    BookingId,
    InstitutionId,
    PublicId,
    SessionId,
    WaitingEntryId,
)


class WaitingState(StrEnum):
    """Where an entry of the waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    LEFT = "left"
    EXPIRED = "expired"


STANDING: Final = frozenset({WaitingState.WAITING, WaitingState.OFFERED})
"""States in which an entry is on the list."""


class NewEntry(Struct, frozen=True, kw_only=True):
    """A citizen who is about to wait; the fields are those of ``WaitingEntry``."""

    phone: str
    caller_name: str
    community: str
    question: str
    language: str = "uk"
    wants_call_back: bool = False
    is_draw: bool = False
    wants_earlier: bool = False
    any_session: bool = False
    origin: Origin = Origin.WEB
    author: AccountId | None = None
    email: str = ""


class WaitingEntry(Struct, frozen=True, kw_only=True):
    """A citizen who waits for a slot of a session.

    ``is_draw``: registered for a draw; without a ``place`` it is still to come, and nothing is
    offered before it. ``wants_earlier``: has a slot, and wishes to have an earlier one.
    ``any_session``: content with a slot of another coming session of the same post, too.
    ``booking`` is what was offered or made. ``author`` is the operator who wrote it down;
    ``refusal`` the code of why a lot that fell on it became no booking.
    """

    id: WaitingEntryId
    public_id: PublicId
    institution: InstitutionId
    session: SessionId
    phone: str
    caller_name: str
    community: str
    question: str
    language: str = "uk"
    wants_call_back: bool = False
    is_draw: bool = False
    place: int | None = None
    wants_earlier: bool = False
    any_session: bool = False
    state: WaitingState = WaitingState.WAITING
    booking: BookingId | None = None
    joined_at: datetime
    ended_at: datetime | None = None
    origin: Origin = Origin.WEB
    author: AccountId | None = None
    refusal: str = ""
    email: str = ""


class SlotsFree(Conflict):
    """Nobody need wait: a slot such as is wished for can be booked right now."""

    code = "slots-free"


class NothingToBetter(Conflict):
    """An earlier slot is for who holds a later one of the same session."""

    code = "nothing-to-better"


class EntryOver(TooLate):
    """The entry is not on the list any more."""

    code = "entry-over"
