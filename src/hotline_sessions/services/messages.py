"""Messages: taken out of the outbox, written, handed to the provider, marked.

Nothing is told that is true no more: a message about a booking is looked at once again
just before it goes. What somebody waits for may be sent twice when the provider's answer is
lost; all the rest is then ``unknown`` and never sent again.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import structlog

from hotline_sessions.domain.messages import (
    DROPPABLE,
    REPEATABLE,
    STANDING,
    UNDISTURBED,
    Channel,
    Message,
    MessageState,
    Purpose,
    plan_retry,
)
from hotline_sessions.domain.network import NetworkError, NetworkRefusal, OutcomeUnknown
from hotline_sessions.domain.placeholders import MissingFactError
from hotline_sessions.domain.quiet_hours import find_quiet_end
from hotline_sessions.domain.told import Told, is_true_still
from hotline_sessions.services.booking_mails import build_mail
from hotline_sessions.services.fallbacks import fall_back, send_by_mail_too
from hotline_sessions.services.message_texts import write_message
from hotline_sessions.services.ports import Clock, MailSender, TextSender
from hotline_sessions.services.together import do_all
from hotline_sessions.store.attending import is_reminder_true
from hotline_sessions.store.institutions import get_booking_policy, get_institution
from hotline_sessions.store.messages import (
    mark_message_due,
    mark_message_over,
    mark_message_sent,
    mark_sending,
    take_due_messages,
)
from hotline_sessions.store.told import find_told
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

LEASE: Final = timedelta(seconds=60)
"""Longer than a batch can take at the networks' worst."""
BATCH: Final = 10


Deliver: TypeAlias = Callable[[Message, str, Told | None], Awaitable[str]]
"""Hands the text of a message to the network; returns the network's name for it."""


async def send_messages(sender: TextSender, *, clock: Clock) -> int:
    """Send the SMS that are due; how many there were."""

    async def deliver(message: Message, text: str, told: Told | None) -> str:
        del told
        return await sender.send(message.recipient, text)

    return await _send_due(Channel.SMS, deliver, clock)


async def send_mails(sender: MailSender | None, *, public_url: str, clock: Clock) -> int:
    """Send the letters that are due; how many there were. Without a ``sender`` none is sent."""

    async def deliver(message: Message, text: str, told: Told | None) -> str:
        if sender is None:
            raise NetworkRefusal
        return await sender.send(build_mail(message, text, told, public_url=public_url))

    return await _send_due(Channel.EMAIL, deliver, clock)


async def _send_due(channel: Channel, deliver: Deliver, clock: Clock) -> int:
    now = clock.now()
    messages, lost = await take_due_messages(
        now, channel=channel, lease_until=now + LEASE, limit=BATCH
    )
    if lost:
        log.error("messages_lost", count=lost)
    await do_all(_treat(message, deliver, clock) for message in messages)
    return len(messages)


async def _treat(message: Message, deliver: Deliver, clock: Clock) -> None:
    now = clock.now()
    told = None if message.booking is None else await find_told(message.booking)
    if message.expires_at is not None and message.expires_at <= now:
        await mark_message_over(message, MessageState.EXPIRED, "", now)
    elif not await _is_true_still(message, told):
        await _cancel(message, now)
    elif until := await _find_quiet_end(message, told, now):
        await _hold(message, until, now)
    else:
        await _send(message, told, deliver, clock)


async def _is_true_still(message: Message, told: Told | None) -> bool:
    if message.purpose == Purpose.OFFICIAL_REMINDED:
        return await is_reminder_true(message.id)
    return is_true_still(message, told)


async def _cancel(message: Message, now: datetime) -> None:
    await mark_message_over(message, MessageState.CANCELLED, "Overtaken", now)
    log.info("message_cancelled", message_id=message.id)


async def _find_quiet_end(message: Message, told: Told | None, now: datetime) -> datetime | None:
    """Until when the message has to wait; None if it goes at once."""
    may_disturb = message.purpose in UNDISTURBED or message.channel is not Channel.SMS
    if may_disturb or message.institution is None:
        return None
    home = await get_institution(message.institution)
    policy = await get_booking_policy(home.id)
    until = find_quiet_end(now, policy, zone=ZoneInfo(home.time_zone))
    too_late = message.expires_at or (None if told is None else told.starts_at)
    if until is None or too_late is None or until < too_late:
        return until
    return until if message.purpose in DROPPABLE else None


async def _hold(message: Message, until: datetime, now: datetime) -> None:
    if message.expires_at is not None and message.expires_at <= until:
        await mark_message_over(message, MessageState.CANCELLED, "QuietHours", now)
    else:
        await mark_message_due(message, until, "QuietHours")


async def _send(message: Message, told: Told | None, deliver: Deliver, clock: Clock) -> None:
    try:
        text = await write_message(message, told)
    except (MissingFactError, KeyError):
        await mark_message_over(message, MessageState.FAILED, "NoText", clock.now())
        log.error("message_without_text", message_id=message.id)  # noqa: TRY400 - no traceback: it may hold facts
        return
    if told is not None:
        await send_by_mail_too(message, told, now=clock.now())
    if not await mark_sending(message, standing=message.purpose in STANDING):
        return  # Overtaken since it was looked at: whoever has it, or the next turn, sees to it.
    try:
        sid = await deliver(message, text, told)
    except NetworkError as error:
        await _note_failure(message, error, clock)
    else:
        await mark_message_sent(message.id, sid, clock.now())
        log.info("message_sent", message_id=message.id)


async def _note_failure(message: Message, error: NetworkError, clock: Clock) -> None:
    now, name = clock.now(), type(error).__name__
    log.warning("message_not_sent", message_id=message.id, reason=name)
    if isinstance(error, OutcomeUnknown) and message.purpose not in REPEATABLE:
        await mark_message_over(message, MessageState.UNKNOWN, name, now)
        return
    due_at = None if isinstance(error, NetworkRefusal) else plan_retry(message, now)
    if due_at is not None:
        await mark_message_due(message, due_at, name)
        return
    async with transaction():
        await mark_message_over(message, MessageState.FAILED, name, now)
        await fall_back(message, now=now)
