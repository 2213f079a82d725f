"""How questions to owners of bookings are read and written."""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.booking_choices import Answer, Asked, Cause, Choice
from hotline_sessions.domain.ids import AccountId, BookingId, InstitutionId, SessionId
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


_COLUMNS: Final = "id, booking, cause, version, asked_at, choice"


async def ask_owners(
    session: SessionId, cause: Cause, *, version: int, now: datetime
) -> set[BookingId]:
    """Ask everyone who has booked the session and was not heard; those who were asked now.

    In the transaction that changes the session, which is locked: nobody books in between.
    Who holds a time that has passed is asked only when the session is called off; of a
    shortened session those are asked whose slots lie outside it now, and only once.
    """
    rows = await fetch_rows(
        """insert into booking_choice (booking, cause, version, asked_at)
           select b.id, $2::text, $3, $4::timestamptz
             from booking b join slot t on t.id = b.slot join session s on s.id = b.session
            where b.session = $1 and b.state = 'booked'
              and case $2::text
                  when 'shortened' then t.starts_at < s.starts_at or t.ends_at > s.ends_at
                  when 'substituted' then t.starts_at >= s.starts_at and t.ends_at <= s.ends_at
                      and t.starts_at + make_interval(secs => s.shift_seconds) > $4::timestamptz
                  else true end
              and ($2::text <> 'shortened' or not exists (
                      select from booking_choice c
                       where c.booking = b.id and c.cause = 'shortened' and c.choice is null))
           on conflict do nothing returning booking""",
        session,
        cause.value,
        version,
        now,
    )
    return {BookingId(row["booking"]) for row in rows}


async def ask_unheard(
    session: SessionId, cause: Cause, *, since: datetime, version: int, now: datetime
) -> set[BookingId]:
    """Ask those who could not be heard from ``since`` on; those who were asked now.

    They are who had a time after ``since``, or were on the line then: the others have missed
    theirs. In the transaction that closes the session.
    """
    rows = await fetch_rows(
        """insert into booking_choice (booking, cause, version, asked_at)
           select b.id, $5::text, $3, $4
             from booking b join slot t on t.id = b.slot join session s on s.id = b.session
            where b.session = $1 and b.state = 'booked'
              and t.starts_at >= s.starts_at and t.ends_at <= s.ends_at
              and (t.ends_at + make_interval(secs => s.shift_seconds) > $2
                   or exists (select from call c
                               where c.booking = b.id and c.session = b.session
                                 and (c.ended_at is null or c.ended_at >= $2)))
           on conflict do nothing returning booking""",
        session,
        since,
        version,
        now,
        cause.value,
    )
    return {BookingId(row["booking"]) for row in rows}


class LastTalk(msgspec.Struct, frozen=True, kw_only=True):
    """From when on nobody could be heard in a session that has ended, and why not."""

    since: datetime
    cause: Cause


async def find_last_talk(session: SessionId) -> LastTalk | None:
    """From when on nobody was heard any more; None if the session has not been ended.

    That is the pause or the absence of the official in which it ended, the start if the
    official never came, or else the end itself, which may have been early.
    """
    row = await fetch_row(
        """select case e.state_before when 'paused' then 'paused' else 'unheard' end as cause,
                  coalesce(
                      case when e.state_before = 'open' then s.starts_at
                           when e.state_before <> 'live' then (
                               select case p.state_before when 'open' then s.starts_at
                                      else p.happened_at end
                                 from session_event p
                                where p.session = e.session and p.event =
                                      case e.state_before when 'paused' then 'pause'
                                           else 'lose-official' end
                                order by p.id desc limit 1) end,
                      e.happened_at) as since
             from session_event e join session s on s.id = e.session
            where e.session = $1 and e.event = 'end'
            order by e.id desc limit 1""",
        session,
    )
    return None if row is None else msgspec.convert(dict(row), LastTalk)


async def find_asked(booking: BookingId) -> Asked | None:
    """The latest question to the owner of the booking: what was asked before is old."""
    row = await fetch_row(
        f"select {_COLUMNS} from booking_choice where booking = $1 order by id desc limit 1",
        booking,
    )
    return None if row is None else msgspec.convert(dict(row), Asked)


async def is_answer_awaited(phone: str, *, institution: InstitutionId, now: datetime) -> bool:
    """Whether the owner of a booking of this phone has not answered what is asked still."""
    found: bool = await fetch_value(
        """select exists (
               select from booking b join slot t on t.id = b.slot
                 join session s on s.id = b.session
                 join lateral (select c.cause, c.choice from booking_choice c
                                where c.booking = b.id order by c.id desc limit 1) c on true
                where b.phone = $1 and b.institution = $2 and b.state = 'booked'
                  and c.choice is null
                  and (t.starts_at > $3 or s.state in ('cancelled', 'rescheduled', 'closed')
                       or t.starts_at < s.starts_at or t.ends_at > s.ends_at))""",
        phone,
        institution,
        now,
    )
    return found


async def mark_choice(asked: int, choice: Choice, now: datetime, *, by: AccountId | None) -> None:
    """Write the answer; ``by`` wrote it down for the citizen."""
    await run_sql(
        """update booking_choice set choice = $2, chosen_at = $3, chosen_by = $4
            where id = $1 and choice is null""",
        asked,
        choice.value,
        now,
        by,
    )


async def answer_by_move(booking: BookingId, now: datetime) -> None:
    """Write that whose slot had fallen away has another one, taken without being asked."""
    await run_sql(
        """update booking_choice set choice = 'other', chosen_at = $2
            where booking = $1 and cause = 'shortened' and choice is null""",
        booking,
        now,
    )


async def list_answers(session: SessionId, *, institution: InstitutionId) -> list[Answer]:
    """The latest question to each owner of a booking of the session, by the time booked."""
    rows = await fetch_rows(
        """select * from (
               select distinct on (b.id) b.public_id as booking, b.caller_name, b.phone, b.state,
                      t.starts_at, t.ends_at, c.cause, c.asked_at, c.choice
                 from booking_choice c join booking b on b.id = c.booking
                 join slot t on t.id = b.slot
                where b.session = $1 and b.institution = $2
                order by b.id, c.id desc) latest
            order by starts_at, booking""",
        session,
        institution,
    )
    return [msgspec.convert(dict(row), Answer) for row in rows]
