"""How offers to the waiting list are read and written: each is a row that holds its slot."""

from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import BookingId, PublicId, SessionId
from hotline_sessions.domain.sessions import BOOKABLE, Session
from hotline_sessions.domain.slots import Slot
from hotline_sessions.domain.waiting_list import WaitingEntry, WaitingState
from hotline_sessions.domain.waiting_offers import Candidate, Offer
from hotline_sessions.store.bookings import find_booking
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.offer_limits import COUNT_IN_MONTH, IS_WAIVED
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.transaction import savepoint


_BOOKABLE: Final = ", ".join(f"'{state.value}'" for state in sorted(BOOKABLE))
_ENTRY: Final = ", ".join(f"w.{name}" for name in WaitingEntry.__struct_fields__)
_SESSION: Final = ", ".join(Session.__struct_fields__)
_CANDIDATES: Final = f"""
select {_ENTRY}, h.id as held, t.starts_at as held_starts_at,
       array(select x.slot from booking x
              where x.session = s.id and x.phone = w.phone and x.origin = 'offer'
                and x.state <> 'offered') as refused,
       $3 > 0 and not {IS_WAIVED.format(phone="w.phone")}
           and {COUNT_IN_MONTH.format(phone="w.phone", but="null")} >= $3 as is_at_limit
  from session s
  join session o on o.post = s.post and o.institution = s.institution
  join waiting_entry w on w.session = o.id
  left join booking h on h.session = s.id and h.phone = w.phone and h.state in ('booked', 'heard')
  left join slot t on t.id = h.slot
 where s.id = $1 and w.state = 'waiting' and (not w.is_draw or w.place is not null)
   and (o.id = s.id
        or (w.any_session and not w.wants_earlier and s.booking_mode <> 'draw'
            and o.state in ({_BOOKABLE})))
 order by o.id <> s.id, w.place nulls last, w.joined_at, w.id limit $4 offset $5"""
"""First those who wait for this very session, then those content with any of the post."""


async def list_candidates(
    session: SessionId, *, cap: int, now: datetime, limit: int, offset: int = 0
) -> list[Candidate]:
    """Some of those to whom slots of the session might be offered, in order.

    ``cap`` is how many talks a phone may have in a month, 0 for any number.
    """
    rows = await fetch_rows(_CANDIDATES, session, now, cap, limit, offset)
    return [_read_candidate(dict(row)) for row in rows]


def _read_candidate(row: dict[str, Any]) -> Candidate:
    known = {name: row.pop(name) for name in ("held", "held_starts_at", "refused", "is_at_limit")}
    return msgspec.convert({"entry": row, **known}, Candidate)


async def read_session(session: SessionId) -> Session:
    """The session as it is now, of whichever institution.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_row(f"select {_SESSION} from session where id = $1", session)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Session)


async def take_entry(entry: WaitingEntry) -> bool:
    """Lock an entry that still waits; false if it does not, or if somebody else has it.

    Another session of the post may be offering to it at this moment: nobody waits for that.
    """
    found = await fetch_value(
        "select id from waiting_entry where id = $1 and state = 'waiting' for update skip locked",
        entry.id,
    )
    return found is not None


async def add_offer(
    candidate: Candidate, slot: Slot, *, session: Session, now: datetime, expires_at: datetime
) -> BookingId | None:
    """Keep the slot for the citizen; None if slot or phone turned out to be taken.

    One statement, guarded by the unique indexes. There is no code before the yes: what stands
    in its place can be keyed in by nobody.
    """
    entry, name = candidate.entry, draw_public_id()
    found = await fetch_value(
        """insert into booking (public_id, institution, session, slot, phone, caller_name,
                                community, question, code_mac, code_hint, state, booked_at,
                                wants_call_back, language, origin, expires_at, instead_of, email)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', 'offered', $10, $11, $12, 'offer',
                   $13, $14::bigint,
                   coalesce(nullif($15, ''), (select email from booking where id = $14), ''))
           on conflict do nothing returning id""",
        name,
        session.institution,
        session.id,
        slot.id,
        entry.phone,
        entry.caller_name,
        entry.community,
        entry.question,
        f"offer:{name}",
        now,
        entry.wants_call_back,
        entry.language,
        expires_at,
        candidate.held if entry.wants_earlier else None,
        entry.email,
    )
    return None if found is None else BookingId(found)


async def find_offer(public_id: str) -> Offer | None:
    """The offer with this name in addresses, whatever became of it."""
    booking = await find_booking(public_id)
    row = (
        None
        if booking is None
        else await fetch_row(
            """select b.expires_at, b.instead_of, s.public_id as session_name
             from booking b join session s on s.id = b.session
            where b.id = $1 and b.origin = 'offer'""",
            booking.id,
        )
    )
    if booking is None or row is None:
        return None
    entry = await fetch_row(
        f"select {_ENTRY} from waiting_entry w where w.booking = $1 order by w.id desc limit 1",
        booking.id,
    )
    return Offer(
        booking=booking,
        entry=None if entry is None else msgspec.convert(dict(entry), WaitingEntry),
        session_name=PublicId(row["session_name"]),
        instead_of=None if row["instead_of"] is None else BookingId(row["instead_of"]),
        expires_at=row["expires_at"],
    )


async def find_offer_of_entry(entry: WaitingEntry) -> Offer | None:
    """The offer that waits for the yes of an entry."""
    if entry.booking is None or entry.state is not WaitingState.OFFERED:
        return None
    name = await fetch_value("select public_id from booking where id = $1", entry.booking)
    return await find_offer(name)


async def list_offers(session: SessionId, *, until: datetime | None = None) -> list[PublicId]:
    """Names of the offers of the session that stand; only those that end by ``until``, if given."""
    rows = await fetch_rows(
        """select public_id from booking
            where session = $1 and state = 'offered'
              and ($2::timestamptz is null or expires_at <= $2) order by expires_at, id""",
        session,
        until,
    )
    return [PublicId(row["public_id"]) for row in rows]


async def mark_offer_booked(
    offer: BookingId, *, code_mac: str, code_hint: str, now: datetime
) -> bool:
    """Make the offer a booking; false if the code is another one's in this session."""
    try:
        async with savepoint():
            await run_sql(
                """update booking set state = $2, code_mac = $3, code_hint = $4, booked_at = $5,
                                      expires_at = null where id = $1""",
                offer,
                BookingState.BOOKED.value,
                code_mac,
                code_hint,
                now,
            )
    except asyncpg.UniqueViolationError:
        return False
    return True
