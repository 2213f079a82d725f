"""Announcement: what the public may know of a session; no name or number of a citizen."""

from datetime import date, datetime

from msgspec import Struct

from hotline_sessions.domain.ids import InstitutionId, PublicId, SessionId
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.sessions import BookingMode, SessionState


class Announcement(Struct, frozen=True, kw_only=True):
    """A session as it is announced: who, when, on which number, on which topic.

    ``bookable`` counts the slots that may be booked at all, ``booked`` those taken.
    ``official_name`` answers; ``substituted_name`` was announced first, where that is another.
    ``is_drawn``: lots have fallen for its slots, and the draw is published. ``region`` is that
    of the institution, ``community`` the one whose people the session is for, if not for all.
    """

    id: SessionId
    public_id: PublicId
    institution: InstitutionId
    institution_slug: str
    institution_uk: str
    institution_en: str
    post_public_id: PublicId
    post_uk: str
    post_en: str
    portfolio: str
    official_name: str | None
    topic: str
    held_on: date
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    talk_minutes: int
    line_number: PhoneNumber | None
    line_is_free: bool | None
    state: SessionState
    cancel_reason: str
    rescheduled_to: PublicId | None
    sequence: int
    updated_at: datetime
    bookable: int
    booked: int
    substituted_name: str | None = None
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    booking_mode: BookingMode = BookingMode.FIRST_COME
    is_drawn: bool = False
    region: str = ""
    community: str = ""

    def institution_name(self, locale: str) -> str:
        """Name of the institution in ``locale``."""
        return (
            self.institution_en if locale == "en" and self.institution_en else self.institution_uk
        )

    def post_title(self, locale: str) -> str:
        """Title of the official's post in ``locale``."""
        return self.post_en if locale == "en" and self.post_en else self.post_uk


class Filter(Struct, frozen=True, kw_only=True):
    """Which announcements are asked for; what is None does not narrow.

    ``line`` is the number without its plus, ``region`` that of the institution.
    """

    institution: str | None = None
    official: str | None = None
    topic: str | None = None
    line: str | None = None
    region: str | None = None
    community: str | None = None
