"""What messages about a booking are made of, as it stands when one of them is sent."""

from datetime import datetime, timedelta

from msgspec import Struct

from hotline_sessions.domain.bookings import LIVE, BookingState
from hotline_sessions.domain.ids import BookingId, InstitutionId, PublicId
from hotline_sessions.domain.messages import STANDING, Message
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.sessions import BOOKABLE, SessionState


class Told(Struct, frozen=True, kw_only=True):
    """A booking with its session, as a message tells of it.

    ``moved_to`` is the start of the session that is held instead, ``shift_seconds`` how much
    later than planned the talks begin.
    """

    id: BookingId
    public_id: PublicId
    institution: InstitutionId
    institution_uk: str
    institution_en: str
    phone: str
    email: str
    language: str
    version: int
    state: BookingState
    starts_at: datetime
    ends_at: datetime
    session_public_id: PublicId
    session_state: SessionState
    time_zone: str
    shift_seconds: int
    post_uk: str
    post_en: str
    topic: str
    line: PhoneNumber
    moved_to: datetime | None = None

    @property
    def expected_at(self) -> datetime:
        """When the talk begins, after pauses of the session."""
        return self.starts_at + timedelta(seconds=self.shift_seconds)

    def institution_name(self, locale: str) -> str:
        """Name of the institution in ``locale``."""
        return (
            self.institution_en if locale == "en" and self.institution_en else self.institution_uk
        )

    def post_title(self, locale: str) -> str:
        """Title of the official's post in ``locale``."""
        return self.post_en if locale == "en" and self.post_en else self.post_uk


def is_true_still(message: Message, told: Told | None) -> bool:
    """Whether what the message tells of its booking has not been overtaken by events."""
    if message.booking is None or message.purpose not in STANDING:
        return True
    if told is None or told.state not in LIVE or told.session_state not in BOOKABLE:
        return False
    return message.booking_version in {None, told.version}
