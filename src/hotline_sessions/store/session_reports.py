"""How reports of sessions are drawn from the register, written and read."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from hotline_sessions.domain.ids import AccountId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.session_reports import (
    Edition,
    Facts,
    Figures,
    ReportState,
    count_communities,
)
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


_SELECT: Final = """
select r.id, r.session, r.state, r.words, r.figures, r.drawn_on, r.proposed_by, r.proposed_at,
       p.full_name as proposed_name, a.full_name as approved_name, r.approved_at, r.reason
  from session_report r join account p on p.id = r.proposed_by
  left join account a on a.id = r.approved_by
"""

_COUNTS: Final = """
select (select count(distinct coalesce(c.peer_number, c.id::text)) from call c
         where c.session = s.id and c.role = 'citizen') as callers,
       (select count(*) from call c
         where c.session = s.id and c.role = 'citizen' and c.on_air_at is not null
           and not exists (select 1 from call b
                            where b.id = c.resumes and b.on_air_at is not null)) as talks,
       a.registered + k.explained as asked, a.at_once + k.explained as at_once, a.later
  from session s join institution i on i.id = s.institution
 cross join lateral (
       select count(*) as registered,
              count(*) filter (where o.day <= s.held_on) as at_once,
              count(*) filter (where o.day > s.held_on) as later
         from appeal x left join answer w on w.appeal = x.id
        cross join lateral
              (select (w.answered_at at time zone i.time_zone)::date as day) o
        where x.session = s.id) a
 cross join lateral (
       select count(*) as explained
         from consultation n join call c on c.id = n.call where c.session = s.id) k
 where s.id = $1
"""


async def draw_facts(session: SessionId) -> Facts:
    """What the register knows of a session; of a broken talk that went on, one talk."""
    counts = await fetch_row(_COUNTS, session)
    rows = await fetch_rows(
        """select a.topic, coalesce(nullif(b.community, ''), a.residence) as residence
             from appeal a left join call c on c.id = a.call
             left join booking b on b.id = coalesce(a.booking, c.booking)
            where a.session = $1 order by a.id""",
        session,
    )
    topics: dict[str, int] = {}
    for row in rows:
        if row["topic"]:
            topics[row["topic"]] = topics.get(row["topic"], 0) + 1
    return Facts(
        **dict(counts or {}),
        topics=topics,
        communities=count_communities(row["residence"] for row in rows),
    )


async def add_edition(
    words: str,
    figures: Figures,
    *,
    session: SessionId,
    drawn_on: date,
    institution: InstitutionId,
    by: AccountId,
    now: datetime,
) -> int:
    """An edition that is proposed; the one that was proposed before gives way to it."""
    await run_sql(
        "update session_report set state = 'replaced' where session = $1 and state = 'proposed'",
        session,
    )
    added = await fetch_value(
        """insert into session_report (institution, session, state, words, figures, drawn_on,
                                       proposed_by, proposed_at)
           values ($1, $2, 'proposed', $3, $4::jsonb, $5, $6, $7) returning id""",
        institution,
        session,
        words,
        msgspec.json.encode(figures).decode(),
        drawn_on,
        by,
        now,
    )
    return int(added)


async def publish_edition(
    edition: int, *, session: SessionId, by: AccountId, now: datetime
) -> None:
    """Let the public read an edition, in place of the one before."""
    await run_sql(
        "update session_report set state = 'replaced' where session = $1 and state = 'published'",
        session,
    )
    await run_sql(
        """update session_report set state = 'published', approved_by = $2, approved_at = $3
            where id = $1""",
        edition,
        by,
        now,
    )


async def withdraw_edition(edition: int, reason: str) -> None:
    """Take an edition back from the public."""
    await run_sql(
        "update session_report set state = 'withdrawn', reason = $2 where id = $1", edition, reason
    )


async def list_editions(session: SessionId) -> list[Edition]:
    """Editions of the report of a session, the latest first."""
    rows = await fetch_rows(f"{_SELECT} where r.session = $1 order by r.id desc", session)
    return [_read(dict(row)) for row in rows]


async def find_edition(session: SessionId, state: ReportState) -> Edition | None:
    """The edition that is proposed, or that the public reads."""
    row = await fetch_row(f"{_SELECT} where r.session = $1 and r.state = $2", session, state)
    return None if row is None else _read(dict(row))


async def list_published(sessions: Sequence[SessionId]) -> list[Edition]:
    """What the public reads of these sessions, in their order of approval."""
    rows = await fetch_rows(
        f"{_SELECT} where r.session = any($1::bigint[]) and r.state = 'published'"
        " order by r.approved_at, r.id",
        list(sessions),
    )
    return [_read(dict(row)) for row in rows]


async def find_next(session: SessionId, now: datetime) -> PublicId | None:
    """The next announced session of the same post, or else of the institution."""
    found = await fetch_value(
        """select n.public_id from session s join session n on n.institution = s.institution
            where s.id = $1 and n.id <> s.id and n.starts_at > $2
              and n.state in ('published', 'open')
            order by n.post <> s.post, n.starts_at, n.id limit 1""",
        session,
        now,
    )
    return None if found is None else PublicId(found)


def _read(row: dict[str, object]) -> Edition:
    figures = msgspec.json.decode(str(row["figures"]), type=Figures)
    return msgspec.convert({**row, "figures": figures}, Edition)
