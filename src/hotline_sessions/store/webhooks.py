"""Inbox of webhooks: each is written down once, with the answer it got.

Keys are kept for ever: by them a webhook that is sent once more after years is known. What
it said, and what was answered, is forgotten after a while.
"""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.store.engine import fetch_value, run_sql


RECORD: Final = """
insert into webhook_delivery (source, key, path, body, received_at)
values ($1, $2, $3, $4, $5) on conflict (source, key) do nothing returning id"""

FINAL: Final = frozenset({"delivered", "undelivered", "failed"})
"""What the network says last of a message."""
_RECORD_TEXT: Final = f"""
with claimed as ({RECORD}),
     told as (update message set delivery = $7
               where sid = $6 and delivery <> all($8) and exists (select 1 from claimed))
select exists (select 1 from claimed)"""


async def record_once(delivery: Delivery, now: datetime) -> bool:
    """Whether this delivery is new; a repeated one leaves no second trace.

    Of two at the same time the second waits until the first is answered.
    """
    return bool(await fetch_value(RECORD, *list_values(delivery, now)))


def list_values(delivery: Delivery, now: datetime) -> tuple[object, ...]:
    """Values of ``RECORD``."""
    body = msgspec.json.encode(dict(delivery.body)).decode()
    return delivery.source, delivery.key, delivery.path, body, now


async def note_text_once(delivery: Delivery, now: datetime, *, sid: str, word: str) -> bool:
    """Whether a report on the SMS ``sid`` is new; then ``word`` is written as what became of it.

    Both in one trip; as with ``mark_delivery``, a final word is not taken back.
    """
    return bool(
        await fetch_value(_RECORD_TEXT, *list_values(delivery, now), sid, word, sorted(FINAL))
    )


async def find_reply(delivery: Delivery) -> str | None:
    """The answer that this delivery got before."""
    reply: str | None = await fetch_value(
        "select reply from webhook_delivery where source = $1 and key = $2",
        delivery.source,
        delivery.key,
    )
    return reply


async def keep_reply(delivery: Delivery, reply: str) -> None:
    """Write down the answer, for repeated deliveries."""
    await run_sql(
        "update webhook_delivery set reply = $3 where source = $1 and key = $2",
        delivery.source,
        delivery.key,
        reply,
    )


async def forget_bodies(before: datetime, *, limit: int) -> int:
    """Forget what webhooks that came before ``before`` have said and were answered.

    Returns:
        How many there were; no more than ``limit``, the oldest first.
    """
    tag = await run_sql(
        """update webhook_delivery set body = '{}', reply = null
            where id = any(array(
                  select id from webhook_delivery
                   where received_at < $1 and (body <> '{}' or reply is not null)
                   order by id limit $2 for update skip locked))""",
        before,
        limit,
    )
    return int(tag.rpartition(" ")[2])
