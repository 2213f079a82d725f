"""How bookings are read and written."""

from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from hotline_sessions.domain.bookings import Booking, BookingState, Caller, Wish
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import BookingId, InstitutionId, PublicId, SessionId, SlotId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.tables.bookings import BookingRow
from hotline_sessions.store.transaction import savepoint


_SELECT: Final = """
select b.id, b.public_id, b.institution, b.session, b.slot, b.phone, b.caller_name,
       b.community, b.question, b.code_hint, b.wants_call_back, b.state,
       b.version, b.language, b.email, b.origin,
       t.starts_at, t.ends_at
  from booking b join slot t on t.id = b.slot
"""


async def list_taken(session: SessionId) -> set[SlotId]:
    """Slots of the session that somebody holds or is offered."""
    rows = await fetch_rows(
        "select slot from booking where session = $1 and state in ('booked', 'heard', 'offered')",
        session,
    )
    return {SlotId(row["slot"]) for row in rows}


async def add_booking(
    session: Session,
    slot: SlotId,
    wish: Wish,
    caller: Caller,
    *,
    code_mac: str,
    code_hint: str,
    now: datetime,
) -> PublicId | None:
    """Name of the new booking; None if slot, phone or code turned out to be taken.

    One statement, guarded by the unique indexes: of any number of simultaneous callers
    one gets the slot.
    """
    name = await fetch_value(
        """insert into booking (public_id, institution, session, slot, phone, caller_name,
                                community, question, code_mac, code_hint, state, booked_at,
                                wants_call_back)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'booked', $11, $12)
           on conflict do nothing returning public_id""",
        draw_public_id(),
        session.institution,
        session.id,
        slot,
        caller.phone,
        caller.name,
        wish.community,
        wish.question,
        code_mac,
        code_hint,
        now,
        wish.wants_call_back,
    )
    return None if name is None else PublicId(name)


async def get_code_mac(public_id: str) -> str:
    """What is kept in place of the code of a booking.

    Raises:
        NotFound: There is no such booking.
    """
    kept = await fetch_value("select code_mac from booking where public_id = $1", public_id)
    if kept is None:
        raise NotFound
    return str(kept)


async def mark_question(booking: BookingId, question: str) -> None:
    """Write what the citizen wants to ask instead."""
    await run_sql("update booking set question = $2 where id = $1", booking, question)


async def put_into_slot(booking: BookingId, slot: SlotId) -> bool:
    """Exchange the slot of a live booking; false if somebody else turned out to hold it.

    One statement, guarded by the unique index: there is no moment with both or with neither.
    """
    try:
        async with savepoint():
            await run_sql(
                "update booking set slot = $2, version = version + 1 "
                "where id = $1 and state = 'booked'",
                booking,
                slot,
            )
    except asyncpg.UniqueViolationError:
        return False
    return True


async def find_booking(public_id: str) -> Booking | None:
    """The booking with this name in addresses."""
    row = await fetch_row(_SELECT + "where b.public_id = $1", public_id)
    return None if row is None else msgspec.convert(dict(row), Booking)


async def lock_booking(public_id: str) -> Booking:
    """The booking, locked until the transaction ends.

    Rows that only refer to it can be written meanwhile, such as the offer of an earlier slot.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_row(_SELECT + "where b.public_id = $1 for no key update of b", public_id)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Booking)


async def find_live_booking(session: SessionId, phone: str) -> Booking | None:
    """The booking that ``phone`` holds in the session."""
    row = await fetch_row(
        _SELECT + "where b.session = $1 and b.phone = $2 and b.state in ('booked', 'heard')",
        session,
        phone,
    )
    return None if row is None else msgspec.convert(dict(row), Booking)


async def find_booking_by_code(session: SessionId, code_mac: str) -> Booking | None:
    """The live booking of the session with this code, by its keyed hash."""
    row = await fetch_row(
        _SELECT + "where b.session = $1 and b.code_mac = $2 and b.state = 'booked'",
        session,
        code_mac,
    )
    return None if row is None else msgspec.convert(dict(row), Booking)


async def list_codes_of(phone: str, *, since: datetime) -> list[tuple[str, str, str]]:
    """Bookings of ``phone`` whose talk ends after ``since``: names of booking and session, code.

    The code is a keyed hash. The latest talk comes first.
    """
    rows = await fetch_rows(
        """select b.public_id, s.public_id as session, b.code_mac
             from booking b join slot t on t.id = b.slot join session s on s.id = b.session
            where b.phone = $1 and t.ends_at > $2 order by t.starts_at desc, b.id desc""",
        phone,
        since,
    )
    return [(row["public_id"], row["session"], row["code_mac"]) for row in rows]


async def get_booking(booking: BookingId, *, institution: InstitutionId) -> Booking:
    """The booking, if it belongs to the institution.

    Raises:
        NotFound: There is no such booking there.
    """
    row = await fetch_row(_SELECT + "where b.id = $1 and b.institution = $2", booking, institution)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Booking)


async def list_bookings(session: SessionId, *, institution: InstitutionId) -> list[Booking]:
    """Live bookings of the session in the order of their slots."""
    rows = await fetch_rows(
        _SELECT
        + """where b.session = $1 and b.institution = $2 and b.state in ('booked', 'heard')
             order by t.starts_at""",
        session,
        institution,
    )
    return [msgspec.convert(dict(row), Booking) for row in rows]


async def mark_call_wanted(booking: BookingId) -> None:
    """Write that the citizen wishes to be called when the talk begins."""
    await BookingRow.update({BookingRow.wants_call_back: True}).where(BookingRow.id == booking)


async def mark_booking(booking: BookingId, state: BookingState, now: datetime) -> None:
    """Write the state in which the booking ended."""
    await BookingRow.update({BookingRow.state: state.value, BookingRow.ended_at: now}).where(
        BookingRow.id == booking
    )
