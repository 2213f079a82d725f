"""How units of an institution and bodies outside it are read and written."""

from collections.abc import Sequence
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


_UNIT: Final = """
u.id, u.name, u.head, u.head_official, a.full_name as head_name, u.is_active
  from unit u left join account a on a.id = u.head
"""


class Unit(Struct, frozen=True, kw_only=True):
    """A structural unit and the account of its head; one that is closed gets no more work."""

    id: int
    name: str
    head: int | None = None
    head_official: int | None = None
    head_name: str | None = None
    is_active: bool = True


class OutsideBody(Struct, frozen=True, kw_only=True):
    """A body outside the institution; one that is closed is no longer offered."""

    id: int
    name: str
    address: str = ""
    is_active: bool = True


class Member(Struct, frozen=True, kw_only=True):
    """Somebody of the staff who can be given an appeal."""

    id: int
    full_name: str


async def list_units(*, institution: InstitutionId) -> list[Unit]:
    """Units that work, by name."""
    rows = await fetch_rows(
        f"""select {_UNIT} where u.institution = $1 and u.is_active order by u.name, u.id""",
        institution,
    )
    return [msgspec.convert(dict(row), Unit) for row in rows]


async def list_bodies(*, institution: InstitutionId) -> list[OutsideBody]:
    """Bodies outside that appeals are given or forwarded to, by name."""
    rows = await fetch_rows(
        """select id, name, address from outside_body
            where institution = $1 and is_active order by name, id""",
        institution,
    )
    return [msgspec.convert(dict(row), OutsideBody) for row in rows]


async def list_closed_units(*, institution: InstitutionId) -> list[Unit]:
    """Units that work no more, by name."""
    rows = await fetch_rows(
        f"select {_UNIT} where u.institution = $1 and not u.is_active order by u.name, u.id",
        institution,
    )
    return [msgspec.convert(dict(row), Unit) for row in rows]


async def list_closed_bodies(*, institution: InstitutionId) -> list[OutsideBody]:
    """Bodies that are no longer offered, by name."""
    rows = await fetch_rows(
        """select id, name, address, is_active from outside_body
            where institution = $1 and not is_active order by name, id""",
        institution,
    )
    return [msgspec.convert(dict(row), OutsideBody) for row in rows]


async def lock_unit(unit: int, *, institution: InstitutionId) -> Unit:
    """The unit, closed or not, locked until the transaction ends.

    Raises:
        NotFound: The institution has no such unit.
    """
    row = await fetch_row(
        f"select {_UNIT} where u.id = $1 and u.institution = $2 for update of u", unit, institution
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Unit)


async def lock_body(body: int, *, institution: InstitutionId) -> OutsideBody:
    """The body, closed or not, locked until the transaction ends.

    Raises:
        NotFound: The institution knows no such body.
    """
    row = await fetch_row(
        """select id, name, address, is_active from outside_body
            where id = $1 and institution = $2 for update""",
        body,
        institution,
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), OutsideBody)


async def mark_unit(unit: Unit, *, members: Sequence[int], institution: InstitutionId) -> bool:
    """Write the unit anew with its ``members``; false if another one has its name.

    The transaction can only be given up then.
    """
    try:
        await run_sql(
            """update unit set name = $3, head = $4, head_official = $5, is_active = $6
            where id = $1 and institution = $2""",
            unit.id,
            institution,
            unit.name,
            unit.head,
            unit.head_official,
            unit.is_active,
        )
    except asyncpg.UniqueViolationError:
        return False
    await run_sql(
        "delete from unit_member where unit = $1 and account <> all($2::bigint[])",
        unit.id,
        list(members),
    )
    await run_sql(
        """insert into unit_member (unit, account)
           select $1, id from account where id = any($2::bigint[]) and institution = $3 order by id
           on conflict (unit, account) do nothing""",
        unit.id,
        list(members),
        institution,
    )
    return True


async def mark_body(body: OutsideBody, *, institution: InstitutionId) -> bool:
    """Write the body anew; false if another one has its name.

    The transaction can only be given up then.
    """
    try:
        await run_sql(
            """update outside_body set name = $3, address = $4, is_active = $5
            where id = $1 and institution = $2""",
            body.id,
            institution,
            body.name,
            body.address,
            body.is_active,
        )
    except asyncpg.UniqueViolationError:
        return False
    return True


async def list_members_of(unit: int) -> list[int]:
    """Accounts of those who work in the unit."""
    rows = await fetch_rows(
        "select account from unit_member where unit = $1 order by account", unit
    )
    return [row["account"] for row in rows]


async def is_barred_from_its_work(unit: int) -> bool:
    """Whether the unit owes an appeal that complains of it or of its head, or the head does.

    Who becomes the head of a unit that is complained of owes nothing more in that matter.
    """
    return bool(
        await fetch_value(
            """select exists (
                   select from assignment t
                    cross join lateral barred_from_appeal(t.appeal) b
                    where t.unit = $1 and t.due_on is not null
                      and b.kind = 'unit' and b.id = t.unit)
                or exists (
                   select from unit u
                     join complained_of c on c.unit = u.id or c.official = u.head_official
                     join assignment t on t.appeal = c.appeal and t.account = u.head
                    where u.id = $1 and t.due_on is not null)""",
            unit,
        )
    )


async def list_members(*, institution: InstitutionId) -> list[Member]:
    """Members of the staff who may answer appeals, by name."""
    rows = await fetch_rows(
        """select id, full_name from account
            where institution = $1 and is_active and roles && array['clerk', 'manager']::varchar[]
            order by full_name, id""",
        institution,
    )
    return [msgspec.convert(dict(row), Member) for row in rows]


async def add_unit(
    name: str, *, head: int | None, head_official: int | None, institution: InstitutionId
) -> int | None:
    """A new unit, or nothing if the institution has one of this name."""
    added = await fetch_value(
        """insert into unit (institution, name, head, head_official, is_active)
           values ($1, $2, $3, $4, true) on conflict (institution, name) do nothing returning id""",
        institution,
        name,
        head,
        head_official,
    )
    return None if added is None else int(added)


async def add_body(name: str, *, address: str, institution: InstitutionId) -> int | None:
    """A new body outside, or nothing if there is one of this name."""
    added = await fetch_value(
        """insert into outside_body (institution, name, address, is_active)
           values ($1, $2, $3, true) on conflict (institution, name) do nothing returning id""",
        institution,
        name,
        address,
    )
    return None if added is None else int(added)


async def list_units_of(accounts: Sequence[int], *, institution: InstitutionId) -> list[int]:
    """Units that one of ``accounts`` leads or works in."""
    rows = await fetch_rows(
        """select u.id from unit u
            where u.institution = $2
              and (u.head = any($1::bigint[])
                   or exists (select from unit_member m
                               where m.unit = u.id and m.account = any($1::bigint[])))
            order by u.id""",
        list(accounts),
        institution,
    )
    return [row["id"] for row in rows]


async def list_colleagues(units: Sequence[int]) -> list[int]:
    """Who leads ``units`` or works in them."""
    rows = await fetch_rows(
        """select head as account from unit where id = any($1::bigint[]) and head > 0
           union select account from unit_member where unit = any($1::bigint[])
           order by account""",
        list(units),
    )
    return [row["account"] for row in rows]
