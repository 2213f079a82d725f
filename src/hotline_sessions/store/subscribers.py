"""How subscribers of letters about sessions are read and written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from hotline_sessions.domain.announcements import Filter
from hotline_sessions.domain.digests import Rhythm, Subscriber
from hotline_sessions.domain.messages import FOR_SUBSCRIBERS
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_COLUMNS: Final = (
    "id, public_id, email, language, rhythm, wanted::text as wanted, asked_at, confirmed_at, "
    "issue, told::text as told"
)
_PURPOSES: Final = sorted(FOR_SUBSCRIBERS)


async def add_subscriber(
    email: str, wanted: Filter, *, rhythm: Rhythm, language: str, most: int
) -> None:
    """Note that somebody wants letters, unless that is known, or too many are wanted there."""
    await run_sql(
        """insert into subscriber (public_id, email, language, rhythm, wanted, asked_at)
           select $1, $2::text, $3, $4, $5, '-infinity'
            where (select count(*) from subscriber where lower(email) = lower($2::text)) < $6
           on conflict do nothing""",
        draw_public_id(),
        email,
        language,
        rhythm.value,
        _write_filter(wanted),
        most,
    )
    await run_sql(
        """update subscriber set rhythm = $3, language = $4
            where lower(email) = lower($1) and wanted = $2::jsonb and confirmed_at is null""",
        email,
        _write_filter(wanted),
        rhythm.value,
        language,
    )


async def take_question(
    email: str, wanted: Filter, *, not_since: datetime, now: datetime
) -> Subscriber | None:
    """Who is to be asked now whether they want the letters; None if they were asked just now."""
    row = await fetch_row(
        f"""update subscriber set asked_at = $4
             where lower(email) = lower($1) and wanted = $2::jsonb and not exists (
                   select from subscriber x where lower(x.email) = lower($1) and x.asked_at > $3)
            returning {_COLUMNS}""",
        email,
        _write_filter(wanted),
        not_since,
        now,
    )
    return None if row is None else _read(row)


async def find_subscriber(public_id: str) -> Subscriber | None:
    """The subscriber with this name, locked until the transaction ends."""
    row = await fetch_row(
        f"select {_COLUMNS} from subscriber where public_id = $1 for update", public_id
    )
    return None if row is None else _read(row)


async def mark_confirmed(
    subscriber: int, told: Mapping[str, str], *, next_at: datetime, now: datetime
) -> None:
    """Write to them from now on, of what they have not seen."""
    await run_sql(
        """update subscriber set confirmed_at = $2, next_at = $3, told = $4
            where id = $1 and confirmed_at is null""",
        subscriber,
        now,
        next_at,
        msgspec.json.encode(told).decode(),
    )


async def delete_subscriber(subscriber: Subscriber) -> None:
    """Forget them: the row, and where letters went or were to go."""
    await run_sql("delete from subscriber where id = $1", subscriber.id)
    left = await fetch_value(
        "select count(*) from subscriber where lower(email) = lower($1)", subscriber.email
    )
    await run_sql(
        """delete from message where purpose = any($1) and state <> 'sending'
              and lower(recipient) = lower($2) and ($3 or key like $4)""",
        _PURPOSES,
        subscriber.email,
        not left,
        f"%:{subscriber.public_id}:%",
    )


async def take_due(now: datetime, *, limit: int) -> list[Subscriber]:
    """Subscribers to whom a letter may be due, locked until the transaction ends."""
    rows = await fetch_rows(
        f"""select {_COLUMNS} from subscriber where next_at <= $1
             order by next_at, id limit $2 for update skip locked""",
        now,
        limit,
    )
    return [_read(row) for row in rows]


async def mark_told(
    subscriber: int, told: Mapping[str, str], *, issue: int, next_at: datetime
) -> None:
    """Write what they have been told, in how many letters, and when to look again."""
    await run_sql(
        "update subscriber set told = $2, issue = $3, next_at = $4 where id = $1",
        subscriber,
        msgspec.json.encode(told).decode(),
        issue,
        next_at,
    )


async def forget_unconfirmed(asked_before: datetime) -> int:
    """Drop addresses that nobody has confirmed."""
    rows = await fetch_rows(
        """delete from subscriber
            where confirmed_at is null and asked_at < $1 returning id""",
        asked_before,
    )
    return len(rows)


async def forget_letters(done_before: datetime) -> None:
    """Drop from the outbox to whom letters went."""
    await run_sql(
        "delete from message where purpose = any($1) and done_at < $2", _PURPOSES, done_before
    )


def _write_filter(wanted: Filter) -> str:
    return msgspec.json.encode(wanted).decode()


def _read(row: asyncpg.Record) -> Subscriber:
    values: dict[str, Any] = dict(row)
    values["wanted"] = msgspec.json.decode(values["wanted"])
    values["told"] = msgspec.json.decode(values["told"])
    return msgspec.convert(values, Subscriber)
