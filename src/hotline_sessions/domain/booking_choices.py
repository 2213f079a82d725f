"""Choice: what the owner of a booking wants when the session is no longer what was booked.

Nothing is replaced in silence: who has booked is asked, and decides.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.bookings import Booking, BookingOver, BookingState, check_may_cancel
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import BookingId, PublicId
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.slots import Slot


class Cause(StrEnum):
    """What has changed."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    SUBSTITUTED = "substituted"
    SHORTENED = "shortened"
    PAUSED = "paused"
    """The session was broken off by a pause after which it did not go on."""
    UNHEARD = "unheard"
    """The official did not come or went, the session was ended early, or time ran out."""


class Choice(StrEnum):
    """What a citizen can want instead; ``KEEP`` is the same session with whoever answers."""

    KEEP = "keep"
    MOVE = "move"
    OTHER = "other"
    APPEAL = "appeal"
    GIVE_UP = "give-up"


OFFERED: Final[Mapping[Cause, tuple[Choice, ...]]] = MappingProxyType(
    {
        Cause.MOVED: (Choice.MOVE, Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP),
        Cause.CANCELLED: (Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP),
        Cause.SUBSTITUTED: (Choice.KEEP, Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP),
        Cause.SHORTENED: (Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP),
        Cause.PAUSED: (Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP),
        Cause.UNHEARD: (Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP),
    }
)
"""What can be chosen after each change."""

CALLED_OFF: Final = frozenset({SessionState.CANCELLED, SessionState.RESCHEDULED})
"""States in which a booking holds no time any more but still a claim to another one."""

BROKEN_OFF: Final = SessionState.CLOSED
"""Who missed a talk has no booking any more when a session closes: one that stands is a claim."""


class Timed(Protocol):
    """What has a start and an end: a booking, or a slot."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it ends."""


class Held(Timed, Protocol):
    """A session, as staff or as citizens see it."""

    @property
    def state(self) -> SessionState:
        """Where it stands."""


class NothingToChoose(Conflict):
    """The owner of the booking is asked nothing, has answered, or it is over."""

    code = "nothing-to-choose"


class Asked(Struct, frozen=True, kw_only=True):
    """A question to the owner of a booking, and the answer, once there is one."""

    id: int
    booking: BookingId
    cause: Cause
    version: int
    asked_at: datetime
    choice: Choice | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """The latest question to the owner of one booking of a session, and what came of it."""

    booking: PublicId
    caller_name: str
    phone: str
    state: BookingState
    starts_at: datetime
    ends_at: datetime
    cause: Cause
    asked_at: datetime
    choice: Choice | None


def is_lost(slot: Timed, session: Timed) -> bool:
    """Whether the slot has fallen away: the session was shortened, and it lies outside."""
    return slot.starts_at < session.starts_at or slot.ends_at > session.ends_at


def is_claim(booking: Timed, session: Held) -> bool:
    """Whether a booking that stands is a claim to another time, and holds none.

    So it is when the session was called off, was shortened so that the slot fell away, or was
    over before its owner could be heard.
    """
    is_off = session.state in CALLED_OFF or session.state is BROKEN_OFF
    return is_off or is_lost(booking, session)


def is_open(asked: Asked | None, booking: Booking) -> bool:
    """Whether an answer is still waited for; who gave the booking back has given one."""
    return asked is not None and asked.choice is None and booking.state is BookingState.BOOKED


def check_may_leave(booking: Booking, *, session: Held, now: datetime) -> None:
    """Refuse to exchange or to end what is neither a time ahead nor a claim.

    A claim outlives the hour for which it was booked.

    Raises:
        BookingOver: The booking was used, missed or given back, or its talk has begun.
    """
    if not is_claim(booking, session):
        check_may_cancel(booking, now=now)
    elif booking.state is not BookingState.BOOKED:
        raise BookingOver


def choose_same(
    free: Sequence[Slot], *, booked_at: datetime, old: datetime, new: datetime, zone: ZoneInfo
) -> Slot | None:
    """The free slot that takes the place of the one booked for ``booked_at``, if there is one.

    The same time of the day; where the new session has none, as long after its start. ``old``
    and ``new`` are the starts of both sessions.
    """
    clock = booked_at.astimezone(zone).time()
    same_clock = next(
        (slot for slot in free if slot.starts_at.astimezone(zone).time() == clock), None
    )
    same_place = new + (booked_at - old)
    return same_clock or next((slot for slot in free if slot.starts_at == same_place), None)
