"""Planned sessions as the staff of an institution see them, drafts included."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.ids import LineId, PostId, PublicId, SessionId
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.sessions import BookingMode, SessionState
from hotline_sessions.domain.slots import Slot
from hotline_sessions.domain.times import Window


class Part(StrEnum):
    """Which part of the plan is asked for."""

    COMING = "coming"
    DRAFTS = "drafts"
    PAST = "past"
    ALL = "all"


class PlannedSession(Struct, frozen=True, kw_only=True):
    """A session with the names of what it refers to.

    ``slots`` counts its talks, ``bookable`` those open to booking, ``booked`` those taken.
    ``has_draw``: lots are to fall for them, or have fallen, and there is a page that says how.
    """

    id: SessionId
    public_id: PublicId
    state: SessionState
    topic: str
    place: str = ""
    community: str = ""
    held_on: date
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    talk_minutes: int
    rest_minutes: int
    walk_in_percent: int
    is_automatic: bool
    is_recorded: bool
    is_transcribed: bool
    post: PostId
    post_uk: str
    post_en: str
    official_name: str | None
    line: LineId | None
    line_number: PhoneNumber | None
    ring_number: str | None
    cancel_reason: str
    rescheduled_to: PublicId | None
    slots: int
    bookable: int
    booked: int
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    booking_mode: BookingMode = BookingMode.FIRST_COME
    has_draw: bool = False

    @property
    def window(self) -> Window:
        """From the first call to the last."""
        return Window(starts_at=self.starts_at, ends_at=self.ends_at)

    @property
    def talk(self) -> timedelta:
        """Length of a talk."""
        return timedelta(minutes=self.talk_minutes)

    def post_title(self, locale: str) -> str:
        """Title of the official's post in ``locale``."""
        return self.post_en if locale == "en" and self.post_en else self.post_uk


class SlotLine(Struct, frozen=True, kw_only=True):
    """A talk of the plan, with who has booked it, or offered to the waiting list."""

    slot: Slot
    booking: Booking | None
    is_offered: bool = False

    @property
    def window(self) -> Window:
        """From its start to its end."""
        return Window(starts_at=self.slot.starts_at, ends_at=self.slot.ends_at)
