"""Text messages: taken out of the outbox, handed to the provider, marked.

A message may be sent twice when the provider's answer is lost; a code or a reminder
that comes twice harms nobody, one that does not come does.
"""

from datetime import timedelta
from typing import Final

import structlog

from hotline_sessions.domain.messages import Message, MessageState, plan_retry
from hotline_sessions.domain.network import NetworkError, NetworkRefusal
from hotline_sessions.services.ports import Clock, TextSender
from hotline_sessions.services.together import do_all
from hotline_sessions.store.messages import (
    mark_message_due,
    mark_message_over,
    mark_message_sent,
    take_due_messages,
)


log = structlog.get_logger()

LEASE: Final = timedelta(seconds=60)
BATCH: Final = 10


async def send_messages(sender: TextSender, *, clock: Clock) -> int:
    """Send what is due; how many messages there were."""
    now = clock.now()
    messages = await take_due_messages(now, lease_until=now + LEASE, limit=BATCH)
    await do_all(_send(message, sender, clock) for message in messages)
    return len(messages)


async def _send(message: Message, sender: TextSender, clock: Clock) -> None:
    now = clock.now()
    if message.expires_at is not None and message.expires_at <= now:
        await mark_message_over(message.id, MessageState.EXPIRED, "", now)
        return
    try:
        sid = await sender.send(message.recipient, message.body)
    except NetworkError as error:
        await _note_failure(message, error, clock)
    else:
        await mark_message_sent(message.id, sid, clock.now())
        log.info("message_sent", message_id=message.id)


async def _note_failure(message: Message, error: NetworkError, clock: Clock) -> None:
    now, name = clock.now(), type(error).__name__
    due_at = None if isinstance(error, NetworkRefusal) else plan_retry(message.attempts, now)
    if due_at is None:
        await mark_message_over(message.id, MessageState.FAILED, name, now)
    else:
        await mark_message_due(message.id, due_at, name)
    log.warning("message_not_sent", message_id=message.id, reason=name)
