"""How sends of one-time codes are counted, and stops of them written down and shown."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.code_caps import DAY, RANGE_PERIOD, STOP_SHOWN, Cap, Sent
from hotline_sessions.domain.codes import PUMPING_PERIOD
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


class CodeStop(Struct, frozen=True, kw_only=True):
    """No codes are sent to numbers that begin with ``prefix``; to nobody if it is empty."""

    prefix: str
    since: datetime
    refused: int


async def lock_all_sends() -> None:
    """Let nobody else send a code to anybody until the transaction ends."""
    await run_sql("select pg_advisory_xact_lock(hashtextextended('codes', 0))")


async def count_sent(prefix: str, *, now: datetime) -> Sent:
    """Codes sent to numbers that begin with ``prefix``, and to all."""
    row = await fetch_row(
        """select count(*) filter (where issued_at > $2) as lately,
                  count(used_at) filter (where issued_at > $2) as proven,
                  count(*) as to_range,
                  (select count(*) from one_time_code where issued_at > $4) as to_all
             from one_time_code
            where issued_at > $3 and starts_with(phone, $1)""",
        prefix,
        now - PUMPING_PERIOD,
        now - RANGE_PERIOD,
        now - DAY,
    )
    return msgspec.convert(dict(row or {}), Sent)


async def note_stop(cap: Cap, prefix: str, *, now: datetime) -> int:
    """Write down that a code was refused; how many have been since codes were stopped."""
    refused: int = await fetch_value(
        """insert into code_stop as known (prefix, since, last_at, refused) values ($1, $2, $2, 1)
           on conflict (prefix) do update
              set since = case when known.last_at > $3 then known.since else $2 end,
                  refused = case when known.last_at > $3 then known.refused + 1 else 1 end,
                  last_at = $2
           returning refused""",
        "" if cap is Cap.DAY else prefix,
        now,
        now - STOP_SHOWN,
    )
    return refused


async def list_stops(*, now: datetime) -> list[CodeStop]:
    """Stops at which somebody was refused within the last hour, the oldest first.

    They are those of the installation: ranges of numbers belong to no institution.
    """
    rows = await fetch_rows(
        "select prefix, since, refused from code_stop where last_at > $1 order by since, id",
        now - STOP_SHOWN,
    )
    return [msgspec.convert(dict(row), CodeStop) for row in rows]
