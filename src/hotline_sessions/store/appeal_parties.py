"""Who executes an appeal, and who is complained of in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


_TABLES: Final = {
    PartyKind.ACCOUNT: "account",
    PartyKind.UNIT: "unit",
    PartyKind.BODY: "outside_body",
    PartyKind.OFFICIAL: "official",
}


_OFFERED: Final = frozenset({PartyKind.ACCOUNT, PartyKind.UNIT, PartyKind.BODY})


class Executor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who executes an appeal now."""

    kind: PartyKind
    id: int
    name: str
    is_main: bool = False

    @property
    def party(self) -> Party:
        """Who it is."""
        return Party(kind=self.kind, id=self.id)


async def is_party(party: Party, *, institution: InstitutionId) -> bool:
    """Whether there is such a party in the institution."""
    return bool(
        await fetch_value(
            f"""select exists (select from {_TABLES[party.kind]}
                                where id = $1 and institution = $2)""",
            party.id,
            institution,
        )
    )


async def is_offered(party: Party, *, institution: InstitutionId) -> bool:
    """Whether work can be given to such a party of the institution: it is not closed."""
    return party.kind in _OFFERED and bool(
        await fetch_value(
            f"""select exists (select from {_TABLES[party.kind]}
                                where id = $1 and institution = $2 and is_active)""",
            party.id,
            institution,
        )
    )


async def list_barred(appeal: AppealId) -> list[Party]:
    """Who may not deal with the appeal. Source: Law 393/96-ВР, art. 7(4)."""
    rows = await fetch_rows("select kind, id from barred_from_appeal($1) order by 1, 2", appeal)
    return [msgspec.convert(dict(row), Party) for row in rows]


async def add_complained_of(appeal: AppealId, party: Party) -> None:
    """One more who is complained of."""
    await run_sql(
        f"insert into complained_of (appeal, {party.kind.value}) values ($1, $2)",
        appeal,
        party.id,
    )


async def copy_complained_of(earlier: AppealId, appeal: AppealId) -> None:
    """Who is complained of in ``earlier`` is so in ``appeal``, too: it is the same matter."""
    await run_sql(
        """insert into complained_of (appeal, account, unit, body, official)
           select $2, c.account, c.unit, c.body, c.official from complained_of c
            where c.appeal = $1
              and not exists (
                  select from complained_of k
                   where k.appeal = $2
                     and (k.account, k.unit, k.body, k.official)
                         is not distinct from (c.account, c.unit, c.body, c.official))
            order by c.id""",
        earlier,
        appeal,
    )


async def list_complained_of(appeal: AppealId) -> list[Executor]:
    """Who is complained of, with names."""
    rows = await fetch_rows(
        """select case when c.account > 0 then 'account' when c.unit > 0 then 'unit'
                       when c.body > 0 then 'body' else 'official' end as kind,
                  coalesce(c.account, c.unit, c.body, c.official) as id,
                  coalesce(a.full_name, u.name, b.name, o.full_name) as name
             from complained_of c left join account a on a.id = c.account
             left join unit u on u.id = c.unit left join outside_body b on b.id = c.body
             left join official o on o.id = c.official
            where c.appeal = $1 order by c.id""",
        appeal,
    )
    return [msgspec.convert(dict(row), Executor) for row in rows]


async def add_resolution(appeal: AppealId, text: str, *, by: AccountId, now: datetime) -> int:
    """What the head orders; earlier executors are released."""
    await run_sql(
        "update assignment set ended_at = $2 where appeal = $1 and ended_at is null", appeal, now
    )
    added = await fetch_value(
        """insert into resolution (appeal, text, resolved_by, resolved_at)
           values ($1, $2, $3, $4) returning id""",
        appeal,
        text,
        by,
        now,
    )
    return int(added)


async def add_executors(
    appeal: AppealId, resolution: int, main: Party, others: Sequence[Party], *, now: datetime
) -> None:
    """The main executor, and those who work with it."""
    for party in (main, *others):
        await run_sql(
            f"""insert into assignment (appeal, resolution, {party.kind.value}, is_main,
                                        assigned_at) values ($1, $2, $3, $4, $5)""",
            appeal,
            resolution,
            party.id,
            party == main,
            now,
        )


async def list_executors(appeal: AppealId) -> list[Executor]:
    """Who executes the appeal now, the main executor first."""
    rows = await fetch_rows(
        """select case when t.account > 0 then 'account' when t.unit > 0 then 'unit'
                       else 'body' end as kind,
                  coalesce(t.account, t.unit, t.body) as id,
                  coalesce(a.full_name, u.name, b.name) as name, t.is_main
             from assignment t left join account a on a.id = t.account
             left join unit u on u.id = t.unit left join outside_body b on b.id = t.body
            where t.appeal = $1 and t.ended_at is null order by t.is_main desc, t.id""",
        appeal,
    )
    return [msgspec.convert(dict(row), Executor) for row in rows]


async def list_main_executors(appeals: Sequence[AppealId]) -> dict[AppealId, str]:
    """Name of the main executor of each of ``appeals`` that has one."""
    rows = await fetch_rows(
        """select t.appeal, coalesce(a.full_name, u.name, b.name) as name
             from assignment t left join account a on a.id = t.account
             left join unit u on u.id = t.unit left join outside_body b on b.id = t.body
            where t.appeal = any($1::bigint[]) and t.ended_at is null and t.is_main
            order by t.appeal""",
        list(appeals),
    )
    return {row["appeal"]: row["name"] for row in rows}


async def find_resolution(appeal: AppealId) -> str:
    """Text of the last resolution, or nothing."""
    text = await fetch_value(
        "select text from resolution where appeal = $1 order by id desc limit 1", appeal
    )
    return str(text or "")
