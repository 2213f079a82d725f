"""Reading of announcements: one statement, all that a page or a feed shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.store.engine import fetch_row, fetch_rows


_SELECT: Final = """
select s.id, s.public_id, s.institution, i.slug as institution_slug,
       i.region, i.name_uk as institution_uk, i.name_en as institution_en,
       p.public_id as post_public_id, p.title_uk as post_uk, p.title_en as post_en,
       p.portfolio, o.full_name as official_name,
       f.full_name as substituted_name, s.topic, s.community, s.held_on, s.starts_at, s.ends_at,
       s.time_zone, s.talk_minutes, l.number as line_number, l.is_free as line_is_free,
       s.state, s.cancel_reason, r.public_id as rescheduled_to, s.sequence, s.updated_at,
       s.registration_opens_at, s.registration_closes_at, s.booking_mode,
       exists (select from draw d where d.session = s.id and d.state = 'drawn') as is_drawn,
       (select count(*) from slot where slot.session = s.id and slot.is_bookable) as bookable,
       (select count(*) from booking b join slot t on t.id = b.slot and t.is_bookable
         where b.session = s.id and b.state in ('booked', 'heard', 'offered')) as booked
  from session s
  join institution i on i.id = s.institution
  join post p on p.id = s.post
  left join official o on o.id = coalesce(s.substitute, s.official)
  left join official f on f.id = s.official and s.substitute is not null
  left join line l on l.id = s.line
  left join session r on r.id = s.rescheduled_to
 where s.state <> 'draft'
"""

_NARROW: Final = """
   and ($1::text is null or i.slug = $1)
   and ($2::text is null or p.public_id = $2)
   and ($3::text is null or s.topic = $3)
   and ($4::text is null or ltrim(l.number, '+') = $4)
   and ($5::text is null or i.region = $5)
   and ($6::text is null or s.community = $6)
"""


async def list_announcements(
    wanted: Filter, *, since: datetime, until: datetime | None = None, limit: int = 2000
) -> list[Announcement]:
    """Announced sessions that end after ``since`` and start before ``until``, in time's order."""
    rows = await fetch_rows(
        _SELECT
        + _NARROW
        + """
   and s.ends_at > $7 and ($8::timestamptz is null or s.starts_at < $8)
 order by s.starts_at, s.id limit $9""",
        wanted.institution,
        wanted.official,
        wanted.topic,
        wanted.line,
        wanted.region,
        wanted.community,
        since,
        until,
        limit,
    )
    return [msgspec.convert(dict(row), Announcement) for row in rows]


async def find_announcement(public_id: str) -> Announcement | None:
    """The announced session with this name in addresses."""
    row = await fetch_row(_SELECT + " and s.public_id = $1", public_id)
    return None if row is None else msgspec.convert(dict(row), Announcement)


async def find_announcement_of(session: SessionId) -> Announcement | None:
    """The announced session with this key."""
    row = await fetch_row(_SELECT + " and s.id = $1", session)
    return None if row is None else msgspec.convert(dict(row), Announcement)


async def list_announced_of(sessions: Sequence[SessionId]) -> list[Announcement]:
    """Those of the sessions with these keys that are announced, in time's order."""
    return await read_announcements("and s.id = any($1::bigint[])", list(sessions))


async def read_announcements(narrow: str, *values: object) -> list[Announcement]:
    """Announced sessions that ``narrow``, a piece of SQL of the store, leaves, in time's order."""
    rows = await fetch_rows(f"{_SELECT} {narrow} order by s.starts_at, s.id", *values)
    return [msgspec.convert(dict(row), Announcement) for row in rows]
