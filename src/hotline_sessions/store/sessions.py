"""How sessions and their slots are read and written."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import asdict
from piccolo.columns import Column

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, SessionId
from hotline_sessions.domain.sessions import (
    SHOWN_IN_CALENDARS,
    NewSession,
    Session,
    SessionState,
)
from hotline_sessions.domain.slots import PlannedSlot, Slot
from hotline_sessions.store.engine import fetch_rows
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.tables.sessions import SessionRow, SlotRow


async def get_session(session: SessionId, *, institution: InstitutionId) -> Session:
    """The session, if it belongs to the institution.

    Raises:
        NotFound: There is no such session there.
    """
    mine = (SessionRow.id == session) & (SessionRow.institution == institution)
    row = await SessionRow.select().where(mine).first()
    if row is None:
        raise NotFound
    return msgspec.convert(row, Session)


async def find_session(public_id: str) -> Session | None:
    """The session with this name in addresses, of any institution and in any state."""
    row = await SessionRow.select().where(SessionRow.public_id == public_id).first()
    return None if row is None else msgspec.convert(row, Session)


async def get_session_of(public_id: str, *, institution: InstitutionId) -> Session:
    """The session with this name in addresses, if it belongs to the institution.

    Raises:
        NotFound: There is no such session there.
    """
    session = await find_session(public_id)
    if session is None or session.institution != institution:
        raise NotFound
    return session


async def list_sessions(
    *, institution: InstitutionId, since: datetime | None = None
) -> list[Session]:
    """Sessions of the institution in time's order, those that end after ``since`` if given."""
    query = SessionRow.select().where(SessionRow.institution == institution)
    if since is not None:
        query = query.where(SessionRow.ends_at > since)
    return msgspec.convert(await query.order_by(SessionRow.starts_at), list[Session])


async def list_admitting(*, line: int) -> list[Session]:
    """Sessions on a line that let callers in now, the earliest first."""
    rows = (
        await SessionRow.select()
        .where(
            (SessionRow.line == line)
            & SessionRow.state.is_in([SessionState.OPEN.value, SessionState.LIVE.value])
        )
        .order_by(SessionRow.starts_at)
    )
    return msgspec.convert(rows, list[Session])


async def list_under_way(now: datetime, *, within_minutes: int) -> list[SessionId]:
    """Sessions whose clock may have something to do: open, live, or about to open."""
    rows = await fetch_rows(
        """select id from session where state in ('open', 'live')
            or (state = 'published' and starts_at < $1::timestamptz + make_interval(mins => $2))
            order by starts_at, id""",
        now,
        within_minutes,
    )
    return [SessionId(row["id"]) for row in rows]


async def lock_session(session: SessionId) -> Session:
    """The session, locked until the transaction ends: all that happens to it is in one line.

    Raises:
        NotFound: There is none.
    """
    row = await SessionRow.select().where(SessionRow.id == session).first().lock_rows()
    if row is None:
        raise NotFound
    return msgspec.convert(row, Session)


async def hold_session(public_id: str) -> Session:
    """The session, kept from changing until the transaction ends; others may hold it too.

    Raises:
        NotFound: There is none.
    """
    row = (
        await SessionRow.select()
        .where(SessionRow.public_id == public_id)
        .first()
        .lock_rows("SHARE")
    )
    if row is None:
        raise NotFound
    return msgspec.convert(row, Session)


async def add_session(new: NewSession, *, institution: InstitutionId, now: datetime) -> Session:
    """A new draft."""
    row = SessionRow(
        public_id=draw_public_id(),
        institution=institution,
        state_since=now,
        created_at=now,
        updated_at=now,
        **asdict(new),
    )
    await row.save()
    return await get_session(SessionId(row.id), institution=institution)


async def find_same_start(
    post: int, starts_at: datetime, *, institution: InstitutionId
) -> Session | None:
    """A session of this post that starts at this moment, whatever became of it."""
    row = (
        await SessionRow.select()
        .where(
            (SessionRow.institution == institution)
            & (SessionRow.post == post)
            & (SessionRow.starts_at == starts_at)
        )
        .first()
    )
    return None if row is None else msgspec.convert(row, Session)


async def is_start_taken(post: int, starts_at: datetime, *, institution: InstitutionId) -> bool:
    """Whether a session of this post that has not been called off starts at this moment."""
    called_off = [SessionState.CANCELLED.value, SessionState.RESCHEDULED.value]
    return await SessionRow.exists().where(
        (SessionRow.institution == institution)
        & (SessionRow.post == post)
        & (SessionRow.starts_at == starts_at)
        & SessionRow.state.not_in(called_off)
    )


async def mark_state(
    session: SessionId,
    state: SessionState,
    now: datetime,
    *,
    reason: str = "",
    rescheduled_to: SessionId | None = None,
) -> None:
    """Write the state.

    A state that calendars show gets a higher sequence number; that callers are let in or
    that the talks have begun is nothing to them. Source: RFC 5545 §3.8.7.4.
    """
    changes: dict[Column | str, object] = {
        SessionRow.state: state.value,
        SessionRow.state_since: now,
        SessionRow.cancel_reason: reason,
        SessionRow.rescheduled_to: rescheduled_to,
    }
    if state in SHOWN_IN_CALENDARS:
        changes |= {SessionRow.updated_at: now, SessionRow.sequence: SessionRow.sequence + 1}
    await SessionRow.update(changes).where(SessionRow.id == session)


async def mark_turn(session: SessionId, turn: int) -> None:
    """Write the number of the latest summons to the air."""
    await SessionRow.update({SessionRow.turn: turn}).where(SessionRow.id == session)


async def mark_next_wanted(session: SessionId, *, wanted: bool) -> None:
    """Write whether the operator's "next" waits for the air to become free."""
    await SessionRow.update({SessionRow.next_wanted: wanted}).where(SessionRow.id == session)


async def add_slots(session: SessionId, slots: Sequence[PlannedSlot]) -> None:
    """The plan of a session."""
    rows = [
        SlotRow(
            session=session,
            starts_at=slot.window.starts_at,
            ends_at=slot.window.ends_at,
            is_bookable=slot.is_bookable,
        )
        for slot in slots
    ]
    if rows:
        await SlotRow.insert(*rows)


async def list_slots(session: SessionId) -> list[Slot]:
    """Slots of the session in time's order."""
    rows = await SlotRow.select().where(SlotRow.session == session).order_by(SlotRow.starts_at)
    return msgspec.convert(rows, list[Slot])
