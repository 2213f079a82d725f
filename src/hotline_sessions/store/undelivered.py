"""Reading of messages that have not reached their readers by either channel."""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.messages import FOR_STAFF
from hotline_sessions.domain.undelivered import Undelivered
from hotline_sessions.store.engine import fetch_rows


_FOR_STAFF: Final = ", ".join(f"'{each}'" for each in sorted(FOR_STAFF))

_LOST: Final = f"""
  from message m
  left join booking b on b.id = m.booking
  left join session s on s.id = b.session
 where m.institution = $1 and m.noted_at > $2
   and m.purpose not in ({_FOR_STAFF})
   and (m.state in ('failed', 'unknown', 'expired')
        or m.delivery in ('undelivered', 'failed'))
   and not exists (
       select from message other
        where other.booking = m.booking and other.id <> m.id
          and (other.key in (m.key || ':email', m.key || ':sms')
               or m.key in (other.key || ':email', other.key || ':sms'))
          and other.state in ('ready', 'sending', 'sent')
          and other.delivery not in ('undelivered', 'failed'))
"""


async def list_undelivered(
    institution: InstitutionId, *, since: datetime, limit: int
) -> list[Undelivered]:
    """Messages noted ``since`` then that neither channel has delivered, the latest first."""
    rows = await fetch_rows(
        f"""select m.purpose, m.channel, m.recipient, m.noted_at, b.caller_name,
                   s.public_id as session,
                   case when m.state = 'sent' then m.delivery else m.state end as why
            {_LOST} order by m.noted_at desc, m.id desc limit $3""",
        institution,
        since,
        limit,
    )
    return [msgspec.convert(dict(row), Undelivered) for row in rows]


async def count_undelivered(institution: InstitutionId, *, since: datetime) -> dict[str, int]:
    """How many such messages there are, by purpose."""
    rows = await fetch_rows(
        f"select m.purpose, count(*) as number {_LOST} group by m.purpose order by m.purpose",
        institution,
        since,
    )
    return {row["purpose"]: row["number"] for row in rows}
