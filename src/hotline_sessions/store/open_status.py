"""Which institutions have decided to publish how their appeals stand, and what is published."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.ids import AccountId, InstitutionId, PublicId
from hotline_sessions.store.appeals import OVER
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


class PublicStatus(Struct, frozen=True, kw_only=True):
    """All that is public of an appeal."""

    public_id: PublicId
    state: AppealState
    topic: str
    received_at: datetime
    legal_on: date
    changed_at: datetime | None
    agency: str


class Asked(Struct, frozen=True, kw_only=True):
    """Which are asked for; days are those of receipt, both ends included."""

    names: Sequence[str] = ()
    slug: str = ""
    topic: str | None = None
    is_over: bool | None = None
    received_from: date | None = None
    received_to: date | None = None


async def is_open(*, institution: InstitutionId) -> bool:
    """Whether the institution publishes how its appeals stand."""
    found = await fetch_value("select is_open from open_status where institution = $1", institution)
    return bool(found)


async def mark_open(
    *, institution: InstitutionId, is_open: bool, account: AccountId | None, now: datetime
) -> None:
    """The institution has decided."""
    await run_sql(
        """insert into open_status (institution, is_open, decided_by, decided_at)
           values ($1, $2, $3, $4)
           on conflict (institution) do update
              set is_open = excluded.is_open, decided_by = excluded.decided_by,
                  decided_at = excluded.decided_at""",
        institution,
        is_open,
        account,
        now,
    )


async def list_public(asked: Asked, *, limit: int) -> list[PublicStatus]:
    """What is public of the appeals that are asked for, the newest first.

    Those whose authors have asked for secrecy are not among them.
    """
    rows = await fetch_rows(
        f"""select a.public_id, a.state, a.topic, a.received_at, a.legal_on,
                   (select max(s.done_at) from appeal_step s where s.appeal = a.id) as changed_at,
                   i.name_uk as agency
              from appeal a
              join open_status o on o.institution = a.institution and o.is_open
              join institution i on i.id = a.institution
             where not a.asks_secrecy
               and (cardinality($1::text[]) = 0 or a.public_id = any($1))
               and ($2 = '' or i.slug = $2)
               and ($3::text is null or a.topic = $3)
               and ($4::boolean is null or (a.state in {OVER}) = $4)
               and ($5::date is null or a.received_on >= $5)
               and ($6::date is null or a.received_on <= $6)
             order by a.received_on desc, a.id desc limit $7""",
        list(asked.names),
        asked.slug,
        asked.topic,
        asked.is_over,
        asked.received_from,
        asked.received_to,
        limit,
    )
    return [msgspec.convert(dict(row), PublicStatus) for row in rows]
