"""Addresses of pages that only their owner may open: signed, without a name in them."""

from datetime import datetime, timedelta
from typing import Final

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.links import read, sign


BOOKING: Final = "booking"
APPEAL: Final = "appeal"
WAITING: Final = "waiting"
DRAW_ENTRY: Final = "draw-entry"

BOOKING_KEPT: Final = timedelta(days=7)
"""How long after its talk a booking can still be looked at."""
APPEAL_OPEN: Final = timedelta(minutes=30)
"""How long number and code open an appeal; then they are asked for again."""


def booking_path(booking: Booking, *, secret: bytes) -> str:
    """Page of a booking; the same for as long as the booking is."""
    token = sign(secret, BOOKING, booking.public_id, booking.ends_at + BOOKING_KEPT)
    return f"/bookings/{token}"


def read_booking(token: str, *, secret: bytes, now: datetime) -> PublicId:
    """The booking that an address opens.

    Raises:
        BadLink: We have not signed it.
        LinkExpired: Its time has passed.
    """
    return PublicId(read(secret, BOOKING, token, now))


def appeal_path(appeal: PublicId, *, secret: bytes, now: datetime) -> str:
    """Page of an appeal, for half an hour."""
    return f"/appeals/{sign(secret, APPEAL, appeal, now + APPEAL_OPEN)}"


def read_appeal(token: str, *, secret: bytes, now: datetime) -> PublicId:
    """The appeal that an address opens.

    Raises:
        BadLink: We have not signed it.
        LinkExpired: Its time has passed.
    """
    return PublicId(read(secret, APPEAL, token, now))


def waiting_path(entry: PublicId, ends_at: datetime, *, secret: bytes) -> str:
    """Page of an entry of the waiting list; ``ends_at``: when its session does."""
    return f"/waiting/{sign(secret, WAITING, entry, ends_at + BOOKING_KEPT)}"


def read_waiting(token: str, *, secret: bytes, now: datetime) -> PublicId:
    """The entry that an address opens.

    Raises:
        BadLink: We have not signed it.
        LinkExpired: Its time has passed.
    """
    return PublicId(read(secret, WAITING, token, now))


def draw_entry_path(entry: PublicId, ends_at: datetime, *, secret: bytes) -> str:
    """Page of an entry in a draw; ``ends_at``: when its session does."""
    return f"/draws/{sign(secret, DRAW_ENTRY, entry, ends_at + BOOKING_KEPT)}"


def read_draw_entry(token: str, *, secret: bytes, now: datetime) -> PublicId:
    """The entry in a draw that an address opens.

    Raises:
        BadLink: We have not signed it.
        LinkExpired: Its time has passed.
    """
    return PublicId(read(secret, DRAW_ENTRY, token, now))
