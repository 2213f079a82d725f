"""The other way to a citizen: by mail where an SMS did not arrive, and the other way round."""

from datetime import datetime
from typing import Final

import structlog

from hotline_sessions.domain.messages import (
    STANDING,
    Channel,
    Message,
    NewMessage,
    Purpose,
)
from hotline_sessions.domain.told import Told, is_true_still
from hotline_sessions.store.messages import find_message, mark_delivery, note_message
from hotline_sessions.store.told import find_told


log = structlog.get_logger()

LOST: Final = frozenset({"undelivered", "failed"})
"""Words of the network for a message that has not arrived and never will."""

BY_MAIL_TOO: Final = (STANDING - {Purpose.REMINDER}) | {
    Purpose.SESSION_CANCELLED,
    Purpose.SESSION_MOVED,
}
"""What is sent by mail too, wherever there is an address: it carries a calendar entry."""


async def note_delivery(sid: str, delivery: str, *, now: datetime) -> None:
    """Write what the network says of an SMS; one that is lost is sent by mail instead."""
    message = await mark_delivery(sid, delivery)
    if message is None or delivery not in LOST:
        return
    lost = await find_message(message)
    if lost is not None:
        await fall_back(lost, now=now)


async def fall_back(message: Message, *, now: datetime) -> None:
    """Note the same message for the other channel, once, if its reader can be reached there."""
    told = None if message.booking is None else await find_told(message.booking)
    if told is None or not is_true_still(message, told):
        return
    other = build_other(message, told)
    if other is None:
        return
    await note_message(other, now=now)
    log.info("message_falls_back", message_id=message.id, channel=other.channel)


def build_other(message: Message, told: Told) -> NewMessage | None:
    """The message for the other channel; None if it came from there, or nothing leads there."""
    if message.key.endswith(tuple(f":{each}" for each in Channel)):
        return None
    other = Channel.EMAIL if message.channel is Channel.SMS else Channel.SMS
    recipient = told.email if other is Channel.EMAIL else told.phone
    if not recipient:
        return None
    return NewMessage(
        institution=message.institution,
        booking=message.booking,
        booking_version=message.booking_version,
        channel=other,
        purpose=message.purpose,
        key=f"{message.key}:{other}",
        recipient=recipient,
        locale=told.language,
        body=message.body,
        facts=message.facts,
        expires_at=message.expires_at,
    )


async def send_by_mail_too(message: Message, told: Told, *, now: datetime) -> None:
    """Note the letter that goes with an SMS, where the citizen has given an address."""
    if message.channel is Channel.SMS and message.purpose in BY_MAIL_TOO:
        letter = build_other(message, told)
        if letter is not None:
            await note_message(letter, now=now)
