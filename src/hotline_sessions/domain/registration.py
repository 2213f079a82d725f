"""Registration: from when to when, and in which order, the slots of a session are given."""

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from hotline_sessions.domain.errors import Conflict, TooLate
from hotline_sessions.domain.sessions import BookingMode


class RegistrationNotOpen(Conflict):
    """No slot is given yet.

    Facts: ``opens_at``: day and wall time at which it opens, as people read them.
    """

    code = "registration-not-open"


class RegistrationClosed(TooLate):
    """No slot is given any more, although the session is still ahead."""

    code = "registration-closed"


class DrawSession(Conflict):
    """The slots of this session are drawn by lot: whoever wants one registers for the draw."""

    code = "draw-session"


class Registrable(Protocol):
    """What has to be known of a session; times are in UTC, None where nothing was chosen."""

    @property
    def time_zone(self) -> str:
        """Name of the zone in which the session was announced."""

    @property
    def registration_opens_at(self) -> datetime | None:
        """First moment at which a slot may be taken; none: as soon as it is published."""

    @property
    def registration_closes_at(self) -> datetime | None:
        """First moment at which none may be taken any more; none: until the slot's cutoff."""

    @property
    def booking_mode(self) -> BookingMode:
        """In which order the slots are given."""


def check_registration(session: Registrable, now: datetime) -> None:
    """Refuse a booking at ``now`` unless slots are given then to whoever comes first.

    Raises:
        RegistrationNotOpen: It opens later, if only by a millisecond.
        RegistrationClosed: It has closed.
        DrawSession: The slots are drawn by lot.
    """
    check_open(session, now)
    if session.booking_mode is BookingMode.DRAW:
        raise DrawSession


def check_open(session: Registrable, now: datetime) -> None:
    """Refuse ``now`` unless it lies between opening and closing, whatever the order of slots.

    Raises:
        RegistrationNotOpen: It opens later, if only by a millisecond.
        RegistrationClosed: It has closed.
    """
    opens_at, closes_at = session.registration_opens_at, session.registration_closes_at
    if opens_at is not None and now < opens_at:
        raise build_not_open(opens_at, session.time_zone)
    if closes_at is not None and now >= closes_at:
        raise RegistrationClosed


def build_not_open(opens_at: datetime, time_zone: str) -> RegistrationNotOpen:
    """The refusal that says when registration opens, on the clocks of ``time_zone``."""
    local = opens_at.astimezone(ZoneInfo(time_zone))
    return RegistrationNotOpen(opens_at=f"{local:%d.%m.%Y, %H:%M}")
