"""Appeals that are alike, and the links that persons have confirmed."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeal_life import LinkKind
from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId, PublicId
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


MOST: Final = 10
"""Alike appeals that are shown."""


class Alike(Struct, frozen=True, kw_only=True):
    """An earlier appeal whose question is much like another one; ``likeness`` is 0 to 1."""

    public_id: PublicId
    register_index: str
    question: str
    state: AppealState
    is_same_author: bool
    likeness: float


class Link(Struct, frozen=True, kw_only=True):
    """A confirmed link to an earlier appeal."""

    kind: LinkKind
    public_id: PublicId
    register_index: str


async def list_alike(appeal: AppealId, *, institution: InstitutionId) -> list[Alike]:
    """Earlier appeals with a question like that of ``appeal``, the most alike first.

    Those already linked are left out. The bar is that of ``pg_trgm``: three tenths.
    """
    rows = await fetch_rows(
        """select o.public_id, o.register_index, o.question, o.state,
                  lower(o.surname) = lower(a.surname)
                  and lower(o.given_name) = lower(a.given_name) as is_same_author,
                  similarity(o.question, a.question)::float8 as likeness
             from appeal a join appeal o
               on o.institution = a.institution and o.id < a.id and o.question % a.question
            where a.id = $1 and a.institution = $2
              and not exists (select from appeal_link l where l.appeal = a.id and l.earlier = o.id)
            order by likeness desc, o.id desc limit $3""",
        appeal,
        institution,
        MOST,
    )
    return [msgspec.convert(dict(row), Alike) for row in rows]


async def add_link(
    appeal: AppealId, earlier: AppealId, kind: LinkKind, *, by: AccountId | None, now: datetime
) -> None:
    """A link that somebody has confirmed; another kind replaces the first.

    Without ``by`` it is the author who has said so.
    """
    await run_sql(
        """insert into appeal_link (appeal, earlier, kind, confirmed_by, confirmed_at)
           values ($1, $2, $3, $4, $5)
           on conflict (appeal, earlier) do update set kind = excluded.kind,
              confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at""",
        appeal,
        earlier,
        kind,
        by,
        now,
    )


async def list_links(appeal: AppealId) -> list[Link]:
    """Confirmed links to earlier appeals."""
    rows = await fetch_rows(
        """select l.kind, e.public_id, e.register_index
             from appeal_link l join appeal e on e.id = l.earlier
            where l.appeal = $1 order by l.id""",
        appeal,
    )
    return [msgspec.convert(dict(row), Link) for row in rows]


async def list_own_links(appeal: AppealId) -> list[Link]:
    """Appeals that this one goes against, as its author has said."""
    rows = await fetch_rows(
        """select l.kind, e.public_id, e.register_index
             from appeal_link l join appeal e on e.id = l.earlier
            where l.appeal = $1 and l.confirmed_by is null order by l.id""",
        appeal,
    )
    return [msgspec.convert(dict(row), Link) for row in rows]


async def repeats_decided(appeal: AppealId) -> bool:
    """Whether it repeats an appeal that has been decided. Source: Law 393/96-ВР, art. 8."""
    return bool(
        await fetch_value(
            """select exists (select from appeal_link l join appeal e on e.id = l.earlier
                               where l.appeal = $1 and l.kind = 'repeated'
                                 and e.state in ('answered', 'closed'))""",
            appeal,
        )
    )
