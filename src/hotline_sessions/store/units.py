"""How units of an institution and bodies outside it are read and written."""

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.store.engine import fetch_rows, fetch_value


class Unit(Struct, frozen=True, kw_only=True):
    """A structural unit and the account of its head."""

    id: int
    name: str
    head: int | None = None
    head_name: str | None = None


class OutsideBody(Struct, frozen=True, kw_only=True):
    """A body outside the institution."""

    id: int
    name: str
    address: str = ""


class Member(Struct, frozen=True, kw_only=True):
    """Somebody of the staff who can be given an appeal."""

    id: int
    full_name: str


async def list_units(*, institution: InstitutionId) -> list[Unit]:
    """Units that work, by name."""
    rows = await fetch_rows(
        """select u.id, u.name, u.head, a.full_name as head_name
             from unit u left join account a on a.id = u.head
            where u.institution = $1 and u.is_active order by u.name, u.id""",
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
