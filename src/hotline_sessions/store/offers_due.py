"""What is due in waiting lists: offers that end, slots that are free, citizens not told so far."""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.bookings import Origin
from hotline_sessions.domain.ids import BookingId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.sessions import BOOKABLE
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


_BOOKABLE: Final = ", ".join(f"'{state.value}'" for state in sorted(BOOKABLE))


async def is_awaited(session: SessionId) -> bool:
    """Whether anybody is on the list of the session, or content with any of its post."""
    found: bool = await fetch_value(
        """select exists (
               select from session s
                 join session o on o.post = s.post and o.institution = s.institution
                 join waiting_entry w on w.session = o.id
                where s.id = $1 and w.state in ('waiting', 'offered')
                  and (o.id = s.id or w.any_session or exists (
                          select from booking b where b.id = w.booking and b.session = s.id)))""",
        session,
    )
    return found


async def count_claims(session: SessionId, *, since: datetime) -> int:
    """How many who had booked a session that was moved here were asked after ``since``.

    Those have not chosen so far whether they come.
    """
    count: int = await fetch_value(
        """select count(*) from session o join booking b on b.session = o.id
             join booking_choice c on c.booking = b.id
            where o.rescheduled_to = $1 and b.state = 'booked' and c.choice is null
              and c.cause = 'moved' and c.asked_at > $2""",
        session,
        since,
    )
    return count


async def mark_helped(session: SessionId, *, now: datetime) -> None:
    """Take off the list who has booked a slot of the session meanwhile without an offer."""
    await run_sql(
        """update waiting_entry w set state = 'booked', booking = b.id, ended_at = $2
             from booking b
            where w.session = $1 and w.state = 'waiting' and not w.wants_earlier
              and b.session = w.session and b.phone = w.phone and b.state in ('booked', 'heard')""",
        session,
        now,
    )


async def list_void(session: SessionId) -> list[PublicId]:
    """Offers of a slot to somebody whose own is given back, or is no longer a later one."""
    rows = await fetch_rows(
        """select x.public_id from booking x join slot xt on xt.id = x.slot
             join booking b on b.id = x.instead_of join slot bt on bt.id = b.slot
            where x.session = $1 and x.state = 'offered'
              and (b.state <> 'booked' or bt.starts_at <= xt.starts_at) order by x.id""",
        session,
    )
    return [PublicId(row["public_id"]) for row in rows]


async def list_to_settle(now: datetime) -> list[SessionId]:
    """Sessions in whose lists something is due: an offer ends, a slot is free, or all is over."""
    rows = await fetch_rows(
        f"""select session from booking where state = 'offered' and expires_at <= $1
            union
            select s.id from session s join institution i on i.id = s.institution
             where s.id in (select session from waiting_entry
                             where state in ('waiting', 'offered')
                             union select session from booking where state = 'offered'
                             union select o.id from waiting_entry w
                                     join session x on x.id = w.session
                                     join session o on o.post = x.post
                                    where w.any_session and w.state = 'waiting'
                                      and o.state in ({_BOOKABLE}) and o.ends_at > $1)
               and (s.state not in ({_BOOKABLE}) or s.ends_at <= $1
                    or exists (select from slot t
                                where t.session = s.id and t.is_bookable
                                  and t.starts_at - make_interval(mins => i.booking_cutoff_minutes)
                                      > $1
                                  and not exists (select from booking b where b.slot = t.id
                                      and b.state in ('booked', 'heard', 'offered'))))""",
        now,
    )
    return [SessionId(row["session"]) for row in rows]


class Untold(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of which its citizen has not been told.

    ``origin`` is the way by which the citizen came to the list, ``line`` the number to call.
    """

    public_id: PublicId
    institution: InstitutionId
    phone: str
    starts_at: datetime
    made_at: datetime
    expires_at: datetime
    time_zone: str
    language: str = "uk"
    origin: Origin = Origin.WEB
    line: PhoneNumber | None = None
    id: BookingId | None = None
    email: str = ""


async def list_untold(now: datetime) -> list[Untold]:
    """Offers that stand and that nobody has been told of."""
    rows = await fetch_rows(
        """select b.id, b.public_id, b.institution, b.phone, b.email, t.starts_at,
                  b.booked_at as made_at, b.expires_at, s.time_zone, b.language,
                  coalesce(w.origin, 'web') as origin, l.number as line
             from booking b join slot t on t.id = b.slot join session s on s.id = b.session
             left join line l on l.id = s.line left join waiting_entry w on w.booking = b.id
            where b.state = 'offered' and b.expires_at > $1
              and not exists (select from message m
                               where m.key = 'booking:' || b.public_id || ':offered')
            order by b.id""",
        now,
    )
    return [msgspec.convert(dict(row), Untold) for row in rows]
