"""What staff are reminded of, and that they were: once each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeal_reminders import Due, Reader, Stage
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId, PublicId
from hotline_sessions.store.appeals import OVER
from hotline_sessions.store.engine import fetch_rows, fetch_value


class Reminder(Struct, frozen=True, kw_only=True):
    """Somebody is to be reminded of an appeal at a stage."""

    appeal: AppealId
    account: AccountId
    stage: Stage
    legal_on: date


class Overdue(Struct, frozen=True, kw_only=True):
    """An appeal whose last day has passed."""

    public_id: PublicId
    register_index: str
    legal_on: date


async def list_due(*, institution: InstitutionId, since: date, until: date) -> list[Due]:
    """What is owed with a last day from ``since`` to ``until``, once for each executor."""
    rows = await fetch_rows(
        f"""select a.id as appeal, a.public_id, a.register_index, a.legal_on, t.account,
                   case when u.head > 0 then array[u.head]
                        when t.unit > 0 then array(select m.account from unit_member m
                                                    where m.unit = t.unit order by 1)
                        else '{{}}'::bigint[] end as unit_readers
              from appeal a left join assignment t on t.appeal = a.id and t.due_on is not null
              left join unit u on u.id = t.unit
             where a.institution = $1 and a.state not in {OVER} and a.legal_on between $2 and $3
             order by a.legal_on, a.id, t.id""",
        institution,
        since,
        until,
    )
    return [msgspec.convert(dict(row), Due) for row in rows]


async def list_readers(*, institution: InstitutionId) -> Mapping[AccountId, Reader]:
    """Members of staff who answer appeals and have said where to write to."""
    rows = await fetch_rows(
        """select id as account, email, 'manager' = any(roles) as is_head from account
            where institution = $1 and is_active and email <> ''
              and roles && array['clerk', 'manager']::varchar[] order by id""",
        institution,
    )
    readers = [msgspec.convert(dict(row), Reader) for row in rows]
    return {each.account: each for each in readers}


async def note_reminders(reminders: Sequence[Reminder], *, now: datetime) -> list[Reminder]:
    """Write reminders down; the answer holds those that nobody has written before."""
    rows = await fetch_rows(
        """insert into appeal_reminder (appeal, account, stage, legal_on, noted_at)
           select appeal, account, stage, legal_on, $5
             from unnest($1::bigint[], $2::bigint[], $3::text[], $4::date[])
                  as asked (appeal, account, stage, legal_on)
            order by appeal, account
           on conflict (appeal, account, legal_on, stage) do nothing
           returning appeal, account, stage, legal_on""",
        [each.appeal for each in reminders],
        [each.account for each in reminders],
        [each.stage.value for each in reminders],
        [each.legal_on for each in reminders],
        now,
    )
    return [msgspec.convert(dict(row), Reminder) for row in rows]


async def list_overdue(
    *, institution: InstitutionId, today: date, limit: int
) -> tuple[list[Overdue], int]:
    """Appeals whose last day has passed, the oldest first; and how many there are in all."""
    rows = await fetch_rows(
        f"""select a.public_id, a.register_index, a.legal_on from appeal a
             where a.institution = $1 and a.state not in {OVER} and a.legal_on < $2
             order by a.legal_on, a.id limit $3""",
        institution,
        today,
        limit,
    )
    overdue = [msgspec.convert(dict(row), Overdue) for row in rows]
    if len(overdue) < limit:
        return overdue, len(overdue)
    count = await fetch_value(
        f"""select count(*) from appeal a
             where a.institution = $1 and a.state not in {OVER} and a.legal_on < $2""",
        institution,
        today,
    )
    return overdue, int(count)
