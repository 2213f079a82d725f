"""How sessions and their slots are read and written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any, Final

import msgspec
from msgspec.structs import asdict
from piccolo.columns import Column

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, OfficialId, SessionId
from hotline_sessions.domain.sessions import (
    ANSWERING,
    SHOWN_IN_CALENDARS,
    NewSession,
    Session,
    SessionEvent,
    SessionState,
)
from hotline_sessions.domain.slots import PlannedSlot, Slot
from hotline_sessions.domain.times import Window
from hotline_sessions.store import seen
from hotline_sessions.store.conflicts import clashes_refused
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.institutions import know_call_policy
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.tables.sessions import SessionRow, SlotRow
from hotline_sessions.store.transaction import read_once


_COLUMNS: Final = ", ".join(f"s.{name}" for name in Session.__struct_fields__)
_SELECT: Final = f"select {_COLUMNS} from session s"
_WITH_POLICY: Final = f"""select {_COLUMNS},
    (select call_policy from institution i where i.id = s.institution) as call_policy
    from session s"""
_LOCK: Final = "for no key update"


def _quote(states: Iterable[SessionState]) -> str:
    return ", ".join(f"'{state.value}'" for state in sorted(states))


async def get_session(session: SessionId, *, institution: InstitutionId) -> Session:
    """The session, if it belongs to the institution.

    Raises:
        NotFound: There is no such session there.
    """
    row = await fetch_row(
        f"{_WITH_POLICY} where id = $1 and institution = $2", session, institution
    )
    if row is None:
        raise NotFound
    know_call_policy(row["institution"], row["call_policy"])
    return msgspec.convert(dict(row), Session)


async def find_sessions(sessions: Collection[SessionId]) -> dict[SessionId, Session]:
    """Sessions by their keys, of whatever institution: for work that nobody asks for."""
    rows = await fetch_rows(f"{_SELECT} where id = any($1::bigint[])", list(sessions))
    return {SessionId(row["id"]): msgspec.convert(dict(row), Session) for row in rows}


async def find_session(public_id: str) -> Session | None:
    """The session with this name in addresses, of any institution and in any state."""
    row = await fetch_row(f"{_SELECT} where public_id = $1", public_id)
    return None if row is None else msgspec.convert(dict(row), Session)


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


async def lock_answering(number: str, *, on: date) -> Session | None:
    """The session that answers calls to ``number`` on the day ``on``, locked.

    One that lets callers in comes first. One that ceases to answer while this waits for its
    lock is passed over.
    """
    row = await fetch_row(
        f"""{_WITH_POLICY} join line l on l.id = s.line
             where l.number = $1 and l.valid_from <= $2
               and (l.valid_to is null or l.valid_to > $2)
               and s.state in ({_quote(ANSWERING)})
             order by l.id, s.state in ('questions-only', 'closing'), s.starts_at, s.id
             limit 1 {_LOCK} of s""",
        number,
        on,
    )
    return None if row is None else _know_locked(row)


async def list_to_look_at(now: datetime) -> list[SessionId]:
    """Sessions at which time may have something to do now.

    A published one has nothing to do before its institution lets callers in.
    """
    rows = await fetch_rows(
        f"""select s.id from session s join institution i on i.id = s.institution
             where (state in ({_quote(ANSWERING)}) and (look_at is null or look_at <= $1))
                or (state = 'published'
                    and starts_at - make_interval(mins => i.lobby_minutes) <= $1)
             order by starts_at, s.id""",
        now,
    )
    return [SessionId(row["id"]) for row in rows]


async def mark_look_at(session: SessionId, look_at: datetime | None) -> None:
    """Write when time may have something to do at the session."""
    await run_sql("update session set look_at = $2 where id = $1", session, look_at)
    seen.note_session(session, look_at=look_at)


async def hasten_look(session: SessionId, moment: datetime) -> None:
    """Write that time has something to do at ``moment`` at the latest."""
    look_at = await fetch_value(
        "update session set look_at = least(look_at, $2::timestamptz) where id = $1 "
        "returning look_at",
        session,
        moment,
    )
    seen.note_session(session, look_at=look_at)


async def lock_session(session: SessionId) -> Session:
    """The session, locked until the transaction ends: all that happens to it is in one line.

    Raises:
        NotFound: There is none.
    """
    return await read_once(seen.locked(session), partial(_lock_session, session))


async def _lock_session(session: SessionId) -> Session:
    row = await fetch_row(f"{_WITH_POLICY} where id = $1 {_LOCK}", session)
    if row is None:
        raise NotFound
    return _know_locked(row)


def _know_locked(row: Mapping[str, Any]) -> Session:
    know_call_policy(row["institution"], row["call_policy"])
    found = msgspec.convert(dict(row), Session)
    seen.note_locked(found)
    return found


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
    """A new draft.

    Raises:
        Clashing: Another session takes up the same at this time.
    """
    row = SessionRow(
        public_id=draw_public_id(),
        institution=institution,
        state_since=now,
        created_at=now,
        updated_at=now,
        **asdict(new),
    )
    async with clashes_refused():
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
    seen.forget_session(session)


async def mark_moved_to(session: SessionId, new: SessionId) -> None:
    """Write which session a moved one has become."""
    await run_sql("update session set rescheduled_to = $2 where id = $1", session, new)
    seen.forget_session(session)


async def draw_turn(session: SessionId) -> int:
    """The number of a new summons, or of another move, of the session: none is given twice."""
    turn: int = await fetch_value(
        "update session set turn = turn + 1 where id = $1 returning turn", session
    )
    seen.note_session(session, turn=turn)
    return turn


async def add_session_event(
    session: Session, after: SessionState, event: SessionEvent, now: datetime, **detail: object
) -> None:
    """What happened to a session while callers may be on its line; written once."""
    await run_sql(
        """insert into session_event (session, event, state_before, state_after, happened_at,
                                      detail) values ($1, $2, $3, $4, $5, $6)""",
        session.id,
        event.value,
        session.state.value,
        after.value,
        now,
        msgspec.json.encode(detail).decode(),
    )


async def mark_official_due(session: SessionId, due_at: datetime | None, *, tries: int) -> None:
    """Write when the official is rung again, and how often that was done."""
    await run_sql(
        "update session set official_due_at = $2, official_tries = $3 where id = $1",
        session,
        due_at,
        tries,
    )
    seen.note_session(session, official_due_at=due_at, official_tries=tries)


async def mark_end(session: SessionId, runs_until: datetime, *, shift_seconds: int) -> None:
    """Write until when the session goes on, and how much later its slots begin."""
    await run_sql(
        "update session set runs_until = $2, shift_seconds = $3 where id = $1",
        session,
        runs_until,
        shift_seconds,
    )
    seen.note_session(session, runs_until=runs_until, shift_seconds=shift_seconds)


async def mark_shortened(
    session: Session, clocks: tuple[time, time], window: Window, now: datetime
) -> None:
    """Write that the session is held for a part of its time; what lies outside is not booked.

    Who holds such a slot is told another thing than before: the version of the booking grows.
    An extension ends, a shift by pauses stays.
    """
    await run_sql(
        """update session set opens_clock = $2, closes_clock = $3, starts_at = $4, ends_at = $5,
                  runs_until = case when shift_seconds > 0
                      then $5::timestamptz + make_interval(secs => shift_seconds) end,
                  updated_at = $6, sequence = sequence + 1, look_at = null where id = $1""",
        session.id,
        *clocks,
        window.starts_at,
        window.ends_at,
        now,
    )
    await run_sql(
        """with lost as (
               update slot set is_bookable = false
                where session = $1 and is_bookable and (starts_at < $2 or ends_at > $3)
               returning id)
           update booking set version = version + 1
            where slot in (select id from lost) and state = 'booked'""",
        session.id,
        window.starts_at,
        window.ends_at,
    )
    seen.forget_session(session.id)


async def mark_automatic(session: SessionId, *, is_automatic: bool) -> None:
    """Write whether the next citizen is put through by itself."""
    await run_sql("update session set is_automatic = $2 where id = $1", session, is_automatic)
    seen.note_session(session, is_automatic=is_automatic)


async def mark_substitute(
    session: SessionId, substitute: OfficialId, ring_number: str | None, now: datetime
) -> None:
    """Write who answers instead; calendars show it.

    Raises:
        OfficialBusy: The substitute answers in another session then.
    """
    async with clashes_refused():
        await run_sql(
            """update session set substitute = $2, ring_number = $3, updated_at = $4,
                                  sequence = sequence + 1 where id = $1""",
            session,
            substitute,
            ring_number,
            now,
        )
    seen.forget_session(session)


async def count_wrong_code(session: SessionId) -> int:
    """How many wrong codes were keyed in on the session, this one included."""
    count: int = await fetch_value(
        "update session set wrong_codes = wrong_codes + 1 where id = $1 returning wrong_codes",
        session,
    )
    seen.note_session(session, wrong_codes=count)
    return count


async def mark_next_wanted(session: SessionId, *, wanted: bool) -> None:
    """Write whether the operator's "next" waits for the air to become free."""
    await run_sql("update session set next_wanted = $2 where id = $1", session, wanted)
    seen.note_session(session, next_wanted=wanted)


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
    """Slots of the session in time's order; not those that fell away as it was shortened."""
    rows = await fetch_rows(
        """select t.id, t.starts_at, t.ends_at, t.is_bookable
             from session s join slot t on t.session = s.id
            where s.id = $1 and t.starts_at >= s.starts_at and t.ends_at <= s.ends_at
            order by t.starts_at""",
        session,
    )
    return [msgspec.convert(dict(row), Slot) for row in rows]


async def list_free_starts(
    session: SessionId, *, since: datetime, limit: int
) -> tuple[int, list[datetime]]:
    """How many bookable slots from ``since`` on nobody holds, and when the first of them start."""
    rows = await fetch_rows(
        """select t.starts_at, count(*) over () as free
             from slot t
            where t.session = $1 and t.is_bookable and t.starts_at >= $2
              and not exists (select from booking b
                               where b.slot = t.id and b.state in ('booked', 'heard', 'offered'))
            order by t.starts_at limit $3""",
        session,
        since,
        limit,
    )
    return (rows[0]["free"] if rows else 0, [row["starts_at"] for row in rows])
