"""Reading of what messages about bookings tell, and noting of the reminders that are due."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import BookingId, InstitutionId
from hotline_sessions.domain.messages import Purpose
from hotline_sessions.domain.sessions import BOOKABLE
from hotline_sessions.domain.told import Told
from hotline_sessions.store.engine import fetch_row, fetch_rows


_SELECT: Final = """
select b.id, b.public_id, b.institution, i.name_uk as institution_uk,
       i.name_en as institution_en, b.phone, b.email, b.language, b.version, b.state,
       t.starts_at, t.ends_at, s.public_id as session_public_id, s.state as session_state,
       s.time_zone, s.shift_seconds, p.title_uk as post_uk, p.title_en as post_en, s.topic,
       coalesce(l.number, '') as line, r.starts_at as moved_to
  from booking b
  join slot t on t.id = b.slot
  join session s on s.id = b.session
  join institution i on i.id = b.institution
  join post p on p.id = s.post
  left join line l on l.id = s.line
  left join session r on r.id = s.rescheduled_to
 where b.id = $1
"""


async def find_told(booking: BookingId) -> Told | None:
    """The booking as messages tell of it."""
    row = await fetch_row(_SELECT, booking)
    return None if row is None else msgspec.convert(dict(row), Told)


class Reminding(Struct, frozen=True, kw_only=True):
    """How long ``before`` its talks an institution reminds; ``closer``: the next shorter time."""

    institution: InstitutionId
    before: timedelta
    closer: timedelta


async def add_due_reminders(
    remindings: Sequence[Reminding], *, catch_up: timedelta, now: datetime
) -> Counter[InstitutionId]:
    """Note the reminders that are due, of all institutions in one trip; how many there were.

    Not for talks so near that the ``closer`` reminder is due as well, nor when the moment is
    longer ago than ``catch_up``, nor when it had passed already as the citizen was told of
    the talk's time.
    """
    rows = await fetch_rows(
        """insert into message (institution, booking, booking_version, purpose, key, recipient,
                                locale, due_at, noted_at, expires_at)
           select b.institution, b.id, b.version, $6,
                  format('booking:%s:v%s:reminder-%s', b.public_id, b.version,
                         extract(epoch from r.before)::int / 60),
                  b.phone, b.language, t.starts_at - r.before, $1::timestamptz, t.starts_at
             from unnest($5::bigint[], $2::interval[], $3::interval[])
                    as r (institution, before, closer)
             join session s on s.institution = r.institution
             join booking b on b.session = s.id join slot t on t.id = b.slot
            where b.institution = r.institution and b.state = 'booked' and s.state = any($7)
              and s.starts_at > $1::timestamptz - interval '1 day'
              and s.starts_at <= $1::timestamptz + r.before
              and t.starts_at >= s.starts_at and t.ends_at <= s.ends_at
              and t.starts_at - r.before <= $1::timestamptz
              and t.starts_at - r.before > $1::timestamptz - $4::interval
              and t.starts_at - r.closer > $1::timestamptz
              and t.starts_at - r.before > greatest(b.booked_at, (
                      select max(m.noted_at) from message m
                       where m.booking = b.id and m.purpose = $8))
              and not exists (
                      select from message m
                       where m.booking = b.id and m.booking_version = b.version
                         and m.key = format('booking:%s:v%s:reminder-%s', b.public_id,
                                            b.version, extract(epoch from r.before)::int / 60))
           on conflict (key) do nothing
           returning institution""",
        now,
        [each.before for each in remindings],
        [each.closer for each in remindings],
        catch_up,
        [each.institution for each in remindings],
        Purpose.REMINDER.value,
        sorted(BOOKABLE),
        Purpose.MOVED.value,
    )
    return Counter(InstitutionId(row["institution"]) for row in rows)
