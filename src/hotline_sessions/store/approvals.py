"""How approvals of schedules are read and written."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.approvals import Approval, ApprovedFacts, Present
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId, SessionId
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_SELECT: Final = """
select v.id, v.public_id, v.order_number, v.order_on, v.publish_at, v.published_at,
       a.full_name as approved_by, v.approved_at,
       (select count(*) from approved_session x where x.approval = v.id) as sessions
  from approval v join account a on a.id = v.approved_by
 where v.institution = $1
"""

#: Sessions as a schedule on paper says them.
_PRESENT: Final = """
select s.id as session, s.public_id, s.state, s.starts_at, s.held_on, s.opens_clock,
       s.closes_clock, p.title_uk as post, coalesce(o.full_name, '') as official,
       coalesce(l.number, '') as line, s.topic, s.place, s.rescheduled_to
  from session s join post p on p.id = s.post
  left join official o on o.id = coalesce(s.substitute, s.official)
  left join line l on l.id = s.line
"""


class ApprovedLine(Struct, frozen=True, kw_only=True):
    """A session as it was approved, and what it has become."""

    id: int
    facts: ApprovedFacts
    session: SessionId | None
    failed_because: str


class Due(Struct, frozen=True, kw_only=True):
    """An approval whose time of announcement has come."""

    id: int
    institution: InstitutionId
    account: AccountId


async def lock_present(public_ids: Collection[str], *, institution: InstitutionId) -> list[Present]:
    """Sessions as they are now, in time's order, locked until the transaction ends."""
    rows = await fetch_rows(
        f"""{_PRESENT} where s.public_id = any($1::text[]) and s.institution = $2
            order by s.id for no key update of s""",
        list(public_ids),
        institution,
    )
    return sorted(
        (_read_present(dict(row)) for row in rows), key=lambda each: (each.starts_at, each.session)
    )


async def list_present(
    sessions: Collection[SessionId], *, institution: InstitutionId
) -> dict[SessionId, Present]:
    """What has become of ``sessions``: a moved one is the one that it was moved to at last."""
    rows = await fetch_rows(
        f"""with recursive chain (first, last, step) as (
                select id, id, 0 from session where id = any($1::bigint[]) and institution = $2
                union all
                select c.first, s.rescheduled_to, c.step + 1
                  from chain c join session s on s.id = c.last
                 where s.rescheduled_to is not null and c.step < 100)
            select distinct on (c.first) c.first, x.*
              from chain c join ({_PRESENT}) x on x.session = c.last
             order by c.first, c.step desc""",
        list(sessions),
        institution,
    )
    return {SessionId(row["first"]): _read_present(dict(row)) for row in rows}


async def list_unapproved(span: tuple[date, date], *, institution: InstitutionId) -> list[Present]:
    """Sessions of those days that stand in the plan and that no order has approved."""
    rows = await fetch_rows(
        f"""{_PRESENT}
            where s.institution = $1 and s.held_on between $2 and $3
              and s.state not in ('cancelled', 'rescheduled')
              and not exists (select from approved_session x where x.session = s.id)
              and not exists (
                  with recursive before (id) as (
                      select b.id from session b where b.rescheduled_to = s.id
                      union
                      select b.id from session b join before on b.rescheduled_to = before.id)
                  select from before join approved_session x on x.session = before.id)
            order by s.starts_at, s.id""",
        institution,
        *span,
    )
    return [_read_present(dict(row)) for row in rows]


async def add_approval(
    order_number: str,
    order_on: date,
    present: Sequence[Present],
    *,
    publish_at: datetime | None,
    institution: InstitutionId,
    by: AccountId,
    now: datetime,
) -> Approval:
    """An order, with the sessions as they are now."""
    public_id = draw_public_id()
    added = await fetch_value(
        """insert into approval (public_id, institution, order_number, order_on, publish_at,
                                 approved_by, approved_at)
           values ($1, $2, $3, $4, $5, $6, $7) returning id""",
        public_id,
        institution,
        order_number,
        order_on,
        publish_at,
        by,
        now,
    )
    await run_sql(
        """insert into approved_session (approval, session, facts)
           select $1, x.session, x.facts::jsonb
             from unnest($2::bigint[], $3::text[]) with ordinality as x (session, facts, place)
            order by x.place""",
        added,
        [each.session for each in present],
        [msgspec.json.encode(each.facts).decode() for each in present],
    )
    return await get_approval(public_id, institution=institution)


