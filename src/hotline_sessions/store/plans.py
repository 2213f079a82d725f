"""Reading of the plan of an institution: one statement, all that a list shows."""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, LineId, SessionId
from hotline_sessions.domain.plans import Part, PlannedSession
from hotline_sessions.domain.registration import Registration
from hotline_sessions.domain.times import Window
from hotline_sessions.store.conflicts import clashes_refused
from hotline_sessions.store.engine import fetch_row, fetch_rows, run_sql
from hotline_sessions.store.seen import forget_session


_SELECT: Final = """
select s.id, s.public_id, s.state, s.topic, s.place, s.community, s.held_on, s.starts_at,
       s.ends_at, s.time_zone,
       s.talk_minutes, s.rest_minutes, s.walk_in_percent, s.is_automatic, s.is_recorded,
       s.is_transcribed, s.post, p.title_uk as post_uk,
       p.title_en as post_en, o.full_name as official_name, s.line, l.number as line_number,
       s.ring_number, s.cancel_reason, r.public_id as rescheduled_to,
       s.registration_opens_at, s.registration_closes_at, s.booking_mode,
       exists (select from draw d where d.session = s.id) as has_draw,
       (select count(*) from slot where slot.session = s.id) as slots,
       (select count(*) from slot where slot.session = s.id and slot.is_bookable) as bookable,
       (select count(*) from booking b
         where b.session = s.id and b.state in ('booked', 'heard')) as booked
  from session s
  join post p on p.id = s.post
  left join official o on o.id = coalesce(s.substitute, s.official)
  left join line l on l.id = s.line
  left join session r on r.id = s.rescheduled_to
 where s.institution = $1
"""

_PARTS: Final = {
    Part.COMING: (
        "and s.state in ('published', 'open', 'live', 'paused', 'no-official', 'questions-only',"
        " 'closing')"
        " and s.ends_at > $2::timestamptz - interval '12 hours' order by s.starts_at, s.id"
    ),
    Part.DRAFTS: "and s.state = 'draft' and $2::timestamptz is not null order by s.starts_at, s.id",
    Part.PAST: (
        "and (s.state in ('closed', 'cancelled', 'rescheduled') or s.ends_at <= $2::timestamptz)"
        " order by s.starts_at desc, s.id"
    ),
    Part.ALL: "and $2::timestamptz is not null order by s.starts_at desc, s.id",
}

_MATCH: Final = """
   and ($3 = '' or strpos(lower(concat_ws(' ', s.topic, p.title_uk, p.title_en, o.full_name)),
                          lower($3)) > 0)
"""


async def list_planned(
    part: Part, *, institution: InstitutionId, now: datetime, text: str = "", limit: int = 200
) -> list[PlannedSession]:
    """Sessions of one part of the plan whose topic, post or official holds ``text``."""
    rows = await fetch_rows(
        f"{_SELECT}{_MATCH} {_PARTS[part]} limit $4", institution, now, text, limit
    )
    return [msgspec.convert(dict(row), PlannedSession) for row in rows]


async def list_span(
    span: Window, *, institution: InstitutionId, text: str = "", limit: int = 2000
) -> list[PlannedSession]:
    """Sessions that touch ``span``, in time's order, whose topic, post or official holds ``text``.

    One that was moved shows at its new time only.
    """
    rows = await fetch_rows(
        f"""{_SELECT} and s.starts_at < $2::timestamptz {_MATCH}
              and s.ends_at > $4 and s.state <> 'rescheduled'
            order by s.starts_at, s.id limit $5""",
        institution,
        span.ends_at,
        text,
        span.starts_at,
        limit,
    )
    return [msgspec.convert(dict(row), PlannedSession) for row in rows]


async def get_planned(public_id: str, *, institution: InstitutionId) -> PlannedSession:
    """The session, if it belongs to the institution.

    Raises:
        NotFound: There is no such session there.
    """
    row = await fetch_row(f"{_SELECT} and s.public_id = $2", institution, public_id)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), PlannedSession)


async def mark_phones(
    session: SessionId, *, line: LineId | None, ring_number: str | None, now: datetime
) -> None:
    """Write on which line citizens call, and on which number the official is rung.

    Raises:
        LineBusy: The line serves another session then.
    """
    async with clashes_refused():
        await run_sql(
            """update session set line = $2, ring_number = $3, updated_at = $4,
                                  sequence = sequence + 1 where id = $1""",
            session,
            line,
            ring_number,
            now,
        )
    forget_session(session)


async def mark_registration(
    session: SessionId, registration: Registration, *, institution: InstitutionId
) -> None:
    """Write when registration for a draft opens and closes, and in which order slots are given."""
    await run_sql(
        """update session set registration_opens_at = $3, registration_closes_at = $4,
                  booking_mode = $5 where id = $1 and institution = $2 and state = 'draft'""",
        session,
        institution,
        registration.opens_at,
        registration.closes_at,
        registration.mode.value,
    )
    forget_session(session)
