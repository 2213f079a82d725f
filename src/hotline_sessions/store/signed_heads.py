"""How signed ends of chains are kept."""

from datetime import date, datetime

import msgspec

from hotline_sessions.domain.history import Head
from hotline_sessions.domain.integrity import SignedHead
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


_COLUMNS = """h.institution, i.slug, h.signed_on, h.signed_at, h.place,
              encode(h.hash, 'hex') as hash, h.signature"""


async def list_unsigned_heads(on: date) -> list[Head]:
    """Ends of chains that are not signed on that day so far; nobody else signs them meanwhile."""
    await run_sql("select pg_advisory_xact_lock(hashtextextended('signed heads', 0))")
    rows = await fetch_rows(
        """select c.institution, c.place, c.hash from chain_head c
            where c.place > 0 and not exists (
                  select from signed_head h
                   where h.institution = c.institution and h.signed_on = $1)
            order by c.institution""",
        on,
    )
    return [Head(**row) for row in rows]


async def add_signed_head(head: Head, on: date, signature: str, *, now: datetime) -> None:
    """The end of a chain as it was on a day; the first of a day stays."""
    await run_sql(
        """insert into signed_head (institution, signed_on, place, hash, signed_at, signature)
           values ($1, $2, $3, $4, $5, $6) on conflict do nothing""",
        head.institution,
        on,
        head.place,
        head.hash,
        now,
        signature,
    )


async def find_day_to_store() -> date | None:
    """The oldest day whose signed ends are not in the storage outside of the database."""
    day: date | None = await fetch_value(
        "select min(signed_on) from signed_head where stored_at is null"
    )
    return day


async def list_signed_heads(on: date | None = None) -> list[SignedHead]:
    """Signed ends of all days, or of one."""
    rows = await fetch_rows(
        f"""select {_COLUMNS} from signed_head h join institution i on i.id = h.institution
             where $1::date is null or h.signed_on = $1
             order by h.signed_on, h.institution""",
        on,
    )
    return [msgspec.convert(dict(row), SignedHead) for row in rows]


async def mark_stored(on: date, now: datetime) -> None:
    """The signed ends of a day are in the storage."""
    await run_sql(
        "update signed_head set stored_at = $2 where signed_on = $1 and stored_at is null", on, now
    )
