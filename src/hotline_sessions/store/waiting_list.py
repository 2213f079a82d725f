"""How the waiting list is read and written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import BookingId, PublicId, SessionId, WaitingEntryId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.waiting_list import STANDING, NewEntry, WaitingEntry, WaitingState
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_COLUMNS: Final = ", ".join(f"w.{name}" for name in WaitingEntry.__struct_fields__)
_SELECT: Final = f"select {_COLUMNS} from waiting_entry w "
_IN_ORDER: Final = " order by w.place nulls last, w.joined_at, w.id"


async def lock_list(session: SessionId) -> None:
    """Let nobody else change the waiting list of the session until the transaction ends.

    Whoever also locks a booking that stands locks it before, and an offered one after: so
    nobody waits for somebody who waits for him. The row of the session will not do, since a
    booking holds it together with other bookings.
    """
    await run_sql("select pg_advisory_xact_lock(hashtextextended('waiting-list', $1))", session)


async def add_entry(new: NewEntry, *, session: Session, now: datetime) -> PublicId | None:
    """Name of the new entry; None if this phone is on the list of the session already."""
    name = await fetch_value(
        """insert into waiting_entry (public_id, institution, session, phone, caller_name,
                                      community, question, language, wants_call_back, is_draw,
                                      wants_earlier, any_session, state, joined_at, origin,
                                      author, email)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'waiting', $13, $14, $15,
                   $16)
           on conflict do nothing returning public_id""",
        draw_public_id(),
        session.institution,
        session.id,
        new.phone,
        new.caller_name,
        new.community,
        new.question,
        new.language,
        new.wants_call_back,
        new.is_draw,
        new.wants_earlier,
        new.any_session,
        now,
        new.origin.value,
        new.author,
        new.email,
    )
    return None if name is None else PublicId(name)


async def list_waiting(session: SessionId) -> list[WaitingEntry]:
    """Who is on the list of the session, in order: by place, then by the time of joining."""
    rows = await fetch_rows(
        f"{_SELECT} where w.session = $1 and w.state in ('waiting', 'offered') {_IN_ORDER}",
        session,
    )
    return [msgspec.convert(dict(row), WaitingEntry) for row in rows]


async def find_entry(public_id: str) -> WaitingEntry | None:
    """The entry with this name in addresses."""
    row = await fetch_row(_SELECT + "where w.public_id = $1", public_id)
    return None if row is None else msgspec.convert(dict(row), WaitingEntry)


async def find_standing_entry(session: SessionId, phone: str) -> WaitingEntry | None:
    """The entry with which ``phone`` is on the list of the session."""
    row = await fetch_row(
        _SELECT + "where w.session = $1 and w.phone = $2 and w.state in ('waiting', 'offered')",
        session,
        phone,
    )
    return None if row is None else msgspec.convert(dict(row), WaitingEntry)


async def find_drawn_entry(session: SessionId, phone: str) -> WaitingEntry | None:
    """The entry with which ``phone`` takes part in the draw, waits after it, or drew in vain."""
    row = await fetch_row(
        _SELECT
        + """where w.session = $1 and w.phone = $2 and w.is_draw
               and (w.state in ('waiting', 'offered') or w.refusal <> '')
             order by w.id desc limit 1""",
        session,
        phone,
    )
    return None if row is None else msgspec.convert(dict(row), WaitingEntry)


async def lock_entry(public_id: str) -> WaitingEntry:
    """The entry, locked until the transaction ends.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_row(_SELECT + "where w.public_id = $1 for update", public_id)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), WaitingEntry)


async def mark_entry(
    entry: WaitingEntryId, state: WaitingState, *, now: datetime, booking: BookingId | None = None
) -> None:
    """Write where the entry stands, and what was offered or made for it."""
    await run_sql(
        "update waiting_entry set state = $2, booking = $3, ended_at = $4 where id = $1",
        entry,
        state.value,
        booking,
        None if state in STANDING else now,
    )


async def mark_places(session: SessionId, places: Mapping[WaitingEntryId, int]) -> None:
    """Write the order that a draw has given; an entry that has a place gets offers."""
    await run_sql(
        """update waiting_entry w set place = p.place
             from unnest($2::bigint[], $3::bigint[]) as p (id, place)
            where w.id = p.id and w.session = $1""",
        session,
        list(places),
        list(places.values()),
    )


async def mark_moved(session: SessionId, *, to: SessionId, is_draw: bool) -> None:
    """Put everyone on the list of the session on that of another one, in the same order.

    ``is_draw``: lots are to fall there, and all but who has a slot take part.
    """
    await run_sql(
        """update waiting_entry
              set session = $2, is_draw = $3 and not wants_earlier,
                  place = case when $3 then null else place end
            where session = $1 and state in ('waiting', 'offered')""",
        session,
        to,
        is_draw,
    )


async def mark_refused(entry: WaitingEntryId, refusal: str) -> None:
    """Write why a lot that fell on the entry became no booking: the code of the refusal."""
    await run_sql("update waiting_entry set refusal = $2 where id = $1", entry, refusal)


async def count_before(entry: WaitingEntry) -> int:
    """How many on the list of the session stand before the entry."""
    number: int = await fetch_value(
        """select count(*) from waiting_entry
            where session = $1 and state in ('waiting', 'offered')
              and (coalesce(place, 9223372036854775807), joined_at, id)
                  < (coalesce($2::bigint, 9223372036854775807), $3::timestamptz, $4::bigint)""",
        entry.session,
        entry.place,
        entry.joined_at,
        entry.id,
    )
    return number
