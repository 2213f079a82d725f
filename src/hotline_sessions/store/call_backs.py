"""How promises to call citizens are read and written."""

from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from hotline_sessions.domain.call_backs import CallBack, CallBackKind, CallBackState
from hotline_sessions.domain.ids import BookingId, CallId, SessionId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store import seen
from hotline_sessions.store.engine import fetch_row, fetch_rows, run_sql
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.transaction import read_once, remember


_SELECT: Final = f"select {', '.join(CallBack.__struct_fields__)} from call_back "


async def add_call_back(
    session: Session,
    kind: CallBackKind,
    phone: str,
    now: datetime,
    *,
    due_at: datetime,
    place_since: datetime,
    booking: BookingId | None = None,
    resumes: CallId | None = None,
    language: str = "uk",
) -> CallBack | None:
    """A new promise; None if this phone, or this booking, has one already."""
    row = await fetch_row(
        f"""insert into call_back (public_id, institution, session, booking, resumes, kind, phone,
                                  language, place_since, state, attempts, due_at, promised_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'due', 0, $10, $11)
           on conflict do nothing
           returning {", ".join(CallBack.__struct_fields__)}""",
        draw_public_id(),
        session.institution,
        session.id,
        booking,
        resumes,
        kind.value,
        phone,
        language,
        place_since,
        due_at,
        now,
    )
    seen.forget_standing(session.id)
    return None if row is None else msgspec.convert(dict(row), CallBack)


async def list_call_backs(session: SessionId) -> list[CallBack]:
    """All promises of a session, the earliest due first."""
    rows = await fetch_rows(_SELECT + "where session = $1 order by due_at, id", session)
    return [msgspec.convert(dict(row), CallBack) for row in rows]


async def list_standing(session: SessionId) -> list[CallBack]:
    """Promises of a session that still stand, the earliest due first."""
    return list(await read_once(seen.standing(session), partial(_read_standing, session)))


async def _read_standing(session: SessionId) -> list[CallBack]:
    rows = await fetch_rows(
        _SELECT + "where session = $1 and state in ('due', 'ringing') order by due_at, id", session
    )
    return [msgspec.convert(dict(row), CallBack) for row in rows]


async def find_call_back(public_id: str) -> CallBack | None:
    """The promise with this name."""
    row = await fetch_row(_SELECT + "where public_id = $1", public_id)
    return None if row is None else msgspec.convert(dict(row), CallBack)


async def find_call_back_of_leg(leg: CallId) -> CallBack | None:
    """The promise that a call was placed to keep."""
    row = await fetch_row(_SELECT + "where leg = $1", leg)
    return None if row is None else msgspec.convert(dict(row), CallBack)


async def mark_ringing(call_back: CallBack, leg: CallId) -> None:
    """Write that the citizen is being called by ``leg``."""
    await run_sql(
        """update call_back set state = 'ringing', leg = $2, attempts = attempts + 1
            where id = $1""",
        call_back.id,
        leg,
    )
    seen.forget_standing(call_back.session)


async def mark_due(call_back: CallBack, due_at: datetime) -> None:
    """Write when the citizen is called (again)."""
    await run_sql(
        "update call_back set state = 'due', due_at = $2 where id = $1", call_back.id, due_at
    )
    seen.forget_standing(call_back.session)


async def mark_call_back(call_back: CallBack, state: CallBackState, now: datetime) -> None:
    """Write how the promise ended."""
    await run_sql(
        "update call_back set state = $2, closed_at = $3 where id = $1",
        call_back.id,
        state.value,
        now,
    )
    seen.forget_standing(call_back.session)


async def keep_promise_of(booking: BookingId, session: SessionId, now: datetime) -> None:
    """Write that who has booked is heard: no call at the slot is needed any more."""
    await run_sql(
        """update call_back set state = 'reached', closed_at = $2
            where booking = $1 and state in ('due', 'ringing')""",
        booking,
        now,
    )
    seen.forget_standing(session)


_PLANNED: Final = """
select b.*, t.starts_at, t.starts_at + make_interval(secs => $2::int - $3::int) as due_at
  from booking b join slot t on t.id = b.slot where b.session = $1
   and t.starts_at >= $4 and t.ends_at <= $5"""
_MOVED: Final = """c.session = $1 and c.booking = p.id and c.kind = 'slot' and c.state = 'due'
   and c.attempts = 0 and c.due_at <> p.due_at"""
_WANTED: Final = "p.state = 'booked' and p.wants_call_back"


async def add_slot_call_backs(session: Session, *, lead_seconds: int, now: datetime) -> None:
    """A promise for everyone who has booked and asked to be called.

    Those that stand follow their slots: they may have been exchanged, or moved by a pause.
    Mostly there is nothing to do: then the promises that stand have been read, and no more.
    """
    places = (
        session.id,
        session.shift_seconds,
        lead_seconds,
        session.starts_at,
        session.ends_at,
    )
    rows = await fetch_rows(
        f"""with planned as ({_PLANNED})
           select exists (select from planned p join call_back c on {_MOVED})
                  or exists (select from planned p where {_WANTED} and not exists (
                             select from call_back c where c.booking = p.id and c.kind = 'slot'))
                  as is_due, {", ".join(f"c.{name}" for name in CallBack.__struct_fields__)}
             from (select 1) as one
             left join call_back c on c.session = $1 and c.state in ('due', 'ringing')
            order by c.due_at, c.id""",
        *places,
    )
    if not rows[0]["is_due"]:
        standing = [msgspec.convert(dict(row), CallBack) for row in rows if row["id"] is not None]
        remember(seen.standing(session.id), standing)
        return
    await run_sql(
        f"""with planned as ({_PLANNED}),
           followed as (
               update call_back c set place_since = p.starts_at, due_at = p.due_at
                 from planned p where {_MOVED})
           insert into call_back (public_id, institution, session, booking, kind, phone, language,
                                  place_since, state, attempts, due_at, promised_at)
           select public_id, institution, session, id, 'slot', phone, 'uk', starts_at,
                  'due', 0, due_at, $6
             from planned p where {_WANTED}
           on conflict do nothing""",
        *places,
        now,
    )
    seen.forget_standing(session.id)


async def cancel_call_backs(session: SessionId, now: datetime) -> None:
    """Write that no promise of the session will be kept any more."""
    await run_sql(
        """update call_back set state = 'cancelled', closed_at = $2
            where session = $1 and state in ('due', 'ringing')""",
        session,
        now,
    )
    seen.forget_standing(session)
