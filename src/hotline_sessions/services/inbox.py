"""Inbox: a webhook has its effect once, and the same answer every time."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import structlog

from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import Prompt, Silence
from hotline_sessions.services.ports import Clock
from hotline_sessions.store import webhooks
from hotline_sessions.store.open_legs import record_and_lock
from hotline_sessions.store.transaction import reading, transaction
from hotline_sessions.store.webhooks import (
    find_reply,
    keep_reply,
    note_text_once,
    record_once,
)


log = structlog.get_logger()

KEPT: Final = timedelta(days=30)
"""How long it is kept what a webhook said; that it came is known for ever."""
FORGOTTEN_AT_ONCE: Final = 1000

Speak: TypeAlias = Callable[[Prompt], str]
"""Turns a prompt into the provider's markup, in the caller's language. Pure."""


async def answer_once(
    delivery: Delivery,
    decide: Callable[[], Awaitable[Prompt]],
    speak: Speak,
    now: datetime,
    *,
    leg: PublicId | None = None,
) -> str:
    """Answer to a delivery: by ``decide`` the first time, later the one kept.

    ``decide`` runs in the transaction that writes the delivery down: either both are
    there afterwards, or none. It saves a trip to name the ``leg`` that it will open.
    """
    async with transaction(urgent=True):
        if not await _record(delivery, now, leg=leg):
            log.info("webhook_repeated", source=delivery.source, path=delivery.path)
            reply = await find_reply(delivery)
            return speak(Silence()) if reply is None else reply
        prompt = await decide()
        reply = speak(prompt)
        if not isinstance(prompt, Silence):  # What is not kept is answered by silence anyway.
            await keep_reply(delivery, reply)
        return reply


async def note_once(
    delivery: Delivery,
    decide: Callable[[], Awaitable[None]],
    now: datetime,
    *,
    sid: CallSid | None = None,
) -> bool:
    """Note what a delivery reports; whether it was new. ``sid``: whose leg will be opened."""
    async with transaction(urgent=True):
        if not await _record(delivery, now, sid=sid):
            log.info("webhook_repeated", source=delivery.source, path=delivery.path)
            return False
        await decide()
        return True


async def note_text(delivery: Delivery, sid: str, word: str, now: datetime) -> bool:
    """Note once what the network says of the SMS ``sid``, if nothing follows from it."""
    async with reading(urgent=True):
        is_new = await note_text_once(delivery, now, sid=sid, word=word)
    if not is_new:
        log.info("webhook_repeated", source=delivery.source, path=delivery.path)
    return is_new


async def _record(
    delivery: Delivery, now: datetime, *, leg: PublicId | None = None, sid: CallSid | None = None
) -> bool:
    if leg is None and sid is None:
        return await record_once(delivery, now)
    return await record_and_lock(delivery, now, leg=leg, sid=sid)


async def forget_bodies(*, clock: Clock) -> int:
    """Forget what old webhooks have said; how many there were this time."""
    before = clock.now() - KEPT
    return await webhooks.forget_bodies(before, limit=FORGOTTEN_AT_ONCE)
