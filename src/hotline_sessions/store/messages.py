"""How text messages are noted in the outbox, taken out of it, and marked."""

from datetime import datetime

import msgspec

from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.messages import Message
from hotline_sessions.store.engine import fetch_rows, run_sql


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
    """Note a message; one with the same ``key`` is noted once, whatever happens again.

    After ``expires_at`` it is worth nothing and is not sent any more.
    """
    await run_sql(
        """insert into message (institution, purpose, key, recipient, body, state, attempts,
                                due_at, expires_at, delivery, last_error, noted_at)
           values ($1, $2, $3, $4, $5, 'ready', 0, $6, $7, '', '', $6)
           on conflict (key) do nothing""",
        institution,
        purpose,
        key,
        recipient,
        body,
        now,
        expires_at,
    )


async def take_due_messages(now: datetime, *, lease_until: datetime, limit: int) -> list[Message]:
    """Messages to send now, leased until ``lease_until``: nobody else gets them before."""
    rows = await fetch_rows(
        """update message set state = 'sending', attempts = attempts + 1, lease_until = $2
            where id in (select id from message
                          where due_at <= $1
                            and (state = 'ready' or (state = 'sending' and lease_until < $1))
                          order by due_at, id limit $3 for update skip locked)
           returning id, recipient, body, attempts, expires_at""",
        now,
        lease_until,
        limit,
    )
    return sorted(
        (msgspec.convert(dict(row), Message) for row in rows), key=lambda message: message.id
    )


async def mark_message_sent(message: int, sid: str, now: datetime) -> None:
    """The provider has accepted the message under the name ``sid``.

    Its text is erased: codes stand in it, and those are kept as hashes only.
    """
    await run_sql(
        "update message set state = 'sent', sid = $2, done_at = $3, lease_until = null, "
        "body = '' where id = $1",
        message,
        sid,
        now,
    )


async def mark_message_due(message: int, due_at: datetime, error: str) -> None:
    """Try again at ``due_at``."""
    await run_sql(
        "update message set state = 'ready', due_at = $2, last_error = $3, lease_until = null "
        "where id = $1",
        message,
        due_at,
        error,
    )


async def mark_message_over(message: int, state: str, error: str, now: datetime) -> None:
    """Given up: ``failed`` or ``expired``; the text is erased as if it had been sent."""
    await run_sql(
        "update message set state = $2, last_error = $3, done_at = $4, lease_until = null, "
        "body = '' where id = $1",
        message,
        state,
        error,
        now,
    )


async def mark_delivery(sid: str, delivery: str) -> None:
    """What the network says of a message; a final word is not taken back."""
    await run_sql(
        "update message set delivery = $2 where sid = $1 "
        "and delivery not in ('delivered', 'undelivered', 'failed')",
        sid,
        delivery,
    )
