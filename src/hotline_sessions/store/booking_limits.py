"""What a phone has booked and missed in an institution, and what lifts its limits."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.store.engine import fetch_rows, fetch_value


class MonthOfTalks(Struct, frozen=True, kw_only=True):
    """How many talks a phone has in the month that begins on ``begins_on``."""

    begins_on: date
    booked: int


class Waiver(Struct, frozen=True, kw_only=True):
    """Leave to book beyond the limits, and who has given it."""

    id: int
    reason: str
    given_by: str
    given_at: datetime
    expires_at: datetime


async def count_talks(
    phone: str, *, institution: InstitutionId, zone: str, now: datetime
) -> list[MonthOfTalks]:
    """Talks of the present month and of later ones; those given back or lost left out."""
    rows = await fetch_rows(
        """select (date_trunc('month', w.starts_at, $3) at time zone $3)::date as begins_on,
                  count(*) as booked
             from booking b join slot w on w.id = b.slot
             join session s on s.id = b.session and s.state not in ('cancelled', 'rescheduled')
              and not is_claim(b.state, s.state, w.starts_at, w.ends_at, s.starts_at, s.ends_at)
            where b.phone = $1 and b.institution = $2
              and b.state in ('booked', 'heard', 'missed', 'offered')
              and w.starts_at >= date_trunc('month', $4::timestamptz, $3)
            group by 1 order by 1""",
        phone,
        institution,
        zone,
        now,
    )
    return [msgspec.convert(dict(row), MonthOfTalks) for row in rows]


async def count_missed(phone: str, *, institution: InstitutionId, since: datetime) -> int:
    """Talks after ``since`` that were booked and missed."""
    missed: int = await fetch_value(
        """select count(*) from booking b join slot w on w.id = b.slot
            where b.phone = $1 and b.institution = $2 and b.state = 'missed'
              and w.starts_at > $3""",
        phone,
        institution,
        since,
    )
    return missed


async def list_waivers(phone: str, *, institution: InstitutionId, now: datetime) -> list[Waiver]:
    """Waivers that lift the limits of the phone now, the longest first."""
    rows = await fetch_rows(
        """select v.id, v.reason, a.full_name as given_by, v.given_at, v.expires_at
             from booking_waiver v join account a on a.id = v.account
            where v.phone = $1 and v.institution = $2 and v.expires_at > $3
            order by v.expires_at desc, v.id""",
        phone,
        institution,
        now,
    )
    return [msgspec.convert(dict(row), Waiver) for row in rows]


async def add_waiver(
    phone: str,
    reason: str,
    *,
    institution: InstitutionId,
    account: AccountId,
    now: datetime,
    until: datetime,
) -> int:
    """A new waiver; its number."""
    waiver: int = await fetch_value(
        """insert into booking_waiver (institution, phone, reason, account, given_at, expires_at)
           values ($1, $2, $3, $4, $5, $6) returning id""",
        institution,
        phone,
        reason,
        account,
        now,
        until,
    )
    return waiver


async def mark_waiver_ended(waiver: int, *, institution: InstitutionId, now: datetime) -> None:
    """From ``now`` on it lifts nothing.

    Raises:
        NotFound: The institution has no such waiver that stands.
    """
    ended = await fetch_value(
        """update booking_waiver set expires_at = $3
            where id = $1 and institution = $2 and expires_at > $3 returning id""",
        waiver,
        institution,
        now,
    )
    if ended is None:
        raise NotFound