async def get_approval(public_id: str, *, institution: InstitutionId) -> Approval:
    """The approval, if it is of the institution.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_row(f"{_SELECT} and v.public_id = $2", institution, public_id)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Approval)


async def list_approvals(*, institution: InstitutionId) -> list[Approval]:
    """Approvals of the institution, the latest first."""
    rows = await fetch_rows(f"{_SELECT} order by v.id desc limit 200", institution)
    return [msgspec.convert(dict(row), Approval) for row in rows]


async def list_approved(approval: int, *, institution: InstitutionId) -> list[ApprovedLine]:
    """Sessions of an approval as they were approved."""
    rows = await fetch_rows(
        """select x.id, x.session, x.facts::text, coalesce(x.failed_because, '') as failed_because
             from approved_session x join approval v on v.id = x.approval
            where v.id = $1 and v.institution = $2 order by x.id""",
        approval,
        institution,
    )
    return [
        ApprovedLine(
            id=row["id"],
            session=row["session"],
            facts=msgspec.json.decode(row["facts"], type=ApprovedFacts),
            failed_because=row["failed_because"],
        )
        for row in rows
    ]


async def find_orders(
    sessions: Collection[SessionId], *, institution: InstitutionId
) -> dict[SessionId, Approval]:
    """The latest order that approves each of ``sessions``."""
    rows = await fetch_rows(
        f"""select distinct on (x.session) x.session as of_session, y.*
              from ({_SELECT}) y join approved_session x on x.approval = y.id
             where x.session = any($2::bigint[])
             order by x.session, y.id desc""",
        institution,
        list(sessions),
    )
    return {SessionId(row["of_session"]): msgspec.convert(dict(row), Approval) for row in rows}


async def is_held_back(session: SessionId, *, now: datetime, institution: InstitutionId) -> bool:
    """Whether the latest order about the session has it announced later than ``now``."""
    found = await fetch_value(
        """select v.publish_at > $2 and v.published_at is null
             from approval v join approved_session x on x.approval = v.id
            where x.session = $1 and v.institution = $3
            order by v.id desc limit 1""",
        session,
        now,
        institution,
    )
    return bool(found)


async def mark_no_embargo(approval: int, *, institution: InstitutionId, now: datetime) -> bool:
    """Announce nothing by itself any more; False if that was over already."""
    found = await fetch_value(
        """update approval set publish_at = null
            where id = $1 and institution = $2 and published_at is null and publish_at > $3
            returning id""",
        approval,
        institution,
        now,
    )
    return found is not None


async def take_due_approval(now: datetime) -> Due | None:
    """An approval whose sessions are to be announced now, locked; none that others work on."""
    row = await fetch_row(
        """select id, institution, approved_by as account from approval
            where publish_at <= $1 and published_at is null
            order by publish_at, id limit 1 for update skip locked""",
        now,
    )
    return None if row is None else msgspec.convert(dict(row), Due)


async def mark_published(approval: int, *, institution: InstitutionId, now: datetime) -> None:
    """Write that the sessions of the approval have been announced."""
    await run_sql(
        "update approval set published_at = $3 where id = $1 and institution = $2",
        approval,
        institution,
        now,
    )


async def mark_failed(line: int, reason: str) -> None:
    """Write why an approved session was not announced."""
    await run_sql("update approved_session set failed_because = $2 where id = $1", line, reason)


async def count_failed(*, institution: InstitutionId, now: datetime) -> int:
    """Approved sessions that were to be announced by themselves, could not be, and wait still."""
    count: int = await fetch_value(
        """select count(*) from approved_session x
             join approval v on v.id = x.approval join session s on s.id = x.session
            where v.institution = $1 and x.failed_because is not null and s.state = 'draft'
              and s.starts_at > $2""",
        institution,
        now,
    )
    return count


def _read_present(row: dict[str, Any]) -> Present:
    return Present(
        session=row["session"],
        public_id=row["public_id"],
        state=SessionState(row["state"]),
        starts_at=row["starts_at"],
        facts=ApprovedFacts(**{name: row[name] for name in ApprovedFacts.__struct_fields__}),
    )
