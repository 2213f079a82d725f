"""My bookings in my calendar: a secret address, made and revoked on the page of a booking.

Whoever has the page's link alone does not get it: the code of the booking is asked for, since
the calendar shows all bookings of the phone. It tells who answers and when, and neither the
citizen's name nor the question.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from msgspec.structs import replace

from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import Words
from hotline_sessions.services.bookings import UnknownBooking, find_by_code
from hotline_sessions.services.feeds import KEPT, build_entry
from hotline_sessions.services.tokens import build_token_mac, draw_token
from hotline_sessions.store.announcements import find_announcement_of
from hotline_sessions.store.booking_feeds import (
    Talk,
    add_feed,
    find_made_at,
    find_phone,
    list_talks,
    revoke_feed,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

PURPOSE: Final = "booking-feed"
LIFE: Final = timedelta(days=366)
"""How long an address is good: telephones change hands."""


async def make_link(booking: Booking, code: str, *, secret: bytes, now: datetime) -> str:
    """The secret of a new address for the phone of ``booking``; an earlier one ends.

    Raises:
        UnknownBooking: It is not the code of this booking.
    """
    found = await find_by_code(booking.phone, code, secret=secret, now=now)
    if found.id != booking.id:
        raise UnknownBooking
    token = draw_token()
    async with transaction():
        await revoke_feed(booking.phone, now=now)
        await add_feed(
            booking.phone,
            build_token_mac(secret, PURPOSE, token),
            now=now,
            expires_at=now + LIFE,
        )
    log.info("booking_feed_made", booking_id=booking.id)
    return token


async def revoke_link(booking: Booking, *, now: datetime) -> None:
    """The address shows nothing any more, wherever it was put."""
    await revoke_feed(booking.phone, now=now)
    log.info("booking_feed_revoked", booking_id=booking.id)


async def find_link(booking: Booking, *, now: datetime) -> datetime | None:
    """Since when there is an address for the phone of ``booking``."""
    return await find_made_at(booking.phone, now=now)


async def list_own_entries(
    token: str, *, secret: bytes, public_url: str, words: Words, now: datetime
) -> list[CalendarEntry]:
    """The talks that the address shows.

    Raises:
        NotFound: There is no such address, or it was revoked.
    """
    phone = await find_phone(build_token_mac(secret, PURPOSE, token), now=now)
    if phone is None:
        raise NotFound
    found = []
    for talk in await list_talks(phone, since=now - KEPT):
        announcement = await find_announcement_of(talk.session)
        if announcement is not None:
            entry = build_entry(announcement, public_url=public_url, words=words)
            found.append(_narrow(entry, talk))
    return found


def _narrow(entry: CalendarEntry, talk: Talk) -> CalendarEntry:
    """The time of the talk within its session; both count its changes."""
    given_back = talk.state is BookingState.CANCELLED
    return replace(
        entry,
        uid=f"talk-{talk.public_id}@hotline-sessions",
        sequence=entry.sequence + talk.version + given_back,
        stamped_at=max(entry.stamped_at, talk.changed_at),
        window=Window(starts_at=talk.starts_at, ends_at=talk.ends_at),
        is_cancelled=entry.is_cancelled or given_back,
    )
