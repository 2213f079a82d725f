"""Reading of what operators see beside the calls: names, missed bookings, open questions."""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.ids import AccountId, CallId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.questions import Question
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_row, fetch_rows


async def list_legs_by_id(calls: Collection[CallId]) -> dict[CallId, Leg]:
    """Legs by their keys, ended ones included."""
    rows = await fetch_rows("select * from call where id = any($1::bigint[])", list(calls))
    return {CallId(row["id"]): msgspec.convert(dict(row), Leg) for row in rows}


async def list_names(accounts: Collection[AccountId]) -> dict[AccountId, str]:
    """Full names of members of staff."""
    rows = await fetch_rows(
        "select id, full_name from account where id = any($1::bigint[])", list(accounts)
    )
    return {AccountId(row["id"]): str(row["full_name"]) for row in rows}


async def list_missed(session: Session, now: datetime, *, grace: timedelta) -> list[Booking]:
    """Bookings whose time and grace have passed, and nobody has called by them."""
    rows = await fetch_rows(
        """select b.id, b.public_id, b.institution, b.session, b.slot, b.phone, b.caller_name,
                  b.community, b.question, b.code_hint, b.state, t.starts_at, t.ends_at
             from booking b join slot t on t.id = b.slot
            where b.session = $1 and b.institution = $2 and b.state in ('booked', 'missed')
              and t.starts_at < $3 and t.starts_at >= $4 and t.ends_at <= $5
              and not exists (select 1 from call c
                               where c.booking = b.id and c.session = b.session
                                 and (c.state <> 'ended' or c.on_air_at is not null))
            order by t.starts_at, b.id""",
        session.id,
        session.institution,
        now - session.shift - grace,
        session.starts_at,
        session.ends_at,
    )
    return [msgspec.convert(dict(row), Booking) for row in rows]


async def find_booking_of(session: SessionId, public_id: str) -> Booking | None:
    """The booking with this name, if it is one of the session."""
    row = await fetch_row(
        """select b.id, b.public_id, b.institution, b.session, b.slot, b.phone, b.caller_name,
                  b.community, b.question, b.code_hint, b.state, t.starts_at, t.ends_at
             from booking b join slot t on t.id = b.slot
            where b.session = $1 and b.public_id = $2""",
        session,
        public_id,
    )
    return None if row is None else msgspec.convert(dict(row), Booking)


async def list_calls_done_with(session: SessionId) -> set[CallId]:
    """Calls of the session whose questions need nothing more."""
    rows = await fetch_rows(
        "select call from question where session = $1 and state = 'closed'", session
    )
    return {CallId(row["call"]) for row in rows}


async def list_recordings_of(questions: Collection[Question]) -> dict[int, PublicId]:
    """Names of the recordings of questions that can be played, by their keys."""
    rows = await fetch_rows(
        """select id, public_id from recording
            where id = any($1::bigint[]) and storage_key <> '' and erased_at is null""",
        [each.recording for each in questions if each.recording is not None],
    )
    return {row["id"]: PublicId(row["public_id"]) for row in rows}


async def list_sessions_under_way(
    *, institution: InstitutionId, now: datetime, before: timedelta
) -> list[Session]:
    """Sessions of the institution whose lines are open, or open within ``before``."""
    rows = await fetch_rows(
        """select * from session
            where institution = $1
              and (state in ('open', 'live', 'paused', 'no-official', 'questions-only', 'closing')
                   or (state = 'published' and starts_at between $2 and $3))
            order by starts_at, id""",
        institution,
        now - before,
        now + before,
    )
    return [msgspec.convert(dict(row), Session) for row in rows]


async def list_live_legs_of(sessions: Collection[SessionId]) -> list[Leg]:
    """Legs of several sessions that have not ended, the oldest first."""
    rows = await fetch_rows(
        """select * from call where session = any($1::bigint[]) and state <> 'ended'
            order by id""",
        list(sessions),
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]
