"""Secret addresses at which calendars ask for the bookings of one phone."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.ids import PublicId, SessionId
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


class Talk(Struct, frozen=True, kw_only=True):
    """What a calendar must know of a booking; ``changed_at``: when it was made or ended."""

    public_id: PublicId
    session: SessionId
    state: BookingState
    version: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime


async def add_feed(phone: str, token_mac: str, *, now: datetime, expires_at: datetime) -> None:
    """A new address; the one before it must have been revoked."""
    await run_sql(
        """insert into booking_feed (phone, token_mac, made_at, expires_at)
           values ($1, $2, $3, $4)""",
        phone,
        token_mac,
        now,
        expires_at,
    )


async def revoke_feed(phone: str, *, now: datetime) -> None:
    """No address of ``phone`` is good any more."""
    await run_sql(
        "update booking_feed set revoked_at = $2 where phone = $1 and revoked_at is null",
        phone,
        now,
    )


async def find_made_at(phone: str, *, now: datetime) -> datetime | None:
    """When the address of ``phone`` that is good now was made."""
    found: datetime | None = await fetch_value(
        """select made_at from booking_feed
            where phone = $1 and revoked_at is null and expires_at > $2""",
        phone,
        now,
    )
    return found


async def find_phone(token_mac: str, *, now: datetime) -> str | None:
    """Whose bookings the address with this keyed hash shows."""
    found: str | None = await fetch_value(
        """select phone from booking_feed
            where token_mac = $1 and revoked_at is null and expires_at > $2""",
        token_mac,
        now,
    )
    return found


async def list_talks(phone: str, *, since: datetime) -> list[Talk]:
    """Bookings of ``phone`` whose talk ends after ``since``; what was only offered is none."""
    rows = await fetch_rows(
        """select b.public_id, b.session, b.state, b.version, t.starts_at, t.ends_at,
                  greatest(b.booked_at, b.ended_at) as changed_at
             from booking b join slot t on t.id = b.slot
            where b.phone = $1 and t.ends_at > $2
              and b.state in ('booked', 'heard', 'missed', 'cancelled')
            order by t.starts_at, b.id""",
        phone,
        since,
    )
    return [msgspec.convert(dict(row), Talk) for row in rows]
