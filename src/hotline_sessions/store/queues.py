"""A session and everybody in its queue, read in one trip to the database.

It is asked for whenever somebody who waits is told how long: that is half of all webhooks.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.call_backs import CallBack
from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, SessionId
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_value


class Queue(Struct, frozen=True, kw_only=True):
    """Live legs, standing promises and the bookings of both, the oldest first."""

    session: Session
    policy: CallPolicy
    legs: Sequence[Leg]
    promises: Sequence[CallBack]
    bookings: Sequence[Booking]


_READ: Final = """
with legs as (select * from call where session = $1 and state <> 'ended'),
     promises as (select * from call_back where session = $1 and state in ('due', 'ringing')),
     bookings as (select b.*, t.starts_at, t.ends_at from booking b join slot t on t.id = b.slot
                   where b.id in (select booking from legs union select booking from promises))
select json_build_object(
           'session', row_to_json(s),
           'policy', i.call_policy,
           'legs', (select coalesce(json_agg(l order by l.id), '[]') from legs l),
           'promises', (select coalesce(json_agg(p order by p.due_at, p.id), '[]')
                          from promises p),
           'bookings', (select coalesce(json_agg(b), '[]') from bookings b))
  from session s join institution i on i.id = s.institution
 where s.id = $1 and s.institution = $2"""


async def read_queue(session: SessionId, *, institution: InstitutionId) -> Queue:
    """The queue of a session as it is now.

    Raises:
        NotFound: The institution has no such session.
    """
    found = await fetch_value(_READ, session, institution)
    if found is None:
        raise NotFound
    return msgspec.json.decode(found, type=Queue)
