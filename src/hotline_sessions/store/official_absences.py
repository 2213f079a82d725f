"""How absences of officials are read and written."""

from datetime import date, datetime
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import (
    AccountId,
    InstitutionId,
    OfficialId,
    PublicId,
    SessionId,
)
from hotline_sessions.domain.official_absences import AbsenceKind, AwayAlready, OfficialAbsence
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_SELECT: Final = """
select x.id, x.public_id, x.official, o.full_name, x.kind, x.from_on, x.until_on
  from official_absence x join official o on o.id = x.official
 where o.institution = $1 and x.ended_at is null
"""

_CONCERNED: Final = """
  from official_absence x
  join official o on o.id = x.official
  join session s on coalesce(s.substitute, s.official) = x.official
 where o.institution = $1 and s.institution = $1 and x.ended_at is null
   and s.state in ('draft', 'published', 'open', 'no-official') and s.ends_at > $2
   and s.held_on <= x.until_on
   and (s.ends_at at time zone s.time_zone - interval '1 microsecond')::date >= x.from_on
"""


class Concerned(Struct, frozen=True, kw_only=True):
    """A session that an official would hold while away, and how many people it concerns."""

    session: SessionId
    public_id: PublicId
    absence: PublicId
    booked: int
    waiting: int


async def add_official_absence(
    official: OfficialId,
    kind: AbsenceKind,
    span: tuple[date, date],
    *,
    by: AccountId,
    now: datetime,
    institution: InstitutionId,
) -> OfficialAbsence:
    """A new absence.

    Raises:
        NotFound: The institution has no such official.
        AwayAlready: The official is away on one of these days already.
    """
    try:
        added = await fetch_value(
            """insert into official_absence (public_id, official, kind, from_on, until_on,
                                             noted_by, noted_at)
               select $1, o.id, $3, $4, $5, $6, $7
                 from official o where o.id = $2 and o.institution = $8
               returning public_id""",
            draw_public_id(),
            official,
            kind.value,
            *span,
            by,
            now,
            institution,
        )
    except asyncpg.ExclusionViolationError:
        raise AwayAlready from None
    if added is None:
        raise NotFound
    return await get_official_absence(added, institution=institution)


async def get_official_absence(public_id: str, *, institution: InstitutionId) -> OfficialAbsence:
    """The absence, if it holds still.

    Raises:
        NotFound: The institution has no such absence, or it was taken back.
    """
    row = await fetch_row(f"{_SELECT} and x.public_id = $2", institution, public_id)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), OfficialAbsence)


async def list_official_absences(
    *, institution: InstitutionId, since: date, until: date | None = None
) -> list[OfficialAbsence]:
    """Absences with a day from ``since`` to ``until``, the earliest first."""
    rows = await fetch_rows(
        f"""{_SELECT} and x.until_on >= $2 and ($3::date is null or x.from_on <= $3)
            order by x.from_on, o.full_name, x.id""",
        institution,
        since,
        until,
    )
    return [msgspec.convert(dict(row), OfficialAbsence) for row in rows]


async def mark_back(
    absence: int, *, by: AccountId, now: datetime, institution: InstitutionId
) -> None:
    """The absence holds no more.

    Raises:
        NotFound: It was taken back already.
    """
    done = await fetch_value(
        """update official_absence x set ended_by = $2, ended_at = $3
             from official o
            where x.id = $1 and o.id = x.official and o.institution = $4 and x.ended_at is null
            returning x.id""",
        absence,
        by,
        now,
        institution,
    )
    if done is None:
        raise NotFound


async def list_concerned(
    *, institution: InstitutionId, now: datetime, absence: str | None = None
) -> list[Concerned]:
    """Sessions that are still to be held by somebody who is away, in time's order.

    Nothing is written down to make this list: a session is on it until it is held by another,
    on another day, or not at all.
    """
    rows = await fetch_rows(
        f"""select s.id as session, s.public_id, x.public_id as absence,
                   (select count(*) from booking b
                     where b.session = s.id and b.state = 'booked') as booked,
                   (select count(*) from waiting_entry w
                     where w.session = s.id and w.state = 'waiting') as waiting
              {_CONCERNED} and ($3::text is null or x.public_id = $3)
             order by s.starts_at, s.id""",
        institution,
        now,
        absence,
    )
    return [msgspec.convert(dict(row), Concerned) for row in rows]


async def lock_schedule(institution: InstitutionId) -> None:
    """Let one at a time note absences or make series of the institution."""
    await run_sql("select pg_advisory_xact_lock(hashtextextended('schedule', $1))", institution)
