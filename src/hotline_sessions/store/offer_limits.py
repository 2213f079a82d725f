"""How many talks a phone has, and how many it has missed."""

from datetime import datetime
from typing import Final

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.ids import BookingId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_value, run_sql


COUNT_IN_MONTH: Final = """
    (select count(*) from booking m join slot mt on mt.id = m.slot
       join session ms on ms.id = m.session and ms.state not in ('cancelled', 'rescheduled')
        and not is_claim(m.state, ms.state, mt.starts_at, mt.ends_at, ms.starts_at, ms.ends_at)
      where m.phone = {phone} and m.institution = s.institution
        and m.state in ('booked', 'heard', 'missed', 'offered') and m.id is distinct from {but}
        and mt.starts_at >= date_trunc('month', s.starts_at, s.time_zone)
        and mt.starts_at < date_trunc('month', s.starts_at, s.time_zone) + interval '1 month')"""
"""Talks of ``phone`` in the month of the session ``s``, the booking ``but`` not counted.

A claim is no talk: neither on a session that was called off, nor where the slot fell away or
nobody could be heard.
"""
IS_WAIVED: Final = """
    exists (select from booking_waiver v
             where v.phone = {phone} and v.institution = s.institution and v.expires_at > $2)"""
"""Whether staff let ``phone`` book beyond the limits at the moment ``$2``."""


async def lock_phone(phone: str) -> None:
    """Let nobody else book with this phone until the transaction ends."""
    await run_sql("select pg_advisory_xact_lock(hashtextextended('booking:' || $1, 0))", phone)


async def is_at_limit(
    phone: str, session: Session, policy: BookingPolicy, *, now: datetime, but: BookingId | None
) -> bool:
    """Whether the phone has all the talks that it may have in the month of the session.

    ``but`` is an offer that is being accepted and does not count.
    """
    found: bool = await fetch_value(
        f"""select $4 > 0 and not {IS_WAIVED.format(phone="$3")}
                   and {COUNT_IN_MONTH.format(phone="$3", but="$5")} >= $4
              from session s where s.id = $1""",
        session.id,
        now,
        phone,
        policy.monthly_cap,
        but,
    )
    return found


async def count_missed(phone: str, session: Session, *, since: datetime, now: datetime) -> int:
    """Talks that the phone has missed after ``since``; 0 for whom staff let book nevertheless."""
    found: int = await fetch_value(
        f"""select count(*) from booking b join slot t on t.id = b.slot
              join session s on s.id = $1
             where b.phone = $3 and b.institution = s.institution and b.state = 'missed'
               and t.starts_at > $4 and not {IS_WAIVED.format(phone="$3")}""",
        session.id,
        now,
        phone,
        since,
    )
    return found
