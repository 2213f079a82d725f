"""How absences of staff are read and written."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.absences import Absence, AbsenceOverlaps
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


class NotedAbsence(Struct, frozen=True, kw_only=True):
    """An absence that holds, or will, with names."""

    id: int
    account: AccountId
    full_name: str
    deputy_name: str
    from_on: date
    until_on: date


async def is_member(account: AccountId, *, institution: InstitutionId) -> bool:
    """Whether somebody who may answer appeals in the institution has this account."""
    return bool(
        await fetch_value(
            """select exists (select from account
                where id = $1 and institution = $2 and is_active
                  and roles && array['clerk', 'manager']::varchar[])""",
            account,
            institution,
        )
    )


async def add_absence(
    absence: Absence, *, by: AccountId, now: datetime, institution: InstitutionId
) -> int:
    """A new absence of a member of the institution.

    Raises:
        NotFound: There is no such member.
        AbsenceOverlaps: They are away on one of these days already.
    """
    # Whoever notes another absence of the same person waits here, and then sees this one.
    found = await fetch_value(
        "select id from account where id = $1 and institution = $2 for update",
        absence.account,
        institution,
    )
    if found is None:
        raise NotFound
    if await fetch_value(
        """select exists (select from absence
            where account = $1 and ended_at is null and from_on <= $3 and until_on >= $2)""",
        absence.account,
        absence.from_on,
        absence.until_on,
    ):
        raise AbsenceOverlaps
    added = await fetch_value(
        """insert into absence (account, deputy, from_on, until_on, noted_by, noted_at)
           values ($1, $2, $3, $4, $5, $6) returning id""",
        absence.account,
        absence.deputy,
        absence.from_on,
        absence.until_on,
        by,
        now,
    )
    return int(added)


async def find_absence(absence: int, *, institution: InstitutionId) -> NotedAbsence | None:
    """The absence, if it holds still; locked until the transaction ends."""
    row = await fetch_row(
        f"{_NOTED} and x.id = $2 for update of x",
        institution,
        absence,
    )
    return None if row is None else msgspec.convert(dict(row), NotedAbsence)


async def list_absences(*, institution: InstitutionId, since: date) -> list[NotedAbsence]:
    """Absences of the institution that do not end before that day, the nearest first."""
    rows = await fetch_rows(
        f"{_NOTED} and x.until_on >= $2 order by x.from_on, a.full_name, x.id",
        institution,
        since,
    )
    return [msgspec.convert(dict(row), NotedAbsence) for row in rows]


async def mark_ended(absence: int, *, by: AccountId, now: datetime) -> None:
    """The absence holds no more."""
    await run_sql("update absence set ended_by = $2, ended_at = $3 where id = $1", absence, by, now)


async def list_deputies(*, institution: InstitutionId, on: date) -> Mapping[AccountId, AccountId]:
    """Who is away on that day, and the deputy of each."""
    rows = await fetch_rows(
        """select x.account, x.deputy
             from absence x join account a on a.id = x.account
            where a.institution = $1 and x.ended_at is null and $2 between x.from_on and x.until_on
            order by x.account""",
        institution,
        on,
    )
    return {row["account"]: row["deputy"] for row in rows}


_NOTED = """
select x.id, x.account, a.full_name, d.full_name as deputy_name, x.from_on, x.until_on
  from absence x join account a on a.id = x.account join account d on d.id = x.deputy
 where a.institution = $1 and x.ended_at is null
"""
