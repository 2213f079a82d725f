"""Work on appeals in numbers: what is owed, by whom, until when."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.store.appeals import OVER
from hotline_sessions.store.engine import fetch_row, fetch_value


MOST: Final = 1000
"""So far is counted: who has more to do needs no exact number, and waits for none."""


class Owed(Struct, frozen=True, kw_only=True):
    """How many appeals are owed: all of them, and those that end so soon. Up to ``MOST``."""

    all: int = 0
    overdue: int = 0
    today: int = 0
    this_week: int = 0
    """From today on."""


async def count_given(parties: Sequence[Party], *, today: date, week_ends_on: date) -> Owed:
    """What ``parties`` still owe; each appeal once."""
    numbers = {
        kind: [each.id for each in parties if each.kind is kind]
        for kind in (PartyKind.ACCOUNT, PartyKind.UNIT)
    }
    row = await fetch_row(
        f"""with given as (
                 select t.appeal, t.due_on from assignment t
                  where t.account = any($1::bigint[]) and t.due_on is not null
                 union
                 select t.appeal, t.due_on from assignment t
                  where t.unit = any($2::bigint[]) and t.due_on is not null)
            {_COUNTED.format(source="given", day="due_on", today="$3", week="$4")}""",
        numbers[PartyKind.ACCOUNT],
        numbers[PartyKind.UNIT],
        today,
        week_ends_on,
    )
    return msgspec.convert(dict(row or {}), Owed)


async def count_owed(*, institution: InstitutionId, today: date, week_ends_on: date) -> Owed:
    """What the institution still owes, whoever executes it; the most urgent are counted."""
    row = await fetch_row(
        f"""with owed as (
                 select a.legal_on from appeal a
                  where a.institution = $1 and a.state not in {OVER}
                  order by a.legal_on, a.id limit {MOST})
            {_COUNTED.format(source="owed", day="legal_on", today="$2", week="$3")}""",
        institution,
        today,
        week_ends_on,
    )
    return msgspec.convert(dict(row or {}), Owed)


async def count_unassigned(*, institution: InstitutionId) -> int:
    """Appeals that wait for their resolution."""
    return int(
        await fetch_value(
            f"""select count(*) from (
                    select from appeal a
                     where a.institution = $1 and a.state not in {OVER}
                       and a.state = 'registered' limit {MOST}) a""",
            institution,
        )
    )


async def count_waiting(*, author: AccountId, signs: bool, institution: InstitutionId) -> int:
    """Drafts of others that wait for a check by ``author``, or for their signature."""
    return int(
        await fetch_value(
            f"""select count(*) from (
                    select from appeal a
                     where a.institution = $1 and a.state in ('drafted', 'checked')
                       and (a.state = 'checked' and $3 or a.state = 'drafted' and not exists (
                            select from reply r where r.appeal = a.id
                               and r.withdrawn_at is null and r.author = $2))
                     limit {MOST}) a""",
            institution,
            author,
            signs,
        )
    )


_COUNTED: Final = """
select count(*) as all,
       count(*) filter (where {day} < {today}) as overdue,
       count(*) filter (where {day} = {today}) as today,
       count(*) filter (where {day} between {today} and {week}) as this_week
  from {source}
"""
