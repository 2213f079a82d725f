"""How messages are noted in the outbox, taken out of it, and marked.

One that is taken is leased; it is ``sending`` only while the network is being asked. Whoever
dies before that leaves it for another; whoever dies after it leaves a request whose answer
nobody knows.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec.structs import asdict

from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.messages import REPEATABLE, Channel, Message, NewMessage
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


_COLUMNS: Final = (
    "id, institution, booking, booking_version, channel, purpose, key, recipient, locale, "
    "subject, body, facts, attempts, expires_at, noted_at"
)

_REPEATABLE: Final = sorted(REPEATABLE)


async def add_message(
    *,
    institution: InstitutionId | None,
    purpose: str,
    key: str,
    recipient: str,
    body: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> None:
    """Note an SMS whose text is known; one with the same ``key`` is noted once.

    After ``expires_at`` it is worth nothing and is not sent any more.
    """
    await note_message(
        NewMessage(
            institution=institution,
            purpose=purpose,
            key=key,
            recipient=recipient,
            body=body,
            expires_at=expires_at,
        ),
        now=now,
    )


async def note_message(new: NewMessage, *, now: datetime) -> None:
    """Note a message; one with the same ``key`` is noted once, whatever happens again."""
    await run_sql(
        """insert into message (institution, booking, booking_version, channel, purpose, key,
                                recipient, locale, subject, body, facts, due_at, noted_at,
                                expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13)
           on conflict (key) do nothing""",
        new.institution,
        new.booking,
        new.booking_version,
        new.channel,
        new.purpose,
        new.key,
        new.recipient,
        new.locale,
        new.subject,
        new.body,
        msgspec.json.encode(new.facts).decode(),
        now,
        new.expires_at,
    )


async def note_messages(new: Sequence[NewMessage], *, now: datetime) -> None:
    """Note messages in one statement, each as ``note_message`` does."""
    rows = [{**asdict(each), "due_at": now, "noted_at": now} for each in new]
    names = ", ".join((*NewMessage.__struct_fields__, "due_at", "noted_at"))
    await run_sql(
        f"""insert into message ({names})
            select {names} from jsonb_populate_recordset(null::message, $1)
            on conflict (key) do nothing""",
        msgspec.json.encode(rows).decode(),
    )


async def take_due_messages(
    now: datetime, *, channel: Channel, lease_until: datetime, limit: int
) -> tuple[list[Message], int]:
    """Messages of the channel to send now, leased: nobody else gets them before ``lease_until``.

    One-time codes come first: somebody looks at a telephone for them. In the same trip those
    are written off whose sender died while the network was asked, and which may not be sent
    twice: nobody knows whether they were sent. Second, how many there were.
    """
    rows = await fetch_rows(
        f"""with lost as (
                update message
                   set state = 'unknown', last_error = 'SenderLost', done_at = $1,
                       lease_until = null, body = '', facts = '{{}}'
                 where channel = $5 and state = 'sending' and lease_until < $1
                   and purpose <> all($4)
                returning id),
            due as (
                update message
                   set state = 'ready', attempts = attempts + 1, lease_until = $2
                 where id in (select id from message
                               where due_at <= $1 and channel = $5
                                 and state in ('ready', 'sending')
                                 and (lease_until is null or lease_until < $1)
                                 and (state = 'ready' or purpose = any($4))
                               order by purpose = 'one-time-code' desc, due_at, id
                               limit $3 for update skip locked)
                returning {_COLUMNS})
            select due.*, counted.lost
              from (select count(*) as lost from lost) as counted left join due on true
             where due.id is not null or counted.lost > 0""",
        now,
        lease_until,
        limit,
        _REPEATABLE,
        channel,
    )
    messages = [_read(row) for row in rows if row["id"] is not None]
    lost: int = rows[0]["lost"] if rows else 0
    return sorted(messages, key=lambda message: message.id), lost


async def find_message(message: int) -> Message | None:
    """The message."""
    row = await fetch_row(f"select {_COLUMNS} from message where id = $1", message)
    return None if row is None else _read(row)


def _read(row: asyncpg.Record) -> Message:
    values: dict[str, Any] = dict(row)
    values.pop("lost", None)
    facts = msgspec.json.decode(values.pop("facts") or "{}", type=dict[str, str])
    return msgspec.convert({**values, "facts": facts}, Message)


async def mark_sending(message: Message, *, standing: bool) -> bool:
    """Write that the network is about to be asked; false if it may not be.

    It may not when another has taken the message meanwhile, and, if it is told of a
    ``standing`` booking only, when that has another time or is over.
    """
    return bool(
        await fetch_value(
            """update message m set state = 'sending'
                where m.id = $1 and m.attempts = $2 and m.state = 'ready'
                  and (not $3 or m.booking is null or exists (
                      select from booking b join session s on s.id = b.session
                       where b.id = m.booking and b.state = 'booked'
                         and b.version = coalesce(m.booking_version, b.version)
                         and s.state not in ('cancelled', 'rescheduled', 'closed')))
            returning true""",
            message.id,
            message.attempts,
            standing,
        )
    )


async def mark_message_sent(message: int, sid: str, now: datetime) -> None:
    """The provider has accepted the message under the name ``sid``.

    Its text is erased: codes stand in it, and those are kept as hashes only.
    """
    await run_sql(
        "update message set state = 'sent', sid = $2, done_at = $3, lease_until = null, "
        "body = '', facts = '{}', last_error = '' where id = $1",
        message,
        sid,
        now,
    )


async def mark_message_due(message: Message, due_at: datetime, error: str) -> None:
    """Try again at ``due_at``, unless another has it by now."""
    await run_sql(
        "update message set state = 'ready', due_at = $3, last_error = $4, lease_until = null "
        "where id = $1 and attempts = $2 and state in ('ready', 'sending')",
        message.id,
        message.attempts,
        due_at,
        error,
    )


async def mark_message_over(message: Message, state: str, error: str, now: datetime) -> None:
    """Given up, with the ``state`` it ends in; the text is erased as if it had been sent."""
    await run_sql(
        "update message set state = $3, last_error = $4, done_at = $5, lease_until = null, "
        "body = '', facts = '{}' "
        "where id = $1 and attempts = $2 and state in ('ready', 'sending')",
        message.id,
        message.attempts,
        state,
        error,
        now,
    )


async def mark_delivery(sid: str, delivery: str) -> int | None:
    """What the network says of a message; a final word is not taken back.

    Returns the message of which this is news.
    """
    found: int | None = await fetch_value(
        "update message set delivery = $2 where sid = $1 "
        "and delivery not in ('delivered', 'undelivered', 'failed') returning id",
        sid,
        delivery,
    )
    return found
