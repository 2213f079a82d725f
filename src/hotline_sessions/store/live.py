"""Reading of what the live desk and the telephone need to know of a session."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.ids import BookingId, CallId, LineId, SessionId
from hotline_sessions.domain.prompts import Host
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_row, fetch_rows, run_sql


async def get_host(session: SessionId, *, locale: str) -> Host:
    """Who answers in the session."""
    row = await fetch_row(
        """select case when $2 = 'en' and i.name_en <> '' then i.name_en else i.name_uk end
                      as institution,
                  case when $2 = 'en' and p.title_en <> '' then p.title_en else p.title_uk end
                      as post,
                  o.full_name as official
             from session s join institution i on i.id = s.institution
             join post p on p.id = s.post
             left join official o on o.id = coalesce(s.substitute, s.official)
            where s.id = $1""",
        session,
        locale,
    )
    return msgspec.convert(dict(row or {}), Host)


async def list_bookings_by_id(bookings: Collection[BookingId]) -> dict[BookingId, Booking]:
    """Bookings by their keys."""
    rows = await fetch_rows(
        """select b.id, b.public_id, b.institution, b.session, b.slot, b.phone, b.caller_name,
                  b.community, b.question, b.code_hint, b.wants_call_back, b.state,
                  t.starts_at, t.ends_at
             from booking b join slot t on t.id = b.slot where b.id = any($1::bigint[])""",
        list(bookings),
    )
    return {BookingId(row["id"]): msgspec.convert(dict(row), Booking) for row in rows}


async def list_registered_calls(session: SessionId) -> set[CallId]:
    """Calls of the session for which an appeal has been registered."""
    rows = await fetch_rows(
        "select call from appeal where session = $1 and call is not null", session
    )
    return {CallId(row["call"]) for row in rows}


async def find_next_session(lines: Collection[LineId], now: datetime) -> Session | None:
    """The next announced session on one of the lines."""
    row = await fetch_row(
        """select * from session where line = any($1::bigint[]) and starts_at > $2
            and state = 'published' order by starts_at limit 1""",
        list(lines),
        now,
    )
    return None if row is None else msgspec.convert(dict(row), Session)


async def mark_bookings_missed(session: SessionId, now: datetime) -> None:
    """Write that those who have not been heard have missed their talks.

    Nobody has missed a talk that fell away, or that could not be held.
    """
    await run_sql(
        """update booking b set state = 'missed', ended_at = $2
             from slot t, session s
            where b.session = $1 and b.state = 'booked' and t.id = b.slot and s.id = b.session
              and t.starts_at >= s.starts_at and t.ends_at <= s.ends_at
              and not exists (select from booking_choice c
                               where c.booking = b.id and c.cause in ('paused', 'unheard')
                                 and c.choice is null)""",
        session,
        now,
    )
