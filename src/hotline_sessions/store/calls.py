"""How legs of calls and their events are read and written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.calls import CallEvent, CallState, Leg, Role
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import BookingId, CallSid, SessionId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_row, fetch_rows, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_SELECT: Final = """
select id, public_id, institution, session, booking, role, sid, peer_number, state, state_since,
       identity, language, code_tries, turn, started_at, waiting_since, on_air_at, off_air_at,
       ended_at
  from call
"""


async def add_leg(
    session: Session,
    role: Role,
    state: CallState,
    now: datetime,
    *,
    sid: CallSid | None = None,
    peer_number: str | None = None,
    booking: BookingId | None = None,
) -> Leg:
    """A new leg of the session."""
    name = draw_public_id()
    await run_sql(
        """insert into call (public_id, institution, session, booking, role, sid, peer_number,
                             state, state_since, identity, language, code_tries, turn, started_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'none', 'uk', 0, 0, $9)""",
        name,
        session.institution,
        session.id,
        booking,
        role.value,
        sid,
        peer_number,
        state.value,
        now,
    )
    return await get_leg(name)


async def find_leg(public_id: str) -> Leg | None:
    """The leg with this name."""
    row = await fetch_row(_SELECT + " where public_id = $1", public_id)
    return None if row is None else msgspec.convert(dict(row), Leg)


async def get_leg(public_id: str) -> Leg:
    """The leg with this name.

    Raises:
        NotFound: There is none.
    """
    leg = await find_leg(public_id)
    if leg is None:
        raise NotFound
    return leg


async def find_leg_by_sid(sid: CallSid) -> Leg | None:
    """The leg that the provider calls ``sid``."""
    row = await fetch_row(_SELECT + " where sid = $1", sid)
    return None if row is None else msgspec.convert(dict(row), Leg)


async def list_live_legs(session: SessionId) -> list[Leg]:
    """Legs of the session that have not ended, the oldest first."""
    rows = await fetch_rows(
        _SELECT + " where session = $1 and state <> 'ended' order by id", session
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]


async def list_talked(session: SessionId) -> list[Leg]:
    """Citizens who have been on the air and are not any more, the latest first."""
    rows = await fetch_rows(
        _SELECT
        + """where session = $1 and role = 'citizen' and state = 'ended'
              and on_air_at is not null order by off_air_at desc nulls last, id desc""",
        session,
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]


async def list_stale_legs(before: datetime, *, limit: int) -> list[Leg]:
    """Live legs that have been in their state since ``before`` or longer.

    Those who wait come last: there may be many, and to wait long is nothing unusual.
    """
    rows = await fetch_rows(
        _SELECT
        + """where state <> 'ended' and state_since < $1
             order by state = 'waiting', state_since limit $2""",
        before,
        limit,
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]


async def mark_leg(leg: Leg) -> None:
    """Write everything about a leg that may change."""
    await run_sql(
        """update call set booking = $2, sid = $3, state = $4, state_since = $5, identity = $6,
                           code_tries = $7, turn = $8, waiting_since = $9, on_air_at = $10,
                           off_air_at = $11, ended_at = $12
            where id = $1""",
        leg.id,
        leg.booking,
        leg.sid,
        leg.state.value,
        leg.state_since,
        leg.identity.value,
        leg.code_tries,
        leg.turn,
        leg.waiting_since,
        leg.on_air_at,
        leg.off_air_at,
        leg.ended_at,
    )


async def add_event(
    before: Leg, after: Leg, event: CallEvent, now: datetime, detail: Mapping[str, object]
) -> None:
    """What happened to a leg; written once."""
    await run_sql(
        """insert into call_event (call, event, state_before, state_after, happened_at, detail)
           values ($1, $2, $3, $4, $5, $6)""",
        before.id,
        event.value,
        before.state.value,
        after.state.value,
        now,
        msgspec.json.encode(dict(detail)).decode(),
    )
